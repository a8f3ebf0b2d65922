"""How the embedded store behaves as it fills: appending, reading, starting, memory, flushes; plain
TinyDB beside it. Prints tables. Run it with `python -m bench.bench_store`; some minutes."""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

from tinydb import TinyDB

from inbox.models import (
    Attachment,
    Contact,
    Conversation,
    DeliveryStatus,
    Description,
    Direction,
    Kind,
    Message,
)
from store.documents import message_document
from store.engine import Limits
from store.tinydb_store import TinyStore

START = datetime(2026, 1, 1, tzinfo=UTC)
SIZES = (100, 1_000, 10_000, 100_000)
SAMPLES = 400
chance = random.Random(7)


def an_id() -> str:
    return str(UUID(int=chance.getrandbits(128), version=4))


def a_message(conversation_id: str, n: int) -> Message:
    """Every fifth one is a voice note; every second one is outgoing and delivered."""
    outgoing = n % 2 == 0
    message = Message(
        id=an_id(),
        conversation_id=conversation_id,
        direction=Direction.OUT if outgoing else Direction.IN,
        kind=Kind.TEXT,
        at=START + timedelta(seconds=n),
        text="A sentence of the usual length, as people write them to each other.",
        author_name="Grace" if outgoing else "",
        status=DeliveryStatus.READ if outgoing else None,
        channel_message_id=an_id(),
    )
    if n % 5:
        return message
    description = Description(
        container="webm",
        codec="opus",
        channels=1,
        sample_rate=48_000,
        duration_ms=12_345,
        peaks=tuple(chance.randrange(101) for _ in range(64)),
        loudness=-21.7,
    )
    attachment = Attachment(
        media_id=message.id,
        content_type="audio/webm;codecs=opus",
        size=48_000,
        sha256=f"{chance.getrandbits(256):064x}",
        description=description,
    )
    return replace(message, kind=Kind.VOICE, text="", attachment=attachment)


def a_conversation(n: int) -> Conversation:
    contact = Contact(
        id=an_id(), name=f"Contact {n}", channel="webchat", address=an_id(), created_at=START
    )
    return Conversation(id=an_id(), contact=contact, created_at=START, active_at=START)


async def fill(store: TinyStore, conversations: int, messages: int) -> list[str]:
    """Conversations of equal length, written by 200 at a time. Returns their ids."""
    added: list[str] = []
    for start in range(0, conversations, 200):
        some = [a_conversation(n) for n in range(start, min(conversations, start + 200))]
        await asyncio.gather(*map(store.add_conversation, some))
        added += [one.id for one in some]
    for start in range(0, messages, 200):
        await asyncio.gather(
            *(
                store.add_message(
                    a_message(added[n % conversations], n), now=START + timedelta(seconds=n)
                )
                for n in range(start, min(messages, start + 200))
            )
        )
    return added


async def times(work: Callable[[int], Awaitable[object]], count: int = SAMPLES) -> list[float]:
    """Milliseconds of each call, one after the other."""
    taken = []
    for n in range(count):
        start = time.perf_counter()
        await work(n)
        taken.append((time.perf_counter() - start) * 1_000)
    return taken


def row(*cells: object) -> None:
    texts = [f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in cells]
    print("| " + " | ".join(texts) + " |", flush=True)


def header(title: str, *cells: str) -> None:
    print(f"\n{title}\n")
    row(*cells)
    row(*("---" for _ in cells))


def p99(taken: list[float]) -> float:
    return statistics.quantiles(taken, n=100)[98]


async def appending(folder: Path) -> None:
    """All sizes take turns, so that what else the machine does meets them alike."""
    header(
        "Appending a message, ms", "stored", "p50", "p99", "times that of 100", "plain TinyDB p50"
    )
    stores: dict[int, tuple[TinyStore, list[str]]] = {}
    for size in SIZES:
        store = await TinyStore.open(folder / str(size))
        stores[size] = (store, await fill(store, max(1, size // 10), size))
        await store.engine.checkpoint()
    taken: dict[int, list[float]] = {size: [] for size in SIZES}
    for n in range(2 * SAMPLES):
        for size, (store, ids) in stores.items():
            message = a_message(chance.choice(ids), n)
            start = time.perf_counter()
            await store.add_message(message, now=START + timedelta(days=1, seconds=n))
            taken[size].append((time.perf_counter() - start) * 1_000)
    least = statistics.median(taken[SIZES[0]])
    for size, (store, _) in stores.items():
        await store.close()
        p50 = statistics.median(taken[size])
        plain = plain_tinydb(folder / f"{size}.json", size)
        row(size, p50, p99(taken[size]), p50 / least, plain)


def plain_tinydb(file: Path, size: int) -> float:
    """Median ms of an insert into a `JSONStorage` of this size."""
    documents = {str(n + 1): message_document(a_message("c", n)) for n in range(size)}
    file.write_text(json.dumps({"_default": documents}))
    taken = []
    with TinyDB(file) as db:
        for n in range(3 if size > 10_000 else 20):
            document = message_document(a_message("c", n))
            start = time.perf_counter()
            db.insert(document)
            taken.append((time.perf_counter() - start) * 1_000)
    return statistics.median(taken)


async def reading(folder: Path) -> None:
    header("Newest 50 messages of a conversation, ms", "messages", "cold p50", "warm p50")
    folder = folder / "reading"
    store = await TinyStore.open(folder)
    (other,) = await fill(store, 1, 300)
    rows = {size: (await fill(store, 1, size))[0] for size in (100, 10_000)}
    await store.close()
    cold: dict[int, list[float]] = {size: [] for size in rows}
    warm: dict[int, list[float]] = {size: [] for size in rows}
    tight = await TinyStore.open(folder, Limits(cached_documents=1))
    for _ in range(SAMPLES):  # taking turns, so that both sizes meet the same machine
        for size, row_id in rows.items():
            await tight.messages(other, limit=1)  # pushes everything else out of the cache
            cold[size] += await times(partial(newest, tight, row_id), 1)
    await tight.close()
    usual = await TinyStore.open(folder)
    for _ in range(SAMPLES):
        for size, row_id in rows.items():
            warm[size] += await times(partial(newest, usual, row_id), 1)
    await usual.close()
    for size in rows:
        row(size, statistics.median(cold[size]), statistics.median(warm[size]))


async def newest(store: TinyStore, conversation_id: str, _: int) -> list[Message]:
    return await store.messages(conversation_id, limit=50)


STARTER = """
import asyncio, pathlib, sys, time
from store.tinydb_store import TinyStore

async def main():
    start, busy = time.perf_counter(), time.process_time()
    store = await TinyStore.open(pathlib.Path(sys.argv[1]))
    taken = time.perf_counter() - start, time.process_time() - busy
    status = pathlib.Path("/proc/self/status").read_text().split()
    rows = await store.conversations(limit=10**6)
    megabytes = int(status[status.index("VmRSS:") + 1]) // 1024
    print(*taken, megabytes, len(rows), sum(row.last_seq for row in rows))

asyncio.run(main())
"""


def starting(folder: Path) -> None:
    """In a process of its own; the second of each pair finds the files in the system's cache."""
    header("Starting", "s", "s of processor", "memory, MB", "conversations", "messages")
    for name in ("100", "100", "100000", "100000"):
        command = [sys.executable, "-c", STARTER, str(folder / name)]
        output = subprocess.run(command, capture_output=True, check=True, text=True).stdout.split()
        row(float(output[0]), float(output[1]), *output[2:])


async def flushing(folder: Path) -> None:
    header("Flushes per acknowledged message", "writers", "flushes", "messages/s")
    for writers in (1, 16):
        store = await TinyStore.open(folder / f"writers-{writers}")
        ids = await fill(store, writers, 0)
        before, start, count = store.engine.journal.flushes, time.perf_counter(), 200

        async def write(conversation_id: str, store: TinyStore = store, count: int = count) -> None:
            for n in range(count):
                await store.add_message(a_message(conversation_id, n), now=START)

        await asyncio.gather(*map(write, ids))
        seconds = time.perf_counter() - start
        flushes = store.engine.journal.flushes - before
        row(writers, flushes / (writers * count), round(writers * count / seconds))
        await store.close()


async def listing(folder: Path) -> None:
    header("First 30 rows of the conversation list, ms", "conversations", "p50")
    for size in (1_000, 100_000):
        store = await TinyStore.open(folder / str(size))

        async def rows(_: int, store: TinyStore = store) -> list[Conversation]:
            return await store.conversations(limit=30)

        row(size // 10, statistics.median(await times(rows)))
        await store.close()


async def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="bench-store-"))
    try:
        await appending(folder)
        await reading(folder)
        await listing(folder)
        starting(folder)
        await flushing(folder)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    asyncio.run(main())
