"""The base of all optimizers: groups of parameters, the state of each, and how a step is taken."""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar

import numpy as np

from autograd import Tensor
from nn.optim import saved
from nn.optim.settings import Checks, at_least_zero

Array = Any
"""A NumPy array, or a NumPy scalar where the shape is `()`."""
Group = dict[str, Any]
"""A list of tensors, "params", and the settings they are learned with."""
Settings = dict[str, Any]
Numbers = Mapping[str, int | float]
"""The numbers kept for each parameter, and their start."""
Arrays = Mapping[str, str | None]
"""The arrays kept for each parameter, and the setting that switches each on, if one does."""
State = dict[str, Any]
"""What is kept for one parameter: numbers, and arrays of its shape."""
Update = Callable[..., None]
"""`update(theta, g, *arrays, a, b)` changes `theta` and the state's arrays in place.

They are one-dimensional, real and equally long; an array that is switched off is `None`. Of the
gradient `g` it may only read; `a` and `b` are scratch space.
"""

BLOCK = 32768
"""Entries updated at a time: few enough for all passes of a rule to find them in the cache."""


class Optimizer(ABC):
    """Takes steps down the gradients of parameters, which are leaf tensors.

    `params` is a list of tensors, or as in PyTorch a list of groups with settings of their own,
    `[{"params": [w], "lr": 0.1}, {"params": [b]}]`; what a group leaves out is in `defaults`. The
    groups are in `param_groups`; their settings may be changed there and are read at every step.
    `state` has the numbers and arrays kept for each parameter.

    A subclass lists its settings with what they may be (`settings`) and its state (`numbers` with
    their start; `arrays` with the setting that switches each on, or `None`), and says by `rule`
    how a parameter moves. Weight decay is done here: added to the gradient as
    `weight_decay theta`, or with `decoupled_weight_decay` as `theta *= 1 - lr weight_decay`.

    Raises `ValueError` for no parameters, the same one twice and unknown settings, and `TypeError`
    for what cannot be learned.

    >>> class SignDescent(Optimizer):
    ...     def rule(self, settings, state):
    ...         def update(theta, g, a, b):
    ...             theta -= np.multiply(np.sign(g, out=a), settings["lr"], out=a)
    ...         return update
    >>> w = Tensor([1.0, 2.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> SignDescent([w], {"lr": 0.1}).step()
    >>> w
    Tensor([0.9, 1.9], requires_grad=True)
    """

    settings: ClassVar[Checks] = {"lr": at_least_zero}
    numbers: ClassVar[Numbers] = {"step": 0}
    arrays: ClassVar[Arrays] = {}

    def __init__(self, params: Iterable[Any], defaults: Settings) -> None:
        self.defaults = self.check(defaults)
        self.param_groups: list[Group] = []
        self.state: defaultdict[Tensor, State] = defaultdict(dict)
        for group in _as_groups(params):
            self.add_param_group(group)

    @abstractmethod
    def rule(self, settings: Settings, state: State) -> Update:
        """The update of a parameter at `state["step"]`, which counts from 1.

        Called before the arrays of a first step are made, and once for neighbours whose numbers
        are equal; of `state` it may only change the numbers.
        """

    def check(self, settings: Mapping[str, Any]) -> Settings:
        """The settings as they are used; raises `ValueError` or `TypeError` for a bad one."""
        return {name: check(name, settings[name]) for name, check in self.settings.items()}

    def start(self, name: str, settings: Settings) -> float:
        """What the entries of an array of the state are before the first step."""
        return 0.0

    @property
    def parameters(self) -> list[Tensor]:
        """The parameters of all groups, in order."""
        return [parameter for group in self.param_groups for parameter in group["params"]]

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        """Learn more parameters: `{"params": [...]}` and the settings that are not `defaults`.

        >>> from nn import SGD
        >>> w, b = Tensor([1.0], requires_grad=True), Tensor(0.0, requires_grad=True)
        >>> optimizer = SGD([w], lr=0.1)
        >>> optimizer.add_param_group({"params": [b], "lr": 0.5})
        >>> [group["lr"] for group in optimizer.param_groups]
        [0.1, 0.5]
        """
        if not isinstance(param_group, Mapping) or "params" not in param_group:
            raise TypeError(
                f'a group is a dict with "params", a list of tensors; got {param_group}'
            )
        unknown = param_group.keys() - {"params", saved.INITIAL_LR, *self.settings}
        if unknown:
            raise ValueError(
                f"{type(self).__name__} has no setting {', '.join(map(repr, sorted(unknown)))}; "
                f"its settings are {', '.join(self.settings)}"
            )
        params = param_group["params"]
        params = _checked([params] if type(params) is Tensor else params)
        if not {*self.parameters}.isdisjoint(params):
            raise ValueError("a parameter is in two groups and would be changed twice in a step")
        kept = {k: v for k, v in param_group.items() if k == saved.INITIAL_LR}
        settings = self.check({**self.defaults, **param_group})
        self.param_groups.append({"params": params, **settings, **kept})

    def step(self) -> None:
        """Change every parameter that has a gradient; those without stay, and so does their state.

        The new value is a new array, so that values and `detach()`ed tensors taken before the step
        keep what they showed. Each parameter keeps its dtype. Raises `ValueError` or `TypeError`
        for a setting that was changed to what it may not be, and then changes nothing.
        """
        checked = [self.check(group) for group in self.param_groups]
        for group, settings in zip(self.param_groups, checked, strict=True):
            for pack in self._packs(p for p in group["params"] if p.grad is not None):
                self._move(pack, settings)

    def _packs(self, parameters: Iterable[Tensor]) -> Iterator[list[Tensor]]:
        """Neighbours of one dtype and equally far, up to a block of them, to be moved as one.

        One call for many small arrays costs as much as for one of them.
        """
        pack: list[Tensor] = []
        room, last = 0, None
        for parameter in parameters:
            state = self.state[parameter]
            if not state:
                state.update(self.numbers)
            alike = (parameter.dtype, *state, *(state[name] for name in self.numbers))
            if pack and (alike != last or parameter.size > room):
                yield pack
                pack = []
            room = (room if pack else BLOCK) - parameter.size
            last = alike
            pack.append(parameter)
        if pack:
            yield pack

    def _move(self, pack: list[Tensor], settings: Settings) -> None:
        states = [self.state[parameter] for parameter in pack]
        shared = states[0].copy()
        shared["step"] += 1
        update = self.rule(settings, shared)
        # Always a copy: the old values stay what they were.
        theta = np.concatenate([_real(parameter.data) for parameter in pack])
        arrays: dict[str, Array] = {}
        for name, switched_on_by in self.arrays.items():
            if switched_on_by is None or settings[switched_on_by]:
                arrays[name] = (
                    _joined([state[name] for state in states])
                    if name in shared
                    else np.full_like(theta, self.start(name, settings))
                )
        gradient = _joined([parameter.grad for parameter in pack])
        in_order = [arrays.get(name) for name in self.arrays]
        _in_blocks(_with_decay(update, settings), theta, gradient, *in_order)
        for state in states:
            state.update({name: shared[name] for name in self.numbers})
        for name, array in arrays.items():
            for state, part in zip(states, _dealt_out(array, pack), strict=True):
                state[name] = part
        for parameter, part in zip(pack, _dealt_out(theta, pack), strict=True):
            parameter.assign(part)

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for parameter in self.parameters:
            parameter.zero_grad()

    def state_dict(self) -> dict[str, Any]:
        """Copies of the groups' settings and of the state of each parameter, in their order.

        Made of dicts, lists, numbers and NumPy arrays only. In "param_groups" each group's
        "params" are positions in the list "state".
        """
        return saved.state_dict(self)

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from what `state_dict()` of an optimizer of the same kind and parameters gave.

        The parameters' dtypes stay. Everything is checked first, and one `CheckpointError` lists
        all that does not fit.
        """
        saved.load_state_dict(self, state_dict)

    def __repr__(self) -> str:
        groups = [
            ", ".join(
                [f"{len(group['params'])} parameters"]
                + [f"{name}={group[name]}" for name in self.settings]
            )
            for group in self.param_groups
        ]
        return f"{type(self).__name__}({'; '.join(groups)})"


def _with_decay(update: Update, settings: Settings) -> Update:
    """`update` after the decay of weights, for which it needs one more array of scratch space."""
    decay, decoupled = settings.get("weight_decay"), settings.get("decoupled_weight_decay")
    if not decay:
        return lambda *arrays: update(*arrays[:-1])

    def shrink(theta: Array, *arrays: Array) -> None:
        theta *= 1 - settings["lr"] * decay
        update(theta, *arrays[:-1])

    def add_to_gradient(theta: Array, g: Array, *arrays: Array) -> None:
        decayed = np.multiply(theta, decay, out=arrays[-1])
        decayed += g
        update(theta, decayed, *arrays[:-1])

    return shrink if decoupled else add_to_gradient


def _in_blocks(update: Update, theta: Array, *arrays: Array | None) -> None:
    """Call `update` with block after block of the arrays and of three arrays of scratch space."""
    scratch = np.empty_like(theta, shape=(3, min(BLOCK, theta.size)))
    for start in range(0, theta.size, BLOCK):
        block = slice(start, start + BLOCK)
        here = [None if array is None else array[block] for array in arrays]
        update(theta[block], *here, *scratch[:, : len(theta[block])])


def _real(array: Array) -> Array:
    """The entries in one dimension; of complex ones real and imaginary parts, as in PyTorch.

    Not a copy but a view if the array is contiguous.
    """
    flat = array.ravel()
    return flat.view(flat.real.dtype) if flat.dtype.kind == "c" else flat


def _joined(arrays: list[Array]) -> Array:
    """The entries of all arrays in one dimension; no copy of a single array that is contiguous."""
    flat = [_real(array) for array in arrays]
    return flat[0] if len(flat) == 1 else np.concatenate(flat)


def _dealt_out(flat: Array, parameters: list[Tensor]) -> Iterator[Array]:
    """The entries that `_joined` put together, in the shape of each parameter again."""
    entries, end = flat.view(parameters[0].dtype), 0
    for parameter in parameters:
        begin, end = end, end + parameter.size
        yield entries[begin:end].reshape(parameter.shape)


def _as_groups(params: Iterable[Any]) -> list[Any]:
    _require_order(params)
    listed = list(params)
    return listed if listed and isinstance(listed[0], Mapping) else [{"params": listed}]


def _require_order(params: Iterable[Any]) -> None:
    if callable(getattr(params, "parameters", None)):
        raise TypeError("an optimizer takes parameters, got a model; pass model.parameters()")
    if isinstance(params, Tensor | set | frozenset | Mapping):
        raise TypeError(
            f"an optimizer takes its parameters as a list, which has an order, got "
            f"{type(params).__name__}; pass model.parameters() or [w, b]"
        )


def _checked(params: Iterable[Any]) -> list[Tensor]:
    _require_order(params)
    checked = list(params)
    if not checked:
        raise ValueError(
            "an optimizer needs at least one parameter; model.parameters() is used up after one "
            "pass over it, and modules in a plain list are not registered"
        )
    for i, parameter in enumerate(checked):
        if type(parameter) is not Tensor:
            raise TypeError(f"parameter {i} is of type {type(parameter).__name__}, not a Tensor")
        if not parameter.is_leaf:
            raise TypeError(
                f"parameter {i} is the result of an operation; only leaves can be learned"
            )
    if len(set(checked)) < len(checked):
        raise ValueError("a parameter is in the list twice and would be changed twice in a step")
    return checked
