"""StorageManager: how much the browser would still keep, and whether it promises to keep it."""

import asyncio

from js import navigator

from app.browser import local_storage
from app.browser.ffi import JsException, spawn
from app.session.effects import AskPersistence

ANSWER_WITHIN_S = 3.0
# Not on every address is there a storage manager.
_REFUSED = (JsException, AttributeError, TimeoutError, TypeError)


async def room_bytes() -> int | None:
    """Bytes that may still be stored; None where the browser does not tell."""
    try:
        told = await asyncio.wait_for(navigator.storage.estimate(), ANSWER_WITHIN_S)
        return max(0, int(told.quota) - int(told.usage))
    except _REFUSED:
        return None


def ask_persistence(_: AskPersistence) -> None:
    """Ask that nothing be thrown away. Some browsers put the question to the person, so it is asked once for all."""
    if local_storage.first_time("persistence"):
        spawn(_ask())


async def _ask() -> None:
    try:
        await navigator.storage.persist()
    except _REFUSED:
        return
