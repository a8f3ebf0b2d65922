"""What it costs to describe a recording at its end, and while it arrives.

    python -m bench.bench_audio

Prints a table and writes it to `bench/results/`. Each row is measured in a process of its own, so
that its memory is its own. The takes are a spoken clip, repeated and encoded as the recorder does.
"""

from __future__ import annotations

import asyncio
import io
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

from audio.tools import PyAvTools

SPOKEN = Path(__file__).parents[1] / "demo" / "clips" / "answer.webm"
RESULTS = Path(__file__).parent / "results"
RATE = 48_000
DESCRIBED = (5, 60, 900)
LISTENED = (5, 600)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        takes = {seconds: Path(folder) / f"{seconds}.webm" for seconds in (*DESCRIBED, *LISTENED)}
        for seconds, path in takes.items():
            path.write_bytes(take(seconds))
        rows = [_row("describe", seconds, takes[seconds]) for seconds in DESCRIBED]
        rows += [_row("listen", seconds, takes[seconds]) for seconds in LISTENED]
    table = "\n".join(
        (
            "| audio | take, s | size, KB | median, ms | worst, ms | CPU, ms | memory added, MB |",
            "|---|---|---|---|---|---|---|",
            *rows,
        )
    )
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "audio.md").write_text(table + "\n")
    print(table)


def _row(what: str, seconds: int, path: Path) -> str:
    rounds = 3 if seconds >= 600 else 15
    command = [sys.executable, "-m", "bench.bench_audio", what, str(path), str(rounds)]
    measured = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    name = "describe the whole file" if what == "describe" else "finish after listening"
    return f"| {name} | {seconds} | {path.stat().st_size / 1000:.0f} | {measured.strip()} |"


async def measure(what: str, path: Path, rounds: int) -> str:
    tools = PyAvTools()
    await tools.describe(SPOKEN)
    before = _most_memory()
    run = describe if what == "describe" else listen
    times = [await run(tools, path) for _ in range(rounds)]
    walls, cpus = zip(*times, strict=True)
    return " | ".join(
        f"{value:.1f}"
        for value in (
            statistics.median(walls),
            max(walls),
            statistics.median(cpus),
            _most_memory() - before,
        )
    )


def _most_memory() -> float:
    """MB that this process ever held. (`getrusage` would begin with those of its parent.)"""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


async def describe(tools: PyAvTools, path: Path) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    await tools.describe(path)
    return _since(wall, cpu)


async def listen(tools: PyAvTools, path: Path) -> tuple[float, float]:
    """Feeds a second at a time as fast as it goes, lets the listener catch up to the last second,
    and times from the last chunk's arrival to the finished description."""
    data, seconds = await asyncio.to_thread(path.read_bytes), int(path.stem)
    size = -(-len(data) // seconds)
    listener = tools.listen()
    for at in range(0, len(data) - size, size):
        listener.feed(data[at : at + size])
    await _idle()
    wall, cpu = time.perf_counter(), time.process_time()
    listener.feed(data[(len(data) - 1) // size * size :])
    await listener.finish()
    assert listener.fed == len(data)
    return _since(wall, cpu)


def _since(wall: float, cpu: float) -> tuple[float, float]:
    """Milliseconds by the clock and of this process's work."""
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000


async def _idle() -> None:
    """Returns when this process has had nothing to do for half a second."""
    quiet, before = 0, time.process_time()
    while quiet < 5:
        await asyncio.sleep(0.1)
        quiet = quiet + 1 if time.process_time() - before < 0.005 else 0
        before = time.process_time()


def take(seconds: int) -> bytes:
    """A WebM/Opus take of so many seconds at 24 kb/s."""
    spoken = _pcm(SPOKEN)
    pcm = (spoken * (seconds * RATE * 2 // len(spoken) + 1))[: seconds * RATE * 2]
    file = io.BytesIO()
    with av.open(file, "w", format="webm", options={"live": "1"}) as container:
        stream = container.add_stream("libopus", rate=RATE, layout="mono")
        stream.bit_rate = 24_000
        for at in range(0, len(pcm), RATE * 2):
            frame = AudioFrame("s16", "mono", len(pcm[at : at + RATE * 2]) // 2)
            frame.planes[0].update(pcm[at : at + RATE * 2])
            frame.sample_rate = RATE
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


def _pcm(path: Path) -> bytes:
    resampler = AudioResampler(format="s16", layout="mono", rate=RATE)
    with av.open(path) as container:
        return b"".join(
            bytes(piece.planes[0])[: piece.samples * 2]
            for frame in container.decode(audio=0)
            for piece in resampler.resample(frame)
        )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(asyncio.run(measure(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))))
    else:
        main()
