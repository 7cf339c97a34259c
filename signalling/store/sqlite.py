"""The store on SQLite: one connection, in one thread, with group commit.

Laws: no other thread touches the connection (SQLite's WAL mode has had bugs with two
writers); everything that queued during a commit shares the next one; futures are
resolved after the commit, in the order of the calls.
A job that fails is rolled back alone, a commit that fails fails every job in it. However the
thread ends, whoever waits for it is told.

Every event is written when it happens; the whole room, which is a hundred times as long, only every
`WHOLE_EVERY` revisions and when the store is closed. With the former go the events that are too old. Loading one takes
the room as it was written and the events after it, by the reducer that made them.
"""

import asyncio
import contextlib
import logging
import queue
import secrets
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from app.playback.timeline import Timeline
from app.room.codec import decode_from_server, decode_room, encode
from app.room.door import over
from app.room.errors import BadMessage
from app.room.messages import Ban, Happened
from app.room.reducer import Applied, apply
from app.room.state import Programme, Room
from signalling.logs import note, note_error
from signalling.store.base import (
    DEPARTURES,
    KEPT_EVENTS,
    PATIENCE_S,
    BrokenRoomError,
    CodeTakenError,
    Entry,
    StoredRoom,
    StoreError,
    keepers,
    newcomer_of,
)

LOG = logging.getLogger("matinee.store")
WHOLE_EVERY = 64
BUSY_TIMEOUT_S = 2.0
APPLICATION_ID = 0x4D61746E  # "Matn", in the file's header
SCHEMA = Path(__file__).parent / "schema"

T = TypeVar("T")
_Work = Callable[[sqlite3.Connection], Any]


@dataclass(slots=True)
class _Job:
    work: _Work
    future: "asyncio.Future[Any]"
    given_up: bool = False  # nobody waits any more: it is not begun


class SqliteStore:
    """A `Store` in one file; `open` comes first."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._doing: list[_Job] = []
        self._closing = False
        self._over = False
        self._unwritten: dict[str, Room] = {}  # rooms that have changed since they were written as a whole
        self.epoch = ""

    async def open(self) -> None:
        """Open the file, made if missing. Raises `StoreError` with a sentence for the person."""
        self._loop = asyncio.get_running_loop()
        opened: asyncio.Future[str] = self._loop.create_future()
        self._closed: asyncio.Future[None] = self._loop.create_future()
        self._thread = threading.Thread(target=self._run, args=(opened,), name="store", daemon=True)
        self._thread.start()
        self.epoch = await opened

    async def create(self, room: Room, link_digest: bytes) -> None:
        """Keep a new room. Raises `CodeTakenError`, `StoreError`."""
        await self._ask(lambda db: _create(db, room, link_digest))

    async def load(self, code: str) -> StoredRoom | None:
        """The room as last appended. Raises `BrokenRoomError`, `StoreError`."""
        return await self._ask(lambda db: _load(db, code))

    async def rooms(self) -> tuple[str, ...]:
        """The codes of all rooms that have not ended. Raises `StoreError`."""
        return await self._ask(_rooms)

    async def append(self, code: str, entries: Sequence[Entry], room: Room) -> None:
        """Keep events and the room they led to. Raises `StoreError`."""
        await self._ask(lambda db: _append(db, code, entries, room))
        self._unwritten[code] = room
        if _is_whole(entries, room):
            del self._unwritten[code]

    async def forget(self, before: float, untouched_since: float) -> None:
        """Away with tombstones of rooms that ended before that room time, and with what had no event since that other,
        in seconds. Raises `StoreError`."""
        await self._ask(lambda db: _forget(db, before, untouched_since))

    async def since(self, code: str, revision: int) -> tuple[Happened, ...]:
        """The kept events after `revision`, in order. Raises `StoreError`."""
        return await self._ask(lambda db: _since(db, code, revision))

    async def keep_told(self, name: str, data: bytes, at: float, since: float) -> None:
        """Keep what somebody else's server told. Raises `StoreError`."""
        await self._ask(lambda db: _keep_told(db, name, data, at, since))

    async def told(self, name: str, since: float) -> bytes | None:
        """What was told, if not before `since`. Raises `StoreError`."""
        return await self._ask(lambda db: _told(db, name, since))

    async def close(self) -> None:
        """Finish what was asked and close the file. Where the disk hangs the thread is left to end with the process:
        what was committed is in the file."""
        until = self._loop.time() + PATIENCE_S
        if not self._closing:
            await self._write_whole()
        self._closing = True
        self._jobs.put(None)
        await asyncio.wait([self._closed], timeout=max(0.0, until - self._loop.time()))
        if self._closed.done():
            self._thread.join()
        else:
            note(LOG, "store_hangs", logging.ERROR)

    async def _write_whole(self) -> None:
        """The rooms as they are, so that the next server, perhaps a newer one, need not repeat any event."""
        rooms = tuple(self._unwritten.values())
        with contextlib.suppress(StoreError):  # the events are kept all the same
            await self._ask(lambda db: _write_rooms(db, rooms))

    async def _ask(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if self._closing:
            raise StoreError("The store is closed.")
        job = _Job(work, self._loop.create_future())
        self._jobs.put(job)
        # Asked after the job is queued: a thread that ends later finds it there and refuses it.
        if self._over:
            raise StoreError("The store has stopped; start the server again.")
        patience = self._loop.call_later(PATIENCE_S, _give_up, job)
        try:
            result: T = await job.future
        finally:
            patience.cancel()
        return result

    # --- in the thread

    def _run(self, opened: "asyncio.Future[str]") -> None:
        try:
            self._serve(opened)
        except Exception:  # noqa: BLE001 - logged, and told below
            note_error(LOG, "store_stopped")
        finally:
            self._over = True
            stopped = StoreError("The store has stopped.")
            self._tell([(opened, stopped), *((job.future, stopped) for job in self._left()), (self._closed, None)])

    def _serve(self, opened: "asyncio.Future[str]") -> None:
        try:
            db, epoch = _open(self._path)
        except StoreError as error:
            self._tell([(opened, error)])
            return
        with contextlib.closing(db):
            self._tell([(opened, epoch)])
            while (first := self._jobs.get()) is not None:
                self._doing = [first]
                self._doing += self._gather()
                results = _commit(db, self._doing)
                self._tell([(job.future, result) for job, result in zip(self._doing, results, strict=True)])

    def _left(self) -> list[_Job]:
        """What was not finished; a future that was told already stays as it is."""
        left: list[_Job | None] = [*self._doing]
        with contextlib.suppress(queue.Empty):
            while True:
                left.append(self._jobs.get_nowait())
        return [job for job in left if job is not None]

    def _gather(self) -> list[_Job]:
        """What has queued meanwhile. Waiting for more, if only for 3 ms, costs more than the commit that it spares."""
        more: list[_Job] = []
        with contextlib.suppress(queue.Empty):
            while (job := self._jobs.get_nowait()) is not None:
                more.append(job)
            self._jobs.put(None)
        return more

    def _tell(self, results: "list[tuple[asyncio.Future[Any], Any]]") -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed, and with it whoever waited
            self._loop.call_soon_threadsafe(_resolve, results)


_TOO_LATE = StoreError("Nobody waits for this any more.")


def _give_up(job: _Job) -> None:
    job.given_up = True
    late = StoreError(f"The database has not answered for {PATIENCE_S:g} seconds.")
    _resolve([(job.future, late)])


def _resolve(results: "list[tuple[asyncio.Future[Any], Any]]") -> None:
    for future, result in results:
        if future.done():
            continue
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)


def _commit(db: sqlite3.Connection, batch: list[_Job]) -> list[Any]:
    """Run the jobs in one transaction; one result or exception for each."""
    try:
        if db.in_transaction:  # a ROLLBACK failed before
            db.execute("ROLLBACK")
        db.execute("BEGIN IMMEDIATE")
        results = [_TOO_LATE if job.given_up else _attempt(db, job.work) for job in batch]
        db.execute("COMMIT")
    except Exception as error:  # noqa: BLE001 - logged, and told to all who waited
        note_error(LOG, "commit_failed")
        with contextlib.suppress(sqlite3.Error):
            if db.in_transaction:
                db.execute("ROLLBACK")
        return [_failure(error) for _ in batch]
    return results


def _attempt(db: sqlite3.Connection, work: _Work) -> Any:
    """The job's result, or its exception with its changes undone. Raises `sqlite3.Error` if SQLite gave up on all."""
    db.execute("SAVEPOINT job")
    try:
        result = work(db)
    except (sqlite3.Error, BadMessage) as error:
        if not db.in_transaction:  # where the disk is full SQLite undoes everything by itself
            raise
        result = _failure(error)
    except Exception as error:  # noqa: BLE001 - it is the caller's, and must not end the thread
        result = error
    if isinstance(result, Exception):
        db.execute("ROLLBACK TO job")
    db.execute("RELEASE job")
    return result


def _failure(error: Exception) -> StoreError:
    return StoreError(f"The database could not be used: {error}.")


# --- opening


def _open(path: Path) -> tuple[sqlite3.Connection, str]:
    """The connection and the epoch."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    except Exception as error:  # noqa: BLE001 - whatever it is, whoever opens it must hear
        raise StoreError(f"The database {path} cannot be opened: {error}.") from None
    try:
        return db, _prepare(db, path)
    except Exception as error:  # noqa: BLE001 - the same
        with contextlib.suppress(sqlite3.Error):
            db.close()
        raise _unusable(path, error) from None


def _unusable(path: Path, error: Exception) -> StoreError:
    if isinstance(error, StoreError):
        return error
    if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
        return StoreError(f"The database {path} is in use, perhaps by another Matinee.")
    if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
        return StoreError(f"{path} is not a readable database ({error}); move it away to begin afresh.")
    return StoreError(f"The database {path} cannot be used: {error}.")


def _prepare(db: sqlite3.Connection, path: Path) -> str:
    db.execute("PRAGMA locking_mode=EXCLUSIVE")
    _recognise(db, path)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("PRAGMA foreign_keys=ON")
    _migrate(db, path)
    verdict = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        raise sqlite3.DatabaseError(str(verdict).replace("\n", " "))
    return _epoch(db)


def _recognise(db: sqlite3.Connection, path: Path) -> None:
    holds_tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] > 0
    ours = db.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    if holds_tables and not ours:
        raise StoreError(f"{path} is the database of another program; choose another file with --db.")


def _migrate(db: sqlite3.Connection, path: Path) -> None:
    scripts = sorted(SCHEMA.glob("*.sql"))
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version > len(scripts):
        raise StoreError(f"{path} was made by a newer Matinee; update this one.")
    db.execute("BEGIN IMMEDIATE")  # takes the exclusive lock, so that a second server notices now
    db.execute("COMMIT")
    for number, script in enumerate(scripts[version:], start=version + 1):
        steps = [script.read_text(encoding="utf-8"), f"PRAGMA application_id={APPLICATION_ID}"]
        db.executescript(";".join(["BEGIN", *steps, f"PRAGMA user_version={number}", "COMMIT"]))


def _epoch(db: sqlite3.Connection) -> str:
    db.execute("INSERT INTO meta (epoch) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM meta)", (secrets.token_urlsafe(12),))
    return str(db.execute("SELECT epoch FROM meta").fetchone()[0])


# --- the jobs


def _create(db: sqlite3.Connection, room: Room, link_digest: bytes) -> None:
    values = (room.code, room.revision, encode(room), link_digest, room.created_at)
    try:
        db.execute("INSERT INTO room (code, revision, state, link_digest, last_at) VALUES (?, ?, ?, ?, ?)", values)
    except sqlite3.IntegrityError:
        raise CodeTakenError("There is a room of that code already.") from None


def _load(db: sqlite3.Connection, code: str) -> StoredRoom | None:
    found = db.execute("SELECT state, link_digest, last_at, password, revision FROM room WHERE code = ?", (code,))
    row = found.fetchone()
    if row is None:
        return None
    try:
        room = _caught_up(decode_room(row[0]), _since(db, code, 0), row[4])
    except (BadMessage, StoreError) as error:
        raise BrokenRoomError(str(error), row[2]) from None
    members = db.execute("SELECT member, resume_digest, device_digest FROM member WHERE code = ?", (code,)).fetchall()
    resume, devices = {who: digest for who, digest, _ in members}, {who: device for who, _, device in members if device}
    banned = frozenset(row[0] for row in db.execute("SELECT device_digest FROM ban WHERE code = ?", (code,)))
    return StoredRoom(room, row[1], row[2], resume, devices, banned, row[3])


def _rooms(db: sqlite3.Connection) -> tuple[str, ...]:
    return tuple(row[0] for row in db.execute("SELECT code FROM room WHERE NOT ended ORDER BY code"))


def _append(db: sqlite3.Connection, code: str, entries: Sequence[Entry], room: Room) -> None:
    before = entries[0].event.revision - 1
    values = (room.revision, entries[-1].event.at, code, before)
    changed = db.execute(
        "UPDATE room SET revision = ?, last_at = ? WHERE code = ? AND revision = ? AND NOT ended", values
    )
    if changed.rowcount != 1:
        raise StoreError(f"The room does not stand at revision {before}.")
    if over(room):
        _bury(db, room)
        return
    _keep_events(db, code, entries)
    if _is_whole(entries, room):
        _write_rooms(db, (room,))
        db.execute("DELETE FROM event WHERE code = ? AND revision <= ?", (code, room.revision - KEPT_EVENTS))
    _keep_secrets(db, code, entries, room)


def _is_whole(entries: Sequence[Entry], room: Room) -> bool:
    """Whether the room is written as a whole with these events."""
    before = entries[0].event.revision - 1
    return before // WHOLE_EVERY != room.revision // WHOLE_EVERY or over(room) is not None


def _write_rooms(db: sqlite3.Connection, rooms: tuple[Room, ...]) -> None:
    db.executemany(
        "UPDATE room SET state = ? WHERE code = ? AND revision = ?",
        [(encode(room), room.code, room.revision) for room in rooms],
    )


def _caught_up(room: Room, events: tuple[Happened, ...], revision: int) -> Room:
    """The room at that revision. Raises `StoreError` if the events do not lead there."""
    for event in events:
        if event.revision == room.revision + 1:
            outcome = apply(room, event.command, event.by, event.at)
            room = outcome.room if isinstance(outcome, Applied) else room
    if room.revision != revision:
        raise StoreError(f"The room cannot be brought from revision {room.revision} to {revision}.")
    return room


def _keep_events(db: sqlite3.Connection, code: str, entries: Sequence[Entry]) -> None:
    rows = [(code, entry.event.revision, entry.message) for entry in entries]
    db.executemany("INSERT INTO event (code, revision, message) VALUES (?, ?, ?)", rows)


_BAN = """
    INSERT OR IGNORE INTO ban
    SELECT code, device_digest FROM member WHERE code = ? AND member = ? AND device_digest IS NOT NULL
"""


def _keep_secrets(db: sqlite3.Connection, code: str, entries: Sequence[Entry], room: Room) -> None:
    """What `StoredRoom.after` says, in tables."""
    for entry in entries:
        command = entry.event.command
        newcomer = newcomer_of(command)
        if newcomer is not None and entry.resume_digest is not None:
            values = (code, newcomer, entry.resume_digest, entry.device_digest)
            db.execute("INSERT INTO member (code, member, resume_digest, device_digest) VALUES (?, ?, ?, ?)", values)
        if isinstance(command, Ban):
            db.execute(_BAN, (code, command.member))
        if entry.password is not None:
            db.execute("UPDATE room SET password = ? WHERE code = ?", (entry.password, code))
        if entry.link_digest is not None:
            db.execute("UPDATE room SET link_digest = ? WHERE code = ?", (entry.link_digest, code))
    if any(isinstance(entry.event.command, DEPARTURES) for entry in entries):
        kept = keepers(room)
        known = [row[0] for row in db.execute("SELECT member FROM member WHERE code = ?", (code,))]
        gone = [(code, member) for member in known if member not in kept]
        db.executemany("DELETE FROM member WHERE code = ? AND member = ?", gone)


def _bury(db: sqlite3.Connection, room: Room) -> None:
    stone = replace(
        room, members=(), callers=(), talk=(), regency=None, paused_by=None, programme=Programme(), timeline=Timeline()
    )
    db.execute(
        "UPDATE room SET ended = 1, state = ?, link_digest = x'', password = '' WHERE code = ?",
        (encode(stone), room.code),
    )
    _strip(db, room.code)


def _strip(db: sqlite3.Connection, code: str) -> None:
    db.execute("DELETE FROM event WHERE code = ?", (code,))
    db.execute("DELETE FROM member WHERE code = ?", (code,))
    db.execute("DELETE FROM ban WHERE code = ?", (code,))


def _forget(db: sqlite3.Connection, before: float, untouched_since: float) -> None:
    # A room that cannot be loaded never ends; it goes once it would have been over for long.
    untouched = db.execute("SELECT code FROM room WHERE NOT ended AND last_at < ?", (untouched_since,)).fetchall()
    for (code,) in untouched:
        _strip(db, code)
        db.execute("DELETE FROM room WHERE code = ?", (code,))
    db.execute("DELETE FROM room WHERE ended AND last_at < ?", (before,))


_NEWEST = "SELECT message FROM event WHERE code = ? AND revision > ? ORDER BY revision DESC LIMIT ?"


def _since(db: sqlite3.Connection, code: str, revision: int) -> tuple[Happened, ...]:
    rows = db.execute(_NEWEST, (code, revision, KEPT_EVENTS)).fetchall()
    events = (decode_from_server(row[0]) for row in reversed(rows))
    return tuple(event for event in events if isinstance(event, Happened))


def _keep_told(db: sqlite3.Connection, name: str, data: bytes, at: float, since: float) -> None:
    db.execute("DELETE FROM told WHERE at < ?", (since,))
    db.execute("INSERT OR REPLACE INTO told (name, data, at) VALUES (?, ?, ?)", (name, data, at))


def _told(db: sqlite3.Connection, name: str, since: float) -> bytes | None:
    row = db.execute("SELECT data FROM told WHERE name = ? AND at >= ?", (name, since)).fetchone()
    return None if row is None else bytes(row[0])
