"""What an acknowledgement means: flushed, together where possible; refused while the disk refuses,
and nothing lost by that."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from inbox.models import Conversation
from inbox.protocols import Store
from store.engine import Limits
from store.tinydb_store import TinyStore
from tests.store.samples import NOON, inbound, new_conversation


async def test_writers_that_come_together_share_flushes(tiny: TinyStore) -> None:
    rows = [await tiny.add_conversation(new_conversation()) for _ in range(50)]
    before = tiny.engine.journal.flushes
    await asyncio.gather(*(_write(tiny, row, 20) for row in rows))
    assert tiny.engine.journal.flushes - before <= 1_000 / 10
    before = tiny.engine.journal.flushes
    await _write(tiny, rows[0], 20)
    assert tiny.engine.journal.flushes - before == 20


async def _write(store: Store, row: Conversation, count: int) -> None:
    for n in range(count):
        await store.add_message(inbound(row, str(n)), now=NOON)


async def test_nothing_is_flushed_for_reading_or_repeating(tiny: TinyStore) -> None:
    ada = await tiny.add_conversation(new_conversation())
    message = inbound(ada)
    await tiny.add_message(message, now=NOON)
    before = tiny.engine.journal.flushes
    await tiny.add_message(message, now=NOON)
    await tiny.change_message(message.id, lambda m: m)
    await tiny.add_conversation(ada)
    await tiny.messages(ada.id, limit=5)
    assert tiny.engine.journal.flushes == before
    await tiny.check_writable()
    assert tiny.engine.journal.flushes == before + 1


async def test_small_memory_and_many_checkpoints_lose_nothing(tmp_path: Path) -> None:
    limits = Limits(journal_bytes=5_000, idle_seconds=0.01, cached_documents=1)
    store = await TinyStore.open(tmp_path, limits)
    rows = [await store.add_conversation(new_conversation()) for _ in range(6)]

    async def converse(row: Conversation) -> None:
        for n in range(140):
            added = await store.add_message(inbound(row, str(n)), now=NOON)
            if n % 7 == 0:
                await store.change_message(
                    added.message.id, lambda m: replace(m, text="x" + m.text)
                )
            newest = await store.messages(row.id, limit=3)
            assert newest[-1].seq == n + 1

    await asyncio.gather(*map(converse, rows))
    assert store.engine.checkpoints > 5
    await store.close()
    store = await TinyStore.open(tmp_path, limits)
    for row in rows:
        texts = [message.text for message in await store.messages(row.id, limit=1_000)]
        assert texts == [f"{'x' if n % 7 == 0 else ''}{n}" for n in range(140)]
    await store.close()


async def test_a_caller_who_gives_up_does_not_disturb_the_others(tiny: TinyStore) -> None:
    ada = await tiny.add_conversation(new_conversation())
    writes = [
        asyncio.create_task(tiny.add_message(inbound(ada, str(n)), now=NOON)) for n in range(20)
    ]
    await asyncio.sleep(0)
    for write in writes[::2]:
        write.cancel()
    done = await asyncio.gather(*writes, return_exceptions=True)
    assert [not isinstance(one, BaseException) for one in done] == [False, True] * 10
    kept = await tiny.messages(ada.id, limit=50)
    assert [message.text for message in kept] == [str(n) for n in range(20)]


@pytest.mark.parametrize("scene", ["journal", "checkpoint", "media"])
def test_a_full_disk_is_told_and_nothing_is_lost(
    scene: str, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    played = subprocess.run(
        [sys.executable, "-m", "tests.store.full_disk", scene, tmp_path],
        cwd=pytestconfig.rootpath,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert played.stdout == "nothing lost\n", played.stderr
