"""From the folder to a running engine: everything is read and checked before anything is touched.
A file that cannot be trusted stops the start, named; leftovers of a crash are cleared away only
after all the rest has checked out."""

from __future__ import annotations

import gc
import os
from pathlib import Path

from store.engine import Engine, Limits
from store.files import TEMPORARY, FolderLock, damaged, flush_folder, make_folder, unavailable
from store.indexes import Indexes
from store.journal import (
    Journal,
    create_segment,
    read_segment,
    segment_path,
    segments_in,
)
from store.layout import (
    DIRECTORIES,
    JOURNAL,
    MANIFEST,
    MESSAGE_SHARDS,
    Manifest,
    make_folders,
    read_manifest,
    write_manifest,
)
from store.pages import Document, PageFile, documents_in, merge


def recover(folder: Path, limits: Limits) -> tuple[Engine, Indexes]:
    """Blocks: call it in a thread. Raises `StoreBusy`, `StoreDamaged`, `StoreUnavailable`."""
    try:
        make_folder(folder)
        lock = FolderLock(folder)
    except OSError as error:
        raise unavailable(error) from error
    # Nothing made here is garbage: without pauses for its collection the start is a third faster.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _recover(folder, lock, limits)
    except OSError as error:
        lock.release()
        raise unavailable(error) from error
    except BaseException:
        lock.release()
        raise
    finally:
        if collecting:
            gc.enable()


def _recover(folder: Path, lock: FolderLock, limits: Limits) -> tuple[Engine, Indexes]:
    engine = Engine(folder, lock, limits)
    engine.manifest = read_manifest(folder) or _begin(folder)
    segment, good, last_number = _replay(engine)
    indexes = Indexes(engine)
    _read_directories(engine, indexes)
    _read_messages(engine, indexes)
    indexes.check()
    engine.on_change = indexes.changed
    _clear_leftovers(engine, segment, good)
    engine.journal = Journal(folder / JOURNAL, segment, good, last_number)
    return engine, indexes


def _begin(folder: Path) -> Manifest:
    """A new store in an empty folder; the manifest comes last and makes it one."""
    for file in folder.rglob("*"):
        begun = file.parent.name == JOURNAL and file.stat().st_size < 64  # a header and no more
        if file.is_file() and file.name != "lock" and file.suffix != TEMPORARY and not begun:
            raise damaged(folder / MANIFEST, f"is missing, although {file} is there")
    make_folders(folder)
    create_segment(folder / JOURNAL, 1, 1)
    manifest = Manifest()
    write_manifest(folder, manifest)
    return manifest


def _replay(engine: Engine) -> tuple[int, int, int]:
    """Puts the journal's transactions into the pages as unsaved changes.

    Returns the newest segment, its good bytes and the number of the last transaction.
    """
    folder, first = engine.folder / JOURNAL, engine.manifest.first_segment
    numbers = [number for number in segments_in(folder) if number >= first]
    segment = next_number = good = 0
    for segment in range(first, max(numbers, default=first) + 1):
        path = segment_path(folder, segment)
        if segment not in numbers:
            raise damaged(path, "is missing")
        content = read_segment(path, last=segment == numbers[-1])
        if next_number and content.first != next_number:
            before = segment_path(folder, segment - 1)
            raise damaged(before, f"lacks transaction {next_number}")
        for operations in content.transactions:
            for key, doc_id, document in operations:
                page = engine.pages.get(key) or _page(engine, key, on_disk=False)
                page.changed[doc_id] = document
                engine.dirty.add(key)
        next_number, good = content.first + len(content.transactions), content.good
    return segment, good, next_number - 1


def _page(engine: Engine, key: str, *, on_disk: bool) -> PageFile:
    page = PageFile(f"{engine.folder}/{key}.json", key.split("/", 1)[0], key, on_disk=on_disk)
    engine.pages[key] = page
    return page


def _read_directories(engine: Engine, indexes: Indexes) -> None:
    there = {key for table in DIRECTORIES for key in _keys(engine.folder, table)}
    for key in sorted(engine.manifest.pages - there):
        raise damaged(engine.folder / f"{key}.json", "is missing")
    known = {key for key, page in engine.pages.items() if page.name in DIRECTORIES}
    for key in sorted(there | known):
        page = engine.pages.get(key) or _page(engine, key, on_disk=False)
        page.on_disk = key in there
        page.adopt(documents_in(page.path, page.name) if page.on_disk else {})
        indexes.add_directory_page(page)


def _read_messages(engine: Engine, indexes: Indexes) -> None:
    for shard in range(MESSAGE_SHARDS):
        for key in _keys(engine.folder, f"messages/{shard:02x}"):
            page = engine.pages.get(key) or _page(engine, key, on_disk=True)
            page.on_disk = True
            documents = documents_in(page.path, page.name)
            merge(documents, page.changed)
            indexes.add_message_page(page, documents)
    for page in list(engine.pages.values()):
        if page.name == "messages" and not page.on_disk:
            unsaved: dict[str, Document] = {}
            merge(unsaved, page.changed)
            indexes.add_message_page(page, unsaved)


def _keys(folder: Path, part: str) -> list[str]:
    """Keys of the pages in one folder of the tree."""
    try:
        names = os.listdir(folder / part)  # noqa: PTH208 - names are all that is needed, 256 times
    except FileNotFoundError:  # an empty folder that a copy left out; made again below
        return []
    return [f"{part}/{name[:-5]}" for name in sorted(names) if name.endswith(".json")]


def _clear_leftovers(engine: Engine, segment: int, good: int) -> None:
    """What a crash left behind: temporary files, segments already saved, an unfinished line."""
    make_folders(engine.folder)
    for file in engine.folder.rglob("*" + TEMPORARY):
        file.unlink()
    journal = engine.folder / JOURNAL
    for number in segments_in(journal):
        if number < engine.manifest.first_segment:
            segment_path(journal, number).unlink()
    newest = segment_path(journal, segment)
    if newest.stat().st_size > good:
        with newest.open("r+b") as segment_file:
            segment_file.truncate(good)
            os.fsync(segment_file.fileno())
        flush_folder(journal)
