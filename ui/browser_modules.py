"""Makes `ui/browser/` importable in the browser as "earshot", for the two widgets.

Browsers keep these files for a year, so their address has to change with what is in them; NiceGUI
by itself would look at the folder's date only, which an edited file does not change.
"""

from __future__ import annotations

import zlib
from pathlib import Path

from nicegui.dependencies import register_esm

_FOLDER = Path(__file__).parent / "browser"


def register_modules() -> None:
    """To be called by whoever's JavaScript imports "earshot"; again does no harm."""
    register_esm("earshot", _FOLDER, max_time=_content_key())


def _content_key() -> float:
    return float(zlib.crc32(b"".join(f.read_bytes() for f in sorted(_FOLDER.glob("*.js")))))
