"""The ONNX graph while it is being built: names for values, constants, nodes."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import Tensor


class Graph:
    """Collects nodes and constants; every value has a name, which is all that the others see."""

    def __init__(self, onnx: Any) -> None:
        self._onnx = onnx
        self.nodes: list[Any] = []
        self.initializers: list[Any] = []
        self._names: dict[Tensor, str] = {}
        self._count = 0

    def fresh(self, stem: str) -> str:
        """A name that nothing has yet."""
        self._count += 1
        return f"{stem}_{self._count}"

    def define(self, tensor: Tensor, name: str) -> None:
        """Say under which name the value of `tensor` is found."""
        self._names[tensor] = name

    def knows(self, tensor: Tensor) -> bool:
        """Whether the value of `tensor` has a name."""
        return tensor in self._names

    def name_of(self, operand: Any, dtype: Any = None) -> str:
        """The name of an operand, which becomes a constant if nothing has computed it.

        With `dtype`, of the operand converted to it.
        """
        if type(operand) is Tensor:
            if operand not in self._names:
                self.define(operand, self.constant(operand.data, operand.name or "constant"))
            name = self._names[operand]
            if dtype is None or operand.dtype == dtype:
                return name
            return self.cast(name, dtype)
        return self.constant(np.asarray(operand, dtype))

    def constant(self, value: Any, stem: str = "constant") -> str:
        """The name of a constant array."""
        return self.named_constant(value, self.fresh(stem))

    def named_constant(self, value: Any, name: str) -> str:
        """A constant array under a name of the caller's choice."""
        array = np.ascontiguousarray(value).reshape(np.shape(value))
        self.initializers.append(self._onnx.numpy_helper.from_array(array, name))
        return name

    def integers(self, numbers: Sequence[int]) -> str:
        """A constant vector of integers: axes, shapes, bounds."""
        return self.constant(np.array(list(numbers), np.int64))

    def node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Add a node and give the name of its output."""
        output = self.fresh(kind.lower())
        self.nodes.append(self._onnx.helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def cast(self, name: str, dtype: Any) -> str:
        """The value `name` converted to a NumPy dtype."""
        return self.node("Cast", name, to=self.element_type(dtype))

    def element_type(self, dtype: Any) -> int:
        """ONNX's number for a NumPy dtype."""
        return int(self._onnx.helper.np_dtype_to_tensor_dtype(np.dtype(dtype)))
