"""Batch norm and layer norm: a deep network learns although its first weights are bad.

Sixteen layers multiply. If each passes on a quarter of its gradient, 4⁻¹⁵ ≈ 10⁻⁹ of it arrives at
the first layer: it has vanished, and the layer learns nothing. If weights are four times too large
instead, the tanh units are driven to ±1, where their slope is nearly 0, and the gradient grows from
layer to layer on its way back. Only weights of the right size let a plain network train: of
variance 1 / fan_in for tanh, which keeps the size of signals (LeCun et al. 1998).

Normalization fixes this size. Before each activation it subtracts a mean and divides by a standard
deviation, and a factor in the weights before it cancels. Batch norm takes
both for each unit, over the rows of the batch (Ioffe and Szegedy 2015), layer norm for each row,
over the units of the layer (Ba et al. 2016). Expect the plain network to stay near guessing, 10 %,
from both bad starts, and both normalizations to learn from all three.

A batch of few rows would give batch norm a wild mean: the last, short batch of each epoch is
therefore dropped.

python examples/13_deep_normalization.py [FOLDER]      the picture goes to FOLDER, or else to out/
"""

import sys
from pathlib import Path

import numpy as np

import nn
from nn import plots

try:
    # Imported here to fail before the training, not after it.
    import matplotlib as mpl  # noqa: F401
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split
except ModuleNotFoundError as error:
    sys.exit(f"This example needs {error.name}: pip install 'chalkgrad[examples]'")

HELD_OUT = 0.25
HIDDEN_LAYERS = 15
WIDTH = 64
EPOCHS = 15
SEED = 0
# The factor by which the first weights are too large.
STARTS = {"too small": 1 / 4, "right": 1.0, "too large": 4.0}
NORMALIZATIONS = {
    "none": lambda width: nn.Identity(),
    "batch norm": nn.BatchNorm1d,
    "layer norm": nn.LayerNorm,
}


def load():
    """Return pictures as rows of 64 numbers, and digits, for training and held out."""
    x, y = load_digits(return_X_y=True)
    x, xv, y, yv = train_test_split(x / 16, y, test_size=HELD_OUT, random_state=SEED, stratify=y)
    return x, y, xv, yv


def network(normalization, scale):
    """Make linear, normalization and tanh, repeated; weights are `scale` times the right size."""
    rng = np.random.default_rng(SEED)

    def linear(inputs, outputs):
        layer = nn.Linear(inputs, outputs)
        nn.init.normal_(layer.weight, std=scale / np.sqrt(inputs), seed=rng)
        nn.init.zeros_(layer.bias)
        return layer

    layers = []
    for inputs in (64, *[WIDTH] * (HIDDEN_LAYERS - 1)):
        layers += [linear(inputs, WIDTH), normalization(WIDTH), nn.Tanh()]
    return nn.Sequential(*layers, linear(WIDTH, 10))


def train(model):
    """Return the history, and the gradient norms of the linear layers in order, in epoch 1."""
    x, y, *validation = load()
    monitor = nn.GradientMonitor()
    history = nn.fit(
        model,
        nn.DataLoader(x, y, batch_size=64, shuffle=True, seed=SEED, drop_last=True),
        nn.CrossEntropyLoss(),
        nn.Adam(model.parameters(), lr=1e-3),
        epochs=EPOCHS,
        validation=tuple(validation),
        metrics=["accuracy"],
        callbacks=[monitor],
        progress=False,
    )
    linear = [name for name, layer in model.named_modules() if isinstance(layer, nn.Linear)]
    return history, np.array([monitor.gradient_norm[name][0] for name in linear])


def compare():
    """Return history and gradient norms by start and normalization."""
    return {
        (start, name): train(network(normalization, scale))
        for start, scale in STARTS.items()
        for name, normalization in NORMALIZATIONS.items()
    }


def draw(runs, path):
    """Draw for each start the gradient norms over the layers, and the loss over the epochs."""
    made = plots.figure(11, 6.4)
    grid = made.subplots(2, len(STARTS), sharey="row")
    styles = dict(
        zip(
            NORMALIZATIONS,
            ((plots.RED, "o", "-"), (plots.GREEN, "s", "--"), (plots.INK, "^", ":")),
            strict=True,
        )
    )
    for start, (top, bottom) in zip(STARTS, grid.T, strict=True):
        plots.style(top, title=f"first weights {start}", xlabel="layer")
        plots.style(bottom, xlabel="epoch")
        for name, (color, marker, dash) in styles.items():
            history, norms = runs[start, name]
            style = {"color": color, "marker": marker, "linestyle": dash, "markersize": 4}
            top.plot(np.arange(1, len(norms) + 1), norms, label=name, **style)
            bottom.plot(np.arange(1, history.epochs + 1), history["loss"], **style)
        for axes in (top, bottom):
            axes.grid(axis="y", color=plots.FILL)
            axes.locator_params(axis="x", integer=True)
    grid[0, 0].set_yscale("log")
    grid[0, 0].set_ylabel("gradient norm in epoch 1", color=plots.INK)
    grid[1, 0].set_ylabel("training loss", color=plots.INK)
    grid[0, 0].legend(frameon=False, labelcolor=plots.INK, title="normalization")
    plots.save(made, path)


def main(folder="out"):
    """Train all networks, print their results, and save the picture."""
    runs = compare()
    print("first                       gradient in epoch 1                  held-out")
    print("weights    normalization   first layer  last layer  training loss  accuracy")
    for (start, name), (history, norms) in runs.items():
        numbers = history.last()
        print(
            f"{start:9}  {name:13}   {norms[0]:11.1e}  {norms[-1]:10.1e}  "
            f"{numbers['loss']:13.3f}  {numbers['val_accuracy']:8.1%}"
        )
    path = Path(folder) / "13_deep_normalization.png"
    draw(runs, path)
    print(f"\nPicture: {path}")


if __name__ == "__main__":
    main(*sys.argv[1:2])
