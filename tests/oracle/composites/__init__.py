"""PyTorch's counterparts of the functions that other operations make up."""

from typing import Any

from tests.oracle.composites import arrays, layers, matrices, methods, numbers, signals
from tests.oracle.composites.composite import Composite

COMPOSITES: dict[Any, Composite] = {
    function: composite
    for module in (arrays, layers, matrices, methods, numbers, signals)
    for function, composite in module.COMPOSITES.items()
}
