"""The operations: rules only, one declaration each."""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from autograd.engine.record import Primitive

FILES = (
    "activations",
    "along_axes",
    "arithmetic",
    "compare",
    "complex_numbers",
    "convolution",
    "correlate",
    "create",
    "decompositions",
    "determinants",
    "diagonal",
    "differences",
    "eigen",
    "einsum",
    "elementary",
    "emath",
    "fft",
    "histogram",
    "index",
    "interpolate",
    "inverses",
    "join",
    "missing",
    "norms",
    "outer",
    "pad",
    "polynomial",
    "pooling",
    "products",
    "quantiles",
    "reduce",
    "rounding",
    "scan",
    "select",
    "shape",
    "softmax_family",
    "sort",
    "special",
    "statistics",
    "values",
)
"""The files of this package."""

REGISTRY: dict[str, Primitive] = {
    op.name: op
    for file in FILES
    for op in vars(import_module(f"{__name__}.{file}")).values()
    if isinstance(op, Primitive)
}
"""Every operation that chalkgrad declares, by name."""

operations: Mapping[str, Primitive] = MappingProxyType(REGISTRY)
"""chalkgrad's own operations by name, read-only: `operations["exp"]` is the one behind `np.exp`.

An operation of the user's may bear any of these names; `operations.get(op.name) is op` tells.
"""
