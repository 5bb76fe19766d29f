"""Files that are always whole."""

import os
import secrets
import shutil
from pathlib import Path

FilePath = str | os.PathLike[str]


def write_whole(path: FilePath, content: bytes) -> None:
    """Replace the file `path` by `content` in one step, and wait until it is on the disk.

    It is written beside `path` under another name, which then takes the place of the old file: at
    every moment, also after a crash, there is the old file or the whole new one. Folders are made
    as needed, links are followed, and the permissions of an old file stay.
    """
    target = Path(os.path.realpath(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".chalkgrad-{secrets.token_hex(8)}.tmp")
    try:
        with open(temporary, "xb") as file:
            if target.exists():
                shutil.copymode(target, temporary)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
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
