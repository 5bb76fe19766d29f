"""Files that are always whole."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # Windows, where an open file cannot be deleted, which is as good as a lock
    fcntl = None  # type: ignore[assignment]

FilePath = str | os.PathLike[str]


def write_whole(path: FilePath, content: bytes) -> Path:
    """Replace the file `path` by `content` in one step and wait until it is on the disk.

    It is written beside `path` under another name, which then takes the place of the old file: at
    every moment, also after a crash, there is the old file or the whole new one. Folders are made
    as needed, links are followed, and the permissions of an old file stay. A device or pipe is
    written to. What a killed process has left behind is removed.

    Raises `OSError`, which names `path`.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_whole(f"{folder}/new/values.txt", b"1 2 3").read_bytes()
    b'1 2 3'
    """
    target = Path(os.path.realpath(path))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and not target.is_file() and not target.is_dir():
            target.write_bytes(content)
        else:
            _replace(target, content)
    except OSError as error:
        raise type(error)(error.errno, error.strerror or str(error), str(path)) from None
    return Path(path)


def _replace(target: Path, content: bytes) -> None:
    for leftover in target.parent.glob(".chalkgrad-*.tmp"):
        _remove_unless_in_use(leftover)
    temporary = target.with_name(f".chalkgrad-{secrets.token_hex(8)}.tmp")
    try:
        with _locked(temporary) as file:
            if target.exists():
                shutil.copymode(target, temporary)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            if os.name == "posix":
                # Still locked: nobody takes it for a leftover.
                os.replace(temporary, target)
        if os.name != "posix":
            os.replace(temporary, target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if os.name == "posix":
        # The new name is an entry of the folder, which is written apart from the file.
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def _locked(path: Path) -> Iterator[BinaryIO]:
    """Make a new file; the lock on it ends with the process, however that ends."""
    with open(path, "xb") as file:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _remove_unless_in_use(path: Path) -> None:
    try:
        with open(path, "rb") as file:
            if fcntl is not None:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink()
    except OSError:
        # Another process is writing it, or has just renamed it.
        return
