"""One hidden layer comes as near to a function as one likes, if it is wide enough.

This is the universal approximation theorem. For f(x) = Σ v_k φ(w_k x + b_k) + c it says: for every
continuous function on a closed bounded set and every ε > 0 there are a width and weights with an
error below ε everywhere. Cybenko (1989) proved it for sigmoids, Hornik (1991) for every φ that is
bounded and not constant; Leshno et al. (1993) for every φ that is not a polynomial, which includes
ReLU.

For ReLU and one input the proof is a drawing: join points on the curve by straight lines. Each unit
bends the line at one of the points, so n units make n straight pieces; `interpolate` has the
formula for their weights. On sin the error is at most h² / 8 for pieces of length h, a quarter for
twice the width.

The theorem says that such weights exist. It does not say that training finds them, and nothing
about the network outside the set. Expect the error of trained networks to fall with the width too,
but not as evenly as that of the drawing, and differently from start to start: the table has the
median of several. Tanh, which is as smooth as sin, needs far fewer units than straight pieces do.

python examples/11_universal_approximation.py [FOLDER]      pictures go to FOLDER, or else to out/
"""

import sys
from pathlib import Path

import numpy as np

import nn
from autograd import no_grad
from nn import plots

try:
    # Imported here to fail before the training, not after it.
    import matplotlib as mpl  # noqa: F401
except ModuleNotFoundError as error:
    sys.exit(f"This example needs {error.name}: pip install 'chalkgrad[examples]'")

WIDTHS = (1, 2, 4, 8, 16, 32, 64)
SEEDS = 5
STEPS = 1000
ROWS = 200
# The width that is drawn with all activations.
SHOWN = 4


def grid(rows):
    """Return a column of points on [-π, π]."""
    return np.linspace(-np.pi, np.pi, rows)[:, None]


def train(activation, width, seed):
    """Return a network with one hidden layer that has learned sin, all points at every step."""
    x = grid(ROWS)
    model = nn.MLP([1, width, 1], activation=activation, dtype=np.float64, seed=seed)
    optimizer = nn.Adam(model.parameters(), lr=0.03)
    schedule = nn.CosineAnnealingLR(optimizer, T_max=STEPS)
    nn.fit(
        model,
        nn.DataLoader(x, np.sin(x), batch_size=ROWS),
        nn.MSELoss(),
        optimizer,
        epochs=STEPS,
        callbacks=[nn.ScheduleCallback(schedule)],
        progress=False,
    )
    return model


def interpolate(width):
    """Return a ReLU network without training: it joins width + 1 points on the curve.

    With points t_0 < ... < t_n and slopes s_k = (sin t_{k+1} - sin t_k) / (t_{k+1} - t_k) it is
    f(x) = sin t_0 + s_0 relu(x - t_0) + (s_1 - s_0) relu(x - t_1) + ...
    """
    points = grid(width + 1)[:, 0]
    slopes = np.diff(np.sin(points)) / np.diff(points)
    model = nn.MLP([1, width, 1], activation="relu", dtype=np.float64)
    model.load_state_dict(
        {
            "0.weight": np.ones((width, 1)),
            "0.bias": -points[:-1],
            "2.weight": np.diff(slopes, prepend=0)[None],
            "2.bias": np.sin(points[:1]),
        }
    )
    return model


def values(model, x):
    """Return the values of the network, without recording."""
    with no_grad():
        return model(x).data


def error(model):
    """Return the largest distance from sin, at points between those learned too."""
    x = grid(2001)
    return np.max(np.abs(values(model, x) - np.sin(x)))


def measure():
    """Return errors by kind of network, of shape (widths, seeds); the drawn one has no seed."""
    errors = {
        f"{activation}, trained": np.array(
            [[error(train(activation, n, seed)) for seed in range(SEEDS)] for n in WIDTHS]
        )
        for activation in ("tanh", "relu")
    }
    errors["relu, drawn"] = np.array([[error(interpolate(n))] for n in WIDTHS])
    return errors


def draw(errors, path):
    """Draw networks of a few units beside sin, and the error against the width."""
    made = plots.figure(10.6, 4.2)
    left, right = made.subplots(1, 2)
    colors = dict(zip(errors, (plots.GREEN, plots.RED, plots.INK), strict=True))
    plots.style(left, title=f"sin, and networks of {SHOWN} hidden units", xlabel="x")
    x = np.linspace(-1.5 * np.pi, 1.5 * np.pi, 601)[:, None]
    left.axvspan(-np.pi, np.pi, color=plots.FILL)
    left.plot(x, np.sin(x), color=plots.LINE, linewidth=5, alpha=0.4, label="sin")
    models = (train("tanh", SHOWN, 0), train("relu", SHOWN, 0), interpolate(SHOWN))
    for (name, color), model, dash in zip(colors.items(), models, ("-", "--", ":"), strict=True):
        left.plot(x, values(model, x), color=color, linestyle=dash, label=name)
    left.set_ylim(-2, 2)
    left.legend(frameon=False, labelcolor=plots.INK, ncols=2)
    plots.style(
        right, title="Error: median, all starts as dots", xlabel="width", ylabel="largest error"
    )
    for (name, runs), marker in zip(errors.items(), "o^s", strict=True):
        right.plot(WIDTHS, runs, ".", color=colors[name], alpha=0.4)
        right.plot(WIDTHS, np.median(runs, axis=1), color=colors[name], marker=marker, label=name)
    right.set_xscale("log", base=2)
    right.set_xticks(WIDTHS, map(str, WIDTHS))
    right.set_yscale("log")
    right.legend(frameon=False, labelcolor=plots.INK)
    right.grid(axis="y", color=plots.FILL)
    plots.save(made, path)


def main(folder="out"):
    """Measure the errors, print them, and save the picture."""
    errors = measure()
    print(f"Largest distance from sin on [-π, π]; of trained networks, the median of {SEEDS}\n")
    print("width  " + "  ".join(errors))
    for i, width in enumerate(WIDTHS):
        cells = (f"{np.median(runs[i]):{len(name)}.4f}" for name, runs in errors.items())
        print(f"{width:5}  " + "  ".join(cells))
    path = Path(folder) / "11_universal_approximation.png"
    draw(errors, path)
    print(f"\nPicture: {path}")


if __name__ == "__main__":
    main(*sys.argv[1:2])
