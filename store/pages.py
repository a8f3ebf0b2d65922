"""A page is one small TinyDB file: a `Storage` whose file is framed with a checksum and replaced
atomically, and a `Table` with string ids that touches only what changes. Between two checkpoints
the changes of a page are kept beside its documents, so that a page can be changed without being
read, and dropped from memory without losing anything (the journal has its changes too)."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, MutableMapping
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import orjson
from tinydb.storages import Storage
from tinydb.table import Table

from store.files import damaged, framed, replace_files, unframed

Document = dict[str, Any]
Changes = dict[str, Document | None]


class PageFile(Storage):
    """One page: `documents` if in memory, else None. Documents are replaced, never mutated.

    Works as a plain TinyDB storage as well: `TinyDB(path, storage=PageFile)`.
    """

    def __init__(
        self, path: str | Path, table: str = "", key: str = "", on_disk: bool | None = None
    ) -> None:
        """`key`: the page's name in the journal. `table`: the one table it holds."""
        self.path = str(path)
        self.key = key
        self.name = table
        self.on_disk = Path(path).exists() if on_disk is None else on_disk
        self.documents: dict[str, Document] | None = None
        self.changed: Changes = {}  # since the last checkpoint began
        self.saving: Changes = {}  # what the running checkpoint writes
        self.saved = 0  # how often a checkpoint replaced the file
        self.weight = 0  # documents counted by the cache
        self.loading: asyncio.Task[None] | None = None

    def put(self, changes: Changes) -> None:
        """Takes changes in memory; None removes a document."""
        self.changed.update(changes)
        if self.documents is not None:
            merge(self.documents, changes)

    def adopt(self, from_file: dict[str, Document]) -> None:
        """Takes what `documents_in` read into memory, with all that changed since."""
        merge(from_file, self.saving)
        merge(from_file, self.changed)
        self.documents = from_file

    def read(self) -> dict[str, dict[str, Any]] | None:
        if self.documents is None:
            if not self.on_disk and not self.changed:
                return None
            if self.name:
                self.adopt(documents_in(self.path, self.name) if self.on_disk else {})
            else:
                return tables_in(self.path)
        return {self.name: self.documents or {}}

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """TinyDB's own way of writing: the whole file at once, atomically."""
        path = Path(self.path)
        replace_files([(path, framed(path.name, orjson.dumps(data)))])
        self.on_disk = True


class PageTable(Table):
    """A TinyDB table over one page, with string ids. A write costs what changes, not the page."""

    document_id_class = str  # type: ignore[assignment]
    default_query_cache_capacity = 0

    def put(self, doc_id: str, document: Document | None) -> None:
        """Adds, replaces or (None) removes one document without reading the page."""
        cast(PageFile, self.storage).put({doc_id: document})

    def _get_next_id(self) -> str:
        return str(uuid4())

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        view = _ChangesView(self._read_table())  # type: ignore[arg-type]
        updater(view)
        cast(PageFile, self.storage).put(view.outcome())
        self.clear_cache()


class _ChangesView(MutableMapping[str, Document]):
    """The table as TinyDB's updaters see it; what they touch is a copy, the rest is untouched."""

    def __init__(self, before: dict[str, Document]) -> None:
        self._before = before
        self._touched: Changes = {}

    def outcome(self) -> Changes:
        """Only what is really different now."""
        return {
            doc_id: document
            for doc_id, document in self._touched.items()
            if self._before.get(doc_id) != document
        }

    def __getitem__(self, doc_id: str) -> Document:
        if doc_id not in self._touched:
            self._touched[doc_id] = dict(self._before[doc_id])
        document = self._touched[doc_id]
        if document is None:
            raise KeyError(doc_id)
        return document

    def __setitem__(self, doc_id: str, document: Document) -> None:
        self._touched[doc_id] = document

    def __delitem__(self, doc_id: str) -> None:
        self[doc_id]  # raises KeyError if it is not there
        self._touched[doc_id] = None

    def __contains__(self, doc_id: object) -> bool:
        if doc_id in self._touched:
            return self._touched[doc_id] is not None
        return doc_id in self._before

    def __iter__(self) -> Iterator[str]:
        yield from (doc_id for doc_id in self._before if doc_id in self)
        yield from (
            doc_id
            for doc_id in list(self._touched)
            if doc_id in self and doc_id not in self._before
        )

    def __len__(self) -> int:
        return sum(1 for _ in self)


def merge(documents: dict[str, Document], changes: Changes) -> None:
    """Applies changes; a document that is there keeps its place."""
    for doc_id, document in changes.items():
        if document is None:
            documents.pop(doc_id, None)
        else:
            documents[doc_id] = document


def encoded(path: str, table: str, documents: dict[str, Document]) -> tuple[Path, bytes]:
    """The file of a page, ready for `replace_files`."""
    file = Path(path)
    return file, framed(file.name, orjson.dumps({table: documents}))


def documents_in(path: str, table: str) -> dict[str, Document]:
    """The documents of a page file. Raises `StoreDamaged`."""
    documents = tables_in(path).get(table)
    if documents is None:
        raise damaged(path, f"holds no table {table}")
    return documents


def tables_in(path: str) -> dict[str, dict[str, Document]]:
    """A whole page file, checked. Raises `StoreDamaged`, also if it is not there."""
    try:
        data = _bytes_of(path)
    except FileNotFoundError as error:
        raise damaged(path, "is missing") from error
    except OSError as error:
        raise damaged(path, f"cannot be read ({error.strerror})") from error
    tables: dict[str, dict[str, Document]] = orjson.loads(unframed(path, data))
    return tables


def _bytes_of(path: str) -> bytes:
    """A start reads tens of thousands of pages; this takes a third of `Path.read_bytes`."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        pieces = []
        while piece := os.read(handle, 1 << 20):
            pieces.append(piece)
        return b"".join(pieces)
    finally:
        os.close(handle)
