"""Memory that a graph has let go is kept for the next one.

Every step of a training makes and frees the same arrays. glibc, the C library of most Linux
systems, hands large freed blocks back to the kernel at once, and the kernel clears every page when
it gives it out again: on a small convolutional network that takes several times as long as the
arithmetic. `keep_freed_memory` raises glibc's thresholds for the whole process, once, when
`autograd` is imported. The price is that a process keeps up to 1 GiB which it no longer uses.

Set the environment variable `CHALKGRAD_KEEP_MEMORY=0` to leave the allocator alone. It is also left
alone where the user has set its thresholds, and where the C library is another.

Source of the numbers of the options: glibc's `malloc.h`; of the largest threshold, `mallopt(3)`.
"""

import ctypes
import os

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3
_MEBIBYTE = 2**20
_LARGEST_MMAP_THRESHOLD = 4 * _MEBIBYTE * ctypes.sizeof(ctypes.c_long)


def keep_freed_memory() -> bool:
    """Tell glibc to keep what is freed; whether it has taken the advice."""
    chosen_by_user = any(name.startswith(("MALLOC_", "GLIBC_TUNABLES")) for name in os.environ)
    if os.environ.get("CHALKGRAD_KEEP_MEMORY") == "0" or chosen_by_user:
        return False
    if not _is_glibc():
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


keep_freed_memory()
