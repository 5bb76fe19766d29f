"""Memory settings of the process that make training faster, switched on by request.

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


def tune_memory() -> None:
    """Set up the memory of this process for training; `nn.fit` and `nn.compile_step` call it.

    Two settings of the whole process change:

    * glibc, the C library of most Linux systems, keeps freed memory. A training step makes and
      frees the same large arrays; by default glibc returns them to the kernel, which clears every
      page when it hands it out again. For a small convolutional network that costs as much time
      as the arithmetic. The price is up to 1 GiB that the process no longer uses.
    * Python searches for cyclic garbage after 10,000 new objects instead of some hundred. A graph
      has no cycles and makes one object for each operation, so for programs of single numbers the
      search takes as long as the rest. The price is that cycles of other origin are freed later.

    Settings that the user made (the environment variables `MALLOC_*` and `GLIBC_TUNABLES`, a higher
    threshold) are respected, and `CHALKGRAD_KEEP_MEMORY=0` in the environment disables both. A
    second call changes nothing.

    >>> tune_memory()
    """
    if os.environ.get("CHALKGRAD_KEEP_MEMORY") != "0":
        keep_freed_memory()
        collect_less_often()


def keep_freed_memory() -> bool:
    """Tell glibc to keep freed memory; return whether it accepted."""
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
