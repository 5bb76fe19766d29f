"""Which line of the user's program is running, for error messages."""

import linecache
import os
import sys

import numpy as np

_PACKAGE = os.path.dirname(os.path.dirname(__file__))
_NETWORKS = os.path.join(os.path.dirname(_PACKAGE), "nn")
_NOT_THE_USERS = tuple(
    f"{folder}{os.sep}" for folder in (_PACKAGE, _NETWORKS, os.path.dirname(np.__file__))
)


def users_line() -> str | None:
    """File, number and text of the innermost line that belongs neither to us nor to NumPy."""
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_NOT_THE_USERS):
        if frame.f_back is None:
            return None
        frame = frame.f_back
    file, line = frame.f_code.co_filename, frame.f_lineno
    return f"{file}:{line}: {linecache.getline(file, line).strip()}"
