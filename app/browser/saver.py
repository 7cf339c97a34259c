"""Films into files of the person's own: the file system where a page may write to it, else a download.

One piece is in memory at a time. A download goes through the service worker, which asks for a piece whenever the
browser has taken the one before.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from js import Uint8Array, document, navigator, window
from pyodide.ffi import create_proxy, to_js

from app.browser.ffi import BrowserError, JsException, js, promised, spawn
from app.browser.media_bridge import MediaBridge
from app.browser.piece_store import PieceStore
from app.session.effects import SaveFilm
from app.session.events import Event, SaveEnded, SaveFailed, SaveProgressed

ASKED_WITHIN_S = 15.0
# A worker that hears nothing for half a minute is put to sleep, and the download with it.
AWAKE_EVERY_S = 10.0


class UnreadableError(Exception):
    """A piece is not there any more."""


_BROKEN = (JsException, BrowserError, UnreadableError)


class Saver:
    """Each film is written at most once at a time, which the session sees to."""

    def __init__(self, emit: Callable[[Event], None], store: PieceStore, bridge: MediaBridge) -> None:
        self._emit = emit
        self._store = store
        self._bridge = bridge

    def save(self, effect: SaveFilm) -> None:
        """Write it where the person wants it."""
        spawn(self._to_file(effect) if hasattr(window, "showSaveFilePicker") else self._to_downloads(effect))

    async def _read(self, film_id: str, piece: int) -> Any:
        """A copy of the piece. Raises UnreadableError."""
        reading: asyncio.Future[Any] = asyncio.get_event_loop().create_future()
        self._store.read(film_id, piece, reading.set_result)
        found = await reading
        if found is None:
            raise UnreadableError
        return Uint8Array.new(found)

    def _done(self, effect: SaveFilm, pieces: int) -> None:
        self._emit(SaveProgressed(effect.film_id, pieces * effect.piece_size))

    # --- a file

    async def _to_file(self, effect: SaveFilm) -> None:
        try:
            handle = await window.showSaveFilePicker(js(suggestedName=effect.name))
        except JsException as error:
            if getattr(error, "name", "") == "AbortError":
                self._emit(SaveEnded(effect.film_id, given_up=True))
            else:  # no page of this window may open the dialog
                await self._to_downloads(effect)
            return
        try:
            writable = await promised(handle.createWritable())
            await self._write(effect, writable)
        except _BROKEN:
            self._emit(SaveFailed(effect.film_id))
        else:
            self._emit(SaveEnded(effect.film_id))

    async def _write(self, effect: SaveFilm, writable: Any) -> None:
        try:
            for piece in range(effect.pieces):
                await promised(writable.write(await self._read(effect.film_id, piece)))
                self._done(effect, piece + 1)
        except _BROKEN:
            await promised(writable.abort())
            raise
        await promised(writable.close())

    # --- a download

    async def _to_downloads(self, effect: SaveFilm) -> None:
        """A frame that goes to the film's address begins the download; the worker then asks this page for it."""
        frame = document.createElement("iframe")
        frame.hidden = True
        awake = asyncio.ensure_future(_keep_awake())
        try:
            await asyncio.wait_for(asyncio.shield(self._bridge.controlled), ASKED_WITHIN_S)
            asked = self._bridge.expect_download(effect.film_id)
            own_id = await asyncio.wait_for(self._bridge.own_id(), ASKED_WITHIN_S)
            frame.src = f"{self._bridge.url(effect.film_id)}?page={own_id}"
            document.body.appendChild(frame)
            port = await asyncio.wait_for(asked, ASKED_WITHIN_S)
            taken = await self._hand_over(effect, port)
        except (JsException, UnreadableError, TimeoutError):
            self._emit(SaveFailed(effect.film_id))
        else:
            self._emit(SaveEnded(effect.film_id, given_up=not taken))
        finally:
            awake.cancel()
            frame.remove()

    async def _hand_over(self, effect: SaveFilm, port: Any) -> bool:
        """Give a piece each time one is asked for; whether all were taken. Raises UnreadableError."""
        wanted: asyncio.Queue[str] = asyncio.Queue()
        heard = create_proxy(lambda event: wanted.put_nowait(event.data))
        port.onmessage = heard
        try:
            port.postMessage(js(status=200, headers=dict(effect.headers), pulled=True))
            for piece in range(effect.pieces):
                if await wanted.get() != "more":
                    return False
                data = (await self._read(effect.film_id, piece)).buffer
                port.postMessage(data, to_js([data]))
                self._done(effect, piece + 1)
            port.postMessage("end")
        except UnreadableError:
            port.postMessage("broken")
            raise
        else:
            return True
        finally:
            port.close()
            heard.destroy()


async def _keep_awake() -> None:
    while True:
        await asyncio.sleep(AWAKE_EVERY_S)
        navigator.serviceWorker.controller.postMessage(js(type="awake"))
