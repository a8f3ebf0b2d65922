"""The documents say what the code does: settings, test ids, dependencies, links."""

from __future__ import annotations

import re
import sys
import tomllib
from ast import Import, ImportFrom, parse, walk
from dataclasses import fields
from itertools import chain
from pathlib import Path

import pytest

from settings import Settings, read_settings

ROOT = Path(__file__).parent.parent
CODE = "\n".join(
    path.read_text(encoding="utf-8")
    for path in chain((ROOT / "ui").rglob("*.py"), (ROOT / "ui").rglob("*.js"))
)


def rows(document: str, head: str) -> list[list[str]]:
    """The cells of the table of `document` whose first row starts with `head`."""
    lines = (ROOT / document).read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {head}"))
    table = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        table.append([cell.strip() for cell in line.strip("|").split("|")])
    return table


def test_every_setting_has_its_row_and_every_row_its_setting() -> None:
    documented = [row[0].strip("`") for row in rows("docs/settings.md", "setting")]
    assert documented == [f"EARSHOT_{each.name.upper()}" for each in fields(Settings)]


@pytest.mark.parametrize(
    "row", rows("docs/settings.md", "setting"), ids=lambda row: row[0].strip("`")
)
def test_the_documented_default_is_the_default(row: list[str]) -> None:
    name, default = row[0].strip("`"), row[1].strip("`")
    value = getattr(Settings(), name.removeprefix("EARSHOT_").lower())
    assert default == ("" if value is None else str(value))


def test_the_environment_is_read_as_documented() -> None:
    assert read_settings({"EARSHOT_PORT": "9000", "EARSHOT_COMPANY": ""}).port == 9000


REASONS = (
    *("denied", "dismissed", "no-device", "busy", "insecure"),
    *("policy", "unsupported", "revoked", "unplugged", "silent"),
)


def documented_test_ids() -> list[str]:
    table = rows("docs/testing.md", "data-testid")
    return [name for row in table for name in re.findall(r"`([a-z-]+)`", row[0])]


@pytest.mark.parametrize("name", documented_test_ids())
def test_every_documented_test_id_is_in_the_pages(name: str) -> None:
    """As it stands, or made by one of the functions that draw a button by the end of its name."""
    family, _, end = name.partition("-")
    as_it_stands = re.search(rf"""["'`=]{name}["'`\s]""", CODE)
    made = f"`{family}-${{name}}`" in CODE and re.search(rf'utton\(r, "{end}"', CODE)
    assert as_it_stands or made, f"no {name} in ui/"


def test_every_test_id_of_the_pages_is_documented() -> None:
    used = set(re.findall(r"""data[-_]testid["']?\s*[=:]\s*["'`]?([a-z-]{3,})(?![a-z$-])""", CODE))
    used |= {f"recorder-{end}" for end in re.findall(r'\bbutton\(r, "(\w+)"', CODE)}
    unknown = {name for name in used if not name.endswith("-")} - {*documented_test_ids()}
    assert not unknown, "undocumented test ids: somebody would break them unseen"


@pytest.mark.parametrize("reason", REASONS)
def test_notice_reasons_are_in_the_pages(reason: str) -> None:
    assert re.search(rf"""["'`\s]{reason.replace("-", "[-_]")}["'`:\s]""", CODE)


def test_every_dependency_says_why_it_is_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.split(r"[<>=;\s]", requirement)[0] for requirement in wanted}
    explained = rows("CONTRIBUTING.md", "run |") + rows("CONTRIBUTING.md", "development |")
    assert names == {name.strip() for row in explained for name in row[0].split(",")}


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_lock_files_have_hashes_and_name_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    pinned = re.findall(r"^[a-z][\w.-]*==.*?(?=^[a-z]|\Z)", text, re.MULTILINE | re.DOTALL)
    assert pinned
    assert all("--hash=sha256:" in entry for entry in pinned)
    assert "://" not in text


def test_links_between_documents_lead_somewhere() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    for document in documents:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text("utf-8")):
            if "://" not in target:
                assert (document.parent / target).exists(), f"{document.name} → {target}"


def test_the_inbox_imports_the_standard_library_and_nothing_else() -> None:
    for path in (ROOT / "inbox").rglob("*.py"):
        for node in walk(parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ImportFrom):
                modules = [node.module or ""]
            else:
                continue
            for module in modules:
                assert module.split(".")[0] in {*sys.stdlib_module_names, "inbox"}, (path, module)
