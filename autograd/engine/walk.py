"""The walks over the record that its interpreters share.

Explaining, marking, batching, compiling and exporting all need the steps below a result, or the
values of the steps when some tensor has another value. The sweeps (`sweep.py`) walk by themselves,
because they also check that the record is still valid and are the hot path.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from autograd.engine.tensor import Tensor

Compute = Callable[[Tensor, list[Any], list[bool]], Any]
"""Function of a step, its operands, and which of these have changed; returns the new result."""

_inputs, _seq = attrgetter("inputs"), attrgetter("seq")


def value_of(x: Any) -> Any:
    """Return the value of an operand: that of a tensor, or the constant itself."""
    return x._data if type(x) is Tensor else x


def ancestors(
    roots: Iterable[Any],
    operands: Callable[[Tensor], Iterable[Any]] = _inputs,
    within: Callable[[Tensor], bool] | None = None,
) -> list[Tensor]:
    """Return the tensors in `roots` and all from which they were computed, operands first.

    `operands(tensor)` are the operands to follow. Tensors for which `within(tensor)` is false are
    left out and not passed. Takes time linear in the number of steps, and does not recurse.

    >>> from autograd import variables
    >>> x, y = variables(x=2, y=3)
    >>> f = (x * y).sqrt()
    >>> [t.name or t.op.name for t in ancestors([f])]
    ['x', 'y', 'multiply', 'sqrt']
    """
    found: list[Tensor] = []
    seen = set[Tensor]()
    todo = list(roots)
    for x in todo:
        if type(x) is Tensor and x not in seen and (within is None or within(x)):
            seen.add(x)
            found.append(x)
            todo.extend(operands(x))
    found.sort(key=_seq)
    return found


def compute_step(node: Tensor, operands: Sequence[Any], changed: Sequence[bool] = ()) -> Any:
    """Return the result of a step for other operands, without recording."""
    assert node.op is not None
    return node.op.impl(*operands, **(node.params or {}))


def evaluate(
    nodes: Iterable[Tensor],
    values: Mapping[Tensor, Any],
    compute: Compute = compute_step,
    *,
    also: Collection[Tensor] = (),
    lift: bool = False,
) -> dict[Tensor, Any]:
    """Evaluate recorded steps with other values for some tensors.

    `nodes` are steps, operands before results, and `values` the new values: one each, or a batch.
    Returns these and the results of all steps that depend on them and of the steps in `also`;
    `compute(node, operands, changed)` computes each of these and may observe it. With `lift`,
    operands that have not changed are passed as tensors.

    >>> from autograd import variables
    >>> x, y = variables(x=2, y=3)
    >>> f = x * y
    >>> evaluate([x, y, f], {x: 5.0})[f]
    np.float64(15.0)
    """
    found = dict(values)
    for node in nodes:
        if node in found or node.op is None:
            continue
        changed = [type(x) is Tensor and x in found for x in node.inputs]
        if any(changed) or node in also:
            operands = [
                found[x] if new else x if lift else value_of(x)
                for x, new in zip(node.inputs, changed, strict=True)
            ]
            found[node] = compute(node, operands, changed)
    return found
