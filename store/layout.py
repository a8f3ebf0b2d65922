"""What lies where in the store's folder.

lock                               held by the process that uses the folder
store.json                         format, first journal segment that counts, directory pages
journal/0000000001.log             transactions since the last checkpoint
agents/ contacts/ conversations/ drafts/ sessions/    directories, sharded by a hash of the id
messages/<shard>/<conversation>.<n>.json              seq n*128+1 to (n+1)*128
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from pathlib import Path

import orjson

from inbox.errors import BadRequest
from store.files import damaged, flush_folder, framed, replace_files, unframed

DIRECTORIES = {"agents": 1, "contacts": 64, "conversations": 64, "drafts": 16, "sessions": 16}
MESSAGE_SHARDS = 256
PAGE_LENGTH = 128
MANIFEST = "store.json"
JOURNAL = "journal"
FORMAT = 1

_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """`first_segment`: older ones are leftovers. `pages`: directory pages that must be there."""

    first_segment: int = 1
    pages: frozenset[str] = frozenset()


def directory_key(table: str, doc_id: str) -> str:
    """The page of a directory in which a document lives."""
    return f"{table}/{_hash(doc_id) % DIRECTORIES[table]:02x}"


def message_key(conversation_id: str, seq: int) -> str:
    """The page in which message `seq` of a conversation lives."""
    shard = _hash(conversation_id) % MESSAGE_SHARDS
    return f"messages/{shard:02x}/{conversation_id}.{(seq - 1) // PAGE_LENGTH}"


def _hash(doc_id: str) -> int:
    return zlib.crc32(doc_id.encode(errors="surrogatepass"))


def check_conversation_id(conversation_id: str) -> None:
    """Raises `BadRequest` for an id that cannot be part of a file name."""
    if not _FILE_NAME.fullmatch(conversation_id):
        raise BadRequest("A conversation's id has 1 to 64 letters, digits, - and _.")


def make_folders(folder: Path) -> None:
    """Creates what is missing of the tree, durably."""
    shards = [folder / "messages" / f"{shard:02x}" for shard in range(MESSAGE_SHARDS)]
    for part in (folder / JOURNAL, *(folder / table for table in DIRECTORIES), *shards):
        part.mkdir(parents=True, exist_ok=True)
    flush_folder(folder / "messages")
    flush_folder(folder)


def read_manifest(folder: Path) -> Manifest | None:
    """None if there is none. Raises `StoreDamaged`."""
    path = folder / MANIFEST
    try:
        facts = orjson.loads(unframed(path, path.read_bytes()))
    except FileNotFoundError:
        return None
    if facts["format"] != FORMAT:
        raise damaged(path, f"is of format {facts['format']}, which this version cannot read")
    return Manifest(facts["first_segment"], frozenset(facts["pages"]))


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replaces it durably: the moment at which a checkpoint counts. Raises OSError."""
    body = orjson.dumps(
        {
            "format": FORMAT,
            "first_segment": manifest.first_segment,
            "pages": sorted(manifest.pages),
        }
    )
    replace_files([(folder / MANIFEST, framed(MANIFEST, body))])
