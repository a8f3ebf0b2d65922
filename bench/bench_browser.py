"""Stop → preview playable, and Send → bubble in the second browser, after a short and a long take.

Seven agents record at the same time, each in a conversation of their own, so that seven long takes
need the time of one; they stop and send one after the other. Both browsers use one clock.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path
from uuid import uuid4

from playwright.sync_api import Browser, Page, sync_playwright

from bench.tables import report
from tests import browser as browsers
from tests.e2e.microphone import write_microphone
from tests.e2e.pages import Chat, Inbox, Login, ready
from tests.e2e.server import Earshot

WATCH = """
window.__now = () => performance.timeOrigin + performance.now();
window.__until = holds => new Promise(done => {
  const look = () => { const found = holds(); found ? done(__now()) : requestAnimationFrame(look) };
  look();
});
window.__find = id => document.querySelector(`[data-testid=${id}]`);
window.__press = id => { const at = __now(); __find(id).click(); return at };
for (const method of ["play"]) {
  const real = HTMLMediaElement.prototype[method];
  HTMLMediaElement.prototype[method] = function () {
    this.addEventListener("playing", () => { window.__playing = __now() }, { once: true });
    return real.apply(this, arguments);
  };
}
"""
STOP = """async () => {
  window.__playing = 0;
  const pressed = __press("recorder-stop");
  const shown = await __until(() => __find("recorder").dataset.state === "review"
      && document.querySelector("[data-testid=recorder-preview] [data-testid=voice-play]"));
  document.querySelector("[data-testid=recorder-preview] [data-testid=voice-play]").click();
  await __until(() => window.__playing);
  document.querySelector("[data-testid=recorder-preview] [data-testid=voice-play]").click();
  return [shown - pressed, window.__playing - pressed];
}"""
EXPECT_BUBBLE = """() => {
  window.__seen = __until(() => document.querySelector('[data-testid=message][data-kind=voice]'));
}"""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--short", type=int, default=5, help="seconds of the short take")
    asked.add_argument("--long", type=int, default=600, help="seconds of the long take")
    asked.add_argument("--takes", type=int, default=7)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        wav = write_microphone(Path(folder) / "tones.wav")
        browser = playwright.chromium.launch(
            **browsers.launch_arguments(  # type: ignore[arg-type]
                "--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={wav}"
            )
        )
        server = Earshot(Path(folder) / "data", {})
        server.start()
        try:
            short = measure(browser, server, options.short, options.takes)
            long = measure(browser, server, options.long, options.takes)
        finally:
            browser.close()
            server.stop()
    report(
        "browser",
        f"Stop and Send, medians of {options.takes} takes, ms",
        ["take", "Stop → preview shown", "Stop → preview sounds", "Send → bubble at the contact"],
        [
            [f"{options.short} s", *short],
            [f"{options.long} s", *long],
            ["ratio", *(f"{b / a:.2f}" for a, b in zip(short, long, strict=True))],
        ],
    )


def measure(browser: Browser, server: Earshot, seconds: int, takes: int) -> list[float]:
    """Medians in ms: preview shown, preview sounding, bubble in the second browser."""
    pairs = [open_pair(browser, server) for _ in range(takes)]
    recorders = [agent.recorder() for agent, _ in pairs]
    for recorder in recorders:
        recorder.record(seconds=0)
    for recorder in recorders:
        recorder.wait_for(seconds)
    stops, sends = [], []
    for agent, contact in pairs:
        stops.append(agent.page.evaluate(STOP))
        contact.page.evaluate(EXPECT_BUBBLE)
        sent = agent.page.evaluate("() => __press('recorder-send')")
        sends.append(contact.page.evaluate("() => window.__seen") - sent)
    for agent, contact in pairs:
        agent.page.context.close()
        contact.page.context.close()
    return [
        statistics.median(shown for shown, _ in stops),
        statistics.median(sounds for _, sounds in stops),
        statistics.median(sends),
    ]


def open_pair(browser: Browser, server: Earshot) -> tuple[Chat, Chat]:
    """An agent and a contact who look at the same conversation, in two browser contexts."""
    contact = new_page(browser, server)
    contact.goto(f"{server.url}/chat")
    name = f"Priya {uuid4().hex[:6]}"
    contact.get_by_test_id("contact-name").fill(name)
    contact.get_by_test_id("contact-start").click()
    ready(contact)
    Chat(contact, name).write("Hello")
    agent = new_page(browser, server)
    Login(agent).sign_in(server.url, server.name, server.password)
    ready(agent)
    return Inbox(agent).open(name), Chat(contact, name)


def new_page(browser: Browser, server: Earshot) -> Page:
    context = browser.new_context()
    context.grant_permissions(["microphone"], origin=server.url)
    context.add_init_script(WATCH)
    return context.new_page()


if __name__ == "__main__":
    main()
