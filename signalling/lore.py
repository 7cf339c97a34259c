"""What is told of the films of decks: looked up when they are dealt, kept for 30 days at most, given to the page.

Laws: only films of a deck are asked about, so nobody makes this server ask for whatever they like; each is asked about
once at a time, and after a failure not again for a while; pictures come from here, never from elsewhere. Without a key
there is nothing of this.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import asdict
from http import HTTPStatus
from time import time
from typing import Any, Protocol, TypeVar

from aiohttp import web

from app.recommend.pack import Film
from app.room.errors import Reason
from signalling.limits import Rule
from signalling.logs import note
from signalling.operations import Operation
from signalling.outside import Answer, OutsideError
from signalling.problems import ProblemError, json_answer
from signalling.schemas import FACTS
from signalling.store.base import StoreError
from signalling.tmdb import Facts, Tmdb, kind_of
from signalling.turnstile import Turnstile

LOG = logging.getLogger("matinee.lore")
FILM = "/api/v1/films/{film}"
KEPT_S = 30 * 24 * 3600.0
MOST_DEALT = 5000
AGAIN_AFTER_S = 20
# Of one address, for facts as for posters.
ASKED = Rule(150, 10)
NOTHING_TOLD = "There is nothing more to tell of this film."
NOT_NOW = "More about this film is not to be had just now."

T = TypeVar("T")


class Shelf(Protocol):
    """Where it is kept."""

    async def keep_told(self, name: str, data: bytes, at: float, since: float) -> None:
        """Keep it, and nothing that is older than `since`. Raises `StoreError`."""

    async def told(self, name: str, since: float) -> bytes | None:
        """What was kept, if that was not before `since`. Raises `StoreError`."""


class Lore:
    """`film_of` knows our films by number; `now` is Unix seconds."""

    def __init__(
        self, tmdb: Tmdb, shelf: Shelf, film_of: Callable[[int], Film | None], now: Callable[[], float] = time
    ) -> None:
        self._tmdb = tmdb
        self._shelf = shelf
        self._film_of = film_of
        self._now = now
        self._dealt: dict[int, None] = {}
        self._failed: dict[str, float] = {}
        self._asking: dict[str, asyncio.Task[Any]] = {}

    def dealt(self, films: Iterable[int]) -> None:
        """These are in a deck: look them up, the first ones first."""
        for film in films:
            if film not in self._dealt:
                self._dealt[film] = None
                self._start(f"film {film}", self._facts(film))
        while len(self._dealt) > MOST_DEALT:
            del self._dealt[next(iter(self._dealt))]

    async def facts(self, film: int) -> Facts | None:
        """What is known of a film; None: nothing, or it is in no deck. Raises `OutsideError`."""
        if film not in self._dealt:
            return None
        return await asyncio.shield(self._start(f"film {film}", self._facts(film)))

    async def poster(self, film: int) -> Answer | None:
        """Its picture, if there is one. Raises `OutsideError`."""
        facts = await self.facts(film)
        if facts is None or not facts.poster:
            return None
        return await asyncio.shield(self._start(f"poster {facts.poster}", self._poster(facts.poster)))

    async def close(self) -> None:
        """Stop asking."""
        for task in self._asking.values():
            task.cancel()
        await asyncio.gather(*self._asking.values(), return_exceptions=True)
        await self._tmdb.close()

    # --- asking once

    def _start(self, name: str, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        if name in self._asking:
            work.close()
            return self._asking[name]
        task = self._asking[name] = asyncio.ensure_future(self._guarded(name, work))
        task.add_done_callback(lambda done: self._finish(name, done))
        return task

    def _finish(self, name: str, task: "asyncio.Task[Any]") -> None:
        del self._asking[name]
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, OutsideError):
            note(LOG, "lore_failed", logging.ERROR, error=type(error).__name__)

    async def _guarded(self, name: str, work: Coroutine[Any, Any, T]) -> T:
        if self._now() < self._failed.get(name, 0.0):
            work.close()
            raise OutsideError("it failed a moment ago")
        try:
            return await work
        except OutsideError as error:
            self._failed = {one: until for one, until in self._failed.items() if until > self._now()}
            self._failed[name] = self._now() + AGAIN_AFTER_S
            note(LOG, "no_lore", logging.WARNING, why=str(error))
            raise

    async def _facts(self, film: int) -> Facts | None:
        name = f"tmdb {self._tmdb.region} {film}"
        kept = await self._told(name)
        if kept is not None:
            said = json.loads(kept)
            return Facts(**{**said, "platforms": tuple(said["platforms"])}) if said else None
        known = self._film_of(film)
        found = await self._tmdb.facts(known) if known else None
        await self._keep(name, json.dumps(asdict(found) if found else None).encode())
        return found

    async def _poster(self, path: str) -> Answer:
        kept = await self._told(f"tmdb poster {path}")
        if kept is not None:
            return Answer(kept, kind_of(kept))
        answer = await self._tmdb.poster(path)
        await self._keep(f"tmdb poster {path}", answer.data)
        return answer

    # --- keeping; a store in trouble keeps nothing, and that is all

    async def _told(self, name: str) -> bytes | None:
        try:
            return await self._shelf.told(name, self._now() - KEPT_S)
        except StoreError:
            return None

    async def _keep(self, name: str, data: bytes) -> None:
        try:
            await self._shelf.keep_told(name, data, self._now(), self._now() - KEPT_S)
        except StoreError as error:
            note(LOG, "lore_not_kept", logging.WARNING, why=str(error))


class Told:
    """The handlers of the REST face; without lore nothing is told."""

    def __init__(self, lore: Lore | None, turnstile: Turnstile | None = None) -> None:
        self._lore = lore
        self._turnstile = turnstile or Turnstile()

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked about a film."""
        guard = self._turnstile.guard
        film, picture = guard(ASKED, self.film), guard(ASKED, self.poster)
        none = (Reason.NOT_FOUND, Reason.RATE_LIMITED, Reason.UNAVAILABLE)
        poster = f"{FILM}/poster"
        return (
            Operation("GET", FILM, "see_film", film, "More of a film of a deck.", {200: FACTS}, None, none),
            Operation("GET", poster, "see_poster", picture, "Its poster.", {200: "image/*"}, None, none),
        )

    async def film(self, request: web.Request) -> web.Response:
        """What is known of a film of a deck."""
        facts = await self._found(request, Lore.facts)
        return json_answer({**asdict(facts), "platforms": list(facts.platforms), "poster": bool(facts.poster)})

    async def poster(self, request: web.Request) -> web.Response:
        """Its poster, as a picture."""
        picture = await self._found(request, Lore.poster)
        headers = {"Cache-Control": "private, max-age=86400"}
        return web.Response(body=picture.data, content_type=picture.content_type, headers=headers, status=HTTPStatus.OK)

    async def _found(self, request: web.Request, ask: Callable[[Lore, int], Awaitable[T | None]]) -> T:
        film = request.match_info["film"]
        if self._lore is None or not (film.isascii() and film.isdecimal() and len(film) < 10):
            raise ProblemError(Reason.NOT_FOUND, NOTHING_TOLD)
        try:
            found = await ask(self._lore, int(film))
        except OutsideError:
            raise ProblemError(Reason.UNAVAILABLE, NOT_NOW, AGAIN_AFTER_S) from None
        if found is None:
            raise ProblemError(Reason.NOT_FOUND, NOTHING_TOLD)
        return found
