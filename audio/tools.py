"""The `AudioTools` of the inbox, made with PyAV and pydub."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from audio.boxes import Reader, WithoutRepeats, check_headers
from audio.decoding import describe
from audio.kinds import HEAD, kind_of
from audio.listening import LiveListener
from inbox.models import Description

MOST_LISTENERS = 32
DESCRIBERS = 2


class PyAvTools:
    """`listeners`: how many takes are described while they arrive; the others at their end."""

    def __init__(self, *, listeners: int = MOST_LISTENERS) -> None:
        self._seats = threading.BoundedSemaphore(listeners)
        # Threads of its own: minutes of hostile audio must not keep the store's writes waiting.
        self._threads = ThreadPoolExecutor(DESCRIBERS, thread_name_prefix="earshot-describe")

    async def describe(self, file: Path) -> Description:
        """Decodes the whole file, in a thread. Raises `NotAudio` with a sentence.

        When cancelled, the decoding ends as well.
        """
        unwanted = threading.Event()
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, describe_file, file, unwanted.is_set)
        finally:
            unwanted.set()

    def listen(self) -> LiveListener:
        """A listener for one take; `close` it when nobody will `finish` it."""
        return LiveListener(self._seats)


def describe_file(file: Path, stopped: Callable[[], bool] = lambda: False) -> Description:
    """As `PyAvTools.describe`, blocking. Once `stopped`, what it returns is worth nothing."""
    with file.open("rb") as opened:
        kind = kind_of(opened.read(HEAD))
        streams = kind.demuxer == "mov" and check_headers(opened)
        opened.seek(0)
        source: Reader = WithoutRepeats(opened) if streams else opened
        return describe(source, kind, stopped)
