"""The first artificial neurons and a later one: threshold units, the perceptron, maxout.

- A threshold logic unit (McCulloch and Pitts 1943) fires where w . x >= threshold. One unit is AND,
  OR, NOT or a majority. None is XOR: 0 < threshold, since the unit must not fire at (0, 0), w1 and
  w2 must each reach it, and so w1 + w2 does too. Two layers of units are XOR.
- The perceptron (Rosenblatt 1958) learns its weights, by correcting every mistake. Where a plane
  through the origin separates the classes it makes at most (R / gamma)^2 mistakes (Novikoff 1962):
  R is the length of the longest row, with a 1 in it for the bias, and gamma the distance of the
  nearest row from the plane. Expect far fewer: the bound is for the worst order of the worst rows.
- A maxout unit (Goodfellow et al. 2013) is the largest of several lines, which it learns. |x| is
  two lines. The best k lines for x^2 on -1 to 1 are nowhere further away than 1 / (2 k^2): the best
  line for a stretch of length h misses the parabola by h^2 / 8, and stretches are 2 / k long. A
  line that is nowhere the largest gets no gradient: the more there are, the more are never used.

It prints tables and needs nothing but chalkgrad:    python examples/17_lecture_units.py
"""

import itertools

import numpy as np

import nn
from autograd import no_grad

BITS = np.array(list(itertools.product([0, 1], repeat=2)))
XOR = np.array([0, 1, 1, 0])
GRID = np.arange(-2, 2.25, 0.5)
ROWS = 100
GAMMAS = (1.0, 0.5, 0.2, 0.1, 0.05)
PIECES = (1, 2, 3, 4, 6, 8)
STARTS = 20
STEPS = 600
SEED = 0


class TwoLayerXOR(nn.Module):
    """XOR: "one or the other, but not both", and each of the three words is a unit."""

    def __init__(self):
        self.either = nn.ThresholdLogicUnit([1, 1], threshold=1)
        self.both = nn.ThresholdLogicUnit([1, 1], threshold=2)
        self.but_not = nn.ThresholdLogicUnit([1, -1], threshold=1)

    def forward(self, x):
        """Return 0 or 1 for each row of two."""
        return self.but_not(np.stack([self.either(x), self.both(x)], axis=-1))


def print_gates():
    """Print the truth tables of single units, and of the two layers that XOR takes."""
    either = nn.ThresholdLogicUnit([1, 1], threshold=1)
    both = nn.ThresholdLogicUnit([1, 1], threshold=2)
    invert = nn.ThresholdLogicUnit([-1], threshold=0)
    gates = {"AND": both(BITS), "OR": either(BITS), "NOT x1": invert(BITS[:, :1])}
    columns = [*gates.values(), TwoLayerXOR()(BITS)]
    print("x1  x2    AND  OR  NOT x1    two layers: XOR")
    for (x1, x2), *fired in zip(BITS, *(column.data for column in columns), strict=True):
        a, o, n, x = map(int, fired)
        print(f"{x1:2}  {x2:2}    {a:3}  {o:2}  {n:6}    {x:15}")
    triples = np.array(list(itertools.product([0, 1], repeat=3)))
    fired = nn.ThresholdLogicUnit([1, 1, 1], threshold=2)(triples).data
    said = ["".join(map(str, row)) for row in triples[fired == 1]]
    print(f"\nA majority of three fires at {', '.join(said)}.")


def search(targets):
    """Count the single units with weights and threshold on a grid that compute `targets`."""
    found = tried = 0
    for w1, w2, threshold in itertools.product(GRID, repeat=3):
        fired = nn.ThresholdLogicUnit([w1, w2], threshold)(BITS).data
        found += bool(np.all(fired == targets))
        tried += 1
    return found, tried


def separable(gamma, rng):
    """Return rows (x1, x2, 1), labels, and a plane between the classes, `gamma` or more away."""
    plane = np.array([1.0, -1.0, 0.2])
    plane /= np.linalg.norm(plane)
    x = np.column_stack([rng.uniform(-1, 1, (40 * ROWS, 2)), np.ones(40 * ROWS)])
    x = x[np.abs(x @ plane) >= gamma][:ROWS]
    return x, (x @ plane > 0).astype(int), plane


def convergence(gamma):
    """Return the mistakes of the perceptron until it makes none, epochs, and Novikoff's bound."""
    x, y, plane = separable(gamma, np.random.default_rng(SEED))
    # The perceptron adds the 1 itself, as the factor of its bias.
    mistakes = nn.Perceptron(2).fit(x[:, :2], y, max_epochs=10_000)
    radius, distance = np.linalg.norm(x, axis=1).max(), np.abs(x @ plane).min()
    return sum(mistakes), len(mistakes), (radius / distance) ** 2


def fit_maxout(function, pieces):
    """Fit several maxout units to a function on -1 to 1, and choose the best.

    Returns the slopes and the values at 0 of its lines, how many are the largest somewhere, and the
    largest error.
    """
    x = np.linspace(-1, 1, 201)[:, None]
    y = np.repeat(function(x), STARTS, axis=1)
    units = nn.Maxout(1, STARTS, pieces, dtype=np.float64, seed=SEED)
    optimizer = nn.Adam(units.parameters(), lr=0.05)
    schedule = nn.CosineAnnealingLR(optimizer, STEPS)
    loss = nn.MSELoss()
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss(units(x), y).backward()
        optimizer.step()
        schedule.step()
    with no_grad():
        errors = np.abs(units(x).data - y).max(axis=0)
    best = np.argmin(errors)
    slopes, values = units.weight.data[best, :, 0], units.bias.data[best]
    used = np.unique(np.argmax(x * slopes + values, axis=1))
    return slopes, values, len(used), errors[best]


def main():
    """Print the abilities of each kind of unit."""
    print_gates()
    print(f"\n{'one unit that computes':22}  found on the grid")
    for name, targets in {"AND": BITS.all(axis=1), "OR": BITS.any(axis=1), "XOR": XOR}.items():
        found, tried = search(targets)
        print(f"{name:22}  {found} of {tried}")

    print(f"\nThe perceptron on {ROWS} separable rows\n\n gamma  epochs  mistakes  (R / gamma)^2")
    for gamma in GAMMAS:
        mistakes, epochs, bound = convergence(gamma)
        print(f"{gamma:6}  {epochs:6}  {mistakes:8}  {bound:13.1f}")

    print("\nMaxout on -1 to 1, the best of several starts\n")
    slopes, values, *_ = fit_maxout(np.abs, 2)
    lines = (f"{w:.3f} x {b:+.3f}" for w, b in zip(slopes, values, strict=True))
    print("|x| is the larger of " + " and ".join(lines))
    print("\nlines  in use  largest error of x^2  1 / (2 k^2)")
    for k in PIECES:
        *_, used, error = fit_maxout(np.square, k)
        print(f"{k:5}  {used:6}  {error:20.4f}  {1 / (2 * k**2):11.4f}")


if __name__ == "__main__":
    main()
