"""Duration, peaks and loudness, from samples that arrive piece by piece.

A second of sound is held at a time, and per 10 ms one maximum is kept: 180 KB for 15 minutes.
"""

from __future__ import annotations

import math
import warnings
from array import array

with warnings.catch_warnings():
    # It warns that there is no ffmpeg program. Only its measuring of samples is used here.
    warnings.simplefilter("ignore")
    from pydub import AudioSegment

RATE = 48_000
"""Samples per second that are measured: 16-bit, mono."""

PEAKS = 64
SILENCE = -120.0
FULL_SCALE = 32_768
_BLOCK = RATE * 2
_SLICE = RATE // 100 * 2


class Meter:
    """Give it all samples with `add`, then ask. 16-bit little-endian mono at 48 kHz."""

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._samples = 0
        self._squares = 0
        self._maxima = array("H")

    @property
    def samples(self) -> int:
        return self._samples + len(self._waiting) // 2

    @property
    def duration_ms(self) -> int:
        return round(self.samples * 1000 / RATE)

    def add(self, pcm: bytes | memoryview) -> None:
        self._waiting += pcm
        while len(self._waiting) >= _BLOCK:
            self._measure(bytes(self._waiting[:_BLOCK]))
            del self._waiting[:_BLOCK]

    def peaks(self) -> tuple[int, ...]:
        """`PEAKS` values 0..100, whatever the duration. Ends the measuring."""
        self._measure_rest()
        return folded(self._maxima, PEAKS)

    def loudness(self) -> float:
        """dBFS (RMS) of everything, at least `SILENCE`. Ends the measuring."""
        self._measure_rest()
        if not self._squares:
            return SILENCE
        power = self._squares / self._samples / FULL_SCALE**2
        return max(SILENCE, round(10 * math.log10(power), 1))

    def _measure_rest(self) -> None:
        if self._waiting:
            self._measure(bytes(self._waiting))
            self._waiting.clear()

    def _measure(self, pcm: bytes) -> None:
        samples = len(pcm) // 2
        self._samples += samples
        self._squares += _segment(pcm).rms ** 2 * samples
        for start in range(0, len(pcm), _SLICE):
            self._maxima.append(_segment(pcm[start : start + _SLICE]).max)


def _segment(pcm: bytes) -> AudioSegment:
    return AudioSegment(pcm, sample_width=2, frame_rate=RATE, channels=1)


def folded(maxima: array[int], count: int) -> tuple[int, ...]:
    """The loudest of each of `count` equal stretches, as percent of full scale.

    With fewer than `count` maxima some serve several stretches.
    """
    total = len(maxima)
    if not total:
        return (0,) * count
    stretches = (
        maxima[i * total // count : max(i * total // count + 1, -(-(i + 1) * total // count))]
        for i in range(count)
    )
    return tuple(round(max(stretch) * 100 / FULL_SCALE) for stretch in stretches)
