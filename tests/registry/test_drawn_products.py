"""Products of arrays of shapes drawn at random, stacked and broadcast where NumPy allows it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.registry.drawn import SEEDS, assert_right, broadcastable, fitting, numbers, shapes

ROW_AND_COLUMN = "(n?,k),(k,m?)->(n?,m?)"
ANY: dict[str, Callable[[Any, Any], Any]] = {
    "outer": np.outer,
    "kron": np.kron,
    "multiply": np.multiply,
    "tensordot of no axes": lambda x, y: np.tensordot(x, y, 0),
    "inner of scalars": lambda x, y: np.inner(x, np.sum(y)),
}
FITTING: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "matmul": (ROW_AND_COLUMN, np.matmul),
    "@": (ROW_AND_COLUMN, lambda x, y: x @ y),
    "cross": ("(3),(3)->(3)", np.cross),
    "vdot": ("(n),(n)->()", lambda x, y: np.vdot(x, np.broadcast_to(y, x.shape))),
}
if hasattr(np, "vecdot"):  # NumPy 2.1
    FITTING["vecdot"] = ("(n),(n)->()", np.vecdot)
if hasattr(np, "matvec"):  # NumPy 2.2
    FITTING["matvec"] = ("(m,n),(n)->(m)", np.matvec)
    FITTING["vecmat"] = ("(n),(n,m)->(m)", np.vecmat)


@pytest.mark.parametrize("name", ANY)
@settings(max_examples=25)
@given(a=shapes(max_dims=3, max_side=3), b=shapes(max_dims=3, max_side=3), seed=SEEDS)
def test_products_of_any_two_arrays(name: str, a: Any, b: Any, seed: int) -> None:
    assert_right(ANY[name], numbers(a, seed), numbers(b, seed + 1))


@pytest.mark.parametrize("name", FITTING)
@settings(max_examples=40)
@given(data=st.data(), seed=SEEDS)
def test_products_over_a_common_axis(name: str, data: Any, seed: int) -> None:
    signature, product = FITTING[name]
    a, b = data.draw(fitting(signature)).input_shapes
    assert_right(product, numbers(a, seed), numbers(b, seed + 1))


@pytest.mark.parametrize("product", [np.dot, np.inner])
@settings(max_examples=40)
@given(a=shapes(max_dims=3, max_side=3), b=shapes(max_dims=3, max_side=3), seed=SEEDS)
def test_dot_and_inner(product: Any, a: Any, b: Any, seed: int) -> None:
    """The second operand's length is made to fit, but where that is not one axis."""
    if a and b:
        b = list(b)
        b[-2 if product is np.dot and len(b) > 1 else -1] = a[-1]
    assert_right(product, numbers(a, seed), numbers(tuple(b), seed + 1))


@settings(max_examples=40)
@given(
    kept=shapes(max_dims=2, max_side=3),
    summed=shapes(max_dims=2, max_side=3),
    others=shapes(max_dims=2, max_side=3),
    data=st.data(),
    seed=SEEDS,
)
def test_tensordot(kept: Any, summed: Any, others: Any, data: Any, seed: int) -> None:
    """Over the last axes of one and the first of the other; over axes anywhere in any order."""
    x, y = numbers(kept + summed, seed), numbers(summed + others, seed + 1)
    assert_right(lambda x, y: np.tensordot(x, y, len(summed)), x, y)
    left = data.draw(st.permutations(range(x.ndim)))
    right = data.draw(st.permutations(range(y.ndim)))
    axes = (
        [left.index(k) for k in range(len(kept), x.ndim)],
        [right.index(k) - y.ndim for k in range(len(summed))],
    )
    assert_right(
        lambda x, y: np.tensordot(np.transpose(x, left), np.transpose(y, right), axes), x, y
    )


@st.composite
def sums(draw: Any) -> Any:
    """Return an einsum: its subscripts, and shapes for its operands."""
    length = dict(
        zip("ijkl", draw(st.lists(st.integers(0, 3), min_size=4, max_size=4)), strict=True)
    )
    terms = draw(st.lists(st.text("ijkl", max_size=3), min_size=1, max_size=3))
    left = "".join(sorted(set("".join(terms))))
    out = draw(st.permutations(left))[: draw(st.integers(0, len(left)))]
    batched = [draw(st.booleans()) for _ in terms]
    batch = [
        s if b else ()
        for s, b in zip(draw(broadcastable(len(terms))).input_shapes, batched, strict=True)
    ]
    dots = "..." if any(batched) else ""
    subscripts = ",".join(("..." if b else "") + t for t, b in zip(terms, batched, strict=True))
    shapes = [
        (*lead[-2:], *(length[i] for i in term)) for lead, term in zip(batch, terms, strict=True)
    ]
    return f"{subscripts}->{dots}{''.join(out)}", shapes


@settings(max_examples=150)
@given(drawn=sums(), seed=SEEDS)
def test_einsum(drawn: Any, seed: int) -> None:
    subscripts, shapes = drawn
    operands = [numbers(shape, seed + k) for k, shape in enumerate(shapes)]
    assert_right(lambda *xs: np.einsum(subscripts, *xs), *operands)


@settings(max_examples=60)
@given(n=st.integers(1, 5), m=st.integers(1, 5), seed=SEEDS)
@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("function", [np.convolve, np.correlate])
def test_convolution(function: Any, mode: Any, n: int, m: int, seed: int) -> None:
    assert_right(lambda x, y: function(x, y, mode), numbers((n,), seed), numbers((m,), seed + 1))
