"""The operations: rules only, one declaration each."""

from autograd.ops import (
    arithmetic,
    compare,
    complex_numbers,
    elementary,
    index,
    linalg,
    reduce,
    shape,
)
from autograd.primitive import Primitive

REGISTRY: dict[str, Primitive] = {
    op.name: op
    for module in (arithmetic, compare, complex_numbers, elementary, index, linalg, reduce, shape)
    for op in vars(module).values()
    if isinstance(op, Primitive)
}
"""Every operation that chalkgrad declares, by name."""
