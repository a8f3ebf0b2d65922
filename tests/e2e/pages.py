"""Page objects: what people do on Earshot's pages, in the words of the data-testid contract.

The only place of the stories that knows test ids; see docs/testing.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

TIMEOUT = 15_000  # ms; generous, as nothing here measures time


def ready(page: Page) -> None:
    """Waits until the page is connected; before that a click would be lost."""
    page.wait_for_function("window.did_handshake === true && window.socket?.connected === true")


@dataclass(frozen=True, slots=True)
class Login:
    page: Page

    def sign_in(self, url: str, name: str, password: str) -> None:
        """Ends on the inbox; does nothing more if that browser is signed in already."""
        self.page.goto(f"{url}/login")
        if "/login" not in self.page.url:
            ready(self.page)
            return
        self.page.get_by_test_id("login-name").fill(name)
        self.page.get_by_test_id("login-password").fill(password)
        self.page.get_by_test_id("login-submit").click()
        ready(self.page)


@dataclass(frozen=True, slots=True)
class VoiceNote:
    """One voice message in a timeline."""

    message: Locator

    @property
    def id(self) -> str:
        return self.message.get_attribute("data-message-id") or ""

    @property
    def duration(self) -> float:
        """Seconds, as the page knows them before any audio is loaded."""
        player = self.message.get_by_test_id("voice-player")
        return int(player.get_attribute("data-duration-ms") or "0") / 1000

    def play(self) -> None:
        """Presses play and waits until the sound really moves."""
        position = self.message.get_by_test_id("voice-seek")
        before = position.get_attribute("aria-valuenow") or "0"
        self.message.get_by_test_id("voice-play").click()
        expect(position).not_to_have_attribute("aria-valuenow", before, timeout=TIMEOUT)

    def download(self) -> tuple[str, bytes]:
        """The suggested file name and the bytes."""
        with self.message.page.expect_download() as pending:
            self.message.get_by_test_id("voice-download").click()
        path = pending.value.path()
        return pending.value.suggested_filename, Path(path).read_bytes()


@dataclass(frozen=True, slots=True)
class Recorder:
    """The recorder of a composer, once it is open."""

    page: Page

    @property
    def root(self) -> Locator:
        return self.page.get_by_test_id("recorder")

    @property
    def draft_id(self) -> str:
        return self.root.get_attribute("data-draft-id") or ""

    @property
    def seconds(self) -> int:
        """What the timer shows."""
        text = self._part("timer").inner_text()
        found = re.search(r"(\d+):(\d\d)", text)
        assert found, f"no m:ss in {text!r}"
        return int(found[1]) * 60 + int(found[2])

    def expect_state(self, state: str) -> None:
        expect(self.root).to_have_attribute("data-state", state, timeout=TIMEOUT)

    def record(self, seconds: int) -> None:
        """Starts, and returns when the timer shows that many seconds."""
        self._part("record").click()
        self.expect_state("recording")
        self.wait_for(seconds)

    def wait_for(self, seconds: int) -> None:
        """Returns when the timer shows at least that many seconds."""
        self.page.wait_for_function(
            """at => {
                const timer = document.querySelector('[data-testid=recorder-timer]');
                const [, m, s] = (timer?.innerText ?? '').match(/(\\d+):(\\d\\d)/) ?? [];
                return m !== undefined && m * 60 + +s >= at;
            }""",
            arg=seconds,
            timeout=TIMEOUT + seconds * 1000,
        )

    def pause(self) -> None:
        self._part("pause").click()
        self.expect_state("paused")

    def resume(self) -> None:
        self._part("resume").click()
        self.expect_state("recording")

    def stop(self) -> None:
        self._part("stop").click()
        self.expect_state("review")

    def listen(self) -> None:
        """Plays the take, paused or in review."""
        self._part("preview").get_by_test_id("voice-play").click()

    def send(self) -> dict[str, object]:
        """Sends, and returns what the browser said of the take: conversation, length, sha256."""
        with self.page.expect_request(re.compile(r"/uploads/[^/]+/send$")) as pending:
            self._part("send").click()
        self.expect_closed()
        body = pending.value.post_data_json
        assert isinstance(body, dict)
        return body

    def send_without_answer(self) -> None:
        """Presses Send where it is not going to work at once."""
        self._part("send").click()

    def discard(self) -> None:
        """Throws the take away, and says yes when asked (takes over 3 s)."""
        self._part("discard").click()
        if self._part("keep").count():
            self._part("discard").click()
        self.expect_closed()

    def again(self) -> None:
        """Throws the take away for another one."""
        self._part("again").click()
        self.expect_state("ready")

    def close(self) -> None:
        """Puts the recorder away; a take stays as a draft."""
        self._part("close").click()
        self.expect_closed()

    @property
    def note(self) -> Locator:
        """What it has to say about where the take is."""
        return self._part("note")

    def expect_closed(self) -> None:
        expect(self.root).to_have_count(0, timeout=TIMEOUT)

    def _part(self, name: str) -> Locator:
        return self.page.get_by_test_id(f"recorder-{name}")


@dataclass(frozen=True, slots=True)
class Chat:
    """One conversation, as its agent or its contact sees it."""

    page: Page
    name: str

    def type_and_send(self, text: str) -> None:
        self.page.get_by_test_id("composer-text").fill(text)
        self.page.get_by_test_id("composer-send").click()

    def write(self, text: str) -> None:
        """Sends a text, and waits until it stands in the timeline."""
        self.type_and_send(text)
        expect(self.message(text)).to_be_visible(timeout=TIMEOUT)

    @property
    def messages(self) -> Locator:
        return self.page.get_by_test_id("timeline").get_by_test_id("message")

    def message(self, text: str) -> Locator:
        return self.messages.filter(has_text=text)

    @property
    def voice_messages(self) -> Locator:
        return self.page.locator('[data-testid=message][data-kind="voice"]')

    def voice_note(self, message_id: str = "") -> VoiceNote:
        """The one with this id, else the newest; waits until it is there."""
        which = f'[data-message-id="{message_id}"]' if message_id else ""
        found = self.page.locator(f'[data-testid=message][data-kind="voice"]{which}').last
        expect(found).to_be_visible(timeout=TIMEOUT)
        return VoiceNote(found)

    @property
    def mic(self) -> Locator:
        return self.page.get_by_test_id("mic-button")

    def recorder(self) -> Recorder:
        """Opens it and waits until the microphone is ready."""
        recorder = self.open_recorder()
        recorder.expect_state("ready")
        return recorder

    def open_recorder(self) -> Recorder:
        """Presses the microphone, whatever comes of it."""
        self.mic.click()
        return Recorder(self.page)

    def reload(self) -> None:
        self.page.reload()
        ready(self.page)

    @property
    def notice(self) -> Locator:
        return self.page.get_by_test_id("mic-notice")

    def expect_notice(self, reason: str) -> None:
        expect(self.notice).to_have_attribute("data-reason", reason, timeout=TIMEOUT)
        expect(self.notice).to_be_visible()

    @property
    def draft_notice(self) -> Locator:
        return self.page.get_by_test_id("draft-notice")

    def recover(self) -> Recorder:
        """Takes up the unsent recording that is offered."""
        expect(self.draft_notice).to_be_visible(timeout=TIMEOUT)
        self.page.get_by_test_id("draft-recover").first.click()
        recorder = Recorder(self.page)
        recorder.expect_state("review")
        return recorder

    @property
    def id(self) -> str:
        """The conversation's id; on the agent's side only."""
        return self.page.url.rpartition("/conversations/")[2]

    @property
    def window(self) -> Locator:
        return self.page.get_by_test_id("service-window").first

    def expect_window(self, *, open: bool) -> None:
        expect(self.window).to_have_attribute("data-open", str(open).lower(), timeout=TIMEOUT)

    def expect_status(self, message_id: str, status: str | re.Pattern[str]) -> None:
        message = self.page.locator(f'[data-testid=message][data-message-id="{message_id}"]')
        expect(message).to_have_attribute("data-status", status, timeout=TIMEOUT)


@dataclass(frozen=True, slots=True)
class Inbox:
    """The agent's inbox."""

    page: Page

    @property
    def rows(self) -> Locator:
        return self.page.get_by_test_id("conversation-list").get_by_test_id("conversation-item")

    def row(self, name: str) -> Locator:
        return self.page.get_by_test_id("conversation-item").filter(has_text=name)

    def open(self, name: str) -> Chat:
        """Waits for the conversation to be in the list, and opens it."""
        row = self.row(name)
        row.click(timeout=TIMEOUT)
        conversation_id = row.get_attribute("data-conversation-id") or ""
        self.page.wait_for_url(f"**/conversations/{conversation_id}")
        expect(self.page.get_by_test_id("timeline")).to_be_visible()
        return Chat(self.page, name)

    def add_contact(self, name: str) -> str:
        """Adds one by hand and returns the invitation: the address to give to them."""
        self.page.get_by_role("button", name="Add a contact").click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_label("Name").fill(name)
        dialog.get_by_role("button", name="Add", exact=True).click()
        link = dialog.get_by_label(f"Link for {name}").input_value(timeout=TIMEOUT)
        dialog.get_by_role("button", name="Done").click()
        return link
