"""Batch, stochastic and mini-batch gradient descent, seen from above.

A line y = w x + b is fitted to noisy points. Its mean squared error depends on two parameters only,
so the path of each descent can be drawn on the contours of the loss.

python examples/04_gradient_descent.py [FOLDER]      the picture goes to FOLDER, or else to out/
"""

import sys
from pathlib import Path

import numpy as np

import nn
from nn import plots

try:
    # Imported here to fail before the training, not after it.
    import matplotlib as mpl  # noqa: F401
except ModuleNotFoundError as error:
    sys.exit(f"This example needs {error.name}: pip install 'chalkgrad[examples]'")

ROWS = 64
TRUE_W, TRUE_B = 1.5, 0.5
NOISE = 0.5
START = (-1.5, 2.5)
SEED = 2
# The batch size of each descent, its learning rate, and its epochs.
DESCENTS = {
    "batch": (ROWS, 0.15, 40),
    "stochastic": (1, 0.05, 2),
    "mini-batch of 8": (8, 0.10, 6),
}


class Trail(nn.Callback):
    """The parameters after every step."""

    def __init__(self):
        self.points = [START]

    def on_batch_end(self, run):
        """Note the weight and the bias of the one layer."""
        self.points.append((run.model.weight.data.item(), run.model.bias.data.item()))


def make_data():
    """Return points near a line, as columns."""
    rng = np.random.default_rng(SEED)
    x = rng.uniform(-1, 2, (ROWS, 1))
    return x, TRUE_W * x + TRUE_B + NOISE * rng.normal(size=x.shape)


def descend(x, y, batch_size, lr, epochs):
    """Return the trail of (w, b) of one descent, a row for the start and one for each step."""
    model = nn.Linear(1, 1, dtype=np.float64)
    model.load_state_dict({"weight": [[START[0]]], "bias": [START[1]]})
    loader = nn.DataLoader(x, y, batch_size=batch_size, shuffle=True, seed=SEED)
    trail = Trail()
    optimizer = nn.SGD(model.parameters(), lr=lr)
    nn.fit(model, loader, nn.MSELoss(), optimizer, epochs=epochs, callbacks=[trail], progress=False)
    return np.array(trail.points)


def loss_at(x, y, w, b):
    """Return the mean squared error of all points, for arrays of parameters."""
    return np.mean((w[..., None] * x[:, 0] + b[..., None] - y[:, 0]) ** 2, axis=-1)


def draw(x, y, trails, path):
    """Draw all trails on one map of the loss."""
    made = plots.figure(7.6, 5.6)
    axes = made.add_subplot()
    w, b = np.meshgrid(np.linspace(-2.2, 3.6, 240), np.linspace(-1.4, 3.2, 240))
    loss = loss_at(x, y, w, b)
    levels = np.geomspace(loss.min() * 1.05, loss.max(), 14)
    axes.contour(w, b, loss, levels=levels, colors=plots.LINE, linewidths=0.7, alpha=0.6)
    styles = {
        "stochastic": {"color": plots.RED, "marker": ".", "linestyle": "-", "linewidth": 0.8},
        "mini-batch of 8": {
            "color": plots.INK,
            "marker": "s",
            "linestyle": "--",
            "markersize": 3.5,
        },
        "batch": {"color": plots.GREEN, "marker": "o", "linestyle": "-", "markersize": 4.5},
    }
    for name, style in styles.items():
        label = f"{name}: {len(trails[name]) - 1} steps"
        axes.plot(*trails[name].T, label=label, **style)
    best = np.unravel_index(np.argmin(loss), loss.shape)
    axes.plot(
        w[best],
        b[best],
        marker="*",
        markersize=18,
        color="white",
        markeredgecolor=plots.INK,
        zorder=3,
    )
    axes.annotate(
        "minimum", (w[best], b[best]), (14, -22), textcoords="offset points", color=plots.INK
    )
    axes.annotate("start", START, (-10, 6), textcoords="offset points", ha="right", color=plots.INK)
    plots.style(axes, title="Three ways down one loss", xlabel="weight w", ylabel="bias b")
    axes.legend(loc="lower left", facecolor="white", edgecolor=plots.FILL, labelcolor=plots.INK)
    plots.save(made, path)


def main(folder="out"):
    """Descend in three ways, print where each ends, and save the picture."""
    x, y = make_data()
    trails = {name: descend(x, y, *settings) for name, settings in DESCENTS.items()}
    print(f"{'descent':16}  steps  rows seen      w       b    loss")
    for name, (batch_size, _, _) in DESCENTS.items():
        steps = len(trails[name]) - 1
        w, b = trails[name][-1]
        loss = loss_at(x, y, w, b)
        print(f"{name:16}  {steps:5}  {steps * batch_size:9}  {w:6.3f}  {b:6.3f}  {loss:6.3f}")
    path = Path(folder) / "04_gradient_descent.png"
    draw(x, y, trails, path)
    print(f"\nPicture: {path}")


if __name__ == "__main__":
    main(*sys.argv[1:2])
