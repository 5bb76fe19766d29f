"""Samples along a line: interpolation, differences, polynomials, transforms and padding."""

from typing import Any

import numpy as np

from tests.oracle.bridge import F, Function, torch
from tests.oracle.composites.composite import Composite, of
from tests.oracle.operations.matrices import LA, convolve

SORTED = np.array([-1.5, 0.2, 1.0, 2.5])
WEIGHTS = np.array([0.5, 2.0, 1.5, 1.0])

# Interpolation ------------------------------------------------------------------------------------


def linspace(start: Any, stop: Any, num: int, endpoint: bool = True, axis: int = 0) -> Any:
    """`torch.linspace` has no derivatives."""
    way = torch.arange(num, dtype=torch.float64) / (num - 1 if endpoint else num)
    way = way.reshape(-1, *(1,) * max(start.ndim, stop.ndim))
    return torch.movedim(start + (stop - start) * way, 0, axis)


def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None) -> Any:
    k = torch.clamp(torch.searchsorted(xp.detach(), x.detach(), right=True) - 1, 0, len(xp) - 2)
    way = (x - xp[k]) / (xp[k + 1] - xp[k])
    y = torch.lerp(fp[k], fp[k + 1], way)
    y = torch.where(x < xp[0], fp[0] if left is None else left, y)
    return torch.where(x > xp[-1], fp[-1] if right is None else right, y)


# Differences --------------------------------------------------------------------------------------


def gradient(x: Any, *spacing: Any, axis: Any = None, edge_order: int = 1) -> Any:
    axes = tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    steps = [torch.as_tensor(h, dtype=x.dtype) for h in spacing or (1.0,)]
    steps = steps * len(axes) if len(steps) == 1 else steps
    spaced: Any = steps if steps[0].ndim else [float(h) for h in steps]
    y = torch.gradient(x, spacing=spaced, dim=axes, edge_order=edge_order)
    return y[0] if len(y) == 1 else y


def trapezoid(y: Any, x: Any = None, dx: float = 1.0, axis: int = -1) -> Any:
    return torch.trapezoid(y, dx=dx, dim=axis) if x is None else torch.trapezoid(y, x, dim=axis)


# Polynomials --------------------------------------------------------------------------------------


def polyval(p: Any, x: Any) -> Any:
    return sum(c * x**k for k, c in enumerate(p.flip(0)))


def polyadd(p: Any, q: Any) -> Any:
    n = max(len(p), len(q))
    return F.pad(p, (n - len(p), 0)) + F.pad(q, (n - len(q), 0))


def polyder(p: Any, m: int = 1) -> Any:
    for _ in range(m):
        p = p[:-1] * torch.arange(len(p) - 1, 0, -1)
    return p


def polyint(p: Any, m: int = 1) -> Any:
    for _ in range(m):
        p = F.pad(p / torch.arange(len(p), 0, -1), (0, 1))
    return p


def polydiv(u: Any, v: Any) -> Any:
    """Return the quotient solves the triangular equations of the highest powers."""
    n = len(u) - len(v) + 1
    shifted = torch.stack([F.pad(v, (k, n - 1 - k)) for k in range(n)], 1)
    q = LA.solve(shifted[:n], u[:n])
    return q, (u - shifted @ q)[n:]


def poly(roots: Any) -> Any:
    p = torch.ones(1, dtype=roots.dtype)
    for root in roots:
        p = convolve(p, torch.stack([torch.ones_like(root), -root]))
    return p


def polyfit(x: Any, y: Any, deg: int, w: Any = None) -> Any:
    powers = x[:, None] ** torch.arange(deg, -1, -1)
    w = torch.ones_like(x) if w is None else torch.as_tensor(w)
    return LA.pinv(powers * w[:, None]) @ (y * (w if y.ndim == 1 else w[:, None]))


# Transforms and padding ---------------------------------------------------------------------------


def transform(name: str) -> Function:
    function = getattr(torch.fft, name)
    if name.endswith("2"):
        return lambda x, s=None, axes=(-2, -1), norm=None: function(x, s, axes, norm)
    return lambda x, s=None, axes=None, norm=None: function(x, s, axes, norm)


def mirrored(x: Any, n: int, mode: str) -> Any:
    """Return a vector, n wider on both sides."""
    return F.pad(x.reshape(1, 1, -1), (n, n), mode).reshape(-1)


def pad(x: Any, pad_width: int, mode: str = "constant", **how: Any) -> Any:
    """Return a vector with a frame of equal widths on both sides."""
    n, ones = pad_width, torch.ones(pad_width, dtype=x.dtype)
    alike = {"edge": "replicate", "wrap": "circular", "reflect": "reflect"}
    if how.get("reflect_type") == "odd":
        return torch.cat([2 * x[0] - x[1 : n + 1].flip(0), x, 2 * x[-1] - x[-n - 1 : -1].flip(0)])
    if mode in alike:
        return mirrored(x, n, alike[mode])
    if mode == "symmetric":
        return torch.cat([x[:n].flip(0), x, x[-n:].flip(0)])
    if mode == "constant":
        return F.pad(x, (n, n), value=how.get("constant_values", 0))
    if mode == "linear_ramp":
        end, way = how["end_values"], torch.arange(n, dtype=torch.float64) / n
        return torch.cat([end + (x[0] - end) * way, x, (end + (x[-1] - end) * way).flip(0)])
    statistic = {"mean": torch.mean, "maximum": torch.amax, "minimum": torch.amin}[mode]
    k = how.get("stat_length", len(x))
    return torch.cat([ones * statistic(x[:k]), x, ones * statistic(x[-k:])])


COMPOSITES: dict[Any, Composite] = {
    np.linspace: Composite(
        linspace,
        [of((), (), num=5), of((2,), (2,), num=4, endpoint=False, axis=1)],
    ),
    np.logspace: Composite(
        lambda a, b, num, base=10.0: base ** linspace(a, b, num),
        [of((), (), num=4), of((2,), (2,), num=3, base=2.0)],
    ),
    np.geomspace: Composite(
        lambda a, b, num: torch.exp(linspace(torch.log(a), torch.log(b), num)),
        [of((), (), num=4, low=0.5)],
    ),
    np.interp: Composite(
        interp, [of((6,), SORTED, (4,)), of((2, 3), SORTED, (4,), left=-1.0, right=2.0)]
    ),
    np.diff: Composite(
        lambda x, end, n=1, axis=-1: torch.diff(x, n, axis, append=end),
        [of((2, 3), (2, 1)), of((4, 3), (1, 3), n=2, axis=0)],
        lambda x, end, n=1, axis=-1: np.diff(x, n, axis, append=end),
    ),
    np.ediff1d: Composite(lambda x: torch.diff(x.ravel()), [of((2, 3))]),
    np.gradient: Composite(
        gradient,
        [
            of((5,)),
            of((5,), edge_order=2),
            of((3, 4)),
            of((3, 4), 0.5, axis=1),
            of((3, 4), 0.5, 2.0, axis=(0, 1)),
            of((4,), SORTED.tolist()),
        ],
    ),
    np.trapezoid: Composite(
        trapezoid,
        [of((5,)), of((5,), (5,)), of((3, 4), dx=0.5, axis=0), of((3, 4), (4,))],
    ),
    np.polyval: Composite(polyval, [of((4,), (2, 3)), of((3,), ())]),
    np.polyadd: Composite(polyadd, [of((4,), (2,)), of((2,), (3,))]),
    np.polysub: Composite(lambda p, q: polyadd(p, -q), [of((4,), (2,))]),
    np.polymul: Composite(convolve, [of((4,), (2,))]),
    np.polydiv: Composite(polydiv, [of((5,), (3,), low=0.5), of((4,), (2,), low=0.5)]),
    np.polyder: Composite(polyder, [of((4,)), of((4,), m=2)]),
    np.polyint: Composite(polyint, [of((4,)), of((3,), m=2)]),
    np.poly: Composite(poly, [of((4,))]),
    np.polyfit: Composite(
        polyfit, [of((5,), (5,), deg=2), of((5,), (5, 2), deg=1), of((4,), (4,), deg=1, w=WEIGHTS)]
    ),
    **{
        getattr(np.fft, name): Composite(
            transform(name),
            [
                of((3, 4)),
                of((3, 4), s=(4, 3), axes=(0, 1), norm="ortho"),
                of((2, 3, 4), axes=(0, 2), norm="forward"),
            ],
        )
        for name in ("fft2", "ifft2", "rfft2", "irfft2", "fftn", "ifftn", "rfftn", "irfftn")
    },
    np.pad: Composite(
        pad,
        [of((5,), pad_width=2, mode=m) for m in ("edge", "wrap", "symmetric", "mean", "maximum")]
        + [
            of((5,), pad_width=2, mode="reflect"),
            of((5,), pad_width=2, mode="reflect", reflect_type="odd"),
            of((5,), pad_width=2, mode="constant", constant_values=1.5),
            of((5,), pad_width=3, mode="linear_ramp", end_values=0.5),
            of((5,), pad_width=1, mode="minimum", stat_length=3),
        ],
    ),
}
