"""IndexedDB: the one database of this browser, its schema, and what becomes of it between tabs.

`films` holds a record a film under film_id, `pieces` verified ArrayBuffers (never Blobs) under [film_id, piece],
`handles` the person's own files, where the browser has handles for them, under film_id. Version 1 had no `handles`,
and in its `films` nothing but manifests: readers take what is missing as not known.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from js import window
from pyodide.ffi import create_once_callable

from app.browser.ffi import BrowserError, JsException, as_error, first_of, listen, settled
from app.session.events import BrowserLacks, Event, LackMended, StoreLost

DATABASE = "matinee"
VERSION = 2
STORES = ("films", "pieces", "handles")
BLOCKED = "store_blocked"
RENEWED = "store_renewed"

# In some private windows there is no `indexedDB` at all.
REFUSED = (JsException, BrowserError, AttributeError)


class AbortedError(Exception):
    """A transaction ended before it was on disk, and the browser does not say why."""


class Database:
    """Opened when it is needed first, and again after it was lost. `on_loss` are told before anybody else."""

    def __init__(self, emit: Callable[[Event], None]) -> None:
        self._emit = emit
        self._opening: asyncio.Future[Any] | None = None
        self.losses = 0
        self.on_loss: list[Callable[[], None]] = []

    async def open(self) -> Any:
        """The IDBDatabase. Raises one of `REFUSED` where this window may have none."""
        if self._opening is None or (self._opening.done() and self._opening.exception()):
            self._opening = asyncio.ensure_future(self._open())
        return await self._opening

    async def _open(self) -> Any:
        request = window.indexedDB.open(DATABASE, VERSION)
        request.onupgradeneeded = create_once_callable(lambda _: _make_stores(request.result))
        # A tab that is frozen keeps the version it has open: say so, and wait for it.
        request.onblocked = create_once_callable(lambda _: self._emit(BrowserLacks(BLOCKED)))
        try:
            database = await settled(request)
        except JsException as error:
            if getattr(error, "name", "") == "VersionError":
                self._emit(BrowserLacks(RENEWED))
            raise
        self._emit(LackMended(BLOCKED))
        # Somebody clears the browser's data, or another tab wants a newer version: open it again when needed.
        listen(database, "close", lambda _: self._lose())
        listen(database, "versionchange", lambda _: (database.close(), self._lose()))
        return database

    def _lose(self) -> None:
        self._opening = None
        self.losses += 1
        for tell in self.on_loss:
            tell()
        self._emit(StoreLost())


def _make_stores(database: Any) -> None:
    for name in STORES:
        if not database.objectStoreNames.contains(name):
            database.createObjectStore(name)


async def completed(transaction: Any) -> None:
    """Wait until a transaction is on disk. Raises its error, as `settled` does, or AbortedError where it has none."""
    if await first_of(transaction, "complete", "abort") == "abort":
        raise as_error(transaction.error) if transaction.error else AbortedError


def is_full(error: Exception) -> bool:
    """Whether the browser refused for lack of room."""
    return getattr(error, "name", "") == "QuotaExceededError"
