"""A recording never reaches the wrong contact, and never becomes two messages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, Route, expect

from tests.e2e.conftest import People
from tests.e2e.pages import Chat, Inbox, ready
from tests.e2e.server import Deployed, Earshot
from tests.e2e.tus import Upload, new_upload

Server = Earshot | Deployed
CLIP = (Path(__file__).parents[1] / "clips" / "chromium-tones.webm").read_bytes()


def recorded_by_agent(chat: Chat, earshot: Server) -> Upload:
    """A draft of the agent in this conversation, whole on the server."""
    upload = new_upload(chat.page.context.request, earshot.url, chat.id)
    assert upload.create().status == 201
    assert upload.append(0, CLIP).headers["upload-offset"] == str(len(CLIP))
    return upload


def test_a_draft_of_one_conversation_cannot_be_sent_to_another(
    chat: Chat, contact: Callable[..., Chat], inbox: Inbox, earshot: Server
) -> None:
    upload = recorded_by_agent(chat, earshot)
    ravi = contact("Ravi")
    ravi.write("Hello")
    other = inbox.open(ravi.name)
    assert upload.send(CLIP, conversation=other.id).status in (400, 403)
    expect(ravi.voice_messages).to_have_count(0)


def test_pressing_send_twice_gives_one_message(chat: Chat, priya: Chat, earshot: Server) -> None:
    upload = recorded_by_agent(chat, earshot)
    first, second = upload.send(CLIP), upload.send(CLIP)
    assert (first.status, second.status) == (201, 200)
    assert first.json() == second.json() == {"message_id": upload.id}
    expect(priya.voice_messages).to_have_count(1)
    assert upload.append(len(CLIP), b"more").status == 410


def test_two_clicks_on_send_give_one_message(chat: Chat, priya: Chat) -> None:
    recorder = chat.recorder()
    recorder.record(seconds=1)
    recorder.stop()
    chat.page.evaluate(
        """() => { const send = document.querySelector('[data-testid=recorder-send]');
                   send.click(); send.click() }"""
    )
    recorder.expect_closed()
    expect(priya.voice_messages).to_have_count(1)
    chat.reload()
    expect(chat.voice_messages).to_have_count(1)


@pytest.mark.expects_console_error("Failed to load resource|net::ERR_FAILED")
def test_a_lost_answer_to_send_gives_one_message(chat: Chat, priya: Chat) -> None:
    recorder = chat.recorder()
    recorder.record(seconds=1)
    lost: list[int] = []

    def lose_the_first_answer(route: Route) -> None:
        answer = route.fetch()
        if lost:
            route.fulfill(response=answer)
        else:
            lost.append(answer.status)
            route.abort()

    chat.page.route("**/uploads/*/send", lose_the_first_answer)
    recorder.send()
    assert lost == [201]
    expect(priya.voice_messages).to_have_count(1)
    expect(chat.voice_messages).to_have_count(1)


def test_a_take_kept_in_one_tab_and_sent_from_another_gives_one_message(
    chat: Chat, priya: Chat
) -> None:
    second = Chat(chat.page.context.new_page(), priya.name)
    second.page.goto(chat.page.url)
    ready(second.page)
    recorder = chat.recorder()
    recorder.record(seconds=2)
    recorder.stop()
    second.reload()
    expect(second.mic).to_be_visible()
    expect(second.draft_notice).to_have_count(0)  # the first tab is busy with it
    recorder.close()
    expect(chat.draft_notice).to_be_visible()

    second.recover().send()
    expect(priya.voice_messages).to_have_count(1)
    for tab in (chat, second):
        tab.reload()
        expect(tab.voice_messages).to_have_count(1)
        expect(tab.draft_notice).to_have_count(0)


def test_sending_again_from_elsewhere_gives_the_same_message(
    chat: Chat, priya: Chat, earshot: Server
) -> None:
    recorder = chat.recorder()
    recorder.record(seconds=1)
    draft = Upload(chat.page.context.request, earshot.url, chat.id, recorder.draft_id)
    recorder.send()
    again = draft.send(priya.voice_note(draft.id).download()[1])
    assert (again.status, again.json()) == (200, {"message_id": draft.id})
    expect(priya.voice_messages).to_have_count(1)


def test_strangers_get_nothing(
    chat: Chat, priya: Chat, earshot: Server, playwright: Playwright
) -> None:
    upload = recorded_by_agent(chat, earshot)
    note = upload.send(CLIP).json()["message_id"]
    stranger = playwright.request.new_context()
    for base in (earshot.url, f"{earshot.url}/chat"):
        anonymous = Upload(stranger, base, chat.id, upload.id)
        for answer in (
            anonymous.create(),
            anonymous.state(),
            anonymous.append(0, b"x"),
            anonymous.audio(),
            anonymous.send(CLIP),
            anonymous.discard(),
            stranger.get(f"{base}/media/{note}"),
            stranger.get(f"{base}/media/{note}/download"),
        ):
            assert answer.status == 401
    stranger.dispose()


def test_contacts_reach_their_own_conversation_only(
    chat: Chat, priya: Chat, contact: Callable[..., Chat], earshot: Server
) -> None:
    draft = recorded_by_agent(chat, earshot)
    note = recorded_by_agent(chat, earshot).send(CLIP).json()["message_id"]
    ravi = contact("Ravi").page.context.request
    theirs = priya.page.context.request
    chat_url = f"{earshot.url}/chat"

    assert theirs.get(f"{chat_url}/media/{note}").body() == CLIP
    assert ravi.get(f"{chat_url}/media/{note}").status in (403, 404)
    assert ravi.get(f"{earshot.url}/media/{note}").status == 401
    for nosy in (Upload(ravi, chat_url, "", draft.id), Upload(theirs, chat_url, "", draft.id)):
        assert nosy.state().status in (403, 404)
        assert nosy.audio().status in (403, 404)
        assert nosy.append(len(CLIP), b"x").status in (403, 404)
        assert nosy.send(CLIP, conversation=chat.id).status in (403, 404)
        assert nosy.discard().status in (403, 404)
    assert draft.state().headers["upload-offset"] == str(len(CLIP))


def test_nothing_is_appended_at_the_wrong_place(chat: Chat, earshot: Server) -> None:
    upload = new_upload(chat.page.context.request, earshot.url, chat.id)
    upload.create()
    assert upload.append(0, CLIP[:1000]).status == 204
    for offset in (0, 999, 1001):
        answer = upload.append(offset, b"x")
        assert answer.status == 409
        assert answer.headers["upload-offset"] == "1000"
    assert upload.append(1000, CLIP[1000:]).status == 204
    assert upload.audio().body() == CLIP
    assert upload.send(CLIP[:-1]).status == 422, "not the take that the browser has"
    assert upload.send(CLIP).status == 201


def test_what_is_not_audio_is_refused_and_leaves_nothing_behind(
    chat: Chat, priya: Chat, earshot: Server
) -> None:
    upload = new_upload(chat.page.context.request, earshot.url, chat.id)
    upload.create()
    letter = b"This is a letter and no sound at all. " * 20
    upload.append(0, letter)
    answer = upload.send(letter)
    assert answer.status == 422
    assert answer.json()["code"] == "NotAudio"
    expect(chat.voice_messages).to_have_count(0)
    expect(priya.voice_messages).to_have_count(0)


def test_downloads_come_whole_in_ranges_and_by_a_sensible_name(
    chat: Chat, priya: Chat, earshot: Server
) -> None:
    request = chat.page.context.request
    note = recorded_by_agent(chat, earshot).send(CLIP).json()["message_id"]
    part = request.get(f"{earshot.url}/media/{note}", headers={"Range": "bytes=100-199"})
    assert (part.status, part.body()) == (206, CLIP[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(CLIP)}"
    assert part.headers["x-content-type-options"] == "nosniff"
    assert "immutable" in part.headers["cache-control"]
    beyond = request.get(f"{earshot.url}/media/{note}", headers={"Range": "bytes=99999999-"})
    assert beyond.status == 416
    whole = request.get(f"{earshot.url}/media/{note}/download")
    assert whole.body() == CLIP
    assert whole.headers["content-disposition"].startswith("attachment")
    assert ".webm" in whole.headers["content-disposition"]


def test_a_page_of_another_site_changes_nothing(chat: Chat, earshot: Server) -> None:
    answer = chat.page.context.request.post(
        f"{earshot.url}/uploads", headers={"Origin": "https://elsewhere.example"}
    )
    assert answer.status == 403


@pytest.mark.parametrize("path", ["/", "/conversations/1"])
def test_pages_lead_strangers_to_the_sign_in(path: str, people: People) -> None:
    page = people.arrive()
    page.goto(people.url + path)
    expect(page).to_have_url(f"{people.url}/login")
