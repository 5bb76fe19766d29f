"""Jacobians in batches are what they are row by row, and go row by row where they must."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, grad, hessian, jacobian, vjp
from autograd.engine.record import Primitive
from autograd.transforms import batch
from tests import programs
from tests.cases.case import Case
from tests.test_registry import DIFFERENTIABLE, call, floats

V = np.array([1.0, 2.0, 3.0])
both_modes = pytest.mark.parametrize("mode", ["reverse", "forward"])


def row_by_row(fn: Callable[..., Any], *primals: Any) -> tuple[Any, ...]:
    """Return the Jacobians by one pullback for each entry of the value."""
    value, pullback = vjp(fn, *primals)
    value = np.asarray(value)
    units = np.reshape(np.eye(value.size, dtype=value.dtype), (value.size, *value.shape))
    pulled = [pullback(u[()]) for u in units]
    pulled = [p if len(primals) > 1 else (p,) for p in pulled]
    return tuple(
        np.reshape([p[k] for p in pulled], (*value.shape, *np.shape(x)))
        for k, x in enumerate(primals)
    )


@both_modes
@pytest.mark.parametrize(("op", "case"), DIFFERENTIABLE)
def test_every_operation_in_batches(op: Primitive, case: Case, mode: str) -> None:
    """All rows or columns at once are what they are one by one, to second order."""
    primals = floats(case)
    everywhere = tuple(range(len(primals)))
    fn = call(op, case)
    if np.iscomplexobj(fn(*primals)):
        expected_parts = [
            row_by_row(lambda *x, p=p: p(fn(*x)), *primals) for p in (np.real, np.imag)
        ]
        expected = [re + 1j * im for re, im in zip(*expected_parts, strict=True)]
    else:
        expected = list(row_by_row(fn, *primals))
    found = jacobian(fn, everywhere, mode=mode)(*primals)
    for J, e in zip(found, expected, strict=True):
        np.testing.assert_allclose(J, e, rtol=1e-10, atol=1e-12)

    def slope(*xs: Any) -> Any:
        value, pullback = vjp(fn, *xs)
        gradients = pullback(np.ones_like(value.data if type(value) is Tensor else value))
        return gradients[0] if len(xs) > 1 else gradients

    found = jacobian(slope, everywhere, mode=mode)(*primals)
    for J, e in zip(found, row_by_row(slope, *primals), strict=True):
        np.testing.assert_allclose(J, e, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("seed", range(60))
def test_random_programs_in_batches(seed: int) -> None:
    program = programs.draw(seed)
    everywhere = tuple(range(len(program.leaves)))

    def gradients(*leaves: Any) -> Any:
        return grad(lambda *xs: program.run(programs.NUMPY, xs), everywhere)(*leaves)

    by_mode = {m: jacobian(gradients, everywhere, mode=m) for m in ("reverse", "forward")}
    reverse, forward = (J(*program.leaves) for J in by_mode.values())
    for i in everywhere:
        rows = row_by_row(lambda *xs, i=i: gradients(*xs)[i], *program.leaves)
        for a, b, row in zip(reverse[i], forward[i], rows, strict=True):
            np.testing.assert_allclose(a, row, rtol=1e-9, atol=1e-10)
            np.testing.assert_allclose(b, row, rtol=1e-9, atol=1e-10)


def steps_by_row(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of operations that a batch has no rule for, as they come."""
    names: list[str] = []
    compute = batch.by_rows

    def spy(step: Any) -> Any:
        names.append(step.op.name)
        return compute(step)

    monkeypatch.setattr(batch, "by_rows", spy)
    return names


def network(x: Any) -> Any:
    rng = np.random.default_rng(0)
    for _ in range(3):
        x = np.tanh(x @ rng.normal(size=(5, 5)) + rng.normal(size=5))
    return autograd.softmax(x, axis=-1)


@both_modes
def test_common_programs_have_no_row_by_row_steps(
    monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    names = steps_by_row(monkeypatch)
    jacobian(network, mode=mode)(np.ones(5))
    jacobian(network, mode=mode)(np.ones((2, 5)))
    jacobian(lambda x: np.concatenate([x[1:] * x[:-1], np.cumsum(x)]), mode=mode)(V)
    hessian(lambda x: np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2))(V)
    assert names == []


A = np.random.default_rng(8).normal(size=(3, 3)) + 3 * np.eye(3)
IMAGES = np.random.default_rng(9).normal(size=(2, 2, 4, 4))
KERNELS = np.random.default_rng(10).normal(size=(3, 2, 2, 2))


@both_modes
@pytest.mark.parametrize(
    ("fn", "at"),
    {
        "solve for a vector": (lambda b: np.linalg.solve(A, b), V),
        "solve for a matrix": (lambda b: np.linalg.solve(A, b), A),
        "solve many": (lambda b: np.linalg.solve(np.stack([A, A.T]), b), A),
        "inverse": (np.linalg.inv, A),
        "determinant": (np.linalg.det, A),
        "spectrum": (lambda x: np.abs(np.fft.rfft(x)) ** 2, V),
        "tensordot": (lambda x: np.tensordot(x, A, (0, 1)) + np.tensordot(A, x, 1), A),
        "cross": (lambda x: np.cross(x, A), V),
        "padding": (lambda x: np.pad(x, 2, mode="reflect"), V),
        "triangles": (lambda x: np.tril(x) - np.triu(x, 1), A),
        "several arrays": (lambda x: x[[0, 2], :, [1, 1]], np.arange(24.0).reshape(3, 4, 2)),
        "ellipsis": (lambda x: x[..., [0, 0, 2]], A),
        "sorting": (lambda x: np.sort(x, axis=0), A),
        "writing": (lambda x: autograd.put(A, (slice(None), [0, 2]), x), np.ones((3, 2))),
        "images": (lambda x: autograd.conv2d(x, KERNELS, stride=2, padding=1), IMAGES),
        "kernels": (lambda w: autograd.conv2d(IMAGES, w, dilation=2), KERNELS),
        "transposed": (lambda x: autograd.conv_transpose2d(x, KERNELS[:2]), IMAGES),
        "pooling": (lambda x: autograd.avg_pool2d(x, 2), IMAGES),
    }.values(),
)
def test_more_programs_without_row_by_row_steps(
    monkeypatch: pytest.MonkeyPatch, mode: str, fn: Any, at: Any
) -> None:
    names = steps_by_row(monkeypatch)
    J = jacobian(fn, mode=mode)(at)
    assert names == []
    np.testing.assert_allclose(J, row_by_row(fn, at)[0], rtol=1e-10, atol=1e-12)


def test_an_operation_without_a_rule_goes_row_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    names = steps_by_row(monkeypatch)
    double = autograd.primitive(
        lambda x: 2 * x if x.shape == (3,) else None,  # shows any other shape
        vjp=lambda g, y, x: double(g),
        jvp=lambda t, y, x: double(t),
        name="double",
    )
    for mode in ("reverse", "forward"):
        np.testing.assert_array_equal(jacobian(double, mode=mode)(V), 2 * np.eye(3))
    assert names == ["double", "double"]


def test_a_rule_of_a_name_is_not_that_of_a_namesake(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user's operation called `sum` is not NumPy's."""
    names = steps_by_row(monkeypatch)
    mine = autograd.primitive(
        lambda x: x[0] * 2,
        vjp=lambda g, y, x: g * np.array([2.0, 0, 0]),
        jvp=lambda t, y, x: mine(t),
        name="sum",
    )
    np.testing.assert_array_equal(jacobian(lambda x: 3 * mine(x), mode="forward")(V), [6, 0, 0])
    assert names == ["sum"]


@both_modes
def test_batches_are_cut_to_bounded_size(monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    expected = jacobian(network, mode=mode)(np.ones((2, 5)))
    monkeypatch.setattr(batch, "_LARGEST", 30)
    np.testing.assert_allclose(jacobian(network, mode=mode)(np.ones((2, 5))), expected, rtol=1e-14)
