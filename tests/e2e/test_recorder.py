"""The recorder at its edges: slips of the finger, other tabs, microphones that fall silent,
browsers that keep nothing, and answers of the server that get lost or come out wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import APIResponse, Browser, Page, Route, expect

from tests.e2e.conftest import People
from tests.e2e.microphone import duration, is_unbroken, seconds_heard
from tests.e2e.pages import Chat, Inbox, Recorder
from tests.e2e.recorded import recorded_sha256
from tests.e2e.server import Deployed, Earshot
from tests.tones import write_tones

Server = Earshot | Deployed
noisy = pytest.mark.expects_console_error(r"Failed to load resource")


def note(recorder: Recorder) -> str:
    """The sentence above the recorder's row."""
    return recorder.page.get_by_test_id("recorder-note").inner_text()


def expect_whole(chat: Chat, said: dict[str, object]) -> None:
    """What arrived is what the browser recorded."""
    assert said["sha256"] == recorded_sha256(chat.page)
    assert len(chat.voice_note().download()[1]) == said["length"]


# --- slips of the finger


def test_a_take_too_short_to_hear_is_not_kept(chat: Chat) -> None:
    recorder = chat.recorder()
    chat.page.evaluate(
        """() => {
            const button = name => document.querySelector(`[data-testid=recorder-${name}]`);
            button("record").click();
            const waiting = setInterval(() => {
                if (button("stop")) { clearInterval(waiting); button("stop").click(); }
            }, 10);
        }"""
    )
    expect(chat.page.get_by_test_id("recorder-note")).to_contain_text("too short")
    recorder.expect_state("ready")
    recorder.record(seconds=1)
    recorder.send()
    expect(chat.voice_messages).to_have_count(1)
    expect(chat.draft_notice).to_have_count(0)


def test_the_second_half_of_a_double_click_hits_nothing_else(chat: Chat) -> None:
    chat.mic.dblclick()
    recorder = Recorder(chat.page)
    recorder.expect_state("ready")
    chat.page.get_by_test_id("recorder-record").dblclick()
    recorder.wait_for(1)
    recorder.expect_state("recording")
    chat.page.get_by_test_id("recorder-send").dblclick()
    recorder.expect_closed()
    expect(chat.voice_messages).to_have_count(1)


def test_a_longer_take_is_not_thrown_away_without_a_question(chat: Chat) -> None:
    recorder = chat.recorder()
    recorder.record(seconds=4)
    chat.page.get_by_test_id("recorder-discard").click()
    expect(recorder.root).to_contain_text("Discard this recording")
    recorder.expect_state("recording")
    chat.page.keyboard.press("Escape")
    expect(recorder.root).not_to_contain_text("Discard this recording")
    recorder.stop()
    recorder.discard()
    chat.reload()
    expect(chat.draft_notice).to_have_count(0)


# --- listening


def test_the_take_so_far_is_heard_while_paused(chat: Chat) -> None:
    recorder = chat.recorder()
    recorder.record(seconds=2)
    recorder.pause()
    preview = chat.page.get_by_test_id("recorder-preview")
    seek = preview.get_by_test_id("voice-seek")
    recorder.listen()
    expect(seek).not_to_have_attribute("aria-valuenow", "0")
    recorder.resume()
    recorder.wait_for(4)
    recorder.stop()
    length = int(preview.get_attribute("data-duration-ms") or "0")
    assert 4000 <= length < 7000
    recorder.listen()
    seek.press("ArrowRight")
    chat.page.wait_for_function(
        """at => +document.querySelector(
            '[data-testid=recorder-preview] [data-testid=voice-seek]').ariaValueNow >= at""",
        arg=min(length - 500, 1500),
    )
    recorder.send()
    assert abs(chat.voice_note().duration * 1000 - length) < 600


# --- other tabs and computers


def test_a_take_in_another_tab_is_offered_when_that_tab_lets_go(chat: Chat) -> None:
    recorder = chat.recorder()
    recorder.record(seconds=2)
    other = Chat(second_tab(chat.page), chat.name)
    expect(other.mic).to_be_visible()
    other.page.wait_for_timeout(1000)
    expect(other.draft_notice).to_have_count(0)
    recorder.stop()
    recorder.close()
    other.recover().send()
    expect(other.voice_messages).to_have_count(1)


@noisy
def test_a_take_discarded_on_another_computer_goes_on_as_another_one(
    chat: Chat, sign_in: Callable[..., Page]
) -> None:
    recorder = chat.recorder()
    recorder.record(seconds=2)
    first = recorder.draft_id
    elsewhere = Inbox(sign_in()).open(chat.name)
    elsewhere.page.get_by_test_id("draft-discard").click()
    if elsewhere.page.get_by_test_id("recorder-keep").count():
        elsewhere.page.get_by_test_id("draft-discard").click()
    expect(recorder.root).not_to_have_attribute("data-draft-id", first)
    expect_whole(chat, recorder.send())
    assert is_unbroken(seconds_heard(chat.voice_note().download()[1]))


def second_tab(page: Page) -> Page:
    tab = page.context.new_page()
    tab.goto(page.url)
    return tab


# --- microphones


def test_an_unplugged_microphone_keeps_the_take(chat: Chat) -> None:
    chat.page.evaluate(
        """() => { const media = navigator.mediaDevices, real = media.getUserMedia.bind(media);
            media.getUserMedia = async wish => (window.__stream = await real(wish)) }"""
    )
    recorder = chat.recorder()
    recorder.record(seconds=2)
    chat.page.evaluate("__stream.getAudioTracks()[0].dispatchEvent(new Event('ended'))")
    chat.expect_notice("unplugged")
    recorder.expect_state("review")
    expect_whole(chat, recorder.send())


@pytest.fixture
def silent_chat(
    launch: Callable[..., Browser], sign_in: Callable[..., Page], priya: Chat, tmp_path: Path
) -> Chat:
    """A conversation in a browser whose microphone is muted."""
    write_tones(tmp_path / "silence.wav", [(0, 5.0)])
    priya.write("Hello!")
    browser = launch(
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={tmp_path / 'silence.wav'}",
    )
    return Inbox(sign_in(browser)).open(priya.name)


def test_silence_is_pointed_out(silent_chat: Chat) -> None:
    recorder = silent_chat.recorder()
    recorder.record(seconds=4)
    silent_chat.expect_notice("silent")
    recorder.expect_state("recording")


# --- where the bytes go


def test_a_browser_that_keeps_nothing_still_records(chat: Chat) -> None:
    chat.page.add_init_script(
        "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError') }"
    )
    chat.reload()
    recorder = chat.recorder()
    recorder.record(seconds=2)
    expect_whole(chat, recorder.send())


@noisy
def test_lost_answers_double_nothing(chat: Chat) -> None:
    lost: list[APIResponse] = []

    def lose_some(route: Route) -> None:
        if route.request.method == "PATCH" and len(lost) < 3:
            lost.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    chat.page.route("**/uploads/*", lose_some)
    recorder = chat.recorder()
    recorder.record(seconds=3)
    expect_whole(chat, recorder.send())
    assert len(lost) == 3


@noisy
def test_a_damaged_copy_on_the_server_is_brought_again(chat: Chat) -> None:
    damaged: list[bytes] = []

    def damage_one(route: Route) -> None:
        body = route.request.post_data_buffer or b""
        if route.request.method == "PATCH" and not damaged and len(body) > 100:
            damaged.append(body)
            route.continue_(post_data=body[:-1] + bytes([body[-1] ^ 1]))
        else:
            route.continue_()

    chat.page.route("**/uploads/*", damage_one)
    recorder = chat.recorder()
    recorder.record(seconds=2)
    chat.page.get_by_test_id("recorder-send").click()
    recorder.expect_closed()
    assert damaged
    expect(chat.voice_messages).to_have_count(1)
    original = chat.voice_note().download()[1]
    assert duration(original) >= 2
    expect(chat.draft_notice).to_have_count(0)


@noisy
def test_a_refusal_is_shown_and_the_take_kept(chat: Chat) -> None:
    def refuse(route: Route) -> None:
        route.fulfill(status=422, json={"error": "No sound in it.", "code": "NotAudio"})

    chat.page.route("**/send", refuse)
    recorder = chat.recorder()
    recorder.record(seconds=1)
    chat.page.get_by_test_id("recorder-send").click()
    recorder.expect_state("failed")
    assert note(recorder) == "No sound in it."
    chat.page.unroute("**/send")
    expect_whole(chat, recorder.send())


@noisy
def test_offline_is_said_calmly_and_the_page_stays(chat: Chat) -> None:
    chat.page.evaluate("window.sameAsBefore = true")
    recorder = chat.recorder()
    recorder.record(seconds=1)
    chat.page.context.set_offline(True)
    expect(chat.page.get_by_test_id("recorder-note")).to_have_text(
        "You're offline. Your recording continues and is kept on this computer."
    )
    recorder.wait_for(5)
    chat.page.context.set_offline(False)
    expect(chat.page.get_by_test_id("recorder-note")).to_have_count(0)
    recorder.send()
    chat.page.wait_for_function("window.socket.connected")
    assert chat.page.evaluate("window.sameAsBefore")
    assert is_unbroken(seconds_heard(chat.voice_note().download()[1]))


def test_nobody_is_offered_the_take_of_somebody_else(
    chat: Chat, priya: Chat, people: People
) -> None:
    recorder = chat.recorder()
    recorder.record(seconds=1)
    recorder.stop()
    recorder.close()
    expect(chat.draft_notice).to_be_visible()
    context = chat.page.context
    mine = [one for one in context.cookies() if one["name"] == "earshot_session"]
    theirs = priya.page.context.cookies()
    context.clear_cookies()
    context.add_cookies(theirs)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{people.url}/chat")
    expect(page.get_by_test_id("mic-button")).to_be_visible()
    page.wait_for_timeout(1000)
    expect(page.get_by_test_id("draft-notice")).to_have_count(0)
    page.close()
    context.add_cookies(mine)  # type: ignore[arg-type]
