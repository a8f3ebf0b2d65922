"""The bytes of recordings: appended at checked offsets, sealed, read in blocks, deleted."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from inbox.errors import BadRequest, NotAllowed, NotFound, OffsetConflict
from inbox.protocols import MediaStore
from store.media_folder import MediaFolder


@pytest.fixture
def media(tmp_path: Path) -> MediaStore:
    return MediaFolder(tmp_path)


async def everything(media: MediaStore, media_id: str) -> bytes:
    return b"".join([block async for block in media.read(media_id, 0, 1 << 30)])


async def test_a_recording_grows_and_is_sealed(media: MediaStore, tmp_path: Path) -> None:
    assert await media.size("take-1") == 0
    assert await media.touched_at("take-1") is None
    assert await media.append("take-1", 0, b"first ") == 6
    assert await media.append("take-1", 6, b"second") == 12
    touched = await media.touched_at("take-1")
    assert touched
    assert datetime.now(UTC) - touched < timedelta(minutes=1)
    for _ in range(2):
        await media.seal("take-1")
    assert await media.size("take-1") == 12
    assert await everything(media, "take-1") == b"first second"
    assert await media.sha256("take-1") == hashlib.sha256(b"first second").hexdigest()
    with pytest.raises(NotAllowed):
        await media.append("take-1", 12, b"third")
    assert [file.name for file in (tmp_path / "drafts").iterdir()] == []


@pytest.mark.parametrize("offset", [0, 3, 5, 100])
async def test_a_chunk_for_another_offset_is_refused(media: MediaStore, offset: int) -> None:
    await media.append("take-1", 0, b"1234")
    with pytest.raises(OffsetConflict) as refused:
        await media.append("take-1", offset, b"xx")
    assert refused.value.safe == 4
    assert await everything(media, "take-1") == b"1234"
    with pytest.raises(OffsetConflict) as refused:
        await media.append("take-2", 7, b"xx")
    assert refused.value.safe == 0
    assert await media.size("take-2") == 0


async def test_the_same_chunk_sent_at_once_by_many_is_appended_once(media: MediaStore) -> None:
    chunk = bytes(range(256)) * 200

    async def send() -> bool:
        try:
            await media.append("take-1", 0, chunk)
        except OffsetConflict:
            return False
        return True

    assert sorted(await asyncio.gather(*(send() for _ in range(10)))) == [False] * 9 + [True]
    assert await everything(media, "take-1") == chunk


async def test_a_request_given_up_and_repeated_appends_once(media: MediaStore) -> None:
    chunk = b"x" * 2_000_000
    given_up = asyncio.create_task(media.append("take-1", 0, chunk))
    await asyncio.sleep(0)
    given_up.cancel()
    with suppress(OffsetConflict):
        await media.append("take-1", 0, chunk)
    assert await media.size("take-1") == len(chunk)


async def test_reading_gives_ranges_in_blocks(media: MediaStore) -> None:
    data = bytes(n % 251 for n in range(200_000))
    await media.append("take-1", 0, data)
    blocks = [block async for block in media.read("take-1", 1_000, 150_001)]
    assert b"".join(blocks) == data[1_000:150_001]
    assert max(map(len, blocks)) <= 64 * 1024
    assert await everything(media, "take-1") == data
    async with media.file("take-1") as file:
        assert file.read_bytes() == data


async def test_what_is_not_there_is_not_found(media: MediaStore) -> None:
    with pytest.raises(NotFound):
        await everything(media, "nothing")
    with pytest.raises(NotFound):
        await media.sha256("nothing")
    with pytest.raises(NotFound):
        await media.seal("nothing")
    with pytest.raises(NotFound):
        async with media.file("nothing"):
            pass


async def test_deleting_takes_away_drafts_and_originals(media: MediaStore) -> None:
    for media_id in ("take-1", "take-2"):
        await media.append(media_id, 0, b"1234")
    await media.seal("take-2")
    for media_id in ("take-1", "take-2", "take-2"):
        await media.delete(media_id)
        assert await media.size(media_id) == 0


@pytest.mark.parametrize(
    "odd",
    ["", "..", "../escape", "/etc/passwd", "a/b", "a.b", "A", "a\0", "a\n", "-a", "a" * 65, "é"],
)
async def test_an_id_never_leads_out_of_the_folder(
    media: MediaStore, odd: str, tmp_path: Path
) -> None:
    for attempt in (
        media.append(odd, 0, b"x"),
        media.size(odd),
        media.seal(odd),
        media.delete(odd),
        media.sha256(odd),
        everything(media, odd),
    ):
        with pytest.raises(BadRequest):
            await attempt
    assert list(tmp_path.parent.glob("escape")) == []
