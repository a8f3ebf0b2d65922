"""Whatever happens to the bytes of a recording, the answer is a description or a refusal."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from audio.decoding import describe
from audio.kinds import HEAD, kind_of
from audio.tools import PyAvTools
from inbox.errors import NotAudio
from inbox.models import Description
from tests.audio.clips import CLIPS, GOOD

TAKES = [clip.path.read_bytes() for clip in GOOD] + [(CLIPS / "video.webm").read_bytes()]
HANGS_AFTER = 60
"""Seconds; a description of such a clip takes a hundredth of one."""


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A real take with some of its bytes changed, lost, repeated, cut off or from another take."""
    data = bytearray(draw(st.sampled_from(TAKES)))
    for _ in range(draw(st.integers(1, 8))):
        near_the_start = draw(st.booleans())
        at = draw(st.integers(0, min(len(data), 900) if near_the_start else len(data)))
        length = draw(st.integers(1, 64))
        match draw(st.sampled_from(["change", "change", "lose", "repeat", "cut", "graft"])):
            case "change":
                data[at : at + length] = draw(st.binary(min_size=1, max_size=length))
            case "lose":
                del data[at : at + length * 8]
            case "repeat":
                data[at:at] = data[at : at + length * 8]
            case "cut":
                del data[max(at, 20) :]
            case _:
                other = draw(st.sampled_from(TAKES))
                start = draw(st.integers(0, len(other)))
                data[at:at] = other[start : start + length * 20]
    return bytes(data)


def whole(data: bytes) -> Description | NotAudio:
    try:
        return describe(io.BytesIO(data), kind_of(data[:HEAD]))
    except NotAudio as refusal:
        return refusal


def arriving(data: bytes) -> Description | NotAudio:
    listener = PyAvTools().listen()
    for at in range(0, len(data), 997):
        listener.feed(data[at : at + 997])
    try:
        return asyncio.run(listener.finish())
    except NotAudio as refusal:
        return refusal


def answer(data: bytes, way: Callable[[bytes], Description | NotAudio]) -> Description | NotAudio:
    """The answer, from a thread that may hang without hanging the tests."""
    answers: list[Description | NotAudio] = []
    thread = threading.Thread(target=lambda: answers.append(way(data)), daemon=True)
    thread.start()
    thread.join(HANGS_AFTER)
    assert answers, "hangs, or raised something else"
    return answers[0]


@settings(max_examples=200, deadline=None)
@given(damaged())
def test_damaged_takes_are_described_or_refused(data: bytes) -> None:
    for found in (answer(data, whole), answer(data, arriving)):
        if isinstance(found, Description):
            assert len(found.peaks) == 64
            assert found.duration_ms >= 0
        else:
            assert str(found).endswith(".")
