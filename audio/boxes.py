"""The top-level boxes of an MP4 file: checked before FFmpeg sees them, and each only once.

WebKit on Linux writes `ftyp` and `moof` boxes twice now and then, and decoders then find up to
some 40 undecodable packets. Leaving out the second of two equal boxes while reading cures it; the
original stays as it was recorded.
"""

from __future__ import annotations

from typing import BinaryIO, Protocol

from audio.bounds import Bounds
from inbox.errors import NotAudio

REPEATED = (b"ftyp", b"moof")
LARGEST_HEADER = 32 << 20
_TO_THE_END = 1 << 63


class Reader(Protocol):
    """Anything that gives bytes; `b""` is the end. It may give fewer than were asked for."""

    def read(self, size: int, /) -> bytes: ...


class WithoutRepeats:
    """Reads an MP4 stream from its beginning, leaving out boxes that repeat the one before.

    It cannot seek, which fragmented files (all that browsers record) do not need. `read` raises
    `NotAudio` for headers out of `Bounds`.
    """

    def __init__(self, source: Reader) -> None:
        self._source = source
        self._bounds = Bounds()
        self._ready = b""
        self._passing = 0
        self._last = b""

    def read(self, size: int) -> bytes:
        while not self._ready:
            if self._passing:
                piece = self._source.read(min(size, self._passing))
                self._passing = self._passing - len(piece) if piece else 0
                return piece
            if not self._next_box():
                return b""
        piece, self._ready = self._ready[:size], self._ready[size:]
        return piece

    def _next_box(self) -> bool:
        start, kind, rest = _box_start(self._source)
        if kind == b"mdat":
            self._ready, self._passing, self._last = start, rest, b""
            return True
        box = _header_box(self._source, start, rest, self._bounds)
        repeat = kind in REPEATED and box == self._last
        self._ready, self._last = b"" if repeat else box, box
        return bool(box)


def check_headers(file: BinaryIO) -> bool:
    """Whether an MP4 file is written in fragments; leaves the position anywhere.

    Raises `NotAudio` for headers out of `Bounds`.
    """
    bounds, at, fragmented = Bounds(), 0, False
    while True:
        file.seek(at)
        start, kind, rest = _box_start(file)
        if not start:
            return fragmented
        fragmented = fragmented or kind == b"moof"
        if kind != b"mdat":
            _header_box(file, start, rest, bounds)
        if rest == _TO_THE_END:
            return fragmented
        at += len(start) + rest


def _box_start(source: Reader) -> tuple[bytes, bytes, int]:
    """Size and kind as they stand in the file, the kind, and how many bytes follow.

    A box of an impossible size has no kind and goes to the end.
    """
    start = read_fully(source, 8)
    size, kind = int.from_bytes(start[:4], "big"), start[4:8]
    if size == 1:
        start += read_fully(source, 8)
        size = int.from_bytes(start[8:], "big")
    if size == 0:
        return start, kind, _TO_THE_END
    if size < len(start) or size >= _TO_THE_END:
        return start, b"", _TO_THE_END
    return start, kind, size - len(start)


def _header_box(source: Reader, start: bytes, rest: int, bounds: Bounds) -> bytes:
    """The whole box, checked. Without `mdat` it is small, or no box of a voice note."""
    box = start + read_fully(source, min(rest, LARGEST_HEADER + 1))
    if len(box) > LARGEST_HEADER:
        raise NotAudio("This file's header is too large for a voice note.")
    bounds.check(box)
    return box


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
