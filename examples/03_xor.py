"""XOR: one perceptron cannot learn it, because no line separates the classes; an MLP can.

python examples/03_xor.py [FOLDER]      the picture goes to FOLDER, or else to out/
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

INPUTS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float32)
TARGETS = np.array([0, 1, 1, 0])
HIDDEN = 4
EPOCHS = 300
SEED = 0


def learn_perceptron(targets=TARGETS):
    """Return a perceptron after Rosenblatt's rule, and its mistakes in each epoch."""
    perceptron = nn.Perceptron(in_features=2)
    return perceptron, perceptron.fit(INPUTS, targets)


def learn_mlp(epochs=EPOCHS):
    """Return a trained network with one hidden layer, and the history of its training."""
    model = nn.MLP([2, HIDDEN, 1], activation="tanh", seed=SEED)
    loader = nn.DataLoader(INPUTS, TARGETS[:, None], batch_size=4)
    optimizer = nn.Adam(model.parameters(), lr=0.05)
    return model, nn.fit(model, loader, nn.BCEWithLogitsLoss(), optimizer, epochs=epochs)


def probability(model, points):
    """Return the probability that the network gives to class 1, at each of the points."""
    with autograd.no_grad():
        return autograd.sigmoid(model(points)).data[:, 0]


def print_truth_table(perceptron, model):
    """Print the answer of both to each input, and whether it is right."""
    fired = perceptron(INPUTS).data.astype(int)
    p = probability(model, INPUTS)
    print("  x1  x2   XOR   perceptron   MLP (probability)")
    for (x1, x2), target, unit, chance in zip(INPUTS, TARGETS, fired, p, strict=True):
        marks = ["right" if answer == target else "WRONG" for answer in (unit, chance > 0.5)]
        print(
            f"   {x1:.0f}   {x2:.0f}     {target}   {unit} {marks[0]}      "
            f"{int(chance > 0.5)} {marks[1]} ({chance:.3f})"
        )


def draw(perceptron, model, path):
    """Draw the regions that both assign to each class, with the four points on top."""
    made = plots.figure(8.6, 5.0)
    axis = np.linspace(-0.5, 1.5, 201, dtype=np.float32)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    answers = {
        "one perceptron: a line is not enough": perceptron(grid).data,
        f"MLP with {HIDDEN} hidden units": probability(model, grid),
    }
    panels = made.subplots(1, 2)
    for axes, (title, answer) in zip(panels, answers.items(), strict=True):
        plots.style(axes, title=title, xlabel="$x_1$", ylabel="$x_2$")
        regions = answer.reshape(axis.size, axis.size)
        axes.contourf(axis, axis, regions, levels=[-1, 0.5, 2], colors=["white", plots.FILL])
        if answer.min() < 0.5 < answer.max():
            axes.contour(axis, axis, regions, levels=[0.5], colors=[plots.LINE])
        for label, marker in ((0, "o"), (1, "s")):
            x1, x2 = INPUTS[label == TARGETS].T
            color = (plots.INK, plots.GREEN)[label]
            axes.scatter(
                x1, x2, s=110, marker=marker, color=color, label=f"XOR = {label}", zorder=3
            )
        axes.set_aspect("equal")
        axes.set_xticks([0, 1])
        axes.set_yticks([0, 1])
    axes.fill([], [], color=plots.FILL, label="answer 1")
    made.legend(
        *axes.get_legend_handles_labels(),
        loc="outside lower center",
        ncols=3,
        frameon=False,
        labelcolor=plots.INK,
    )
    plots.save(made, path)


def main(folder="out"):
    """Learn, print the truth table, and save the picture."""
    _, mistakes_and = learn_perceptron(targets=np.array([0, 0, 0, 1]))
    perceptron, mistakes = learn_perceptron()
    model, history = learn_mlp()
    print(f"AND: a perceptron makes no more mistakes after {len(mistakes_and)} epochs.")
    print(
        f"XOR: after {len(mistakes)} epochs a perceptron still makes {mistakes[-1]} mistakes "
        f"in each; never fewer than {min(mistakes)}."
    )
    print(f"XOR: an MLP reaches the loss {history['loss'][-1]:.4f}.\n")
    print_truth_table(perceptron, model)
    path = Path(folder) / "03_xor.png"
    draw(perceptron, model, path)
    print(f"\nPicture: {path}")


if __name__ == "__main__":
    main(*sys.argv[1:2])
