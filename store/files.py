"""Files that are whole or not there at all. A framed file carries its own name, length and CRC-32
in its first line, so that truncation, flipped bits and swapped files are noticed; it is only ever
replaced as a whole. The lock keeps a second process out of a folder."""

from __future__ import annotations

import fcntl
import os
import zlib
from collections.abc import Iterable
from pathlib import Path

from inbox.errors import StoreBusy, StoreDamaged, StoreUnavailable

TEMPORARY = ".tmp"


def replace_files(contents: Iterable[tuple[Path, bytes]]) -> None:
    """Durably replaces each file, all or nothing for each of them. Raises OSError.

    All temporary files are flushed before the first one gets its final name, and every folder is
    flushed once at the end: some disks make one flush of many small ones.
    """
    written: list[tuple[Path, Path]] = []
    try:
        for path, data in contents:
            temporary = path.with_name(path.name + TEMPORARY)
            written.append((temporary, path))
            write_flushed(temporary, data)
    except OSError:
        for temporary, _ in written:
            temporary.unlink(missing_ok=True)
        raise
    for temporary, path in written:
        temporary.replace(path)
    for folder in {path.parent for _, path in written}:
        flush_folder(folder)


def write_flushed(path: Path, data: bytes) -> None:
    """Creates or overwrites a file and waits until the disk has it."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Waits until the disk has the names in this folder."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """Creates a folder durably, with its parents; no error if it is there."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    flush_folder(folder.parent)


def framed(name: str, body: bytes) -> bytes:
    """The bytes of a framed file: one line of facts, then `body`, then a newline."""
    return b"earshot 1 %08x %d %s\n%s\n" % (zlib.crc32(body), len(body), name.encode(), body)


def unframed(path: str | Path, data: bytes) -> bytes:
    """The body of a framed file. Raises `StoreDamaged` unless every byte checks out."""
    start = data.find(b"\n") + 1
    body = data[start:-1]
    if framed(str(path).rpartition("/")[2], body) != data:
        raise damaged(path)
    return body


def damaged(path: str | Path, what: str = "is damaged") -> StoreDamaged:
    """The sentence for a file that cannot be trusted."""
    return StoreDamaged(
        f"The file {path} {what}. Earshot does not start with it and has changed nothing; "
        "put it back from a backup."
    )


def unavailable(error: OSError) -> StoreUnavailable:
    """The sentence for a disk that refuses."""
    reason = error.strerror or str(error)
    return StoreUnavailable(
        f"The disk refused to write ({reason}). What was saved before is safe; "
        "make room or repair it, then try again."
    )


class FolderLock:
    """Held for as long as a process uses a folder; the system drops it when the process dies."""

    def __init__(self, folder: Path) -> None:
        """Raises `StoreBusy` if another process holds it."""
        self._handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._handle)
            raise StoreBusy(
                f"Another Earshot is using the folder {folder}. "
                "Stop it first, or give this one a folder of its own."
            ) from error

    def release(self) -> None:
        """Lets the next process in."""
        os.close(self._handle)
