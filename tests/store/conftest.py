"""Every backend behind one door: a test that takes `store` runs on each of them. `backend.open()`
opens the same data again, as after a restart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

import pytest

from inbox.protocols import Store
from store.tinydb_store import TinyStore


class Backend(Protocol):
    """One place to keep things, empty at the beginning of a test."""

    async def open(self) -> Store: ...


class TinyBackend:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def open(self) -> Store:
        return await TinyStore.open(self.folder)


BACKENDS = {"tinydb": TinyBackend}


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Backend:
    return BACKENDS[request.param](tmp_path / "store")


@pytest.fixture
async def store(backend: Backend) -> AsyncIterator[Store]:
    store = await backend.open()
    yield store
    await store.close()


@pytest.fixture
async def tiny(tmp_path: Path) -> AsyncIterator[TinyStore]:
    store = await TinyStore.open(tmp_path / "tiny")
    yield store
    await store.close()
