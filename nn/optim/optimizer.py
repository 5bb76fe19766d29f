"""The base of all optimizers: groups of parameters, the state of each, and how a step is taken."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, ClassVar

from autograd import Tensor
from nn.optim import saved
from nn.optim.blocks import Array, Decay, State, add_to_gradient, shrink
from nn.optim.flat import Flat, Numbers
from nn.optim.groups import Group, Learned, Settings, as_groups, checked, collect_flats, put_states
from nn.optim.settings import Checks, at_least_zero, count

Arrays = Mapping[str, str | None]
"""The arrays kept for each parameter, and the setting that switches each on, if one does."""
Means = Mapping[str, tuple[str, str]]
"""Running means of which decayed sums are kept: by name, the array and the number beta with
`mean = (1 - beta) sum`."""


class Optimizer(ABC):
    """Takes steps down the gradients of parameters, which are leaf tensors.

    `params` is a list of tensors, or as in PyTorch a list of groups, each with its settings,
    `[{"params": [w], "lr": 0.1}, {"params": [b]}]`; what a group leaves out is in `defaults`. The
    groups are in `param_groups`; their settings may be changed there and are read at every step.

    The optimizer moves the values of its parameters into its memory, where steps change
    them in place: of an array `w.data`, and of `w.detach()`, one sees the new values. It needs as
    much memory again for each array of its state. Large parameters are shared out over as many
    threads as `threads` says, a number that may be set and is 1 at first; the results are the same.

    A subclass lists its settings with the check of each (`settings`) and its state (`numbers` with
    their start; `arrays` with the setting that switches each on, or `None`). Its `update` is the
    algorithm as the paper has it, on new arrays. A `rule` beside it may compute the same in place,
    in fewer passes; without one, `update` is run. Weight decay is applied before: added to the
    gradient as `weight_decay theta`, or with `decoupled_weight_decay` as
    `theta *= 1 - lr weight_decay`.

    Raises `ValueError` for no parameters, the same one twice and unknown settings, and `TypeError`
    for what cannot be learned.

    >>> import numpy as np
    >>> class SignDescent(Optimizer):
    ...     def update(self, theta, g, state, settings):
    ...         return theta - settings["lr"] * np.sign(g)
    >>> w = Tensor([1.0, 2.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> SignDescent([w], {"lr": 0.1}).step()
    >>> w
    Tensor([0.9, 1.9], requires_grad=True)
    """

    settings: ClassVar[Checks] = {"lr": at_least_zero}
    numbers: ClassVar[Numbers] = {"step": 0}
    arrays: ClassVar[Arrays] = {}
    means: ClassVar[Means] = {}

    def __init__(self, params: Iterable[Any], defaults: Settings) -> None:
        self.defaults = self.check(defaults)
        self.param_groups: list[Group] = []
        self.threads = 1
        self._learned: list[Learned] = []
        for group in as_groups(params):
            self.add_param_group(group)

    @abstractmethod
    def update(self, theta: Array, g: Array, state: State, settings: Settings) -> Array:
        """Return a parameter after one step, and store its new arrays in `state`.

        This is the textbook's algorithm. `state["step"]` counts steps from 1. Entries must move
        independently of one another, because large parameters are updated in blocks; for the same
        reason numbers of the state, other than the step, change only in a `rule`.
        """

    def rule(self, settings: Settings, state: State) -> tuple[Any, ...]:
        """Return a function that updates a parameter in place (`blocks.Update`), and its numbers.

        Called before the arrays of a first step are in the state, and once for all parameters
        whose states are equal; of `state` it may only change the numbers.
        """
        numbers = {name: state[name] for name in self.numbers}
        return (partial(self._update_block, settings, numbers),)

    def _update_block(
        self, settings: Settings, numbers: State, theta: Array, g: Array, *arrays: Array
    ) -> None:
        kept = dict(zip(self.arrays, arrays, strict=False))
        state = {**numbers, **{name: array for name, array in kept.items() if array is not None}}
        theta[...] = self.update(theta, g, state, settings)
        for name, array in kept.items():
            if array is not None:
                array[...] = state[name]

    def check(self, settings: Mapping[str, Any]) -> Settings:
        """Return the settings checked; raise `ValueError` or `TypeError` for a bad one."""
        return {name: check(name, settings[name]) for name, check in self.settings.items()}

    def start(self, name: str, settings: Settings) -> float:
        """Return the entries of an array of the state before the first step."""
        return 0.0

    @property
    def parameters(self) -> list[Tensor]:
        """The parameters of all groups, in order."""
        return [parameter for group in self.param_groups for parameter in group["params"]]

    @property
    def state(self) -> Mapping[Tensor, State]:
        """The numbers and arrays kept for each parameter, with PyTorch's names and meaning.

        To look at; `load_state_dict` changes them. Empty before a parameter's first step.
        """
        return saved.States(self)

    @property
    def threads(self) -> int:
        """Number of threads that share a step."""
        return self._threads

    @threads.setter
    def threads(self, value: int) -> None:
        self._threads = count("threads", value)

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
        params = checked([params] if type(params) is Tensor else params)
        if not {*self.parameters}.isdisjoint(params):
            raise ValueError("a parameter is in two groups and would be changed twice in a step")
        kept = {k: v for k, v in param_group.items() if k == saved.INITIAL_LR}
        settings = self.check({**self.defaults, **param_group})
        group = {"params": params, **settings, **kept}
        self.param_groups.append(group)
        self._learned.append(Learned(group))

    def step(self) -> None:
        """Change every parameter that has a gradient; those without stay, and so does their state.

        The values change in place, also for those who hold the array. Each parameter keeps its
        dtype. Raises `ValueError` or `TypeError` for a setting that was changed to what it may not
        be, and then changes nothing.
        """
        self._notice_changes()
        for learned in self._learned:
            settings = learned.settings
            decay, *factor = _decay(settings)
            for flat in learned.flats:
                packs, gradients = flat.begin_step(self.numbers, learned.entries, self._threads)
                for pack in packs:
                    pack.state["step"] += 1
                    update, *numbers = self.rule(settings, pack.state)
                    pack.move(update, [*factor, *numbers], decay, gradients)
                flat.end_step()

    def _notice_changes(self) -> None:
        """See to what was changed from outside: groups, settings, values."""
        self._notice_groups()
        changed = [x for x in self._learned if not x.knows_settings(self.settings)]
        for learned, settings in [(x, self.check(x.group)) for x in changed]:
            learned.take_settings(
                settings,
                {
                    name: self.start(name, settings) if by is None or settings[by] else None
                    for name, by in self.arrays.items()
                },
            )
        if not all(flat.take_values() for flat in self._flats()):
            self._lay_out()
            self._notice_changes()

    def _notice_groups(self) -> None:
        groups = self.param_groups
        if len(groups) != len(self._learned) or not all(map(Learned.is_of, self._learned, groups)):
            self._lay_out()

    def _lay_out(self) -> None:
        """Lay out the memory again, for the current groups and parameters."""
        learned = [Learned(group) for group in self.param_groups]
        put_states(learned, self._states())
        self._learned = learned

    def _flats(self) -> list[Flat]:
        return collect_flats(self._learned)

    def _states(self) -> dict[Tensor, State]:
        """Return the state of each parameter, with the arrays as views."""
        return {
            parameter: flat.state(i)
            for flat in self._flats()
            for parameter, i in flat.position.items()
        }

    def gradient_of(self, parameter: Tensor) -> Array:
        """Return the parameter's part of the array of gradients, for code that writes gradients.

        An array of the parameter's shape and dtype. A step takes the gradients from there without
        copying any if `parameter.grad` is this very array. Raises `ValueError` for a parameter
        that the optimizer does not learn.

        >>> from nn import SGD
        >>> w = Tensor([1.0, 2.0], requires_grad=True)
        >>> optimizer = SGD([w], lr=0.5)
        >>> w.grad = optimizer.gradient_of(w)
        >>> w.grad[:] = [4.0, 8.0]
        >>> optimizer.step()
        >>> w
        Tensor([-1., -2.], requires_grad=True)
        """
        self._notice_changes()
        for flat in self._flats():
            if parameter in flat.position:
                return flat.gradient_of(parameter)
        raise ValueError("the optimizer does not learn this parameter")

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for parameter in self.parameters:
            parameter.zero_grad()

    def state_dict(self) -> dict[str, Any]:
        """Return copies of the groups' settings and of the state of each parameter, in their order.

        Made of dicts, lists, numbers and NumPy arrays only. In "param_groups" each group's
        "params" are positions in the list "state". A state has what is needed to go on to the
        bit: where `state` shows running means, the sums that are kept for them.
        """
        return saved.state_dict(self)

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from what `state_dict()` of an optimizer of the same kind and parameters gave.

        The parameters' dtypes stay. Running means, as `state` shows them, are taken for sums, too.
        Everything is checked first, and one `CheckpointError` lists all that does not fit.
        """
        saved.load_state_dict(self, state_dict)

    def __getstate__(self) -> dict[str, Any]:
        """Return the attributes for copies and pickles, whose parameters have separate memory."""
        return vars(self) | {"_learned": None, "_kept": self._states()}

    def __setstate__(self, attributes: dict[str, Any]) -> None:
        states = attributes.pop("_kept")
        vars(self).update(attributes)
        self._learned = [Learned(group) for group in self.param_groups]
        put_states(self._learned, states)

    def __repr__(self) -> str:
        groups = [
            ", ".join(
                [f"{len(group['params'])} parameters"]
                + [f"{name}={group[name]}" for name in self.settings]
            )
            for group in self.param_groups
        ]
        return f"{type(self).__name__}({'; '.join(groups)})"


def _decay(settings: Settings) -> tuple[Decay | None, *tuple[float, ...]]:
    """Return how weights decay, and by which factor."""
    rate = settings.get("weight_decay")
    if not rate:
        return (None,)
    if settings.get("decoupled_weight_decay"):
        return shrink, 1 - settings["lr"] * rate
    return add_to_gradient, rate
