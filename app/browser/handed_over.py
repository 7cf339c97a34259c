"""What other programs hand over: files opened with Matinee (Launch Handler), and what is shared with it (Web Share
Target). The page is to do with it what it does with a drop.

What is shared is posted, before there is a page. The service worker has kept it as it came; where there is none yet, or
nothing could be kept, the page is opened all the same, and finds nothing.
"""

from collections.abc import Callable, Sequence
from typing import Any

from js import URL, document, history, window
from pyodide.ffi import create_proxy

from app.browser.ffi import BrowserError, JsException, js, promised, spawn
from app.session.events import Event, NothingArrived

# As `share_target.js` and the manifest say them.
KEPT_AT, MARK, FIELD = "shared", "?shared", "film"
# Files as `early.js` tells of dropped ones, and words.
Take = Callable[[Sequence[Any], str], None]
_REFUSED = (JsException, BrowserError, AttributeError)


def watch(take: Take, emit: Callable[[Event], None]) -> None:
    """Take what was handed over when the page was opened, and what will be."""
    if hasattr(window, "launchQueue"):
        window.launchQueue.setConsumer(create_proxy(lambda launch: spawn(_opened(launch, take, emit))))
    if window.location.search == MARK:
        history.replaceState(None, "", f"{window.location.pathname}{window.location.hash}")
        spawn(_shared(take, emit))


async def _opened(launch: Any, take: Take, emit: Callable[[Event], None]) -> None:
    try:
        carried = [js(file=await promised(handle.getFile()), handle=handle) for handle in launch.files]
    except _REFUSED:
        emit(NothingArrived())
        return
    if carried:  # else it was only the page that was opened
        take(carried, "")


async def _shared(take: Take, emit: Callable[[Event], None]) -> None:
    try:
        form = await _form()
    except _REFUSED:
        emit(NothingArrived())
        return
    carried = [js(file=file) for file in form.getAll(FIELD) if getattr(file, "name", "")]
    take(carried, str(form.get("url") or form.get("text") or ""))


async def _form() -> Any:
    """What was shared, which is kept no longer. Raises one of `_REFUSED`."""
    address = URL.new(KEPT_AT, document.baseURI).href
    try:
        kept: Any = await window.caches.match(address)
        return await promised(kept.formData())
    finally:
        await window.caches.delete(address)
