"""Recordings out: ranges, caching, names, and who may hear what."""

from __future__ import annotations

import httpx
import pytest

from inbox.models import DeliveryStatus, Message
from inbox.person import agent_person
from tests.house import TestHouse
from tests.ui.conftest import Visitor
from ui.media import disposition, file_name


@pytest.fixture
async def note(house: TestHouse, ana: httpx.AsyncClient, take: bytes) -> Message:
    """A voice note from Ana to Priya that has been sent."""
    agent = await house.store.agent_by_name("Ana")
    assert agent is not None
    person = agent_person(agent)
    priya = await house.writes("Priya")
    draft = await house.records(person, priya, take)
    message = (await house.sends(person, priya, draft, take)).message
    return await house.inbox.record_delivery(message.id, DeliveryStatus.SENT)


async def test_the_whole_take(ana: httpx.AsyncClient, note: Message, take: bytes) -> None:
    answer = await ana.get(f"/media/{note.id}")
    assert answer.status_code == 200
    assert answer.content == take
    assert answer.headers["content-type"] == "audio/webm;codecs=opus"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert note.attachment is not None
    assert answer.headers["etag"] == f'"{note.attachment.sha256}"'
    head = await ana.head(f"/media/{note.id}")
    assert (head.content, head.headers["content-length"]) == (b"", str(len(take)))


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=100-", 100, None),
        ("bytes=-10", -10, None),
        ("bytes=5-999999999", 5, None),
        ("bytes=-999999999", 0, None),
    ],
)
async def test_a_part(
    ana: httpx.AsyncClient, note: Message, take: bytes, asked: str, start: int, stop: int | None
) -> None:
    answer = await ana.get(f"/media/{note.id}", headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.content == take[start:stop]
    first = start % len(take)
    last = (stop or len(take)) - 1
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{len(take)}"
    assert answer.headers["content-length"] == str(len(answer.content))


async def test_a_part_that_is_not_there(ana: httpx.AsyncClient, note: Message, take: bytes) -> None:
    for asked in (f"bytes={len(take)}-", "bytes=-0", "bytes=9-3"):
        answer = await ana.get(f"/media/{note.id}", headers={"Range": asked})
        assert answer.status_code == 416
        assert answer.headers["content-range"] == f"bytes */{len(take)}"


@pytest.mark.parametrize("odd", ["bytes=", "bytes=0-1,5-6", "seconds=1-2", "bytes=a-b"])
async def test_what_cannot_be_understood_gets_everything(
    ana: httpx.AsyncClient, note: Message, take: bytes, odd: str
) -> None:
    answer = await ana.get(f"/media/{note.id}", headers={"Range": odd})
    assert (answer.status_code, answer.content) == (200, take)


async def test_a_browser_that_has_it_is_told_so(ana: httpx.AsyncClient, note: Message) -> None:
    etag = (await ana.head(f"/media/{note.id}")).headers["etag"]
    assert (await ana.get(f"/media/{note.id}", headers={"If-None-Match": etag})).status_code == 304
    stale = {"Range": "bytes=0-9", "If-Range": '"something else"'}
    assert (await ana.get(f"/media/{note.id}", headers=stale)).status_code == 200


async def test_who_may_hear_it(
    house: TestHouse, ana: httpx.AsyncClient, visitor: Visitor, note: Message
) -> None:
    stranger = visitor(contact=(await house.house.contacts.begin_chat("Ravi"))[1])
    for path in (f"/media/{note.id}", f"/media/{note.id}/download"):
        assert (await ana.get(path)).status_code == 200
        assert (await visitor().get(path)).status_code == 401
        assert (await stranger.get(path)).status_code == 401
        assert (await stranger.get("/chat" + path)).status_code == 404
        assert (await visitor().get("/chat" + path)).status_code == 401


async def test_a_contact_hears_only_what_was_sent(
    house: TestHouse, ana: httpx.AsyncClient, visitor: Visitor, take: bytes
) -> None:
    agent = await house.store.agent_by_name("Ana")
    assert agent is not None
    priya, token = await house.house.contacts.begin_chat("Priya")
    contact = visitor(contact=token)
    await house.inbox.receive_text(priya.id, "11111111-1111-4111-8111-111111111111", "Hi")
    draft = await house.records(agent_person(agent), priya, take)
    note = (await house.sends(agent_person(agent), priya, draft, take)).message
    assert (await contact.get(f"/chat/media/{note.id}")).status_code == 404  # still queued
    await house.inbox.record_delivery(note.id, DeliveryStatus.SENT)
    assert (await contact.get(f"/chat/media/{note.id}/download")).content == take


def test_the_name_of_a_download(note: Message) -> None:
    assert note.attachment is not None
    name = file_name('Priya / "Sharma"\n..', note, note.attachment)
    assert name == "Priya Sharma 2026-11-22 14-00-00 UTC.webm"
    assert file_name("///", note, note.attachment).startswith("Voice note 2026")
    header = disposition("Zoë 🎤.webm")
    assert (
        header
        == "attachment; filename=\"Zo_ _.webm\"; filename*=UTF-8''Zo%C3%AB%20%F0%9F%8E%A4.webm"
    )
