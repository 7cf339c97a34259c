"""What every store must do."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.room.messages import (
    Admit,
    Ban,
    Command,
    Decline,
    End,
    Happened,
    Join,
    Kick,
    Knock,
    Leave,
    Pause,
    RenewLink,
    Seek,
    SetPassword,
    SetPolicy,
)
from app.room.reducer import Applied, apply
from app.room.state import Phase, Policy, Role, Room
from signalling.store.base import KEPT_EVENTS, CodeTakenError, Entry, Store, StoreError
from signalling.store.sqlite import SqliteStore
from tests.unit.signalling.fakes import MemoryStore

CODE = "ABCDEF"
ROOM = Room(CODE, "Friday", 1000.0)


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
        return
    sqlite = SqliteStore(tmp_path / "db")
    await sqlite.open()
    yield sqlite
    await sqlite.close()


def happen(room: Room, command: Command, by: str | None = None, at: float = 1001.0) -> tuple[Entry, Room]:
    """The entry of a command that is accepted, and the room after it."""
    applied = apply(room, command, by, at)
    assert isinstance(applied, Applied)
    digest = command.member.encode() if isinstance(command, Join) else None
    return Entry(Happened(applied.room.revision, at, by, command, "id"), digest), applied.room


async def joined(store: Store, *members: str) -> Room:
    """A stored room with those members."""
    await store.create(ROOM, b"link")
    room = ROOM
    for member in members:
        entry, room = happen(room, Join(member, member, Role.VIEWER if room.members else Role.HOST))
        await store.append(CODE, [entry], room)
    return room


async def test_a_new_room_is_there(store: Store) -> None:
    await store.create(ROOM, b"link")
    stored = await store.load(CODE)
    assert stored is not None
    assert (stored.room, stored.link_digest, stored.last_at, dict(stored.resume_digests)) == (ROOM, b"link", 1000.0, {})
    assert await store.rooms() == (CODE,)
    assert await store.since(CODE, 0) == ()


async def test_what_never_was_is_not_there(store: Store) -> None:
    assert await store.load("NOROOM") is None
    assert await store.rooms() == ()
    assert await store.since("NOROOM", 0) == ()


async def test_a_code_is_taken_once(store: Store) -> None:
    await store.create(ROOM, b"link")
    with pytest.raises(CodeTakenError):
        await store.create(replace(ROOM, title="Other"), b"other")
    stored = await store.load(CODE)
    assert stored is not None
    assert stored.link_digest == b"link"


async def test_events_and_the_room_are_kept_together(store: Store) -> None:
    room = await joined(store, "ada", "ben")
    first, room = happen(room, Leave(), "ben", 1002.0)
    second, room = happen(room, Join("cy", "Cy", Role.VIEWER), None, 1003.5)
    await store.append(CODE, [first, second], room)
    stored = await store.load(CODE)
    assert stored is not None
    assert stored.room == room
    assert stored.last_at == 1003.5
    assert dict(stored.resume_digests) == {"ada": b"ada", "cy": b"cy"}
    assert await store.since(CODE, 2) == (first.event, second.event)
    assert await store.since(CODE, 4) == ()


async def test_the_servers_leave_removes_the_digest_too(store: Store) -> None:
    room = await joined(store, "ada", "ben")
    entry, room = happen(room, Leave("ben"))
    await store.append(CODE, [entry], room)
    stored = await store.load(CODE)
    assert stored is not None
    assert dict(stored.resume_digests) == {"ada": b"ada"}


async def test_whoever_is_put_out_has_no_digest_any_more(store: Store) -> None:
    room = await joined(store, "ada", "ben")
    entry, room = happen(room, Kick("ben"), "ada")
    await store.append(CODE, [entry], room)
    stored = await store.load(CODE)
    assert stored is not None
    assert dict(stored.resume_digests) == {"ada": b"ada"}


async def test_a_host_who_was_missed_can_come_back(store: Store) -> None:
    room = await joined(store, "ada", "ben")
    missed, room = happen(room, Leave("ada"))
    await store.append(CODE, [missed], room)
    again, room = happen(room, Join("ada", "Ada", Role.HOST))
    missed_again, room = happen(room, Leave("ada"))
    await store.append(CODE, [Entry(again.event), missed_again], room)
    stored = await store.load(CODE)
    assert stored is not None
    assert stored.room == room
    assert dict(stored.resume_digests) == {"ada": b"ada", "ben": b"ben"}


async def test_callers_keep_their_digests_until_they_are_turned_away(store: Store) -> None:
    room = await joined(store, "ada")
    entries = []
    for caller in ("ben", "cy"):
        knocked, room = happen(room, Knock(caller, caller))
        entries.append(replace(knocked, resume_digest=caller.encode(), device_digest=b"d" + caller.encode()))
    admitted, room = happen(room, Admit("ben"), "ada")
    declined, room = happen(room, Decline("cy"), "ada")
    await store.append(CODE, [*entries, admitted, declined], room)
    stored = await store.load(CODE)
    assert stored is not None
    assert dict(stored.resume_digests) == {"ada": b"ada", "ben": b"ben"}
    assert dict(stored.device_digests) == {"ben": b"dben"}


async def test_the_device_of_who_is_banned_is_kept_and_nobody_elses(store: Store) -> None:
    room = await joined(store, "ada")
    for who, device in (("ben", b"phone"), ("cy", None), ("dee", b"tablet")):
        entry, room = happen(room, Join(who, who, Role.VIEWER))
        await store.append(CODE, [replace(entry, device_digest=device)], room)
    for command in (Ban("ben"), Ban("cy"), Kick("dee")):
        entry, room = happen(room, command, "ada")
        await store.append(CODE, [entry], room)
    stored = await store.load(CODE)
    assert stored is not None
    assert stored.banned == {b"phone"}
    assert dict(stored.resume_digests) == {"ada": b"ada"}
    assert dict(stored.device_digests) == {}


async def test_who_comes_and_is_banned_at_once_stays_banned(store: Store) -> None:
    room = await joined(store, "ada")
    came, room = happen(room, Join("ben", "Ben", Role.VIEWER))
    banned, room = happen(room, Ban("ben"), "ada")
    await store.append(CODE, [replace(came, device_digest=b"phone"), banned], room)
    stored = await store.load(CODE)
    assert stored is not None
    assert stored.banned == {b"phone"}


async def test_a_password_stays_until_it_is_another_or_none(store: Store) -> None:
    room = await joined(store, "ada")
    due = ""
    for kept in ("$argon2id$one", None, "$argon2id$two", None, ""):
        entry, room = happen(room, SetPassword(kept != ""), "ada")
        await store.append(CODE, [replace(entry, password=kept)], room)
        stored = await store.load(CODE)
        assert stored is not None
        due = due if kept is None else kept
        assert stored.password == due


async def test_a_link_is_good_until_there_is_another(store: Store) -> None:
    room = await joined(store, "ada")
    for link, due in ((None, b"link"), (b"new", b"new"), (None, b"new")):
        entry, room = happen(room, RenewLink("0123abcd"), "ada")
        await store.append(CODE, [replace(entry, link_digest=link)], room)
        stored = await store.load(CODE)
        assert stored is not None
        assert stored.link_digest == due
        assert stored.room.link == "0123abcd"


async def test_old_tombstones_are_forgotten_and_nothing_else(store: Store) -> None:
    await joined(store, "ada")
    await store.create(replace(ROOM, code="GHJKMN"), b"link")
    old = replace(ROOM, code="PQRSTU")
    await store.create(old, b"link")
    entry, ended = happen(old, End())
    await store.append("PQRSTU", [entry], ended)
    await store.forget(1001.0, 0.0)
    assert await store.load("PQRSTU") is not None
    await store.forget(1001.5, 0.0)
    assert await store.load("PQRSTU") is None
    assert await store.rooms() == (CODE, "GHJKMN")
    await store.create(old, b"link")


async def test_what_nothing_happens_in_any_more_is_forgotten_with_all_that_was_in_it(store: Store) -> None:
    await joined(store, "ada")
    await store.create(replace(ROOM, code="GHJKMN", created_at=5000.0), b"link")
    await store.forget(0.0, 1001.0)
    assert await store.rooms() == (CODE, "GHJKMN")
    await store.forget(0.0, 4000.0)
    assert await store.rooms() == ("GHJKMN",)
    assert (await store.load(CODE), await store.since(CODE, 0)) == (None, ())
    assert (await joined(store, "ada")).code == CODE


async def test_an_event_out_of_order_is_not_kept(store: Store) -> None:
    room = await joined(store, "ada")
    _, skipped = happen(room, Join("ben", "Ben", Role.VIEWER))
    entry, later = happen(skipped, Join("cy", "Cy", Role.VIEWER))
    with pytest.raises(StoreError):
        await store.append(CODE, [entry], later)
    with pytest.raises(StoreError):
        await store.append("NOROOM", [entry], later)
    stored = await store.load(CODE)
    assert stored is not None
    assert stored.room == room
    assert dict(stored.resume_digests) == {"ada": b"ada"}


async def test_only_the_last_events_are_kept(store: Store) -> None:
    room = await joined(store, "ada")
    for number in range(KEPT_EVENTS + 20):
        event = Happened(room.revision + 1, 1002.0 + number, "ada", Pause() if number % 2 else Seek(1.0), None)
        room = replace(room, revision=room.revision + 1)
        await store.append(CODE, [Entry(event)], room)
    kept = await store.since(CODE, 0)
    assert len(kept) == KEPT_EVENTS
    assert kept[-1].revision == room.revision
    assert [event.revision for event in kept] == list(range(kept[0].revision, room.revision + 1))


async def test_an_ended_room_leaves_a_tombstone(store: Store) -> None:
    room = await joined(store, "ada")
    entry, room = happen(replace(room, paused_by="ada"), End(), "ada")
    await store.append(CODE, [entry], room)
    stored = await store.load(CODE)
    assert stored is not None
    assert stored.room.paused_by is None
    assert (stored.room.phase, stored.room.members, dict(stored.resume_digests)) == (Phase.ENDED, (), {})
    assert await store.rooms() == ()
    assert await store.since(CODE, 0) == ()
    with pytest.raises(CodeTakenError):
        await store.create(ROOM, b"link")


async def test_many_at_once_keep_their_order(store: Store) -> None:
    room = await joined(store, "ada")
    work: list[asyncio.Task[None]] = []
    finished: list[int] = []
    for number in range(40):
        entry, room = happen(room, SetPolicy(Policy(viewers_may_seek=number % 2 == 0)), "ada")
        task = asyncio.create_task(store.append(CODE, [entry], room), name=str(number))
        task.add_done_callback(lambda done: finished.append(int(done.get_name())))
        work.append(task)
    await asyncio.gather(*work)
    await asyncio.sleep(0)
    assert finished == list(range(40))
    stored = await store.load(CODE)
    assert stored is not None
    assert stored.room == room
    assert stored.room.revision == 41


async def test_what_others_told_is_kept_for_a_while(store: Store) -> None:
    assert await store.told("tmdb 1", 0.0) is None
    await store.keep_told("tmdb 1", b"old", 10.0, 0.0)
    await store.keep_told("tmdb 1", b"one", 20.0, 0.0)
    await store.keep_told("tmdb 2", b"two", 30.0, 0.0)
    assert (await store.told("tmdb 1", 20.0), await store.told("tmdb 1", 20.5)) == (b"one", None)
    await store.keep_told("tmdb 3", b"three", 40.0, 25.0)
    assert (await store.told("tmdb 1", 0.0), await store.told("tmdb 2", 0.0)) == (None, b"two")
