"""PyTorch's counterparts of the operations, by name; they take NumPy's parameters."""

from tests.oracle.operations import arrays, entrywise, matrices

DIFFERENTIABLE = entrywise.DIFFERENTIABLE | arrays.DIFFERENTIABLE | matrices.DIFFERENTIABLE
CONSTANT = entrywise.CONSTANT | arrays.CONSTANT | matrices.CONSTANT
COUNTERPARTS = DIFFERENTIABLE | CONSTANT
