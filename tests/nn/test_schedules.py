"""Schedules: their numbers by hand, groups, saving, errors, and in `fit`."""

import copy
import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor

Make = Callable[[nn.Optimizer], Any]


def optimizer(*rates: float, **settings: Any) -> nn.SGD:
    groups = [{"params": [Tensor(1.0, requires_grad=True)], "lr": rate} for rate in rates or [8.0]]
    return nn.SGD(groups, **settings)


def rates(make: Make, steps: int) -> list[float]:
    """Return the rates of the first `steps` epochs, beginning at 8."""
    schedule = make(optimizer())
    seen = []
    for _ in range(steps):
        seen += schedule.get_last_lr()
        schedule.step()
    return seen


ROOT = math.sqrt(0.5)
BY_HAND: dict[str, tuple[Make, list[float]]] = {
    "StepLR": (lambda o: nn.StepLR(o, 2, 0.5), [8, 8, 4, 4, 2, 2, 1]),
    "MultiStepLR": (lambda o: nn.MultiStepLR(o, [3, 1, 3], 0.5), [8, 4, 4, 1, 1]),
    "ExponentialLR": (lambda o: nn.ExponentialLR(o, 0.5), [8, 4, 2, 1, 0.5]),
    "LinearLR": (lambda o: nn.LinearLR(o, 0.25, total_iters=3), [2, 4, 6, 8, 8]),
    "LinearLR, down": (lambda o: nn.LinearLR(o, 1, 0.5, 2), [8, 6, 4, 4]),
    "CosineAnnealingLR": (
        lambda o: nn.CosineAnnealingLR(o, 4, 2),
        [8, 5 + 3 * ROOT, 5, 5 - 3 * ROOT, 2, 5 - 3 * ROOT, 5, 5 + 3 * ROOT, 8],
    ),
    "OneCycleLR": (
        lambda o: nn.OneCycleLR(o, 16, 7, pct_start=3 / 7, div_factor=4, final_div_factor=2),
        [4, 10, 16, 9 + 7 * ROOT, 9, 9 - 7 * ROOT, 2],
    ),
    "OneCycleLR, linear, three phases": (
        lambda o: nn.OneCycleLR(
            o, 16, 8, pct_start=3 / 8, anneal_strategy="linear", div_factor=4,
            final_div_factor=2, three_phase=True,
        ),
        [4, 10, 16, 10, 4, 10 / 3, 8 / 3, 2],
    ),
    "SequentialLR": (
        lambda o: nn.SequentialLR(
            o, [nn.LinearLR(o, 0.5, total_iters=2), nn.StepLR(o, 2, 0.5)], [2]
        ),
        [4, 6, 8, 8, 4, 4, 2],
    ),
    "SequentialLR in SequentialLR": (
        lambda o: nn.SequentialLR(
            o,
            [
                nn.SequentialLR(o, [nn.ExponentialLR(o, 0.5), nn.ExponentialLR(o, 0.1)], [2]),
                nn.LinearLR(o, 0.5, total_iters=2),
            ],
            [3],
        ),
        [8, 4, 8, 4, 6, 8],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("make", "expected"), BY_HAND.values(), ids=BY_HAND)
def test_rates_by_hand(make: Make, expected: list[float]) -> None:
    assert rates(make, len(expected)) == pytest.approx(expected, rel=1e-12)


FORMULAS = {name: make for name, (make, _) in BY_HAND.items()}
PLATEAU: dict[str, Make] = {"ReduceLROnPlateau": lambda o: nn.ReduceLROnPlateau(o, patience=1)}


@pytest.mark.parametrize("make", FORMULAS.values(), ids=FORMULAS)
def test_every_group_has_its_own_rate(make: Make) -> None:
    both, *alone = (optimizer(*own) for own in ([8.0, 2.0], [8.0], [2.0]))
    schedules = [make(chosen) for chosen in (both, *alone)]
    for _ in range(5):
        for schedule in schedules:
            schedule.step()
        together, first, second = (schedule.get_last_lr() for schedule in schedules)
        assert together == first + second


def test_the_first_rate_is_remembered() -> None:
    chosen = optimizer(8.0, 2.0)
    advance(nn.StepLR(chosen, 1), 3)
    assert [group["initial_lr"] for group in chosen.param_groups] == [8, 2]
    assert nn.StepLR(chosen, 1).get_last_lr() == [8, 2]


def test_momentum_goes_the_other_way() -> None:
    sgd, adam = optimizer(1.0), nn.Adam([Tensor(1.0, requires_grad=True)])
    for chosen in (sgd, adam):
        schedule = nn.OneCycleLR(
            chosen, 1.0, 7, pct_start=3 / 7, base_momentum=0.5, max_momentum=0.9
        )
        group, seen = chosen.param_groups[0], []
        for _ in range(7):
            seen.append(group["momentum"] if chosen is sgd else group["betas"][0])
            schedule.step()
        expected = [0.9, 0.7, 0.5, 0.7 - 0.2 * ROOT, 0.7, 0.7 + 0.2 * ROOT, 0.9]
        assert seen == pytest.approx(expected, rel=1e-14)
    assert adam.param_groups[0]["betas"][1] == 0.999


def test_a_plateau_by_hand() -> None:
    chosen = optimizer(8.0, 3.0)
    schedule = nn.ReduceLROnPlateau(
        chosen, factor=0.5, patience=1, cooldown=2, min_lr=[0.5, 2.5], threshold=0.1
    )
    seen = []
    # Best 10; 9.5 is not better by a tenth; 8 is. NaN is never better.
    for number in (10, 9.5, 8, 7.9, 7.8, 7.8, 7.8, float("nan"), 7.5, np.float32(7.5), 7.5):
        schedule.step(number)
        seen.append(chosen.param_groups[0]["lr"])
    assert seen == [8, 8, 8, 8, 4, 4, 4, 4, 2, 2, 2]
    assert schedule.get_last_lr() == [2, 2.5]
    assert schedule.best == 8


@pytest.mark.parametrize(
    ("mode", "threshold_mode", "numbers", "bad"),
    [
        ("min", "rel", [10, 9.1, 9.0, 8.9], [0, 1, 2, 0]),
        ("min", "abs", [10, 9.95, 9.9, 9.8], [0, 1, 2, 0]),
        ("max", "rel", [10, 10.9, 11.0, 11.1], [0, 1, 2, 0]),
        ("max", "abs", [10, 10.05, 10.1, 10.2], [0, 1, 2, 0]),
    ],
)
def test_what_is_better(
    mode: Any, threshold_mode: Any, numbers: list[float], bad: list[int]
) -> None:
    schedule = nn.ReduceLROnPlateau(optimizer(), mode, threshold=0.1, threshold_mode=threshold_mode)
    seen = []
    for number in numbers:
        schedule.step(number)
        seen.append(schedule.num_bad_epochs)
    assert seen == bad


def test_changes_below_eps_are_left_out() -> None:
    schedule = nn.ReduceLROnPlateau(optimizer(8.0), factor=0.5, patience=0, eps=4.0)
    schedule.step(1)
    schedule.step(1)
    assert schedule.get_last_lr() == [8]


# Saving ------------------------------------------------------------------------------------------


def advance(schedule: Any, steps: int) -> list[float]:
    seen = []
    for k in range(steps):
        schedule.step(1 + 1 / (k + 1)) if isinstance(
            schedule, nn.ReduceLROnPlateau
        ) else schedule.step()
        group = schedule.optimizer.param_groups[0]
        seen += [group["lr"], group["momentum"]]
    return seen


@pytest.mark.parametrize("make", [*FORMULAS.values(), *PLATEAU.values()])
def test_going_on_from_a_saved_schedule(make: Make) -> None:
    straight, first = make(optimizer()), make(optimizer())
    advance(straight, 3)
    advance(first, 3)
    state = json.loads(json.dumps(first.state_dict()))
    kept = copy.deepcopy(state)
    advance(first, 1)
    second = make(optimizer(2.0))
    advance(second, 1)
    second.load_state_dict(state)
    assert second.get_last_lr() == straight.get_last_lr()
    assert second.state_dict() == straight.state_dict() == kept
    assert advance(second, 4) == advance(straight, 4)
    assert state == kept


def test_settings_are_taken_over() -> None:
    other = nn.StepLR(optimizer(), 7, 0.9)
    other.load_state_dict(nn.StepLR(optimizer(), 2, 0.5).state_dict())
    assert (other.step_size, other.gamma) == (2, 0.5)


def test_a_schedule_may_begin_later_with_an_optimizer_that_knows_its_first_rate() -> None:
    first = optimizer(8.0)
    advance(nn.ExponentialLR(first, 0.5), 2)
    second = optimizer()
    second.load_state_dict(first.state_dict())
    assert nn.ExponentialLR(second, 0.5, last_epoch=2).get_last_lr() == [1]
    with pytest.raises(ValueError, match="with last_epoch=2 group 0 needs 'initial_lr': load"):
        nn.ExponentialLR(optimizer(), 0.5, last_epoch=2)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda s: 3, "it is of type int, not a dict"),
        (lambda s: {k: v for k, v in s.items() if k != "gamma"}, "it has no gamma"),
        (lambda s: s | {"T_max": 3}, "unexpected T_max"),
        (lambda s: s | {"gamma": "a"}, "gamma is 'a', where this one has 0.5"),
        (lambda s: s | {"milestones": 3}, r"milestones is 3, where this one has \[1, 3\]"),
        (lambda s: s | {"milestones": [None]}, r"milestones is \[None\], where"),
        (lambda s: s | {"base_lrs": [1.0, 2.0]}, "base_lrs is for 2 groups, not 1"),
        (lambda s: s | {"last_lr": []}, "last_lr is for 0 groups, not 1"),
    ],
)
def test_a_state_that_does_not_fit_is_refused(change: Callable[[Any], Any], said: str) -> None:
    schedule = nn.MultiStepLR(optimizer(), [1, 3], 0.5)
    before = schedule.state_dict()
    with pytest.raises(nn.CheckpointError, match=f"does not fit this MultiStepLR:\n  {said}"):
        schedule.load_state_dict(change(schedule.state_dict()))
    assert schedule.state_dict() == before


def test_all_that_does_not_fit_is_listed_also_of_schedules_inside() -> None:
    chosen = optimizer()
    schedule = nn.SequentialLR(chosen, [nn.ExponentialLR(chosen, 0.5), nn.StepLR(chosen, 2)], [3])
    state = schedule.state_dict()
    state["schedulers"][0]["gamma"] = None
    del state["schedulers"][1]["step_size"]
    state["milestones"] = 3
    with pytest.raises(nn.CheckpointError) as caught:
        schedule.load_state_dict(state)
    assert str(caught.value).splitlines() == [
        "the state dict does not fit this SequentialLR:",
        "  milestones is 3, where this one has [3]",
        "  schedule 0: gamma is None, where this one has 0.5",
        "  schedule 1: it has no step_size",
    ]
    with pytest.raises(nn.CheckpointError, match="it has no list 'schedulers' of 2 states"):
        schedule.load_state_dict({"schedulers": []})


# Errors ------------------------------------------------------------------------------------------

WRONG: list[tuple[Make, str]] = [
    (lambda o: nn.StepLR(o, 0), "step_size must be an integer of at least 1, got 0"),
    (lambda o: nn.StepLR(o, 1.5), "step_size must be an integer of at least 1, got 1.5"),
    (lambda o: nn.StepLR(o, 2, -1), "gamma must be a finite number of at least 0, got -1"),
    (lambda o: nn.MultiStepLR(o, [2], -1), "gamma must be"),
    (lambda o: nn.ExponentialLR(o, -1), "gamma must be"),
    (lambda o: nn.LinearLR(o, 0.0), "start_factor must be above 0 and at most 1, got 0.0"),
    (lambda o: nn.LinearLR(o, 1.0, 1.5), "end_factor must be at least 0 and at most 1, got 1.5"),
    (lambda o: nn.LinearLR(o, total_iters=0), "total_iters must be an integer"),
    (lambda o: nn.CosineAnnealingLR(o, 0), "T_max must be an integer"),
    (lambda o: nn.OneCycleLR(o, 1.0), "OneCycleLR needs total_steps, or epochs and steps_per_ep"),
    (lambda o: nn.OneCycleLR(o, 1.0, epochs=3), "OneCycleLR needs total_steps"),
    (lambda o: nn.OneCycleLR(o, 1.0, 0), "total_steps must be an integer of at least 1, got 0"),
    (lambda o: nn.OneCycleLR(o, 1.0, 9, pct_start=2), "pct_start must be at least 0 and at most 1"),
    (lambda o: nn.OneCycleLR(o, 1.0, 9, anneal_strategy="x"), "anneal_strategy must be 'cos' or"),
    (lambda o: nn.OneCycleLR(o, [1.0, 2.0], 9), "max_lr must be one number or one for each of 1"),
    (lambda o: nn.OneCycleLR(o, 1.0, 9, div_factor=0), "div_factor must be a finite number above"),
    (lambda o: nn.ReduceLROnPlateau(o, "best"), "mode must be 'min' or 'max', got 'best'"),
    (lambda o: nn.ReduceLROnPlateau(o, threshold_mode="x"), "threshold_mode must be 'rel' or"),
    (lambda o: nn.ReduceLROnPlateau(o, factor=1), "factor must be at least 0 and less than 1"),
    (lambda o: nn.ReduceLROnPlateau(o, min_lr=[1, 2]), "min_lr must be one number or one for each"),
    (lambda o: nn.SequentialLR(o, [], []), "one milestone less than schedules, got 0 for 0"),
    (
        lambda o: nn.SequentialLR(o, [nn.StepLR(o, 2)] * 3, [4, 2]),
        r"milestones must rise, got \[4, 2\]",
    ),
    (lambda o: nn.ReduceLROnPlateau(o, patience=-1), "patience must be a finite number of at"),
    (lambda o: nn.ReduceLROnPlateau(o, cooldown=-1), "cooldown must be a finite number of at"),
    (
        lambda o: nn.SequentialLR(o, [nn.ReduceLROnPlateau(o)], []),
        "schedule 0 is a ReduceLROnPlateau; SequentialLR takes those that are a formula",
    ),
    (
        lambda o: nn.SequentialLR(o, [nn.StepLR(optimizer(), 2)], []),
        "schedule 0 is for another optimizer",
    ),
]


@pytest.mark.parametrize(("make", "said"), WRONG)
def test_arguments_are_checked(make: Make, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make(optimizer())


@pytest.mark.parametrize(
    "make",
    [
        lambda o: nn.StepLR(o, 2),
        lambda o: nn.OneCycleLR(o, 1.0, 9),
        lambda o: nn.ReduceLROnPlateau(o),
    ],
)
def test_a_schedule_is_for_an_optimizer(make: Make) -> None:
    with pytest.raises(TypeError, match="a schedule needs an optimizer first, got float"):
        make(0.1)


def test_an_optimizer_without_momentum_has_none_to_cycle() -> None:
    adagrad = nn.Adagrad([Tensor(1.0, requires_grad=True)])
    with pytest.raises(ValueError, match="Adagrad has no momentum; pass cycle_momentum=False"):
        nn.OneCycleLR(adagrad, 1.0, 9)
    assert nn.OneCycleLR(adagrad, 1.0, 9, cycle_momentum=False).last_epoch == 0


def test_one_cycle_ends() -> None:
    schedule = nn.OneCycleLR(optimizer(), 1.0, 3)
    advance(schedule, 3)
    with pytest.raises(ValueError, match="step 4 is after the last one: total_steps is 3"):
        schedule.step()
    assert schedule.last_epoch == 3


def test_a_group_that_joins_later_needs_a_new_schedule() -> None:
    chosen = optimizer()
    schedule = nn.StepLR(chosen, 2)
    chosen.add_param_group({"params": Tensor(1.0, requires_grad=True)})
    with pytest.raises(
        ValueError, match="was made for 1 groups, and the optimizer has 2; make a n"
    ):
        schedule.step()


def test_a_schedule_of_one_s_own_needs_a_formula() -> None:
    with pytest.raises(TypeError, match=r"abstract class LRScheduler .*rate"):
        nn.LRScheduler(optimizer())  # type: ignore[abstract]


def test_the_repr_says_where_it_is() -> None:
    schedule = nn.StepLR(optimizer(8.0, 2.0), 1)
    schedule.step()
    assert repr(schedule) == "StepLR(step 1, lr 0.8, 0.2)"


# In fit ------------------------------------------------------------------------------------------

X = np.ones((6, 1))


def train(make: Make, epochs: int, **options: Any) -> list[list[float]]:
    """Fits with a schedule; the rates at the end of each epoch."""
    model = nn.Linear(1, 1, seed=0)
    chosen = nn.SGD(model.parameters(), lr=0.5, momentum=0.5)
    schedule = make(chosen)
    seen = []

    class Watch(nn.Callback):
        def on_epoch_end(self, run: nn.Run) -> None:
            seen.append(schedule.get_last_lr())

    callbacks = [nn.ScheduleCallback(schedule, **options), Watch()]
    loader = nn.DataLoader(X, X, batch_size=2)
    nn.fit(
        model, loader, nn.MSELoss(), chosen, epochs=epochs, callbacks=callbacks, validation=(X, -X)
    )
    return seen


def test_after_every_epoch_or_batch() -> None:
    def halve(o: nn.Optimizer) -> Any:
        return nn.ExponentialLR(o, 0.5)

    assert train(halve, 3) == [[0.25], [0.125], [0.0625]]
    assert train(halve, 2, every="batch") == [[0.5**4], [0.5**7]]


def test_a_plateau_watches_a_number_of_the_history() -> None:
    def plateau(o: nn.Optimizer) -> Any:
        return nn.ReduceLROnPlateau(o, factor=0.5, patience=0)

    # The loss falls to 0, and so the validation loss, of the opposite target, rises.
    assert train(plateau, 3) == [[0.5], [0.25], [0.125]]
    assert train(plateau, 3, monitor="loss")[1] == [0.5]
    with pytest.raises(ValueError, match="the history has no 'f1' to watch; it has loss, val_loss"):
        train(plateau, 1, monitor="f1")


def test_the_callback_is_checked() -> None:
    schedule = nn.StepLR(optimizer(), 2)
    with pytest.raises(ValueError, match="every must be 'epoch' or 'batch', got 'step'"):
        nn.ScheduleCallback(schedule, every="step")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="ReduceLROnPlateau needs the numbers of an epoch"):
        nn.ScheduleCallback(nn.ReduceLROnPlateau(optimizer()), every="batch")


def test_a_schedule_of_another_optimizer_would_have_no_effect() -> None:
    model = nn.Linear(1, 1)
    callback = nn.ScheduleCallback(nn.StepLR(optimizer(), 2))
    arguments = (model, nn.DataLoader(X, X), nn.MSELoss(), nn.SGD(model.parameters()))
    with pytest.raises(ValueError, match="this StepLR is for another optimizer than this training"):
        nn.fit(*arguments, callbacks=[callback])


def test_the_callback_has_the_schedule_s_state() -> None:
    first, second = (nn.ScheduleCallback(nn.StepLR(optimizer(), 2)) for _ in range(2))
    advance(first.scheduler, 3)
    second.load_state_dict(first.state_dict())
    assert second.scheduler.state_dict() == first.scheduler.state_dict()
