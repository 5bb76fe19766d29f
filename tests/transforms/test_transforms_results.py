"""What a function under a transform may return, and the shapes of cotangents and tangents."""

from collections import namedtuple
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import (
    GradientLostWarning,
    ShapeError,
    Tensor,
    grad,
    jvp,
    value_and_grad,
    variables,
    vjp,
)
from tests.derivatives import Derivative, each_pair

Point = namedtuple("Point", "x y")
V = np.array([1.0, 2.0, 3.0])

# Results -----------------------------------------------------------------------------------------


def test_grad_needs_a_scalar() -> None:
    with pytest.raises(ShapeError) as caught:
        grad(lambda x: x * 2)(V)
    assert str(caught.value) == ("grad needs a scalar output, got shape (3,); use jacobian or vjp")


def test_a_function_may_return_its_argument() -> None:
    assert value_and_grad(lambda x: x)(2.0) == (2, 1)
    assert jvp(lambda x: x, 2.0, 5.0) == (2, 5)
    value, pullback = vjp(lambda x, y: y, V, V + 1)
    np.testing.assert_array_equal(value, V + 1)
    np.testing.assert_array_equal(pullback(V)[0], [0, 0, 0])
    np.testing.assert_array_equal(pullback(V)[1], V)
    x = variables(x=2)
    value, g = value_and_grad(lambda x: x)(x)
    assert (value.item(), g.item()) == (2, 1)


@pytest.mark.parametrize("constant", [3, 3.0, np.float64(3), np.array(3.0), Tensor(3.0)])
def test_a_function_may_return_a_constant(constant: Any) -> None:
    with pytest.warns(GradientLostWarning, match="depends on none of the arguments"):
        value, g = value_and_grad(lambda x: constant)(V)
    assert value == 3
    np.testing.assert_array_equal(g, [0, 0, 0])
    with pytest.warns(GradientLostWarning, match="depends on none of the arguments"):
        assert jvp(lambda x: constant, V, V) == (3, 0)


@pytest.mark.parametrize("constant", [np.argmax, lambda x: np.sum(x > 1), lambda x: (x > 1)[0]])
def test_a_function_may_return_a_choice(constant: Callable[[Any], Any]) -> None:
    with pytest.warns(GradientLostWarning, match="a constant, a comparison, or"):
        np.testing.assert_array_equal(grad(constant)(V), [0, 0, 0])
    with pytest.warns(GradientLostWarning, match="a constant, a comparison, or"):
        assert jvp(constant, V, V)[1] == 0


def test_a_function_may_ignore_some_arguments() -> None:
    assert grad(lambda x, y: x * 2, (0, 1))(1.0, 2.0) == (2, 0)
    assert jvp(lambda x, y: x * 2, (1.0, 2.0), (0.0, 1.0))[1] == 0


@pytest.mark.parametrize("result", [None, "text", (1.0, 2.0), {"loss": 1.0}, [1.0]])
def test_the_function_under_grad_returns_one_number(result: Any) -> None:
    def forgetful(x: Any) -> Any:
        return result

    with pytest.raises(TypeError) as caught:
        grad(forgetful)(1.0)
    hint = "; has_aux=True takes a pair (value, aux)" if isinstance(result, tuple) else ""
    assert str(caught.value) == (
        f"forgetful must return one tensor or number, got {type(result).__name__}{hint}"
    )


@pytest.mark.parametrize("result", [None, "text", (1.0, None), {"loss": "text"}])
def test_results_are_numbers_and_tensors(result: Any) -> None:
    def forgetful(x: Any) -> Any:
        return result

    message = r"forgetful must return tensors or numbers, alone or in .*, got (NoneType|str)"
    for call in (lambda: vjp(forgetful, 1.0), lambda: jvp(forgetful, 1.0, 1.0)):
        with pytest.raises(TypeError, match=message):
            call()  # type: ignore[no-untyped-call]


# Results in structures ---------------------------------------------------------------------------


def several(x: Any, y: Any) -> Any:
    """Two values that depend on both, one on x twice over, one on nothing."""
    return {"product": x * y, "more": [Point(x**2, x), 7.0], "count": np.argmax(y)}


def test_pullbacks_take_the_structure_of_the_value() -> None:
    value, pullback = vjp(several, 3.0, V)
    np.testing.assert_array_equal(value["product"], 3 * V)
    assert value["more"] == [Point(9, 3), 7]
    assert type(value["more"][0]) is Point
    by_x, by_y = pullback(
        {"product": [1.0, 10.0, 100.0], "more": [Point(2.0, 5.0), 9.0], "count": 0}
    )
    assert by_x == V @ [1, 10, 100] + 2 * 6 + 5
    np.testing.assert_array_equal(by_y, [3, 30, 300])


def test_tangents_have_the_structure_of_the_value() -> None:
    value, tangent = jvp(several, (3.0, V), (1.0, np.ones(3)))
    np.testing.assert_array_equal(value["product"], 3 * V)
    np.testing.assert_array_equal(tangent["product"], V + 3)
    assert tangent["more"] == [Point(6, 1), 0]
    assert tangent["count"] == 0


@each_pair
def test_structures_nest(outer: Derivative, inner: Derivative) -> None:
    """d/dx of the pullback of (x y, x^2) along (x, 1) is d/dx of (x^2, y x + 2x)."""

    def fn(x: Any) -> Any:
        _, pullback = vjp(lambda x, y: (x * y, x**2), x, inner(lambda y: y * x, 1.0))
        by_x, by_y = pullback((x, 1.0))
        return by_x + by_y * 10

    # by_x = x y + 2x with y = x, by_y = x^2.
    assert outer(fn, 3.0) == pytest.approx(2 * 3 + 2 + 10 * 2 * 3)


@pytest.mark.parametrize(
    "wrong", [1.0, {"product": V}, {"product": V, "more": [Point(1.0, 1.0)], "count": 0}]
)
def test_cotangents_have_the_structure_of_the_value(wrong: Any) -> None:
    _, pullback = vjp(several, 3.0, V)
    with pytest.raises(TypeError, match="a cotangent for each output, in the same structure: exp"):
        pullback(wrong)


def test_a_tensor_may_be_two_outputs_at_once() -> None:
    _, pullback = vjp(lambda x: (x * 2,) * 2, 3.0)
    assert pullback((1.0, 10.0)) == 22
    assert vjp(lambda x: [x, x], 3.0)[1]([1.0, 10.0]) == 11
    with pytest.warns(GradientLostWarning, match="depends on none of the arguments"):
        assert vjp(lambda x: (), 3.0)[1](()) == 0
    assert jvp(lambda x: [x, x], 3.0, 2.0) == ([3, 3], [2, 2])


def test_results_of_a_closure_in_a_structure_are_not_lost() -> None:
    """d/dw of both entries of the tangent (w, 2 w x)."""

    def outer(w: Any) -> Any:
        _, tangents = jvp(lambda x: (w * x, [w * x**2]), 3.0, 1.0)
        return tangents[0] * tangents[1][0]

    assert grad(outer)(5.0) == 2 * 5 * 2 * 3


# Auxiliary results -------------------------------------------------------------------------------


def with_remark(x: Any) -> Any:
    return np.sum(x**2), {"doubled": 2 * x, "note": "a string", "array": V, "nothing": None}


@pytest.mark.parametrize("of_tensors", [False, True])
def test_auxiliary_results(of_tensors: bool) -> None:
    x = Tensor(V) if of_tensors else V
    kind = Tensor if of_tensors else np.ndarray
    (value, aux), gradient = value_and_grad(with_remark, has_aux=True)(x)
    assert value == 14 if not of_tensors else value.item() == 14
    found = [
        (gradient, aux),
        grad(with_remark, has_aux=True)(x),
        vjp(with_remark, x, has_aux=True)[1:],
        jvp(with_remark, (x,), (V,), has_aux=True)[1:],
    ]
    for derivative, aux in found:
        assert type(aux["doubled"]) is kind
        np.testing.assert_array_equal(getattr(aux["doubled"], "data", aux["doubled"]), 2 * V)
        assert (aux["note"], aux["nothing"]) == ("a string", None)
        assert aux["array"] is V
        assert derivative is not None
    pullback = vjp(with_remark, V, has_aux=True)[1]
    np.testing.assert_array_equal(pullback(1.0), 2 * V)
    assert jvp(with_remark, V, V, has_aux=True)[1] == 28


def test_auxiliary_results_of_an_enclosing_transform_stay_tensors() -> None:
    def outer(w: Any) -> Any:
        slope, aux = grad(lambda x: (w * x**2, w * x), has_aux=True)(3.0)
        return slope * aux

    assert grad(outer)(5.0) == 2 * 5 * 6 * 3


@pytest.mark.parametrize("result", [1.0, (1.0,), (1.0, 2.0, 3.0), [1.0, 2.0]])
def test_auxiliary_results_come_in_a_pair(result: Any) -> None:
    def fn(x: Any) -> Any:
        return result

    for call in (
        lambda: grad(fn, has_aux=True)(1.0),
        lambda: vjp(fn, 1.0, has_aux=True),
        lambda: jvp(fn, 1.0, 1.0, has_aux=True),
    ):
        with pytest.raises(
            TypeError, match=r"with has_aux=True fn must return a pair \(value, aux"
        ):
            call()


@pytest.mark.parametrize("x", [np.array([1, 2]), np.array([True]), "text", None, Tensor(3)])
def test_arguments_must_have_derivatives(x: Any) -> None:
    with pytest.raises(TypeError, match=r"cannot require gradients|has no NumPy dtype"):
        grad(np.sum)(x)


@pytest.mark.parametrize("wrong", [1.0, np.ones(2), np.ones((3, 1)), Tensor(np.ones(2))])
@pytest.mark.parametrize("requires_grad", [True, False])
def test_cotangents_and_tangents_must_fit(wrong: Any, requires_grad: bool) -> None:
    wrong = Tensor(wrong, requires_grad=True) if requires_grad else wrong
    _, pullback = vjp(lambda x: x * 2, V)
    with pytest.raises(ShapeError, match=r"cotangent of shape .* was given for shape \(3,\)"):
        pullback(wrong)
    with pytest.raises(ShapeError, match=r"tangent of shape .* was given for shape \(3,\)"):
        jvp(lambda x: x * 2, (V,), (wrong,))


@pytest.mark.parametrize(
    ("primals", "tangents"),
    [
        ((V,), (V, V)),
        ((V, V), (V,)),
        ((V, V), V[:1]),
        (({"a": 1.0},), ({"b": 1.0},)),
        (({"a": 1.0},), (1.0,)),
        (([1.0, 2.0],), ([1.0],)),
    ],
)
def test_tangents_have_the_structure_of_the_primals(primals: Any, tangents: Any) -> None:
    with pytest.raises(TypeError, match="a tangent for each primal, in the same structure"):
        jvp(lambda *_: 0.0, primals, tangents)


def test_tangents_are_matched_by_name() -> None:
    primals, tangents = {"a": 2.0, "b": 3.0}, {"b": 10.0, "a": 1.0}
    assert jvp(lambda p: p["a"] ** 2 * p["b"], primals, tangents) == (12, 12 * 1 + 4 * 10)


def test_a_tangent_is_broadcast_as_its_value_is() -> None:
    value, tangent = jvp(lambda x: x + V, 2.0, 1.0)
    np.testing.assert_array_equal(tangent, [1, 1, 1])
    assert jvp(lambda x: np.sum(x + V), 2.0, 1.0)[1] == 3
    assert jvp(lambda x: np.sum(np.stack([x + V, V])), 2.0, 1.0)[1] == 3
    assert value.shape == tangent.shape


def test_vjp_needs_a_primal() -> None:
    with pytest.raises(TypeError, match="at least one primal"):
        vjp(lambda: 1.0)


def test_one_primal_gives_one_product_and_several_a_tuple() -> None:
    assert vjp(lambda x: x * x, 3.0)[1](1.0) == 6
    assert vjp(lambda x, y: x * y, 3.0, 4.0)[1](1.0) == (4, 3)
    assert vjp(lambda p: p["x"] * p["y"], {"x": 3.0, "y": 4.0})[1](1.0) == {"x": 4, "y": 3}
