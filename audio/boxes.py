"""The top-level boxes of an MP4 file, for the sake of one fault.

WebKit on Linux writes `ftyp` and `moof` boxes twice now and then, and decoders then find up to
some 40 undecodable packets. Leaving out the second of two equal boxes while reading cures it; the
original stays as it was recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Protocol

HEADER = 8
REPEATED = (b"ftyp", b"moof")
LARGEST_COMPARED = 1 << 20


class Reader(Protocol):
    """Anything that gives bytes; `b""` is the end. It may give fewer than were asked for."""

    def read(self, size: int, /) -> bytes: ...


class WithoutRepeats:
    """Reads an MP4 stream from its beginning, leaving out boxes that repeat the one before.

    It cannot seek, which fragmented files (all that browsers record) do not need.
    """

    def __init__(self, source: Reader) -> None:
        self._source = source
        self._ready = b""
        self._passing = 0
        self._last = b""
        self._open_ended = False

    def read(self, size: int) -> bytes:
        while not self._ready:
            if self._open_ended:
                return self._source.read(size)
            if self._passing:
                piece = self._source.read(min(size, self._passing))
                self._passing = self._passing - len(piece) if piece else 0
                return piece
            if not self._next_box():
                return b""
        piece, self._ready = self._ready[:size], self._ready[size:]
        return piece

    def _next_box(self) -> bool:
        header = read_fully(self._source, HEADER)
        size, kind = int.from_bytes(header[:4], "big"), header[4:8]
        if size < HEADER:
            self._open_ended = True
        elif kind not in REPEATED or size > LARGEST_COMPARED:
            self._passing = size - HEADER
            self._last = b""
        else:
            header += read_fully(self._source, size - HEADER)
            repeat, self._last = header == self._last, header
            if repeat:
                return True
        self._ready = header
        return bool(header)


def is_fragmented(file: BinaryIO) -> bool:
    """Whether an MP4 file is written in fragments; leaves the position anywhere."""
    return any(kind == b"moof" for kind in _kinds(file))


def _kinds(file: BinaryIO) -> Iterator[bytes]:
    at = 0
    while True:
        file.seek(at)
        header = file.read(HEADER)
        size = int.from_bytes(header[:4], "big")
        if len(header) < HEADER or size < HEADER:
            return
        yield header[4:8]
        at += size


def read_fully(source: Reader, size: int) -> bytes:
    """`size` bytes, fewer only at the end."""
    pieces = []
    while size:
        piece = source.read(size)
        if not piece:
            break
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)
