"""Something breaks while an agent speaks. The take is there again: at most two seconds are missing
at its end, and nothing of what the server had acknowledged.

Two seconds: a timeslice of at most one, and what the recorder held when it was cut off.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, BrowserType, Page, Response, expect

from tests import browser as browsers
from tests.e2e.conftest import People
from tests.e2e.microphone import duration, is_unbroken, seconds_heard
from tests.e2e.pages import Chat, Inbox, Login, Recorder
from tests.e2e.server import Deployed, Earshot

Server = Earshot | Deployed
LOST_AT_MOST = 2.0
pytestmark = pytest.mark.expects_console_error(
    r"net::ERR_|Failed to load resource|WebSocket connection"
)


class Acknowledged:
    """Listens to what the server says is safe, as the browser hears it."""

    def __init__(self, page: Page) -> None:
        self.offset = 0
        page.context.on("response", self._on_response)

    def _on_response(self, response: Response) -> None:
        if response.request.method == "PATCH" and response.status == 204:
            self.offset = max(self.offset, int(response.headers["upload-offset"]))


@pytest.fixture
def acknowledged(chat: Chat) -> Acknowledged:
    return Acknowledged(chat.page)


def expect_take(
    original: bytes, *, recorded: float, acknowledged: Acknowledged, before: bytes = b""
) -> None:
    """The take is whole up to at most two seconds, and every acknowledged byte is in it."""
    assert duration(original) >= recorded - LOST_AT_MOST
    assert is_unbroken(seconds_heard(original))
    assert len(original) >= acknowledged.offset > 0
    assert original.startswith(before[: acknowledged.offset])


def recover_and_send(chat: Chat) -> bytes:
    """Takes the offered recording up, sends it, and downloads what was stored."""
    chat.recover().send()
    expect(chat.voice_messages).to_have_count(1)
    expect(chat.draft_notice).to_have_count(0)
    return chat.voice_note().download()[1]


def test_the_page_is_reloaded(chat: Chat, acknowledged: Acknowledged, earshot: Server) -> None:
    recorder = chat.recorder()
    recorder.record(seconds=4)
    on_disk = bytes_on_disk(earshot, recorder)
    chat.reload()
    expect_take(recover_and_send(chat), recorded=4, acknowledged=acknowledged, before=on_disk)


def test_the_agent_goes_on_elsewhere_on_another_computer(
    chat: Chat, acknowledged: Acknowledged, sign_in: Callable[..., Page], priya: Chat
) -> None:
    recorder = chat.recorder()
    recorder.record(seconds=4)
    chat.page.context.close()
    elsewhere = Inbox(sign_in()).open(priya.name)
    expect_take(recover_and_send(elsewhere), recorded=4, acknowledged=acknowledged)


def test_another_conversation_is_opened(
    chat: Chat, acknowledged: Acknowledged, inbox: Inbox, contact: Callable[..., Chat], priya: Chat
) -> None:
    ravi = contact("Ravi")
    ravi.write("Me too!")
    recorder = chat.recorder()
    recorder.record(seconds=3)
    other = inbox.open(ravi.name)
    expect(other.draft_notice).to_have_count(0)
    expect(other.page.get_by_test_id("recorder")).to_have_count(0)
    back = inbox.open(priya.name)
    expect_take(recover_and_send(back), recorded=3, acknowledged=acknowledged)
    expect(ravi.voice_messages).to_have_count(0)
    expect(priya.voice_messages).to_have_count(1)


@pytest.mark.local
def test_the_server_is_killed_and_started_again(
    chat: Chat, acknowledged: Acknowledged, earshot: Earshot, priya: Chat
) -> None:
    recorder = chat.recorder()
    recorder.record(seconds=3)
    earshot.kill()
    on_disk = bytes_on_disk(earshot, recorder)
    assert len(on_disk) >= acknowledged.offset
    recorder.wait_for(5)  # it records on without a server
    earshot.start()
    recorder.wait_for(7)
    recorder.stop()
    recorder.send()
    original = priya.voice_note().download()[1]
    expect_take(original, recorded=7, acknowledged=acknowledged, before=on_disk)
    assert duration(original) >= 6.5, "nothing was lost at all: the browser lived on"


@pytest.mark.local
def test_the_server_is_killed_and_the_page_dies_with_it(
    chat: Chat,
    acknowledged: Acknowledged,
    earshot: Earshot,
    sign_in: Callable[..., Page],
    priya: Chat,
) -> None:
    recorder = chat.recorder()
    recorder.record(seconds=4)
    earshot.kill()
    chat.page.context.close()
    earshot.start()
    elsewhere = Inbox(sign_in()).open(priya.name)
    expect_take(recover_and_send(elsewhere), recorded=4, acknowledged=acknowledged)


def test_the_network_is_gone_for_a_while(
    chat: Chat, acknowledged: Acknowledged, priya: Chat
) -> None:
    recorder = chat.recorder()
    recorder.record(seconds=2)
    chat.page.context.set_offline(True)
    recorder.wait_for(5)
    expect(recorder.note).to_contain_text("offline")
    chat.page.context.set_offline(False)
    recorder.wait_for(7)
    recorder.send()
    original = priya.voice_note().download()[1]
    expect_take(original, recorded=7, acknowledged=acknowledged)
    assert duration(original) >= 6.5


def test_the_page_dies_while_the_network_is_gone(chat: Chat, acknowledged: Acknowledged) -> None:
    recorder = chat.recorder()
    recorder.record(seconds=2)
    chat.page.context.set_offline(True)
    recorder.wait_for(5)
    address = chat.page.url
    chat.page.goto("about:blank")
    chat.page.context.set_offline(False)
    chat.page.goto(address)
    expect_take(recover_and_send(chat), recorded=5, acknowledged=acknowledged)


def test_the_agent_is_signed_out(
    chat: Chat, acknowledged: Acknowledged, earshot: Server, priya: Chat
) -> None:
    recorder = chat.recorder()
    recorder.record(seconds=3)
    chat.page.context.request.post(f"{earshot.url}/auth/logout")
    chat.page.wait_for_timeout(2_000)
    Login(chat.page).sign_in(earshot.url, earshot.name, earshot.password)
    again = Inbox(chat.page).open(priya.name)
    expect_take(recover_and_send(again), recorded=3, acknowledged=acknowledged)


def test_the_session_expires(
    chat: Chat, acknowledged: Acknowledged, earshot: Server, priya: Chat
) -> None:
    recorder = chat.recorder()
    recorder.record(seconds=3)
    chat.page.context.clear_cookies()
    recorder.wait_for(6)  # it records on, though nothing reaches the server any more
    Login(chat.page).sign_in(earshot.url, earshot.name, earshot.password)
    again = Inbox(chat.page).open(priya.name)
    expect_take(recover_and_send(again), recorded=6, acknowledged=acknowledged)


@pytest.fixture
def computer(
    people: People, browser_type: BrowserType, microphone_arguments: list[str], tmp_path: Path
) -> Callable[[], BrowserContext]:
    """A browser that keeps its profile: `computer()` starts it, again after it was killed."""

    def start() -> BrowserContext:
        context = browser_type.launch_persistent_context(
            tmp_path / "profile",
            permissions=["microphone"],
            **browsers.launch_arguments(*microphone_arguments),  # type: ignore[arg-type]
        )
        people.watch(context)
        return context

    return start


def kill_browser(profile: Path) -> None:
    """SIGKILL for the main process of the browser with this profile; it takes the others along."""
    table = subprocess.run(
        ["ps", "-axww", "-o", "pid=,args="], capture_output=True, text=True, check=True
    ).stdout
    pids = [
        int(line.split(None, 1)[0])
        for line in table.splitlines()
        if f"--user-data-dir={profile}" in line and "--type=" not in line
    ]
    assert pids, "the browser was not found"
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def test_the_browser_is_killed(
    computer: Callable[[], BrowserContext], earshot: Server, priya: Chat, tmp_path: Path
) -> None:
    priya.write("Hello?")
    page = computer().new_page()
    Login(page).sign_in(earshot.url, earshot.name, earshot.password)
    acknowledged = Acknowledged(page)
    recorder = Inbox(page).open(priya.name).recorder()
    recorder.record(seconds=4)
    kill_browser(tmp_path / "profile")

    page = computer().new_page()
    Login(page).sign_in(earshot.url, earshot.name, earshot.password)
    chat = Inbox(page).open(priya.name)
    expect_take(recover_and_send(chat), recorded=4, acknowledged=acknowledged)


def bytes_on_disk(earshot: Server, recorder: Recorder) -> bytes:
    """What has arrived of the draft, if the server's disk is ours to read."""
    return earshot.media_file(recorder.draft_id) if isinstance(earshot, Earshot) else b""
