"""What every store promises, asked through `inbox.protocols.Store` alone.
Longer than 300 lines because the promises of one protocol belong together."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inbox.errors import BadRequest, NotFound
from inbox.models import (
    Conversation,
    DeliveryStatus,
    Direction,
    DraftState,
    Message,
    preview_of,
)
from inbox.protocols import Store
from tests.store.conftest import Backend
from tests.store.samples import (
    NOON,
    inbound,
    later,
    new_agent,
    new_conversation,
    new_draft,
    new_session,
    outbound,
    voice_note,
)


@pytest.fixture
async def ada(store: Store) -> Conversation:
    return await store.add_conversation(new_conversation("Ada"))


# --- messages ---------------------------------------------------------------------------------


async def test_a_message_gets_its_number_and_updates_its_conversation(
    store: Store, ada: Conversation
) -> None:
    first = await store.add_message(inbound(ada, "Hello", at=later(5)), now=later(7))
    second = await store.add_message(outbound(ada, "Hi"), now=later(9))
    assert first.new
    assert second.new
    assert [first.message.seq, second.message.seq] == [1, 2]
    assert first.conversation.unread == 1
    assert second.conversation == await store.conversation(ada.id)
    assert second.conversation.last_seq == 2
    assert second.conversation.unread == 1
    assert second.conversation.last_inbound_at == later(5)
    assert second.conversation.active_at == later(9)
    assert second.conversation.preview == preview_of(second.message)


async def test_a_voice_note_comes_back_as_it_was(
    backend: Backend, store: Store, ada: Conversation
) -> None:
    note = (await store.add_message(voice_note(ada), now=NOON)).message
    assert await store.message(note.id) == note
    assert note.attachment
    assert len(note.attachment.description.peaks) == 64


async def test_adding_the_same_message_again_changes_nothing(
    store: Store, ada: Conversation
) -> None:
    message = inbound(ada)
    once = await store.add_message(message, now=NOON)
    again = await store.add_message(replace(message, text="other"), now=later(60))
    assert not again.new
    assert again.message == once.message
    assert again.conversation == once.conversation
    assert len(await store.messages(ada.id, limit=10)) == 1


async def test_pressing_send_twice_at_once_gives_one_message(
    store: Store, ada: Conversation
) -> None:
    message = outbound(ada)
    added = await asyncio.gather(*(store.add_message(message, now=NOON) for _ in range(8)))
    assert sorted(one.new for one in added) == [False] * 7 + [True]
    assert {one.message for one in added} == {replace(message, seq=1)}


async def test_messages_arriving_together_are_numbered_without_gaps(
    store: Store, ada: Conversation
) -> None:
    added = await asyncio.gather(
        *(store.add_message(inbound(ada, str(n)), now=NOON) for n in range(300))
    )
    assert [one.message.seq for one in added] == list(range(1, 301))
    conversation = await store.conversation(ada.id)
    assert (conversation.last_seq, conversation.unread) == (300, 300)


async def test_a_message_for_nobody_is_refused(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.add_message(inbound(new_conversation()), now=NOON)
    with pytest.raises(NotFound):
        await store.messages("nobody", limit=5)
    with pytest.raises(NotFound):
        await store.message("nothing")


async def test_text_that_cannot_be_stored_changes_nothing(store: Store, ada: Conversation) -> None:
    with pytest.raises(BadRequest):
        await store.add_message(inbound(ada, "half a character: \ud83d"), now=NOON)
    assert (await store.conversation(ada.id)).last_seq == 0
    assert await store.messages(ada.id, limit=5) == []
    await store.add_message(inbound(ada, "\N{GRINNING FACE} \x00 \u2028"), now=NOON)
    assert (await store.messages(ada.id, limit=1))[0].text == "\N{GRINNING FACE} \x00 \u2028"


async def test_the_timeline_is_read_backwards_in_pieces(store: Store, ada: Conversation) -> None:
    for n in range(600):
        await store.add_message(inbound(ada, str(n + 1)), now=NOON)
    read: list[Message] = []
    before = None
    while piece := await store.messages(ada.id, limit=50, before=before):
        assert len(piece) == 50
        read = piece + read
        before = piece[0].seq
    assert [message.text for message in read] == [str(n + 1) for n in range(600)]
    assert [m.seq for m in await store.messages(ada.id, limit=4, before=259)] == [
        255,
        256,
        257,
        258,
    ]
    assert len(await store.messages(ada.id, limit=10_000)) == 600
    assert await store.messages(ada.id, limit=5, before=1) == []


async def test_a_message_is_found_by_the_id_of_its_channel(store: Store, ada: Conversation) -> None:
    received = (
        await store.add_message(inbound(ada, channel_message_id="wamid.1"), now=NOON)
    ).message
    sent = (await store.add_message(outbound(ada), now=NOON)).message
    assert await store.message_by_channel_id("webchat", "wamid.1") == received
    assert await store.message_by_channel_id("whatsapp", "wamid.1") is None
    await store.change_message(sent.id, lambda m: replace(m, channel_message_id="wamid.2"))
    found = await store.message_by_channel_id("webchat", "wamid.2")
    assert found
    assert found.id == sent.id


async def test_a_status_change_shows_in_the_message_and_the_preview(
    store: Store, ada: Conversation
) -> None:
    first = (await store.add_message(outbound(ada, "one"), now=NOON)).message
    last = (await store.add_message(outbound(ada, "two"), now=NOON)).message

    def sent(message: Message) -> Message:
        steps = (*message.steps, (DeliveryStatus.SENT, later(3)))
        return replace(message, status=DeliveryStatus.SENT, steps=steps)

    changed, conversation = await store.change_message(last.id, sent)
    assert changed == sent(last) == await store.message(last.id)
    assert conversation.preview == preview_of(changed)
    assert conversation == await store.conversation(ada.id)
    _, conversation = await store.change_message(first.id, sent)
    assert conversation.preview == preview_of(changed)
    assert conversation.active_at == NOON


async def test_a_change_that_changes_nothing_or_fails_leaves_all_as_it_was(
    store: Store, ada: Conversation
) -> None:
    message = (await store.add_message(outbound(ada), now=NOON)).message

    def broken(message: Message) -> Message:
        raise BadRequest("no")

    assert (await store.change_message(message.id, lambda m: m))[0] == message
    with pytest.raises(BadRequest):
        await store.change_message(message.id, broken)
    with pytest.raises(NotFound):
        await store.change_message("nothing", lambda m: m)
    assert await store.message(message.id) == message


async def test_concurrent_changes_of_one_message_are_all_applied(
    store: Store, ada: Conversation
) -> None:
    message = (await store.add_message(outbound(ada, ""), now=NOON)).message
    await asyncio.gather(
        *(
            store.change_message(message.id, lambda m: replace(m, text=m.text + "x"))
            for _ in range(40)
        )
    )
    assert (await store.message(message.id)).text == "x" * 40


async def test_waiting_messages_come_oldest_first_by_channel_and_status(store: Store) -> None:
    web = await store.add_conversation(new_conversation())
    phone = await store.add_conversation(new_conversation(channel="whatsapp"))
    for n in (3, 1, 2):
        await store.add_message(outbound(web, str(n), at=later(n)), now=NOON)
    await store.add_message(outbound(phone, "phone"), now=NOON)
    await store.add_message(inbound(web, "in"), now=NOON)
    note = inbound(web, "note", direction=Direction.NOTE)
    await store.add_message(note, now=NOON)

    async def texts(status: DeliveryStatus, channel: str, limit: int = 10) -> list[str]:
        waiting = await store.waiting(status, channel=channel, limit=limit)
        return [message.text for message in waiting]

    assert await texts(DeliveryStatus.QUEUED, "webchat") == ["1", "2", "3"]
    assert await texts(DeliveryStatus.QUEUED, "webchat", limit=2) == ["1", "2"]
    assert await texts(DeliveryStatus.QUEUED, "whatsapp") == ["phone"]
    assert await texts(DeliveryStatus.SENDING, "webchat") == []
    oldest = (await store.waiting(DeliveryStatus.QUEUED, channel="webchat", limit=1))[0]
    await store.change_message(oldest.id, lambda m: replace(m, status=DeliveryStatus.SENDING))
    assert await texts(DeliveryStatus.QUEUED, "webchat") == ["2", "3"]
    assert await texts(DeliveryStatus.SENDING, "webchat") == ["1"]
    await store.change_message(oldest.id, lambda m: replace(m, status=DeliveryStatus.FAILED))
    assert await texts(DeliveryStatus.SENDING, "webchat") == []
    await store.change_message(oldest.id, lambda m: replace(m, status=DeliveryStatus.QUEUED))
    assert await texts(DeliveryStatus.QUEUED, "webchat") == ["1", "2", "3"]


async def test_undelivered_are_sent_or_delivered_the_newest_ascending(
    store: Store, ada: Conversation
) -> None:
    statuses = [*DeliveryStatus, *DeliveryStatus]
    for n, status in enumerate(statuses):
        await store.add_message(outbound(ada, str(n), status=status), now=NOON)
    await store.add_message(inbound(ada), now=NOON)
    wanted = [
        str(n)
        for n, status in enumerate(statuses)
        if status in (DeliveryStatus.SENT, DeliveryStatus.DELIVERED)
    ]
    assert [m.text for m in await store.undelivered(ada.id, limit=50)] == wanted
    assert [m.text for m in await store.undelivered(ada.id, limit=3)] == wanted[-3:]


async def test_undelivered_looks_at_the_newest_thousand_only(
    store: Store, ada: Conversation
) -> None:
    for n in range(1_300):
        status = DeliveryStatus.SENT if n in (299, 300, 900) else DeliveryStatus.READ
        await store.add_message(outbound(ada, str(n), status=status), now=NOON)
    assert [m.text for m in await store.undelivered(ada.id, limit=50)] == ["300", "900"]
    assert [m.text for m in await store.undelivered(ada.id, limit=1)] == ["900"]


# --- contacts and conversations ---------------------------------------------------------------


async def test_a_contact_has_one_conversation_per_address(store: Store) -> None:
    first = new_conversation("Ada")
    assert await store.add_conversation(first) == first
    assert await store.conversation_of("webchat", first.contact.address) == first
    same = new_conversation("Somebody else")
    same = replace(same, contact=replace(same.contact, address=first.contact.address))
    assert await store.add_conversation(same) == first
    assert await store.conversation_of("whatsapp", first.contact.address) is None
    with pytest.raises(NotFound):
        await store.conversation(same.id)


async def test_a_new_contact_arriving_twice_at_once_is_one(store: Store) -> None:
    first = new_conversation()
    others = [replace(first, id=f"other-{n}") for n in range(5)]
    added = await asyncio.gather(*map(store.add_conversation, [first, *others]))
    assert {one.id for one in added} == {first.id}


@pytest.mark.parametrize("wrong", ["", "../../etc/passwd", "a/b", "a" * 65, "a.b", "ä", "a\n"])
async def test_odd_ids_of_conversations_are_refused(store: Store, wrong: str) -> None:
    with pytest.raises(BadRequest):
        await store.add_conversation(new_conversation(id=wrong))


async def test_the_list_is_ordered_by_activity_and_read_in_pages(store: Store) -> None:
    added = [
        await store.add_conversation(new_conversation(str(n), active_at=later(n // 2)))
        for n in range(20)
    ]
    await store.add_message(inbound(added[4]), now=later(1_000))
    expected = sorted(
        [await store.conversation(one.id) for one in added],
        key=lambda one: (one.active_at, one.id),
        reverse=True,
    )
    assert expected[0].id == added[4].id
    read: list[Conversation] = []
    before = None
    while page := await store.conversations(limit=6, before=before):
        read += page
        before = (page[-1].active_at, page[-1].id)
    assert read == expected


async def test_a_contact_can_be_renamed(store: Store, ada: Conversation) -> None:
    changed = await store.change_contact(ada.contact.id, lambda c: replace(c, name="Ada L."))
    assert changed.contact.name == "Ada L."
    assert changed == await store.conversation(ada.id)
    with pytest.raises(NotFound):
        await store.change_contact("nobody", lambda c: c)


async def test_reading_sets_unread_to_zero(store: Store, ada: Conversation) -> None:
    await store.add_message(inbound(ada), now=later(1))
    read = await store.mark_read(ada.id)
    assert read.unread == 0
    assert read.active_at == later(1)
    assert read == await store.mark_read(ada.id) == await store.conversation(ada.id)
    with pytest.raises(NotFound):
        await store.mark_read("nobody")


# --- drafts -----------------------------------------------------------------------------------


async def test_drafts_belong_to_their_owner(store: Store, ada: Conversation) -> None:
    second, first = new_draft(ada, created_at=later(2)), new_draft(ada, created_at=later(1))
    other = new_draft(ada, owner="agent:2")
    for draft in (second, first, other):
        assert await store.add_draft(draft) == draft
    assert await store.add_draft(replace(first, owner="agent:2")) == first
    assert await store.open_drafts("agent:1") == [first, second]
    assert await store.open_drafts("agent:2") == [other]
    assert await store.open_drafts("agent:3") == []
    assert await store.draft("nothing") is None


async def test_sending_closes_the_draft_in_the_same_write(store: Store, ada: Conversation) -> None:
    draft = await store.add_draft(new_draft(ada))
    await store.add_message(voice_note(ada, id=draft.id), now=later(8), closes_draft=True)
    closed = replace(draft, state=DraftState.SENT, closed_at=later(8))
    assert await store.draft(draft.id) == closed
    assert await store.open_drafts(draft.owner) == []


async def test_a_discarded_draft_cannot_be_sent(store: Store, ada: Conversation) -> None:
    draft = await store.add_draft(new_draft(ada))
    discarded = await store.change_draft(
        draft.id, lambda d: replace(d, state=DraftState.DISCARDED, closed_at=later(1))
    )
    assert discarded == await store.draft(draft.id)
    assert await store.open_drafts(draft.owner) == []
    with pytest.raises(NotFound):
        await store.add_message(voice_note(ada, id=draft.id), now=later(8), closes_draft=True)
    with pytest.raises(NotFound):
        await store.message(draft.id)
    with pytest.raises(NotFound):
        await store.change_draft("nothing", lambda d: d)


async def test_old_drafts_are_found_and_removed(store: Store, ada: Conversation) -> None:
    drafts = [await store.add_draft(new_draft(ada, created_at=later(n))) for n in (3, 1, 2)]
    await store.change_draft(drafts[1].id, lambda d: replace(d, state=DraftState.DISCARDED))
    old = await store.drafts_created_before(later(3), limit=10)
    assert [draft.id for draft in old] == [drafts[1].id, drafts[2].id]
    assert len(await store.drafts_created_before(later(9), limit=2)) == 2
    for _ in range(2):
        await store.remove_draft(drafts[2].id)
    assert await store.draft(drafts[2].id) is None
    assert [d.id for d in await store.open_drafts("agent:1")] == [drafts[0].id]
    assert len(await store.drafts_created_before(later(9), limit=10)) == 2


# --- agents, sessions, the whole --------------------------------------------------------------


async def test_agents_have_different_names(store: Store) -> None:
    assert not await store.has_agents()
    grace = new_agent("Grace")
    await store.add_agent(grace)
    assert await store.has_agents()
    assert await store.agent(grace.id) == grace
    assert await store.agent_by_name("gRACE") == grace
    assert await store.agent_by_name("Alan") is None
    with pytest.raises(BadRequest):
        await store.add_agent(new_agent("GRACE"))
    with pytest.raises(NotFound):
        await store.agent("nobody")


async def test_a_session_lasts_until_it_is_removed(store: Store) -> None:
    session = new_session(new_agent())
    await store.add_session(session)
    assert await store.session(session.token_hash) == session
    for _ in range(2):
        await store.remove_session(session.token_hash)
    assert await store.session(session.token_hash) is None


async def test_everything_is_there_after_a_restart(backend: Backend, tmp_path: Path) -> None:
    store = await backend.open()
    ada = await store.add_conversation(new_conversation("Ada"))
    agent, draft = new_agent(), new_draft(ada)
    session = new_session(agent)
    await store.add_agent(agent)
    await store.add_session(session)
    await store.add_draft(draft)
    await store.check_writable()
    for n in range(300):
        await store.add_message(outbound(ada, str(n), channel_message_id=f"c{n}"), now=later(n))

    async def everything(store: Store) -> list[Any]:
        return [
            await store.agent_by_name("grace"),
            await store.session(session.token_hash),
            await store.open_drafts(draft.owner),
            await store.drafts_created_before(later(1), limit=9),
            await store.conversations(limit=10),
            await store.conversation_of("webchat", ada.contact.address),
            await store.change_contact(ada.contact.id, lambda contact: contact),
            await store.messages(ada.id, limit=1_000),
            await store.message_by_channel_id("webchat", "c7"),
            await store.waiting(DeliveryStatus.QUEUED, channel="webchat", limit=1_000),
        ]

    before = await everything(store)
    await store.close()
    store = await backend.open()
    assert await everything(store) == before
    await store.close()


async def test_a_backup_taken_while_running_can_be_opened(
    backend: Backend, store: Store, ada: Conversation, tmp_path: Path
) -> None:
    await store.add_message(inbound(ada, "kept"), now=NOON)
    await store.backup(tmp_path / "copy")
    await store.add_message(inbound(ada, "too late"), now=NOON)
    copy = await type(backend)(tmp_path / "copy").open()  # type: ignore[call-arg]
    assert [message.text for message in await copy.messages(ada.id, limit=9)] == ["kept"]
    await copy.close()
