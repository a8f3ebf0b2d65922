"""Everything acknowledged survives `kill -9` at any moment: while writing, while checkpointing,
while starting again."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from inbox.models import DraftState
from store.media_folder import MediaFolder
from store.tinydb_store import TinyStore
from tests.store.writer import sound

KILLS = 120 * int(os.environ.get("EARSHOT_TEST_SOAK", "1"))  # `make soak` asks for more


class Nursery:
    """Starts writers and kills them; remembers what they were told was safe."""

    def __init__(self, root: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.store.writer"],
            cwd=root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.told: list[list[Any]] = []
        self._writer = 0

    def round(self, folder: Path, count: int, seconds: float) -> None:
        """One writer, killed so many acknowledgements and then seconds after it began."""
        self.start(folder)
        self.listen(count)
        time.sleep(seconds)
        self.kill()

    def start(self, folder: Path) -> None:
        assert self._process.stdin
        self._process.stdin.write(f"{folder}\n")
        self._process.stdin.flush()
        kind, self._writer = self._line()
        assert kind == "pid"

    def listen(self, count: int) -> None:
        """Takes so many acknowledgements of the running writer."""
        for _ in range(count):
            self._take(self._line())

    def kill(self) -> None:
        writer, self._writer = self._writer, 0
        with suppress(ProcessLookupError):  # it has failed by itself; the next line says why
            os.kill(writer, signal.SIGKILL)
        while (line := self._line()) != ["dead"]:
            self._take(line)

    def _take(self, line: list[Any]) -> None:
        assert line[0] not in ("failed", "dead"), line
        self.told.append(line)

    def close(self) -> None:
        if self._writer:
            self.kill()
        self._process.communicate()

    def _line(self) -> list[Any]:
        assert self._process.stdout
        line: list[Any] = json.loads(self._process.stdout.readline())
        return line


@pytest.fixture
def nursery(pytestconfig: pytest.Config) -> Iterator[Nursery]:
    nursery = Nursery(pytestconfig.rootpath)
    yield nursery
    nursery.close()


async def test_nothing_acknowledged_is_lost_by_a_hundred_kills(
    nursery: Nursery, tmp_path: Path
) -> None:
    moments = random.Random(2)
    for kill in range(KILLS):
        # Every fourth one dies while it starts or soon after.
        count = moments.randrange(150) if kill % 4 else 0
        nursery.round(tmp_path, count, moments.uniform(0.0, 0.02 if count else 0.15))
        if kill % 20 == 19:
            await check(tmp_path, nursery.told)
    assert len(nursery.told) > 20 * KILLS


async def check(folder: Path, told: list[list[Any]], later: Sequence[list[Any]] = ()) -> None:
    """Opens what is left and compares it with everything that was told to be safe.

    `later`: told afterwards; what was removed by then may be there or not.
    """
    store = await TinyStore.open(folder / "store")
    media = MediaFolder(folder / "media")
    removed = {facts[1] for facts in (*told, *later) if facts[0] in ("discarded", "removed")}
    for kind, name, *facts in told:
        match kind:
            case "conversation":
                await store.conversation(name)
            case "message" | "sent":
                message = await store.message(name)
                assert [message.conversation_id, message.seq] == facts
                draft = await store.draft(name)
                assert kind == "message" or (draft and draft.state is DraftState.SENT)
            case "steps":
                assert len((await store.message(name)).steps) >= facts[0]
            case "draft" if name not in removed:
                assert await store.draft(name)
            case "discarded":
                draft = await store.draft(name)
                assert draft is None or draft.state is DraftState.DISCARDED
            case "removed":
                assert await store.draft(name) is None
    await check_media(media, told, removed)
    for row in await store.conversations(limit=100):
        messages = await store.messages(row.id, limit=1_000_000)
        assert [message.seq for message in messages] == list(range(1, row.last_seq + 1))
        assert len({message.id for message in messages}) == row.last_seq
    await store.close()


async def check_media(media: MediaFolder, told: list[list[Any]], removed: set[str]) -> None:
    sizes = {facts[1]: facts[2] for facts in told if facts[0] == "media"}
    sealed = {facts[1] for facts in told if facts[0] == "sealed"}
    for media_id, size in sizes.items():
        if media_id in removed:  # deleted, or about to be
            continue
        kept = b"".join([block async for block in media.read(media_id, 0, 1_000_000)])
        assert len(kept) >= size
        assert kept == sound(media_id, 0, len(kept))
        if media_id in sealed:
            assert len(kept) == size
            assert (media.folder / "originals" / media_id[:2] / media_id).exists()
