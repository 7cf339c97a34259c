"""FileSystemFileHandle: what finds a person's own file again after a reload, kept under film_id. Never its bytes.

A record is {handle, size, lastModified, manifest, room, used_s}: gone with the place in its room, with the film out of
the queue, and a day after it was last of use.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

from js import Promise
from pyodide.ffi import to_js

from app.browser import files
from app.browser.database import REFUSED, AbortedError, Database, completed
from app.browser.ffi import JsException, js, settled, spawn
from app.session.effects import FindFile, ForgetFile, ForgetSeat, KeepFile, ReopenFile, SampleFile
from app.session.events import Event, FileFound, FileReopened, FileSampled, FileWithheld

KEEP_S = 24 * 3600.0
READ = {"mode": "read"}


class FileHandles:
    """One record a film."""

    def __init__(self, emit: Callable[[Event], None], database: Database) -> None:
        self._emit = emit
        self._database = database
        self._found: dict[str, Any] = {}
        spawn(self._forget_where(lambda record: record.used_s < time.time() - KEEP_S))

    def performers(self) -> Mapping[type, Callable[[Any], None]]:
        """Which effects are done here."""
        return {
            KeepFile: self.keep,
            ForgetFile: self.forget,
            FindFile: self.find,
            ReopenFile: self.reopen,
            SampleFile: self.sample,
        }

    # --- keeping

    def keep(self, effect: KeepFile) -> None:
        """Keep what finds the file again."""
        spawn(self._keep(effect))

    def forget(self, effect: ForgetFile) -> None:
        """Keep nothing of it any more."""
        self._found.pop(effect.film_id, None)
        spawn(self._change(lambda store: store.delete(effect.film_id)))

    def forget_room(self, effect: ForgetSeat) -> None:
        """What was lent to a room is not needed where the way back to it is gone."""
        spawn(self._forget_where(lambda record: record.room == effect.code))

    async def _keep(self, effect: KeepFile) -> None:
        try:
            handle = await Promise.resolve(effect.handle)
        except JsException:
            return  # whoever dropped it from a place without handles chooses it again
        # One that may not be asked for again (File System API without File System Access) opens nothing after a reload.
        if not handle or handle.kind != "file" or not hasattr(handle, "requestPermission"):
            return
        record = js(
            handle=handle, size=effect.file.size, lastModified=effect.file.lastModified,
            manifest=to_js(effect.manifest), room=effect.room, used_s=time.time(),
        )  # fmt: skip
        self._found[effect.film_id] = record
        await self._change(lambda store: store.put(record, effect.film_id))

    async def _forget_where(self, is_past: Callable[[Any], bool]) -> None:
        try:
            store = (await self._database.open()).transaction("handles").objectStore("handles")
            keys, records = settled(store.getAllKeys()), settled(store.getAll())
            past = [key for key, record in zip(await keys, await records, strict=True) if is_past(record)]
        except REFUSED:
            return
        for key in past:
            self.forget(ForgetFile(key))

    async def _change(self, change: Callable[[Any], Any]) -> None:
        """A record that cannot be written costs a choice after a reload, and nothing now."""
        try:
            transaction = (await self._database.open()).transaction("handles", "readwrite")
            change(transaction.objectStore("handles"))
            await completed(transaction)
        except (*REFUSED, AbortedError):
            return

    # --- finding

    def find(self, effect: FindFile) -> None:
        """Tell whether there is a record of the film."""
        spawn(self._find(effect))

    async def _find(self, effect: FindFile) -> None:
        record, permitted = None, False
        try:
            store = (await self._database.open()).transaction("handles").objectStore("handles")
            record = await settled(store.get(effect.film_id))
            permitted = bool(record) and await record.handle.queryPermission(js(**READ)) == "granted"
        except REFUSED:
            pass
        if not record:
            self._emit(FileFound(effect.film_id, None))
            return
        record.room, record.used_s = effect.room, time.time()
        self._found[effect.film_id] = record
        self._emit(FileFound(effect.film_id, record.manifest.to_bytes(), permitted))
        await self._change(lambda store: store.put(record, effect.film_id))

    # --- opening

    def reopen(self, effect: ReopenFile) -> None:
        """Open the file. The person is asked within the click that asked for it, while the browser allows that."""
        record = self._found.get(effect.film_id)
        if record is None:
            self._emit(FileWithheld(effect.film_id, missing=False))
        else:
            spawn(self._reopen(effect, record, record.handle.requestPermission(js(**READ))))

    async def _reopen(self, effect: ReopenFile, record: Any, asked: Any) -> None:
        try:
            if await asked != "granted":
                self._emit(FileWithheld(effect.film_id, missing=False))
                return
            file = await record.handle.getFile()
            digests = await _digests(file, effect.piece_size, effect.pieces)
        except JsException as error:
            self._emit(FileWithheld(effect.film_id, missing=getattr(error, "name", "") != "SecurityError"))
            return
        unchanged = file.size == record.size and file.lastModified == record.lastModified
        found = (file, record.handle, str(file.name), int(file.size))
        self._emit(FileReopened(effect.film_id, *found, unchanged, digests))

    def sample(self, effect: SampleFile) -> None:
        """Hash a few pieces."""
        spawn(self._sample(effect))

    async def _sample(self, effect: SampleFile) -> None:
        try:
            digests = await _digests(effect.file, effect.piece_size, effect.pieces)
        except JsException:
            return  # whoever reads the whole file will tell
        self._emit(FileSampled(effect.film_id, digests))


async def _digests(file: Any, piece_size: int, pieces: tuple[int, ...]) -> tuple[bytes, ...]:
    """The digests of these pieces; of one behind the file's end, that of nothing."""
    return tuple([await files.digest(file, piece * piece_size, (piece + 1) * piece_size) for piece in pieces])
