"""What the headers of an MP4 file may claim before FFmpeg is allowed to believe them.

FFmpeg unrolls an MP4's tables: a file of 4 KB that claims 60 million samples takes 2 GB, and a
packed header unpacks to a thousand times its size. So claims are added up over the whole file
first, wherever in its headers they stand, and refused when no voice note could need them.
"""

from __future__ import annotations

import re
import struct

from inbox.errors import NotAudio

MOST_SAMPLES = 3_000_000
"""4 hours in packets of 5 ms, or a minute of PCM (of which every sample counts); 125 MB."""

MOST_UNITS = 4 * 3600 * 48_000
"""Samples of PCM that chunks may claim to hold."""

# Found wherever the letters stand, even overlapping: where boxes begin, the file itself says.
_TABLE = re.compile(rb"(?=(stsz|stz2|trun|senc|saiz|stts|ctts|stsc|stco|co64|dcom))", re.DOTALL)
_COUNT_AT = {b"stsz": (8,), b"stz2": (8,), b"trun": (4,), b"senc": (4,), b"saiz": (5, 13)}


class Bounds:
    """Adds up the claims of one file."""

    def __init__(self) -> None:
        self._samples = 0
        self._timed = 0
        self._chunks = 0
        self._units_per_chunk = 0

    def check(self, box: bytes) -> None:
        """Looks through a top-level box that is not `mdat`. Raises `NotAudio`."""
        for found in _TABLE.finditer(box):
            self._add(found[1], box, found.start() + 4)
            if (
                self._samples > MOST_SAMPLES
                or self._timed > 2 * MOST_SAMPLES
                or self._chunks * self._units_per_chunk > MOST_UNITS
            ):
                raise NotAudio("This file claims to hold more sound than a voice note can.")

    def _add(self, kind: bytes, box: bytes, at: int) -> None:
        if kind == b"dcom":
            raise NotAudio("This file's header is packed in a way that Earshot does not open.")
        if kind in _COUNT_AT:
            self._samples += max(_number(box, at + offset) for offset in _COUNT_AT[kind])
        elif kind in (b"stts", b"ctts"):
            self._timed += sum(_column(box, at, columns=2, wanted=0))
        elif kind == b"stsc":
            self._units_per_chunk = max(
                self._units_per_chunk, *_column(box, at, columns=3, wanted=1), 0
            )
        else:
            self._chunks += _number(box, at + 4)


def _number(box: bytes, at: int) -> int:
    return int.from_bytes(box[at : at + 4], "big")


def _column(box: bytes, at: int, *, columns: int, wanted: int) -> tuple[int, ...]:
    """One column of a table: flags, count of rows, rows of 32-bit numbers."""
    start, width = at + 8, 4 * columns
    rows = max(0, min(_number(box, at + 4), (len(box) - start) // width))
    numbers = struct.unpack_from(f">{rows * columns}I", box, start) if rows else ()
    return numbers[wanted::columns]
