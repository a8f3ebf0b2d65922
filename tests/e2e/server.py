"""A real Earshot: its own process on a free port, with its own data folder, that can be killed.

`Deployed` stands in for it when the stories run against an Earshot somewhere else.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
START_SECONDS = 90  # the demo is seeded first
STOP_SECONDS = 8
FOREIGN = ("EARSHOT_", "PYTEST", "NICEGUI")  # what a server must not inherit from a test


@dataclass(frozen=True, slots=True)
class Deployed:
    """An Earshot that was started by somebody else."""

    url: str
    name: str
    password: str

    def errors(self) -> list[str]:
        """Its log is not ours to read."""
        return []


@dataclass(slots=True)
class Earshot:
    """`settings` are environment variables on top of port, data folder and owner; `command` is
    what `main.py` shall do instead of serving that folder ("demo")."""

    data: Path
    settings: Mapping[str, str]
    port: int = 0
    name: str = "Olivia Owner"
    password: str = "a long enough password"
    command: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    read_until: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.data.with_suffix(".log")

    def start(self) -> None:
        """Returns when it is ready; raises with the end of its log when it is not."""
        self.port = self.port or free_port()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "main.py", *self.command],
                cwd=ROOT,
                env=self._environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        give_up = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if self.process.poll() is not None or time.monotonic() > give_up:
                self.kill()
                raise RuntimeError(f"Earshot does not start:\n{self.log.read_text()[-4000:]}")
            time.sleep(0.05)

    def kill(self) -> None:
        """kill -9: no goodbye, nothing flushed."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM, as an operator does it. Returns the exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def restart(self) -> None:
        """The same port and data, a new process."""
        self.stop()
        self.start()

    def errors(self) -> list[str]:
        """Lines at ERROR or above, and tracebacks, since the last call."""
        text = self.log.read_bytes()[self.read_until :]
        self.read_until += len(text)
        return find_errors(text.decode(errors="replace"))

    def media_file(self, message_id: str) -> bytes:
        """The original of a voice note, or what has arrived of a draft, as the store keeps it."""
        files = [path for path in self.data.rglob(f"*{message_id}*") if path.is_file()]
        assert len(files) == 1, f"expected one file of {message_id}, found {files}"
        return files[0].read_bytes()

    def _environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(FOREIGN)}
        return {
            **inherited,
            "EARSHOT_PORT": str(self.port),
            "EARSHOT_DATA": str(self.data),
            "EARSHOT_OWNER_NAME": self.name,
            "EARSHOT_OWNER_PASSWORD": self.password,
            "PYTHONWARNINGS": "default",
            **self.settings,
        }

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def find_errors(text: str) -> list[str]:
    """The lines of a log that say something went wrong, each with what follows up to the next."""
    entries = re.split(r"\n(?=(?:DEBUG|INFO|WARNING|ERROR|CRITICAL)\b|Traceback)", text)
    return [entry for entry in entries if entry.startswith(("ERROR", "CRITICAL", "Traceback"))]


def free_port() -> int:
    """A TCP port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
