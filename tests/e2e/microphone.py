"""The fake microphone: each second of it has a tone of its own, so that a recording tells which
seconds it heard. Chromium starts the file from its first second whenever a page opens the device.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from tests.tones import RATE, decode_pcm, strongest, write_tones

SECONDS = tuple(400 + 130 * second for second in range(20))
"""Hz of each second; after the last one the file begins again."""


def write_microphone(path: Path) -> Path:
    """The WAV file for `--use-file-for-fake-audio-capture`."""
    write_tones(path, [(hz, 1.0) for hz in SECONDS])
    return path


def seconds_heard(recording: bytes) -> list[int]:
    """Which seconds of the microphone are in the recording, in order; cut ones are left out.

    A second counts when at least 0.6 s of its tone is there.
    """
    tones = strongest(decode_pcm(recording), tones=SECONDS)
    runs = [(hz, len(list(run))) for hz, run in groupby(tones)]
    return [SECONDS.index(hz) for hz, windows in runs if hz and windows >= 6]


def duration(recording: bytes) -> float:
    """Seconds of sound, by decoding all of it."""
    return len(decode_pcm(recording)) / 2 / RATE


def split_at_gaps(heard: list[int]) -> list[list[int]]:
    """The stretches of consecutive seconds; one stretch means that nothing is missing."""
    stretches: list[list[int]] = []
    for second in heard:
        if stretches and (second - stretches[-1][-1]) % len(SECONDS) == 1:
            stretches[-1].append(second)
        else:
            stretches.append([second])
    return stretches


def is_unbroken(heard: list[int]) -> bool:
    """No second is missing or doubled between the first and the last one heard."""
    return len(split_at_gaps(heard)) == 1
