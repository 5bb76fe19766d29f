"""The operations: rules only, one declaration each."""

from importlib import import_module

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
