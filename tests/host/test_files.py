"""A file is whole or not there, a device is written to, and nothing is left lying about."""

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from autograd.host.files import write_whole

posix = pytest.mark.skipif(os.name != "posix", reason="devices and locks of POSIX")


def test_a_file_is_made_with_its_folders_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.txt"
    for content in (b"one", b"two"):
        assert write_whole(path, content) == path
        assert path.read_bytes() == content
    assert os.listdir(path.parent) == ["b.txt"]


@posix
def test_a_pipe_stays_a_pipe(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(path.read_bytes()))
    reader.start()
    write_whole(path, b"through")
    reader.join()
    assert received == [b"through"]
    assert stat.S_ISFIFO(os.stat(path).st_mode)


@posix
def test_a_device_is_written_to() -> None:
    assert write_whole("/dev/null", b"away") == Path("/dev/null")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


KILLED = """
import os, sys
import autograd.host.files as files
os.replace = lambda *_: os.kill(os.getpid(), 9)
files.write_whole(sys.argv[1], b"x" * 1000)
"""


@posix
def test_what_a_killed_process_left_is_removed_by_the_next(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"old")
    subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert len(os.listdir(tmp_path)) == 2
    assert path.read_bytes() == b"old"
    write_whole(path, b"new")
    assert os.listdir(tmp_path) == ["f"]


@posix
def test_what_another_process_is_writing_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = os.replace

    def replace_after_another(source: Path, target: Path) -> None:
        monkeypatch.setattr(os, "replace", replace)
        write_whole(tmp_path / "other", b"other")
        replace(source, target)

    monkeypatch.setattr(os, "replace", replace_after_another)
    write_whole(tmp_path / "f", b"mine")
    assert (tmp_path / "f").read_bytes() == b"mine"
    assert sorted(os.listdir(tmp_path)) == ["f", "other"]


def test_a_failure_names_the_path_and_keeps_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left on device") as caught:
        write_whole(path, b"new")
    assert caught.value.filename == str(path)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["f"]


def test_a_folder_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError, match="taken"):
        write_whole(tmp_path / "taken", b"")
    assert os.listdir(tmp_path) == ["taken"]
