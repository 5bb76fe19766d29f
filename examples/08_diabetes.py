"""Regression: the course of diabetes, one year ahead, from ten measurements of 442 patients.

A network of ReLU units stands beside linear regression, which has a formula and nothing to tune.
The score is R² = 1 - (squared error) / (squared error of always saying the mean), of patients held
out: 1 is perfect, 0 as good as no measurement at all, and below 0 is worse than that.

The network learns these few patients by heart. Its R² is near 0 when it trains to the end, while
the loss of the training rows goes on falling. Early stopping keeps the weights of the epoch that
was best on some rows set aside; weight decay keeps them small too. Expect both to bring the network
to the score of linear regression, and not above: 442 patients are too few to show the nonlinear
part of these data. On single splits either is ahead: one split decides nothing.

The data come with scikit-learn (Efron et al., Least angle regression, 2004).

python examples/08_diabetes.py [FOLDER]      the picture goes to FOLDER, or else to out/
"""

import sys
from pathlib import Path

import numpy as np

import nn
from autograd import no_grad
from nn import metrics, plots

try:
    # Imported here to fail before the training, not after it.
    import matplotlib as mpl  # noqa: F401
    from sklearn.datasets import load_diabetes
    from sklearn.model_selection import train_test_split
except ModuleNotFoundError as error:
    sys.exit(f"This example needs {error.name}: pip install 'chalkgrad[examples]'")

HELD_OUT = 0.25
# The share of the rest for early stopping.
VALIDATION = 0.2
SPLITS = 8
HIDDEN = 16
EPOCHS = 300
PATIENCE = 30
# Weight decay, and whether to stop early.
NETWORKS = {
    "network": (0.0, False),
    "+ early stopping": (0.0, True),
    "+ weight decay": (1.0, True),
}


def load(seed):
    """Return standardised (x, y) for training, for validation and held out."""
    x, y = load_diabetes(return_X_y=True, scaled=False)
    x, xt, y, yt = train_test_split(x, y[:, None], test_size=HELD_OUT, random_state=seed)
    x, xv, y, yv = train_test_split(x, y, test_size=VALIDATION, random_state=seed)
    # From the training rows alone: no other rows must influence anything.
    mean, std, mean_y, std_y = x.mean(axis=0), x.std(axis=0), y.mean(), y.std()
    parts = ((x, y), (xv, yv), (xt, yt))
    return [((x - mean) / std, (y - mean_y) / std_y) for x, y in parts]


def linear_regression(training, validation, held_out):
    """Return R² of least squares, which needs no validation and so learns from those rows too."""
    x, y = map(np.concatenate, zip(training, validation, strict=True))
    x, xt = (np.column_stack([np.ones(len(rows)), rows]) for rows in (x, held_out[0]))
    weights, *_ = np.linalg.lstsq(x, y)
    return metrics.r2(xt @ weights, held_out[1])


def train(training, validation, decay, stop_early, seed):
    """Return the trained network, and the history of its training."""
    model = nn.MLP([training[0].shape[1], HIDDEN, 1], activation="relu", seed=seed)
    history = nn.fit(
        model,
        nn.DataLoader(*training, batch_size=32, shuffle=True, seed=seed),
        nn.MSELoss(),
        nn.AdamW(model.parameters(), lr=1e-2, weight_decay=decay),
        epochs=EPOCHS,
        validation=validation,
        callbacks=[nn.EarlyStopping(patience=PATIENCE)] if stop_early else [],
        progress=False,
    )
    return model, history


def score(model, held_out):
    """Return R² of the network on rows that nothing was learned from."""
    with no_grad():
        return metrics.r2(model(held_out[0].astype(np.float32)), held_out[1])


def compare():
    """Return R² of held-out patients: a row for each split, a column for each method."""
    rows = []
    for seed in range(SPLITS):
        training, validation, held_out = load(seed)
        rows.append([linear_regression(training, validation, held_out)])
        for settings in NETWORKS.values():
            model, _ = train(training, validation, *settings, seed)
            rows[-1].append(score(model, held_out))
    return np.array(rows)


def draw(history, scores, path):
    """Draw the losses of a network that is not stopped, and the R² of each method."""
    made = plots.figure(10.6, 4.2)
    left, right = made.subplots(1, 2)
    plots.style(
        left, title="Learned by heart (split 0)", xlabel="epoch", ylabel="mean squared error"
    )
    epochs = np.arange(1, history.epochs + 1)
    left.plot(epochs, history["val_loss"], color=plots.INK, linestyle="--", label="validation")
    left.plot(epochs, history["loss"], color=plots.GREEN, label="training")
    best = np.argmin(history["val_loss"])
    left.axvline(epochs[best], color=plots.RED, linestyle=":", label="early stopping takes this")
    left.legend(frameon=False, labelcolor=plots.INK)
    plots.style(right, title="Held-out R², a line for each split", ylabel="R²")
    names = [
        "linear\nregression",
        "network",
        "with early\nstopping",
        "and weight\ndecay",
    ]
    for row in scores:
        right.plot(names, row, color=plots.LINE, marker=".", linewidth=0.7)
    right.plot(names, scores.mean(axis=0), "s", color=plots.GREEN, markersize=9, label="mean")
    right.axhline(0, color=plots.INK, linewidth=0.8, linestyle="--")
    right.legend(frameon=False, labelcolor=plots.INK)
    for axes in (left, right):
        axes.grid(axis="y", color=plots.FILL)
        axes.set_axisbelow(True)
    plots.save(made, path)


def main(folder="out"):
    """Compare on several splits, print R² of each, and save the picture."""
    scores = compare()
    names = ["linear regression", *NETWORKS]
    print("R² of held-out patients\n\nsplit  " + "  ".join(names))
    labels = [*range(len(scores)), "mean"]
    for label, row in zip(labels, [*scores, scores.mean(axis=0)], strict=True):
        cells = (f"{r2:{len(name)}.3f}" for name, r2 in zip(names, row, strict=True))
        print(f"{label:>5}  " + "  ".join(cells))
    training, validation, _ = load(0)
    _, history = train(training, validation, *NETWORKS["network"], 0)
    path = Path(folder) / "08_diabetes.png"
    draw(history, scores, path)
    print(f"\nPicture: {path}")


if __name__ == "__main__":
    main(*sys.argv[1:2])
