"""What the database notes of films, for all tabs together: read, written, deleted. BroadcastChannel tells the others.

A transaction lives only as long as its requests' callbacks ask for more, so what must be one is done in callbacks.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from js import BroadcastChannel, Date, IDBKeyRange, Object
from pyodide.ffi import create_once_callable, to_js

from app.browser.database import REFUSED, AbortedError, Database, completed, is_full
from app.browser.ffi import js, listen, settled, spawn
from app.browser.piece_store import PieceStore
from app.session.effects import DropFilm, KeepFilm, ReadShelf
from app.session.events import Event, FilmGone, Found, Kept, ShelfRead, StoreFailed

CHANNEL = "matinee.shelf"
# Behind every number of a piece, as keys are ordered.
BEHIND = float("inf")
HEAD_BYTES = 20


class FilmShelf:
    """Deletes pieces too, and sees to it that none of a deleted film comes after."""

    def __init__(self, emit: Callable[[Event], None], database: Database, pieces: PieceStore) -> None:
        self._emit = emit
        self._database = database
        self._pieces = pieces
        self._channel = BroadcastChannel.new(CHANNEL)
        listen(self._channel, "message", lambda event: self._told(event.data))

    def read(self, _: ReadShelf) -> None:
        """Say what there is."""
        spawn(self._read())

    def keep(self, effect: KeepFilm) -> None:
        """Note this of a film."""
        spawn(self._keep(effect))

    def drop(self, effect: DropFilm) -> None:
        """Delete a film."""
        if effect.as_of_s is None:
            self._pieces.forget(effect.film_id)
        spawn(self._drop(effect))

    def _told(self, film_id: str) -> None:
        self._pieces.forget(film_id)
        self._emit(FilmGone(film_id, elsewhere=True))

    # --- reading

    async def _read(self) -> None:
        try:
            database = await self._database.open()
            films = database.transaction("films").objectStore("films")
            keys, notes = settled(films.getAllKeys()), settled(films.getAll())
            known = dict(zip(await keys, await notes, strict=True))
            for stray in await _with_pieces(database):
                known.setdefault(stray, None)
            found = [await _found(database, film_id, record) for film_id, record in known.items()]
        except REFUSED:
            return  # where nothing can be kept there is no shelf, and whoever wants a film is told so
        self._emit(ShelfRead(tuple(found), Date.now() / 1000))

    # --- writing

    async def _keep(self, effect: KeepFilm) -> None:
        film_id = effect.note.film_id
        fields = asdict(effect.note)
        if not effect.anew:
            del fields["removed"]
        if effect.manifest is not None:
            fields["manifest"] = to_js(effect.manifest)
        try:
            database = await self._database.open()
            transaction = database.transaction("films", "readwrite")
            films = transaction.objectStore("films")

            def merge(before: Any) -> None:
                if before or effect.anew:
                    films.put(Object.assign(js(), before, js(**fields)), film_id)

            _with_result(films.get(film_id), merge)
            await completed(transaction)
        except (*REFUSED, AbortedError) as error:
            if effect.manifest is not None:
                self._emit(StoreFailed(film_id, None, full=is_full(error)))

    async def _drop(self, effect: DropFilm) -> None:
        film_id, dropped = effect.film_id, []
        try:
            database = await self._database.open()
            transaction = database.transaction(to_js(["films", "pieces"]), "readwrite")
            films, pieces = transaction.objectStore("films"), transaction.objectStore("pieces")

            def delete(before: Any) -> None:
                if effect.as_of_s is not None and before and getattr(before, "until_s", 0) > effect.as_of_s:
                    return  # another tab has it in use
                dropped.append(film_id)
                pieces.delete(_span(film_id))
                if effect.note is None:
                    films.delete(film_id)
                else:
                    films.put(js(**asdict(effect.note)), film_id)

            _with_result(films.get(film_id), delete)
            await completed(transaction)
        except (*REFUSED, AbortedError):
            if effect.as_of_s is not None:
                return  # it is tried again when the shelf is read again, which must not be at once
            dropped.clear()
        if not dropped:
            await self._read()  # it is there still: say so
        elif not effect.told:
            self._channel.postMessage(film_id)
            self._emit(FilmGone(film_id))


def _span(film_id: str) -> Any:
    """All pieces of a film."""
    return IDBKeyRange.bound(to_js([film_id, 0]), to_js([film_id, BEHIND]))


def _with_result(request: Any, then: Callable[[Any], None]) -> None:
    request.onsuccess = create_once_callable(lambda _: then(request.result))


async def _with_pieces(database: Any) -> list[str]:
    """The films of which there are pieces, one jump in the keys for each."""
    found: list[str] = []
    after = IDBKeyRange.lowerBound(to_js(["", 0]))
    while True:
        pieces = database.transaction("pieces").objectStore("pieces")
        keys = await settled(pieces.getAllKeys(after, 1))
        if not keys.length:
            return found
        found.append(str(keys[0][0]))
        after = IDBKeyRange.lowerBound(to_js([found[-1], BEHIND]), True)


async def _found(database: Any, film_id: str, record: Any) -> Found:
    count = await settled(database.transaction("pieces").objectStore("pieces").count(_span(film_id)))
    manifest: Any = getattr(record, "manifest", None) if record else None
    head = manifest.slice(0, HEAD_BYTES).to_bytes() if manifest else b""
    return Found(_note(film_id, record), head, int(count))


def _note(film_id: str, record: Any) -> Kept:
    if not record or not hasattr(record, "until_s"):
        return Kept(film_id)
    duration_s: Any = getattr(record, "duration_s", None)
    return Kept(
        film_id=film_id,
        name=record.name,
        size=int(record.size),
        mime=record.mime,
        piece_size=int(record.piece_size),
        duration_s=float(duration_s) if isinstance(duration_s, int | float) else None,
        room=record.room,
        used_s=float(record.used_s),
        until_s=float(record.until_s),
        removed=getattr(record, "removed", ""),
    )
