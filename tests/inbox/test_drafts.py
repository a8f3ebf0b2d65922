"""Drafts: safe offsets, limits, expiry, and what is offered after a crash."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from inbox.errors import AlreadySent, BadRequest, NotFound, OffsetConflict, TooBig
from inbox.protocols import Added
from tests.house import TestHouse, ana, new_id, open_house


async def test_bytes_are_added_only_at_the_safe_end(house: TestHouse) -> None:
    agent = await house.owner()
    priya = await house.writes("Priya")
    owner, draft = ana(agent).owner, new_id()
    await house.drafts.begin(owner, draft, priya.id, "audio/webm;codecs=opus")
    assert await house.drafts.append(owner, draft, 0, b"abc") == 3
    for offset in (0, 2, 4):
        with pytest.raises(OffsetConflict) as refusal:
            await house.drafts.append(owner, draft, offset, b"xyz")
        assert refusal.value.safe == 3
    assert await house.drafts.append(owner, draft, 3, b"def") == 6


@pytest.mark.parametrize(
    "wrong", ["../../etc/passwd", "", "A" * 36, "7C9E6679-7425-40DE-944B-E07FC1F90AE7"]
)
async def test_ids_come_from_browsers_and_are_checked(house: TestHouse, wrong: str) -> None:
    await house.owner()
    with pytest.raises(BadRequest):
        await house.drafts.draft("agent:x", wrong)


async def test_a_recording_has_a_limit_and_what_was_recorded_is_kept(house: TestHouse) -> None:
    agent = await house.owner()
    priya = await house.writes("Priya")
    owner, draft = ana(agent).owner, new_id()
    await house.drafts.begin(owner, draft, priya.id, "audio/webm")
    await house.drafts.append(owner, draft, 0, b"x" * 999_999)
    with pytest.raises(TooBig, match="kept"):
        await house.drafts.append(owner, draft, 999_999, b"xx")
    assert await house.media.size(draft) == 999_999


async def test_a_length_once_given_binds(house: TestHouse) -> None:
    agent = await house.owner()
    priya = await house.writes("Priya")
    owner, draft_id = ana(agent).owner, new_id()
    draft = await house.drafts.begin(owner, draft_id, priya.id, "audio/webm", 4)
    with pytest.raises(BadRequest, match="more bytes"):
        await house.drafts.append(owner, draft_id, 0, b"12345")
    with pytest.raises(BadRequest, match="given already"):
        await house.drafts.set_length(draft, 5)


async def test_a_restart_offers_the_take_again(tmp_path: Path, take: bytes) -> None:
    async with open_house(tmp_path / "data") as before:
        agent = await before.owner()
        priya = await before.writes("Priya")
        draft = await before.records(ana(agent), priya, take[:9_000])
    async with open_house(tmp_path / "data") as after:
        assert await after.drafts.open_conversations(ana(agent).owner) == {priya.id}
        (kept,) = await after.drafts.recoverable(ana(agent).owner, priya.id)
        assert (kept.draft.id, kept.size) == (draft, 9_000)
        assert kept.duration_ms > 500
        await after.drafts.append(ana(agent).owner, draft, 9_000, take[9_000:])
        assert (await after.sends(ana(agent), priya, draft, take)).new
        assert await after.drafts.open_conversations(ana(agent).owner) == set()
        with pytest.raises(AlreadySent):
            await after.drafts.append(ana(agent).owner, draft, len(take), b"more")


async def test_old_drafts_expire_and_sent_recordings_stay(house: TestHouse, take: bytes) -> None:
    # The bytes' own age counts, and files are as young as this test: the story lies ahead.
    house.clock.moment = datetime.now(UTC)
    agent = await house.owner()
    priya = await house.writes("Priya")
    sent = await house.records(ana(agent), priya, take)
    await house.sends(ana(agent), priya, sent, take)
    unsent = await house.records(ana(agent), priya, take)
    house.clock.pass_by(days=29)
    assert await house.drafts.expire() == 0
    house.clock.moment += timedelta(days=2)
    assert await house.drafts.expire() == 2
    assert [news.owner for news in house.told if news.expired] == [ana(agent).owner]
    assert await house.media.size(unsent) == 0
    assert await house.media.size(sent) == len(take)
    with pytest.raises(NotFound):
        await house.drafts.draft(ana(agent).owner, unsent)


async def test_bytes_that_come_during_send_never_get_in(house: TestHouse, take: bytes) -> None:
    agent = await house.owner()
    priya = await house.writes("Priya")
    draft = await house.records(ana(agent), priya, take)
    late = house.drafts.append(ana(agent).owner, draft, len(take), b"late")
    sent, refusal = await asyncio.gather(
        house.sends(ana(agent), priya, draft, take), late, return_exceptions=True
    )
    assert isinstance(sent, Added)
    assert isinstance(refusal, AlreadySent)
    assert await house.media.size(draft) == len(take)
