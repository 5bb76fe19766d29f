"""Every loss with all its options is learned the same compiled as eager, and refuses the same.

A new loss, or a new option of one, without a case fails the first test.
"""

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

import autograd
import nn
from autograd import hvp
from tests.nn.training.twins import Twins

Rng = np.random.Generator
WEIGHT = np.array([0.5, 2.0, 1.5])
C = 3


class Case(NamedTuple):
    """A loss with options, its targets for n rows, and what makes its inputs of a layer's."""

    loss: Callable[..., nn.Module]
    options: dict[str, Any]
    target: Callable[[Rng, int], Any]
    last: Callable[[Any], Any] = lambda x: x


def numbers(rng: Rng, n: int) -> Any:
    return rng.normal(size=(n, C))


def chances(rng: Rng, n: int) -> Any:
    return rng.random((n, C))


def bits(rng: Rng, n: int) -> Any:
    return rng.integers(0, 2, (n, C))


def signs(rng: Rng, n: int) -> Any:
    return 2 * bits(rng, n) - 1


def classes(rng: Rng, n: int) -> Any:
    return rng.integers(0, C, n)


def shares(rng: Rng, n: int) -> Any:
    return rng.dirichlet(np.ones(C), n)


def classes_but(ignored: int) -> Callable[[Rng, int], Any]:
    """Classes, of which other rows are left out at every step; the first never."""
    return lambda rng, n: np.where(np.arange(n) * rng.integers(0, 2, n), ignored, classes(rng, n))


def classes_of_places(rng: Rng, n: int) -> Any:
    return rng.integers(0, C, (n, 1))


def signs_of_rows(rng: Rng, n: int) -> Any:
    return 2 * rng.integers(0, 2, n) - 1


def log_softmax(x: Any) -> Any:
    return autograd.log_softmax(x, axis=1)


def with_places(x: Any) -> Any:
    return x[:, :, None]


def pair(x: Any) -> Any:
    return x, x[::-1] + 0.1


CASES = [
    Case(nn.MSELoss, {}, numbers),
    Case(nn.HalfSquaredLoss, {}, numbers),
    Case(nn.L1Loss, {}, numbers),
    *(Case(nn.PNormLoss, {"p": p}, numbers) for p in (1, 2.5, 4)),
    Case(nn.HuberLoss, {"delta": 0.7}, numbers),
    Case(nn.SmoothL1Loss, {"beta": 0.7}, numbers),
    Case(nn.SmoothL1Loss, {"beta": 0.0}, numbers),
    Case(nn.BCELoss, {}, bits, autograd.sigmoid),
    Case(nn.BCELoss, {"weight": WEIGHT}, chances, autograd.sigmoid),
    Case(nn.BCEWithLogitsLoss, {}, bits),
    Case(nn.BCEWithLogitsLoss, {"weight": WEIGHT, "pos_weight": WEIGHT[::-1]}, chances),
    Case(nn.CrossEntropyLoss, {}, classes),
    Case(nn.CrossEntropyLoss, {}, classes_of_places, with_places),
    Case(nn.CrossEntropyLoss, {"weight": WEIGHT, "ignore_index": 1}, classes_but(1)),
    Case(nn.CrossEntropyLoss, {"label_smoothing": 0.1}, classes_but(-100)),
    Case(nn.CrossEntropyLoss, {"label_smoothing": 0.1, "weight": WEIGHT}, classes),
    Case(nn.CrossEntropyLoss, {"label_smoothing": 0.1, "weight": WEIGHT}, shares),
    Case(nn.NLLLoss, {}, classes, log_softmax),
    Case(nn.NLLLoss, {"weight": WEIGHT, "ignore_index": -1}, classes_but(-1), log_softmax),
    Case(nn.KLDivLoss, {}, shares, log_softmax),
    Case(nn.KLDivLoss, {"reduction": "batchmean"}, bits, log_softmax),
    Case(nn.KLDivLoss, {"log_target": True}, lambda *drawn: np.log(shares(*drawn)), log_softmax),
    Case(nn.HingeLoss, {"margin": 0.8}, signs),
    Case(nn.HingeEmbeddingLoss, {"margin": 0.8}, signs, abs),
    Case(nn.MultiMarginLoss, {}, classes),
    Case(nn.MultiMarginLoss, {"p": 2, "margin": 0.8, "weight": WEIGHT}, classes),
    Case(nn.CosineEmbeddingLoss, {"margin": -0.5}, signs_of_rows, pair),
]


class Head(nn.Module):
    """A layer, and what makes of it such inputs as the loss wants."""

    def __init__(self, last: Callable[[Any], Any]) -> None:
        self.layer = nn.Linear(4, C, dtype=np.float64, seed=0)
        self.last = last

    def forward(self, x: Any) -> Any:
        return self.last(self.layer(x))


def of_output(loss: nn.Module) -> Callable[[Any, Any], Any]:
    return lambda output, target: loss(
        *(output if isinstance(output, tuple) else (output,)), target
    )


def id_of(case: Any) -> str | None:
    if not isinstance(case, Case):
        return None
    return f"{case.loss.__name__} {'_'.join(case.options)} {case.target.__name__}"


def test_every_option_of_every_loss_has_a_case() -> None:
    public = {getattr(nn, name) for name in nn.__all__}
    losses = {x for x in public if getattr(x, "__module__", "") == "nn.losses"}
    options = {
        (loss, name)
        for loss in losses
        for name in inspect.signature(loss).parameters
        if name != "reduction"
    }
    assert options == {(case.loss, name) for case in CASES for name in case.options} - {
        (nn.KLDivLoss, "reduction")
    }
    assert losses == {case.loss for case in CASES}


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("case", CASES, ids=id_of)
def test_compiled_losses_are_learned_like_eager_ones(case: Case, reduction: str) -> None:
    loss = case.loss(**{"reduction": reduction, **case.options})
    twins, rng = Twins(lambda: Head(case.last), of_output(loss)), np.random.default_rng(0)
    for n in (4, 4, 3, 4):
        twins.step(rng.normal(size=(n, 4)), case.target(rng, n))


@pytest.mark.parametrize("case", [c for c in CASES if "reduction" not in c.options], ids=id_of)
def test_losses_of_single_entries_cannot_be_learned(case: Case) -> None:
    loss = case.loss(**case.options, reduction="none")
    twins, rng = Twins(lambda: Head(case.last), of_output(loss)), np.random.default_rng(0)
    batch = rng.normal(size=(4, 4)), case.target(rng, 4)
    for learn in (twins.step_eagerly, twins.taken):
        with pytest.raises(autograd.ShapeError):
            learn(*batch)


def test_weights_are_read_at_every_step() -> None:
    loss, rng = nn.CrossEntropyLoss(WEIGHT), np.random.default_rng(0)
    twins = Twins(lambda: Head(abs), loss)
    for weight in (WEIGHT, WEIGHT[::-1], WEIGHT * 0 + 1):
        assert loss.weight is not None
        loss.weight.assign(weight)
        twins.step(rng.normal(size=(4, 4)), classes(rng, 4))


def test_rows_may_all_be_ignored_later() -> None:
    loss, rng = nn.CrossEntropyLoss(reduction="sum"), np.random.default_rng(0)
    twins = Twins(lambda: Head(abs), loss)
    for target in (classes(rng, 4), np.full(4, -100), classes(rng, 4)):
        twins.step(rng.normal(size=(4, 4)), target)


# Refusals ----------------------------------------------------------------------------------------


def put(wrong: float) -> Callable[[Any], Any]:
    """Targets of which the last one is wrong."""

    def targets(right: Any) -> Any:
        changed = right.copy()
        changed[(-1,) * right.ndim] = wrong
        return changed

    return targets


WRONG = [
    (case, put(wrong))
    for case in CASES
    for wrong in {classes: [-1, C], shares: [2], chances: [-1], bits: [2]}.get(case.target, [0])
    if case.target in (classes, shares, chances, bits, signs, signs_of_rows)
]


def require_same_error(twins: Twins, *batch: Any) -> None:
    """Both refuse a batch in the same words, and go on with the next one."""
    with pytest.raises((IndexError, ValueError)) as expected:
        twins.step_eagerly(*batch)
    with pytest.raises((IndexError, ValueError)) as found:
        twins.taken(*batch)
    assert (found.type, str(found.value)) == (expected.type, str(expected.value))


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize(("case", "spoil"), WRONG, ids=id_of)
def test_a_wrong_target_is_the_same_error(
    case: Case, spoil: Callable[[Any], Any], later: bool
) -> None:
    twins = Twins(lambda: Head(case.last), of_output(case.loss(**case.options)))
    rng = np.random.default_rng(0)
    right = case.target(rng, 4)
    if later:
        twins.step(rng.normal(size=(4, 4)), right)
    require_same_error(twins, rng.normal(size=(4, 4)), spoil(right))
    twins.step(rng.normal(size=(4, 4)), right)


def test_an_output_that_is_no_probability_is_the_same_error() -> None:
    twins = Twins(lambda: Head(lambda x: x * 0.1 + 0.5), nn.BCELoss())
    x, target = np.random.default_rng(0).random((4, 4)), np.ones((4, C))
    twins.step(x, target)
    require_same_error(twins, 100 * x, target)
    twins.step(x, target)


def test_checks_look_at_values_and_not_at_tangents() -> None:
    def loss(p: Any) -> Any:
        return nn.functional.binary_cross_entropy(p, np.array([1.0, 0.0]))

    p, v = np.array([0.2, 0.7]), np.array([5.0, -3.0])
    for run in (lambda p, v: autograd.jvp(loss, (p,), (v,))[1], lambda p, v: hvp(loss, p, v)):
        np.testing.assert_allclose(autograd.compile(run)(p, v), run(p, v), rtol=1e-12)


TABLE = np.arange(1.0, 7.0).reshape(3, 2)


@pytest.mark.parametrize(
    "function",
    [
        lambda i: nn.functional.embedding(i, TABLE),
        lambda i: nn.functional.embedding(i, TABLE, 0),
        lambda i: nn.functional.cross_entropy(TABLE, i, TABLE[:2, 0]),
        lambda i: nn.functional.nll_loss(TABLE, i, TABLE[:2, 0], ignore_index=1),
        lambda i: nn.functional.multi_margin_loss(TABLE, i, weight=TABLE[:2, 0]),
    ],
)
def test_indices_choose_in_plain_arrays_at_every_call(function: Any) -> None:
    program = autograd.compile(function)
    for index in ([0, 1, 0], [1, 0, 0], [0, 0, 0]):
        np.testing.assert_allclose(program(np.array(index)), function(np.array(index)), rtol=1e-12)
    with pytest.raises(IndexError):
        program(np.array([0, 5, 0]))
