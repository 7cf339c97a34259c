"""The standard library, where a page has started with a memory in which lies only what the app has imported of it.

Whoever is about to import more waits for `arrival`. What is imported without that comes all the same, and the page
stands still meanwhile: it should not happen, and is told to the console.
"""

import asyncio
import codecs
import sys
from collections.abc import Sequence
from importlib import invalidate_caches
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

from js import AbortSignal, XMLHttpRequest, console, fetch, matinee
from pyodide.ffi import JsException

from app.browser.ffi import js

OK = 200
# Longer than anybody waits for a package: on a slow line the library comes for those who ask again.
GIVEN_UP_AFTER_MS = 60_000

_TWO_BYTES_EACH = codecs.lookup("utf-16-le")  # here already, when it is needed to fetch what is not


class Library:
    """A finder of modules for the import system. As long as nobody calls `leave_out`, everything is here."""

    def __init__(self) -> None:
        self._missing = False
        self._arrival: asyncio.Task[None] | None = None

    def leave_out(self) -> None:
        """What is not imported by now will have to be fetched. For where the memory is written down."""
        self._missing = True
        sys.meta_path.insert(sys.meta_path.index(PathFinder) + 1, self)

    async def arrival(self) -> None:
        """Wait until all of it is here. Raises what the browser says if it does not come; the next call tries again."""
        if self._missing:
            if self._arrival is None or self._arrival.done():
                self._arrival = asyncio.ensure_future(self._fetch())
            await asyncio.shield(self._arrival)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Called when nobody before has found that module."""
        if not self._missing or name.partition(".")[0] not in sys.stdlib_module_names:
            return None
        console.error(f"Matinee: {name} is wanted at once")
        try:
            self._put(fetched_at_once(matinee.library))
        except (JsException, OSError):
            return None  # not to be had now: the import fails as imports do, and the next one tries again
        return PathFinder.find_spec(name, path, target)

    async def _fetch(self) -> None:
        answer = await fetch(matinee.library, js(signal=AbortSignal.timeout(GIVEN_UP_AFTER_MS)))
        if not answer.ok:
            raise OSError(f"the standard library: {answer.status}")
        self._put((await answer.arrayBuffer()).to_bytes())

    def _put(self, whole: bytes) -> None:
        Path(next(path for path in sys.path if path.endswith(".zip"))).write_bytes(whole)
        invalidate_caches()
        self._missing = False


def fetched_at_once(address: str) -> bytes:
    """What lies there, while the page stands still. Raises JsException without a network, OSError if it is
    something else."""
    request = XMLHttpRequest.new()
    request.open("GET", address, False)
    request.overrideMimeType("text/plain; charset=x-user-defined")  # each byte a character that ends with it
    request.send()
    if request.status != OK:
        raise OSError(f"{address}: {request.status}")
    return _TWO_BYTES_EACH.encode(str(request.responseText))[0][::2]


library = Library()
