"""A take that is listened to while it arrives is described exactly as it would be afterwards."""

from __future__ import annotations

import asyncio
import gc
import random
import subprocess
import sys
import threading
import time

import pytest

from audio.tools import PyAvTools
from inbox.errors import NotAudio
from tests.audio.clips import BAD, CLIPS, GOOD, Good

CLIP = CLIPS / "chromium-tones.webm"


def listening() -> int:
    """How many takes are being listened to."""
    return sum(thread.name == "earshot-listener" for thread in threading.enumerate())


async def nobody_listens() -> None:
    """Returns once every listener's thread is gone; the test fails if one stays."""
    async with asyncio.timeout(10):
        while listening():  # noqa: ASYNC110  a thread's end is no event
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("clip", GOOD, ids=str)
@pytest.mark.parametrize("largest", [1, 300, 4_000, 1_000_000])
async def test_it_hears_what_a_later_look_would_find(clip: Good, largest: int) -> None:
    tools, data, at = PyAvTools(), clip.path.read_bytes(), 0
    listener, dice = tools.listen(), random.Random(largest)
    while at < len(data):
        size = dice.randint(1, largest)
        listener.feed(data[at : at + size])
        at += size
        if dice.random() < 0.01:
            await asyncio.sleep(0.001)  # lets the listener come to its end of the bytes

    assert await listener.finish() == await tools.describe(clip.path)
    assert listener.fed == len(data)
    await nobody_listens()


@pytest.mark.parametrize("name", BAD)
async def test_it_refuses_what_is_no_recording(name: str) -> None:
    listener = PyAvTools().listen()
    listener.feed((CLIPS / name).read_bytes())
    with pytest.raises(NotAudio, match=r"\.$"):
        await listener.finish()
    await nobody_listens()


async def test_bytes_after_a_refusal_are_not_kept() -> None:
    listener = PyAvTools().listen()
    listener.feed(b"this is a letter, not a voice note" * 10)
    await nobody_listens()
    listener.feed(b"and a long one" * 1_000_000)
    assert listener.fed == 340 + 14_000_000
    assert listener._take is not None
    assert not listener._take._chunks
    with pytest.raises(NotAudio):
        await listener.finish()


async def test_finish_can_be_asked_twice_and_a_cancelled_one_again() -> None:
    listener = PyAvTools().listen()
    listener.feed(CLIP.read_bytes())
    impatient = asyncio.create_task(listener.finish())
    await asyncio.sleep(0)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    assert await listener.finish() == await listener.finish()


@pytest.mark.parametrize("fed", [0, 3, 200, 5_000, 1_000_000])
async def test_closing_ends_it_in_every_state(fed: int) -> None:
    listener = PyAvTools().listen()
    listener.feed(CLIP.read_bytes()[:fed])
    await asyncio.sleep(0.02)
    listener.close()
    listener.close()
    await nobody_listens()
    listener.feed(b"too late")
    with pytest.raises(NotAudio):
        await listener.finish()


async def test_a_forgotten_listener_ends_by_itself() -> None:
    tools = PyAvTools()
    for _ in range(10):
        tools.listen().feed(CLIP.read_bytes()[:5_000])
    gc.collect()
    await nobody_listens()


async def test_a_paused_take_costs_nothing_and_goes_on() -> None:
    data = CLIP.read_bytes()
    listener = PyAvTools().listen()
    listener.feed(data[:5_000])
    await asyncio.sleep(0.3)  # all of it is decoded by now
    before = time.process_time()
    await asyncio.sleep(1.0)
    assert time.process_time() - before < 0.1  # a thread that polls or spins would take far more
    listener.feed(data[5_000:])
    assert await listener.finish() == await PyAvTools().describe(CLIP)


async def test_more_takes_than_seats_are_left_to_describe() -> None:
    tools, data = PyAvTools(listeners=2), CLIP.read_bytes()
    heard, also, deaf = (tools.listen() for _ in range(3))
    for listener in (heard, also, deaf):
        listener.feed(data)
    with pytest.raises(NotAudio, match="Too many"):
        await deaf.finish()
    assert deaf.fed == len(data)
    assert await heard.finish() == await also.finish()
    await nobody_listens()

    again = tools.listen()  # their seats are free again
    again.feed(data)
    assert await again.finish() == await heard.finish()


def test_an_unfinished_take_does_not_keep_the_process() -> None:
    program = f"""
from audio.tools import PyAvTools
listeners = [PyAvTools().listen() for _ in range(5)]
for listener in listeners:
    listener.feed(open({str(CLIP)!r}, "rb").read()[:5000])
print("bye")
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("bye\n", "")
