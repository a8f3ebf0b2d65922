"""Takes the README's pictures of the demo (`make screenshots`): the inbox with its recorder open,
and the contact's page. What the microphone hears is one of the demo's own clips."""

from __future__ import annotations

import tempfile
import wave
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from demo.seed import CLIPS, DEMO_OWNER, DEMO_PASSWORD
from tests import browser as browsers
from tests.e2e.pages import Chat, Inbox, Login, ready
from tests.e2e.server import Earshot
from tests.tones import RATE, decode_pcm

IMAGES = Path(__file__).parent / "images"


def main() -> None:
    """Writes docs/images/inbox.png and docs/images/contact.png."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        voice = write_voice(Path(folder) / "voice.wav")
        demo = Earshot(Path(folder) / "data", {}, command=("demo",))
        demo.name, demo.password = DEMO_OWNER, DEMO_PASSWORD
        browser = playwright.chromium.launch(
            **browsers.launch_arguments(  # type: ignore[arg-type]
                "--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={voice}"
            )
        )
        demo.start()
        try:
            take_pictures(browser, demo)
        finally:
            browser.close()
            demo.stop()


def take_pictures(browser: Browser, demo: Earshot) -> None:
    """A contact asks, an agent answers by voice; then both pages."""
    agent = new_page(browser, demo, width=1280, height=800)
    Login(agent).sign_in(demo.url, demo.name, demo.password)
    contact = new_page(browser, demo, width=420, height=720)
    contact.goto(f"{demo.url}/chat")
    contact.get_by_test_id("contact-name").fill("Lena Vogel")
    contact.get_by_test_id("contact-start").click()
    ready(contact)
    lena = Chat(contact, "Lena Vogel")
    lena.write("Hello! Do you repair espresso machines, too?")
    recorder = lena.recorder()
    recorder.record(seconds=4)
    recorder.send()
    chat = Inbox(agent).open("Lena Vogel")
    recorder = chat.recorder()
    recorder.record(seconds=7)
    recorder.send()
    lena.voice_note(chat.voice_note().id).play()
    contact.wait_for_timeout(2_500)
    contact.screenshot(path=IMAGES / "contact.png")

    recorder = chat.recorder()
    recorder.record(seconds=5)
    agent.screenshot(path=IMAGES / "inbox.png")


def new_page(browser: Browser, demo: Earshot, *, width: int, height: int) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": height}, timezone_id="Europe/Berlin"
    )
    context.grant_permissions(["microphone"], origin=demo.url)
    return context.new_page()


def write_voice(path: Path) -> Path:
    """The longest of the demo's clips as a WAV file, which Chromium takes for a microphone."""
    clip = max(CLIPS.iterdir(), key=lambda clip: clip.stat().st_size)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(decode_pcm(clip.read_bytes()))
    return path


if __name__ == "__main__":
    main()
