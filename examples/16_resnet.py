"""Shortcuts in deep networks: a residual network beside the same one without them.

Each block of a residual network adds to its input, z + s(MM(s(MM(z)))): MM is a matrix
multiplication (with bias), s an activation, here ReLU. Without the shortcut the block is
s(MM(s(MM(z)))) alone. The gradient that reaches the first layer is a product over all blocks: of
factors I + J with shortcuts, and of J without, where J is small when the training begins. So it
fades with every layer, and a plain network of 26 layers learns nothing. He's start, weights large
enough for ReLU to keep the size of signals, lets it begin, and still it does worse the deeper it
is. With shortcuts depth does no harm: expect 96 to 97 % of the held-out digits at every depth.

Digits as in `06_digits.py`. Source: He et al., Deep residual learning (2015).

python examples/16_resnet.py [FOLDER]      the picture goes to FOLDER, or else to out/
"""

import sys
from pathlib import Path
from time import perf_counter

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

HELD_OUT = 0.2
WIDTH = 32
# Numbers of blocks, of two layers each.
BLOCKS = (2, 6, 12)
EPOCHS = 20
SEED = 0


def load():
    """Return pictures as rows of 64 pixels, and digits, for training and held out."""
    x, y = load_digits(return_X_y=True)
    x, xv, y, yv = train_test_split(x, y, test_size=HELD_OUT, random_state=SEED, stratify=y)
    mean, std = x.mean(), x.std()
    return (x - mean) / std, y, (xv - mean) / std, yv


def network(blocks, container, rng):
    """Make a layer, blocks in that container, and a layer."""
    made = [nn.Linear(64, WIDTH, seed=rng)]
    for _ in range(blocks):
        block = [nn.Linear(WIDTH, WIDTH, seed=rng), nn.ReLU(), nn.Linear(WIDTH, WIDTH, seed=rng)]
        made.append(container(*block, nn.ReLU()))
    return nn.Sequential(*made, nn.Linear(WIDTH, 10, seed=rng))


def plain(blocks):
    """Make a network without shortcuts."""
    return network(blocks, nn.Sequential, np.random.default_rng(SEED))


def plain_he(blocks):
    """Make one without shortcuts; weights have the deviation sqrt(2 / fan_in), biases are 0."""
    rng = np.random.default_rng(SEED)
    model = network(blocks, nn.Sequential, rng)
    for name, parameter in model.named_parameters():
        if name.endswith("weight"):
            nn.init.kaiming_normal_(parameter, nonlinearity="relu", seed=rng)
        else:
            nn.init.zeros_(parameter)
    return model


def residual(blocks):
    """Make a network with a shortcut around each block."""
    return network(blocks, nn.Residual, np.random.default_rng(SEED))


NETWORKS = {"plain": plain, "plain, He's start": plain_he, "residual": residual}


def train(model):
    """Return the history of the training, and the norm of each layer's gradient in epoch 1."""
    x, y, *validation = load()
    monitor = nn.GradientMonitor()
    history = nn.fit(
        model,
        nn.DataLoader(x, y, batch_size=32, shuffle=True, seed=SEED),
        nn.CrossEntropyLoss(),
        nn.Adam(model.parameters(), lr=1e-3),
        epochs=EPOCHS,
        validation=tuple(validation),
        metrics=["accuracy"],
        callbacks=[monitor],
        progress=False,
    )
    return history, [norms[0] for norms in monitor.gradient_norm.values()]


def draw(runs, path):
    """Draw the loss of the deepest networks, and the norm of the gradient over their layers."""
    made = plots.figure(10.6, 4.2)
    left, right = made.subplots(1, 2)
    for k, (name, (history, norms)) in enumerate(runs.items()):
        epochs = range(1, history.epochs + 1)
        left.plot(epochs, history["loss"], label=name, markersize=4, **plots.series(k))
        layers = range(1, len(norms) + 1)
        right.plot(layers, norms, label=name, markersize=4, **plots.series(k))
    title = f"{len(norms)} layers"
    plots.style(left, title=f"{title}: training", xlabel="epoch", ylabel="loss", grid="y")
    plots.style(right, title=f"{title}: the first epoch", xlabel="layer", grid="y")
    right.set_ylabel("norm of the gradient", color=plots.INK)
    left.locator_params(axis="x", integer=True)
    right.set_yscale("log")
    plots.legend(left)
    plots.save(made, path)


def main(folder="out"):
    """Train networks of growing depth, print their results, and draw the deepest."""
    print(
        "layers  network            training loss  held out  gradient: first layer / last  seconds"
    )
    for blocks in BLOCKS:
        runs = {}
        for name, make in NETWORKS.items():
            start = perf_counter()
            runs[name] = history, norms = train(make(blocks))
            print(
                f"{len(norms):6}  {name:17}  {history['loss'][-1]:13.4f}  "
                f"{history['val_accuracy'][-1]:8.1%}  {norms[0] / norms[-1]:28.1e}  "
                f"{perf_counter() - start:7.1f}"
            )
    path = Path(folder) / "16_resnet.png"
    draw(runs, path)
    print(f"\nPicture: {path}")


if __name__ == "__main__":
    main(*sys.argv[1:2])
