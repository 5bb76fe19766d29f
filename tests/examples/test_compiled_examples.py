"""What the examples train learns the same compiled as eager, in the first steps of each."""

import copy
import re
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from tests.nn.training.twins import Twins

EXAMPLES = Path(__file__).parents[2] / "examples"
Example = dict[str, Any]
FIT = nn.fit


class EnoughError(Exception):
    """Ends a training that has been compared."""


def compare(
    model: nn.Module, loader: Iterable[Any], loss: Any, optimizer: nn.Optimizer, **settings: Any
) -> None:
    """In the place of `nn.fit`: two epochs of a few batches, the last of which is smaller."""
    batches = list(islice(loader, 2))
    batches.append(tuple(part[: len(part) // 2] for part in batches[0]))
    chosen = {k: v for k, v in settings.items() if k in ("penalty", "clip_norm", "metrics")}
    # So that what differs can be told from what is rounded.
    model.double()
    found = []
    for how in (False, True):
        network, own = copy.deepcopy((model, optimizer))
        history = FIT(network, batches, loss, own, epochs=2, compile=how, progress=False, **chosen)
        found.append({**history, **network.state_dict()})
    eager, compiled = found
    assert compiled.keys() == eager.keys()
    for name, value in eager.items():
        # Adam makes steps of gradients that are 0 but for rounding, such as biases before a norm.
        np.testing.assert_allclose(compiled[name], value, rtol=1e-9, atol=1e-8, err_msg=name)
    raise EnoughError


def rows(example: Example) -> Any:
    """Training and validation rows of the first split."""
    return example["load"](0)[:2]


def learn_characters(example: Example, _: Path) -> None:
    """Return the LSTM, whose states go on from chunk to chunk."""
    tokens = np.random.default_rng(0).integers(0, 9, 31)
    twins = Twins(
        lambda: example["CharacterLSTM"](9, 6, 0).double(),
        lambda output, target: example["surprise"](output[0], target),
    )
    states: Any = None
    for x, y in zip(*example["chunks"](tokens), strict=True):
        twins.step(x, states, y)
        _, states = twins.eager(x, states)
        states = tuple(state.data for state in states)
    raise EnoughError


def transfer(way: str) -> Callable[[Example, Path], None]:
    """Return new digits for a network that was saved, part of which may be frozen."""

    def learn(example: Example, folder: Path) -> None:
        nn.save(example["Reader"](0), folder / "reader")
        model, optimizer = example["WAYS"][way](folder / "reader", 1)
        x, y, *_ = example["load"](range(5, 10))
        compare(model, [(x[:8], y[:8]), (x[8:16], y[8:16])], nn.CrossEntropyLoss(), optimizer)

    return learn


def learn_maxout(*_: Any) -> None:
    x = np.linspace(-1, 1, 21)[:, None]
    units = nn.Maxout(1, 4, 3, dtype=np.float64, seed=0)
    batch = x, np.repeat(x**2, 4, axis=1)
    compare(units, [batch, batch], nn.MSELoss(), nn.Adam(units.parameters(), lr=0.05))


TRAININGS: dict[str, Callable[[Example, Path], Any]] = {
    "03_xor": lambda e, _: e["learn_mlp"](),
    "04_gradient_descent": lambda e, _: e["descend"](*e["make_data"](), 8, 0.1, 1),
    "05_tumours": lambda e, _: e["train"](),
    "06_digits": lambda e, _: e["train"](hidden=16),
    "07_digits_cnn linear": lambda e, _: e["train"](e["linear"](), False),
    "07_digits_cnn MLP": lambda e, _: e["train"](e["one_hidden_layer"](), True),
    "07_digits_cnn": lambda e, _: e["train"](e["convolutional"](), True),
    "08_diabetes": lambda e, _: e["train"](*rows(e), 1.0, True, 0),
    "09_optimizers": lambda e, _: e["train"](1),
    "10_housing": lambda e, _: e["train"](e["WIRINGS"]["wired"], *e["load"](15, 0)[0], 0),
    "11_universal_approximation": lambda e, _: e["train"]("tanh", 8, 0),
    "12_overfitting": lambda e, _: e["train"](*rows(e), 0.5, 1e-3, True, 0),
    **{
        f"13_deep_normalization {name}": lambda e, _, name=name: e["train"](
            e["network"](e["NORMALIZATIONS"][name], 1.0)
        )
        for name in ("none", "batch norm", "layer norm")
    },
    "14_character_model": learn_characters,
    "14_character_model transformer": lambda e, _: e["learn_transformer"](
        *np.random.default_rng(0).integers(0, 9, (2, 81)), 9
    ),
    "15_transfer_learning": lambda e, folder: e["learn_first_digits"](folder),
    **{
        f"15_transfer_learning {way}": transfer(way)
        for way in ("from scratch", "frozen body", "fine-tuned")
    },
    **{
        f"16_resnet {name}": lambda e, _, name=name: e["train"](e["NETWORKS"][name](2))
        for name in ("plain", "plain, He's start", "residual")
    },
    "17_lecture_units": learn_maxout,
}
SMALL = {
    "07_digits_cnn": {"CHANNELS": 4},
    "13_deep_normalization": {"HIDDEN_LAYERS": 3, "WIDTH": 8},
    "14_character_model": {"STREAMS": 2, "LENGTH": 5, "WIDTH": 8, "HEADS": 2},
    "15_transfer_learning": {"CHANNELS": 2},
    "16_resnet": {"WIDTH": 8},
}


def test_every_example_that_trains_is_here() -> None:
    training = {
        path.stem
        for path in EXAMPLES.glob("*.py")
        if re.search(r"nn\.fit\(|optimizer\.step\(\)", path.read_text(encoding="utf-8"))
    }
    assert training == {name.split()[0] for name in TRAININGS}


@pytest.mark.parametrize("name", TRAININGS)
def test_examples_learn_the_same_compiled(
    name: str,
    load_example: Callable[..., Example],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    file = name.split()[0]
    example = load_example(file, **SMALL.get(file, {}))
    monkeypatch.setattr(nn, "fit", compare)
    with pytest.raises(EnoughError):
        TRAININGS[name](example, tmp_path)
