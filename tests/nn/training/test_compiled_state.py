"""Compiled steps follow whatever is changed between them: optimizers, weights, layers, batches."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import ShapeError, Tensor
from tests.nn.optim.kinds import KINDS
from tests.nn.training.twins import Twins, number_of

F64: Any = {"dtype": np.float64}


def network() -> nn.Module:
    return nn.Sequential(
        nn.Linear(4, 5, seed=0, **F64),
        nn.BatchNorm1d(5, **F64),
        nn.Tanh(),
        nn.Dropout(0.4, seed=1),
        nn.Linear(5, 3, seed=2, **F64),
    )


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.fixture
def twins() -> Twins:
    return Twins(network)


@pytest.fixture
def learn(twins: Twins, rng: np.random.Generator) -> Callable[..., None]:
    """Let both learn batches of so many rows, each followed by a target."""

    def steps(*rows: int) -> None:
        for n in rows:
            twins.step(rng.normal(size=(n, 4)), rng.normal())

    return steps


Learn = Callable[..., None]

# Optimizers --------------------------------------------------------------------------------------


def test_every_optimizer_is_tried() -> None:
    assert {str(kind.id).split()[0] for kind in KINDS} == {*nn.optim.__all__} - {"Optimizer"}


@pytest.mark.parametrize("optimizer", KINDS)
def test_every_optimizer_takes_the_same_steps(optimizer: Any, rng: np.random.Generator) -> None:
    # No gradient is 0 but for rounding, of which some optimizers make steps as long as any.
    twins = Twins(
        lambda: nn.MLP([4, 5, 3], "tanh", seed=0, **F64),
        optimizer=lambda parameters: optimizer(parameters, lr=0.01),
        atol=1e-11,
    )
    for _ in range(5):
        twins.step(rng.normal(size=(6, 4)), rng.normal())


def test_groups_and_schedules(rng: np.random.Generator) -> None:
    def in_groups(parameters: Any) -> nn.Optimizer:
        first, *others = parameters
        return nn.SGD([{"params": others}, {"params": first, "lr": 0.5}], lr=0.1, momentum=0.9)

    twins = Twins(network, optimizer=in_groups)
    schedules = [nn.StepLR(optimizer, 2, gamma=0.1) for optimizer in twins.optimizers]
    for _ in range(5):
        twins.step(rng.normal(size=(6, 4)), rng.normal())
        for schedule in schedules:
            schedule.step()
    assert twins.optimizers[1].param_groups[1]["lr"] == pytest.approx(0.5 * 0.1**2)


def test_gradients_may_be_clipped_before_the_step(
    twins: Twins, rng: np.random.Generator, learn: Learn
) -> None:
    for _ in range(3):
        x, target = rng.normal(size=(6, 4)), rng.normal()
        twins.optimizers[0].zero_grad()
        number_of(twins.eager(x), target).backward()
        twins.taken.gradients(x, target)
        for optimizer in twins.optimizers:
            nn.clip_grad_norm_(optimizer.parameters, 0.01)
            optimizer.step()
        twins.compare()
    learn(6)


def test_settings_and_state_of_the_optimizer_are_loaded(twins: Twins, learn: Learn) -> None:
    learn(6, 6)
    early = [optimizer.state_dict() for optimizer in twins.optimizers]
    learn(6, 6)
    for optimizer, state in zip(twins.optimizers, early, strict=True):
        optimizer.load_state_dict(state)
        optimizer.param_groups[0]["lr"] = 0.1
    learn(6, 6)


def test_a_parameter_that_is_added_is_learned(twins: Twins, learn: Learn) -> None:
    learn(6)
    for model, optimizer in zip(twins, twins.optimizers, strict=True):
        layer = nn.Linear(3, 2, seed=3, **F64)
        model.append(layer)
        optimizer.add_param_group({"params": layer.parameters(), "lr": 0.1})
    learn(6, 6)


# The model ---------------------------------------------------------------------------------------


def load(model: Any) -> None:
    model.load_state_dict(network().state_dict())


def assign(model: Any) -> None:
    model[0].weight.assign(np.cos(np.arange(20.0)).reshape(5, 4))
    model[1].running_mean.assign(np.ones(5))


def set_data(model: Any) -> None:
    model[0].weight.data = np.cos(np.arange(20.0)).reshape(5, 4)


def set_attribute(model: Any) -> None:
    model[3].p = 0.1
    model[1].momentum = 0.5


def replace_layer(model: Any) -> None:
    model[2] = nn.Sigmoid()


def take_buffers_away(model: Any) -> None:
    model[1] = nn.Identity()


def freeze(model: Any) -> None:
    model[0].requires_grad_(False)


def freeze_one(model: Any) -> None:
    model[0].weight.requires_grad_(False)


def freeze_all_but_one(model: Any) -> None:
    model.requires_grad_(False)[4].bias.requires_grad_(True)


def tie(model: Any) -> None:
    model[4] = nn.Linear(5, 4, seed=2, **F64)
    model.append(model[0])


def evaluate_one_layer(model: Any) -> None:
    model[1].eval()


def start_generator_again(model: Any) -> None:
    model[3].generator = np.random.default_rng(7)


def add_hook(model: Any) -> None:
    model[2].register_forward_hook(lambda module, inputs, output: output * 2)


CHANGES = [
    load,
    assign,
    set_data,
    set_attribute,
    replace_layer,
    take_buffers_away,
    freeze,
    freeze_one,
    freeze_all_but_one,
    tie,
    evaluate_one_layer,
    start_generator_again,
    add_hook,
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_the_model_is_seen(
    change: Callable[[Any], None], twins: Twins, learn: Learn
) -> None:
    learn(6, 6)
    for model in twins:
        change(model)
    learn(6, 6, 4, 6)


def test_a_hook_that_is_taken_back(twins: Twins, learn: Learn) -> None:
    handles = [
        model[2].register_forward_hook(lambda module, inputs, output: output * 2) for model in twins
    ]
    learn(6, 6)
    for handle in handles:
        handle.remove()
    learn(6, 6)


def test_another_dtype(twins: Twins, rng: np.random.Generator, learn: Learn) -> None:
    learn(6)
    for model in twins:
        model.float()
    twins.rtol, twins.atol = 1e-4, 1e-5
    for _ in range(2):
        twins.step(rng.normal(size=(6, 4)).astype(np.float32), rng.normal())


def test_more_states_of_a_model_than_are_kept(twins: Twins, learn: Learn) -> None:
    for p in (*np.linspace(0, 0.9, 10), 0.0, 0.5):
        for model in twins:
            model[3].p = float(p)
        learn(6, 6)


def test_eager_steps_between(twins: Twins, rng: np.random.Generator, learn: Learn) -> None:
    learn(6)
    for model, optimizer in zip(twins, twins.optimizers, strict=True):
        optimizer.zero_grad()
        number_of(model(np.ones((3, 4))), 1.0).backward()
        optimizer.step()
    learn(6)


def test_a_parameter_that_is_needed_only_in_training(rng: np.random.Generator) -> None:
    class Skipping(nn.Module):
        def __init__(self) -> None:
            self.first, self.second = (nn.Linear(4, 4, seed=k, **F64) for k in range(2))

        def forward(self, x: Any) -> Any:
            return self.second(self.first(x) if self.training else x)

    twins = Twins(Skipping)
    for training in (True, False, True, False):
        for model in twins:
            model.train(training)
        twins.step(rng.normal(size=(3, 4)), 1.0)
    # What nobody needed rests, in spite of Adam's momentum.
    assert twins.compiled.first.weight.grad is None


def test_a_penalty_is_learned(rng: np.random.Generator) -> None:
    twins = Twins(network, penalty=lambda m: 0.1 * nn.functional.l2_penalty(m.parameters()))
    for n in (6, 4, 6):
        twins.step(rng.normal(size=(n, 4)), rng.normal())


def test_two_networks_learn_in_turn(rng: np.random.Generator) -> None:
    """As adversaries do: each through the other, which rests meanwhile."""

    def adversaries(compiled: bool) -> list[Any]:
        maker, judge = nn.Linear(2, 4, seed=0, **F64), nn.Linear(4, 1, seed=1, **F64)
        both = nn.Sequential(maker, nn.Tanh(), judge)
        loss = nn.BCEWithLogitsLoss()
        optimizers = [nn.Adam(x.parameters(), lr=0.1, eps=1e-3) for x in (maker, judge)]
        steps = [nn.compile_step(both, loss, optimizer) for optimizer in optimizers]

        def eagerly(k: int, x: Any, y: Any) -> None:
            both.zero_grad()
            loss(both(x), y).backward()
            optimizers[k].step()

        draw = np.random.default_rng(0)
        for turn in range(6):
            x, y = draw.normal(size=(5, 2)), np.full((5, 1), turn % 2)
            steps[turn % 2](x, y) if compiled else eagerly(turn % 2, x, y)
        assert all(step.compiles for step in steps)
        return [p.data for p in both.parameters()]

    for found, expected in zip(adversaries(True), adversaries(False), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-12)


# Batches -----------------------------------------------------------------------------------------


def read_only(x: Any) -> Any:
    x.flags.writeable = False
    return x


FORMS: dict[str, Callable[[Any], Any]] = {
    "Fortran order": np.asfortranarray,
    "strided": lambda x: np.repeat(x, 2, axis=0)[::2],
    "backwards": lambda x: x[::-1, ::-1],
    "broadcast": lambda x: np.broadcast_to(x[:1], x.shape),
    "read-only": read_only,
    "float32": lambda x: x.astype(np.float32),
    "integers": lambda x: x.astype(np.int8),
    "booleans": lambda x: x > 0,
    "a tensor": Tensor,
    "a subclass": lambda x: x.view(np.memmap),
}


@pytest.mark.parametrize("form", FORMS)
def test_batches_of_any_form(form: str, twins: Twins, rng: np.random.Generator) -> None:
    for _ in range(3):
        twins.step(FORMS[form](3 * rng.normal(size=(6, 4))), rng.normal())


def test_forms_that_alternate(twins: Twins, rng: np.random.Generator) -> None:
    for form in (*FORMS.values(), *FORMS.values()):
        twins.step(form(rng.normal(size=(6, 4))), rng.normal())


def test_a_batch_is_read_when_it_is_learned(twins: Twins, rng: np.random.Generator) -> None:
    x = np.empty((6, 4))
    for _ in range(3):
        x[...] = rng.normal(size=x.shape)
        before = x.copy()
        twins.step(x, x[0, 0])
        np.testing.assert_array_equal(x, before)


def test_inputs_may_be_left_out(rng: np.random.Generator) -> None:
    class Masked(nn.Module):
        def __init__(self) -> None:
            self.attend = nn.MultiheadAttention(4, 2, seed=0, **F64)

        def forward(self, x: Any, options: Any) -> Any:
            return self.attend(x, x, x, **options)[0]

    twins = Twins(Masked)
    for mask in (None, rng.random((3, 3)) < 0.5, None, rng.random((3, 3)) < 0.5):
        for causal in (True, False):
            options = {"attn_mask": mask, "is_causal": causal}
            twins.step(rng.normal(size=(3, 2, 4)), options, rng.normal())


def test_results_of_a_step_stay(twins: Twins, rng: np.random.Generator) -> None:
    x = rng.normal(size=(6, 4))
    first = twins.taken(x, 1.0)
    kept = first["output"].copy(), float(first["loss"])
    twins.taken(2 * x, 2.0)
    np.testing.assert_array_equal(first["output"], kept[0])
    assert first["loss"] == kept[1]
    first["output"][...] = np.nan
    assert np.isfinite(twins.taken(x, 1.0)["output"]).all()


def test_a_batch_that_does_not_fit_is_the_same_error_and_harms_nothing(
    twins: Twins, rng: np.random.Generator, learn: Learn
) -> None:
    learn(6)
    messages = []
    for run in (twins.step_eagerly, twins.taken):
        with pytest.raises(ShapeError) as found:
            run(rng.normal(size=(6, 3)), 1.0)
        messages.append(str(found.value))
    assert messages[0] == messages[1]
    learn(6)


def test_no_second_program_for_the_same(twins: Twins, learn: Learn) -> None:
    learn(6, 4)
    source = twins.taken.source
    learn(6, 4, 6)
    assert twins.taken.source is source
