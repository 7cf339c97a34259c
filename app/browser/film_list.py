"""The list of films, for choosing alone: fetched from our own origin when it is first wanted.

`urllib.request` works in a browser once pyodide-http has mended it; it waits while it reads, so the bytes are fetched
beforehand, and it finds them in the browser's cache.
"""

from collections.abc import Callable
from typing import Any

from js import URL, console, document, fetch

from app.browser.ffi import spawn
from app.browser.packages import package
from app.recommend.loader import load
from app.session.events import Event, FilmsLoaded

_LIST = "films.pack"


class FilmList:
    """`emit` is told when it is here, or cannot be had."""

    def __init__(self, emit: Callable[[Event], None]) -> None:
        self._emit = emit

    def load(self, _: Any) -> None:
        """Fetch it."""
        spawn(self._load())

    async def _load(self) -> None:
        address = str(URL.new(_LIST, document.baseURI).href)
        try:
            (await package("pyodide-http")).patch_urllib()
            await (await fetch(address)).arrayBuffer()
            pack = load(address)
        except Exception as error:  # noqa: BLE001 - a network, a host, a browser: whatever it was, the list is not here
            console.info(f"Matinee: the list of films did not arrive: {error!r}")
            self._emit(FilmsLoaded(None))
            return
        self._emit(FilmsLoaded(pack))
