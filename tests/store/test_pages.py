"""Pages are real TinyDB files: to be queried, changed and opened by TinyDB itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from tinydb import TinyDB, where
from tinydb.table import Document

from inbox.errors import StoreDamaged
from store.pages import PageFile, PageTable
from store.tinydb_store import TinyStore
from tests.store.samples import NOON, inbound, new_conversation, voice_note


class Pages(TinyDB):
    table_class = PageTable


async def test_a_page_of_the_store_answers_queries(tiny: TinyStore) -> None:
    ada = await tiny.add_conversation(new_conversation())
    await tiny.add_message(inbound(ada, "Hello"), now=NOON)
    await tiny.add_message(voice_note(ada), now=NOON)
    page = tiny.engine.message_page(ada.id, 1)
    await tiny.engine.documents(page)
    table = PageTable(page, "messages")
    assert [found["text"] for found in table.search(where("kind") == "text")] == ["Hello"]
    assert table.count(where("attachment")["codec"] == "opus") == 1
    await tiny.engine.checkpoint()
    with Pages(page.path, storage=PageFile) as db:
        assert db.table("messages").count(where("direction") == "in") == 1


def test_tinydb_changes_only_what_it_touches(tmp_path: Path) -> None:
    page = PageFile(tmp_path / "page.json", "agents")
    table = PageTable(page, "agents")
    before = {"name": "Grace"}
    table.insert(Document(before, "g"))  # type: ignore[arg-type]
    table.insert(Document({"name": "Alan"}, "a"))  # type: ignore[arg-type]
    page.changed.clear()
    table.update({"role": "owner"}, where("name") == "Grace")
    assert page.changed == {"g": {"name": "Grace", "role": "owner"}}
    assert before == {"name": "Grace"}
    page.changed.clear()
    table.remove(where("name") == "Alan")
    assert page.changed == {"a": None}
    assert [str(found.doc_id) for found in table] == ["g"]
    assert table.get(doc_id="g") == {"name": "Grace", "role": "owner"}  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="already exists"):
        table.insert(Document({}, "g"))  # type: ignore[arg-type]


def test_tinydb_alone_writes_framed_files(tmp_path: Path) -> None:
    file = tmp_path / "page.json"
    with Pages(file, storage=PageFile) as db:
        db.storage.write({"colours": {"1": {"name": "blue"}}})
        assert db.storage.read() == {"colours": {"1": {"name": "blue"}}}
    file.write_bytes(file.read_bytes().replace(b"blue", b"glue"))
    with Pages(file, storage=PageFile) as db, pytest.raises(StoreDamaged, match=str(file)):
        db.storage.read()
