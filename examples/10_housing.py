"""The price of a house, by a network whose hidden units are wired by hand.

The first picture of a network in a lecture has a hidden unit for each thing that a buyer pays for,
and each sees only the inputs that it depends on:

    family size     from size and bedrooms        2 weights + 1 bias
    walkability     from the zip code             1 weight  + 1 bias
    school quality  from zip code and wealth      2 weights + 1 bias
    price           from the three                3 weights + 1 bias      12 parameters in all

Joined to all inputs, the same units make the usual 4-3-1 network, with 19 parameters: it has to
learn which quantity depends on which input. A third network is wired wrongly, with 12 parameters
too. Expect the right wiring to be ahead where rows are few; with many rows the full network comes
near, and the wrong wiring stays behind for ever. Built-in knowledge saves data, if it is right.

The data are made up, by the formula in `make_data`: tables of real houses are not part of
scikit-learn and would have to be downloaded, and real prices would not tell whether a hidden unit
stands for its name. Here it can be checked: the units see the price alone and not the quantities,
and yet each comes to follow the quantity it was wired for.

python examples/10_housing.py [FOLDER]      the picture goes to FOLDER, or else to out/
"""

import sys
from pathlib import Path

import numpy as np

import autograd
import nn
from nn import plots

try:
    # Imported here to fail before the training, not after it.
    import matplotlib as mpl  # noqa: F401
except ModuleNotFoundError as error:
    sys.exit(f"This example needs {error.name}: pip install 'chalkgrad[examples]'")

# The columns of the inputs.
SIZE, BEDROOMS, ZIP_CODE, WEALTH = COLUMNS = list(range(4))
WIRINGS = {
    "wired": {
        "family size": [SIZE, BEDROOMS],
        "walkability": [ZIP_CODE],
        "school quality": [ZIP_CODE, WEALTH],
    },
    "full": {"unit 1": COLUMNS, "unit 2": COLUMNS, "unit 3": COLUMNS},
    "wired wrongly": {
        "unit 1": [SIZE, ZIP_CODE],
        "unit 2": [WEALTH],
        "unit 3": [BEDROOMS, WEALTH],
    },
}
TRAINING_ROWS = (15, 30, 60, 120, 480)
HELD_OUT_ROWS = 1000
DRAWS = 5
STEPS = 800
NOISE = 30


class Wired(nn.Module):
    """A hidden ReLU unit for each name, which sees these columns, and one output from all units.

    At the start every unit is positive for almost every house, and adds to the price: a ReLU that
    is 0 for all rows has no gradient and never learns, and one that counts against the price may
    come to stand for the opposite of its name.
    """

    def __init__(self, wiring, seed):
        rng = np.random.default_rng(seed)
        self.wiring = wiring
        self.units = nn.ModuleDict({name: nn.Linear(len(c), 1) for name, c in wiring.items()})
        self.price = nn.Linear(len(wiring), 1)
        for unit in self.units.values():
            nn.init.normal_(unit.weight, std=0.1, seed=rng)
            nn.init.constant_(unit.bias, 0.5)
        nn.init.ones_(self.price.weight)
        nn.init.zeros_(self.price.bias)

    def hidden(self, x):
        """Return the values of the hidden units, a column each."""
        sums = [self.units[name](x[:, columns]) for name, columns in self.wiring.items()]
        return autograd.relu(np.concatenate(sums, axis=1))

    def forward(self, x):
        return self.price(self.hidden(x))


def make_data(rows, rng):
    """Return inputs, the hidden quantities as a dict, and prices in thousands of invented houses.

    Zip codes number the districts from the centre outwards, 1 to 30; wealth is that of the
    neighbours, 0 to 100, and size is in square metres.

        family size     = max(0, 0.015 size + 0.5 bedrooms - 1)
        walkability     = max(0, 10 - 0.6 zip)
        school quality  = max(0, 0.1 wealth - 0.2 zip)
        price           = 50 + 60 family size + 15 walkability + 20 school quality + noise
    """
    size = rng.uniform(30, 250, rows)
    bedrooms = np.clip(np.rint(size / 40 + rng.normal(0, 1, rows)), 1, 6)
    zip_code = rng.integers(1, 31, rows)
    wealth = rng.uniform(0, 100, rows)
    quantities = {
        "family size": np.maximum(0, 0.015 * size + 0.5 * bedrooms - 1),
        "walkability": np.maximum(0, 10 - 0.6 * zip_code),
        "school quality": np.maximum(0, 0.1 * wealth - 0.2 * zip_code),
    }
    price = 50 + np.array([60, 15, 20]) @ np.array(list(quantities.values()))
    x = np.column_stack([size, bedrooms, zip_code, wealth])
    return x, quantities, (price + NOISE * rng.normal(size=rows))[:, None]


def load(rows, seed):
    """Return standardised (x, y) for training and held out; quantities; the unit of y.

    The quantities are those of the held-out houses.
    """
    rng = np.random.default_rng(seed)
    xt, quantities, yt = make_data(HELD_OUT_ROWS, rng)
    x, _, y = make_data(rows, rng)
    # From the training rows alone: held-out rows must not influence anything.
    mean, std, mean_y, std_y = x.mean(axis=0), x.std(axis=0), y.mean(), y.std()
    parts = [((x - mean) / std, (y - mean_y) / std_y) for x, y in ((x, y), (xt, yt))]
    return *parts, quantities, std_y


def train(wiring, x, y, seed):
    """Return the trained network, which has seen all rows at each step."""
    model = Wired(wiring, seed)
    loader = nn.DataLoader(x, y, batch_size=len(x))
    optimizer = nn.Adam(model.parameters(), lr=0.02)
    nn.fit(model, loader, nn.MSELoss(), optimizer, epochs=STEPS, progress=False)
    return model


def compare():
    """Return held-out errors in thousands, of shape (wirings, training rows, draws)."""
    errors = np.empty((len(WIRINGS), len(TRAINING_ROWS), DRAWS))
    for i, draw in np.ndindex(len(TRAINING_ROWS), DRAWS):
        training, (xt, yt), _, unit = load(TRAINING_ROWS[i], seed=draw)
        for k, wiring in enumerate(WIRINGS.values()):
            model = train(wiring, *training, draw)
            with autograd.no_grad():
                missed = model(xt.astype(np.float32)).data - yt
            errors[k, i, draw] = unit * np.sqrt(np.mean(missed**2))
    return errors


def look_inside():
    """Return for the right wiring each quantity and the values of its unit, on held-out houses."""
    training, (xt, _), quantities, _ = load(TRAINING_ROWS[-1], seed=0)
    model = train(WIRINGS["wired"], *training, seed=0)
    with autograd.no_grad():
        units = model.hidden(xt.astype(np.float32)).data.T
    return {
        name: (quantity, unit)
        for (name, quantity), unit in zip(quantities.items(), units, strict=True)
    }


def draw(errors, units, path):
    """Draw errors over the number of training rows, and each unit beside its quantity."""
    made = plots.figure(10.6, 4.2)
    left, right = made.subplots(1, 2)
    plots.style(
        left,
        title="Knowledge saves data, if it is right",
        xlabel="training rows",
        ylabel="held-out error, thousands",
    )
    styles = zip(WIRINGS, (plots.GREEN, plots.INK, plots.RED), "os^", strict=True)
    for curve, (name, color, marker) in zip(np.median(errors, axis=2), styles, strict=True):
        left.plot(TRAINING_ROWS, curve, color=color, marker=marker, label=name)
    left.axhline(NOISE, color=plots.LINE, linestyle=":", label="noise")
    left.set_xscale("log")
    left.set_xticks(TRAINING_ROWS, map(str, TRAINING_ROWS))
    left.minorticks_off()
    left.set_ylim(bottom=0)
    left.legend(frameon=False, labelcolor=plots.INK)
    left.grid(axis="y", color=plots.FILL)
    plots.style(
        right,
        title="The wired units beside their quantities",
        xlabel="the quantity, as in the formula, over its highest",
        ylabel="the hidden unit, over its highest",
    )
    styles = zip(units.items(), (plots.GREEN, plots.INK, plots.RED), "os^", strict=True)
    for (name, (quantity, unit)), color, marker in styles:
        points = quantity / quantity.max(), unit / unit.max()
        right.plot(*points, marker, color=color, markersize=3, alpha=0.4, label=name)
    right.legend(frameon=False, labelcolor=plots.INK, markerscale=2)
    plots.save(made, path)


def main(folder="out"):
    """Compare, print the errors and the correlations of the units, and save the picture."""
    errors, units = compare(), look_inside()
    print(f"Held-out error in thousands, median of {DRAWS} draws (the noise is {NOISE})\n")
    print(f"{'network':14}  parameters" + "".join(f"{n:5} rows" for n in TRAINING_ROWS))
    for (name, wiring), row in zip(WIRINGS.items(), np.median(errors, axis=2), strict=True):
        size = sum(parameter.size for parameter in Wired(wiring, seed=0).parameters())
        print(f"{name:14}  {size:10}" + "".join(f"{error:10.1f}" for error in row))
    print("\nCorrelation of each wired unit with the quantity that it was never shown:")
    for name, (quantity, unit) in units.items():
        print(f"  {name:14}  {np.corrcoef(quantity, unit)[0, 1]:.3f}")
    path = Path(folder) / "10_housing.png"
    draw(errors, units, path)
    print(f"\nPicture: {path}")


if __name__ == "__main__":
    main(*sys.argv[1:2])
