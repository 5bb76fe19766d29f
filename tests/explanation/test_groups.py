"""Networks in pictures: which modules ran what, and how deep they are drawn."""

import re
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Explanation, Tensor, draw, explain, sigmoid, variables
from autograd.explanation.groups import Group, group_steps
from autograd.explanation.watch import run_and_watch


def network() -> Explanation:
    model = nn.MLP([3, 4, 2], activation="relu", seed=0)
    loss, x = nn.CrossEntropyLoss(), np.linspace(-1, 1, 15).reshape(5, 3)
    return explain(lambda: loss(model(x), np.array([0, 1, 0, 1, 1])))


def outline(group: Group) -> Any:
    """Titles of the groups inside, and how many steps they have of their own."""
    return [(g.title, len(list(g.own_steps())), outline(g)) for g in group.groups]


def frames(source: str) -> list[str]:
    return re.findall(r"fontsize=12 label=<(.*?)> style=rounded", source)


def boxes(source: str) -> list[str]:
    return re.findall(r"\[label=<([^\n]*?)> [^\n]*shape=box3d", source)


def test_steps_belong_to_the_modules_that_ran_them() -> None:
    known = network().account
    model, loss = outline(group_steps(known.steps, known.scopes))
    assert model == (
        "MLP",
        0,
        [("0: Linear", 3, []), ("1: ReLU", 1, []), ("2: Linear", 3, [])],
    )
    assert loss[0] == "CrossEntropyLoss"


def test_parameters_go_by_their_names_in_the_network() -> None:
    names = set(network().to_dict()["inputs"])
    assert names == {"0.weight", "0.bias", "2.weight", "2.bias"}


def test_a_module_that_runs_twice_is_two_groups() -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            self.inner = nn.Tanh()
            self.deep = nn.ModuleList([nn.Sigmoid()])

        def forward(self, x: Any) -> Any:
            return self.inner(self.deep[0](self.inner(x)) * 2)

    known = explain(Twice(), x=0.5).account
    (whole,) = outline(group_steps(known.steps, known.scopes))
    assert whole == (
        "Twice",
        1,
        [("inner: Tanh", 1, []), ("deep.0: Sigmoid", 1, []), ("inner: Tanh", 1, [])],
    )


def test_a_module_that_fails_or_computes_nothing_leaves_no_group() -> None:
    class Picky(nn.Module):
        def forward(self, x: Any) -> Any:
            raise ValueError("no")

    picky, identity = Picky(), nn.Identity()

    def function(x: Tensor) -> Any:
        try:
            picky(x)
        except ValueError:
            return identity(x) * 2
        return x

    known = explain(function, x=1.0).account
    assert outline(group_steps(known.steps, known.scopes)) == []


def test_a_forward_that_calls_the_one_it_overrides_is_one_group() -> None:
    class Loud(nn.Linear):
        def forward(self, input: Any) -> Any:
            return 2 * super().forward(input)

    layer = Loud(2, 1, seed=0)
    known = explain(lambda x: np.sum(layer(x)), x=[1.0, 2.0]).account
    assert outline(group_steps(known.steps, known.scopes)) == [("Loud", 4, [])]


def test_watching_ends_with_the_function() -> None:
    def broken() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        run_and_watch(broken, {})
    assert run_and_watch(lambda: 3, {}).result == 3
    model = nn.Linear(2, 1, seed=0)
    assert explain(np.sum(model(np.ones(2)))).account.scopes == ()


@pytest.mark.parametrize(
    ("depth", "framed", "boxed"),
    [
        (0, [], ["MLP", "CrossEntropyLoss"]),
        (1, ["MLP", "CrossEntropyLoss"], ["0: Linear", "1: ReLU", "2: Linear"]),
        (2, ["MLP", "0: Linear", "1: ReLU", "2: Linear", "CrossEntropyLoss"], []),
        (None, ["MLP", "0: Linear", "1: ReLU", "2: Linear", "CrossEntropyLoss"], []),
    ],
)
def test_depth(depth: int | None, framed: list[str], boxed: list[str]) -> None:
    source = draw(network(), depth=depth).source
    assert sorted(frames(source)) == sorted(framed)
    assert boxes(source) == boxed
    assert draw(network(), depth=depth).pipe().startswith(b"<?xml")


def test_a_folded_box_keeps_only_the_wires_that_leave_it() -> None:
    source = draw(network(), depth=0).source
    assert source.count(" -> ") == 2
    assert "0.weight" not in source
    assert re.search(r"g1 -> g2 \[label=<<FONT COLOR=\"#0b6e4f\">v7 = 5×2", source)


def test_contributions_of_several_uses_in_a_box_are_added() -> None:
    class Square(nn.Module):
        def forward(self, x: Any) -> Any:
            return x * x

    square = Square()
    source = draw(explain(lambda x: square(x) + x, x=3.0), depth=0).source
    gradients = re.findall(r'n0f -> (\w+) \[label=<<FONT COLOR="#b3261e">(.*?)<', source)
    assert sorted(gradients) == [("g1", "6"), ("s2", "1")]


def test_a_large_network_folds_by_itself() -> None:
    model = nn.Sequential(*(nn.MLP([2] * 12, activation="tanh", seed=i) for i in range(3)))
    explanation = explain(lambda x: np.sum(model(x)), x=[1.0, 2.0])
    assert len(explanation.account.steps) > 100
    assert boxes(draw(explanation).source)[:2] == ["0: Linear", "1: Tanh"]


@pytest.mark.parametrize("depth", [-1, 1.5, "2"])
def test_depth_is_a_number_of_levels(depth: Any) -> None:
    with pytest.raises(ValueError, match="depth is a number of levels"):
        draw(network(), depth=depth)


def test_a_value_with_many_uses_is_drawn_again_beside_them() -> None:
    x = variables(x=0.5)
    y = x
    for _ in range(30):
        y = sigmoid(y * x)
    source = draw(y).source
    assert source.count("dashed") == 31
    assert source.count("n0f ->") == 0


def test_blocks_of_steps() -> None:
    x = variables(x=0.5)
    y = x
    for _ in range(50):
        y = sigmoid(y * x)
    steps = explain(y).account.steps
    whole = group_steps(steps, ())
    whole.split(10)
    assert [g.title for g in whole.groups][:2] == ["steps 1 to 10", "steps 11 to 20"]
    whole.split(3)
    assert max(len(g.members) for g in whole.walk()) == 3
    assert sorted(step.number for step in whole.steps()) == list(range(1, 101))
