"""Make the pictures that the README and the documentation show."""

from pathlib import Path

from autograd import explain, save

DOCS = Path(__file__).parent


def main() -> None:
    """Draw each picture beside this file."""
    lecture = explain("q = x + y; f = q * z", x=-2, y=5, z=-4)
    network = explain("z = w * x + b; a = sigmoid(z); L = (y - a) ** 2", w=0.5, x=2, b=-1.5, y=1)
    save(lecture, DOCS / "graph.svg")
    save(network, DOCS / "neuron.svg", local=True)


if __name__ == "__main__":
    main()
