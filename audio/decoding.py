"""From bytes to a `Description`, by decoding everything once, frame by frame.

Undecodable packets are counted and passed over, so a truncated or slightly damaged take is
described by what can be heard. Duration comes from decoded samples: headers lie, and Chromium's
WebM has none. PyAV's errors end here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import NoReturn

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition

from audio.boxes import Reader
from audio.kinds import DECODERS, Kind
from audio.meter import RATE, Meter
from inbox.errors import NotAudio
from inbox.models import Description

LONGEST_MS = 4 * 60 * 60 * 1000
MOST_VALUES = LONGEST_MS * 48 * 2
"""Of all channels together: 4 hours of stereo. Bounds the work that a small file can ask for."""

MOST_CHANNELS = 8
RATES = range(4_000, 384_001)
FRUITLESS = 2_000
"""Packets in a row without a sound, after which nothing more is expected."""

_BROKEN = (av.FFmpegError, ValueError, LookupError, ArithmeticError, MemoryError)
_log = logging.getLogger("earshot.audio")


def describe(
    source: Reader, kind: Kind, stopped: Callable[[], bool] = lambda: False
) -> Description:
    """Decodes `source` to its end, or until `stopped`. Blocks; raises `NotAudio`.

    If `source` can seek it stands at 0. What it raises itself (a disk's `OSError`) goes through.
    """
    careful = Careful(source)
    try:
        with _opened(careful, kind) as container:
            return _description(container, kind, stopped)
    except _BROKEN as error:
        raise NotAudio("This file is damaged: no sound can be decoded from it.") from error
    finally:
        if careful.trouble is not None:
            raise careful.trouble


class Careful:
    """A source that ends where it would raise, and remembers why.

    FFmpeg may go on reading after an error, and PyAV keeps an exception for whoever comes next.
    """

    def __init__(self, source: Reader) -> None:
        self._source = source
        self.trouble: Exception | None = None
        for name in ("seek", "tell"):
            if hasattr(source, name):
                setattr(self, name, getattr(source, name))

    def read(self, size: int) -> bytes:
        if self.trouble is None:
            try:
                return self._source.read(size)
            except Exception as error:  # noqa: BLE001  `describe` raises it
                self.trouble = error
        return b""


def _opened(source: Reader, kind: Kind) -> InputContainer:
    return av.open(
        source,
        mode="r",
        format=kind.demuxer,
        container_options={"codec_whitelist": ",".join(DECODERS), "max_streams": "16"},
        metadata_errors="ignore",
        io_open=_refuse,
    )


def _refuse(*_: object) -> NoReturn:
    raise ValueError("a recording may not name other files")


def _description(container: InputContainer, kind: Kind, stopped: Callable[[], bool]) -> Description:
    stream = _voice(container)
    meter = Meter()
    first: AudioFrame | None = None
    mono = ToMono()
    values = 0
    for frame in _frames(container, stream, stopped):
        _check(frame)
        first = first or frame
        for pcm in mono.convert(frame):
            meter.add(pcm)
        values += frame.samples * frame.layout.nb_channels
        if meter.duration_ms > LONGEST_MS or values > MOST_VALUES:
            raise NotAudio("This recording is too long: 4 hours are the most.")
    for pcm in mono.rest():
        meter.add(pcm)
    if first is None or not meter.samples:
        raise NotAudio("This recording has no sound in it, not even silence.")
    return Description(
        container=kind.word,
        codec=stream.codec_context.codec.canonical_name,
        channels=first.layout.nb_channels,
        sample_rate=first.sample_rate,
        duration_ms=meter.duration_ms,
        peaks=meter.peaks(),
        loudness=meter.loudness(),
    )


def _voice(container: InputContainer) -> AudioStream:
    """The stream to listen to. A cover picture does not make a recording a video."""
    for video in container.streams.video:
        if not video.disposition & Disposition.attached_pic:
            raise NotAudio("This file is a video, not a voice note.")
    if not container.streams.audio:
        raise NotAudio("There is no sound in this file.")
    stream = container.streams.audio[0]
    if getattr(stream.codec_context, "name", None) not in DECODERS:  # None: no decoder at all
        raise NotAudio("The sound in this file is of a kind that Earshot cannot read.")
    stream.codec_context.thread_count = 1
    return stream


def _frames(
    container: InputContainer, stream: AudioStream, stopped: Callable[[], bool]
) -> Iterator[AudioFrame]:
    bad = fruitless = 0
    packets = container.demux(stream)
    while not stopped() and fruitless < FRUITLESS:
        try:
            packet = next(packets)
        except StopIteration:
            break
        except av.FFmpegError:
            bad += 1
            break
        frames: list[AudioFrame] = []
        try:
            frames = packet.decode()
        except av.FFmpegError:
            bad += 1
        fruitless = 0 if frames else fruitless + 1
        yield from frames
    if bad:
        _log.info("%d packets of a recording could not be decoded", bad)


def _check(frame: AudioFrame) -> None:
    if frame.layout.nb_channels > MOST_CHANNELS or frame.sample_rate not in RATES:
        raise NotAudio("This file claims a sound that no microphone records.")


class ToMono:
    """Turns frames into 16-bit mono 48 kHz, also when their format changes on the way."""

    def __init__(self) -> None:
        self._format: tuple[str, str, int] | None = None
        self._resampler: AudioResampler | None = None

    def convert(self, frame: AudioFrame) -> Iterator[memoryview]:
        now = (frame.format.name, frame.layout.name, frame.sample_rate)
        if self._resampler is None or now != self._format:
            yield from self.rest()
            self._format = now
            self._resampler = AudioResampler(format="s16", layout="mono", rate=RATE)
        frame.pts = None  # timestamps of a damaged file must not matter, samples do
        yield from map(_samples, self._resampler.resample(frame))

    def rest(self) -> Iterator[memoryview]:
        """What the resampler still holds."""
        if self._resampler is not None:
            yield from map(_samples, self._resampler.resample(None))
            self._resampler = None


def _samples(frame: AudioFrame) -> memoryview:
    return memoryview(frame.planes[0])[: frame.samples * 2]
