"""A fresh house for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.house import CLIPS, TestHouse, open_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[TestHouse]:
    async with open_house(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def take() -> bytes:
    """Three tones, recorded by Chromium."""
    return (CLIPS / "chromium-tones.webm").read_bytes()
