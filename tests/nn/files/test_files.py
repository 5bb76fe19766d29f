"""Models on disk: what is saved comes back, whole or not at all."""

import json
import os
import stat
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

import nn
from autograd import Tensor


class Anything(nn.Module):
    """Holds any tensors as buffers."""

    def __init__(self, **buffers: Any) -> None:
        for name, value in buffers.items():
            self.register_buffer(name, value)


def assert_same_state(a: nn.Module, b: nn.Module) -> None:
    ours, theirs = a.state_dict(), b.state_dict()
    assert list(ours) == list(theirs)
    for name, value in ours.items():
        assert value.dtype == theirs[name].dtype
        np.testing.assert_array_equal(value, theirs[name])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "model.safetensors"


# There and back ----------------------------------------------------------------------------------


def test_a_model_comes_back_to_the_bit(path: Path) -> None:
    model, other = nn.MLP([3, 8, 2], seed=0), nn.MLP([3, 8, 2], seed=1)
    nn.save(model, path)
    assert nn.load(other, path) == {}
    assert_same_state(model, other)
    assert [p.name for p in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    "value",
    [
        np.arange(6.0).reshape(2, 3).T,
        np.asfortranarray(np.arange(24.0).reshape(2, 3, 4)),
        np.float64(2.5),
        np.zeros((0, 3)),
        np.array([np.nan, np.inf, -0.0, 5e-324]),
        np.arange(4, dtype=">f4"),
        np.array([True, False]),
        np.arange(3, dtype=np.uint8),
        np.array([2**63 - 1, -(2**63)]),
        np.array([1 + 2j], np.complex64),
        np.array([0.1], np.float16),
        np.arange(10.0)[::-2],
    ],
    ids=lambda value: f"{value.dtype}{value.shape}",
)
def test_any_layout_and_dtype_comes_back(path: Path, value: Any) -> None:
    model, other = Anything(value=value), Anything(value=np.zeros_like(value))
    nn.save(model, path)
    nn.load(other, path)
    np.testing.assert_array_equal(other.value.data, value)
    assert other.value.dtype == value.dtype


def test_a_model_without_tensors_has_a_file_too(path: Path) -> None:
    nn.save(nn.ReLU(), path)
    assert nn.load(nn.ReLU(), path) == {}


def test_any_safetensors_reader_finds_the_tensors_under_pytorch_s_names(path: Path) -> None:
    model = nn.MLP([3, 4, 2], seed=0)
    nn.save(model, path, {"author": "Ada"})
    state = load_file(path)
    assert state.keys() == model.state_dict().keys() == {"0.weight", "0.bias", "2.weight", "2.bias"}
    np.testing.assert_array_equal(state["2.weight"], model[2].weight.data)


def test_the_header_says_what_wrote_the_file(path: Path) -> None:
    model = nn.MLP([3, 4, 2], seed=0)
    nn.save(model, path, {"author": "Ada", "note": 'two "lines"\n∂'})
    with safe_open(path, framework="numpy") as file:
        metadata = file.metadata()
    notes = json.loads(metadata.pop("chalkgrad"))
    assert metadata == nn.load(model, path) == {"author": "Ada", "note": 'two "lines"\n∂'}
    assert notes["format"] == 1
    assert notes["architecture"] == repr(model)
    assert notes["dtype"] == ["float32"]
    assert notes["version"]
    assert len(notes["sha256"]) == 64


def test_the_same_model_gives_the_same_bytes(path: Path) -> None:
    nn.save(nn.MLP([3, 4, 2], seed=0), path)
    first = path.read_bytes()
    nn.save(nn.MLP([3, 4, 2], seed=0), path)
    assert path.read_bytes() == first


def test_shared_parameters_come_back_shared(path: Path) -> None:
    model, other = (nn.Sequential(nn.Linear(3, 3, seed=s), nn.Linear(3, 3)) for s in (0, 1))
    for each in (model, other):
        each[1].weight = each[0].weight
    nn.save(model, path)
    nn.load(other, path)
    assert other[1].weight is other[0].weight
    assert_same_state(model, other)


def test_optimizers_go_on_with_the_parameters_that_were_loaded_into(path: Path) -> None:
    model = nn.Linear(2, 1, seed=0)
    weight, optimizer = model.weight, nn.SGD(model.parameters(), lr=1.0)
    nn.save(nn.Linear(2, 1, seed=1), path)
    nn.load(model, path)
    assert model.weight is weight
    np.sum(model(np.ones((1, 2), np.float32))).backward()
    before = weight.data
    optimizer.step()
    np.testing.assert_array_equal(weight.data, before - 1)


# Files of others ---------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float16, np.float64, np.int32])
def test_files_of_others_load_in_the_dtype_of_the_model(path: Path, dtype: type) -> None:
    save_file({"weight": np.array([[1, 2]], dtype), "bias": np.array([3], dtype)}, path)
    model = nn.Linear(2, 1, seed=0)
    nn.load(model, path)
    assert (model.weight.data.tolist(), model.bias.data.tolist()) == ([[1, 2]], [3])
    assert model.weight.dtype == np.float32


def raw_file(path: Path, tensors: dict[str, tuple[str, list[int], bytes]]) -> None:
    """Return a safetensors file by hand: (dtype, shape, bytes) by name."""
    header, data = {}, b""
    for name, (dtype, shape, content) in tensors.items():
        offsets = [len(data), len(data) + len(content)]
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": offsets}
        data += content
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)


def test_bfloat16_is_read_as_float32(path: Path) -> None:
    values = np.array([[1.5, -2.0]], np.float32)
    upper_halves = (values.view(np.uint32) >> 16).astype("<u2").tobytes()
    raw_file(path, {"weight": ("BF16", [1, 2], upper_halves), "bias": ("BF16", [1], b"\0\0")})
    model = nn.Linear(2, 1)
    nn.load(model, path)
    np.testing.assert_array_equal(model.weight.data, values)


def test_a_dtype_that_numpy_lacks_is_named(path: Path) -> None:
    raw_file(path, {"weight": ("F8_E4M3", [1, 2], b"\0\0")})
    with pytest.raises(nn.CheckpointError, match="type F8_E4M3, which NumPy lacks; convert it"):
        nn.load(nn.Linear(2, 1), path)


def test_a_file_of_another_model_is_refused_with_all_reasons(path: Path) -> None:
    nn.save(nn.MLP([3, 4, 2], seed=0), path)
    model = nn.MLP([3, 5, 2, 1], seed=0)
    before = model.state_dict()
    with pytest.raises(nn.CheckpointError) as refusal:
        nn.load(model, path)
    assert str(refusal.value) == (
        f"{path}: the state dict does not fit this MLP:\n"
        "  missing: 4.weight, 4.bias\n"
        "  wrong shape: 0.weight is (4, 3), the module needs (5, 3)\n"
        "  wrong shape: 0.bias is (4,), the module needs (5,)\n"
        "  wrong shape: 2.weight is (2, 4), the module needs (2, 5)"
    )
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def test_without_strictness_only_what_both_have_is_read(path: Path) -> None:
    body = nn.Sequential({"body": nn.Linear(3, 4, seed=0)})
    nn.save(body, path)
    model = nn.Sequential({"body": nn.Linear(3, 4, seed=1), "head": nn.Linear(4, 2, seed=1)})
    head = model.head.weight.data
    nn.load(model, path, strict=False)
    np.testing.assert_array_equal(model.body.weight.data, body.body.weight.data)
    np.testing.assert_array_equal(model.head.weight.data, head)


# Errors of use -----------------------------------------------------------------------------------


def test_a_missing_file_is_not_found_and_a_folder_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        nn.load(nn.Linear(1, 1), tmp_path / "nowhere")
    with pytest.raises(IsADirectoryError):
        nn.load(nn.Linear(1, 1), tmp_path)
    (tmp_path / "taken").mkdir()
    with pytest.raises(IsADirectoryError):
        nn.save(nn.Linear(1, 1), tmp_path / "taken")
    assert [p.name for p in tmp_path.iterdir()] == ["taken"]


def test_swapped_arguments_are_named(path: Path) -> None:
    with pytest.raises(TypeError, match=r"nn.save\(model, path\) takes a module first, got str"):
        nn.save(str(path), nn.Linear(1, 1))
    with pytest.raises(TypeError, match=r"nn.load\(model, path\) takes a module first, got Posix"):
        nn.load(path, nn.Linear(1, 1))


def test_metadata_are_texts_by_names_of_one_s_own(path: Path) -> None:
    with pytest.raises(TypeError, match=r"metadata are texts by name, got 'epochs': 3; write str"):
        nn.save(nn.Linear(1, 1), path, {"epochs": 3})
    with pytest.raises(ValueError, match="the name 'chalkgrad' in metadata is taken"):
        nn.save(nn.Linear(1, 1), path, {"chalkgrad": "mine"})
    assert not path.exists()


def test_a_dtype_that_safetensors_lacks_is_named(path: Path) -> None:
    with pytest.raises(TypeError, match=r"cannot hold these arrays, \{'phase': 'complex128'\}"):
        nn.save(Anything(phase=np.zeros(2, complex)), path)
    assert not path.exists()


# The file system ---------------------------------------------------------------------------------


def test_folders_are_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "model.safetensors"
    nn.save(nn.Linear(1, 1), str(path))
    nn.load(nn.Linear(1, 1), str(path))


def test_a_new_file_has_the_usual_permissions_and_a_replaced_one_its_own(path: Path) -> None:
    before = os.umask(0o027)
    try:
        nn.save(nn.Linear(1, 1), path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        path.chmod(0o600)
        nn.save(nn.Linear(1, 1), path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        os.umask(before)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    nn.save(nn.Linear(1, 1, seed=0), real)
    link.symlink_to(real)
    model = nn.Linear(1, 1, seed=1)
    nn.save(model, link)
    assert link.is_symlink()
    other = nn.Linear(1, 1)
    nn.load(other, real)
    assert_same_state(model, other)


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_an_error_while_saving_leaves_the_old_file_and_nothing_else(
    path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    old = nn.Linear(2, 2, seed=0)
    nn.save(old, path)

    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(type(error)):
        nn.save(nn.Linear(2, 2, seed=1), path)
    monkeypatch.undo()
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    model = nn.Linear(2, 2)
    nn.load(model, path)
    assert_same_state(model, old)


def test_file_and_folder_are_flushed_to_the_disk_in_that_order(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    fsync, replace = os.fsync, os.replace

    def noting_fsync(descriptor: int) -> None:
        calls.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        fsync(descriptor)

    def noting_replace(*names: Any) -> None:
        calls.append("replace")
        replace(*names)

    monkeypatch.setattr(os, "fsync", noting_fsync)
    monkeypatch.setattr(os, "replace", noting_replace)
    nn.save(nn.Linear(1, 1), path)
    assert calls == ["file", "replace", "folder"]


def test_a_read_only_folder_is_a_permission_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        if os.access(tmp_path, os.W_OK):
            pytest.skip("this user may write anywhere")
        with pytest.raises(PermissionError):
            nn.save(nn.Linear(1, 1), tmp_path / "model")
    finally:
        tmp_path.chmod(0o700)


def test_tensors_in_a_state_dict_are_not_changed_by_saving(path: Path) -> None:
    model = Anything(value=Tensor(np.arange(6.0).reshape(2, 3).T))
    before = model.value.data
    nn.save(model, path)
    assert model.value.data is before
