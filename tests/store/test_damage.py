"""A file that cannot be trusted: the store refuses to start, names it, and changes nothing."""

from __future__ import annotations

import asyncio
import random
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from inbox.errors import StoreBusy, StoreDamaged
from inbox.models import Conversation
from store.engine import Limits
from store.files import replace_files
from store.pages import documents_in, encoded
from store.tinydb_store import TinyStore
from tests.store.samples import NOON, inbound, new_agent, new_conversation, new_draft, new_session

NEVER = Limits(journal_bytes=1 << 30, idle_seconds=3_600)


@pytest.fixture
async def crashed(tmp_path: Path) -> Path:
    """A store as `kill -9` leaves it: pages of all kinds, two segments, something in each."""
    store = await TinyStore.open(tmp_path / "running", NEVER)
    ada = await store.add_conversation(new_conversation("Ada"))
    await store.add_agent(new_agent())
    await store.add_session(new_session(new_agent()))
    await store.add_draft(new_draft(ada))
    await fill(store, ada, 300)
    await store.engine.checkpoint()
    await fill(store, ada, 20)
    await store.engine.journal.rotate()
    await fill(store, ada, 20)
    shutil.copytree(tmp_path / "running", tmp_path / "crashed")
    await store.close()
    return tmp_path / "crashed"


async def fill(store: TinyStore, conversation: Conversation, count: int) -> None:
    await asyncio.gather(
        *(store.add_message(inbound(conversation, f"text {n}"), now=NOON) for n in range(count))
    )


def a_file(folder: Path, kind: str) -> Path:
    return min(file for file in folder.glob(kind) if file.is_file())


def contents(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def flip_a_bit(data: bytes, place: int) -> bytes:
    changed = bytearray(data)
    changed[place] ^= 1 << random.randrange(8)
    return bytes(changed)


KINDS = [
    "store.json",
    "agents/*.json",
    "contacts/*.json",
    "conversations/*.json",
    "drafts/*.json",
    "sessions/*.json",
    "messages/*/*.0.json",
    "messages/*/*.1.json",
    "journal/*2.log",
    "journal/*3.log",
]

DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "first byte": lambda data: flip_a_bit(data, 0),
    "some byte": lambda data: flip_a_bit(data, random.randrange(len(data))),
    "last byte": lambda data: flip_a_bit(data, -1),
    "zeros": lambda data: data[:40] + bytes(8) + data[48:],
    "empty": lambda _: b"",
    "more": lambda data: data + b"more\n",
    "twice": lambda data: data + data,
}


async def refuses(folder: Path, file: Path) -> None:
    before = contents(folder)
    with pytest.raises(StoreDamaged, match=str(file)):
        await TinyStore.open(folder)
    assert contents(folder) == before


@pytest.mark.parametrize("kind", KINDS)
async def test_a_damaged_file_is_named_and_left_alone(crashed: Path, kind: str) -> None:
    file = a_file(crashed, kind)
    intact = file.read_bytes()
    for damage in DAMAGES.values():
        file.write_bytes(damage(intact))
        await refuses(crashed, file)
    file.write_bytes(intact)
    await (await TinyStore.open(crashed)).close()


@pytest.mark.parametrize("kind", KINDS[:-1])
async def test_a_truncated_file_is_named_and_left_alone(crashed: Path, kind: str) -> None:
    file = a_file(crashed, kind)
    data = file.read_bytes()
    end_of_a_line = data.rindex(b"\n", 0, -1) + 1
    for length in (1, len(data) // 2, len(data) - 1, end_of_a_line):
        file.write_bytes(data[:length])
        await refuses(crashed, file)


@pytest.mark.parametrize("kind", KINDS[:-1])
async def test_a_missing_file_is_named(crashed: Path, kind: str) -> None:
    file = a_file(crashed, kind)
    file.unlink()
    await refuses(crashed, file)


async def test_pages_in_each_others_place_are_noticed(crashed: Path) -> None:
    one, other = a_file(crashed, "messages/*/*.0.json"), a_file(crashed, "messages/*/*.1.json")
    one_data, other_data = one.read_bytes(), other.read_bytes()
    one.write_bytes(other_data)
    other.write_bytes(one_data)
    await refuses(crashed, one)


async def test_a_lost_transaction_in_the_middle_is_noticed(crashed: Path) -> None:
    segment = a_file(crashed, "journal/*3.log")
    lines = segment.read_bytes().splitlines(keepends=True)
    segment.write_bytes(b"".join(lines[:5] + lines[6:]))
    await refuses(crashed, segment)


@pytest.mark.parametrize(
    ("kind", "field"), [("drafts/*.json", "state"), ("messages/*/*.0.json", "kind")]
)
async def test_an_unknown_word_in_an_intact_file_is_noticed(
    crashed: Path, kind: str, field: str
) -> None:
    file, table = a_file(crashed, kind), kind.split("/")[0]
    documents = documents_in(str(file), table)
    for document in documents.values():
        document[field] = "smoke signal"
    replace_files([encoded(str(file), table, documents)])
    await refuses(crashed, file)


@pytest.mark.parametrize(
    "tail", [b"8", b"00000000 999 [7,[[", b"1234 5 ", bytes(700), b"ab 9 [" + bytes(9)]
)
async def test_an_unfinished_last_line_was_never_acknowledged(crashed: Path, tail: bytes) -> None:
    segment = a_file(crashed, "journal/*3.log")
    before = segment.read_bytes()
    segment.write_bytes(before + tail)
    store = await TinyStore.open(crashed, NEVER)
    (ada,) = await store.conversations(limit=1)
    assert ada.last_seq == 340
    assert segment.read_bytes() == before
    await fill(store, ada, 1)
    shutil.copytree(crashed, crashed.with_name("again"))
    await store.close()
    store = await TinyStore.open(crashed.with_name("again"))
    assert len(await store.messages(ada.id, limit=1_000)) == 341
    await store.close()


async def test_a_line_cut_anywhere_costs_that_line_alone(crashed: Path) -> None:
    segment = a_file(crashed, "journal/*3.log")
    data = segment.read_bytes()
    start = data.rindex(b"\n", 0, -1) + 1
    for length in random.sample(range(start, len(data)), 12):
        segment.write_bytes(data[:length])
        store = await TinyStore.open(shutil.copytree(crashed, crashed.with_name(f"cut-{length}")))
        (ada,) = await store.conversations(limit=1)
        assert ada.last_seq == 339
        await store.close()


async def test_leftovers_of_a_checkpoint_are_cleared(crashed: Path) -> None:
    page = a_file(crashed, "messages/*/*.0.json")
    page.with_name(page.name + ".tmp").write_bytes(b"half a pa")
    (crashed / "journal" / "0000000001.log").write_bytes(b"already saved")
    store = await TinyStore.open(crashed, NEVER)
    assert not [file for file in contents(crashed) if file.suffix == ".tmp"]
    assert not (crashed / "journal" / "0000000001.log").exists()
    await store.close()


async def test_a_checkpoint_never_overwrites_a_page_damaged_meanwhile(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = await TinyStore.open(tmp_path, NEVER)
    ada = await store.add_conversation(new_conversation())
    await fill(store, ada, 3)
    await store.engine.checkpoint()
    page = a_file(tmp_path, "messages/*/*.json")
    page.write_bytes(DAMAGES["some byte"](page.read_bytes()))
    damaged = page.read_bytes()
    await fill(store, ada, 3)
    with pytest.raises(StoreDamaged, match=str(page)):
        await store.engine.checkpoint()
    await store.close()
    assert str(page) in caplog.text
    await refuses(tmp_path, page)
    assert page.read_bytes() == damaged


async def test_a_folder_with_other_things_is_not_taken_for_a_new_store(tmp_path: Path) -> None:
    (tmp_path / "thesis.odt").write_text("years of work")
    with pytest.raises(StoreDamaged, match=r"store\.json"):
        await TinyStore.open(tmp_path)
    assert (tmp_path / "thesis.odt").read_text() == "years of work"


async def test_a_second_one_on_the_same_folder_is_refused(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    store = await TinyStore.open(tmp_path)
    ada = await store.add_conversation(new_conversation())
    with pytest.raises(StoreBusy, match=str(tmp_path)):
        await TinyStore.open(tmp_path)
    code = "import asyncio, pathlib; from store.tinydb_store import TinyStore; "
    code += f"asyncio.run(TinyStore.open(pathlib.Path({str(tmp_path)!r})))"
    other = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, cwd=pytestconfig.rootpath, stderr=asyncio.subprocess.PIPE
    )
    _, said = await other.communicate()
    assert other.returncode == 1
    assert f"StoreBusy: Another Earshot is using the folder {tmp_path}" in said.decode()
    await fill(store, ada, 1)
    await store.close()
    store = await TinyStore.open(tmp_path)
    await store.close()
