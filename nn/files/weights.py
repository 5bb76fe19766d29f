"""Models on disk: safetensors files that are always whole, and are believed only if they are.

A safetensors file is a JSON header, which names every tensor with its dtype, shape and place, and
then the bytes. Nothing in it can run: it may come from anywhere. Files of chalkgrad also hold,
under one name of the header's metadata, what wrote it and a digest of all that stands in it.
"""

import json
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from autograd import write_whole
from nn.errors import CheckpointError
from nn.module import Module

Array = np.ndarray[Any, Any]
FilePath = str | os.PathLike[str]

FORMAT = 1
OWN = "chalkgrad"
"""The name in a header's metadata under which chalkgrad keeps its own notes, as JSON."""

DTYPES = {"BOOL": "?", "C64": "c8"} | {
    f"{kind}{8 * size}": f"{kind.lower()}{size}"
    for kind, sizes in (("F", (2, 4, 8)), ("I", (1, 2, 4, 8)), ("U", (1, 2, 4, 8)))
    for size in sizes
}
"""The dtypes that NumPy shares with safetensors. BF16, which it lacks, is read as float32."""


def save(model: Module, path: FilePath, metadata: Mapping[str, str] | None = None) -> None:
    """Write the parameters and buffers of `model` to a safetensors file at `path`.

    The file is written beside `path` under another name and then takes its place in one step: at
    every moment, also after a crash, there is the old file or the whole new one. Folders are made
    as needed. `metadata` are texts of your own, which `load` gives back. For a training that is to
    go on later there is `save_checkpoint`.

    Raises `TypeError` for what is not a module, for metadata that is not text and for dtypes that
    safetensors lacks, such as complex128.

    >>> from tempfile import TemporaryDirectory
    >>> from nn import Linear
    >>> model, other = Linear(3, 2, seed=0), Linear(3, 2, seed=1)
    >>> with TemporaryDirectory() as folder:
    ...     save(model, folder + "/model.safetensors", {"author": "Ada"})
    ...     load(other, folder + "/model.safetensors")
    {'author': 'Ada'}
    >>> bool(np.all(other.weight.data == model.weight.data))
    True
    """
    _require_module("save", model)
    state = model.state_dict()
    notes = {
        "architecture": repr(model),
        "dtype": sorted({str(value.dtype) for value in state.values()}),
    }
    write(path, state, notes, metadata or {})


def load(model: Module, path: FilePath, *, strict: bool = True) -> dict[str, str]:
    """Read a safetensors file, also one that PyTorch wrote, into `model`; returns its metadata.

    The dtypes of the model stay. `strict=False` passes over entries that only the file or only the
    model has, as in `load_state_dict`.

    Raises `CheckpointError` for a file that is truncated, altered, contradicts itself or does not
    fit, and then leaves the model as it was; a missing file is a `FileNotFoundError`.
    """
    _require_module("load", model)
    content = read(path)
    if "checkpoint" in content.notes:
        raise CheckpointError(
            f"{path} holds a training: nn.load_checkpoint(path, model=model) reads its model"
        )
    try:
        model.load_state_dict(content.tensors, strict)
    except CheckpointError as error:
        raise CheckpointError(f"{path}: {error}") from None
    return content.metadata


class Content(NamedTuple):
    """Content of a file: its tensors, chalkgrad's notes and the metadata of the user."""

    tensors: dict[str, Array]
    notes: dict[str, Any]
    metadata: dict[str, str]


def write(
    path: FilePath,
    tensors: Mapping[str, Array],
    notes: Mapping[str, Any],
    metadata: Mapping[str, str],
) -> None:
    """Write one file, atomically; the notes are what JSON can say."""
    # Only here and in `read`: most programs that import `nn` never touch a file.
    from safetensors import SafetensorError
    from safetensors.numpy import save as to_bytes

    for name, text in metadata.items():
        if not (isinstance(name, str) and isinstance(text, str)):
            raise TypeError(f"metadata are texts by name, got {name!r}: {text!r}; write str(...)")
    if OWN in metadata:
        raise ValueError(f"the name {OWN!r} in metadata is taken; choose another")
    # safetensors copies memory as it lies, so that a transposed array would come back scrambled.
    tensors = {name: np.asarray(value, order="C") for name, value in tensors.items()}
    notes = {"format": FORMAT, "version": _version(), **notes}
    notes["sha256"] = digest(Content(tensors, notes, dict(metadata)))
    try:
        content = to_bytes(tensors, {OWN: json.dumps(notes), **metadata})
    except SafetensorError as error:
        dtypes = {name: str(value.dtype) for name, value in tensors.items()}
        raise TypeError(f"safetensors cannot hold these arrays, {dtypes}: {error}") from None
    write_whole(path, content)


def read(path: FilePath) -> Content:
    """Read one file; raises `CheckpointError` unless every byte of it makes sense."""
    import safetensors

    content = Path(path).read_bytes()
    try:
        # This looks at everything first: that sizes, shapes and dtypes agree, that tensors do not
        # overlap and leave no gap. Nothing is reserved on the word of the header alone.
        entries = safetensors.deserialize(content)
    except safetensors.SafetensorError as error:
        raise CheckpointError(f"{path} is damaged or is no safetensors file: {error}") from None
    try:
        length = int.from_bytes(content[:8], "little")
        header = json.loads(content[8 : 8 + length])
        metadata = header.get("__metadata__") or {}
        signed = OWN in metadata
        notes = json.loads(metadata.pop(OWN)) if signed else {}
        tensors = {name: _array(entry) for name, entry in entries}
    except (ValueError, OverflowError, RecursionError) as error:
        raise CheckpointError(f"{path} is damaged: {error}") from None
    found = Content(tensors, notes, metadata)
    if signed:
        _require_untouched(path, found)
    return found


def digest(content: Content) -> str:
    """Return the SHA-256 of every tensor, note and text; other content has another digest."""
    described = {
        "notes": content.notes,
        "metadata": content.metadata,
        "tensors": {name: (x.dtype.name, x.shape) for name, x in content.tensors.items()},
    }
    total = sha256(json.dumps(described, sort_keys=True).encode())
    for _, tensor in sorted(content.tensors.items()):
        total.update(tensor.astype(tensor.dtype.newbyteorder("<"), copy=False).ravel().data)
    return total.hexdigest()


def _require_untouched(path: FilePath, content: Content) -> None:
    notes = content.notes
    if not isinstance(notes, dict) or type(notes.get("format")) is not int:
        raise CheckpointError(f"{path} is damaged: its notes are {notes!r}")
    if notes["format"] > FORMAT:
        raise CheckpointError(
            f"{path} was written by chalkgrad {notes.get('version')}, in a format that this "
            f"version cannot read: pip install --upgrade chalkgrad"
        )
    unsigned = {name: note for name, note in notes.items() if name != "sha256"}
    if digest(content._replace(notes=unsigned)) != notes.get("sha256"):
        raise CheckpointError(f"{path} was altered after it was written: its digest is another")


def _array(entry: Mapping[str, Any]) -> Array:
    dtype, data = entry["dtype"], entry["data"]
    if dtype == "BF16":
        # The upper half of a float32.
        values = (np.frombuffer(data, "<u2").astype(np.uint32) << 16).view(np.float32)
    elif dtype in DTYPES:
        values = np.frombuffer(data, "<" + DTYPES[dtype]).astype(DTYPES[dtype], copy=False)
    else:
        raise ValueError(f"a tensor is of type {dtype}, which NumPy lacks; convert it to F32 first")
    return values.reshape(entry["shape"])


def _version() -> str:
    # Only here, because importing it takes as long as all of `nn`.
    from importlib import metadata

    try:
        return metadata.version("chalkgrad")
    except metadata.PackageNotFoundError:
        return "(not installed)"


def _require_module(function: str, model: Any) -> None:
    if not isinstance(model, Module):
        raise TypeError(
            f"nn.{function}(model, path) takes a module first, got {type(model).__name__}"
        )
