"""Seven optimizers on one loss surface, and the loss surface of a real training.

The first picture is Beale's function, f = (1.5 - x + x y)^2 + (2.25 - x + x y^2)^2 +
(2.625 - x + x y^3)^2, with its minimum 0 at (3, 0.5) (Jamil and Yang, A literature survey of
benchmark functions for global optimization problems, 2013, no. 10). A steep slope falls into a long
flat valley. Look for four things:

- SGD follows the slope: it falls straight into the valley, and then crawls along it.
- With momentum, at the same learning rate, it shoots across the valley and up the other side, but
  keeps its speed and arrives. Nesterov looks ahead, and swings less.
- AdaGrad, RMSprop and Adam divide by the size of past gradients, so that x and y first change
  equally fast: they set out at 45 degrees, whatever the slope. Adam, with a momentum, swings too.
- Lion only looks at signs. Its steps have one length and one of eight directions, so that it runs
  past the minimum, turns round, and never comes to rest.

The second picture is the loss of a small network along the two directions in which its 65
parameters moved the most (Li et al., Visualizing the loss landscape of neural nets, 2018). Read the
numbers on the lines: where the training ends, lines lie close but differ by ever less.

python examples/09_optimizers.py [FOLDER]      the pictures go to FOLDER, or else to out/
"""

import sys
from pathlib import Path

import numpy as np

import nn
from autograd import Tensor
from nn import plots

try:
    # Imported here to fail before the training, not after it.
    import matplotlib as mpl  # noqa: F401
except ModuleNotFoundError as error:
    sys.exit(f"This example needs {error.name}: pip install 'chalkgrad[examples]'")

START = (1.2, 0.9)
MINIMUM = (3.0, 0.5)
STEPS = 300
NEAR = 0.1
OPTIMIZERS = {
    "SGD": lambda p: nn.SGD(p, lr=0.003),
    "momentum": lambda p: nn.SGD(p, lr=0.003, momentum=0.9),
    "Nesterov": lambda p: nn.SGD(p, lr=0.003, momentum=0.9, nesterov=True),
    "AdaGrad": lambda p: nn.Adagrad(p, lr=0.3),
    "RMSprop": lambda p: nn.RMSprop(p, lr=0.02),
    "Adam": lambda p: nn.Adam(p, lr=0.1),
    "Lion": lambda p: nn.Lion(p, lr=0.03),
}
EPOCHS = 60
SEED = 0


def beale(x, y):
    """Return Beale's function of numbers, arrays or tensors."""
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


def descend(make_optimizer, steps=STEPS):
    """Return the points of an optimizer at the start and after each step, (steps + 1, 2)."""
    x, y = (Tensor(start, requires_grad=True) for start in START)
    optimizer = make_optimizer([x, y])
    points = [START]
    for _ in range(steps):
        optimizer.zero_grad()
        beale(x, y).backward()
        optimizer.step()
        points.append((x.item(), y.item()))
    return np.array(points)


def arrival(points):
    """Return the first step from which on the way stays near the minimum, or `None`."""
    away = np.flatnonzero(np.hypot(*(points - MINIMUM).T) > NEAR)
    last = away[-1] if len(away) else -1
    return last + 1 if last + 1 < len(points) else None


def print_table(ways):
    """Print when each optimizer arrives, and where it ends."""
    print(f"{'optimizer':10}  {'arrives at step':>15}  {'x':>6}  {'y':>6}  {'loss':>9}")
    for name, points in ways.items():
        x, y = points[-1]
        step = arrival(points)
        print(
            f"{name:10}  {'never' if step is None else step:>15}  {x:6.3f}  {y:6.3f}  "
            f"{beale(x, y):9.2e}"
        )


class Trail(nn.Callback):
    """The parameters at the start and after each epoch."""

    def __init__(self):
        self.states = []

    def on_fit_start(self, run):
        """Note where the training starts."""
        self.states.append(run.model.state_dict())

    def on_epoch_end(self, run):
        """Note where the epoch ended."""
        self.states.append(run.model.state_dict())


def train(epochs):
    """Return a small network that learned two moons, its data, and its states on the way."""
    rng = np.random.default_rng(SEED)
    angle, y = rng.uniform(0, np.pi, 200), np.arange(200) % 2
    moon = np.stack([np.cos(angle), np.sin(angle)], axis=1) * np.where(y, -1, 1)[:, None]
    x = moon + np.where(y, 1, 0)[:, None] * (1, 0.5) + 0.15 * rng.normal(size=moon.shape)
    model = nn.MLP([2, 16, 1], activation="tanh", seed=SEED)
    loader = nn.DataLoader(x, y[:, None] * 1.0, batch_size=20, shuffle=True, seed=SEED)
    optimizer, trail = nn.Adam(model.parameters(), lr=0.05), Trail()
    loss = nn.BCEWithLogitsLoss()
    nn.fit(model, loader, loss, optimizer, epochs=epochs, callbacks=[trail], progress=False)
    return model, (x, y[:, None] * 1.0), trail.states


def main(folder="out"):
    """Descend in seven ways, print where each ends, and save both pictures."""
    ways = {name: descend(make) for name, make in OPTIMIZERS.items()}
    print_table(ways)
    paths = [Path(folder) / f"09_{name}.png" for name in ("optimizers", "loss_surface")]
    plots.contour(
        beale,
        paths=ways,
        minimum=MINIMUM,
        title="Seven ways down Beale's function",
        path=paths[0],
    )
    model, data, states = train(EPOCHS)
    plots.loss_surface(
        model,
        nn.BCEWithLogitsLoss(),
        data,
        trajectory=states,
        directions="pca",
        path=paths[1],
    )
    print(f"\nPictures: {paths[0]} and {paths[1]}")


if __name__ == "__main__":
    main(*sys.argv[1:2])
