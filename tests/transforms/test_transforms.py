"""Functions of functions: structures, arrays and tensors, and what state is left behind."""

import dataclasses
import functools
import threading
from collections import OrderedDict, defaultdict, namedtuple
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import (
    Tensor,
    checkpoint,
    grad,
    is_grad_enabled,
    jvp,
    no_grad,
    value_and_grad,
    variables,
    vjp,
)
from autograd.transforms import scope as transforms
from autograd.transforms import trees
from tests.derivatives import Derivative, each_mode

Point = namedtuple("Point", "x y")
V = np.array([1.0, 2.0, 3.0])

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
        """Return a curve."""
        return x * x

    for transformed in (grad(parabola), value_and_grad(parabola)):
        assert (transformed.__name__, transformed.__doc__) == ("parabola", "Return a curve.")
    assert grad(functools.partial(lambda a, x: a * x, 2.0))(3.0) == 2


# Tensors and arrays ------------------------------------------------------------------------------


def transformed(x: Any) -> list[Any]:
    """Return the results of every transform for one argument."""
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
