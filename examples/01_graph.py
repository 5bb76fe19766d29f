"""The graph f = (x + y) z: its values, its gradients, every step, and the picture."""

import sys
from pathlib import Path

from autograd import explain, save, variables


def main(folder: Path) -> None:
    """Differentiate, explain and draw; pictures go into `folder`."""
    x, y, z = variables(x=-2, y=5, z=-4)
    q = x + y
    f = q * z
    f.backward()
    print(f"f = {f.item():g}, df/dx = {x.grad:g}, df/dy = {y.grad:g}, df/dz = {z.grad:g}\n")

    explanation = explain("q = x + y; f = q * z", x=-2, y=5, z=-4)
    print(explanation)
    for name in ("graph.svg", "graph.png"):
        print(f"\nsaved {save(explanation, folder / name)}", end="")
    print()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "out"))
