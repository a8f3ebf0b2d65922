"""The engine under `TinyStore`: pages in memory and on disk, one journal, checkpoints.

A change is made in memory at once, on the event loop, and acknowledged when the journal has it.
In the background a checkpoint writes the changed pages and drops the journal's old segments. It
never writes what the journal does not hold yet, so replaying the journal over any mixture of old
and new pages gives the same result.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from inbox.errors import BadRequest, StoreError
from store.files import FolderLock, replace_files
from store.journal import Journal, Operation, encoded_operations, segment_path, segments_in
from store.layout import DIRECTORIES, Manifest, directory_key, message_key, write_manifest
from store.pages import Document, PageFile, PageTable, documents_in, encoded, merge

log = logging.getLogger("earshot.store")

Change = tuple[PageFile, str, Document | None]
"""(page, document id, document or None)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When to do what. A document takes some 1 to 3 KB of memory."""

    journal_bytes: int = 4 * 1024 * 1024
    idle_seconds: float = 20.0
    cached_documents: int = 20_000


class Engine:
    """Pages by key, committed together. Made by `recovery.recover`; used on the event loop only."""

    def __init__(self, folder: Path, lock: FolderLock, limits: Limits) -> None:
        self.folder = folder
        self.limits = limits
        self.pages: dict[str, PageFile] = {}
        self.dirty: set[str] = set()
        self.manifest = Manifest()
        self.journal: Journal
        self.on_change: Callable[[PageFile, Document | None, Document | None], None]
        self.checkpoints = 0
        self._lock = lock
        self._cache: OrderedDict[str, PageFile] = OrderedDict()
        self._cached = 0
        self._commits = 0
        self._checkpointing = asyncio.Lock()
        self._soon: asyncio.Task[None] | None = None
        self._idle: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to checkpoint in the background."""
        self._idle = asyncio.create_task(self._checkpoint_when_idle())

    async def commit(self, *changes: Change) -> None:
        """Changes memory at once and returns when the disk has it, all together or not at all.

        Raises `BadRequest` (nothing changed) for text that JSON cannot hold, `StoreUnavailable`.
        """
        operations: list[Operation] = [(page.key, doc_id, doc) for page, doc_id, doc in changes]
        try:
            line = encoded_operations(operations)
        except TypeError as error:
            raise BadRequest("This text holds characters that cannot be stored.") from error
        for page, doc_id, doc in changes:
            before = (page.documents or {}).get(doc_id)
            PageTable(page, page.name).put(doc_id, doc)
            self.dirty.add(page.key)
            self.on_change(page, before, doc)
        self._commits += 1
        if self.journal.bytes_since_rotation > self.limits.journal_bytes and self._soon is None:
            self._soon = asyncio.create_task(self._checkpoint_soon())
        await self.journal.append(line)

    def page(self, key: str) -> PageFile:
        """The page of this key; a new one if there is none yet."""
        page = self.pages.get(key)
        if page is None:
            page = PageFile(f"{self.folder}/{key}.json", key.split("/", 1)[0], key, on_disk=False)
            if page.name in DIRECTORIES:
                page.documents = {}
            self.pages[key] = page
        return page

    def directory_page(self, table: str, doc_id: str) -> PageFile:
        return self.page(directory_key(table, doc_id))

    def find(self, table: str, doc_id: str) -> Document | None:
        """A document of a directory, or None. Not to be mutated."""
        page = self.pages.get(directory_key(table, doc_id))
        return None if page is None or page.documents is None else page.documents.get(doc_id)

    def message_page(self, conversation_id: str, seq: int) -> PageFile:
        return self.page(message_key(conversation_id, seq))

    async def documents(self, page: PageFile) -> dict[str, Document]:
        """All documents of a page, read in a thread if they are not in memory. Not to be mutated.

        Does not suspend any more once they are: what is read may be changed and committed
        without anybody coming in between. Raises `StoreDamaged`.
        """
        while page.documents is None:
            if not page.on_disk:
                page.adopt({})
                break
            if page.loading is None:
                page.loading = asyncio.create_task(self._load(page))
            await asyncio.shield(page.loading)
        self._remember(page)
        return page.documents or {}

    async def documents_of(self, pages: Sequence[PageFile]) -> list[dict[str, Document]]:
        """Those of several pages, read at the same time."""
        if any(page.documents is None for page in pages):
            return await asyncio.gather(*(self.documents(page) for page in pages))
        return [await self.documents(page) for page in pages]

    async def _load(self, page: PageFile) -> None:
        try:
            while page.documents is None:
                saved = page.saved
                documents = await asyncio.to_thread(documents_in, page.path, page.name)
                if page.saved == saved:  # else a checkpoint replaced the file meanwhile
                    page.adopt(documents)
        finally:
            page.loading = None

    def _remember(self, page: PageFile) -> None:
        """Keeps the pages used last; an evicted one keeps its unsaved changes."""
        if page.documents is None or page.name in DIRECTORIES:
            return
        self._cached += len(page.documents) - page.weight
        page.weight = len(page.documents)
        self._cache[page.key] = page
        self._cache.move_to_end(page.key)
        while self._cached > self.limits.cached_documents and len(self._cache) > 1:
            _, oldest = self._cache.popitem(last=False)
            self._cached -= oldest.weight
            oldest.weight = 0
            oldest.documents = None

    async def checkpoint(self) -> None:
        """Writes all changed pages and drops the journal's older segments.

        Raises OSError or `StoreError`; then the journal still has everything.
        """
        async with self._checkpointing:
            if not self.dirty:
                return
            first_segment = self.journal.segment
            if self.journal.bytes_since_rotation:
                first_segment = await self.journal.rotate()
            pages = [self.pages[key] for key in self.dirty]
            self.dirty = set()
            for page in pages:
                page.saving, page.changed = page.changed, {}
            try:
                await self.journal.settled()  # no page may be ahead of the journal
                manifest = Manifest(
                    first_segment,
                    self.manifest.pages | {page.key for page in pages if page.name in DIRECTORIES},
                )
                await _to_the_end(asyncio.to_thread(self._save, pages, manifest))
            except BaseException:
                for page in pages:
                    page.changed = page.saving | page.changed
                    page.saving = {}
                    self.dirty.add(page.key)
                raise
            self.manifest = manifest
            for page in pages:
                page.saving = {}
                page.saved += 1
                page.on_disk = True
            self.checkpoints += 1

    def _save(self, pages: list[PageFile], manifest: Manifest) -> None:
        """In a thread: new files for old ones, then the manifest, which makes it count.

        A file that does not check out raises `StoreDamaged` and is not replaced.
        """
        remaining = iter(pages)
        while chunk := list(islice(remaining, 32)):
            replace_files(_merged(page) for page in chunk)
        write_manifest(self.folder, manifest)
        for number in segments_in(self.journal.folder):
            if number < manifest.first_segment:
                segment_path(self.journal.folder, number).unlink()

    async def _checkpoint_soon(self) -> None:
        try:
            await self._try_checkpoint()
        finally:
            self._soon = None

    async def _checkpoint_when_idle(self) -> None:
        while True:
            commits = self._commits
            await asyncio.sleep(self.limits.idle_seconds)
            if commits == self._commits:
                await self._try_checkpoint()

    async def _try_checkpoint(self) -> None:
        try:
            await self.checkpoint()
        except (OSError, StoreError) as error:
            log.warning("The checkpoint has to wait; the journal has everything: %s", error)

    async def close(self) -> None:
        """Checkpoints and releases the folder. Raises `StoreUnavailable` only if changes that
        nobody was told were safe could not be written."""
        if self._idle is not None:
            self._idle.cancel()
        try:
            if self._soon is not None:
                await self._soon
            await self._try_checkpoint()
            await self.journal.close()
        finally:
            self._lock.release()


async def _to_the_end(work: Coroutine[None, None, None]) -> None:
    """A cancelled checkpoint waits for its thread: two of them would write the same files."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def _merged(page: PageFile) -> tuple[Path, bytes]:
    documents = documents_in(page.path, page.name) if page.on_disk else {}
    merge(documents, page.saving)
    return encoded(page.path, page.name, documents)
