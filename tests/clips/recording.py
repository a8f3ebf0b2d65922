"""Records sounds in real browsers, the way Earshot's page does: MediaRecorder, mono, 48 kHz.

Chromium plays a WAV as its microphone by itself. Firefox is given a PulseAudio source of its own,
fed in real time from a pipe, and hears the WAV from the moment its recorder really started.
"""

from __future__ import annotations

import base64
import os
import subprocess
import tempfile
import threading
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

RECORD = """
async ({type, bits, ms, pause, video, warm, cancel}) => {
  const audio = {channelCount: 1, sampleRate: {ideal: 48000},
                 echoCancellation: cancel, noiseSuppression: false, autoGainControl: false};
  const wait = ms => new Promise(done => setTimeout(done, ms));
  const stream = await navigator.mediaDevices.getUserMedia({audio});
  await wait(warm);
  if (video) {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 64;
    const pen = canvas.getContext('2d');
    setInterval(() => { pen.fillStyle = `hsl(${Date.now() / 10 % 360} 80% 50%)`;
                        pen.fillRect(0, 0, 64, 64); }, 100);
    stream.addTrack(canvas.captureStream(10).getVideoTracks()[0]);
  }
  const recorder = new MediaRecorder(stream, {mimeType: type, audioBitsPerSecond: bits,
                                              videoBitsPerSecond: 60000});
  const chunks = [];
  recorder.ondataavailable = event => chunks.push(event.data);
  const started = new Promise(done => recorder.onstart = done);
  const stopped = new Promise(done => recorder.onstop = done);
  recorder.start(500);
  await started;
  if (window.play) await window.play();
  if (pause) {
    await wait(pause[0]); recorder.pause();
    await wait(pause[1]); recorder.resume();
    await wait(ms - pause[0] - pause[1]);
  } else await wait(ms);
  recorder.stop();
  await stopped;
  stream.getTracks().forEach(track => track.stop());
  const bytes = new Uint8Array(await new Blob(chunks).arrayBuffer());
  return btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''));
}
"""


def in_chromium(wav: Path, kind: str, seconds: float, **more: Any) -> bytes:
    """The file that Chromium records while `wav` is its microphone.

    `more`: `bits` per second, `pause` (from ms, for ms), `video` True.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=[
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-audio-capture={wav}%noloop",
            ],
        )
        # With echo cancelling off, Chromium ignores channelCount and records in stereo.
        return _record(browser, kind, seconds, permissions=["microphone"], cancel=True, **more)


def in_firefox(wav: Path, kind: str, seconds: float, **more: Any) -> bytes:
    """The file that Firefox records while `wav` is played into its PulseAudio microphone."""
    with microphone() as (server, play), sync_playwright() as playwright:
        browser = playwright.firefox.launch(
            channel="moz-firefox",
            executable_path=os.environ.get("FIREFOX", "/usr/bin/firefox-esr"),
            firefox_user_prefs={"permissions.default.microphone": 1},
            env={**os.environ, "PULSE_SERVER": server},
        )
        return _record(browser, kind, seconds, play=lambda: play(wav), warm=4000, **more)


def _record(
    browser: Browser, kind: str, seconds: float, *, play: Any = None, **options: Any
) -> bytes:
    permissions = options.pop("permissions", None)
    with site() as origin:
        page = browser.new_context(permissions=permissions).new_page()
        if play is not None:
            page.expose_function("play", play)
        page.goto(origin)
        wanted: dict[str, Any] = {
            "bits": 24_000,
            "pause": None,
            "video": False,
            "warm": 0,
            "cancel": False,
        }
        wanted |= {"type": kind, "ms": round(seconds * 1000), **options}
        answer = page.evaluate(RECORD, wanted)
        browser.close()
    return base64.b64decode(answer)


class _Blank(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>clips</title>")

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def site() -> Iterator[str]:
    """A blank page on a secure origin."""
    server = HTTPServer(("127.0.0.1", 0), _Blank)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@contextmanager
def microphone() -> Iterator[tuple[str, Any]]:
    """A PulseAudio of our own with one microphone: its address, and `play(wav)`."""
    with tempfile.TemporaryDirectory() as folder:
        socket, pipe = f"{folder}/socket", f"{folder}/pipe"
        env = {**os.environ, "HOME": folder, "XDG_RUNTIME_DIR": folder}
        modules = (
            "module-null-sink",  # Firefox opens no microphone where there is no loudspeaker
            f"module-native-protocol-unix auth-anonymous=1 socket={socket}",
            f"module-pipe-source source_name=mic file={pipe} format=s16le rate=48000 channels=1",
        )
        daemon = subprocess.Popen(
            [
                *("pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no"),
                *("--exit-idle-time=-1", "--disable-shm=yes"),
                *(part for module in modules for part in ("-L", module)),
            ],
            env=env,
            stderr=subprocess.DEVNULL,
        )
        try:
            while not Path(pipe).exists():
                time.sleep(0.05)
            feeder = Feeder(pipe)
            feeder.start()
            yield f"unix:{socket}", feeder.play
            feeder.over = True
            feeder.join()
        finally:
            daemon.terminate()
            daemon.wait()


class Feeder(threading.Thread):
    """Writes 10 ms of sound, or of silence, every 10 ms."""

    BLOCK = 480 * 2

    def __init__(self, pipe: str) -> None:
        super().__init__(daemon=True)
        self.over = False
        self._pipe = pipe
        self._waiting = b""

    def play(self, wav: Path) -> None:
        with wave.open(str(wav)) as file:
            self._waiting = file.readframes(file.getnframes())

    def run(self) -> None:
        pipe = os.open(self._pipe, os.O_WRONLY | os.O_NONBLOCK)
        due = time.monotonic()
        while not self.over:
            block, self._waiting = self._waiting[: self.BLOCK], self._waiting[self.BLOCK :]
            with suppress(BlockingIOError):  # nobody listens: dropped, as by a real microphone
                os.write(pipe, block.ljust(self.BLOCK, b"\0"))
            due += 0.01
            time.sleep(max(0.0, due - time.monotonic()))
        os.close(pipe)
