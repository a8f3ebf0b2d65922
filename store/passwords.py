"""Passwords are kept as Argon2id hashes. Hashing is slow and takes 64 MB on purpose, so it has two
threads of its own: a crowd at the door can neither fill the memory nor hold up the disk."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2Passwords:
    """Implements `inbox.protocols.Passwords`. Tests pass a cheaper hasher."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._threads = ThreadPoolExecutor(2, "earshot-passwords")

    async def hash(self, password: str) -> str:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._hasher.hash, password)

    async def matches(self, password: str, password_hash: str) -> bool:
        """False also for a hash that is none."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._matches, password, password_hash)

    def _matches(self, password: str, password_hash: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
