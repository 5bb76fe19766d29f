"""Values to be given later, as steps of the record, so that what is computed from them is one."""

from typing import Any

from autograd.dtypes import leaf_value
from autograd.modes import mode
from autograd.primitive import Primitive, constant
from autograd.tensor import Tensor, make


def _given(value: Any) -> Any:
    return value


given: Primitive = constant(_given, arity=0, name="placeholder")


def placeholder(value: Any, *, name: str | None = None) -> Tensor:
    """A tensor that stands for any value of this shape and dtype.

    Of tensors that require no gradient no record is kept, as nothing would ask for it; but
    whatever is computed from a placeholder is recorded, integers and booleans too, so that the
    record is the whole program from the placeholders to its results. Exporters start from it.

    >>> import numpy as np
    >>> t = placeholder(np.arange(3), name="t")
    >>> np.cumsum(t * 2).op.name, (Tensor(np.arange(3)) * 2).op
    ('cumsum', None)
    """
    value = leaf_value(value._data if type(value) is Tensor else value, None, False)
    if not mode.recording:
        return Tensor(value, name=name)
    tensor = make(value, given, (), {"value": value}, False)
    tensor.name = name
    return tensor
