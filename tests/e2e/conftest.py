"""Fixtures of the stories: a server, an agent, contacts, and a microphone that plays tones.

Whatever goes wrong unannounced, in the server's log or in a browser's console, fails the story.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, WebError

from tests import browser as browsers
from tests.conftest import without_expected
from tests.e2e.microphone import write_microphone
from tests.e2e.pages import Chat, Inbox, Login, ready
from tests.e2e.recorded import LISTEN_TO_RECORDERS
from tests.e2e.server import Deployed, Earshot

WHY_LOCAL = "needs a server of its own; this one is somewhere else"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("base_url"):
        for item in items:
            if item.get_closest_marker("local"):
                item.add_marker(pytest.mark.skip(reason=WHY_LOCAL))


@pytest.fixture(scope="module")
def earshot(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Earshot | Deployed]:
    """One server per file of stories, with the file's `SETTINGS` (environment variables)."""
    base_url = request.config.getoption("base_url")
    if base_url:
        name = os.environ.get("EARSHOT_E2E_NAME", "")
        password = os.environ.get("EARSHOT_E2E_PASSWORD", "")
        assert name, "say who signs in: EARSHOT_E2E_NAME and EARSHOT_E2E_PASSWORD"
        yield Deployed(base_url.rstrip("/"), name, password)
        return
    settings = getattr(request.module, "SETTINGS", {})
    server = Earshot(tmp_path_factory.mktemp("earshot") / "data", settings)
    server.start()
    yield server
    assert server.stop() == 0, "Earshot did not end cleanly"


@pytest.fixture(scope="session")
def microphone_arguments(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Chromium's switches for a microphone that plays the tones of `microphone.py`."""
    wav = write_microphone(tmp_path_factory.mktemp("microphone") / "tones.wav")
    return ["--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={wav}"]


@pytest.fixture(scope="session")
def browser_type_launch_args(microphone_arguments: list[str]) -> dict[str, Any]:
    return browsers.launch_arguments(*microphone_arguments)


@pytest.fixture
def launch(launch_browser: Callable[..., Browser]) -> Iterator[Callable[..., Browser]]:
    """Another browser: `launch("--switch", …)`; `env` as Playwright takes it."""
    opened: list[Browser] = []

    def launch(*arguments: str, **more: Any) -> Browser:
        opened.append(launch_browser(**browsers.launch_arguments(*arguments), **more))
        return opened[-1]

    yield launch
    for each in opened:
        each.close()


@dataclass
class People:
    """Browser contexts of this story, and everything their consoles complained about."""

    browser: Browser
    url: str
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def arrive(
        self, browser: Browser | None = None, *, microphone: bool = True, **options: Any
    ) -> Page:
        """Somebody with a browser profile of their own, who allows the microphone or not."""
        context = (browser or self.browser).new_context(**options)
        self.watch(context)
        if microphone:
            context.grant_permissions(["microphone"], origin=self.url)
        return context.new_page()

    def watch(self, context: BrowserContext) -> None:
        self.contexts.append(context)
        context.add_init_script(LISTEN_TO_RECORDERS)
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("dialog", lambda dialog: dialog.accept())  # "leave this page?": yes

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    def _on_error(self, error: WebError) -> None:
        self.complaints.append(f"{error.error} {error.error.stack or ''}")


@pytest.fixture
def people(
    request: pytest.FixtureRequest, browser: Browser, earshot: Earshot | Deployed
) -> Iterator[People]:
    people = People(browser, earshot.url)
    yield people
    for context in people.contexts:
        context.close()
    trouble = without_expected(people.complaints, request, "expects_console_error")
    assert not trouble, "the browser's console:\n" + "\n".join(trouble)


@pytest.fixture(autouse=True)
def server_log(request: pytest.FixtureRequest, earshot: Earshot | Deployed) -> Iterator[None]:
    earshot.errors()
    yield
    trouble = without_expected(earshot.errors(), request, "expects_error_log")
    assert not trouble, "ERROR in the server's log:\n" + "\n".join(trouble)


@pytest.fixture
def sign_in(people: People, earshot: Earshot | Deployed) -> Callable[..., Page]:
    """Another agent's browser, signed in: `sign_in(browser, microphone=False, url=…)`."""

    def sign_in(browser: Browser | None = None, *, url: str = "", **options: Any) -> Page:
        page = people.arrive(browser, **options)
        Login(page).sign_in(url or earshot.url, earshot.name, earshot.password)
        return page

    return sign_in


@pytest.fixture
def agent(sign_in: Callable[..., Page]) -> Page:
    """The agent's page, on the inbox."""
    return sign_in()


@pytest.fixture
def inbox(agent: Page) -> Inbox:
    return Inbox(agent)


@pytest.fixture
def contact(people: People, earshot: Earshot | Deployed) -> Callable[..., Chat]:
    """A contact who opens /chat: `contact("Ravi")`. The name gets an ending of its own."""

    def contact(first_name: str, browser: Browser | None = None, **options: Any) -> Chat:
        page = people.arrive(browser, **options)
        name = f"{first_name} {uuid4().hex[:6]}"
        page.goto(f"{earshot.url}/chat")
        page.get_by_test_id("contact-name").fill(name)
        page.get_by_test_id("contact-start").click()
        ready(page)
        return Chat(page, name)

    return contact


@pytest.fixture
def priya(contact: Callable[..., Chat]) -> Chat:
    """A contact who has just opened the chat and has not written yet."""
    return contact("Priya")


@pytest.fixture
def chat(inbox: Inbox, priya: Chat) -> Chat:
    """The agent's side of a conversation that Priya has just opened by writing."""
    priya.write("Hello, is anybody there?")
    return inbox.open(priya.name)
