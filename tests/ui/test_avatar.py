"""Initials and colours of contacts; the company's colour made readable."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.avatar import HUES, avatar, hue, initials
from ui.colours import accent_css, contrast


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Priya Sharma", "PS"),
        ("priya", "P"),
        ("(Bob) Marley-Jones", "BM"),
        ("Åsa Öberg", "ÅÖ"),
        ("李小龙", "李"),
        ("محمد علي", "م"),
        ("+91 98765 43210", "#"),
        ("🦊", "🦊"),
        ("", "#"),
    ],
)
def test_initials(name: str, told: str) -> None:
    assert initials(name) == told


@given(st.text(max_size=120))
def test_any_name_makes_a_small_and_harmless_avatar(name: str) -> None:
    assert len(initials(name)) <= 6  # "ß" alone is "SS" as a capital
    assert "<script" not in avatar(name, "c1", ring=0.5)


def test_a_colour_stays_the_same() -> None:
    assert hue("c1") == hue("c1")
    assert {hue(f"contact-{n}") for n in range(200)} == set(range(HUES))


@given(st.from_regex(r"#[0-9A-F]{6}", fullmatch=True))
def test_any_company_colour_can_be_read(accent: str) -> None:
    light, on_light, dark, on_dark = re.findall(r"#[0-9A-F]{6}", accent_css(accent))
    assert contrast(light, "#FFFFFF") >= 4.5
    assert contrast(light, on_light) >= 4.5
    assert contrast(dark, "#123D35") >= 4.5
    assert contrast(dark, on_dark) >= 4.5


@pytest.mark.parametrize("accent", [None, "", "red", "#fff", "#123456;} body{display:none"])
def test_what_is_no_colour_does_nothing(accent: str | None) -> None:
    assert accent_css(accent) == ""
