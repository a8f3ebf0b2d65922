"""Every recording that a browser made is described as what it is."""

from __future__ import annotations

import wave
from pathlib import Path

import pytest

from audio.tools import PyAvTools
from tests.audio.clips import CLIPS, GOOD, Good
from tests.tones import RATE, decode_pcm, in_order, strongest, write_tones


@pytest.mark.parametrize("clip", GOOD, ids=str)
async def test_a_recording_is_what_its_browser_made(clip: Good) -> None:
    found = await PyAvTools().describe(clip.path)

    assert (found.container, found.codec) == (clip.container, clip.codec)
    assert (found.channels, found.sample_rate) == (1, 48_000)
    assert found.duration_ms / 1000 == pytest.approx(clip.seconds, abs=clip.within)
    assert len(found.peaks) == 64
    assert all(0 <= peak <= 100 for peak in found.peaks)
    assert -120.0 <= found.loudness <= 0.0


@pytest.mark.parametrize("clip", [c for c in GOOD if c.name != "doubled-boxes.mp4"], ids=str)
def test_the_clips_hold_the_tones_they_are_said_to_hold(clip: Good) -> None:
    assert in_order(strongest(decode_pcm(clip.path.read_bytes()))) == list(clip.tones)


async def test_the_duration_is_that_of_the_samples_whatever_the_header_says() -> None:
    for name in ("chromium-tones.webm", "firefox-tones.webm", "claims-4gb.wav"):
        found = await PyAvTools().describe(CLIPS / name)
        samples = len(decode_pcm((CLIPS / name).read_bytes())) // 2
        assert found.duration_ms == round(samples * 1000 / RATE)


async def test_boxes_written_twice_change_nothing() -> None:
    """WebKit on Linux writes them; as it stands, FFmpeg decodes nothing of this file."""
    tools = PyAvTools()
    assert not any(strongest(decode_pcm((CLIPS / "doubled-boxes.mp4").read_bytes())))
    once = await tools.describe(CLIPS / "chromium-tones.mp4")
    assert await tools.describe(CLIPS / "doubled-boxes.mp4") == once


async def test_a_silent_take_is_minus_120_db_and_flat() -> None:
    found = await PyAvTools().describe(CLIPS / "silent.webm")
    assert found.loudness == -120.0
    assert set(found.peaks) == {0}


async def test_peaks_and_loudness_follow_the_sound(tmp_path: Path) -> None:
    """A second of silence, then a second at half of full scale."""
    write_tones(tmp_path / "take.wav", [(0, 1.0), (440, 0.99)], level=0.5, silence=0.01)

    found = await PyAvTools().describe(tmp_path / "take.wav")

    assert found.peaks == (0,) * 32 + (50,) * 32
    assert found.loudness == pytest.approx(-12.0, abs=0.2)  # a sine at -6 dB: -9, half the time


@pytest.mark.parametrize("seconds", [0.001, 0.02, 0.5, 30.0])
async def test_a_take_of_any_length_has_64_peaks(tmp_path: Path, seconds: float) -> None:
    write_tones(tmp_path / "take.wav", [(440, seconds)], level=1.0)
    found = await PyAvTools().describe(tmp_path / "take.wav")
    assert len(found.peaks) == 64
    assert found.peaks[0] > 10
    assert found.duration_ms == round(seconds * 1000) + 20


async def test_stereo_at_another_rate_keeps_its_own_facts(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "take.wav"), "wb") as file:
        file.setparams((2, 2, 44_100, 0, "NONE", ""))
        file.writeframes(b"\x00\x40\x00\x40" * 44_100)

    found = await PyAvTools().describe(tmp_path / "take.wav")

    assert (found.channels, found.sample_rate, found.duration_ms) == (2, 44_100, 1000)
    assert found.loudness == pytest.approx(-6.0, abs=0.2)


async def test_the_spoken_clips_of_the_demo() -> None:
    for path in sorted((CLIPS.parents[1] / "demo" / "clips").iterdir()):
        found = await PyAvTools().describe(path)
        assert (found.codec, found.channels) == ("opus", 1)
        assert 4_000 < found.duration_ms < 12_000
        assert -30 < found.loudness < -15
