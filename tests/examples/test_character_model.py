"""The example of two character models learns, carries states over chunks, and is repeatable."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest


@pytest.fixture
def example(load_example: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    return load_example(
        "14_character_model",
        CHARACTERS=12_000,
        STREAMS=4,
        LENGTH=16,
        HIDDEN=16,
        WIDTH=16,
        HEADS=2,
        LAYERS=1,
        EPOCHS=2,
        WRITTEN=20,
    )


def test_every_chunk_goes_on_where_the_one_before_ended(example: dict[str, Any]) -> None:
    x, y = example["chunks"](np.arange(1000))
    assert x.shape == y.shape == (15, 4, 16)
    np.testing.assert_array_equal(y, x + 1)
    np.testing.assert_array_equal(x[1:, :, 0], y[:-1, :, -1])


def test_counting(example: dict[str, Any]) -> None:
    """Zeros and ones in turn: one bit for each without, none with the one before in view."""
    tokens = np.arange(10_000) % 2
    unigram, bigram = example["ngram_bits"](tokens, tokens, 2)
    assert unigram == pytest.approx(1)
    assert bigram == pytest.approx(0, abs=1e-3)


def test_carried_states_are_as_good_as_one_long_chunk(example: dict[str, Any]) -> None:
    model = example["CharacterLSTM"](10, 8, seed=0)
    tokens = np.random.default_rng(0).integers(10, size=(2, 12))
    whole, _ = model(tokens)
    first, states = model(tokens[:, :5])
    second, _ = model(tokens[:, 5:], states)
    np.testing.assert_allclose(np.concatenate([first.data, second.data], 1), whole.data, atol=1e-6)


def test_states_are_forgotten_between_epochs_alone(example: dict[str, Any]) -> None:
    beginnings = []

    class Noting(example["CharacterLSTM"]):
        def forward(self, tokens: Any, states: Any = None) -> Any:
            beginnings.append(states is None)
            return super().forward(tokens, states)

    example["main"].__globals__.update(CharacterLSTM=Noting, CHARACTERS=3000)
    alphabet, *parts = example["load"]()
    example["learn_lstm"](*parts, len(alphabet))
    # Once for what is learned and once for what is held out, in each of two epochs.
    assert sum(beginnings) == 4 < len(beginnings)


def test_both_learn_write_and_are_drawn(
    example: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    example["main"](tmp_path)
    out = capsys.readouterr().out
    bits = {
        name: float(line.split()[-1])
        for line in out.splitlines()
        for name in ("unigrams", "bigrams", "LSTM", "transformer")
        if line.startswith(f"{name} ")
    }
    assert max(bits["LSTM"], bits["transformer"], bits["bigrams"]) < bits["unigrams"]
    for name in ("LSTM", "transformer"):
        _, _, written = out.partition(f"The {name} writes:\n")
        assert len(written.splitlines()[0].removeprefix("    ")) <= len("The ") + 20
        assert written.startswith("    The ")
    assert [path.name for path in tmp_path.iterdir()] == ["14_character_model.png"]
    assert (tmp_path / "14_character_model.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("learn", ["learn_lstm", "learn_transformer"])
def test_it_is_the_same_every_time(example: dict[str, Any], learn: str) -> None:
    example["main"].__globals__.update(CHARACTERS=3000, EPOCHS=1)
    alphabet, *parts = example["load"]()
    (_, bits), (_, again) = (example[learn](*parts, len(alphabet)) for _ in range(2))
    assert bits == again
