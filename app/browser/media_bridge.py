"""The service worker: it passes the video element's requests to this page, and our answers back."""

import asyncio
import itertools
from collections.abc import Callable
from typing import Any

from js import URL, MessageChannel, Object, document, navigator, window
from pyodide.ffi import create_once_callable, to_js

from app.browser.ffi import JsException, js, listen, spawn
from app.browser.piece_store import PieceStore
from app.session.effects import AnswerMedia, RefuseMedia
from app.session.events import BrowserLacks, Event, LackMended, MediaRequested

WORKER = "sw.js"
FIRST_RETRY_S = 1.0
MOST_RETRY_S = 30.0
TOLD_AFTER_TRIES = 3
ANSWERED_WITHIN_S = 8.0


class MediaBridge:
    """`controlled` is done when requests of this page reach the worker."""

    def __init__(self, emit: Callable[[Event], None], store: PieceStore) -> None:
        self._emit = emit
        self._store = store
        self._asking: dict[int, tuple[MediaRequested, Any]] = {}
        self._number = 0
        self._downloads: dict[str, asyncio.Future[Any]] = {}
        self._at_once = asyncio.Event()
        self.controlled: asyncio.Future[None] = asyncio.get_event_loop().create_future()

    def start(self) -> None:
        """Register the worker and listen to it. Where no address is safe there is none, which `window` tells of."""
        if window.isSecureContext:
            spawn(self._start())

    def hurry(self) -> None:
        """A film needs the worker: if its script did not come, ask for it again now."""
        self._at_once.set()

    async def _start(self) -> None:
        try:
            workers = navigator.serviceWorker
            listen(workers, "message", self._asked)
            listen(workers, "controllerchange", lambda _: self._take_control())
            listen(window, "online", lambda _: self.hurry())
            await self._register(workers)
            registration = await workers.ready
            self._take_control()
            # After a forced reload the worker is there, but this page is not under it.
            if not workers.controller:
                registration.active.postMessage(js(type="claim"))
        except (JsException, AttributeError):
            self._emit(BrowserLacks("service_worker"))

    async def _register(self, workers: Any) -> None:
        """Try until the script has come. Raises JsException if this window may have no worker."""
        for tries in itertools.count(1):
            try:
                await workers.register(WORKER)
            except JsException as error:
                # Service Workers, "Update": a script that cannot be fetched is a TypeError, a forbidden one is not.
                if getattr(error, "name", "") != "TypeError":
                    raise
            else:
                self._emit(LackMended("worker_script"))
                return
            if tries == TOLD_AFTER_TRIES:
                self._emit(BrowserLacks("worker_script"))
            await self._wait(min(FIRST_RETRY_S * 2 ** (tries - 1), MOST_RETRY_S))

    async def _wait(self, seconds: float) -> None:
        self._at_once.clear()
        try:
            await asyncio.wait_for(self._at_once.wait(), seconds)
        except TimeoutError:
            return

    def _take_control(self) -> None:
        if navigator.serviceWorker.controller and not self.controlled.done():
            self.controlled.set_result(None)
            spawn(self._greet())

    async def _greet(self) -> None:
        """A worker of a version that does not know this page's words stays until no page is open any more."""
        answer = asyncio.ensure_future(self.own_id())
        answered, _ = await asyncio.wait([answer], timeout=ANSWERED_WITHIN_S)
        if not answered:
            self._emit(BrowserLacks("old_worker"))
            await answer
            self._emit(LackMended("old_worker"))

    async def own_id(self) -> str:
        """By which the worker knows this page; there may never be an answer."""
        told: asyncio.Future[str] = asyncio.get_event_loop().create_future()
        channel = MessageChannel.new()
        channel.port1.onmessage = create_once_callable(lambda event: told.done() or told.set_result(str(event.data)))
        navigator.serviceWorker.controller.postMessage(js(type="who"), to_js([channel.port2]))
        return await told

    def url(self, film_id: str) -> str:
        """Where the video element finds a film."""
        return str(URL.new(f"media/{film_id}", document.baseURI).href)

    def _asked(self, event: Any) -> None:
        asked = event.data
        if getattr(asked, "type", None) != "media":
            return
        if getattr(asked, "download", False):  # a worker of an older version does not say
            self._download_asked(asked.film, event.ports[0])
            return
        self._number += 1
        header = asked.range if isinstance(asked.range, str) else None
        request = MediaRequested(self._number, asked.film, asked.method, header)
        self._asking[self._number] = (request, event.ports[0])
        self._emit(request)

    def expect_download(self, film_id: str) -> "asyncio.Future[Any]":
        """The port on which the worker will ask for the whole film."""
        self._downloads[film_id] = asyncio.get_event_loop().create_future()
        return self._downloads[film_id]

    def _download_asked(self, film_id: str, port: Any) -> None:
        expected = self._downloads.pop(film_id, None)
        if expected is None or expected.done():
            port.postMessage(js(status=404, headers={}))
        else:
            expected.set_result(port)

    def answer(self, effect: AnswerMedia) -> None:
        """Give the bytes; where they are not to be had after all, the request is made again, and waits."""

        def give(piece: Any) -> None:
            if piece is None:
                self._emit(self._asking[effect.request][0])
                return
            body = piece.slice(effect.offset, effect.offset + effect.length).buffer
            self._post(effect.request, effect.status, effect.headers, body)

        self._store.read(effect.film_id, effect.piece, give)

    def refuse(self, effect: RefuseMedia) -> None:
        """Answer without bytes."""
        self._post(effect.request, effect.status, effect.headers, None)

    def _post(self, request: int, status: int, headers: tuple[tuple[str, str], ...], body: Any) -> None:
        _, port = self._asking.pop(request)
        message = Object.fromEntries(to_js([["status", status], ["headers", to_js(headers)], ["body", body]]))
        message.headers = Object.fromEntries(to_js(headers))
        port.postMessage(message, to_js([body] if body is not None else []))
        port.close()
