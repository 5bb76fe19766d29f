"""The arrays of gradients: whose memory they are, and of which dtype."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, grad, jvp, variables
from autograd.engine import sweep
from autograd.engine.record import Primitive
from autograd.ops import REGISTRY
from tests.cases import all_cases
from tests.cases.case import Case
from tests.looping import each_case

ALIASING: dict[str, Callable[[Any, Any], Any]] = {
    "add": lambda x, y: x + y,
    "add to itself": lambda x, y: x + x + y,
    "subtract": lambda x, y: x - y,
    "negative": lambda x, y: -(x + y),
    "reshape": lambda x, y: (x + y).reshape(2, 2).reshape(4),
    "transpose": lambda x, y: (x.reshape(2, 2).T + y.reshape(2, 2)).ravel(),
    "swapaxes": lambda x, y: np.swapaxes(x.reshape(2, 2), 0, 1).ravel() + y,
    "broadcast": lambda x, y: np.broadcast_to(x, (1, 4))[0] + np.broadcast_to(y, (4,)),
    "getitem": lambda x, y: x[:] + y[::-1],
    "concatenate": lambda x, y: np.concatenate([x[:2], y[2:]]) + x + y,
    "stack": lambda x, y: np.stack([x, y])[0] + np.stack([x, y])[1],
    "sum": lambda x, y: np.sum(np.stack([x, y]), axis=0),
    "squeeze": lambda x, y: x[None].squeeze(0) + y,
    "astype": lambda x, y: x.astype(np.float64) + y,
    "where": lambda x, y: np.where([True, False, True, False], x, y),
}


@pytest.mark.parametrize("name", ALIASING)
def test_gradients_share_no_memory(name: str) -> None:
    """Neither with one another nor with the gradient handed in nor with any value."""
    x, y = variables(x=[1, 2, 3, 4], y=[5, 6, 7, 8])
    z = ALIASING[name](x, y)
    seed = np.arange(1.0, 5.0)
    untouched = seed.copy()
    z.backward(seed, retain_grads=True)
    z.backward(seed, retain_grads=True)
    intermediate = [t for t in sweep.order(z) if t.op is not None]
    arrays = [seed, *(t.grad for t in (x, y, *intermediate)), *(t.data for t in (x, y))]
    for i, a in enumerate(arrays):
        for b in arrays[:i]:
            assert not np.shares_memory(a, b)
    np.testing.assert_array_equal(seed, untouched)
    assert x.grad.flags.writeable


@pytest.mark.parametrize("name", ALIASING)
def test_adding_up_in_place_changes_no_other_gradient(name: str) -> None:
    """`x` gets three further contributions, `y` none."""
    x, y = variables(x=[1, 2, 3, 4], y=[5, 6, 7, 8])
    weights = np.arange(1.0, 5.0)
    np.sum(weights * ALIASING[name](x, y)).backward()
    alone = x.grad.copy(), y.grad.copy()
    x.zero_grad()
    y.zero_grad()
    (np.sum(weights * ALIASING[name](x, y)) + np.sum(2 * x) + np.sum(3 * x) + np.sum(x)).backward()
    np.testing.assert_array_equal(x.grad, alone[0] + 6)
    np.testing.assert_array_equal(y.grad, alone[1])


def test_the_gradient_of_a_leaf_is_not_the_gradient_handed_in() -> None:
    x = variables(x=[1, 2])
    seed = np.ones(2)
    x.backward(seed)
    seed[:] = 7
    np.testing.assert_array_equal(x.grad, [1, 1])


# dtypes ------------------------------------------------------------------------------------------


def test_a_gradient_has_the_dtype_of_its_tensor() -> None:
    single = Tensor([1, 2], requires_grad=True, dtype=np.float32)
    double = Tensor([3, 4], requires_grad=True)
    half = single * 2
    half.retain_grad()
    product = half * double
    assert product.dtype == np.float64
    product.backward(np.ones(2, np.float16))
    assert (half.grad.dtype, single.grad.dtype) == (np.float32, np.float32)
    assert double.grad.dtype == np.float64
    seen: list[Any] = []
    half.register_hook(seen.append)
    np.sum(product + half).backward()
    assert seen[0].dtype == np.float32


def test_the_cotangents_of_a_transform_have_the_dtype_of_their_arguments() -> None:
    single, double = np.ones(2, np.float32), np.ones(2)
    for lifted in (False, True):
        args = [Tensor(x, requires_grad=True) if lifted else x for x in (single, double)]
        first, second = grad(lambda x, y: np.sum(x * x * y), argnums=(0, 1))(*args)
        assert (first.dtype, second.dtype) == (np.float32, np.float64)
        value, tangent = jvp(lambda x: np.sum(x * x), (args[0],), (double,))
        assert (value.dtype, tangent.dtype) == (np.float32, np.float32)
        value, tangent = jvp(lambda x: x + double, (args[0],), (single,))
        assert (value.dtype, tangent.dtype) == (np.float64, np.float64)


SINGLE = [
    pytest.param(REGISTRY[name], case, id=f"{name}-{i}")
    for i, (name, case) in enumerate(all_cases())
    # NumPy itself gives the roots of float32 coefficients in double precision.
    if REGISTRY[name].differentiable and name not in ("astype", "roots")
]


@each_case("op, case", SINGLE)
def test_no_rule_promotes_float32_to_float64(
    op: Primitive, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cast at the end would hide that a pass has worked in twice the precision."""
    cast = sweep._cast

    def refuse(g: Any, node: Tensor) -> Any:
        # Only the precision matters: a real tensor may take the real part of a complex gradient.
        assert np.finfo(g.dtype).dtype == np.float32, f"{g.dtype} gradient of {node!r}"
        return cast(g, node)

    operands = tuple(
        Tensor(x, requires_grad=True) if getattr(x, "dtype", None) == np.float32 else x
        for x in case.arrays(np.float32)
    )
    with monkeypatch.context() as patch:
        patch.setattr(sweep, "_cast", refuse)
        result = op.apply(operands, case.params)
        result.backward(np.ones(result.shape))
    leaves = [x for x in operands if type(x) is Tensor]
    assert all(x.grad.dtype == np.float32 for x in leaves)
