"""Which line of the user's program is running, for error messages."""

import linecache
import sys
from pathlib import Path

import numpy as np

_PACKAGE = Path(__file__).parent
_NOT_THE_USERS = tuple(
    f"{folder}/" for folder in (_PACKAGE, _PACKAGE.parent / "nn", Path(np.__file__).parent)
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
