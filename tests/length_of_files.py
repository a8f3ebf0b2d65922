"""Part of `make check`: past 300 lines a file has two subjects, unless it says why it has one.

A longer file carries "Longer than 300 lines because …" in its first ten lines.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

LIMIT = 300


def too_long() -> list[str]:
    """Files of ours over the limit that give no reason."""
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py", "*.js", "*.css"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    found = []
    for name in (name for name in names if Path(name).is_file()):
        lines = Path(name).read_text(encoding="utf-8").splitlines()
        if len(lines) > LIMIT and f"Longer than {LIMIT} lines because" not in "\n".join(lines[:10]):
            found.append(f"{name}: {len(lines)} lines; split it, or say why on top")
    return found


if __name__ == "__main__":
    sys.exit("\n".join(too_long()) or None)
