"""Known sounds for the fake microphone, and ears that know them again.

A take of 440, 880 and 1320 Hz, a second each, shows by the strongest tone of every 100 ms whether
anything is missing, doubled or out of order.
"""

from __future__ import annotations

import io
import math
import wave
from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream

RATE = 48_000
TONES = (440, 880, 1320, 1760)
"""Hz that `strongest` can tell apart."""


def write_tones(
    path: Path, tones: Iterable[tuple[float, float]], *, level: float = 0.5, silence: float = 0.02
) -> None:
    """Writes a WAV (16-bit PCM, mono, 48 kHz) of `(Hz, seconds)` in order; 0 Hz is silence.

    It ends in `silence` seconds (at least 0.01), because Chromium's fake microphone repeats the
    last 10 ms for ever when told not to loop.
    """
    samples = array("h")
    for hz, seconds in (*tones, (0.0, max(silence, 0.01))):
        samples.extend(_tone(hz, round(seconds * RATE), level))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())


def _tone(hz: float, count: int, level: float) -> Iterable[int]:
    step = 2 * math.pi * hz / RATE
    return (round(level * 32_767 * math.sin(step * i)) for i in range(count))


def strongest(
    pcm: bytes, window_ms: int = 100, tones: Sequence[int] = TONES, quiet: float = 0.003
) -> list[int]:
    """The tone that dominates each whole window of mono 16-bit 48 kHz samples, 0 for none.

    A window counts as silent below an RMS of `quiet` (of full scale), and as no tone when none of
    `tones` carries at least half of its power.
    """
    samples = array("h", pcm)
    size = RATE * window_ms // 1000
    return [
        _strongest(samples[at : at + size], tones, quiet)
        for at in range(0, len(samples) - size + 1, size)
    ]


def _strongest(window: Sequence[int], tones: Sequence[int], quiet: float) -> int:
    power = sum(sample * sample for sample in window) / len(window)
    if math.sqrt(power) < quiet * 32_768:
        return 0
    best = max(tones, key=lambda hz: _power(window, hz))
    return best if _power(window, best) > power / 2 else 0


def _power(window: Sequence[int], hz: int) -> float:
    """Mean power that a sine of `hz` has in the window (Goertzel)."""
    factor = 2 * math.cos(2 * math.pi * hz / RATE)
    before = last = 0.0
    for sample in window:
        before, last = last, sample + factor * last - before
    energy = before * before + last * last - factor * before * last
    return 2 * energy / len(window) ** 2


def in_order(heard: Iterable[int], *, shortest: int = 3) -> list[int]:
    """Tones in the order heard, each run once; runs under `shortest` windows are left out."""
    runs: list[list[int]] = []
    for hz in heard:
        if runs and runs[-1][0] == hz:
            runs[-1].append(hz)
        else:
            runs.append([hz])
    long = [run[0] for run in runs if len(run) >= shortest and run[0]]
    return [hz for i, hz in enumerate(long) if i == 0 or hz != long[i - 1]]


def decode_pcm(data: bytes) -> bytes:
    """Any recording as mono 16-bit 48 kHz samples, by PyAV alone, so that it checks our own."""
    pieces: list[bytes] = []
    with av.open(io.BytesIO(data), mode="r") as container:
        stream: AudioStream = container.streams.audio[0]
        resampler = AudioResampler(format="s16", layout="mono", rate=RATE)
        for packet in container.demux(stream):
            try:
                frames = packet.decode()
            except av.FFmpegError:
                continue
            for frame in frames:
                pieces += map(_samples, resampler.resample(frame))
        pieces += map(_samples, resampler.resample(None))
    return b"".join(pieces)


def _samples(frame: AudioFrame) -> bytes:
    return bytes(frame.planes[0])[: frame.samples * 2]
