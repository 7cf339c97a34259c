"""Pieces in and out: read from the person's own file or from the database, verified before they are kept.

Bytes stay JavaScript buffers. A piece is hashed by `crypto.subtle`, compared,
and written together with whatever else became ready meanwhile.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from js import IDBKeyRange, Uint8Array, crypto
from pyodide.ffi import to_js

from app.browser import files, storage
from app.browser.database import REFUSED, AbortedError, Database, completed, is_full
from app.browser.ffi import JsException, call, js, settled, spawn
from app.session.effects import AttachSource, MeasureSpace, OpenStore, StorePiece
from app.session.events import (
    Event,
    PieceRejected,
    PieceStored,
    PieceUnreadable,
    SourceFailed,
    SpaceMeasured,
    StoreFailed,
    StoreOpened,
)
from app.swarm.wire import BLOCK_HEADER_SIZE

PUTS_A_TRANSACTION = 8
HASH_SIZE = 32
CACHED_PIECES = 12

Then = Callable[[Any], None]


class PieceStore:
    """Reads pieces, from the person's own file where there is one, and keeps what peers sent."""

    def __init__(self, emit: Callable[[Event], None], database: Database) -> None:
        self._emit = emit
        self._database = database
        self._sources: dict[str, AttachSource] = {}
        self._cache: OrderedDict[tuple[str, int], Any] = OrderedDict()
        self._reading: dict[tuple[str, int], list[Then]] = {}
        self._ready: list[tuple[str, int, Any]] = []
        self._refused: list[tuple[str, int, Any]] = []
        self._writing = False
        self._unwanted: set[str] = set()
        database.on_loss.append(self._cache.clear)

    # --- reading

    def attach(self, effect: AttachSource) -> None:
        """Read this film's pieces from the person's own file."""
        self._sources[effect.film_id] = effect

    def source(self, film_id: str) -> Any:
        """The person's own file, or None."""
        found = self._sources.get(film_id)
        return found.file if found else None

    async def look_at_source(self, film_id: str) -> None:
        """Say so if the person's own file cannot be read any more."""
        await self._read_source(film_id, 0)

    def read(self, film_id: str, piece: int, then: Then) -> None:
        """Call `then` with the piece as a Uint8Array, at once if it is at hand; with None if it cannot be read."""
        key = (film_id, piece)
        if key in self._cache:
            self._cache.move_to_end(key)
            then(self._cache[key])
        elif key in self._reading:
            self._reading[key].append(then)
        else:
            self._reading[key] = [then]
            spawn(self._read(film_id, piece))

    async def _read(self, film_id: str, piece: int) -> None:
        key = (film_id, piece)
        try:
            found = await self._read_source(film_id, piece) or await self._read_kept(film_id, piece)
        except REFUSED:
            found = None
        if found is not None:
            self._remember(key, found)
        if found is None and film_id not in self._sources:
            self._emit(PieceUnreadable(film_id, piece))
        for then in self._reading.pop(key):
            call(then, found)

    async def _read_source(self, film_id: str, piece: int) -> Any:
        """The piece out of the person's own file, if it is still what it was: not every browser notices a change."""
        source = self._sources.get(film_id)
        if source is None:
            return None
        try:
            found = await files.read(source.file, piece * source.piece_size, (piece + 1) * source.piece_size)
            changed = await files.sha256(found) != source.hashes[piece * HASH_SIZE : (piece + 1) * HASH_SIZE]
        except JsException as error:
            # File API, "Errors and Exceptions": a file that was changed is NotReadableError, one that is gone is not.
            found, changed = None, getattr(error, "name", "") == "NotReadableError"
        if found is not None and not changed:
            return found
        if self._sources.get(film_id) is source:
            del self._sources[film_id]
            self._emit(SourceFailed(film_id, changed))
        return None

    async def _read_kept(self, film_id: str, piece: int) -> Any:
        database = await self._database.open()
        pieces = database.transaction("pieces").objectStore("pieces")
        kept = await settled(pieces.get(to_js([film_id, piece])))
        return Uint8Array.new(kept) if kept else None

    def _remember(self, key: tuple[str, int], piece: Any) -> None:
        self._cache[key] = piece
        self._cache.move_to_end(key)
        while len(self._cache) > CACHED_PIECES:
            self._cache.popitem(last=False)

    # --- keeping

    def open(self, effect: OpenStore) -> None:
        """Tell what is held of a film, and how much more would be kept."""
        self._unwanted.discard(effect.film_id)
        spawn(self._open_film(effect))

    def forget(self, film_id: str) -> None:
        """The film is to be deleted: write nothing of it until it is opened again."""
        self._unwanted.add(film_id)
        self._ready = [each for each in self._ready if each[0] != film_id]
        self._refused = [each for each in self._refused if each[0] != film_id]
        for key in [key for key in self._cache if key[0] == film_id]:
            del self._cache[key]

    def store(self, effect: StorePiece) -> None:
        """Put the blocks together, hash, compare, write."""
        whole = Uint8Array.new(effect.size)
        for offset, handle in effect.blocks:
            whole.set(Uint8Array.new(handle, BLOCK_HEADER_SIZE), offset)
        spawn(self._verify(effect, whole))

    async def _open_film(self, effect: OpenStore) -> None:
        room = asyncio.ensure_future(storage.room_bytes())
        try:
            database = await self._database.open()
            stores = database.transaction(to_js(["films", "pieces"]))
            film = settled(stores.objectStore("films").get(effect.film_id))
            span = IDBKeyRange.bound(to_js([effect.film_id, 0]), to_js([effect.film_id, effect.pieces]))
            keys = settled(stores.objectStore("pieces").getAllKeys(span))
            kept, held = await film, await keys
        except REFUSED:
            self._emit(StoreFailed(effect.film_id, None, full=False))
            return
        bitfield = bytearray((effect.pieces + 7) // 8)
        for _, piece in held.to_py() if kept else []:
            bitfield[piece >> 3] |= 0x80 >> (piece & 7)
        manifest: Any = getattr(kept, "manifest", None) if kept else None
        removed: Any = getattr(kept, "removed", "") if kept else ""
        opened = (manifest.to_bytes() if manifest else None, bytes(bitfield), await room, removed)
        self._emit(StoreOpened(effect.film_id, *opened))

    async def _verify(self, effect: StorePiece, whole: Any) -> None:
        try:
            digest = (await crypto.subtle.digest("SHA-256", whole)).to_bytes()
        except AttributeError:  # no `subtle` where the address is not secure: what cannot be checked is not kept
            self._emit(StoreFailed(effect.film_id, effect.piece, full=False))
            return
        except JsException:
            digest = b""
        if effect.film_id in self._unwanted:
            return
        if digest != effect.digest:
            self._emit(PieceRejected(effect.film_id, effect.piece))
            return
        self._ready.append((effect.film_id, effect.piece, whole))
        if not self._writing:
            self._writing = True
            try:
                await self._write_all()
            finally:
                self._writing = False

    async def _write_all(self) -> None:
        """Write until nothing is ready; what becomes ready meanwhile shares the next transaction."""
        while self._ready:
            batch, self._ready = self._ready[:PUTS_A_TRANSACTION], self._ready[PUTS_A_TRANSACTION:]
            losses = self._database.losses
            try:
                await self._write(batch)
            except (*REFUSED, AbortedError) as error:
                if self._database.losses > losses:
                    # It was written into a database that is gone: once more, into the new one.
                    self._ready = batch + self._ready
                    continue
                if is_full(error):
                    self._refused = self._refused or batch
                for film_id, piece, _ in batch:
                    self._emit(StoreFailed(film_id, piece, is_full(error)))
                continue
            self._written(batch)

    def _written(self, batch: list[tuple[str, int, Any]]) -> None:
        for film_id, piece, whole in batch:
            if film_id not in self._unwanted:
                self._remember((film_id, piece), whole)
            self._emit(PieceStored(film_id, piece))

    def measure(self, _: MeasureSpace) -> None:
        """Tell how much room there is, by the browser's word and by trying."""
        spawn(self._measure())

    async def _measure(self) -> None:
        room_bytes = await storage.room_bytes()
        self._emit(SpaceMeasured(room_bytes, await self._write_refused()))

    async def _write_refused(self) -> bool:
        batch = self._refused
        try:
            await self._write(batch)
        except (*REFUSED, AbortedError):
            return False
        self._refused = []
        self._written(batch)
        return True

    async def _write(self, batch: list[tuple[str, int, Any]]) -> None:
        database = await self._database.open()
        transaction = database.transaction("pieces", "readwrite", js(durability="relaxed"))
        pieces = transaction.objectStore("pieces")
        for film_id, piece, whole in batch:
            pieces.put(whole.buffer, to_js([film_id, piece]))
        await completed(transaction)
