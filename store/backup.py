"""Copies of a consistent state, also while another process writes: pages are whole or not there,
the journal covers everything that is in them or not yet, and sealed media never change. The pages
are copied first, under held journal segments, and the journal last: what a page has, it has too."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

from inbox.errors import BadRequest, StoreDamaged, StoreUnavailable
from store.files import TEMPORARY, damaged, flush_folder, unavailable, unframed, write_flushed
from store.journal import read_segment, segment_path, segments_in
from store.layout import JOURNAL, MANIFEST, make_folders, read_manifest
from store.media_folder import DRAFTS, ORIGINALS

_ATTEMPTS = 20


async def backup(
    data: Path, destination: Path, *, store: Path | None = None, media: Path | None = None
) -> None:
    """Copies a data folder, in use or not: `store/`, `media/` and what else lies in it.

    `store`, `media`: where they are if not in `data`; in the copy they are. To restore, start with
    the copy. Raises `BadRequest` if `destination` holds something, `StoreDamaged`,
    `StoreUnavailable`.
    """
    places = (store or data / "store", media or data / "media")
    await asyncio.to_thread(_backup, data, destination, *places)


def _backup(data: Path, destination: Path, store: Path, media: Path) -> None:
    destination = destination.resolve()
    _check_destination(destination, data)
    if not (store / MANIFEST).exists():
        raise BadRequest(f"There is nothing to back up in {store}.")
    unfinished = destination.with_name(destination.name + ".unfinished")
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        copy_store(store, unfinished / "store")
        _copy_media(media, unfinished / "media")
        for file in data.iterdir():
            if file.is_file() and not (unfinished / file.name).exists():
                shutil.copy2(file, unfinished / file.name)
        os.sync()
        if destination.exists():
            destination.rmdir()
        unfinished.rename(destination)
        flush_folder(destination.parent)
    except OSError as error:
        raise unavailable(error) from error


def copy_store(folder: Path, destination: Path) -> None:
    """A consistent copy of a store's folder, in use or not. Blocks: call it in a thread.

    Raises `BadRequest` if `destination` holds something, `StoreDamaged`, `StoreUnavailable`.
    """
    _check_destination(destination, folder)
    try:
        destination.mkdir(parents=True, exist_ok=True)
        make_folders(destination)
        for _ in range(_ATTEMPTS):
            if _try_copy(folder, destination):
                os.sync()
                return
    except OSError as error:
        raise unavailable(error) from error
    raise StoreUnavailable("The store changes too fast to be copied just now; try again.")


def _try_copy(folder: Path, destination: Path) -> bool:
    """False if a segment of the journal went away before it could be held."""
    manifest_bytes = (folder / MANIFEST).read_bytes()
    manifest = read_manifest(folder)
    if manifest is None or (folder / MANIFEST).read_bytes() != manifest_bytes:
        return False
    with _HeldJournal(folder / JOURNAL, manifest.first_segment) as journal:
        if not journal.hold():
            return False
        for page in _pages(folder):
            _copy_page(page, destination / page.relative_to(folder))
            if not journal.hold():
                return False
        journal.copy(destination / JOURNAL)
    write_flushed(destination / MANIFEST, manifest_bytes)
    return True


class _HeldJournal:
    """Segments held open: what a checkpoint deletes can still be read."""

    def __init__(self, folder: Path, first: int) -> None:
        self._folder = folder
        self._first = first
        self._handles: list[int] = []

    def __enter__(self) -> _HeldJournal:
        return self

    def __exit__(self, *error: object) -> None:
        for handle in self._handles:
            os.close(handle)

    def hold(self) -> bool:
        """Takes hold of the segments that are new. False if one was missed."""
        for number in segments_in(self._folder):
            wanted = self._first + len(self._handles)
            if number < wanted:
                continue
            if number > wanted:
                return False
            try:
                self._handles.append(os.open(segment_path(self._folder, number), os.O_RDONLY))
            except FileNotFoundError:
                return False
        return bool(self._handles)

    def copy(self, destination: Path) -> None:
        """Copies all held segments, the last one up to its last whole line."""
        for number, handle in enumerate(self._handles, self._first):
            last = number == self._first + len(self._handles) - 1
            path = segment_path(destination, number)
            with os.fdopen(os.dup(handle), "rb") as source, path.open("wb") as copy:
                shutil.copyfileobj(source, copy)
            try:
                good = read_segment(path, last=last).good
            except StoreDamaged as error:
                raise damaged(segment_path(self._folder, number)) from error
            os.truncate(path, good)


def _pages(folder: Path) -> list[Path]:
    return [page for page in folder.rglob("*.json") if page.name != MANIFEST]


def _copy_page(page: Path, destination: Path) -> None:
    data = page.read_bytes()
    unframed(page, data)
    destination.write_bytes(data)


def _copy_media(media: Path, destination: Path) -> None:
    """Drafts first: one that is sealed meanwhile is then found among the originals."""
    for part in (DRAFTS, ORIGINALS):
        for file in (media / part).rglob("*"):
            copy = destination / file.relative_to(media)
            try:
                if file.is_file() and not file.name.endswith(TEMPORARY):
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(file, copy)
            except FileNotFoundError:
                copy.unlink(missing_ok=True)  # sealed or deleted while it was copied
    for original in (destination / ORIGINALS).rglob("*"):
        if original.is_file():
            (destination / DRAFTS / original.name).unlink(missing_ok=True)


def _check_destination(destination: Path, source: Path) -> None:
    if destination.exists() and (not destination.is_dir() or any(destination.iterdir())):
        raise BadRequest(f"{destination} is not empty; name a folder that is new or empty.")
    if destination.resolve().is_relative_to(source.resolve()):
        raise BadRequest(f"{destination} lies inside what is backed up; name a folder elsewhere.")
