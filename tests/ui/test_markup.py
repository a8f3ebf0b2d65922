"""What people wrote becomes HTML that does nothing but show it."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.markup import linked


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        'https://example.com/"onmouseover="alert(1)',
        "https://example.com/'><svg/onload=alert(1)>",
        "javascript:alert(1)",
        "data:text/html,<b>",
    ],
)
def test_nothing_that_people_write_becomes_markup(text: str) -> None:
    html = linked(text)
    assert re.sub(r'<a href="https?://[^"<>]*" target="_blank" rel="[a-z ]*">|</a>', "", html) == (
        re.sub(r"<[^>]*>", "", html)
    )
    assert "javascript:" not in "".join(re.findall(r'href="[^"]*"', html))


def test_addresses_become_links_without_the_full_stop() -> None:
    html = linked("See https://example.com/a?b=1&c=2. Or (http://example.org/x), please!")
    assert re.findall(r'href="([^"]*)"', html) == [
        "https://example.com/a?b=1&amp;c=2",
        "http://example.org/x",
    ]
    assert html.count('rel="noopener noreferrer nofollow"') == 2


@given(st.text())
def test_every_text_reads_as_it_was_written(text: str) -> None:
    shown = unescape(re.sub(r"</?a\b[^>]*>", "", linked(text)))
    assert shown == unescape(text.replace("&", "&amp;"))  # some control characters have no HTML
