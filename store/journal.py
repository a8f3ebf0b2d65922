"""The write-ahead journal: every transaction is one checksummed line, and nobody is answered before
the line is on the disk. Lines that arrive while the disk is busy share the next flush. When the
disk refuses, callers are told, the lines stay pending, and the next attempt writes them first."""

from __future__ import annotations

import asyncio
import os
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import orjson

from inbox.errors import StoreDamaged
from store.files import damaged, replace_files, unavailable
from store.pages import Document

Operation = tuple[str, str, Document | None]
"""(page name, document id, document or None): what becomes of one document."""

_flush = getattr(os, "fdatasync", os.fsync)


class Journal:
    """Appends to the newest segment of a folder. `flushes`: how often the disk was waited for.

    Used on the event loop only; one thread of its own does the writing, in order.
    """

    def __init__(self, folder: Path, segment: int, size: int, last_number: int) -> None:
        """Goes on after the first `size` bytes of `segment`, whose last line is `last_number`."""
        self.folder = folder
        self.segment = segment
        self.flushes = 0
        self.bytes_since_rotation = size
        self._number = self._written_number = last_number
        self._lines: list[bytes] = []
        self._callers: list[asyncio.Future[None]] = []
        self._runner: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "earshot-journal")
        self._handle = _open_segment(folder, segment)
        self._size = size
        self._refused = False
        self._torn = False  # bytes of a failed write may be left behind the good ones

    async def append(self, line: bytes) -> None:
        """Returns once the transaction is on the disk. Raises `StoreUnavailable`; then it stays
        pending. The line is queued before this first suspends, so order is the caller's order."""
        self._number += 1
        framed_line = framed_transaction(self._number, line)
        self._lines.append(framed_line)
        self.bytes_since_rotation += len(framed_line)
        await self.settled()

    async def settled(self) -> None:
        """Returns once everything appended so far is on the disk. Raises `StoreUnavailable`."""
        if not self._lines and self._runner is None:
            return
        caller = asyncio.get_running_loop().create_future()
        self._callers.append(caller)
        if self._runner is None:
            self._runner = asyncio.create_task(self._run())
        await caller

    async def ready(self) -> None:
        """To be called before changing anything: while the disk refuses, nothing new is taken."""
        if self._refused:
            await self.settled()

    async def rotate(self) -> int:
        """Starts a new segment and returns its number; older ones get no more lines."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._start_segment)
        self.bytes_since_rotation = sum(map(len, self._lines))
        return self.segment

    async def close(self) -> None:
        """Writes what is pending if the disk lets it, and ends the thread."""
        try:
            await self.settled()
        finally:
            self._thread.shutdown(wait=True)
            os.close(self._handle)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._callers:
                lines, callers = self._lines, self._callers
                self._lines, self._callers = [], []
                outcome: OSError | None = None
                if lines:
                    try:
                        await loop.run_in_executor(self._thread, self._write, lines)
                    except OSError as error:
                        outcome = error
                        self._lines = lines + self._lines
                self._refused = outcome is not None
                for caller in callers:
                    if caller.done():  # cancelled meanwhile; its transaction stands all the same
                        continue
                    if outcome is None:
                        caller.set_result(None)
                    else:
                        caller.set_exception(unavailable(outcome))
        finally:
            self._runner = None

    def _write(self, lines: list[bytes]) -> None:
        """In the thread: all lines, one flush; the segment is cut back if that fails."""
        self._cut_back()
        data = b"".join(lines)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._handle, rest) :]
            _flush(self._handle)
        except OSError:
            self._torn = True
            self._cut_back()
            raise
        self._size += len(data)
        self._written_number += len(lines)
        self.flushes += 1

    def _cut_back(self) -> None:
        if self._torn:
            os.ftruncate(self._handle, self._size)
            self._torn = False

    def _start_segment(self) -> None:
        self._cut_back()
        try:
            create_segment(self.folder, self.segment + 1, self._written_number + 1)
            handle = _open_segment(self.folder, self.segment + 1)
        except OSError:
            segment_path(self.folder, self.segment + 1).unlink(missing_ok=True)
            raise
        os.close(self._handle)
        self._handle = handle
        self._size = os.fstat(handle).st_size
        self.segment += 1


@dataclass(frozen=True, slots=True)
class Segment:
    """What a segment file holds. `good`: bytes up to the end of the last whole line."""

    transactions: list[list[Operation]]
    first: int
    good: int


def read_segment(path: Path, *, last: bool) -> Segment:
    """Raises `StoreDamaged`. In the last segment an unfinished end, which nobody was told was
    safe, is left out: bytes without a newline, or the zeros a power cut can leave."""
    data = path.read_bytes()
    start = data.find(b"\n") + 1
    first = _first_number(path, data[:start])
    transactions: list[list[Operation]] = []
    while start < len(data):
        end = data.find(b"\n", start) + 1
        if not end or b"\0" in data[start:end]:
            if last and _unfinished(data[start:]):
                break
            raise damaged(path)
        line = data[start:end]
        body = line[line.find(b"[") : -1]
        number = first + len(transactions)
        if _frame(body) != line:
            raise damaged(path)
        stored_number, operations = orjson.loads(body)
        if stored_number != number:
            raise damaged(path, f"lacks transaction {number}")
        transactions.append(operations)
        start = end
    return Segment(transactions, first, start)


def _unfinished(tail: bytes) -> bool:
    """Whether a write that was interrupted can have left this at the end of a segment."""
    tail = tail.rstrip(b"\0")
    if b"\n" in tail:
        return False
    facts = tail.split(b" ", 2)
    # All of a line and then a byte which is no newline: that byte has been flipped.
    return not (len(facts) == 3 and facts[1].isdigit() and len(facts[2]) > int(facts[1]))


def encoded_operations(operations: list[Operation]) -> bytes:
    """JSON of one transaction's operations. Raises TypeError for what JSON cannot hold."""
    return orjson.dumps(operations)


def framed_transaction(number: int, operations: bytes) -> bytes:
    return _frame(b"[%d,%s]" % (number, operations))


def _frame(body: bytes) -> bytes:
    return b"%08x %d %s\n" % (zlib.crc32(body), len(body), body)


def create_segment(folder: Path, number: int, first: int) -> None:
    """An empty segment, whole from the start. `first`: the number of its first transaction."""
    replace_files([(segment_path(folder, number), _header(number, first))])


def segment_path(folder: Path, number: int) -> Path:
    return folder / f"{number:010d}.log"


def segments_in(folder: Path) -> list[int]:
    """The numbers of the segments that are there, ascending."""
    return sorted(int(file.stem) for file in folder.glob("*.log"))


def _header(segment: int, first: int) -> bytes:
    return _frame(b"[%d,%d]" % (segment, first))


def _first_number(path: Path, header: bytes) -> int:
    """The number of the first transaction, as the segment's header says."""
    try:
        segment, first = orjson.loads(header[header.find(b"[") : -1])
        if header == _header(int(path.stem), first) and segment == int(path.stem):
            return int(first)
    except (ValueError, TypeError):
        pass
    raise damaged(path)


def _open_segment(folder: Path, number: int) -> int:
    path = segment_path(folder, number)
    try:
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise StoreDamaged(f"The journal {path} is missing.") from error
