"""The main story: from an agent's microphone to a contact's ear, and the other way round."""

from __future__ import annotations

import hashlib
import re

import pytest
from playwright.sync_api import expect

from tests.e2e.microphone import duration, is_unbroken, seconds_heard, split_at_gaps
from tests.e2e.pages import Chat, Inbox, ready
from tests.e2e.recorded import recorded_sha256
from tests.e2e.server import Deployed, Earshot


def test_an_agents_voice_note_reaches_the_contact_byte_for_byte(
    priya: Chat, inbox: Inbox, earshot: Earshot | Deployed
) -> None:
    priya.write("When will my parcel arrive?")
    expect(inbox.row(priya.name)).to_contain_text("When will my parcel arrive?")  # live
    chat = inbox.open(priya.name)
    expect(chat.message("When will my parcel arrive?")).to_be_visible()

    recorder = chat.recorder()
    recorder.record(seconds=3)
    recorder.pause()
    recorder.listen()
    chat.page.wait_for_timeout(3_000)  # the microphone plays on; the take must not have this
    recorder.resume()
    recorder.wait_for(6)
    recorder.stop()
    recorder.listen()
    recorded = recorded_sha256(chat.page)
    said = recorder.send()

    note = chat.voice_note()
    theirs = priya.voice_note(note.id)  # in the other browser, live
    chat.expect_status(note.id, re.compile("delivered|read"))
    theirs.play()
    chat.expect_status(note.id, "played")

    name, original = note.download()
    _, received = theirs.download()
    stored = earshot.media_file(note.id) if isinstance(earshot, Earshot) else original
    hashes = {hashlib.sha256(each).hexdigest() for each in (original, received, stored)}
    assert hashes == {recorded} == {said["sha256"]}
    assert said["length"] == len(original)
    assert name.endswith((".webm", ".ogg", ".m4a"))

    before, after = split_at_gaps(seconds_heard(original))
    assert len(before) >= 2
    assert len(after) >= 2
    assert 3 <= after[0] - before[-1] <= 6, "the pause is not absent"
    assert abs(duration(original) - note.duration) < 0.1
    assert 5 < note.duration < 8


def test_a_contacts_voice_note_reaches_the_agent_byte_for_byte(
    priya: Chat, inbox: Inbox, earshot: Earshot | Deployed
) -> None:
    recorder = priya.recorder()
    recorder.record(seconds=3)
    said = recorder.send()  # straight from recording
    recorded = recorded_sha256(priya.page)

    row = inbox.row(priya.name)
    expect(row).to_have_attribute("data-unread", "1")
    chat = inbox.open(priya.name)
    note = chat.voice_note(priya.voice_note().id)
    expect(row).to_have_attribute("data-unread", "0")
    note.play()
    name, original = note.download()
    _, sent = priya.voice_note(note.id).download()

    assert hashlib.sha256(original).hexdigest() == recorded == said["sha256"]
    assert sent == original
    assert re.sub(r"\W", "", priya.name) in re.sub(r"\W", "", name)
    assert is_unbroken(seconds_heard(original))
    assert abs(duration(original) - note.duration) < 0.1
    if isinstance(earshot, Earshot):
        assert earshot.media_file(note.id) == original


def test_a_take_can_be_recorded_again_and_discarded(chat: Chat, priya: Chat) -> None:
    recorder = chat.recorder()
    recorder.record(seconds=1)
    recorder.stop()
    first = recorder.draft_id
    recorder.again()
    recorder.record(seconds=2)
    assert recorder.draft_id != first
    said = recorder.send()
    note = chat.voice_note()
    assert note.id != first
    assert len(note.download()[1]) == said["length"]

    recorder = chat.recorder()
    recorder.record(seconds=1)
    recorder.stop()
    recorder.discard()
    chat.reload()
    expect(chat.voice_messages).to_have_count(1)
    expect(chat.draft_notice).to_have_count(0)
    expect(priya.voice_messages).to_have_count(1)


def test_escape_never_throws_a_take_away(chat: Chat) -> None:
    recorder = chat.recorder()
    recorder.record(seconds=1)
    chat.page.keyboard.press("Escape")
    recorder.stop()
    chat.page.keyboard.press("Escape")
    recorder.expect_state("review")


def test_the_microphone_is_let_go_on_every_way_out(chat: Chat, priya: Chat) -> None:
    live = "window.__streams.flatMap(s => s.getTracks()).filter(t => t.readyState == 'live').length"
    chat.page.evaluate(
        """() => { window.__streams = []; const media = navigator.mediaDevices;
        const real = media.getUserMedia.bind(media);
        media.getUserMedia = async wish => { const stream = await real(wish);
            window.__streams.push(stream); return stream } }"""
    )
    recorder = chat.recorder()
    assert chat.page.evaluate(live) == 1
    recorder.close()
    assert chat.page.evaluate(live) == 0

    recorder = chat.recorder()
    recorder.record(seconds=1)
    recorder.stop()
    recorder.discard()
    assert chat.page.evaluate(live) == 0

    recorder = chat.recorder()
    recorder.record(seconds=1)
    recorder.send()
    assert chat.page.evaluate(live) == 0


@pytest.mark.parametrize("side", ["agent", "contact"])
def test_no_microphone_is_asked_for_before_somebody_wants_to_speak(
    side: str, chat: Chat, priya: Chat
) -> None:
    page = chat.page if side == "agent" else priya.page
    page.add_init_script(
        "window.__asked = 0; navigator.mediaDevices.getUserMedia = async () => { __asked++ }"
    )
    page.reload()
    ready(page)
    page.wait_for_timeout(500)
    assert page.evaluate("window.__asked") == 0
