"""Padding in every mode, also with frames that are wider than the array."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import NotDifferentiableError, Tensor, grad
from tests.ops.agreement import agrees, agrees_for_complex
from tests.second_order import assert_derivatives

RNG = np.random.default_rng(0)
V, M = RNG.normal(size=5), RNG.normal(size=(3, 4))
WIDTHS: list[Any] = [0, 1, (1, 2), ((1, 2), (0, 3)), [[1, 0]], ((7, 9), (6, 11)), np.array([2])]
OPTIONS: list[tuple[str, dict[str, Any]]] = [
    ("constant", {}),
    ("constant", {"constant_values": 2.5}),
    ("constant", {"constant_values": (1, 2)}),
    ("constant", {"constant_values": ((1, 2), (3, 4))}),
    ("edge", {}),
    ("wrap", {}),
    *((mode, {"reflect_type": t}) for mode in ("reflect", "symmetric") for t in ("even", "odd")),
    ("linear_ramp", {}),
    ("linear_ramp", {"end_values": ((1, 2), (3, 4))}),
    *(
        (mode, options)
        for mode in ("mean", "median", "maximum", "minimum")
        for options in ({}, {"stat_length": 2}, {"stat_length": ((1, 2), (3, 9))})
    ),
]


@pytest.mark.parametrize("pad_width", WIDTHS, ids=repr)
@pytest.mark.parametrize(("mode", "options"), OPTIONS)
def test_agrees_with_numpy(mode: Any, options: dict[str, Any], pad_width: Any) -> None:
    agrees(lambda x: np.pad(x, pad_width, mode, **options) * 1.0, M, rtol=1e-13)


@settings(max_examples=60, deadline=None)
@given(
    n=st.integers(1, 5),
    before=st.integers(0, 17),
    after=st.integers(0, 17),
    mode=st.sampled_from(["reflect", "symmetric"]),
    reflect_type=st.sampled_from(["even", "odd"]),
)
def test_mirrors_in_mirrors(n: int, before: int, after: int, mode: Any, reflect_type: Any) -> None:
    x = V[:n]
    padded = np.pad(Tensor(x, requires_grad=True), (before, after), mode, reflect_type=reflect_type)
    plain = np.pad(x, (before, after), mode, reflect_type=reflect_type)
    np.testing.assert_allclose(padded.data, plain, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("mode", "name"), [("constant", "constant_values"), ("linear_ramp", "end_values")]
)
def test_values_of_the_frame_may_be_tensors(mode: Any, name: str) -> None:
    def padded(x: Any, width: int, values: Any) -> Any:
        return np.sin(np.pad(x, width, mode, **{name: values}))

    one, pairs = np.float64(0.7), np.array([[1.0, 2.0], [3.0, 4.0]])
    assert_derivatives(lambda x, c: padded(x, 2, c), M, one)
    assert_derivatives(lambda x, c: padded(x, 2, c), M, pairs)
    assert_derivatives(lambda x, c: padded(x, 2, (c, 3.0)), M, one)
    assert_derivatives(lambda x, c: padded(x, 1, ((c, 1), (2, c * c))), M, one)


def test_every_entry_of_the_frame_adds_to_the_gradient_of_its_value() -> None:
    g = grad(lambda c: np.sum(np.pad(Tensor(M), 1, constant_values=c)))(2.0)
    assert g == 5 * 6 - 3 * 4


def test_widths_as_a_dictionary() -> None:
    x = Tensor(np.ones((2, 3, 4)), requires_grad=True)
    assert np.pad(x, {0: (1, 2), -1: 3}).shape == (5, 3, 10)
    np.sum(np.pad(x, {1: 2}) * 3).backward()
    np.testing.assert_array_equal(x.grad, np.full((2, 3, 4), 3.0))


def test_mode_empty_fills_with_something() -> None:
    x = Tensor(M, requires_grad=True)
    padded = np.pad(x, 1, mode="empty")
    np.testing.assert_array_equal(padded.data[1:-1, 1:-1], M)
    padded.backward(np.ones((5, 6)))
    np.testing.assert_array_equal(x.grad, np.ones((3, 4)))


def test_dtypes() -> None:
    x = Tensor(M.astype(np.float32), requires_grad=True)
    c = Tensor(np.float64(0.5), requires_grad=True)
    for mode, options in OPTIONS:
        assert np.pad(x, 2, mode, **options).dtype == np.float32
    padded = np.pad(x, 1, constant_values=c)
    assert padded.dtype == np.float32
    np.sum(padded).backward()
    assert c.grad == 18
    assert c.grad.dtype == np.float64


@pytest.mark.parametrize("mode", dict.fromkeys(mode for mode, _ in OPTIONS))
def test_integers(mode: Any) -> None:
    x = np.array([[1, -4, 7], [2, 2, -9]])
    padded = np.pad(Tensor(x), 3, mode)
    np.testing.assert_array_equal(padded.data, np.pad(x, 3, mode))
    assert padded.dtype == x.dtype


@pytest.mark.parametrize("mode", ["constant", "edge", "reflect", "wrap", "mean", "linear_ramp"])
def test_complex(mode: Any) -> None:
    z = M + 1j * RNG.normal(size=M.shape)
    agrees_for_complex(lambda z: np.pad(z, ((1, 2), (0, 5)), mode), z)


def test_a_function_as_mode_is_refused() -> None:
    x = Tensor(M, requires_grad=True)
    with pytest.raises(NotDifferentiableError, match=r"function as mode .* np\.concatenate"):
        np.pad(x, 1, lambda vector, width, axis, options: None)


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((1, "mirror"), {}, "mode 'mirror' is not supported"),
        ((1, "edge"), {"constant_values": 1}, "unsupported keyword arguments for mode 'edge'"),
        ((-1,), {}, "negative"),
        (((1, 2, 3),), {}, "broadcast"),
        ((1, "mean"), {"stat_length": 0}, "stat_length"),
    ],
)
def test_errors(arguments: Any, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        np.pad(Tensor(M, requires_grad=True), *arguments, **options)


def test_an_empty_axis_has_no_edge() -> None:
    with pytest.raises(ValueError, match="empty axis 0"):
        np.pad(Tensor(np.zeros((0, 2)), requires_grad=True), 1, "edge")
