"""Passwords of rooms: Argon2id in one thread of its own, so that nobody's guessing slows the film.

Laws: at most `MOST_WAITING` wait for the thread; whoever comes then is told to come again (`BusyError`). A password is
never kept, only what `argon2-cffi` writes of it.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

MEMORY_KIB = 19 * 1024
ROUNDS = 2
LANES = 1
MOST_WAITING = 16
RETRY_AFTER_S = 2

T = TypeVar("T")


class BusyError(Exception):
    """Too many passwords wait to be looked at."""


class Passwords:
    """Hashes and compares."""

    def __init__(self, most_waiting: int = MOST_WAITING) -> None:
        self._hasher = PasswordHasher(ROUNDS, MEMORY_KIB, LANES, type=Type.ID)
        self._thread = ThreadPoolExecutor(1, "passwords")
        self._most = most_waiting
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """What may be kept of it. Raises `BusyError`."""
        return await self._do(lambda: self._hasher.hash(password))

    async def fits(self, password: str, kept: str) -> bool:
        """Whether it is the one of which that was kept. Raises `BusyError`."""
        return await self._do(lambda: self._compare(password, kept))

    def close(self) -> None:
        """Look at nothing more."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _compare(self, password: str, kept: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _do(self, work: Callable[[], T]) -> T:
        if self._waiting >= self._most:
            raise BusyError
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        finally:
            self._waiting -= 1
