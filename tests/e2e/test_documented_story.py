"""The story that docs/testing.md shows, run from that page: what is documented works."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "testing.md"
STORY = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)

assert STORY, "docs/testing.md has lost its story"
exec(compile(STORY[1], str(PAGE), "exec"))  # noqa: S102
