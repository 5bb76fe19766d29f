"""Memory that graphs have let go of is kept a little longer, where that saves much time.

Two settings of the whole process, made once, when `autograd` is imported:

`keep_freed_memory`. Every step of a training makes and frees the same arrays. glibc, the C library
of most Linux systems, hands large freed blocks back to the kernel at once, and the kernel clears
every page when it gives it out again: on a small convolutional network that takes as long as the
arithmetic. The thresholds are raised; the price is up to 1 GiB which a process no longer uses.

`collect_less_often`. Python looks for cycles of objects whenever some hundred more have been made
than freed, and every so often through all objects that there are. A graph has no cycles and makes
an object for each operation, so that on programs of scalars this search in vain takes as long as
all the rest. The threshold is raised to some thousand; the price is that cycles of other
origin wait longer for their end.

The environment variable `CHALKGRAD_KEEP_MEMORY=0` leaves both as they are. So do settings of the
user's own, and another C library the first.

Source of the numbers of the options: glibc's `malloc.h`; of the largest threshold, `mallopt(3)`.
"""

import ctypes
import gc
import os

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3
_MEBIBYTE = 2**20
_LARGEST_MMAP_THRESHOLD = 4 * _MEBIBYTE * ctypes.sizeof(ctypes.c_long)
_OBJECTS = 10_000
"""New objects after which cycles are looked for; at more than this their share hardly falls."""


def keep_freed_memory() -> bool:
    """Tell glibc to keep what is freed; whether it has taken the advice."""
    chosen_by_user = any(name.startswith(("MALLOC_", "GLIBC_TUNABLES")) for name in os.environ)
    if chosen_by_user or not _is_glibc():
        return False
    mallopt = ctypes.CDLL(None).mallopt
    settings = {
        _TRIM_THRESHOLD: 1024 * _MEBIBYTE,
        _TOP_PAD: 64 * _MEBIBYTE,
        _MMAP_THRESHOLD: _LARGEST_MMAP_THRESHOLD,
    }
    return all(mallopt(option, value) == 1 for option, value in settings.items())


def _is_glibc() -> bool:
    try:
        return os.confstr("CS_GNU_LIBC_VERSION") is not None
    except (AttributeError, ValueError, OSError):
        return False


def collect_less_often() -> None:
    """Raise the threshold of Python's cyclic garbage collector, unless it is high or off."""
    young, *older = gc.get_threshold()
    if 0 < young < _OBJECTS:
        gc.set_threshold(_OBJECTS, *older)


if os.environ.get("CHALKGRAD_KEEP_MEMORY") != "0":
    keep_freed_memory()
    collect_less_often()
