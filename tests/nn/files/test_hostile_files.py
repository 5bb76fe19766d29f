"""Damaged and lying files: an error that says so, or the very same values; never half a model."""

import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from safetensors.numpy import save as to_bytes

import nn
from nn.files import weights as files


def model(seed: int) -> nn.MLP:
    return nn.MLP([2, 3, 1], seed=seed)


def trained() -> dict[str, Any]:
    """Return the parts of a training with a little of everything."""
    net = nn.Sequential(nn.Linear(2, 3, seed=0), nn.Dropout(seed=0))
    return {
        "model": net,
        "optimizer": nn.SGD(net.parameters(), lr=0.1, momentum=0.9),
        "loader": nn.DataLoader(np.arange(4), shuffle=True, seed=0),
    }


def content_of(write: Callable[[Path], None]) -> bytes:
    with TemporaryDirectory() as folder:
        write(Path(folder) / "file")
        return (Path(folder) / "file").read_bytes()


SAVED = content_of(lambda path: nn.save(model(0), path, {"author": "Ada"}))
FOREIGN = to_bytes(model(0).state_dict(), {"format": "pt"})
TRAINING = content_of(lambda path: nn.save_checkpoint(path, **trained(), epoch=3))


def load(content: bytes) -> dict[str, np.ndarray[Any, Any]] | None:
    """Return the state of a model after loading `content`, `None` if refused and unchanged."""
    net = model(1)
    before = net.state_dict()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(content)
        refused = refuses(path, lambda: nn.load(net, path))
    if refused:
        assert_same(net.state_dict(), before)
    return None if refused else net.state_dict()


def refuses(path: Path, read: Callable[[], Any]) -> bool:
    try:
        read()
    except nn.CheckpointError as refusal:
        message = str(refusal)
    else:
        return False
    assert str(path) in message
    return True


def assert_same(a: dict[str, Any], b: dict[str, Any]) -> None:
    assert a.keys() == b.keys()
    for name, value in a.items():
        np.testing.assert_array_equal(value, b[name])


def flipped(content: bytes, place: int, bits: int) -> bytes:
    place %= len(content)
    return content[:place] + bytes([content[place] ^ bits]) + content[place + 1 :]


def header_of(content: bytes) -> tuple[dict[str, Any], bytes]:
    end = 8 + int.from_bytes(content[:8], "little")
    return json.loads(content[8:end]), content[end:]


def with_header(header: Any, data: bytes) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def test_undamaged_these_files_load() -> None:
    for content in (SAVED, FOREIGN, with_header(*header_of(SAVED))):
        state = load(content)
        assert state is not None
        assert_same(state, model(0).state_dict())


# Damage ------------------------------------------------------------------------------------------

places, bits = st.integers(0, 10**6), st.integers(1, 255)


def test_every_byte_of_the_data_is_watched() -> None:
    _, data = header_of(SAVED)
    for place in range(len(SAVED) - len(data), len(SAVED)):
        assert load(flipped(SAVED, place, 1)) is None


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(places, bits), min_size=1, max_size=3))
def test_flipped_bits_are_noticed_or_change_nothing(flips: list[tuple[int, int]]) -> None:
    content = SAVED
    for place, bit in flips:
        content = flipped(content, place, bit)
    state = load(content)
    if state is not None:
        assert_same(state, model(0).state_dict())


@settings(deadline=None, max_examples=100)
@given(places, bits)
def test_flipped_bits_in_files_of_others_are_refused_or_load(place: int, bit: int) -> None:
    load(flipped(FOREIGN, place, bit))


@settings(deadline=None, max_examples=60)
@given(st.sampled_from([SAVED, FOREIGN]), places)
def test_truncated_files_are_refused(content: bytes, length: int) -> None:
    assert load(content[: length % len(content)]) is None


@settings(deadline=None, max_examples=60)
@given(st.sampled_from([SAVED, FOREIGN]), st.binary(min_size=1, max_size=40))
def test_files_that_go_on_too_long_are_refused(content: bytes, more: bytes) -> None:
    assert load(content + more) is None


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=200))
@example(b"\x80\x04\x95\x1c\x00\x00\x00\x00\x00\x00\x00\x8c\x08builtins")
def test_anything_else_is_refused(content: bytes) -> None:
    assert load(content) is None


# Lies --------------------------------------------------------------------------------------------

sizes = st.one_of(st.integers(-3, 9), st.sampled_from([2**31, 2**40, 2**63, 2**64, 10**30]))
entries = st.fixed_dictionaries(
    {
        "dtype": st.sampled_from(["F32", "F64", "BF16", "I64", "F4", "F8_E5M2", "float32", "O"]),
        "shape": st.lists(sizes, max_size=3),
        "data_offsets": st.lists(sizes, min_size=2, max_size=2),
    }
)


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(["0.weight", "2.bias"]), entries)
def test_lying_headers_are_refused(name: str, lie: dict[str, Any]) -> None:
    for content in (SAVED, FOREIGN):
        header, data = header_of(content)
        if header[name] != lie:
            assert load(with_header({**header, name: lie}, data)) is None


@pytest.mark.parametrize(
    "content",
    [
        (2**62).to_bytes(8, "little") + b"{}",
        (10**9).to_bytes(8, "little") + b"{" * 1000,
        with_header({"a": {"dtype": "F32", "shape": [2**61], "data_offsets": [0, 2**63]}}, b""),
        with_header({"a": {"dtype": "F32", "shape": [2**40, 0], "data_offsets": [0, 0]}}, b""),
        with_header({"a": {"dtype": "F32", "shape": [2**62] * 3, "data_offsets": [0, 4]}}, b"1234"),
        with_header({"a": {"dtype": "F32", "shape": [1] * 99, "data_offsets": [0, 4]}}, b"1234"),
        with_header(b'{"a":' * 100_000, b""),
        with_header(b'{"a":' + b"9" * 100_000 + b"}", b""),
        with_header(b"[]", b""),
        with_header(b'{"__metadata__": 3}', b""),
        with_header(b'{"__metadata__": {"a": 3}}', b""),
    ],
    ids=[
        *["header of 4 EiB", "header of 1 GB", "tensor of 8 EiB", "huge and empty", "overflow"],
        *["99 axes", "deep", "long number", "list", "number as metadata", "number in metadata"],
    ],
)
def test_hostile_headers_cost_nothing(content: bytes) -> None:
    load(content)
    tracemalloc.start()
    try:
        assert load(content) is None
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_tensors_that_overlap_are_refused() -> None:
    entry = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}
    assert load(with_header({"a": entry, "b": entry}, b"1234")) is None


@pytest.mark.parametrize(
    ("notes", "said"),
    [
        ("no json", "is damaged"),
        ("[]", r"its notes are \[\]"),
        ("0", "its notes are 0"),
        ("{}", "its notes are {}"),
        ('{"format": "1"}', "its notes are"),
        ('{"format": 1}', "was altered"),
        ('{"format": 1, "sha256": 3}', "was altered"),
        ('{"format": 2, "version": "9.1"}', "written by chalkgrad 9.1, in a format that this"),
        ("[" * 100_000, "is damaged"),
        ("9" * 10_000, "is damaged"),
    ],
)
def test_hostile_notes_are_refused(tmp_path: Path, notes: str, said: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(to_bytes(model(0).state_dict(), {"chalkgrad": notes}))
    with pytest.raises(nn.CheckpointError, match=said):
        nn.load(model(1), path)


def test_exchanged_tensors_of_one_shape_are_noticed(tmp_path: Path) -> None:
    header, data = header_of(SAVED)
    header["0.weight"], header["0.bias"] = header["0.bias"], header["0.weight"]
    assert load(with_header(header, data)) is None
    header, data = header_of(SAVED)
    header["__metadata__"]["author"] = "Bob"
    assert load(with_header(header, data)) is None


# Trainings ---------------------------------------------------------------------------------------


def everything(parts: dict[str, Any]) -> dict[str, Any]:
    """All that a checkpoint restores, as arrays and texts by name."""
    model, optimizer = parts["model"], parts["optimizer"]
    return {
        **model.state_dict(),
        "random": str(model[1].generator.bit_generator.state),
        "loader": str(parts["loader"].state_dict()),
        "optimizer": str(optimizer.state_dict()),
    }


def resume(content: bytes) -> dict[str, Any] | None:
    """Return the state of a training after loading `content`, `None` if refused and unchanged."""
    parts = trained()
    parts["model"][0].weight.assign(np.ones((3, 2)))
    parts["loader"].load_state_dict({**parts["loader"].state_dict(), "given": 1})
    parts["model"][1].generator.random()
    before = everything(parts)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(content)
        refused = refuses(path, lambda: nn.load_checkpoint(path, **parts))
    if refused:
        assert_same(everything(parts), before)
    return None if refused else everything(parts)


def test_an_undamaged_training_resumes() -> None:
    assert_same(resume(TRAINING) or {}, everything(trained()))


@settings(deadline=None, max_examples=100)
@given(places, bits)
def test_flipped_bits_in_a_training_are_noticed_or_change_nothing(place: int, bit: int) -> None:
    state = resume(flipped(TRAINING, place, bit))
    if state is not None:
        assert_same(state, everything(trained()))


names = st.sampled_from(
    ["array", "scalar", "tuple", "dict", "model", "optimizer", "loader", "tensors", "generators"]
)
trees = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2**70) | st.floats() | st.text(max_size=3) | names,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=12,
)


def signed(tree: Any) -> bytes:
    """Return a file with the right digest whose tree is whatever the attacker likes."""
    return content_of(lambda path: files.write(path, {"a": np.zeros(3)}, {"checkpoint": tree}, {}))


@settings(deadline=None, max_examples=100)
@given(trees)
@example({"model": {"array": "a"}, "optimizer": {"array": "b"}, "loader": None})
@example({"model": {"dict": [[[], 1]]}, "optimizer": 1, "loader": 1})
def test_nonsense_with_the_right_digest_is_refused(tree: Any) -> None:
    assert resume(signed(tree)) is None


@pytest.mark.parametrize(
    ("part", "nonsense"),
    [
        ("loader", {"given": 10**30, "generator": {}, "sizes": [4, 32]}),
        ("loader", {"given": 0, "generator": {"bit_generator": "MT19937"}, "sizes": [4, 32]}),
        ("loader", {"given": "1"}),
        ("optimizer", {"state": [], "param_groups": []}),
        ("optimizer", [1]),
        ("model", {"tensors": {"0.weight": 1}, "generators": {}}),
        ("model", {"tensors": 3, "generators": {"1.generator": {}}}),
        ("model", {}),
    ],
)
def test_one_bad_part_leaves_all_parts_alone(part: str, nonsense: Any) -> None:
    content = content_of(lambda path: nn.save_checkpoint(path, **{**trained(), part: nonsense}))
    assert resume(content) is None
