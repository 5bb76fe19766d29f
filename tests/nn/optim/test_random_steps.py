"""Whatever is done to parameters between steps, the steps are those of plain formulas."""

from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nn
from autograd import StaleGraphError, Tensor
from nn.optim import blocks
from tests.nn.optim import reference

OPTIONS: list[tuple[str, dict[str, Any]]] = [
    ("SGD", {}),
    ("SGD", {"momentum": 0.9, "weight_decay": 0.1}),
    ("SGD", {"momentum": 0.9, "dampening": 0.5}),
    ("SGD", {"momentum": 0.9, "nesterov": True}),
    ("Adam", {}),
    ("Adam", {"weight_decay": 0.1, "bias_correction": False}),
    ("AdamW", {"weight_decay": 0.1}),
    ("NAdam", {"momentum_decay": 0.1}),
    ("Lion", {"weight_decay": 0.1}),
    ("Adagrad", {"lr_decay": 0.1, "initial_accumulator_value": 0.5}),
    ("Adadelta", {"lr": 10.0}),
    ("RMSprop", {"momentum": 0.5, "centered": True, "eps": 1e-3}),
]
SETTINGS: list[dict[str, Any]] = [
    {"lr": 0.3},
    {"lr": np.float64(0.01)},
    {"weight_decay": 0.2},
    {"weight_decay": 0.0},
    {"betas": [0.5, 0.75]},
    {"betas": (0.0, 0.9)},
    {"momentum": 0.4},
    {"momentum": 0.0, "nesterov": False},
    {"rho": 0.5, "alpha": 0.8},
]
SHAPES = st.sampled_from([(), (0,), (1,), (7,), (3, 4), (2, 3, 2), (40,), (5, 9)])


class Twins:
    """An optimizer in two groups, and the reference on copies, in real numbers."""

    def __init__(self, name: str, options: dict[str, Any], forms: list[Any], seed: int) -> None:
        self.name, self.rng = name, np.random.default_rng(seed)
        self.parameters = [
            Tensor(np.asarray(self.draw(shape, dtype)), requires_grad=True)
            for shape, dtype in forms
        ]
        self.values = [p.data.copy() for p in self.parameters]
        self.kept: list[dict[str, Any]] = [{} for _ in forms]
        half = len(forms) // 2
        groups = [{"params": p} for p in (self.parameters[:half], self.parameters[half:]) if p]
        self.optimizer = getattr(nn, name)(groups, **{"lr": 0.1, **options})

    def draw(self, shape: tuple[int, ...], dtype: Any) -> Any:
        parts = self.rng.normal(size=(2, *shape))
        value = parts[0] + 1j * parts[1] if np.dtype(dtype).kind == "c" else parts[0]
        return np.asarray(value).astype(dtype)

    def chosen(self) -> list[int]:
        return [i for i in range(len(self.parameters)) if self.rng.random() < 0.7]

    def step(self, layout: str) -> None:
        moving = self.chosen()
        for i, parameter in enumerate(self.parameters):
            parameter.grad = None
            if i in moving:
                gradient = self.draw(parameter.shape, parameter.dtype)
                self.place(parameter, gradient, layout)
                self.values[i] = self.expected(i, gradient)
        graphs = [np.sum(np.real(parameter)) for parameter in self.parameters]
        self.optimizer.step()
        for i, graph in enumerate(graphs):
            if i in moving:
                with pytest.raises(StaleGraphError):
                    graph.backward()
            else:
                graph.backward()

    def place(self, parameter: Tensor, gradient: Any, layout: str) -> None:
        if layout == "own place":
            own = self.optimizer.gradient_of(parameter)
            own[...] = gradient
            parameter.grad = own
        elif layout == "F":
            parameter.grad = gradient.copy("F")
        elif layout == "strided":
            parameter.grad = np.repeat(gradient[..., None], 2, axis=-1)[..., 0]
        else:
            parameter.grad = gradient

    def expected(self, i: int, gradient: Any) -> Any:
        group = next(
            g
            for g in self.optimizer.param_groups
            if any(p is self.parameters[i] for p in g["params"])
        )
        real = np.float32 if gradient.dtype == np.float32 else np.float64
        theta, g = (
            np.atleast_1d(x).view(real).astype(np.float64) for x in (self.values[i], gradient)
        )
        after = reference.step(self.optimizer, theta, g, self.kept[i], group)
        return after.astype(real).view(gradient.dtype).reshape(gradient.shape)

    def replace(self, how: str) -> None:
        for i in self.chosen():
            parameter = self.parameters[i]
            self.values[i] = value = self.draw(parameter.shape, parameter.dtype)
            if how == "assign":
                parameter.assign(value)
            elif how == "data":
                parameter.data = value.copy() if parameter.shape else value[()]
            elif parameter.shape:
                parameter.data[...] = value
                parameter.touch()
            else:
                parameter.assign(value)

    def change_settings(self, k: int) -> None:
        for group in self.optimizer.param_groups[k % 2 :]:
            known = {n: v for n, v in SETTINGS[k % len(SETTINGS)].items() if n in group}
            if not group.get("nesterov") or known.get("momentum") != 0 or "nesterov" in known:
                group.update(known)

    def reload(self) -> None:
        saved = self.optimizer.state_dict()
        groups = [{"params": group["params"]} for group in self.optimizer.param_groups]
        self.optimizer = getattr(nn, self.name)(groups)
        self.optimizer.load_state_dict(saved)

    def borrow(self) -> None:
        """Another optimizer moves some of the parameters, and takes the values into its memory."""
        chosen = self.chosen()
        if chosen:
            other = nn.SGD([self.parameters[i] for i in chosen], lr=0.5)
            for i in chosen:
                gradient = self.draw(self.parameters[i].shape, self.parameters[i].dtype)
                self.parameters[i].grad = gradient
                self.values[i] = self.values[i] - gradient.dtype.type(0.5) * gradient
            other.step()

    def check(self) -> None:
        for parameter, value in zip(self.parameters, self.values, strict=True):
            assert (parameter.shape, parameter.dtype) == (value.shape, value.dtype)
            assert type(parameter.data) is (np.ndarray if value.shape else value.dtype.type)
            single = value.dtype == np.float32
            tolerance = {"rtol": 3e-4, "atol": 3e-5} if single else {"rtol": 1e-9, "atol": 1e-11}
            np.testing.assert_allclose(parameter.data, value, **tolerance)


ACTIONS = st.sampled_from(
    [
        *(("step", layout) for layout in ("C", "C", "F", "strided", "own place")),
        *(("replace", how) for how in ("assign", "data", "inside")),
        *(("change_settings", k) for k in range(2 * len(SETTINGS))),
        ("reload",),
        ("borrow",),
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    case=st.sampled_from(OPTIONS),
    forms=st.lists(
        st.tuples(SHAPES, st.sampled_from([np.float64, np.float64, np.float32, np.complex128])),
        min_size=1,
        max_size=6,
    ),
    actions=st.lists(ACTIONS, max_size=10),
    block=st.sampled_from([64, 256, 2**18]),
    threads=st.sampled_from([1, 2, 3]),
    seed=st.integers(0, 2**32),
)
def test_whatever_happens_between_steps_the_numbers_are_those_of_plain_formulas(
    case: Any, forms: Any, actions: Any, block: int, threads: int, seed: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK", block)
        twins = Twins(*case, forms, seed)
        for action, *arguments in [*actions, ("step", "C")]:
            twins.optimizer.threads = threads
            getattr(twins, action)(*arguments)
            twins.check()


class HeavyBall(nn.Optimizer):
    """SGD with momentum, by its formula alone."""

    settings = nn.SGD.settings
    arrays: ClassVar[dict[str, str | None]] = {"v": "momentum"}

    def update(self, theta: Any, g: Any, state: Any, settings: Any) -> Any:
        state["v"] = settings["momentum"] * state["v"] + g
        return theta - settings["lr"] * state["v"]


@pytest.mark.parametrize("shape", [(), (3, 4), (2**16 + 5,)])
def test_an_update_without_a_rule_is_run_on_every_block(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    start = rng.normal(size=shape)
    pair = [Tensor(start, requires_grad=True), Tensor(start, requires_grad=True)]
    options = {"lr": 0.1, "momentum": 0.9, "dampening": 0.0, "weight_decay": 0.1, "nesterov": False}
    optimizers = [HeavyBall([pair[0]], options), nn.SGD([pair[1]], **options)]
    for _ in range(3):
        gradient = rng.normal(size=shape)
        for parameter, optimizer in zip(pair, optimizers, strict=True):
            parameter.grad = gradient
            optimizer.step()
    np.testing.assert_allclose(pair[0].data, pair[1].data, rtol=1e-13)
