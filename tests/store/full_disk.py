"""Scenes on a disk that gets full and is made free again, for a process of its own: a limit on the
size of files makes the system refuse in the middle of a write, as a full disk does."""

from __future__ import annotations

import asyncio
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inbox.errors import StoreUnavailable
from store.engine import Limits
from store.media_folder import MediaFolder
from store.tinydb_store import TinyStore
from tests.store.samples import NOON, inbound, new_conversation

NEVER = Limits(journal_bytes=1 << 30, idle_seconds=3_600)


@contextmanager
def full_at(size: int) -> Iterator[None]:
    """No file may grow beyond `size` bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


async def refused(*attempts: object) -> None:
    for attempt in attempts:
        try:
            await attempt  # type: ignore[misc]
        except StoreUnavailable:
            continue
        raise AssertionError("the disk was not full")


async def journal(folder: Path) -> None:
    """Callers are told; what they tried is kept once they try again, in order, and once."""
    store = await TinyStore.open(folder, NEVER)
    ada = await store.add_conversation(new_conversation())
    messages = [inbound(ada, f"text {n}") for n in range(100)]
    known = []
    with full_at(20_000):
        for message in messages:
            try:
                known.append((await store.add_message(message, now=NOON)).message)
            except StoreUnavailable:
                break
        assert 5 < len(known) < 90
        missing = messages[len(known)]
        await refused(
            store.check_writable(),
            store.add_message(missing, now=NOON),
            store.add_message(messages[-1], now=NOON),
            store.mark_read(ada.id),
        )
        assert (await store.conversation(ada.id)).contact == ada.contact
        copy = await TinyStore.open(await _copy(folder), NEVER)
        assert await copy.messages(ada.id, limit=200) == known
        await copy.engine.journal.close()
    await store.check_writable()
    for message in messages:
        await store.add_message(message, now=NOON)
    kept = await store.messages(ada.id, limit=200)
    assert [message.id for message in kept] == [message.id for message in messages]
    copy = await TinyStore.open(await _copy(folder), NEVER)
    assert await copy.messages(ada.id, limit=200) == kept
    await copy.close()
    await store.close()


async def checkpoint(folder: Path) -> None:
    """Pages that cannot be written wait; the journal has everything."""
    store = await TinyStore.open(folder, NEVER)
    ada = await store.add_conversation(new_conversation())
    for n in range(60):
        await store.add_message(inbound(ada, f"text {n}"), now=NOON)
    with full_at(4_000):
        for _ in range(3):
            try:
                await store.engine.checkpoint()
            except OSError:
                continue
            raise AssertionError("the disk was not full")
    await store.add_message(inbound(ada, "after"), now=NOON)
    crashed = await TinyStore.open(await _copy(folder), NEVER)
    assert (await crashed.conversation(ada.id)).last_seq == 61
    await crashed.close()
    await store.engine.checkpoint()
    await store.close()
    store = await TinyStore.open(folder, NEVER)
    assert len(await store.messages(ada.id, limit=100)) == 61
    await store.close()


async def media(folder: Path) -> None:
    """A chunk is appended or not at all."""
    takes = MediaFolder(folder)
    await takes.append("take", 0, b"x" * 9_000)
    with full_at(10_000):
        await refused(takes.append("take", 9_000, b"y" * 5_000))
        assert await takes.size("take") == 9_000
    assert await takes.append("take", 9_000, b"y" * 5_000) == 14_000


async def _copy(folder: Path) -> Path:
    """What a crash would leave now. A process of its own, which is under no limit, copies it."""
    copy = folder.with_name(f"{folder.name}-{len(list(folder.parent.iterdir()))}")
    process = await asyncio.create_subprocess_exec(
        "sh", "-c", f"ulimit -S -f unlimited; cp -r '{folder}' '{copy}'"
    )
    assert await process.wait() == 0
    return copy


if __name__ == "__main__":
    scene = {"journal": journal, "checkpoint": checkpoint, "media": media}[sys.argv[1]]
    asyncio.run(scene(Path(sys.argv[2]) / "data"))
    print("nothing lost")  # noqa: T201
