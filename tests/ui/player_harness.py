"""A page with players and nothing else, as a process of its own.

    python -m tests.ui.player_harness [port]          (0 or nothing: a free one, printed)

`/` shows the clips of `tests/clips` as voice notes, `?dark=1` in the dark. `/requests` lists the
recordings asked for, `/played` those whose players told that they play.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import uvicorn
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import FileResponse
from nicegui import ui

from audio.tools import describe_file
from ui.ranges import answer_range
from ui.voice_note_player import VoiceNotePlayer

CLIPS = Path(__file__).parents[1] / "clips"
THEME = Path(__file__).parents[2] / "ui" / "theme.css"
SHOWN = ("chromium-tones.webm", "chromium-tones.mp4", "firefox-tones.ogg", "firefox-tones.webm")
MISSING = "missing.webm"
NOT_AUDIO = "text.webm"
_TYPES = {".webm": "audio/webm", ".mp4": "audio/mp4", ".ogg": "audio/ogg"}

api = FastAPI()
requests: list[str] = []
played: list[str] = []


@api.get("/media/{name}")
async def media(request: Request, name: str) -> Response:
    requests.append(name)
    path = CLIPS / name
    if path.parent != CLIPS or not path.is_file():
        raise HTTPException(404)
    data = path.read_bytes()

    async def read(start: int, stop: int) -> AsyncIterator[bytes]:
        yield data[start:stop]

    kind = _TYPES[path.suffix]
    return answer_range(request, size=len(data), content_type=kind, read=read, headers={})


@api.get("/media/{name}/download")
async def download(name: str) -> Response:
    return FileResponse(CLIPS / name, filename=f"Priya {name}")


@api.get("/requests")
async def asked() -> list[str]:
    return requests


@api.get("/played")
async def told() -> list[str]:
    return played


@api.get("/theme.css")
async def theme() -> Response:
    return FileResponse(THEME, media_type="text/css")


@ui.page("/")
def page(dark: bool = False) -> None:
    requests.clear()
    played.clear()
    ui.add_head_html('<link rel="stylesheet" href="/theme.css">')
    ui.dark_mode(dark)
    with ui.element("main").style(
        "display: flex; flex-direction: column; gap: 8px; padding: 12px; box-sizing: border-box;"
        "width: 100%; max-width: 860px"
    ):
        for i, name in enumerate((*SHOWN, MISSING, NOT_AUDIO)):
            with ui.element("article").classes(f"bubble voice {'mine' if i % 2 else 'theirs'}"):
                note(name, heard=i != 0)


def note(name: str, *, heard: bool) -> None:
    """A player for a clip; those that aren't there or aren't audio pretend to last 42 s."""
    duration, peaks = 42_000, tuple(10 + 37 * i % 80 for i in range(64))
    if name in SHOWN:
        found = describe_file(CLIPS / name)
        duration, peaks = found.duration_ms, found.peaks
    VoiceNotePlayer(
        source=f"/media/{name}",
        download=f"/media/{name}/download",
        duration_ms=duration,
        peaks=peaks,
        label=f"Voice note, {name}",
        heard=heard,
        on_played=lambda: played.append(name),
    )


if __name__ == "__main__":
    ui.run_with(api, tailwind=False, dark=None, binding_refresh_interval=None)
    listening = socket.socket()
    listening.bind(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0))
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)  # noqa: T201
    uvicorn.Server(uvicorn.Config(api, log_level="warning")).run([listening])
