"""Passwords are checked, never kept."""

from __future__ import annotations

from argon2 import PasswordHasher

from inbox.protocols import Passwords
from store.passwords import Argon2Passwords


async def test_only_the_right_password_matches() -> None:
    passwords: Passwords = Argon2Passwords(PasswordHasher(time_cost=1, memory_cost=64))
    kept = await passwords.hash("correct horse")
    assert kept.startswith("$argon2id$")
    assert "horse" not in kept
    assert kept != await passwords.hash("correct horse")
    assert await passwords.matches("correct horse", kept)
    assert not await passwords.matches("wrong horse", kept)
    assert not await passwords.matches("", kept)
    assert not await passwords.matches("correct horse", "no hash at all")
    assert not await passwords.matches("correct horse", kept[:-4])
