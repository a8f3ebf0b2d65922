"""The browser that the tests drive: found, else installed, else one sentence about what to do.

`EARSHOT_TEST_BROWSER` names one; otherwise Playwright's own Chromium, then the system's. Run as a
program (`make browser`) it also tries to install: Playwright's download, then apt-get as root.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

SYSTEM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
DOWNLOAD_SECONDS = 180

MISSING = (
    "No Chromium for the browser tests: install one (for example `apt-get install chromium`)"
    " or name it in EARSHOT_TEST_BROWSER, then run this again."
)


@cache
def find() -> Path | None:
    """A Chromium that starts, or None."""
    named = os.environ.get("EARSHOT_TEST_BROWSER")
    if named:
        return Path(named)
    return next((path for path in _candidates() if _starts(path)), None)


def launch_arguments(*extra: str) -> dict[str, object]:
    """What `browser_type.launch` needs here; raises with a sentence if there is no browser."""
    path = find()
    if path is None:
        raise RuntimeError(MISSING)
    sandbox = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return {"executable_path": str(path), "args": [*sandbox, *extra]}


def _candidates() -> list[Path]:
    shelf = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or "~/.cache/ms-playwright"
    downloaded = sorted(Path(shelf).expanduser().glob("chromium-*/chrome-*/chrome"), reverse=True)
    return [*downloaded, *(Path(path) for name in SYSTEM_NAMES if (path := shutil.which(name)))]


def _starts(path: Path) -> bool:
    try:
        return _run(str(path), "--version", seconds=30)
    except OSError:
        return False


def _run(*command: str, seconds: float) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=seconds).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def _install() -> Path | None:
    _run(
        sys.executable, "-m", "playwright", "install", "--no-shell", "chromium",
        seconds=DOWNLOAD_SECONDS,
    )  # fmt: skip
    find.cache_clear()
    if (path := find()) is None and shutil.which("apt-get") and os.geteuid() == 0:
        _run("apt-get", "update", seconds=DOWNLOAD_SECONDS)
        _run("apt-get", "install", "-y", "chromium", seconds=2 * DOWNLOAD_SECONDS)
        find.cache_clear()
        path = find()
    return path


if __name__ == "__main__":
    found = _install()
    print(f"Browser tests use {found}" if found else MISSING)  # noqa: T201
    sys.exit(0 if found else 1)
