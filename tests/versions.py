"""Which NumPy is installed, for what only some of them take."""

from typing import Any

import numpy as np


def since(version: str, *cases: Any) -> tuple[Any, ...]:
    """Return the cases, if NumPy is of this version or a later one."""
    return cases if np.lib.NumpyVersion(np.__version__) >= version else ()
