"""Functions of functions: structures, nesting, closures and orders."""

import dataclasses
import functools
import itertools
import math
import threading
from collections import OrderedDict, defaultdict, namedtuple
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import (
    ShapeError,
    Tensor,
    checkpoint,
    grad,
    is_grad_enabled,
    jvp,
    no_grad,
    transforms,
    trees,
    value_and_grad,
    variables,
    vjp,
)

Point = namedtuple("Point", "x y")
V = np.array([1.0, 2.0, 3.0])


def derivative_by_grad(fn: Callable[[Any], Any], at: Any) -> Any:
    return grad(fn)(at)


def derivative_by_vjp(fn: Callable[[Any], Any], at: Any) -> Any:
    return vjp(fn, at)[1](1.0)


def derivative_by_jvp(fn: Callable[[Any], Any], at: Any) -> Any:
    return jvp(fn, at, 1.0)[1]


Derivative = Callable[[Callable[[Any], Any], Any], Any]
MODES: list[Derivative] = [derivative_by_grad, derivative_by_vjp, derivative_by_jvp]
each_mode = pytest.mark.parametrize("d", MODES)
each_pair = pytest.mark.parametrize(
    ("outer", "inner"), [(outer, inner) for outer in MODES for inner in MODES]
)

# Structures --------------------------------------------------------------------------------------


def test_gradients_have_the_structure_of_the_argument() -> None:
    def loss(p: Any) -> Any:
        return p["a"] * p["b"][0] + np.sum(p["b"][1][0]) * p["point"].x * p["point"].y

    value, g = value_and_grad(loss)(
        {"a": 2, "b": [3.0, (V,)], "point": Point(4.0, np.float32(5.0))}
    )
    assert value == 6 + 6 * 20
    assert list(g) == ["a", "b", "point"]
    assert (g["a"], g["b"][0]) == (3, 2)
    assert isinstance(g["b"], list)
    assert isinstance(g["b"][1], tuple)
    np.testing.assert_array_equal(g["b"][1][0], [20, 20, 20])
    assert type(g["point"]) is Point
    assert g["point"] == Point(30, 24)
    assert g["point"].y.dtype == np.float32


def test_dictionaries_keep_type_and_order() -> None:
    g = grad(lambda p: p["z"] * p["a"])(OrderedDict(z=2.0, a=3.0))
    assert g == OrderedDict(z=3.0, a=2.0)
    assert type(g) is OrderedDict


def test_empty_structures() -> None:
    assert grad(lambda p: 3.0)({}) == {}
    assert value_and_grad(lambda x: x, argnums=())(2.0) == (2, ())
    # An empty transform inside another one takes nothing away from it.
    assert grad(lambda x: (grad(lambda p: 1.0)([]), grad(lambda y: x * y)(2.0) * x)[1])(3.0) == 6


@dataclasses.dataclass(frozen=True)
class Layer:
    W: Any
    b: Any = 0.0
    name: str = dataclasses.field(default="layer", metadata={"static": True})
    size: int = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", np.size(self.W))


@dataclasses.dataclass
class Network:
    layers: list[Layer]
    scale: float


def test_dataclasses() -> None:
    """Frozen ones too; what is static, and what `__init__` does not take, is left alone."""

    def loss(net: Network, x: Any) -> Any:
        for layer in net.layers:
            x = layer.W * x + layer.b
        return np.sum(x) * net.scale

    net = Network([Layer(2.0, 1.0, "first"), Layer(V)], 0.5)
    g = grad(loss)(net, 3.0)
    assert type(g) is Network
    assert [type(layer) for layer in g.layers] == [Layer, Layer]
    assert (g.layers[0].name, g.layers[1].size) == ("first", 3)
    assert (g.layers[0].W, g.layers[0].b, g.scale) == (9, 3, 42)
    np.testing.assert_array_equal(g.layers[1].W, [3.5] * 3)
    assert g.layers[1].b == 1.5
    squares = 9**2 + 3**2 + 3 * 3.5**2 + 1.5**2 + 42**2
    assert jvp(lambda n: loss(n, 3.0), net, g)[1] == squares
    assert net.layers[0].W == 2.0


def test_a_function_may_change_the_containers_that_it_is_given() -> None:
    def fn(p: Any) -> Any:
        return p["x"].pop() * p.pop("y")

    p = {"x": [2.0, 3.0], "y": 5.0}
    for _ in range(2):
        assert grad(fn)(p) == {"x": [0, 5], "y": 3}
    assert grad(checkpoint(fn))(p) == {"x": [0, 5], "y": 3}
    assert vjp(fn, p)[1](1.0) == {"x": [0, 5], "y": 3}
    assert jvp(fn, p, p)[1] == 30
    assert p == {"x": [2.0, 3.0], "y": 5.0}


def test_dictionaries_with_a_default_keep_it() -> None:
    p = defaultdict(lambda: 1.0, x=2.0)
    g = grad(lambda p: p["x"] ** 2 * p["y"])(p)
    assert g == {"x": 4.0}
    assert g["z"] == 1


@pytest.mark.parametrize(
    ("tree", "other", "message"),
    [
        (
            {"a": 1},
            {"a": 1, "b": 2},
            r"a dict with the keys \['a'\], got a dict with the keys \['a', 'b",
        ),
        ([1, 2], [1], "expected a list of 2, got a list of 1"),
        ([1], 1.0, r"expected a list of 1, got one value \(float\)"),
        (Layer(1.0), [1.0, 2.0], "expected a Layer of 2, got a list of 2"),
    ],
)
def test_structures_that_differ(tree: Any, other: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        trees.map_tree(lambda a, b: None, tree, other)


@pytest.mark.parametrize(
    ("argnums", "expected"),
    [
        (0, 12),
        (1, 8),
        (-1, 6),
        (-3, 12),
        ((0,), (12,)),
        ((0, 2), (12, 6)),
        ((2, 0), (6, 12)),
        ((-1, 0), (6, 12)),
    ],
)
def test_argnums(argnums: Any, expected: Any) -> None:
    def product(x: Any, y: Any, z: Any) -> Any:
        return x * y * z

    assert grad(product, argnums)(2.0, 3.0, 4.0) == expected
    assert value_and_grad(product, argnums)(2.0, 3.0, 4.0) == (24, expected)


@pytest.mark.parametrize("argnums", [1, -2, (0, 1)])
def test_argnums_out_of_range(argnums: Any) -> None:
    with pytest.raises(TypeError, match=r"argnums names argument (1|-2), but 1 were given"):
        grad(lambda x: x, argnums)(2.0)


@pytest.mark.parametrize("argnums", [(0, 0), (0, -2)])
def test_argnums_name_each_argument_once(argnums: Any) -> None:
    with pytest.raises(TypeError, match="twice"):
        grad(lambda x, y: x * y, argnums)(2.0, 3.0)


def test_other_arguments_pass_as_they_are() -> None:
    def fn(x: Any, label: Any, *, power: int, flag: bool = False) -> Any:
        assert (label, power, flag) == ("label", 3, True)
        return x**power

    assert grad(fn)(2.0, "label", power=3, flag=True) == 12


def test_the_wrapper_is_named_as_its_function() -> None:
    def parabola(x: Any) -> Any:
        """A curve."""
        return x * x

    for transformed in (grad(parabola), value_and_grad(parabola)):
        assert (transformed.__name__, transformed.__doc__) == ("parabola", "A curve.")
    assert grad(functools.partial(lambda a, x: a * x, 2.0))(3.0) == 2


# Tensors and arrays ------------------------------------------------------------------------------


def transformed(x: Any) -> list[Any]:
    """What every transform returns for one argument."""
    value, pullback = vjp(np.sum, x)
    one = np.ones(np.shape(x))
    return [
        grad(np.sum)(x),
        *value_and_grad(np.sum)(x),
        value,
        pullback(2.0),
        *jvp(np.sum, x, one[()]),
    ]


@pytest.mark.parametrize("x", [2, 2.0, np.float32(2), V])
def test_arrays_in_arrays_out(x: Any) -> None:
    for result in transformed(x):
        assert isinstance(result, np.ndarray | np.generic)


@pytest.mark.parametrize("requires_grad", [True, False])
@pytest.mark.parametrize("x", [2.0, V])
def test_tensors_in_tensors_out(x: Any, requires_grad: bool) -> None:
    for result in transformed(Tensor(x, requires_grad=requires_grad)):
        assert type(result) is Tensor


def test_one_tensor_makes_all_results_tensors() -> None:
    gradients = grad(lambda x, y: x * y, (0, 1))(2.0, Tensor(3.0))
    assert [type(g) for g in gradients] == [Tensor, Tensor]


def test_a_gradient_of_a_tensor_can_be_differentiated() -> None:
    """A gradient penalty: the loss contains a gradient."""
    x = variables(x=[1, 2, 3])
    penalty = np.sum(grad(lambda x: np.sum(x**3))(x) ** 2)
    penalty.backward()
    np.testing.assert_allclose(x.grad, 36 * V**3)


def test_a_closure_over_a_tensor_of_no_transform_is_a_constant() -> None:
    w = variables(w=2)
    assert type(grad(lambda x: x * w)(3.0)) is np.float64
    assert w.grad is None

    def outer(x: Any) -> Any:
        inner = grad(lambda y: y * w)(2.0)
        assert type(inner) is np.float64
        return inner * x

    assert grad(outer)(3.0) == 2


def test_a_recorded_cotangent_or_tangent_is_differentiated_too() -> None:
    v = variables(v=[1, 2, 3])
    for result in (vjp(lambda x: x * x, V)[1](v), jvp(lambda x: x * x, (V,), (v,))[1]):
        assert type(result) is Tensor
        v.zero_grad()
        np.sum(result).backward()
        np.testing.assert_array_equal(v.grad, 2 * V)


def test_a_pullback_may_be_called_again_with_anything() -> None:
    _, pullback = vjp(lambda x: x * x, V)
    first = pullback(V)
    assert type(pullback(Tensor(V, requires_grad=True))) is Tensor
    assert type(pullback(Tensor(V))) is np.ndarray
    np.testing.assert_array_equal(pullback([1.0, 2.0, 3.0]), first)


def test_leaves_outside_get_no_gradient() -> None:
    """A transform leaves no trace in `.grad`."""
    x = variables(x=[1, 2, 3])
    grad(lambda x: np.sum(x * x))(x)
    jvp(lambda x: np.sum(x * x), x, V)
    assert x.grad is None


# Nesting -----------------------------------------------------------------------------------------


@each_pair
def test_perturbations_are_not_confused(outer: Derivative, inner: Derivative) -> None:
    """d/dx (x d/dy (x + y)) = 1; confused, the derivative of `x + y` would count x too: 2."""
    assert outer(lambda x: x * inner(lambda y: x + y, 1.0), 1.0) == 1


@each_pair
def test_a_closure_loses_no_gradient(outer: Derivative, inner: Derivative) -> None:
    """d/dx d/dy (x^2 y^3) at y = 2 is 2x * 12, though y comes in as a plain number."""
    assert outer(lambda x: inner(lambda y: x**2 * y**3, 2.0), 3.0) == pytest.approx(72)


@each_pair
def test_the_same_variable_inside_and_outside(outer: Derivative, inner: Derivative) -> None:
    """d/dx (x d/dy (x y^2) at y = x) = d/dx 2x^3."""
    assert outer(lambda x: x * inner(lambda y: x * y * y, x), 2.0) == pytest.approx(24)


@each_pair
def test_a_shadowed_variable(outer: Derivative, inner: Derivative) -> None:
    """The inner function that ignores its argument is a constant to the inner derivative."""
    assert outer(lambda x: inner(lambda y: x * x, 1.0) + x, 3.0) == 1


@each_pair
def test_mixed_derivatives_commute(outer: Derivative, inner: Derivative) -> None:
    def fn(x: Any, y: Any) -> Any:
        return np.sin(x * y) * np.exp(x)

    first = outer(lambda x: inner(lambda y: fn(x, y), 0.7), 0.3)
    second = outer(lambda y: inner(lambda x: fn(x, y), 0.3), 0.7)
    assert first == pytest.approx(second, rel=1e-14)


def cube_of_closures(a: Derivative, b: Derivative, c: Derivative) -> Any:
    return a(lambda x: b(lambda y: c(lambda z: (x * y * z) ** 2, 4.0), 3.0), 2.0)


def test_three_levels_of_closures() -> None:
    """d/dx d/dy d/dz (x y z)^2 = 8 x y z."""
    for a, b, c in itertools.product(MODES, repeat=3):
        assert cube_of_closures(a, b, c) == pytest.approx(8 * 24)


def test_a_pullback_that_leaves_its_transform_keeps_its_graph() -> None:
    """d/dx of the pullback of y -> x y, called outside of the inner function."""

    def outer(x: Any) -> Any:
        _, pullback = vjp(lambda y: x * y, 5.0)
        return pullback(x)

    assert grad(outer)(3.0) == 6
    assert jvp(outer, 3.0, 1.0)[1] == 6


def test_an_outer_value_used_in_an_inner_structure() -> None:
    assert grad(lambda x: grad(lambda p: p["x"] ** 2 * p["y"])({"x": x, "y": 5.0})["x"])(3.0) == 10


DERIVATIVES: dict[str, tuple[Callable[[Any], Any], Callable[[float, int], float]]] = {
    "sin": (np.sin, lambda x, n: math.sin(x + n * math.pi / 2)),
    "exp": (np.exp, lambda x, n: math.exp(x)),
    "x^5": (lambda x: x**5, lambda x, n: math.perm(5, n) * x ** (5 - n) if n <= 5 else 0),
    "1/x": (lambda x: 1 / x, lambda x, n: (-1) ** n * math.factorial(n) / x ** (n + 1)),
    "log": (np.log, lambda x, n: (-1) ** (n - 1) * math.factorial(n - 1) / x**n),
    "sqrt": (
        np.sqrt,
        lambda x, n: math.prod(0.5 - k for k in range(n)) * x ** (0.5 - n),
    ),
    "2^x": (lambda x: 2**x, lambda x, n: math.log(2) ** n * 2**x),
}


@each_mode
@pytest.mark.parametrize("order", range(1, 7))
@pytest.mark.parametrize("name", DERIVATIVES)
def test_derivatives_of_any_order(name: str, order: int, d: Derivative) -> None:
    fn, expected = DERIVATIVES[name]
    for _ in range(order):
        fn = functools.partial(d, fn)
    assert fn(0.7) == pytest.approx(expected(0.7, order), rel=1e-12, abs=1e-12)


@each_mode
def test_derivatives_of_tanh(d: Derivative) -> None:
    """The n-th is a polynomial in t = tanh x: P_0 = t, P_(n+1) = P_n' (1 - t^2)."""
    fn: Callable[[Any], Any] = np.tanh
    polynomial = np.polynomial.Polynomial([0.0, 1.0])
    for _ in range(6):
        fn = functools.partial(d, fn)
        polynomial = polynomial.deriv() * np.polynomial.Polynomial([1.0, 0.0, -1.0])
        assert fn(0.7) == pytest.approx(polynomial(math.tanh(0.7)), rel=1e-11)


def test_modes_may_alternate() -> None:
    fn: Callable[[Any], Any] = np.sin
    for d in (derivative_by_grad, derivative_by_jvp, derivative_by_vjp, derivative_by_jvp):
        fn = functools.partial(d, fn)
    assert fn(0.7) == pytest.approx(math.sin(0.7), rel=1e-14)


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
    value, g = value_and_grad(lambda x: constant)(V)
    assert value == 3
    np.testing.assert_array_equal(g, [0, 0, 0])
    assert jvp(lambda x: constant, V, V) == (3, 0)


@pytest.mark.parametrize("constant", [np.argmax, lambda x: np.sum(x > 1), lambda x: (x > 1)[0]])
def test_a_function_may_return_a_choice(constant: Callable[[Any], Any]) -> None:
    np.testing.assert_array_equal(grad(constant)(V), [0, 0, 0])
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
    assert float(value) == 14
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


# Modes and state ---------------------------------------------------------------------------------


@each_mode
def test_transforms_record_under_no_grad(d: Derivative) -> None:
    """They would otherwise give zeros without a word."""
    with no_grad():
        assert d(lambda x: x * x, 3.0) == 6
        assert d(lambda x: d(lambda y: x * y * y, 3.0), 1.0) == 6
        assert not is_grad_enabled()


@each_mode
def test_no_grad_inside_makes_a_constant(d: Derivative) -> None:
    def fn(x: Any) -> Any:
        with no_grad():
            frozen = x * x
        return frozen * x

    assert d(fn, 3.0) == 9


@each_mode
def test_an_exception_inside_leaves_no_state_behind(d: Derivative) -> None:
    def fail(x: Any) -> Any:
        d(lambda y: x * y, 1.0)
        raise ZeroDivisionError

    with no_grad():
        with pytest.raises(ZeroDivisionError):
            d(lambda x: d(fail, x), 2.0)
        assert not is_grad_enabled()
    assert is_grad_enabled()
    assert transforms._enclosing.leaves == []
    assert type(d(lambda x: x * x, 3.0)) is np.float64


def test_threads_do_not_enclose_one_another() -> None:
    """What one thread differentiates is a constant to the others."""
    together = threading.Barrier(4, timeout=30)
    results: dict[int, Any] = {}

    def work(i: int) -> None:
        def fn(x: Any) -> Any:
            total = 0.0
            for _ in range(20):
                together.wait()
                total = total + grad(lambda y: x * y * y)(float(i))
            return total

        results[i] = grad(fn)(1.0)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {i: 40 * i for i in range(4)}
    assert all(type(value) is np.float64 for value in results.values())


def test_activations_too() -> None:
    """Operations whose rules are made of other operations, to third order."""
    for fn in (autograd.sigmoid, autograd.softplus, autograd.gelu, autograd.erf):
        third = grad(grad(grad(fn)))
        assert third(0.3) == pytest.approx(
            (grad(grad(fn))(0.3 + 1e-5) - grad(grad(fn))(0.3 - 1e-5)) / 2e-5, rel=1e-7
        )


def test_gradients_that_are_constants_and_gradients_that_are_not_add_up() -> None:
    def f(x: Any) -> Any:
        return np.sum(x + x) + np.sum(x) + np.sum(x**3)

    x = np.array([1.0, 2.0])
    np.testing.assert_allclose(grad(lambda x: np.sum(grad(f)(x)))(x), 6 * x)
