"""`ufunc.outer`: every operand of the left with every operand of the right."""

from typing import Any

import numpy as np

from autograd.engine.declare import composite


def _register(ufunc: np.ufunc) -> None:
    @composite((ufunc, "outer"))
    def outer(a: Any, b: Any, /, **kwargs: Any) -> Any:
        """Where `ufunc` has no rule it says so itself."""
        return ufunc(np.reshape(a, (*np.shape(a), *np.ndim(b) * (1,))), b, **kwargs)


for _ufunc in {f for f in vars(np).values() if isinstance(f, np.ufunc)}:
    if _ufunc.nin == 2 and _ufunc.signature is None:
        _register(_ufunc)
