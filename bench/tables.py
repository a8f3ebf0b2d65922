"""Prints a table of measurements and keeps it in `bench/results/` (ignored by git)."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


def report(name: str, title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A Markdown table on the screen and at the end of `results/<name>.md`."""
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"
    lines = [
        f"### {title}",
        "",
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {machine}",
        "",
        f"| {' | '.join(head)} |",
        f"|{'---|' * len(head)}",
        *(f"| {' | '.join(map(_cell, row))} |" for row in rows),
        "",
    ]
    text = "\n".join(lines)
    print(text)
    RESULTS.mkdir(exist_ok=True)
    with (RESULTS / f"{name}.md").open("a", encoding="utf-8") as file:
        file.write(text + "\n")


def _cell(value: object) -> str:
    return f"{value:,.1f}" if isinstance(value, float) else str(value)
