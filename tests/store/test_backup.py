"""A backup is a folder to start with: consistent, complete, taken while another process writes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from inbox.errors import BadRequest, StoreDamaged
from store.backup import backup
from store.media_folder import MediaFolder
from store.tinydb_store import TinyStore
from tests.store.samples import NOON, inbound, new_conversation, new_draft
from tests.store.test_damage import a_file, flip_a_bit
from tests.store.test_kill import Nursery, check


@pytest.fixture
def nursery(pytestconfig: pytest.Config) -> Iterator[Nursery]:
    nursery = Nursery(pytestconfig.rootpath)
    yield nursery
    nursery.close()


async def test_a_backup_of_a_busy_process_holds_all_acknowledged_before_it_began(
    nursery: Nursery, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    for n in range(5):
        nursery.start(data)
        nursery.listen(120)
        told = list(nursery.told)
        await backup(data, tmp_path / f"copy-{n}")
        nursery.kill()
        await check(tmp_path / f"copy-{n}", told, nursery.told[len(told) :])


async def test_a_backup_is_started_like_any_data_folder(tmp_path: Path) -> None:
    data, copy = tmp_path / "data", tmp_path / "copy"
    store, media = await TinyStore.open(data / "store"), MediaFolder(data / "media")
    (data / "secret").write_text("kept as well")
    ada = await store.add_conversation(new_conversation())
    await store.add_message(inbound(ada, "kept"), now=NOON)
    draft = await store.add_draft(new_draft(ada))
    await media.append(draft.id, 0, b"growing")
    await media.append("done", 0, b"finished")
    await media.seal("done")
    await backup(data, copy)
    await store.close()

    store, kept = await TinyStore.open(copy / "store"), MediaFolder(copy / "media")
    assert [message.text for message in await store.messages(ada.id, limit=9)] == ["kept"]
    assert await store.draft(draft.id) == draft
    assert await kept.size(draft.id) == 7
    assert await kept.touched_at(draft.id) == await media.touched_at(draft.id)
    assert [block async for block in kept.read("done", 0, 99)] == [b"finished"]
    assert (copy / "secret").read_text() == "kept as well"
    await store.close()


async def test_a_backup_overwrites_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    await (await TinyStore.open(data / "store")).close()
    full, empty = tmp_path / "full", tmp_path / "empty"
    full.mkdir()
    (full / "thesis.odt").write_text("years of work")
    empty.mkdir()
    with pytest.raises(BadRequest, match="not empty"):
        await backup(data, full)
    with pytest.raises(BadRequest, match="inside"):
        await backup(data, data / "store" / "backup")
    with pytest.raises(BadRequest, match="nothing to back up"):
        await backup(tmp_path / "elsewhere", tmp_path / "copy")
    assert (full / "thesis.odt").read_text() == "years of work"
    assert not (tmp_path / "copy").exists()
    await backup(data, empty)
    await (await TinyStore.open(empty / "store")).close()


async def test_a_damaged_store_is_not_backed_up_as_if_it_were_whole(tmp_path: Path) -> None:
    data = tmp_path / "data"
    store = await TinyStore.open(data / "store")
    await store.add_conversation(new_conversation())
    await store.close()
    page = a_file(data, "store/conversations/*.json")
    page.write_bytes(flip_a_bit(page.read_bytes(), 50))
    with pytest.raises(StoreDamaged, match=str(page)):
        await backup(data, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
