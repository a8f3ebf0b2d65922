"""What holds for every test: an ERROR in the log fails it, and browsers are ours to find.

Tests that use a browser are marked `browser` and run last: Playwright's loop would be in the way
of asyncio tests in the same process. `make test` gives them a process of their own anyway.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests import browser

LOGGERS = ("", "earshot", "nicegui", "uvicorn", "uvicorn.error", "asyncio")


class ErrorLog(logging.Handler):
    """Collects every record at ERROR or above."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record not in self.records:
            self.records.append(record)


@pytest.fixture(autouse=True)
def error_log(request: pytest.FixtureRequest) -> Iterator[ErrorLog]:
    """Fails the test in which anything logs an ERROR that it did not announce.

    `@pytest.mark.expects_error_log("pattern")` announces one.
    """
    log = ErrorLog()
    listening = [logging.getLogger(name) for name in LOGGERS]
    for logger in listening:
        logger.addHandler(log)
    yield log
    for logger in listening:
        logger.removeHandler(log)
    texts = [logging.Formatter().format(record) for record in log.records]
    unexpected = without_expected(texts, request, "expects_error_log")
    assert not unexpected, "ERROR in the log of this test:\n" + "\n".join(unexpected)


def without_expected(texts: list[str], request: pytest.FixtureRequest, marker: str) -> list[str]:
    """Those texts that no `marker` of the test announces."""
    patterns = [mark.args[0] for mark in request.node.iter_markers(marker)]
    return [text for text in texts if not any(re.search(pattern, text) for pattern in patterns)]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "playwright" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Used by pytest-playwright: a Chromium with a microphone that beeps twice a second.

    Permission is not given: a test grants it (`context.grant_permissions(["microphone"])`).
    """
    return browser.launch_arguments("--use-fake-device-for-media-stream")
