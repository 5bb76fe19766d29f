"""Interactive pages: step through a graph, drag its inputs, look into a network, take a quiz.

Each is one file that opens from disk in any browser: graph.html is the graph of lecture slides,
with a quiz that names mistakes; neuron.html a neuron to train by hand; network.html a network whose
layers open on a click.

    python examples/18_page.py pages        (into the folder `pages`; without a name, into `out`)
"""

import sys
from pathlib import Path

import numpy as np

import nn
from autograd import explain
from autograd.marking.common_mistakes import find_common_mistakes

GRAPH, AT = "q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4}


def main(folder: Path) -> None:
    """Write three pages into `folder`."""
    mistakes = find_common_mistakes(GRAPH, AT).mistakes
    graph = explain(GRAPH, **AT)
    neuron = explain("z = w * x + b; a = sigmoid(z); L = (y - a) ** 2", w=0.5, x=2, b=-1.5, y=1)

    model, loss = nn.MLP([2, 8, 8, 3], activation="tanh", seed=0), nn.CrossEntropyLoss()
    x, y = np.random.default_rng(0).normal(size=(12, 2)), np.arange(12) % 3
    network = explain(lambda: loss(model(x), y))

    for path in (
        graph.html(folder / "graph.html", mistakes=mistakes),
        neuron.html(folder / "neuron.html"),
        network.html(folder / "network.html"),
    ):
        print(f"saved {path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "out"))
