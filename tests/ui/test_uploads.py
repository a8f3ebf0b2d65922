"""A take comes in by tus 1.0.0, as any tus client would send it, and becomes a message."""

from __future__ import annotations

import base64
import hashlib

import httpx
import pytest

from tests.house import TestHouse, new_id
from tests.ui.conftest import Visitor

TUS = {"Tus-Resumable": "1.0.0"}
CHUNK = {**TUS, "Content-Type": "application/offset+octet-stream"}


def metadata(**values: str) -> str:
    return ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in values.items())


async def begin(
    client: httpx.AsyncClient, conversation: str, draft: str, base: str = "", **more: str
) -> httpx.Response:
    told = metadata(id=draft, conversation=conversation, filetype="audio/webm;codecs=opus")
    headers = {**TUS, "Upload-Metadata": told, "Upload-Defer-Length": "1", **more}
    return await client.post(f"{base}/uploads", headers=headers)


async def patch(
    client: httpx.AsyncClient, draft: str, offset: int, chunk: bytes, base: str = "", **more: str
) -> httpx.Response:
    headers = {**CHUNK, "Upload-Offset": str(offset), **more}
    return await client.patch(f"{base}/uploads/{draft}", content=chunk, headers=headers)


def send_body(conversation: str, take: bytes) -> dict[str, object]:
    digest = hashlib.sha256(take).hexdigest()
    return {"conversation": conversation, "length": len(take), "sha256": digest}


async def test_a_take_arrives_in_pieces_and_is_sent(
    house: TestHouse, ana: httpx.AsyncClient, take: bytes
) -> None:
    priya = await house.writes("Priya")
    draft = new_id()
    created = await begin(ana, priya.id, draft)
    assert created.status_code == 201
    assert created.headers["location"] == f"/uploads/{draft}"
    assert created.headers["upload-offset"] == "0"
    for offset in range(0, len(take), 5_000):
        piece = take[offset : offset + 5_000]
        answer = await patch(ana, draft, offset, piece)
        assert answer.status_code == 204
        assert answer.headers["upload-offset"] == str(offset + len(piece))

    sent = await ana.post(f"/uploads/{draft}/send", json=send_body(priya.id, take))
    again = await ana.post(f"/uploads/{draft}/send", json=send_body(priya.id, take))
    assert (sent.status_code, again.status_code) == (201, 200)
    assert sent.json() == again.json() == {"message_id": draft}
    downloaded = await ana.get(f"/media/{draft}/download")
    assert downloaded.content == take
    gone = await patch(ana, draft, len(take), b"more")
    assert (gone.status_code, gone.json()["message_id"]) == (410, draft)


async def test_a_lost_answer_is_asked_for_again(
    house: TestHouse, ana: httpx.AsyncClient, take: bytes
) -> None:
    priya = await house.writes("Priya")
    draft = new_id()
    await begin(ana, priya.id, draft)
    await patch(ana, draft, 0, take[:3_000])
    conflict = await patch(ana, draft, 0, take[:3_000])
    assert (conflict.status_code, conflict.headers["upload-offset"]) == (409, "3000")
    assert conflict.json()["code"] == "OffsetConflict"
    head = await ana.head(f"/uploads/{draft}", headers=TUS)
    assert (head.status_code, head.headers["upload-offset"]) == (200, "3000")
    assert head.headers["upload-defer-length"] == "1"
    assert head.headers["cache-control"] == "no-store"
    repeated = await begin(ana, priya.id, draft)
    assert (repeated.status_code, repeated.headers["upload-offset"]) == (201, "3000")


async def test_a_client_that_knows_the_length(house: TestHouse, ana: httpx.AsyncClient) -> None:
    priya = await house.writes("Priya")
    told = metadata(conversation=priya.id, filetype="audio/webm")
    created = await ana.post(
        "/uploads", headers={**TUS, "Upload-Length": "6", "Upload-Metadata": told}
    )
    draft = created.headers["location"].removeprefix("/uploads/")
    assert (await ana.head(f"/uploads/{draft}", headers=TUS)).headers["upload-length"] == "6"
    assert (await patch(ana, draft, 0, b"1234567")).status_code == 400


async def test_a_length_told_later(house: TestHouse, ana: httpx.AsyncClient) -> None:
    priya = await house.writes("Priya")
    draft = new_id()
    await begin(ana, priya.id, draft)
    last = await patch(ana, draft, 0, b"abc", **{"Upload-Length": "3"})
    assert last.status_code == 204
    assert (await ana.head(f"/uploads/{draft}", headers=TUS)).headers["upload-length"] == "3"


async def test_capabilities(ana: httpx.AsyncClient) -> None:
    answer = await ana.options("/uploads")
    assert answer.status_code == 204
    assert answer.headers["tus-version"] == "1.0.0"
    assert answer.headers["tus-extension"] == "creation,creation-defer-length,termination"
    assert answer.headers["tus-max-size"] == "1000000"


async def test_discarding(house: TestHouse, ana: httpx.AsyncClient) -> None:
    priya = await house.writes("Priya")
    draft = new_id()
    await begin(ana, priya.id, draft)
    await patch(ana, draft, 0, b"abc")
    assert (await ana.delete(f"/uploads/{draft}", headers=TUS)).status_code == 204
    assert (await patch(ana, draft, 3, b"def")).status_code == 404
    assert (await ana.get(f"/uploads?conversation={priya.id}")).json() == {"drafts": []}


async def test_what_is_offered_after_a_crash(
    house: TestHouse, ana: httpx.AsyncClient, take: bytes
) -> None:
    priya = await house.writes("Priya")
    draft = new_id()
    await begin(ana, priya.id, draft)
    await patch(ana, draft, 0, take)
    (offered,) = (await ana.get(f"/uploads?conversation={priya.id}")).json()["drafts"]
    assert (offered["id"], offered["size"]) == (draft, len(take))
    assert offered["duration_ms"] > 2_500
    played = await ana.get(f"/uploads/{draft}/audio", headers={"Range": "bytes=0-99"})
    assert (played.status_code, played.content) == (206, take[:100])


@pytest.mark.parametrize(
    "headers",
    [
        {},  # another protocol
        {**TUS},  # neither a length nor the promise of one
        {**TUS, "Upload-Length": "-5"},
        {**TUS, "Upload-Length": "1", "Upload-Metadata": "id ###"},
        {**TUS, "Upload-Length": "1", "Upload-Metadata": metadata(filetype="text/html")},
    ],
)
async def test_a_wrong_beginning_gets_a_sentence(
    house: TestHouse, ana: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    answer = await ana.post("/uploads", headers=headers)
    assert answer.status_code == 400
    assert answer.json()["code"] == "BadRequest"
    assert answer.json()["error"].endswith(".")


async def test_only_its_owner_reaches_a_draft(
    house: TestHouse, ana: httpx.AsyncClient, visitor: Visitor, take: bytes
) -> None:
    priya, token = await house.house.contacts.begin_chat("Priya")
    _, stranger = await house.house.contacts.begin_chat("Ravi")
    contact, other, anonymous = visitor(contact=token), visitor(contact=stranger), visitor()
    draft = new_id()
    assert (await begin(contact, "", draft, "/chat")).status_code == 201
    assert (await patch(contact, draft, 0, take, "/chat")).status_code == 204
    for client, base, status in ((other, "/chat", 403), (ana, "", 403), (anonymous, "/chat", 401)):
        assert (await patch(client, draft, len(take), b"x", base)).status_code == status
        body = send_body(priya.id, take)
        url = f"{base}/uploads/{draft}"
        assert (await client.post(f"{url}/send", json=body)).status_code == status
        assert (await client.get(f"{url}/audio")).status_code == status
        assert (await client.delete(url, headers=TUS)).status_code == status
    sent = await contact.post(f"/chat/uploads/{draft}/send", json=send_body(priya.id, take))
    assert sent.status_code == 201


async def test_a_take_waits_while_somebody_else_is_signed_in(
    house: TestHouse, ana: httpx.AsyncClient
) -> None:
    priya = await house.writes("Priya")
    draft = new_id()
    ana.headers["Earshot-Owner"] = "agent:somebody-before"
    refused = await begin(ana, priya.id, draft)
    assert (refused.status_code, refused.json()["code"]) == (401, "SomebodyElse")
    del ana.headers["Earshot-Owner"]
    assert (await begin(ana, priya.id, draft)).status_code == 201


async def test_the_server_refuses_outside_the_window(
    house: TestHouse, ana: httpx.AsyncClient, take: bytes
) -> None:
    priya = await house.writes("Priya")
    draft = new_id()
    await begin(ana, priya.id, draft)
    await patch(ana, draft, 0, take)
    house.clock.pass_by(hours=25)
    refused = await ana.post(f"/uploads/{draft}/send", json=send_body(priya.id, take))
    assert (refused.status_code, refused.json()["code"]) == (409, "WindowClosed")
    assert "when Priya writes again" in refused.json()["error"]


async def test_a_body_that_is_no_body(house: TestHouse, ana: httpx.AsyncClient) -> None:
    answer = await ana.post(f"/uploads/{new_id()}/send", json={"length": "many"})
    assert (answer.status_code, answer.json()["code"]) == (400, "BadRequest")
