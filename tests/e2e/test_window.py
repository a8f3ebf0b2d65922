"""The service window: the microphone is there while it is open, and the server stands behind it."""

from __future__ import annotations

import hashlib
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import People
from tests.e2e.pages import Chat, Inbox
from tests.e2e.recorded import recorded_sha256
from tests.e2e.server import Earshot
from tests.e2e.tus import Upload

pytestmark = pytest.mark.local
WINDOW_SECONDS = 12
SETTINGS = {"EARSHOT_SERVICE_WINDOW_HOURS": str(WINDOW_SECONDS / 3600)}
CLOSES = (WINDOW_SECONDS + 5) * 1000  # ms within which it has closed for everyone


def test_the_microphone_goes_when_the_window_closes_and_comes_back_when_the_contact_writes(
    chat: Chat, priya: Chat
) -> None:
    expect(chat.mic).to_be_visible()
    chat.expect_window(open=True)

    expect(chat.mic).to_have_count(0, timeout=CLOSES)  # live, nobody does anything
    chat.expect_window(open=False)

    priya.write("One more thing!")
    expect(chat.mic).to_be_visible()
    chat.expect_window(open=True)


def test_a_contact_added_by_hand_has_never_opened_the_window(inbox: Inbox, people: People) -> None:
    name = f"Ravi {uuid4().hex[:6]}"
    invitation = inbox.add_contact(name)
    chat = inbox.open(name)
    chat.expect_window(open=False)
    expect(chat.mic).to_have_count(0)

    ravi = Chat(people.arrive(), name)
    ravi.page.goto(invitation)
    ravi.write("You wanted to talk to me?")
    expect(chat.message("You wanted to talk to me?")).to_be_visible()
    expect(chat.mic).to_be_visible()


def test_a_take_that_outlives_the_window_is_kept_and_offered_when_the_contact_writes(
    chat: Chat, priya: Chat
) -> None:
    recorder = chat.recorder()
    recorder.record(seconds=WINDOW_SECONDS + 1)
    chat.expect_window(open=False)
    recorder.stop()
    recorded = recorded_sha256(chat.page)
    recorder.close()
    expect(chat.draft_notice).to_be_visible()
    expect(chat.voice_messages).to_have_count(0)

    priya.write("Still there?")
    recorder = chat.recover()
    recorder.send()
    note = priya.voice_note()
    # First whether we lost bytes, then whether the browser recorded all the time it showed.
    assert hashlib.sha256(note.download()[1]).hexdigest() == recorded
    assert note.duration > WINDOW_SECONDS - 1


def test_the_server_refuses_whatever_the_page_shows(chat: Chat, earshot: Earshot) -> None:
    recorder = chat.recorder()
    recorder.record(seconds=1)
    recorder.stop()
    draft = Upload(chat.page.context.request, earshot.url, chat.id, recorder.draft_id)
    take = draft.audio().body()
    expect(chat.window).to_have_attribute("data-open", "false", timeout=CLOSES)

    answer = draft.send(take)
    assert answer.status == 409
    assert answer.json()["code"] == "WindowClosed"
    assert " " in answer.json()["error"]
    expect(chat.voice_messages).to_have_count(0)
