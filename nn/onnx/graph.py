"""The ONNX graph under construction: names of values, constants, nodes."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import Tensor


class Graph:
    """A collection of nodes and constants, which refer to one another by the names of values."""

    def __init__(self, onnx: Any) -> None:
        self._onnx = onnx
        self.nodes: list[Any] = []
        self.initializers: list[Any] = []
        self._names: dict[Tensor, str] = {}
        self._count = 0

    def make_name(self, stem: str) -> str:
        """Return a new name."""
        self._count += 1
        return f"{stem}_{self._count}"

    def define(self, tensor: Tensor, name: str) -> None:
        """Set the name of the value of `tensor`."""
        self._names[tensor] = name

    def knows(self, tensor: Tensor) -> bool:
        """Return whether the value of `tensor` has a name."""
        return tensor in self._names

    def get_name(self, operand: Any, dtype: Any = None) -> str:
        """Return the name of an operand, which becomes a constant if no node computes it.

        With `dtype`, the operand is converted to it.
        """
        if type(operand) is Tensor:
            if operand not in self._names:
                self.define(operand, self.add_constant(operand.data, operand.name or "constant"))
            name = self._names[operand]
            if dtype is None or operand.dtype == dtype:
                return name
            return self.add_cast(name, dtype)
        return self.add_constant(np.asarray(operand, dtype))

    def add_constant(self, value: Any, stem: str = "constant") -> str:
        """Add a constant array and return its name."""
        return self.add_named_constant(value, self.make_name(stem))

    def add_named_constant(self, value: Any, name: str) -> str:
        """Add a constant array under a name of the caller's choice."""
        array = np.ascontiguousarray(value).reshape(np.shape(value))
        self.initializers.append(self._onnx.numpy_helper.from_array(array, name))
        return name

    def add_integers(self, numbers: Sequence[int]) -> str:
        """Add a constant vector of integers, such as axes, and return its name."""
        return self.add_constant(np.array(list(numbers), np.int64))

    def add_node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Add a node and return the name of its output."""
        output = self.make_name(kind.lower())
        self.nodes.append(self._onnx.helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def add_cast(self, name: str, dtype: Any) -> str:
        """Add a conversion of the value `name` to a NumPy dtype and return its name."""
        return self.add_node("Cast", name, to=self.get_element_type(dtype))

    def get_element_type(self, dtype: Any) -> int:
        """Return ONNX's number for a NumPy dtype."""
        return int(self._onnx.helper.np_dtype_to_tensor_dtype(np.dtype(dtype)))
