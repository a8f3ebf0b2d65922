"""A voice note's way from a draft to the contact, and everything that must not happen to it."""

from __future__ import annotations

import asyncio
import hashlib

import pytest

from inbox.errors import Mismatch, NotAllowed, NotAudio, NotFound, WindowClosed
from inbox.models import DeliveryStatus, Direction, Kind
from tests.house import CLIPS, TestHouse, ana, contact_of, new_id


async def test_an_agent_speaks_and_the_contact_has_the_very_bytes(
    house: TestHouse, take: bytes
) -> None:
    agent = await house.owner()
    priya = await house.writes("Priya")
    draft = await house.records(ana(agent), priya, take)
    added = await house.sends(ana(agent), priya, draft, take)

    note = added.message
    assert added.new
    assert (note.id, note.seq, note.direction, note.kind) == (draft, 2, Direction.OUT, Kind.VOICE)
    assert note.attachment is not None
    assert note.attachment.sha256 == hashlib.sha256(take).hexdigest()
    assert 2_500 < note.attachment.duration_ms < 4_500
    assert len(note.attachment.description.peaks) == 64
    stored = b"".join([block async for block in house.media.read(draft, 0, len(take))])
    assert stored == take
    assert house.told[-1].message == note


async def test_sending_twice_is_one_message(house: TestHouse, take: bytes) -> None:
    agent = await house.owner()
    priya = await house.writes("Priya")
    draft = await house.records(ana(agent), priya, take)
    both = await asyncio.gather(
        house.sends(ana(agent), priya, draft, take), house.sends(ana(agent), priya, draft, take)
    )
    again = await house.sends(ana(agent), priya, draft, take)
    assert sorted(added.new for added in (*both, again)) == [False, False, True]
    assert {added.message.id for added in (*both, again)} == {draft}
    assert len(await house.inbox.timeline(priya.id)) == 2


async def test_a_draft_never_goes_to_another_conversation(house: TestHouse, take: bytes) -> None:
    agent = await house.owner()
    priya, ravi = await house.writes("Priya"), await house.writes("Ravi")
    draft = await house.records(ana(agent), priya, take)
    with pytest.raises(NotAllowed, match="another conversation"):
        await house.sends(ana(agent), ravi, draft, take)
    with pytest.raises(NotAllowed, match="another conversation"):
        await house.drafts.begin(ana(agent).owner, draft, ravi.id, "audio/webm")
    assert len(await house.inbox.timeline(ravi.id)) == 1


async def test_a_draft_belongs_to_one_person(house: TestHouse, take: bytes) -> None:
    agent = await house.owner()
    priya = await house.writes("Priya")
    draft = await house.records(ana(agent), priya, take)
    with pytest.raises(NotAllowed, match="somebody else"):
        await house.sends(contact_of(priya), priya, draft, take)
    with pytest.raises(NotAllowed, match="somebody else"):
        await house.drafts.append("agent:nobody", draft, len(take), b"more")
    with pytest.raises(NotAllowed, match="somebody else"):
        await house.drafts.discard("agent:nobody", draft)


async def test_a_closed_window_refuses_and_keeps_the_take(house: TestHouse, take: bytes) -> None:
    agent = await house.owner()
    priya = await house.writes("Priya")
    draft = await house.records(ana(agent), priya, take)
    house.clock.pass_by(hours=24)
    with pytest.raises(WindowClosed, match="when Priya writes again"):
        await house.sends(ana(agent), priya, draft, take)

    kept = await house.drafts.recoverable(ana(agent).owner, priya.id)
    assert [each.draft.id for each in kept] == [draft]
    assert kept[0].size == len(take)
    assert 2_500 < kept[0].duration_ms < 4_500
    await house.inbox.receive_text(priya.id, new_id(), "Still there?")
    assert (await house.sends(ana(agent), priya, draft, take)).new


async def test_nobody_writes_to_a_contact_who_never_wrote(house: TestHouse) -> None:
    agent = await house.owner()
    mei, invitation = await house.house.contacts.add("Mei")
    assert not house.inbox.window(mei).ever_opened
    with pytest.raises(WindowClosed, match="hasn't written yet"):
        await house.inbox.send_text(agent, mei.id, new_id(), "Hello?")

    token = invitation.partition("invite=")[2]
    theirs = await house.house.contacts.chat_of(token)
    assert theirs is not None
    await house.inbox.receive_text(theirs.id, new_id(), "Hi, it's me")
    assert house.inbox.window(await house.inbox.conversation(mei.id)).open


async def test_other_bytes_than_in_the_browser_are_refused(house: TestHouse, take: bytes) -> None:
    agent = await house.owner()
    priya = await house.writes("Priya")
    draft = await house.records(ana(agent), priya, take)
    with pytest.raises(Mismatch, match="bytes"):
        await house.sends(ana(agent), priya, draft, take + b"!")
    other = bytes([take[0] ^ 1]) + take[1:]
    with pytest.raises(Mismatch, match="not the one in your browser"):
        await house.sends(ana(agent), priya, draft, other)
    assert (await house.sends(ana(agent), priya, draft, take)).new


@pytest.mark.parametrize("clip", ["text.webm", "picture.webm", "playlist.webm", "only-header.webm"])
async def test_what_is_not_audio_is_refused_and_changes_nothing(
    house: TestHouse, clip: str
) -> None:
    agent = await house.owner()
    priya = await house.writes("Priya")
    bytes_of_it = (CLIPS / clip).read_bytes()
    draft = await house.records(ana(agent), priya, bytes_of_it)
    with pytest.raises(NotAudio):
        await house.sends(ana(agent), priya, draft, bytes_of_it)
    assert len(await house.inbox.timeline(priya.id)) == 1
    await house.drafts.discard(ana(agent).owner, draft)
    assert await house.media.size(draft) == 0


async def test_a_contact_speaks(house: TestHouse, take: bytes) -> None:
    await house.owner()
    priya = await house.writes("Priya")
    draft = await house.records(contact_of(priya), priya, take)
    house.clock.pass_by(hours=30)  # the window binds the team, never the contact
    added = await house.sends(contact_of(priya), priya, draft, take)
    assert added.message.direction is Direction.IN
    assert added.message.status is None
    assert added.conversation.unread == 2
    assert house.inbox.window(added.conversation).open


async def test_a_discarded_draft_stays_discarded(house: TestHouse, take: bytes) -> None:
    agent = await house.owner()
    priya = await house.writes("Priya")
    draft = await house.records(ana(agent), priya, take)
    await house.drafts.discard(ana(agent).owner, draft)
    with pytest.raises(NotFound, match="discarded"):
        await house.drafts.begin(ana(agent).owner, draft, priya.id, "audio/webm")
    with pytest.raises(NotFound, match="discarded"):
        await house.sends(ana(agent), priya, draft, take)


async def test_text_is_idempotent_by_its_id_too(house: TestHouse) -> None:
    agent = await house.owner()
    priya, ravi = await house.writes("Priya"), await house.writes("Ravi")
    message_id = new_id()
    first = await house.inbox.send_text(agent, priya.id, message_id, "On its way")
    again = await house.inbox.send_text(agent, priya.id, message_id, "On its way")
    assert first == again
    assert first.status is DeliveryStatus.QUEUED
    with pytest.raises(NotAllowed):
        await house.inbox.send_text(agent, ravi.id, message_id, "On its way")
