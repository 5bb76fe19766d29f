"""Transfer: digits 5 to 9 are learned from a few pictures, after 0 to 4 from many.

The digits, 8 × 8 pixels, lie anywhere on a sheet of 12 × 12. A network that reads 0 to 4 there has
a body, convolutions that find strokes anywhere, and a head, which names the digit they make. Other
digits are made of the same strokes. So a second network takes over the body, gets a new head, and
learns from 1, 2, 5, ... pictures of each new digit, in three ways:

- from scratch: nothing is taken over;
- frozen body: `requires_grad_(False)`, only the head learns;
- fine-tuned: all learns, the body at a lower rate than the head (groups of parameters).

Expect the old body to be worth most where pictures are few: with one or two, frozen or not. A
frozen one soon limits the network, because it keeps only the features that tell 0 to 4 apart.
Fine-tuned it is ahead to about 10 pictures, and with more the network that began from scratch. One
draw of few pictures says little; each number is the mean of several.

python examples/15_transfer_learning.py [FOLDER]      the picture goes to FOLDER, or else to out/
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

import nn
from autograd import no_grad
from nn import metrics, plots

try:
    # Imported here to fail before the training, not after it.
    import matplotlib as mpl  # noqa: F401
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split
except ModuleNotFoundError as error:
    sys.exit(f"This example needs {error.name}: pip install 'chalkgrad[examples]'")

HELD_OUT = 0.3
SHEET = 12
CHANNELS = 12
EPOCHS = 20
# Numbers of pictures of each new digit, and the number of draws.
PICTURES = (1, 2, 5, 10, 20, 50)
DRAWS = 5
STEPS = 150
LEARNING_RATE = 5e-3
BODY_RATE = 0.3
SEED = 0


def convolution(inputs, outputs, rng, pool=2):
    """Return the layers for patterns of 3 × 3 and the strongest in each window."""
    return (
        nn.Conv2d(inputs, outputs, 3, padding=1, seed=rng),
        nn.ReLU(),
        nn.MaxPool2d(pool),
    )


class Reader(nn.Module):
    """A network in two parts: the body, which other networks can use, and the head."""

    def __init__(self, seed):
        rng = np.random.default_rng(seed)
        self.body = nn.Sequential(
            *convolution(1, CHANNELS, rng),
            *convolution(CHANNELS, 2 * CHANNELS, rng),
            *convolution(2 * CHANNELS, 4 * CHANNELS, rng, pool=3),
            nn.Flatten(),
        )
        self.head = nn.Linear(4 * CHANNELS, 5, seed=rng)

    def forward(self, x):
        """Return scores of five digits for sheets of shape (N, 1, 12, 12)."""
        return self.head(self.body(x))


def place(pictures, rng):
    """Place each picture at random on a separate sheet."""
    sheets = np.zeros((len(pictures), 1, SHEET, SHEET), np.float32)
    corners = rng.integers(SHEET - 7, size=(len(pictures), 2))
    for sheet, picture, (row, column) in zip(sheets, pictures, corners, strict=True):
        sheet[0, row : row + 8, column : column + 8] = picture
    return sheets


def load(digits):
    """Return sheets with five digits, and these numbered from 0, for training and held out."""
    x, y = load_digits(return_X_y=True)
    chosen = np.isin(y, digits)
    sheets = place(x[chosen].reshape(-1, 8, 8) / 16, np.random.default_rng(SEED))
    y = y[chosen] - min(digits)
    x, xv, y, yv = train_test_split(sheets, y, test_size=HELD_OUT, random_state=SEED, stratify=y)
    return x, y, xv, yv


def few(x, y, count, rng):
    """Return `count` pictures of each digit."""
    rows = [rng.choice(np.flatnonzero(y == digit), count, replace=False) for digit in range(5)]
    rows = np.concatenate(rows)
    return x[rows], y[rows]


def learn_first_digits(path):
    """Save a network that reads 0 to 4 at `path`, and return its held-out accuracy."""
    x, y, *validation = load(range(5))
    model = Reader(SEED)
    history = nn.fit(
        model,
        nn.DataLoader(x, y, batch_size=32, shuffle=True, seed=SEED),
        nn.CrossEntropyLoss(),
        nn.Adam(model.parameters(), lr=LEARNING_RATE),
        epochs=EPOCHS,
        validation=tuple(validation),
        metrics=["accuracy"],
        progress=False,
    )
    nn.save(model, path, {"digits": "0 to 4"})
    return history["val_accuracy"][-1]


def with_old_body(path, seed):
    """Return a network with a new head on the body that was saved."""
    old, model = Reader(seed), Reader(seed)
    nn.load(old, path)
    model.body = old.body
    return model


def from_scratch(path, seed):
    """Return a new network, and an optimizer of all of it."""
    model = Reader(seed)
    return model, nn.Adam(model.parameters(), lr=LEARNING_RATE)


def frozen_body(path, seed):
    """Return a network with the old body, unchanged, and an optimizer of the new head."""
    model = with_old_body(path, seed)
    model.body.requires_grad_(False)
    return model, nn.Adam(model.head.parameters(), lr=LEARNING_RATE)


def fine_tuned(path, seed):
    """Return a network with the old body, and an optimizer that moves the body less."""
    model = with_old_body(path, seed)
    groups = [
        {"params": model.head.parameters()},
        {"params": model.body.parameters(), "lr": LEARNING_RATE * BODY_RATE},
    ]
    return model, nn.Adam(groups, lr=LEARNING_RATE)


WAYS = {"from scratch": from_scratch, "frozen body": frozen_body, "fine-tuned": fine_tuned}


def learn(model, optimizer, x, y, rng):
    """Take the same number of steps for any number of pictures, 32 of them at a time."""
    loss = nn.CrossEntropyLoss()
    for _ in range(STEPS):
        rows = rng.integers(len(x), size=min(len(x), 32))
        optimizer.zero_grad()
        loss(model(x[rows]), y[rows]).backward(retain_graph=False)
        optimizer.step()


def compare(path):
    """Return held-out accuracies on digits 5 to 9, (ways, numbers of pictures, draws)."""
    x, y, xv, yv = load(range(5, 10))
    scores = np.empty((len(WAYS), len(PICTURES), DRAWS))
    for way, column, draw_ in np.ndindex(scores.shape):
        # The same pictures for each way.
        rng = np.random.default_rng([SEED, column, draw_])
        chosen = few(x, y, PICTURES[column], rng)
        model, optimizer = list(WAYS.values())[way](path, draw_)
        learn(model, optimizer, *chosen, rng)
        with no_grad():
            scores[way, column, draw_] = metrics.accuracy(model(xv), yv)
    return scores


def draw(scores, path):
    """Draw the mean accuracy of each way over the number of pictures, and the range of draws."""
    made = plots.figure(7.2, 4.4)
    axes = made.add_subplot()
    for k, (name, of_way) in enumerate(zip(WAYS, scores, strict=True)):
        style = plots.series(k)
        axes.plot(PICTURES, of_way.mean(axis=1), label=name, **style)
        lowest, highest = of_way.min(axis=1), of_way.max(axis=1)
        axes.fill_between(PICTURES, lowest, highest, color=style["color"], alpha=0.12, linewidth=0)
    plots.style(
        axes,
        title="Digits 5 to 9, after 0 to 4",
        xlabel="pictures of each new digit",
        ylabel="held-out accuracy (band: all draws)",
        grid="y",
    )
    axes.set_xscale("log")
    axes.set_xticks(PICTURES, PICTURES)
    axes.minorticks_off()
    plots.legend(axes, loc="lower right")
    plots.save(made, path)


def main(folder="out"):
    """Learn the first digits, then the others in three ways; print and draw the accuracies."""
    start = perf_counter()
    with TemporaryDirectory() as kept:
        saved = Path(kept) / "reader.safetensors"
        print(f"Digits 0 to 4: {learn_first_digits(saved):.1%} of those held out\n")
        scores = compare(saved)
    print("Digits 5 to 9: held-out accuracy, mean of the draws\n")
    print("pictures of each  " + "  ".join(WAYS))
    for count, of_count in zip(PICTURES, np.swapaxes(scores, 0, 1), strict=True):
        cells = (f"{row.mean():{len(name)}.1%}" for name, row in zip(WAYS, of_count, strict=True))
        print(f"{count:16}  " + "  ".join(cells))
    path = Path(folder) / "15_transfer_learning.png"
    draw(scores, path)
    print(f"\n{perf_counter() - start:.1f} s. Picture: {path}")


if __name__ == "__main__":
    main(*sys.argv[1:2])
