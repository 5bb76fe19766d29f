"""What all optimizers share: checks, groups, dtypes, shapes, blocks, skipping, staleness."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import StaleGraphError, Tensor, variables
from nn.optim import adadelta, adagrad, adam, arithmetic, blocks, lion, nadam, rmsprop, sgd
from tests.nn.optim.kinds import KINDS, descend

Make = Callable[..., nn.Optimizer]


@pytest.mark.parametrize("make", KINDS)
@pytest.mark.parametrize("shape", [(), (2,), (2, 3), (0,), (2, 0)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_it_descends_in_every_shape_and_dtype(
    make: Make, shape: tuple[int, ...], dtype: type
) -> None:
    w = Tensor(np.zeros(shape, dtype), requires_grad=True)
    optimizer = make([w], lr=np.float64(0.1))
    descend(optimizer, 300)
    assert w.dtype == dtype
    assert w.shape == shape
    assert type(w.data) is (np.ndarray if shape else dtype)
    held = [v for v in optimizer.state[w].values() if isinstance(v, np.ndarray | np.generic)]
    assert {v.dtype for v in held} <= {np.dtype(dtype)}
    assert {v.shape for v in held} <= {shape}
    if w.size:
        # Weight decay of 0.1 moves the minimum of (w - 3)^2 from 3 to 6 / 2.1.
        assert np.min(w.data) > 2.8
        assert np.max(w.data) < 3.001


@pytest.mark.parametrize("make", KINDS)
def test_no_float64_appears_in_a_float32_step(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = set()

    def spied(run: Callable[..., Any]) -> Callable[..., Any]:
        def spy(*args: Any, **options: Any) -> Any:
            result = run(*args, **options)
            seen.update(a.dtype for a in (*args, result) if isinstance(a, np.ndarray | np.generic))
            return result

        return spy

    for module in (adadelta, adagrad, adam, arithmetic, lion, nadam, rmsprop, sgd):
        for name in {*vars(module)} & {"add", "subtract", "multiply", "divide", "sqrt", "sign"}:
            monkeypatch.setattr(module, name, spied(getattr(np, name)))
    w = Tensor(np.zeros(3, np.float32), requires_grad=True)
    optimizer = make([w], lr=np.float64(0.1))
    rule = optimizer.rule

    def spied_rule(*args: Any) -> Any:
        update, *numbers = rule(*args)
        return spied(update), *numbers

    monkeypatch.setattr(optimizer, "rule", spied_rule)
    for group in optimizer.param_groups:
        group["lr"] = np.float64(0.2)
    for gradient in ([0.5, -1, 2], [1, 1, 0.25]):
        w.grad = gradient
        optimizer.step()
    assert seen == {np.dtype(np.float32)}


@pytest.mark.parametrize("make", KINDS)
def test_blocks_layouts_and_parts_of_complex_numbers_all_move_alike(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def after(start: Any, gradients: list[Any]) -> Any:
        w = Tensor(start, requires_grad=True)
        optimizer = make([w], lr=0.1)
        for gradient in gradients:
            w.grad = gradient
            optimizer.step()
        return w.data

    rng = np.random.default_rng(0)
    start, gradients = rng.normal(size=(6, 8)), list(rng.normal(size=(3, 6, 8)))
    whole = after(start, gradients)
    np.testing.assert_array_equal(after(start.copy("F"), [g.copy("F") for g in gradients]), whole)
    strided = [np.repeat(g, 2, axis=1)[:, ::2] for g in gradients]
    np.testing.assert_array_equal(after(start, strided), whole)
    pairs = after(start.view(complex), [g.view(complex) for g in gradients])
    np.testing.assert_array_equal(pairs.view(float), whole)
    monkeypatch.setattr(blocks, "BLOCK", 56)
    np.testing.assert_array_equal(after(start, gradients), whole)


@pytest.mark.parametrize("make", KINDS)
@pytest.mark.parametrize("block", [56, 2**18])
def test_parameters_that_move_together_move_as_each_would_alone(
    make: Make, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", block)
    shapes = [(), (2, 3), (4,), (0,), (20,), (1,), (3, 2), (3,)]
    dtypes = [np.float64] * 6 + [np.float32, np.complex128]
    rng = np.random.default_rng(0)

    def draw() -> list[Any]:
        pairs = zip(shapes, dtypes, strict=True)
        return [np.asarray(rng.normal(size=shape)).astype(dtype) for shape, dtype in pairs]

    start = draw()
    together, apart = ([nn.Parameter(x) for x in start] for _ in range(2))
    one, many = make(together, lr=0.1), [make([w], lr=0.1) for w in apart]
    for t in range(6):
        for i, gradient in enumerate(draw()):
            # One pauses and others join later, so that they are not equally far.
            rests = (i == 1 and t == 3) or (i in (2, 5) and t < 2)
            together[i].grad = apart[i].grad = None if rests else gradient
        one.step()
        for optimizer in many:
            optimizer.step()
        for w, v in zip(together, apart, strict=True):
            assert (w.dtype, w.shape) == (v.dtype, v.shape)
            np.testing.assert_array_equal(w.data, v.data)


def test_the_state_of_a_large_array_is_changed_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK", 64)
    own = [nn.Parameter(np.zeros(size)) for size in (3, 20, 3)]
    optimizer = nn.RMSprop(own)
    descend(optimizer, 1)
    before = optimizer.state[own[1]]["square_avg"]
    descend(optimizer, 1)
    assert np.shares_memory(before, optimizer.state[own[1]]["square_avg"])
    assert [optimizer.state[w]["step"] for w in own] == [2, 2, 2]


@pytest.mark.parametrize("make", KINDS)
def test_parameters_without_gradient_are_skipped(make: Make) -> None:
    used, unused = variables(used=1, unused=1)
    optimizer = make([used, unused])
    (used * 2).backward()
    optimizer.step()
    assert used.data != 1
    assert unused.data == 1
    assert not optimizer.state[unused]
    optimizer.zero_grad()
    before = used.data
    optimizer.step()
    assert used.data == before
    assert optimizer.state[used]["step"] == 1


@pytest.mark.parametrize("make", KINDS)
def test_a_step_leaves_the_gradient_alone(make: Make) -> None:
    w = Tensor([1.0, 2.0], requires_grad=True)
    w.grad = [0.5, -0.25]
    make([w], lr=0.1).step()
    assert w.grad.tolist() == [0.5, -0.25]


@pytest.mark.parametrize("make", KINDS)
def test_a_step_makes_older_graphs_stale(make: Make) -> None:
    (w,) = (variables(w=1.0),)
    loss = w * w
    loss.backward()
    make([w], lr=0.1).step()
    with pytest.raises(StaleGraphError):
        loss.backward()


def test_zero_grad_forgets_all_gradients() -> None:
    x, y = variables(x=1.0, y=2.0)
    (x * y).backward()
    nn.SGD([{"params": [x]}, {"params": [y]}]).zero_grad()
    assert x.grad is None
    assert y.grad is None


def test_an_optimizer_of_one_s_own_needs_an_update() -> None:
    w = variables(w=1.0)
    with pytest.raises(TypeError, match=r"abstract class Optimizer .*update"):
        nn.Optimizer([w], {"lr": 0.1})  # type: ignore[abstract]

    class Forgetful(nn.Optimizer):
        pass

    with pytest.raises(TypeError, match=r"abstract class Forgetful .*update"):
        Forgetful([w], {"lr": 0.1})  # type: ignore[abstract]


# Groups ------------------------------------------------------------------------------------------


def test_groups_have_settings_of_their_own_and_the_defaults() -> None:
    x, y, z = variables(x=1.0, y=1.0, z=1.0)
    groups = [{"params": [x], "lr": 0.5}, {"params": y, "weight_decay": 0.25}]
    optimizer = nn.SGD(groups, lr=0.125)
    optimizer.add_param_group({"params": (p for p in [z]), "lr": 2})
    assert [sorted(group) for group in groups] == [["lr", "params"], ["params", "weight_decay"]]
    assert list(map(id, optimizer.parameters)) == [id(x), id(y), id(z)]
    for parameter in optimizer.parameters:
        parameter.grad = 1.0
    optimizer.step()
    assert [x.item(), y.item(), z.item()] == [1 - 0.5, 1 - 0.125 * (1 + 0.25), 1 - 2]


def test_settings_are_read_at_every_step() -> None:
    w = variables(w=1.0)
    optimizer = nn.SGD([w], lr=0.1)
    w.grad = 1.0
    optimizer.param_groups[0]["lr"] = 0.5
    optimizer.step()
    assert w.item() == 0.5
    optimizer.param_groups[0]["lr"] = "fast"
    with pytest.raises(TypeError, match="lr must be a number, got 'fast'"):
        optimizer.step()
    optimizer.param_groups[0].update(lr=0.1, nesterov=True)
    with pytest.raises(ValueError, match="nesterov needs a momentum above 0"):
        optimizer.step()
    assert w.item() == 0.5


def test_a_bad_setting_of_any_group_stops_the_whole_step() -> None:
    x, y = variables(x=1.0, y=1.0)
    optimizer = nn.SGD([{"params": [x]}, {"params": [y]}], lr=0.5)
    x.grad = y.grad = 1.0
    optimizer.param_groups[1]["lr"] = -1
    with pytest.raises(ValueError, match=r"lr must be .* got -1"):
        optimizer.step()
    assert x.item() == 1
    assert not optimizer.state[x]


def test_momentum_may_be_switched_on_later() -> None:
    w = variables(w=0.0)
    optimizer = nn.SGD([w], lr=1.0)
    positions = []
    for momentum in (0.0, 0.5, 0.5):
        optimizer.param_groups[0].update(momentum=momentum, dampening=momentum)
        w.grad = 1.0
        optimizer.step()
        positions.append(w.item())
    # The first velocity is the gradient, the second 0.5 + (1 - 0.5).
    assert positions == [-1, -2, -3]


def test_groups_are_checked() -> None:
    x, y = variables(x=1.0, y=1.0)
    with pytest.raises(ValueError, match="in two groups and would be changed twice"):
        nn.Adam([{"params": [x]}, {"params": [y, x]}])
    with pytest.raises(ValueError, match="Adam has no setting 'rate'; its settings are lr, betas"):
        nn.Adam([{"params": [x], "rate": 0.1}])
    with pytest.raises(ValueError, match=r"lr must be .* got -1"):
        nn.Adam([{"params": [x], "lr": -1}])
    with pytest.raises(TypeError, match='a group is a dict with "params", a list of tensors; got'):
        nn.Adam([{"parameters": [x]}])
    with pytest.raises(TypeError, match='a group is a dict with "params", a list of tensors; got'):
        nn.Adam([{"params": [x]}, y])
    with pytest.raises(ValueError, match="at least one parameter"):
        nn.Adam([{"params": []}])
    with pytest.raises(TypeError, match="as a list, which has an order, got set"):
        nn.Adam([{"params": {x, y}}])
    optimizer = nn.Adam([x])
    with pytest.raises(ValueError, match="in two groups"):
        optimizer.add_param_group({"params": [x]})
    assert len(optimizer.param_groups) == 1


# Checks ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", KINDS)
def test_parameters_are_checked(make: Make) -> None:
    w = Tensor([1.0], requires_grad=True)
    with pytest.raises(
        ValueError, match=r"at least one parameter; model.parameters\(\) is used up"
    ):
        make(p for p in ())
    with pytest.raises(ValueError, match="in the list twice"):
        make([w, w])
    for wrong in (w, {w}, {"w": w}):
        with pytest.raises(TypeError, match=r"as a list, .* pass model.parameters\(\) or \[w, b\]"):
            make(wrong)
    with pytest.raises(TypeError, match="parameter 1 is of type ndarray, not a Tensor"):
        make([w, np.ones(2)])
    with pytest.raises(TypeError, match="parameter 0 is the result of an operation"):
        make([w * 2])


SETTINGS: list[tuple[Make, dict[str, Any], str]] = [
    (nn.SGD, {"lr": -0.1}, "lr must be a finite number of at least 0, got -0.1"),
    (nn.SGD, {"lr": float("nan")}, "lr must be .* got nan"),
    (nn.SGD, {"momentum": -1}, "momentum must be .* got -1"),
    (nn.SGD, {"dampening": -1}, "dampening must be .* got -1"),
    (nn.SGD, {"weight_decay": -1}, "weight_decay must be .* got -1"),
    (nn.SGD, {"nesterov": True}, "nesterov needs a momentum above 0 and no dampening, got mom"),
    (nn.SGD, {"nesterov": True, "momentum": 0.9, "dampening": 0.1}, "got momentum=0.9 and dam"),
    (nn.Adam, {"lr": -1}, "lr must be .* got -1"),
    (nn.Adam, {"eps": -1}, "eps must be .* got -1"),
    (nn.Adam, {"weight_decay": -1}, "weight_decay must be .* got -1"),
    (nn.Adam, {"betas": (1.0, 0.9)}, r"betas\[0\] must be at least 0 and less than 1, got 1.0"),
    (nn.Adam, {"betas": (0.9, -0.1)}, r"betas\[1\] must be .* got -0.1"),
    (nn.Adam, {"betas": 0.9}, r"betas must be two numbers, as in \(0.9, 0.999\), got 0.9"),
    (nn.Adam, {"betas": (0.9, 0.9, 0.9)}, "betas must be two numbers"),
    (nn.AdamW, {"weight_decay": -1}, "weight_decay must be .* got -1"),
    (nn.NAdam, {"momentum_decay": -1}, "momentum_decay must be .* got -1"),
    (nn.Adagrad, {"lr_decay": -1}, "lr_decay must be .* got -1"),
    (nn.Adagrad, {"initial_accumulator_value": -1}, "initial_accumulator_value must be .* got -1"),
    (nn.Adadelta, {"rho": 1.5}, "rho must be at least 0 and at most 1, got 1.5"),
    (nn.RMSprop, {"alpha": -0.5}, "alpha must be at least 0 and at most 1, got -0.5"),
    (nn.RMSprop, {"momentum": -1}, "momentum must be .* got -1"),
    (nn.Lion, {"betas": (0.9, 1)}, r"betas\[1\] must be .* got 1"),
]


@pytest.mark.parametrize(("make", "settings", "said"), SETTINGS)
def test_settings_are_checked(make: Make, settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make([Tensor([1.0], requires_grad=True)], **settings)


@pytest.mark.parametrize(
    ("make", "settings", "said"),
    [
        (nn.SGD, {"lr": "0.1"}, "lr must be a number, got '0.1'"),
        (nn.SGD, {"lr": None}, "lr must be a number, got None"),
        (nn.SGD, {"nesterov": 1}, "nesterov must be True or False, got 1"),
        (nn.RMSprop, {"centered": "no"}, "centered must be True or False, got 'no'"),
        (nn.Adam, {"betas": ("a", 0.9)}, r"betas\[0\] must be a number, got 'a'"),
    ],
)
def test_types_of_settings_are_checked(make: Make, settings: dict[str, Any], said: str) -> None:
    with pytest.raises(TypeError, match=said):
        make([Tensor([1.0], requires_grad=True)], **settings)


def test_defaults_are_pytorch_s_and_lion_s_those_of_its_paper() -> None:
    adam = {"betas": (0.9, 0.999), "eps": 1e-8, "decoupled_weight_decay": False}
    defaults: dict[Make, dict[str, Any]] = {
        nn.SGD: {"lr": 1e-3, "momentum": 0, "dampening": 0, "weight_decay": 0, "nesterov": False},
        nn.Adam: adam | {"lr": 1e-3, "weight_decay": 0, "bias_correction": True},
        nn.AdamW: adam
        | {"lr": 1e-3, "weight_decay": 0.01, "decoupled_weight_decay": True}
        | {"bias_correction": True},
        nn.NAdam: adam | {"lr": 2e-3, "weight_decay": 0, "momentum_decay": 4e-3},
        nn.Adagrad: {"lr": 1e-2, "lr_decay": 0, "weight_decay": 0, "eps": 1e-10}
        | {"initial_accumulator_value": 0},
        nn.Adadelta: {"lr": 1.0, "rho": 0.9, "eps": 1e-6, "weight_decay": 0},
        nn.RMSprop: {"lr": 1e-2, "alpha": 0.99, "eps": 1e-8, "weight_decay": 0, "momentum": 0}
        | {"centered": False},
        nn.Lion: {"lr": 1e-4, "betas": (0.9, 0.99), "weight_decay": 0}
        | {"decoupled_weight_decay": True},
    }
    for make, expected in defaults.items():
        assert make([variables(w=1.0)]).defaults == expected


def test_the_repr_shows_the_settings() -> None:
    w, b = Tensor([1.0], requires_grad=True), Tensor(1.0, requires_grad=True)
    optimizer = nn.SGD([w], lr=0.1)
    assert repr(optimizer) == (
        "SGD(1 parameters, lr=0.1, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False)"
    )
    two = nn.Adadelta([{"params": [w]}, {"params": [b], "lr": 0.5}])
    assert repr(two) == (
        "Adadelta(1 parameters, lr=1.0, rho=0.9, eps=1e-06, weight_decay=0.0; "
        "1 parameters, lr=0.5, rho=0.9, eps=1e-06, weight_decay=0.0)"
    )


@pytest.mark.parametrize("make", KINDS)
def test_a_deep_copy_goes_on_by_itself(make: Make) -> None:
    w = nn.Parameter([0.0, 1.0])
    optimizer = make([w], lr=0.05)
    descend(optimizer, 3)
    twin = copy.deepcopy(optimizer)
    descend(optimizer, 3)
    descend(twin, 3)
    np.testing.assert_array_equal(twin.parameters[0].data, w.data)


def test_a_model_is_no_list_of_parameters() -> None:
    with pytest.raises(TypeError, match=r"got a model; pass model.parameters\(\)"):
        nn.SGD(nn.MLP([2, 1]), lr=0.1)
