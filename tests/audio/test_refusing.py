"""What is not a recording is refused with a sentence, opens nothing and leaves nothing behind."""

from __future__ import annotations

import asyncio
import io
import struct
import subprocess
import sys
import tempfile
import threading
from fractions import Fraction
from pathlib import Path

import av
import pytest
from av.audio.resampler import AudioResampler
from av.packet import Packet

from audio import decoding
from audio.kinds import Kind
from audio.tools import PyAvTools
from inbox.errors import NotAudio
from tests.audio.clips import BAD, CLIPS


def left_behind() -> tuple[list[str], list[str], list[str]]:
    """Open files, temporary files, threads (without those that stay to describe)."""
    opened = sorted(
        str(Path(link).readlink()) for link in Path("/proc/self/fd").iterdir() if link.exists()
    )
    temporary = sorted(path.name for path in Path(tempfile.gettempdir()).iterdir())
    threads = sorted(thread.name for thread in threading.enumerate())
    return opened, temporary, [name for name in threads if not name.startswith("earshot-describe")]


@pytest.fixture
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that other programs' temporary files are not seen."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.mark.parametrize("name", BAD)
async def test_no_recording_is_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(NotAudio, match=BAD[name]) as refused:
        await PyAvTools().describe(CLIPS / name)
    assert str(refused.value).endswith(".")
    assert "/" not in str(refused.value)


async def test_nothing_is_left_behind(own_temporary_folder: None) -> None:
    tools = PyAvTools()
    await refuse_all(tools)
    before = left_behind()
    for _ in range(20):
        await refuse_all(tools)
    assert left_behind() == before


async def refuse_all(tools: PyAvTools) -> None:
    for name in BAD:
        with pytest.raises(NotAudio):
            await tools.describe(CLIPS / name)


async def test_a_file_that_is_not_there_is_no_question_of_sound(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await PyAvTools().describe(tmp_path / "nothing.webm")


class FailingDisk(io.BytesIO):
    """Gives its first 5,000 bytes and then fails, again and again."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() > 5_000:
            raise OSError("the disk is gone")
        return super().read(min(size or 1_000, 1_000))


def test_a_failing_disk_is_no_question_of_sound_either(capfd: pytest.CaptureFixture[str]) -> None:
    for name, demuxer in (("chromium-tones.webm", "matroska"), ("chromium-tones.mp4", "mov")):
        data = (CLIPS / name).read_bytes()
        with pytest.raises(OSError, match="the disk is gone"):
            decoding.describe(FailingDisk(data), Kind("clip", demuxer))
        assert decoding.describe(io.BytesIO(data), Kind("clip", demuxer)).duration_ms > 2_900
    assert capfd.readouterr().err == ""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_refused_file_has_taken_no_memory() -> None:
    """In a process of its own, whose largest size is read afterwards."""
    program = f"""
import re
from pathlib import Path
from audio.tools import describe_file
from inbox.errors import NotAudio
def most():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
describe_file(Path({str(CLIPS / "chromium-tones.mp4")!r}))
before = most()
for name in {list(BAD)!r}:
    try:
        describe_file(Path({str(CLIPS)!r}, name))
    except NotAudio:
        pass
print((most() - before) // 1024)
"""
    command = [sys.executable, "-W", "ignore", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert int(done.stdout) < 50


@pytest.mark.parametrize("name", ["playlist", "concat"])
def test_even_a_playlist_s_own_demuxer_could_open_nothing(name: str) -> None:
    """The magic numbers keep these demuxers from running; behind them is a second wall."""
    other = CLIPS / "claims-4gb.wav"
    text, demuxer, options = {
        "playlist": (f"#EXTM3U\n#EXTINF:5,\nfile://{other}\n#EXT-X-ENDLIST\n", "hls", {}),
        "concat": (f"ffconcat version 1.0\nfile '{other}'\n", "concat", {"safe": "0"}),
    }[name]
    if name == "concat":  # FFmpeg alone would open it
        wanted = {**options, "protocol_whitelist": "file"}
        with av.open(io.BytesIO(text.encode()), format=demuxer, options=wanted) as container:
            assert container.streams.audio

    with pytest.raises(NotAudio):
        decoding.describe(io.BytesIO(text.encode()), Kind(name, demuxer))


async def test_a_description_that_nobody_waits_for_ends(tmp_path: Path) -> None:
    """Four hours of nothing take many seconds; the next file is not kept waiting for them."""
    path = tmp_path / "long.webm"
    path.write_bytes(opus_of_nothing(seconds=4 * 3600 - 1))
    tools = PyAvTools()
    for _ in range(8):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(tools.describe(path), 0.05)
    async with asyncio.timeout(20):
        found = await tools.describe(CLIPS / "chromium-tones.webm")
    assert found.duration_ms > 2_900


def test_a_small_file_cannot_ask_for_days_of_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Opus frames of two bytes that mean 120 ms each; the limit is 4 hours, here a minute."""
    monkeypatch.setattr(decoding, "LONGEST_MS", 60_000)
    bomb = opus_of_nothing(seconds=90)
    assert len(bomb) < 12_000
    with pytest.raises(NotAudio, match="too long"):
        decoding.describe(io.BytesIO(bomb), Kind("webm", "matroska"))


def opus_of_nothing(seconds: int) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="webm") as container:
        stream = container.add_stream("libopus", rate=48_000, layout="mono")
        for number in range(seconds * 1000 // 120):
            packet = Packet(b"\x1b\x02")
            packet.stream = stream
            packet.time_base = Fraction(1, 1000)
            packet.pts = packet.dts = number * 120
            container.mux(packet)
    return file.getvalue()


async def test_a_cover_picture_makes_no_video(tmp_path: Path) -> None:
    """FLAC with a picture in its header, as music programs write it."""
    picture = (CLIPS / "picture.webm").read_bytes()
    block = struct.pack(">II9sIIIIII", 3, 9, b"image/png", 0, 16, 16, 24, 0, len(picture)) + picture
    flac = flac_of(CLIPS / "chromium-tones.webm")
    path = tmp_path / "cover.flac"
    streaminfo = flac[4:42]
    path.write_bytes(
        b"fLaC" + streaminfo + b"\x06" + len(block).to_bytes(3, "big") + block + flac[42:]
    )
    with av.open(str(path)) as container:
        assert container.streams.video

    found = await PyAvTools().describe(path)
    assert (found.container, found.codec) == ("flac", "flac")
    assert found.duration_ms > 2_900


def flac_of(path: Path) -> bytes:
    file = io.BytesIO()
    with av.open(str(path)) as source, av.open(file, "w", format="flac") as made:
        stream = made.add_stream("flac", rate=48_000, layout="mono")
        resampler = AudioResampler(format="s16", layout="mono", rate=48_000)
        for frame in source.decode(audio=0):
            for piece in resampler.resample(frame):
                piece.pts = None
                made.mux(stream.encode(piece))
        made.mux(stream.encode(None))
    return file.getvalue()
