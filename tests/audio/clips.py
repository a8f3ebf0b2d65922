"""What is known about the clips of `tests/clips/`: how they were made says what must be found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

CLIPS = Path(__file__).parents[1] / "clips"


@dataclass(frozen=True)
class Good:
    """`tones`: Hz in order, a second each where nothing else is said. `seconds` may be off by
    `within`: what Firefox loses at the start, and timers of a busy machine."""

    name: str
    container: str
    codec: str
    seconds: float
    tones: tuple[int, ...]
    within: float = 0.15

    @property
    def path(self) -> Path:
        return CLIPS / self.name

    def __str__(self) -> str:
        return self.name


GOOD = (
    Good("chromium-tones.webm", "webm", "opus", 3.0, (440, 880, 1320)),
    Good("chromium-tones.mp4", "mp4", "opus", 3.0, (440, 880, 1320)),
    Good("chromium-pause.webm", "webm", "opus", 2.0, (440, 1320)),
    Good("firefox-tones.ogg", "ogg", "opus", 3.4, (440, 880, 1320), within=0.5),
    Good("firefox-tones.webm", "webm", "opus", 3.4, (440, 880, 1320), within=0.5),
    Good("silent.webm", "webm", "opus", 2.0, ()),
    Good("truncated.webm", "webm", "opus", 1.8, (440, 880)),
    Good("truncated.ogg", "ogg", "opus", 1.45, (440,)),
    Good("doubled-boxes.mp4", "mp4", "opus", 3.0, (440, 880, 1320)),
    Good("claims-4gb.wav", "wav", "pcm_s16le", 0.1, ()),
)

BAD = {
    "empty.webm": "empty",
    "text.webm": "not a sound recording",
    "picture.webm": "not a sound recording",
    "playlist.webm": "not a sound recording",
    "concat.webm": "not a sound recording",
    "video.webm": "is a video",
    "fuzzed-header.webm": "no sound",
    "only-header.webm": "no sound",
    "huge-sizes.webm": "no sound",
    "huge-sizes.mp4": "more sound than",
    "bomb-table.mp4": "more sound than",
    "bomb-packed.mp4": "packed",
    "bomb-channels.wav": "no sound",
    "bomb-rate.wav": "no microphone",
}
"""Name of the file, and words of the sentence that refuses it."""
