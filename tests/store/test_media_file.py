"""The promise of `MediaStore.file`: what is being read stays there, whatever becomes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from inbox.errors import NotFound
from store.media_folder import MediaFolder


@pytest.mark.parametrize("fate", ["seal", "delete"])
async def test_a_file_lasts_as_long_as_its_context(tmp_path: Path, fate: str) -> None:
    media = MediaFolder(tmp_path)
    await media.append("take-1", 0, b"spoken")
    async with media.file("take-1") as file:
        await (media.seal("take-1") if fate == "seal" else media.delete("take-1"))
        assert file.read_bytes() == b"spoken"


async def test_there_is_no_file_of_what_never_was(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        async with MediaFolder(tmp_path).file("take-1"):
            pass
