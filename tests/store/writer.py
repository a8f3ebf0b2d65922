"""A process to be killed: writes without pause and tells each write on stdout once it is
acknowledged. It reads folders from stdin, one a line, and forks a writer for each; so a new writer
costs no start of Python. Prints `pid`, the acknowledgements, `dead`."""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from inbox.models import DeliveryStatus, DraftState, Message
from store.engine import Limits
from store.media_folder import MediaFolder
from store.tinydb_store import TinyStore
from tests.store.samples import NOON, inbound, new_conversation, new_draft, voice_note

SMALL = Limits(journal_bytes=20_000, idle_seconds=0.02, cached_documents=600)
"""So small that checkpoints happen all the time."""


def sound(media_id: str, start: int, stop: int) -> bytes:
    """The bytes that belong at this place of this recording."""
    pattern = bytes.fromhex(media_id.replace("-", ""))
    return (pattern * (stop // len(pattern) + 1))[start:stop]


def tell(*facts: Any) -> None:
    os.write(1, json.dumps(facts).encode() + b"\n")


async def write_forever(folder: Path) -> None:
    store = await TinyStore.open(folder / "store", SMALL)
    media = MediaFolder(folder / "media")
    rows = await store.conversations(limit=3)
    while len(rows) < 3:
        rows.append(await store.add_conversation(new_conversation()))
        tell("conversation", rows[-1].id)
    stories: list[Callable[[], Awaitable[None]]] = [
        lambda: _message(store, random.choice(rows).id),
        lambda: _reading(store, random.choice(rows).id),
        lambda: _recording(store, media, random.choice(rows).id),
    ]
    await asyncio.gather(*(_repeat(stories) for _ in range(6)))


async def _repeat(stories: list[Callable[[], Awaitable[None]]]) -> None:
    while True:
        await random.choice(stories)()


async def _message(store: TinyStore, conversation_id: str) -> None:
    """A voice note that is sent, delivered, read; each step is told."""
    conversation = await store.conversation(conversation_id)
    message = (await store.add_message(voice_note(conversation, steps=()), now=NOON)).message
    tell("message", message.id, conversation_id, message.seq)
    for step in (DeliveryStatus.SENDING, DeliveryStatus.SENT, DeliveryStatus.READ):
        after = replace(message, status=step, steps=(*message.steps, (step, NOON)))
        message, _ = await store.change_message(message.id, _becomes(after))
        tell("steps", message.id, len(message.steps))


def _becomes(after: Message) -> Callable[[Message], Message]:
    return lambda _: after


async def _reading(store: TinyStore, conversation_id: str) -> None:
    conversation = await store.conversation(conversation_id)
    message = (await store.add_message(inbound(conversation), now=NOON)).message
    tell("message", message.id, conversation_id, message.seq)
    await store.mark_read(conversation_id)
    await store.messages(conversation_id, limit=5, before=random.randint(1, message.seq + 1))


async def _recording(store: TinyStore, media: MediaFolder, conversation_id: str) -> None:
    """A draft that grows and is sent, discarded or forgotten."""
    conversation = await store.conversation(conversation_id)
    draft = await store.add_draft(new_draft(conversation, id=str(uuid4())))
    tell("draft", draft.id)
    size = 0
    for _ in range(random.randint(1, 4)):
        chunk = sound(draft.id, size, size + random.randint(1, 5_000))
        size = await media.append(draft.id, size, chunk)
        tell("media", draft.id, size)
    end = random.choice(["send", "discard", "forget"])
    if end == "send":
        await media.seal(draft.id)
        tell("sealed", draft.id)
        note = voice_note(conversation, id=draft.id)
        message = (await store.add_message(note, now=NOON, closes_draft=True)).message
        tell("sent", draft.id, conversation_id, message.seq)
    elif end == "discard":
        await store.change_draft(draft.id, lambda d: replace(d, state=DraftState.DISCARDED))
        tell("discarded", draft.id)
        await media.delete(draft.id)
        await store.remove_draft(draft.id)
        tell("removed", draft.id)


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                asyncio.run(write_forever(Path(line.strip())))
            except Exception as error:  # noqa: BLE001 - whatever it is, the test shall see it
                tell("failed", repr(error))
            os._exit(1)
        tell("pid", child)
        os.waitpid(child, 0)
        tell("dead")


if __name__ == "__main__":
    main()
