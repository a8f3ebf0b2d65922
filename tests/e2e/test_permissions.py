"""Whatever is wrong with the microphone: a sentence says what to do, and typing goes on.

Each state is provoked in the most faithful way that Chromium knows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.pages import Chat, Inbox, Recorder
from tests.e2e.server import Deployed, Earshot

Server = Earshot | Deployed


@pytest.fixture
def open_chat(sign_in: Callable[..., Page], priya: Chat) -> Callable[..., Chat]:
    """Priya's conversation, opened by an agent in a browser of the test's choice."""

    def open_chat(browser: Browser | None = None, **options: Any) -> Chat:
        priya.write("Can you call me?")
        return Inbox(sign_in(browser, **options)).open(priya.name)

    return open_chat


def expect_trouble(chat: Chat, reason: str, priya: Chat) -> None:
    """The notice is there with a sentence, and a text message still reaches the contact."""
    chat.open_recorder()
    chat.expect_notice(reason)
    assert len(chat.notice.inner_text().split()) >= 5, "a sentence, please"
    chat.write("I am typing instead.")
    expect(priya.message("I am typing instead.")).to_be_visible()


def set_permission(page: Page, origin: str, setting: str) -> None:
    """As in the browser's own site settings: granted, denied or prompt; at once, on a live page."""
    browser = page.context.browser
    assert browser is not None
    info = page.context.new_cdp_session(page).send("Target.getTargetInfo")["targetInfo"]
    browser.new_browser_cdp_session().send(
        "Browser.setPermission",
        {
            "permission": {"name": "microphone"},
            "setting": setting,
            "origin": origin,
            "browserContextId": info["browserContextId"],
        },
    )


def test_denied_and_then_allowed_without_a_reload(
    open_chat: Callable[..., Chat], priya: Chat, earshot: Server
) -> None:
    chat = open_chat(microphone=False)
    set_permission(chat.page, earshot.url, "denied")
    expect_trouble(chat, "denied", priya)

    set_permission(chat.page, earshot.url, "granted")
    recorder = Recorder(chat.page)
    recorder.expect_state("ready")  # by itself
    recorder.record(seconds=1)
    recorder.send()
    expect(priya.voice_messages).to_have_count(1)


def test_dismissed(open_chat: Callable[..., Chat], priya: Chat, earshot: Server) -> None:
    chat = open_chat(microphone=False)
    set_permission(chat.page, earshot.url, "prompt")
    expect_trouble(chat, "dismissed", priya)


def test_no_device(
    open_chat: Callable[..., Chat], launch: Callable[..., Browser], priya: Chat
) -> None:
    nothing_plugged_in = launch(env={"PULSE_SERVER": "unix:/nonexistent"})
    expect_trouble(open_chat(nothing_plugged_in), "no-device", priya)


def test_busy(
    open_chat: Callable[..., Chat],
    launch: Callable[..., Browser],
    microphone_arguments: list[str],
    priya: Chat,
) -> None:
    used_by_another = launch(*microphone_arguments, "--fail-audio-stream-creation")
    expect_trouble(open_chat(used_by_another), "busy", priya)


@pytest.mark.local
def test_insecure_origin(
    sign_in: Callable[..., Page],
    launch: Callable[..., Browser],
    priya: Chat,
    earshot: Earshot,
) -> None:
    priya.write("Can you call me?")
    by_another_name = launch(
        "--use-fake-device-for-media-stream", "--host-resolver-rules=MAP mic.test 127.0.0.1"
    )
    page = sign_in(by_another_name, url=f"http://mic.test:{earshot.port}", microphone=False)
    chat = Inbox(page).open(priya.name)
    expect_trouble(chat, "insecure", priya)


# To Chromium an answer that a test has touched comes from the internet, and may not open a socket
# to this machine; the page falls back to polling.
@pytest.mark.expects_console_error("LOCAL_NETWORK_ACCESS_CHECKS")
def test_blocked_by_policy(open_chat: Callable[..., Chat], priya: Chat) -> None:
    def forbid(route: Route) -> None:
        answer = route.fetch()
        headers = {**answer.headers, "permissions-policy": "microphone=()"}
        route.fulfill(response=answer, headers=headers)

    chat = open_chat()
    chat.page.route("**/conversations/*", forbid)
    chat.reload()
    expect_trouble(chat, "policy", priya)


def test_unsupported_browser(open_chat: Callable[..., Chat], priya: Chat) -> None:
    chat = open_chat()
    chat.page.add_init_script("delete window.MediaRecorder")
    chat.reload()
    expect_trouble(chat, "unsupported", priya)


def test_revoked_while_recording_keeps_the_take(
    open_chat: Callable[..., Chat], priya: Chat, earshot: Server
) -> None:
    chat = open_chat()
    recorder = chat.recorder()
    recorder.record(seconds=2)
    chat.page.context.clear_permissions()
    chat.expect_notice("revoked")
    recorder.expect_state("review")
    recorder.send()
    assert priya.voice_note().duration >= 1.5
