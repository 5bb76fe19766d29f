"""The running line of the user's program, for error messages."""

import linecache
import os
import sys

import numpy as np

_PACKAGE = os.path.dirname(os.path.dirname(__file__))
_NN_PACKAGE = os.path.join(os.path.dirname(_PACKAGE), "nn")
_LIBRARIES = tuple(
    f"{folder}{os.sep}" for folder in (_PACKAGE, _NN_PACKAGE, os.path.dirname(np.__file__))
)


def find_user_line() -> str | None:
    """Return file, number and text of the innermost line outside chalkgrad and NumPy."""
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_LIBRARIES):
        if frame.f_back is None:
            return None
        frame = frame.f_back
    file, line = frame.f_code.co_filename, frame.f_lineno
    return f"{file}:{line}: {linecache.getline(file, line).strip()}"
