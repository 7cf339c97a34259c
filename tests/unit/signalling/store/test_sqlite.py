"""What is SQLite's own: the file, its states, the thread."""

import asyncio
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from app.room.codec import decode_room
from app.room.messages import Happened, Join, SetPolicy
from app.room.reducer import Applied, apply
from app.room.state import Policy, Role, Room
from signalling.store.base import KEPT_EVENTS, BrokenRoomError, Entry, StoreError
from signalling.store.sqlite import APPLICATION_ID, SCHEMA, WHOLE_EVERY, SqliteStore

ROOM = Room("ABCDEF", "Friday", 1000.0)


async def opened(path: Path) -> SqliteStore:
    store = SqliteStore(path)
    await store.open()
    return store


async def hang(store: SqliteStore) -> tuple[asyncio.Task[None], threading.Event]:
    """The disk hangs, at most for 10 s: what waits for it, and what makes it go on."""
    goes_on, begun = threading.Event(), threading.Event()

    def job(_: sqlite3.Connection) -> None:
        begun.set()
        goes_on.wait(10)

    hung = asyncio.create_task(store._ask(job))
    assert await asyncio.to_thread(begun.wait, 10)
    return hung, goes_on


def by_hand(path: Path, *statements: str) -> list[Any]:
    db = sqlite3.connect(path)
    try:
        results = [db.execute(statement).fetchall() for statement in statements]
        db.commit()
    finally:
        db.close()
    return results


async def test_a_room_outlives_the_process(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "db"
    store = await opened(path)
    epoch = store.epoch
    await store.create(ROOM, b"link")
    await store.close()
    again = await opened(path)
    stored = await again.load("ABCDEF")
    assert stored is not None
    assert (stored.room, again.epoch) == (ROOM, epoch)
    await again.close()


async def test_every_database_has_its_epoch(tmp_path: Path) -> None:
    one, two = await opened(tmp_path / "1"), await opened(tmp_path / "2")
    assert one.epoch != two.epoch
    await one.close()
    await two.close()


async def test_it_is_durable_and_ours(tmp_path: Path) -> None:
    store = await opened(tmp_path / "db")
    pragmas = ("journal_mode", "synchronous", "foreign_keys", "application_id", "user_version")

    def ask(db: sqlite3.Connection) -> list[Any]:
        return [db.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas]

    assert await store._ask(ask) == ["wal", 2, 1, APPLICATION_ID, len(list(SCHEMA.glob("*.sql")))]
    await store.close()


async def test_a_second_server_notices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signalling.store.sqlite.BUSY_TIMEOUT_S", 0.05)
    store = await opened(tmp_path / "db")
    with pytest.raises(StoreError, match="in use"):
        await opened(tmp_path / "db")
    await store.close()


async def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    await (await opened(tmp_path / "db")).close()
    by_hand(tmp_path / "db", "PRAGMA user_version = 999")
    with pytest.raises(StoreError, match="newer Matinee"):
        await opened(tmp_path / "db")


async def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    by_hand(tmp_path / "db", "CREATE TABLE shopping (item)")
    with pytest.raises(StoreError, match="another program"):
        await opened(tmp_path / "db")
    assert by_hand(tmp_path / "db", "SELECT name FROM sqlite_master") == [[("shopping",)]]


@pytest.mark.parametrize("damage", ["not a database at all, and long enough to look like one" * 20, "header"])
async def test_a_damaged_file_is_told(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "db"
    if damage == "header":
        store = await opened(path)
        await store.create(ROOM, b"link")
        await store.close()
        data = bytearray(path.read_bytes())
        data[4096:] = b"\xff" * (len(data) - 4096)
        path.write_bytes(data)
    else:
        path.write_text(damage)
    with pytest.raises(StoreError, match=str(path)):
        await opened(path)


async def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        await opened(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be opened"):
        await opened(tmp_path / "file" / "db")


async def test_a_read_only_place_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_db: sqlite3.Connection, _path: Path) -> str:
        raise sqlite3.OperationalError("attempt to write a readonly database")

    monkeypatch.setattr("signalling.store.sqlite._prepare", fail)
    with pytest.raises(StoreError, match="readonly"):
        await opened(tmp_path / "db")


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), ValueError("our own mistake")])
async def test_whatever_stops_the_opening_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(_db: sqlite3.Connection, _path: Path) -> None:
        raise error

    monkeypatch.setattr("signalling.store.sqlite._migrate", fail)
    store = SqliteStore(tmp_path / "db")
    async with asyncio.timeout(5):
        with pytest.raises(StoreError, match="cannot be used"):
            await store.open()
        await store.close()


async def test_a_connection_that_cannot_be_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ValueError("embedded null byte")

    monkeypatch.setattr("signalling.store.sqlite.sqlite3.connect", fail)
    with pytest.raises(StoreError, match="cannot be opened"):
        await asyncio.wait_for(opened(tmp_path / "db"), 5)


class Stubborn:
    """A connection that refuses one statement, or to be closed, with an error of the test's choosing."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.refuses: dict[str, Exception] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)

    def execute(self, statement: str, *values: Any) -> Any:
        if statement in self.refuses:
            raise self.refuses[statement]
        return self._db.execute(statement, *values)

    def close(self) -> None:
        self._db.close()
        if "close" in self.refuses:
            raise self.refuses["close"]


@pytest.fixture
def stubborn(monkeypatch: pytest.MonkeyPatch) -> list[Stubborn]:
    """The connections made during the test."""
    made: list[Stubborn] = []
    connect = sqlite3.connect

    def wrap(*places: Any, **options: Any) -> Stubborn:
        made.append(Stubborn(connect(*places, **options)))
        return made[-1]

    monkeypatch.setattr("signalling.store.sqlite.sqlite3.connect", wrap)
    return made


async def test_a_rollback_that_fails_ends_nothing(tmp_path: Path, stubborn: list[Stubborn]) -> None:
    async with asyncio.timeout(5):
        store = await opened(tmp_path / "db")
        (db,) = stubborn
        full = sqlite3.OperationalError("disk I/O error")
        db.refuses = {"COMMIT": full, "ROLLBACK": full}
        for _ in range(2):
            with pytest.raises(StoreError, match="disk I/O error"):
                await store.create(ROOM, b"link")
        db.refuses = {}
        assert await store.rooms() == ()
        await store.create(ROOM, b"link")
        assert await store.rooms() == ("ABCDEF",)
        await store.close()


async def test_a_mistake_around_the_commit_is_told(tmp_path: Path, stubborn: list[Stubborn]) -> None:
    async with asyncio.timeout(5):
        store = await opened(tmp_path / "db")
        stubborn[0].refuses = {"BEGIN IMMEDIATE": ValueError("our own mistake")}
        with pytest.raises(StoreError, match="our own mistake"):
            await store.rooms()
        stubborn[0].refuses = {}
        assert await store.rooms() == ()
        await store.close()


async def test_a_file_that_will_not_close_stops_nobody(
    tmp_path: Path, stubborn: list[Stubborn], caplog: pytest.LogCaptureFixture
) -> None:
    async with asyncio.timeout(5):
        store = await opened(tmp_path / "db")
        stubborn[0].refuses = {"close": sqlite3.OperationalError("unable to close")}
        await store.close()
    assert "unable to close" in caplog.text


async def test_a_store_that_has_stopped_keeps_nobody_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_db: sqlite3.Connection, _batch: object) -> list[Any]:
        raise MemoryError

    async with asyncio.timeout(5):
        store = await opened(tmp_path / "db")
        # One at a time, so that somebody is still queued when the thread ends.
        monkeypatch.setattr("signalling.store.sqlite.SqliteStore._gather", lambda _: [])
        monkeypatch.setattr("signalling.store.sqlite._commit", fail)
        asked = [asyncio.create_task(store.rooms()) for _ in range(3)]
        refused = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(answer) for answer in refused] == [StoreError] * 3
        with pytest.raises(StoreError, match="stopped"):
            await store.rooms()
        await store.close()


async def test_an_unreadable_room_fails_alone(tmp_path: Path) -> None:
    store = await opened(tmp_path / "db")
    await store.create(ROOM, b"link")
    await store._ask(lambda db: db.execute("UPDATE room SET state = '{}'"))
    broken, fine = await asyncio.gather(store.load("ABCDEF"), store.rooms(), return_exceptions=True)
    assert isinstance(broken, BrokenRoomError)
    assert broken.last_at == ROOM.created_at
    assert fine == ("ABCDEF",)
    await store.close()


async def test_what_fails_is_undone_alone(tmp_path: Path) -> None:
    def half(db: sqlite3.Connection) -> None:
        db.execute("UPDATE meta SET epoch = 'half'")
        raise ValueError("our own mistake")

    store = await opened(tmp_path / "db")
    failed, made = await asyncio.gather(store._ask(half), store.create(ROOM, b"link"), return_exceptions=True)
    assert isinstance(failed, ValueError)
    assert made is None
    assert await store._ask(lambda db: db.execute("SELECT epoch FROM meta").fetchone()[0]) == store.epoch
    assert await store.rooms() == ("ABCDEF",)
    await store.close()


async def test_a_commit_that_fails_fails_everything_in_it(tmp_path: Path) -> None:
    store = await opened(tmp_path / "db")
    await store._ask(lambda db: db.execute("CREATE TABLE t (a REFERENCES room DEFERRABLE INITIALLY DEFERRED)"))
    results = await asyncio.gather(
        store.create(ROOM, b"link"),
        store._ask(lambda db: db.execute("INSERT INTO t VALUES ('x')")),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [StoreError, StoreError]
    assert await store.rooms() == ()
    await store.close()


async def test_what_nobody_waits_for_any_more_is_kept(tmp_path: Path) -> None:
    store = await opened(tmp_path / "db")
    task = asyncio.create_task(store.create(ROOM, b"link"))
    await asyncio.sleep(0)
    task.cancel()
    assert await store.rooms() == ("ABCDEF",)
    await store.close()


async def test_a_disk_that_hangs_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signalling.store.sqlite.PATIENCE_S", 0.05)
    store = await opened(tmp_path / "db")
    hung, goes_on = await hang(store)
    made = asyncio.create_task(store.create(ROOM, b"link"))
    for waiting in (hung, made):
        with pytest.raises(StoreError, match="has not answered"):
            await waiting
    goes_on.set()
    monkeypatch.setattr("signalling.store.sqlite.PATIENCE_S", 10)
    # What was told to have failed before it began did not happen afterwards.
    assert await store.rooms() == ()
    await store.close()


async def test_a_disk_that_hangs_does_not_keep_the_server_from_ending(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("signalling.store.sqlite.PATIENCE_S", 0.05)
    store = await opened(tmp_path / "db")
    hung, goes_on = await hang(store)
    try:
        await asyncio.wait_for(store.close(), 5)
        assert "store_hangs" in caplog.text
        with pytest.raises(StoreError, match="has not answered"):
            await hung
        with pytest.raises(StoreError, match="closed"):
            await store.rooms()
    finally:
        goes_on.set()
        await asyncio.to_thread(store._thread.join, 10)
    assert not store._thread.is_alive()


async def test_closing_finishes_and_refuses(tmp_path: Path) -> None:
    store = await opened(tmp_path / "db")
    task = asyncio.create_task(store.create(ROOM, b"link"))
    await asyncio.sleep(0)
    await store.close()
    await task
    with pytest.raises(StoreError, match="closed"):
        await store.rooms()
    assert "store" not in [thread.name for thread in threading.enumerate()]


async def talked(store: SqliteStore, revision: int, room: Room = ROOM) -> Room:
    """The room after that many revisions, each appended by itself."""
    while room.revision < revision:
        switch = SetPolicy(Policy(viewers_may_seek=room.revision % 2 == 0))
        command, by = (switch, "ada") if room.members else (Join("ada", "Ada", Role.HOST), None)
        outcome = apply(room, command, by, 1001.0)
        assert isinstance(outcome, Applied)
        await store.append("ABCDEF", [Entry(Happened(outcome.room.revision, 1001.0, by, command))], outcome.room)
        room = outcome.room
    return room


async def loaded(store: SqliteStore) -> Room:
    """The room as it is kept."""
    stored = await store.load("ABCDEF")
    assert stored is not None
    return stored.room


async def written(store: SqliteStore) -> int:
    """The revision at which the room was last written as a whole."""
    state = await store._ask(lambda db: db.execute("SELECT state FROM room").fetchone()[0])
    return decode_room(state).revision


@pytest.mark.parametrize(("revision", "whole"), [(5, 0), (WHOLE_EVERY - 1, 0), (WHOLE_EVERY + 3, WHOLE_EVERY)])
async def test_a_room_is_what_was_written_and_the_events_after_it(tmp_path: Path, revision: int, whole: int) -> None:
    store = await opened(tmp_path / "db")
    await store.create(ROOM, b"link")
    room = await talked(store, revision)
    assert await written(store) == whole
    assert await loaded(store) == room
    await store.close()
    store = await opened(tmp_path / "db")
    assert await written(store) == revision
    await store.close()


async def test_events_that_are_too_old_go_with_the_next_whole_room(tmp_path: Path) -> None:
    store = await opened(tmp_path / "db")
    await store.create(ROOM, b"link")
    whole = (KEPT_EVENTS // WHOLE_EVERY + 1) * WHOLE_EVERY
    room, oldest = ROOM, {}
    for revision in (whole - 1, whole):
        room = await talked(store, revision, room)
        oldest[revision] = await store._ask(lambda db: db.execute("SELECT min(revision) FROM event").fetchone()[0])
        told = [event.revision for event in await store.since("ABCDEF", 0)]
        assert told == list(range(revision - KEPT_EVENTS + 1, revision + 1))
    assert oldest == {whole - 1: 1, whole: whole - KEPT_EVENTS + 1}
    await store.close()


async def test_a_room_whose_events_are_lost_is_not_made_up(tmp_path: Path) -> None:
    store = await opened(tmp_path / "db")
    await store.create(ROOM, b"link")
    await talked(store, 5)
    await store._ask(lambda db: db.execute("DELETE FROM event WHERE revision = 3"))
    with pytest.raises(BrokenRoomError, match="from revision 2 to 5") as broken:
        await store.load("ABCDEF")
    assert "ABCDEF" not in str(broken.value)
    await store.forget(0.0, broken.value.last_at + 1)
    assert (await store.load("ABCDEF"), await store.rooms()) == (None, ())
    await store.close()


async def test_no_sentence_for_the_log_names_a_room(tmp_path: Path) -> None:
    store = await opened(tmp_path / "db")
    await store.create(ROOM, b"link")
    ahead = Happened(7, 1001.0, None, Join("ada", "Ada", Role.HOST))
    for asked in (store.create(ROOM, b"link"), store.append("ABCDEF", [Entry(ahead)], ROOM)):
        with pytest.raises(StoreError) as refused:
            await asked
        assert "ABCDEF" not in str(refused.value)
    await store.close()


async def test_a_full_disk_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    store = await opened(tmp_path / "db")
    await store.create(ROOM, b"link")
    room = await talked(store, 3)
    pages = await store._ask(lambda db: db.execute("PRAGMA page_count").fetchone()[0])
    await store._ask(lambda db: db.execute(f"PRAGMA max_page_count = {pages}"))
    refused = None
    while refused is None:
        try:
            room = await talked(store, room.revision + 1, room)
        except StoreError as error:
            refused = str(error)
    assert "full" in refused
    assert await loaded(store) == room
    await store._ask(lambda db: db.execute("PRAGMA max_page_count = 1000000"))
    room = await talked(store, room.revision + 1, room)
    assert await loaded(store) == room
    await store.close()


async def test_what_is_kept_of_others_costs_the_same_however_much_there_is(tmp_path: Path) -> None:
    store = await opened(tmp_path / "db")

    async def steps() -> int:
        """How many steps of its machine SQLite takes to keep one more."""
        counted = 0

        def count() -> int:
            nonlocal counted
            counted += 1
            return 0

        await store._ask(lambda db: db.set_progress_handler(count, 1))
        await store.keep_told("one more", b"", 5.0, 5.0)
        await store._ask(lambda db: db.set_progress_handler(None, 1))
        return counted

    few = await steps()
    many = [(str(number), b"x" * 100, 9.0) for number in range(2000)]
    await store._ask(lambda db: db.executemany("INSERT INTO told (name, data, at) VALUES (?, ?, ?)", many))
    assert await steps() < few + 100
    await store.close()


async def test_what_an_older_server_kept_of_others_stays(tmp_path: Path) -> None:
    scripts = [script.read_text(encoding="utf-8") for script in sorted(SCHEMA.glob("*.sql"))[:3]]
    told = "INSERT INTO told (name, data, at) VALUES ('tmdb 1', x'4142', 7.0)"
    db = sqlite3.connect(tmp_path / "db")
    marks = (f"PRAGMA application_id = {APPLICATION_ID}", "PRAGMA user_version = 3")
    db.executescript(";".join((*scripts, told, *marks)))
    db.close()
    store = await opened(tmp_path / "db")
    assert await store.told("tmdb 1", 7.0) == b"AB"
    await store.close()
