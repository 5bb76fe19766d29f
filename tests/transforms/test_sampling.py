"""Random draws are steps of the record: run again, they draw again."""

from typing import Any

import numpy as np
import pytest

import autograd
from autograd import NotDifferentiableError, Tensor, explain, grad, no_grad, sample


def test_the_numbers_are_those_of_the_generator() -> None:
    noise = sample(np.random.default_rng(7).normal, 2.0, scale=0.5, size=(2, 3))
    expected = np.random.default_rng(7).normal(2.0, scale=0.5, size=(2, 3))
    np.testing.assert_array_equal(noise.data, expected)
    assert noise.shape == (2, 3)


@pytest.mark.parametrize(
    ("method", "args", "kind"),
    [
        ("random", (), "f"),
        ("standard_normal", ((2,), np.float32), "f"),
        ("integers", (5,), "i"),
        ("permutation", (4,), "i"),
        ("choice", ([True, False], 3), "b"),
    ],
)
def test_every_kind_of_number_can_be_drawn(method: str, args: Any, kind: str) -> None:
    noise = sample(getattr(np.random.default_rng(0), method), *args)
    expected = getattr(np.random.default_rng(0), method)(*args)
    np.testing.assert_array_equal(noise.data, expected)
    assert noise.dtype == np.result_type(expected)
    assert noise.dtype.kind == kind
    assert isinstance(noise.data, np.ndarray | np.generic)


def test_the_record_knows_how_to_draw_again() -> None:
    rng = np.random.default_rng(0)
    noise = sample(rng.normal, 1.0, size=3)
    assert noise.op is not None
    again = noise.op.impl(**noise.params)
    expected = np.random.default_rng(0)
    np.testing.assert_array_equal(noise.data, expected.normal(1.0, size=3))
    np.testing.assert_array_equal(again, expected.normal(1.0, size=3))


def test_what_is_made_of_a_draw_is_recorded_too() -> None:
    mask = sample(np.random.default_rng(0).random, 3) < 0.5
    assert mask.inputs[0].op.name == "random"
    assert not mask.requires_grad


def test_gradients_flow_around_a_draw() -> None:
    rng = np.random.default_rng(3)
    mean, deviation = Tensor(1.0, requires_grad=True), Tensor(2.0, requires_grad=True)
    noise = sample(rng.standard_normal, 5)
    np.sum(mean + deviation * noise).backward()
    assert mean.grad == 5
    np.testing.assert_allclose(deviation.grad, np.sum(noise.data))
    assert not noise.requires_grad
    assert noise.grad is None


def test_derivatives_of_any_order_pass_by() -> None:
    def f(x: Any) -> Any:
        return np.sum(sample(np.random.default_rng(1).random, 3) * x**3)

    total = np.sum(np.random.default_rng(1).random(3))
    np.testing.assert_allclose(grad(grad(f))(2.0), 12 * total)


def test_without_recording_it_is_a_plain_constant() -> None:
    with no_grad():
        noise = sample(np.random.default_rng(0).random)
    assert noise.is_leaf


@pytest.mark.parametrize("requires_grad", [True, False])
def test_a_distribution_that_depends_on_a_tensor_is_refused(requires_grad: bool) -> None:
    rng, mean = np.random.default_rng(0), Tensor(1.0, requires_grad=requires_grad)
    for call in (lambda: sample(rng.normal, mean), lambda: sample(rng.normal, loc=mean)):
        with pytest.raises(NotDifferentiableError, match=r"mean \+ deviation \* noise"):
            call()


def test_explanations_name_the_draw() -> None:
    x = Tensor(2.0, requires_grad=True, name="x")
    text = str(explain(x * sample(np.random.default_rng(0).normal, 0, scale=3)))
    assert "normal(0, scale=3) = 0.3772" in text
    assert "object at" not in text


def test_it_is_public() -> None:
    assert "sample" in autograd.__all__
