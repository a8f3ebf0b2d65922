"""Accounts: one owner, passwords that are only known as hashes, sessions that end."""

from __future__ import annotations

import pytest

from inbox.errors import BadRequest, NotAllowed
from inbox.team import SESSION_LENGTH
from tests.house import TestHouse


async def test_the_first_account_owns_the_inbox(house: TestHouse) -> None:
    team = house.house.team
    assert await team.needs_owner()
    owner = await house.owner("Ana", "correct horse")
    assert owner.role == "owner"
    assert not await team.needs_owner()
    with pytest.raises(NotAllowed, match="owner already"):
        await team.create_owner("Eve", "correct horse")


@pytest.mark.parametrize(("name", "password"), [("", "correct horse"), ("Ana", "short")])
async def test_a_name_and_a_real_password_are_needed(
    house: TestHouse, name: str, password: str
) -> None:
    with pytest.raises(BadRequest):
        await house.owner(name, password)
    assert await house.house.team.needs_owner()


async def test_signing_in_and_out(house: TestHouse) -> None:
    owner, team = await house.owner("Ana", "correct horse"), house.house.team
    token = await team.sign_in("  ana ", "correct horse")
    assert await team.agent_for(token) == owner
    await team.sign_out(token)
    assert await team.agent_for(token) is None


@pytest.mark.parametrize(("name", "password"), [("Ana", "wrong one"), ("Eve", "correct horse")])
async def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(
    house: TestHouse, name: str, password: str
) -> None:
    await house.owner("Ana", "correct horse")
    with pytest.raises(NotAllowed, match="don't belong together"):
        await house.house.team.sign_in(name, password)


async def test_a_session_ends_by_itself(house: TestHouse) -> None:
    await house.owner("Ana", "correct horse")
    token = await house.house.team.sign_in("Ana", "correct horse")
    house.clock.pass_by(seconds=SESSION_LENGTH.total_seconds())
    assert await house.house.team.agent_for(token) is None


async def test_neither_tokens_nor_passwords_are_on_disk(house: TestHouse) -> None:
    await house.owner("Ana", "correct horse battery")
    token = await house.house.team.sign_in("Ana", "correct horse battery")
    written = b"".join(f.read_bytes() for f in house.folder.rglob("*") if f.is_file())
    assert b"Ana" in written
    assert token.encode() not in written
    assert b"correct horse battery" not in written
