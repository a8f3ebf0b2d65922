"""The `AudioTools` of the inbox, made with PyAV and pydub."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import BinaryIO

from audio.boxes import Reader, WithoutRepeats, is_fragmented
from audio.decoding import describe
from audio.kinds import HEAD, kind_of
from audio.listening import LiveListener
from inbox.models import Description

MOST_LISTENERS = 32


class PyAvTools:
    """`listeners`: how many takes are described while they arrive; the others at their end."""

    def __init__(self, *, listeners: int = MOST_LISTENERS) -> None:
        self._seats = threading.BoundedSemaphore(listeners)

    async def describe(self, file: Path) -> Description:
        """Decodes the whole file, in a thread. Raises `NotAudio` with a sentence."""
        return await asyncio.to_thread(describe_file, file)

    def listen(self) -> LiveListener:
        """A listener for one take; `close` it when nobody will `finish` it."""
        return LiveListener(self._seats)


def describe_file(file: Path) -> Description:
    """As `PyAvTools.describe`, blocking."""
    with file.open("rb") as opened:
        kind = kind_of(opened.read(HEAD))
        fragmented = kind.demuxer == "mov" and is_fragmented(opened)
        opened.seek(0)
        return describe(_seen(opened, fragmented), kind)


def _seen(opened: BinaryIO, fragmented: bool) -> Reader:
    return WithoutRepeats(opened) if fragmented else opened
