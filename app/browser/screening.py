"""The video element of who watches a kept film alone. Its bytes come from this page, by way of the service worker."""

import asyncio
from collections.abc import Callable

from js import document

from app.browser.ffi import JsException, listen, spawn
from app.browser.media_bridge import MediaBridge
from app.session.effects import ScreenFilm
from app.session.events import BrowserLacks, Event, ScreeningFailed

ELEMENT = "kept-film"
WORKER_WITHIN_S = 15.0
HAVE_METADATA = 1


class Screening:
    """Remembers, while the page is open, where each film was left."""

    def __init__(self, emit: Callable[[Event], None], bridge: MediaBridge) -> None:
        self._emit = emit
        self._bridge = bridge
        self._element = document.getElementById(ELEMENT)
        self._film_id: str | None = None
        self._left_at_s: dict[str, float] = {}
        listen(self._element, "error", lambda _: self._failed())

    def show(self, effect: ScreenFilm) -> None:
        """Play a film, or no more."""
        self._leave()
        self._film_id = effect.film_id
        if effect.film_id is not None:
            spawn(self._begin(effect.film_id))

    def _leave(self) -> None:
        if self._film_id is not None and self._element.hasAttribute("src"):
            if self._element.readyState >= HAVE_METADATA:  # before that it is not where it was sent
                at_s = 0.0 if self._element.ended else float(self._element.currentTime)
                self._left_at_s[self._film_id] = at_s
            self._element.removeAttribute("src")
            self._element.load()

    async def _begin(self, film_id: str) -> None:
        self._bridge.hurry()
        try:
            await asyncio.wait_for(asyncio.shield(self._bridge.controlled), WORKER_WITHIN_S)
        except TimeoutError:
            self._emit(BrowserLacks("service_worker"))
            return
        if film_id == self._film_id:
            await self._play(film_id)

    async def _play(self, film_id: str) -> None:
        # Media Fragments URI, 4.2.1: where to begin, in seconds.
        self._element.src = f"{self._bridge.url(film_id)}#t={self._left_at_s.get(film_id, 0.0):.3f}"
        try:
            await self._element.play()
        except JsException:
            return  # without a gesture, or interrupted: the film has a button of its own, and tells of errors itself

    def _failed(self) -> None:
        if self._film_id is not None and self._element.error:
            self._emit(ScreeningFailed(self._film_id))
