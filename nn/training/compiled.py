"""A step of training as a program: `compile_step`."""

import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from operator import is_
from typing import Any

import numpy as np

import autograd
from autograd import Tensor, TraceError
from nn.module import Module
from nn.optim import Optimizer
from nn.training.compilable import find_reason_against, modules_in
from nn.training.objective import LossFunction, Penalty, objective


def functional_call(model: Module, values: dict[str, Any], *inputs: Any) -> Any:
    """Return the output of `model` with other `values` of some parameters, by their dotted names.

    The model keeps its own, so that a function of the values is one that transforms can take. A
    parameter that the model has in several places is replaced in all of them. Raises `ValueError`
    for a name that is none of its parameters.

    >>> import numpy as np
    >>> from autograd import grad
    >>> from nn import Linear
    >>> model = Linear(2, 1, seed=0)
    >>> slope = grad(lambda values: np.sum(functional_call(model, values, np.ones((3, 2)))))
    >>> slope({"bias": np.zeros(1)})
    {'bias': array([3.])}
    """
    own = dict(model.named_parameters())
    unknown = values.keys() - own.keys()
    if unknown:
        raise ValueError(f"{type(model).__name__} has no parameter {', '.join(sorted(unknown))}")
    with _replaced(model, {own[name]: value for name, value in values.items()}):
        return model(*inputs)


@contextmanager
def _replaced(model: Module, values: dict[Tensor, Any]) -> Iterator[None]:
    """Put others in the places of tensors, everywhere in the model, for a while."""
    places = [
        (vars(module), name, tensor)
        for module in model.modules()
        for name, tensor in vars(module).items()
        if type(tensor) is Tensor and tensor in values
    ]
    for attributes, name, tensor in places:
        attributes[name] = values[tensor]
    try:
        yield
    finally:
        for attributes, name, tensor in places:
            attributes[name] = tensor


class CompiledStep:
    """What `compile_step` gives; `source` is the program of the last new form of a batch.

    `compiles` says whether steps are programs, `reason` why not if they are not. A `cautious` one
    compiles only what surely does the same (`find_reason_against`), gives up where nearly every
    step would need its own program, and never warns.
    """

    def __init__(
        self,
        model: Module,
        loss: LossFunction,
        optimizer: Optimizer,
        penalty: Penalty | None = None,
        threads: int | None = None,
        cautious: bool = False,
    ) -> None:
        self.threads, self.cautious = threads, cautious
        self.model, self.loss, self.optimizer, self.penalty = model, loss, optimizer, penalty
        self.reason: str | None = None
        self.steps = self.programs = 0
        self._recorded: list[_Recorded] = []

    @property
    def compiles(self) -> bool:
        """Whether steps are programs, as they are until a model turns out not to compile."""
        return self.reason is None

    @property
    def source(self) -> str:
        """The program as Python source; `ValueError` before the first step."""
        if not self._recorded:
            raise ValueError("there is no program before the first step, which makes it")
        return self._recorded[0].program.source

    def __call__(self, *batch: Any) -> dict[str, Any]:
        """Learn a batch (x, y) or (x1, x2, ..., y): the loss, the output, and a penalty if any."""
        values = self.gradients(*batch)
        self.optimizer.step()
        return values

    def gradients(self, *batch: Any) -> dict[str, Any]:
        """Return the same without the step: every parameter of the optimizer has its gradient.

        The arrays in which they are the next call writes over.
        """
        self.steps += 1
        operands = None if self.reason else _operands(batch)
        if operands is not None:
            try:
                return self._current().run(*operands)
            except TraceError as error:
                self.reason = str(error)
                if not self.cautious:
                    name = type(self.model).__name__
                    message = f"{name} is trained step by step, not compiled: {error}"
                    warnings.warn(message, stacklevel=3)
        *inputs, target = batch
        self.optimizer.zero_grad()
        total, parts = objective(self.model, self.loss, self.penalty, inputs, target)
        total.backward(retain_graph=False)
        return {name: _arrays(part) for name, part in parts.items()}

    def _current(self) -> "_Recorded":
        """Return the programs for the model as it is now; the last ones used come first."""
        found = self._recorded
        if not found or not found[0].holds():
            k = next((k for k, recorded in enumerate(found) if recorded.holds()), None)
            recorded = _Recorded(self) if k is None else found.pop(k)
            self._recorded = [recorded, *found[: _KEPT - 1]]
        return self._recorded[0]


_NUMBERS = (bool, int, float, complex, np.number)
_MANY = 16
"""Number of steps that take about the time of making a program."""
_KEPT = 8
"""Number of states of a model, such as training and evaluation mode, with programs kept."""


class _Recorded:
    """The programs of a step, which hold while the model is what it was when they were recorded.

    That is: every module has the same attributes and hooks, and the same parameters are learned, in
    the same dtypes. The contents of the attributes are not compared; the numbers in parameters and
    buffers are read at every step.
    """

    def __init__(self, step: CompiledStep) -> None:
        parts = (step.model, step.loss, step.penalty)
        if step.cautious and (reason := find_reason_against(*parts, step.optimizer.parameters)):
            raise TraceError(reason)
        self._step = step
        self._parameters = step.optimizer.parameters
        self._learns = [x.requires_grad for x in self._parameters]
        self._learned = [x for x in self._parameters if x.requires_grad]
        self._frozen = [x for x in self._parameters if not x.requires_grad]
        self._dtypes = [x.dtype for x in self._learned]
        self._hooks = [x.hooks for x in self._learned]
        self._gradients = {
            f"d_{name}": step.optimizer.gradient_of(x)
            for name, x in zip(_distinct_names(self._learned), self._learned, strict=True)
        }
        self._modules = list(modules_in(*parts))
        self._looked_at: list[dict[Any, Any]] = [vars(m) for m in self._modules]
        self._looked_at += [m._forward_hooks for m in self._modules]
        self._seen = self._attributes()
        # Both arguments, the inputs and the target, are what the batch consists of.
        self.program = autograd.compile(
            self._traced, into=(None, self._gradients), batch_argnums=(0, 1), threads=step.threads
        )

    def _attributes(self) -> list[Any]:
        return list(chain.from_iterable(map(dict.values, self._looked_at)))

    def holds(self) -> bool:
        """Return whether nothing has changed that the programs would not see."""
        return (
            _are_same(self._attributes(), self._seen)
            and _are_same(self._step.optimizer.parameters, self._parameters)
            and [x.requires_grad for x in self._parameters] == self._learns
            and [x.dtype for x in self._learned] == self._dtypes
            and [x.hooks for x in self._learned] == self._hooks
        )

    def run(self, *batch: Any) -> dict[str, Any]:
        """Return the parts of the objective; every parameter gets its gradient."""
        *inputs, target = batch
        parts: dict[str, Any]
        parts, gradients = self.program(inputs, target)
        for parameter, gradient in zip(self._learned, gradients.values(), strict=True):
            if parameter.grad is not gradient:
                parameter.grad = gradient
        for parameter in self._frozen:
            parameter.grad = None
        if type(parts["loss"]) is Tensor:
            # The result of the function itself, which runs inside `autograd.detect_anomaly`.
            parts = {name: _arrays(part) for name, part in parts.items()}
        return parts

    def _traced(self, inputs: list[Any], target: Any) -> Any:
        """Forward and backward: the parts of the objective, and the gradients by name."""
        step = self._step
        step.programs += 1
        if step.cautious and step.programs > max(_MANY, step.steps / _MANY):
            raise TraceError(f"{step.programs} of {step.steps} steps would need a new program")
        before = [dict(attributes) for attributes in self._looked_at]
        try:
            total, parts = objective(step.model, step.loss, step.penalty, inputs, target)
            found = autograd.gradients(total, self._learned)
            self._require_no_memory(before)
        except BaseException:
            for attributes, old in zip(self._looked_at, before, strict=True):
                attributes.clear()
                attributes.update(old)
            raise
        # Objects that the run made, such as a table for later, belong to the state.
        self._seen = self._attributes()
        return parts, dict(zip(self._gradients, found, strict=True))

    def _require_no_memory(self, before: list[dict[Any, Any]]) -> None:
        """Raise `TraceError` where the run has left tensors or other numbers in attributes.

        A program would leave those of the recorded run there, whatever comes of them.
        """
        for module, old in zip(self._modules, before, strict=False):
            for name, value in vars(module).items():
                was = old.get(name)
                numbers = isinstance(value, _NUMBERS) and isinstance(was, _NUMBERS)
                if value is not was and (type(value) is Tensor or (numbers and value != was)):
                    raise TraceError(
                        f"{type(module).__name__} changes its attribute {name!r} at every step; "
                        "a program does so with a buffer, self.register_buffer(...), to which it "
                        "assigns: self.NAME.assign(value)"
                    )


def _operands(batch: Sequence[Any]) -> list[Any] | None:
    """Return a batch for programs; `None` for one of objects or one that gradients flow into."""
    found = []
    for x in batch:
        kind = type(x)
        if kind is Tensor:
            if x.requires_grad:
                return None
            x = x.data
        elif kind is list:
            x = _array_of_numbers(x)
        elif kind is np.ndarray and x.dtype.hasobject:
            return None
        found.append(x)
    return found


def _array_of_numbers(x: list[Any]) -> Any:
    """Return rows of numbers as the array that operations make; other lists unchanged."""
    entry: Any = x
    while isinstance(entry, list | tuple) and entry:
        entry = entry[0]
    if not isinstance(entry, _NUMBERS):
        return x
    try:
        array = np.asarray(x)
    except ValueError:
        # Rows of different lengths, with which a model may know what to do.
        return x
    return array if array.dtype.kind in "biufc" else x


def _arrays(x: Any) -> Any:
    """Results with arrays in the places of tensors."""
    if isinstance(x, dict):
        return {name: _arrays(part) for name, part in x.items()}
    if type(x) is tuple or type(x) is list:
        return type(x)(map(_arrays, x))
    return x.data if type(x) is Tensor else x


def _are_same(xs: Sequence[Any], ys: Sequence[Any]) -> bool:
    return len(xs) == len(ys) and all(map(is_, xs, ys))


def _distinct_names(parameters: Sequence[Tensor]) -> list[str]:
    """Return the name of each parameter, numbered where several have it, as the program does."""
    seen = Counter[str]()
    names = []
    for parameter in parameters:
        name = parameter.name or "w"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return names


def compile_step(
    model: Module,
    loss: LossFunction,
    optimizer: Optimizer,
    *,
    penalty: Penalty | None = None,
    threads: int | None = None,
) -> CompiledStep:
    """Return a function that learns a batch: forward, backward and the optimizer's step, compiled.

    `step(x, y)`, or `step(x1, x2, ..., y)` for several inputs, returns the loss and the output as
    arrays, and the `penalty(model)` that is added to the loss if there is one. The first batch of
    every new shape is recorded, later ones replay its program; so do training and evaluation mode
    and frozen parameters. Dropout is drawn, and running statistics move, at every step. Attributes
    of layers, such as the probability of a dropout, are read when a program is made; setting one
    makes a new program, and so does a hook. A parameter on which the loss does not depend gets no
    gradient, as without compiling.

    A list of numbers is the array of them, as it is for NumPy. A batch with a tensor that requires
    gradients, which then gets its own, or with an array of objects is learned without a program.
    After an error, of a wrong class label say, buffers are as before the step; of random numbers
    more or fewer have been drawn than without compiling.

    On several cores each of `threads` takes a part of the batch, where the record allows it, and
    by itself where the arrays are large enough for that to pay (see `autograd.compile`).

    A model whose layers look at numbers on the way, or set an attribute to another number at every
    step, is trained step by step as ever, and a warning says why, once.

    >>> import numpy as np
    >>> from nn import MLP, SGD, MSELoss
    >>> model = MLP([1, 8, 1], activation="tanh", seed=0)
    >>> step = compile_step(model, MSELoss(), SGD(model.parameters(), lr=0.1))
    >>> x = np.linspace(-1, 1, 20, dtype=np.float32)[:, None]
    >>> losses = [float(step(x, x**2)["loss"]) for _ in range(100)]
    >>> losses[-1] < losses[0] / 2
    True
    """
    autograd.tune_memory()
    return CompiledStep(model, loss, optimizer, penalty, threads)
