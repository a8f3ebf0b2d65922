"""Bytes on disk under ids of ours: growing in `drafts/`, then sealed for good in `originals/`.
An id is checked before it becomes part of a path, so that no path leaves the folder. Requests for
the same id take turns, in the threads that do the work, so that a cancelled one finishes first."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from weakref import WeakValueDictionary

from inbox.errors import BadRequest, NotAllowed, NotFound, OffsetConflict
from store.files import flush_folder, make_folder, unavailable

BLOCK = 64 * 1024
DRAFTS, ORIGINALS = "drafts", "originals"

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_flush = getattr(os, "fdatasync", os.fsync)
T = TypeVar("T")


class MediaFolder:
    """Implements `inbox.protocols.MediaStore` in one folder. Every method raises `BadRequest` for
    an id which is not 1 to 64 lower-case letters, digits, - and _."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._locks: WeakValueDictionary[str, _Lock] = WeakValueDictionary()

    async def append(self, media_id: str, offset: int, chunk: bytes) -> int:
        """Raises `OffsetConflict`, `NotAllowed`, and `StoreUnavailable` with nothing appended."""
        return await self._alone(media_id, lambda: self._append(media_id, offset, chunk))

    async def seal(self, media_id: str) -> None:
        await self._alone(media_id, lambda: self._seal(media_id))

    async def delete(self, media_id: str) -> None:
        await self._alone(media_id, lambda: self._delete(media_id))

    async def size(self, media_id: str) -> int:
        facts = await asyncio.to_thread(self._facts, media_id)
        return facts.st_size if facts else 0

    async def touched_at(self, media_id: str) -> datetime | None:
        facts = await asyncio.to_thread(self._facts, media_id)
        return datetime.fromtimestamp(facts.st_mtime, UTC) if facts else None

    async def read(self, media_id: str, start: int, stop: int) -> AsyncIterator[bytes]:
        handle = await asyncio.to_thread(self._open, media_id)
        try:
            while start < stop:
                block = await asyncio.to_thread(os.pread, handle, min(BLOCK, stop - start), start)
                if not block:
                    return
                start += len(block)
                yield block
        finally:
            os.close(handle)

    async def sha256(self, media_id: str) -> str:
        return await asyncio.to_thread(self._sha256, media_id)

    @asynccontextmanager
    async def file(self, media_id: str) -> AsyncIterator[Path]:
        handle = await asyncio.to_thread(self._open, media_id)
        try:
            yield Path(f"/dev/fd/{handle}")  # by number, it may be sealed or deleted meanwhile
        finally:
            os.close(handle)

    # --- in threads ---------------------------------------------------------------------------

    async def _alone(self, media_id: str, work: Callable[[], T]) -> T:
        lock = self._locks.setdefault(media_id, _Lock())

        def locked() -> T:
            with lock.lock:
                try:
                    return work()
                except OSError as error:
                    raise unavailable(error) from error

        return await asyncio.to_thread(locked)

    def _append(self, media_id: str, offset: int, chunk: bytes) -> int:
        if self._original(media_id).exists():
            raise NotAllowed("This recording is finished; nothing can be added to it.")
        path = self._draft(media_id)
        size = path.stat().st_size if path.exists() else 0
        if offset != size:
            raise OffsetConflict(size)
        make_folder(path.parent)
        is_new = not path.exists()
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            _write_at(handle, offset, chunk)
            _flush(handle)
            if is_new:
                flush_folder(path.parent)
        except OSError:
            os.ftruncate(handle, offset)
            raise
        finally:
            os.close(handle)
        return offset + len(chunk)

    def _seal(self, media_id: str) -> None:
        draft, original = self._draft(media_id), self._original(media_id)
        if not original.exists():
            if not draft.exists():
                raise NotFound("There is no such recording.")
            make_folder(original.parent)
            with draft.open("rb") as file:
                os.fsync(file.fileno())
            draft.rename(original)
        # Also when it was done before: that one may have died between renaming and this.
        flush_folder(original.parent)
        if draft.parent.exists():
            flush_folder(draft.parent)

    def _delete(self, media_id: str) -> None:
        for path in (self._draft(media_id), self._original(media_id)):
            if path.exists():
                path.unlink()
                flush_folder(path.parent)

    def _facts(self, media_id: str) -> os.stat_result | None:
        try:
            return self._existing(media_id).stat()
        except NotFound:
            return None

    def _open(self, media_id: str) -> int:
        for _ in range(2):  # it may be sealed between looking and opening
            try:
                return os.open(self._existing(media_id), os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                continue
        raise NotFound("There is no such recording.")

    def _sha256(self, media_id: str) -> str:
        with os.fdopen(self._open(media_id), "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def _existing(self, media_id: str) -> Path:
        draft, original = self._draft(media_id), self._original(media_id)
        for path in (original, draft, original):  # again: it may have been sealed in between
            if path.exists():
                return path
        raise NotFound("There is no such recording.")

    def _draft(self, media_id: str) -> Path:
        return self.folder / DRAFTS / _checked(media_id)

    def _original(self, media_id: str) -> Path:
        return self.folder / ORIGINALS / _checked(media_id)[:2] / media_id


class _Lock:
    """A lock that can be referred to weakly: it lives while somebody uses it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()


def _write_at(handle: int, offset: int, chunk: bytes) -> None:
    rest = memoryview(chunk)
    while rest:
        written = os.pwrite(handle, rest, offset)
        offset, rest = offset + written, rest[written:]


def _checked(media_id: str) -> str:
    if not _ID.fullmatch(media_id):
        raise BadRequest("This is not the id of a recording.")
    return media_id
