"""A training on disk, to go on bit for bit: everything that changes while a network learns."""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

import numpy as np

from autograd import Tensor
from nn.errors import CheckpointError
from nn.files import weights as files
from nn.files.weights import FilePath
from nn.module import Module


@runtime_checkable
class Stateful(Protocol):
    """Object that a checkpoint saves by its state: optimizer, schedule, loader, callback, ..."""

    def state_dict(self) -> dict[str, Any]:
        """Everything that changes, as numbers, texts, arrays and lists and dicts of them."""

    def load_state_dict(self, state_dict: Any, /) -> Any:
        """Go on from what `state_dict` gave."""


def save_checkpoint(path: FilePath, /, **parts: Any) -> None:
    """Write the state of all `parts`, by the names given here, to one safetensors file.

    A part is a module (with the random generators of its layers), anything else with `state_dict`
    and `load_state_dict`, a `numpy.random.Generator`, or plain data: numbers, texts, arrays, and
    lists, tuples and dicts of them. Like `save`, this leaves the old file or the whole new one.

    Raises `TypeError`, naming the part, for what cannot be saved.

    >>> from tempfile import TemporaryDirectory
    >>> from nn import SGD, Linear
    >>> model = Linear(3, 2, seed=0)
    >>> optimizer = SGD(model.parameters(), lr=0.1, momentum=0.9)
    >>> with TemporaryDirectory() as folder:
    ...     save_checkpoint(folder + "/run", model=model, optimizer=optimizer, epoch=3)
    ...     load_checkpoint(folder + "/run", model=model, optimizer=optimizer)
    {'epoch': 3}
    """
    tensors: dict[str, files.Array] = {}
    tree = {name: _pack(_state(part), name, tensors) for name, part in parts.items()}
    files.write(path, tensors, {"checkpoint": tree}, {})


def load_checkpoint(path: FilePath, /, **parts: Any) -> dict[str, Any]:
    """Bring `parts` back to where they stood when `save_checkpoint` wrote the file at `path`.

    Returns what else the file holds: plain data, and the states of parts that are not given here.
    Give the model alone to read no more than its weights and buffers.

    Raises `CheckpointError` if the file is damaged or a part is missing or does not fit, and then
    leaves all parts as they were; a missing file is a `FileNotFoundError`.
    """
    for name, part in parts.items():
        if not isinstance(part, Stateful | np.random.Generator):
            raise TypeError(
                f"{name} is of type {type(part).__name__}, which has no state to load; leave it "
                "out here and take it from what load_checkpoint returns"
            )
    content = files.read(path)
    if "checkpoint" not in content.notes:
        raise CheckpointError(f"{path} holds no training; nn.load(model, path) reads a model")
    try:
        packed = content.notes["checkpoint"]
        saved = {name: _unpack(node, content.tensors) for name, node in packed.items()}
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise CheckpointError(f"{path} is damaged: {error!r}") from None
    missing = [name for name in parts if name not in saved]
    if missing:
        raise CheckpointError(f"{path} holds no {', '.join(missing)}; it holds {', '.join(saved)}")
    _restore_all(parts, {name: saved.pop(name) for name in parts}, path)
    return saved


def _restore_all(parts: Mapping[str, Any], states: Mapping[str, Any], path: FilePath) -> None:
    """Restore every part; if one refuses, bring back those that went before."""
    before = {name: _state(part) for name, part in parts.items()}
    for done, (name, part) in enumerate(parts.items(), start=1):
        try:
            _restore(part, states[name])
        except BaseException as error:
            for again in list(parts)[:done]:
                _restore(parts[again], before[again])
            if isinstance(error, AttributeError | LookupError | TypeError | ValueError):
                reason = error if isinstance(error, CheckpointError) else repr(error)
                raise CheckpointError(f"{path} does not fit the {name}: {reason}") from error
            raise


# Parts of a file -----------------------------------------------------------------------------


def _state(part: Any) -> Any:
    if isinstance(part, Module):
        random = {name: generator.bit_generator.state for name, generator in _generators(part)}
        return {"tensors": part.state_dict(), "generators": random}
    if isinstance(part, np.random.Generator):
        return part.bit_generator.state
    return part.state_dict() if isinstance(part, Stateful) else part


def _restore(part: Any, state: Any) -> None:
    if isinstance(part, Module):
        generators = dict(_generators(part))
        if generators.keys() != state["generators"].keys():
            raise CheckpointError(
                f"its random generators are {list(state['generators'])}, not {list(generators)}"
            )
        part.load_state_dict(state["tensors"])
        for name, generator in generators.items():
            generator.bit_generator.state = state["generators"][name]
    elif isinstance(part, np.random.Generator):
        part.bit_generator.state = state
    else:
        part.load_state_dict(state)


def _generators(model: Module) -> list[tuple[str, np.random.Generator]]:
    """Return the random generators that modules keep as attributes, by dotted name."""
    return [
        (f"{path}.{name}" if path else name, value)
        for path, module in model.named_modules()
        for name, value in vars(module).items()
        if isinstance(value, np.random.Generator)
    ]


# JSON knows no arrays, no tuples and only texts as keys: these stand in it as dicts of one entry --


def _pack(value: Any, path: str, tensors: dict[str, files.Array]) -> Any:
    """`value` as JSON can say it, with its arrays put into `tensors` under their paths."""
    if value is None or type(value) in (bool, int, float, str):
        return value
    if type(value) is Tensor:
        value = value.data
    if isinstance(value, np.ndarray | np.generic):
        if value.dtype.kind not in "biufc":
            raise TypeError(f"{path} is an array of {value.dtype}; a checkpoint holds numbers")
        while path in tensors:
            path += "'"
        tensors[path] = np.asarray(value)
        return {"array" if isinstance(value, np.ndarray) else "scalar": path}
    if isinstance(value, Mapping):
        return {
            "dict": [[_pack(k, path, tensors), _pack(v, f"{path}/{k}", tensors)]
                     for k, v in value.items()]
        }  # fmt: skip
    if isinstance(value, list | tuple):
        items = [_pack(item, f"{path}/{i}", tensors) for i, item in enumerate(value)]
        return items if isinstance(value, list) else {"tuple": items}
    raise TypeError(
        f"{path} is of type {type(value).__name__}, which a checkpoint cannot hold; it holds "
        "what has state_dict and load_state_dict, random generators, numbers, texts, arrays, and "
        "lists, tuples and dicts of them"
    )


def _unpack(node: Any, tensors: Mapping[str, files.Array]) -> Any:
    """Return the value that `_pack` made `node` of."""
    match node:
        case {"array": name}:
            return tensors[name]
        case {"scalar": name}:
            return tensors[name][()]
        case {"tuple": items}:
            return tuple(_unpack(item, tensors) for item in items)
        case {"dict": pairs}:
            return {_unpack(key, tensors): _unpack(value, tensors) for key, value in pairs}
        case list():
            return [_unpack(item, tensors) for item in node]
        case dict():
            raise ValueError(f"{node} stands for nothing")
        case _:
            return node
