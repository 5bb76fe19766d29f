"""A step of training as a program: `compile_step`."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import autograd
from autograd import Tensor, TraceError
from nn.module import Module
from nn.objective import LossFunction, Penalty, objective
from nn.optim import Optimizer


def functional_call(model: Module, values: dict[str, Any], *inputs: Any) -> Any:
    """The output of `model` with other `values` of some parameters, by their dotted names.

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
    """What `compile_step` gives; `source` is the program of the last new form of a batch."""

    def __init__(
        self,
        model: Module,
        loss: LossFunction,
        optimizer: Optimizer,
        penalty: Penalty | None = None,
        threads: int | None = None,
    ) -> None:
        self.model, self.loss, self.optimizer, self.penalty = model, loss, optimizer, penalty
        both = autograd.value_and_grad(self._total, has_aux=True)
        # The inputs and the target, by their positions in `_total`, are what the batch consists of.
        self._program = autograd.compile(both, batch_argnums=(1, 2), threads=threads)
        self._eager = both
        self.compiles = True

    @property
    def source(self) -> str:
        """The program as Python source; `ValueError` before the first step."""
        return self._program.source

    def __call__(self, *batch: Any) -> dict[str, Any]:
        """Learn a batch (x, y) or (x1, x2, ..., y): the loss, the output, and a penalty if any."""
        values = self.gradients(*batch)
        self.optimizer.step()
        return values

    def gradients(self, *batch: Any) -> dict[str, Any]:
        """The same without the step: every parameter of the optimizer has its gradient."""
        *inputs, target = batch
        parameters = self.optimizer.parameters
        learned = [x for x in parameters if x.requires_grad]
        # Which they are, and in which mode each module is, tells one program from another.
        form = (
            tuple(x.requires_grad for x in parameters),
            tuple(module.training for module in self.model.modules()),
        )
        (_, values), gradients = self._run([x.data for x in learned], tuple(inputs), target, form)
        for parameter, gradient in zip(learned, gradients, strict=True):
            parameter.grad = gradient
        return dict(values)

    def _run(self, *arguments: Any) -> Any:
        if self.compiles:
            try:
                return self._program(*arguments)
            except TraceError as error:
                self.compiles = False
                warnings.warn(
                    f"{type(self.model).__name__} is trained step by step, not compiled: {error}",
                    stacklevel=4,
                )
        return self._eager(*arguments)

    def _total(
        self, values: list[Any], inputs: tuple[Any, ...], target: Any, form: tuple[Any, ...]
    ) -> Any:
        """The loss to be learned, and beside it what is to be shown."""
        learned = [x for x in self.optimizer.parameters if x.requires_grad]
        with _replaced(self.model, dict(zip(learned, values, strict=True))):
            return objective(self.model, self.loss, self.penalty, inputs, target)


def compile_step(
    model: Module,
    loss: LossFunction,
    optimizer: Optimizer,
    *,
    penalty: Penalty | None = None,
    threads: int | None = None,
) -> CompiledStep:
    """A function that learns a batch: forward, backward and the optimizer's step, compiled.

    `step(x, y)`, or `step(x1, x2, ..., y)` for several inputs, returns the loss and the output as
    arrays, and the `penalty(model)` that is added to the loss if there is one. The first batch of
    every new shape is recorded, later ones replay its program; so do training and evaluation mode
    and frozen parameters. Dropout is drawn, and running statistics move, at every step. Attributes
    of layers, such as the probability of a dropout, are read when a program is made. A parameter on
    which the loss does not depend has the gradient 0 here, and so still decays.

    On several cores each of `threads` takes a part of the batch, where the record allows it, and
    by itself where the arrays are large enough for that to pay (see `autograd.compile`).

    A model whose layers look at numbers on the way is trained step by step as ever, and a warning
    says why, once.

    >>> import numpy as np
    >>> from nn import MLP, SGD, MSELoss
    >>> model = MLP([1, 8, 1], activation="tanh", seed=0)
    >>> step = compile_step(model, MSELoss(), SGD(model.parameters(), lr=0.1))
    >>> x = np.linspace(-1, 1, 20, dtype=np.float32)[:, None]
    >>> losses = [float(step(x, x**2)["loss"]) for _ in range(100)]
    >>> losses[-1] < losses[0] / 2
    True
    """
    return CompiledStep(model, loss, optimizer, penalty, threads)
