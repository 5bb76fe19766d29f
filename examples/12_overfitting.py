"""Over-fitting, and three remedies: dropout, an L2 penalty, early stopping.

A hundred handwritten digits are few for a network of 26,000 weights: it soon has them all right,
and then gives them ever higher probabilities. The loss of other digits falls at first and then
rises again, since the network is just as sure where it errs. This is over-fitting, and these are
the three usual remedies:

- dropout leaves out half of the hidden units at random at each step, so no unit can rely on another
  one (Srivastava et al. 2014);
- the L2 penalty adds λ Σ w² to the loss, so that weights grow only where it pays; its gradient
  2 λ w shrinks them at each step, which is why it is also called weight decay;
- early stopping takes the weights of the epoch with the lowest loss on digits set aside.

Expect each to lower the loss on digits held out. Their accuracy hardly moves: a rising loss spoils
the probabilities of the network much more than its answers. All numbers are means over several
draws of the hundred digits, because draws differ by more than remedies do. The training loss in the
picture is that of the batches during training, with half of the units missing under dropout; the
loss in the table is that of the finished network.

python examples/12_overfitting.py [FOLDER]      the picture goes to FOLDER, or else to out/
"""

import sys
from pathlib import Path

import numpy as np

import nn
from autograd import no_grad
from nn import functional, metrics, plots

try:
    # Imported here to fail before the training, not after it.
    import matplotlib as mpl  # noqa: F401
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split
except ModuleNotFoundError as error:
    sys.exit(f"This example needs {error.name}: pip install 'chalkgrad[examples]'")

# The number of the 1797 digits for training and for validation; the others are held out.
ROWS = 100
HIDDEN = 128
EPOCHS = 100
SPLITS = 8
# The probability of dropout, the factor λ of the penalty, whether to stop early.
REMEDIES = {
    "none": (0.0, 0.0, False),
    "dropout": (0.5, 0.0, False),
    "L2 penalty": (0.0, 1e-3, False),
    "early stopping": (0.0, 0.0, True),
}


def load(seed):
    """Return pictures and digits for training, for validation and held out, (x, y) each."""
    x, y = load_digits(return_X_y=True)
    few = {"train_size": ROWS, "random_state": seed}
    x, rest, y, rest_y = train_test_split(x / 16, y, stratify=y, **few)
    xv, xt, yv, yt = train_test_split(rest, rest_y, stratify=rest_y, **few)
    return (x, y), (xv, yv), (xt, yt)


def train(training, validation, dropout, penalty, stop_early, seed):
    """Return the trained network, and the history of its training."""
    rng = np.random.default_rng(seed)
    model = nn.Sequential(
        nn.Linear(64, HIDDEN, seed=rng),
        nn.ReLU(),
        nn.Dropout(dropout, seed=rng),
        nn.Linear(HIDDEN, HIDDEN, seed=rng),
        nn.ReLU(),
        nn.Dropout(dropout, seed=rng),
        nn.Linear(HIDDEN, 10, seed=rng),
    )
    history = nn.fit(
        model,
        nn.DataLoader(*training, batch_size=32, shuffle=True, seed=seed),
        nn.CrossEntropyLoss(),
        nn.Adam(model.parameters(), lr=3e-3),
        epochs=EPOCHS,
        validation=validation,
        penalty=lambda model: penalty * functional.l2_penalty(model.parameters()),
        callbacks=[nn.EarlyStopping(patience=10)] if stop_early else [],
        progress=False,
    )
    return model, history


def judge(model, x, y):
    """Return loss and accuracy of a network in evaluation mode."""
    model.eval()
    with no_grad():
        output = model(x.astype(np.float32))
        return nn.CrossEntropyLoss()(output, y).item(), metrics.accuracy(output, y)


def compare():
    """Return numbers by remedy, of shape (splits, 4), and the histories of the first split.

    The numbers are the epochs, the training loss, and loss and accuracy of held-out digits.
    """
    numbers, histories = {name: [] for name in REMEDIES}, {}
    for seed in range(SPLITS):
        training, validation, held_out = load(seed)
        for name, settings in REMEDIES.items():
            model, history = train(training, validation, *settings, seed)
            learned, _ = judge(model, *training)
            numbers[name].append([history.epochs, learned, *judge(model, *held_out)])
            histories.setdefault(name, history)
    return {name: np.array(rows) for name, rows in numbers.items()}, histories


def draw(histories, path):
    """Draw losses of training and validation, one panel for each remedy."""
    made = plots.figure(12, 3.8)
    panels = made.subplots(1, len(histories), sharex=True, sharey=True)
    for axes, (name, history) in zip(panels, histories.items(), strict=True):
        plots.style(axes, title=name, xlabel="epoch")
        epochs = np.arange(1, history.epochs + 1)
        held_out = history["val_loss"]
        axes.plot(epochs, history["loss"], color=plots.GREEN, label="training")
        axes.plot(epochs, held_out, color=plots.INK, linestyle="--", label="validation")
        lowest = np.argmin(held_out)
        axes.plot(epochs[lowest], held_out[lowest], "v", color=plots.RED, label="lowest")
        axes.set_ylim(0, 1)
        axes.grid(axis="y", color=plots.FILL)
    panels[0].set_ylabel("loss", color=plots.INK)
    panels[0].legend(frameon=False, labelcolor=plots.INK)
    plots.save(made, path)


def main(folder="out"):
    """Compare the remedies, print the effect of each, and save the picture."""
    numbers, histories = compare()
    print(f"Means over {SPLITS} drawings of {ROWS} digits\n")
    print("                epochs  training loss  held-out loss  held-out accuracy")
    for name, rows in numbers.items():
        epochs, learned, loss, accuracy = rows.mean(axis=0)
        print(f"{name:14}  {epochs:6.0f}  {learned:13.3f}  {loss:13.3f}  {accuracy:17.1%}")
    path = Path(folder) / "12_overfitting.png"
    draw(histories, path)
    print(f"\nPicture: {path}")


if __name__ == "__main__":
    main(*sys.argv[1:2])
