"""The running line of the user's program, for error messages."""

import linecache
import os
import sys
import warnings
from types import FrameType

import numpy as np

_PACKAGE = os.path.dirname(os.path.dirname(__file__))
_NN_PACKAGE = os.path.join(os.path.dirname(_PACKAGE), "nn")
_LIBRARIES = tuple(
    f"{folder}{os.sep}" for folder in (_PACKAGE, _NN_PACKAGE, os.path.dirname(np.__file__))
)


def find_user_line() -> str | None:
    """Return file, number and text of the innermost line outside chalkgrad and NumPy."""
    frame = _find_user_frame()
    if frame is None:
        return None
    file, line = frame.f_code.co_filename, frame.f_lineno
    return f"{file}:{line}: {linecache.getline(file, line).strip()}"


def warn_at_user_line(message: str, category: type[Warning]) -> None:
    """Warn about the innermost line outside chalkgrad and NumPy, once for each line."""
    frame = _find_user_frame()
    if frame is None:
        warnings.warn(message, category, stacklevel=2)
        return
    warnings.warn_explicit(
        message,
        category,
        frame.f_code.co_filename,
        frame.f_lineno,
        module=frame.f_globals.get("__name__"),
        registry=frame.f_globals.setdefault("__warningregistry__", {}),
    )


def _find_user_frame() -> FrameType | None:
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_LIBRARIES):
        if frame.f_back is None:
            return None
        frame = frame.f_back
    return frame
