"""Describes a take while it arrives, so that Send has nothing left to decode.

One thread per live take reads from the bytes fed so far and blocks, without polling, when there
are none: FFmpeg pulls, the browser pushes, and a `Take` stands between them. WebM, Ogg and
fragmented MP4 can all be read this way; whatever cannot ends in `NotAudio`, and the caller
describes the whole file instead.
"""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections import deque
from concurrent.futures import Future

from audio.boxes import Reader, WithoutRepeats, read_fully
from audio.decoding import describe
from audio.kinds import HEAD, kind_of
from inbox.errors import NotAudio
from inbox.models import Description


class LiveListener:
    """A `Listener` over a thread that starts with the first byte and ends with the take.

    `seats` bounds how many listen at a time; without a seat `finish` raises `NotAudio` at once.
    Dropping a listener ends its thread too.
    """

    def __init__(self, seats: threading.Semaphore) -> None:
        self._seats = seats
        self._fed = 0
        self._take: Take | None = None
        self._outcome: Future[Description] = Future()

    @property
    def fed(self) -> int:
        return self._fed

    def feed(self, chunk: bytes) -> None:
        self._fed += len(chunk)
        if self._take is None and chunk and not self._outcome.done():
            self._start()
        if self._take is not None:
            self._take.put(chunk)

    async def finish(self) -> Description:
        if self._take is not None:
            self._take.end()
        elif not self._outcome.done():
            raise NotAudio("This recording is empty.")
        return await asyncio.wrap_future(self._outcome)

    def close(self) -> None:
        if self._take is not None:
            self._take.stop()
        elif not self._outcome.done():
            self._outcome.set_exception(NotAudio("Nobody listened to this recording."))

    def _start(self) -> None:
        if not self._seats.acquire(blocking=False):
            self._outcome.set_exception(NotAudio("Too many recordings are made just now."))
            return
        take = Take()
        try:
            threading.Thread(
                target=_listen,
                args=(take, self._outcome, self._seats),
                name="earshot-listener",
                daemon=True,
            ).start()
        except RuntimeError:  # the system has no more threads
            self._seats.release()
            self._outcome.set_exception(NotAudio("Too much is going on to listen just now."))
            return
        self._take = take
        weakref.finalize(self, take.stop)


def _listen(take: Take, outcome: Future[Description], seats: threading.Semaphore) -> None:
    outcome.set_running_or_notify_cancel()  # from here on a cancelled `finish` cannot cancel it
    try:
        description = _describe_live(take)
    except BaseException as error:  # noqa: BLE001  whoever awaits `finish` gets it
        outcome.set_exception(error)
    else:
        outcome.set_result(description)
    finally:
        take.stop()
        seats.release()


def _describe_live(take: Take) -> Description:
    head = read_fully(take, HEAD)
    kind = kind_of(head)
    take.put_back(head)
    source: Reader = WithoutRepeats(take) if kind.demuxer == "mov" else take
    description = describe(source, kind, lambda: take.stopped)
    if take.stopped:
        raise NotAudio("Nobody listened to the end of this recording.")
    return description


class Take:
    """Bytes between the one who feeds and the thread that reads; what was read is dropped."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._chunks: deque[memoryview] = deque()
        self._ended = False
        self.stopped = False

    def put(self, chunk: bytes) -> None:
        with self._news:
            if chunk and not self._ended and not self.stopped:
                self._chunks.append(memoryview(chunk))
                self._news.notify()

    def put_back(self, chunk: bytes) -> None:
        """To be read again, before everything else."""
        with self._news:
            self._chunks.appendleft(memoryview(chunk))

    def end(self) -> None:
        """No more will come."""
        with self._news:
            self._ended = True
            self._news.notify()

    def stop(self) -> None:
        """Nobody wants the rest."""
        with self._news:
            self.stopped = True
            self._chunks.clear()
            self._news.notify()

    def read(self, size: int) -> bytes:
        """At least one byte and at most `size`, as soon as there are any; `b""` at the end."""
        with self._news:
            while not self._chunks and not self._ended and not self.stopped:
                self._news.wait()
            if not self._chunks:
                return b""
            chunk = self._chunks.popleft()
            if len(chunk) > size:
                self._chunks.appendleft(chunk[size:])
            return bytes(chunk[:size])
