"""A store in memory, a clock and timers that go by hand, connections that remember."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from app.playback.timeline import Timeline
from app.room.codec import decode_from_server
from app.room.door import over
from app.room.messages import Happened, ServerMessage
from app.room.state import Programme, Room
from signalling.backlog import About
from signalling.store.base import KEPT_EVENTS, BrokenRoomError, CodeTakenError, Entry, StoredRoom, StoreError


class MemoryStore:
    """A `Store` whose appends can be held up and made to fail."""

    def __init__(self) -> None:
        self.epoch = "epoch-1"
        self.kept: dict[str, StoredRoom] = {}
        self.events: dict[str, list[Happened]] = {}
        self.told_: dict[str, tuple[bytes, float]] = {}
        self.broken = False
        self.unreadable: set[str] = set()  # codes of rooms that cannot be loaded
        self.appends = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def create(self, room: Room, link_digest: bytes) -> None:
        self._check()
        if room.code in self.kept:
            raise CodeTakenError(room.code)
        self.kept[room.code] = StoredRoom(room, link_digest, room.created_at, {})
        self.events[room.code] = []

    async def load(self, code: str) -> StoredRoom | None:
        self._check()
        kept = self.kept.get(code)
        if kept is not None and code in self.unreadable:
            raise BrokenRoomError("makes no room", kept.last_at)
        return kept

    async def rooms(self) -> tuple[str, ...]:
        self._check()
        return tuple(sorted(code for code, kept in self.kept.items() if over(kept.room) is None))

    async def append(self, code: str, entries: Sequence[Entry], room: Room) -> None:
        await self.gate.wait()
        self._check()
        before = self.kept.get(code)
        if before is None or before.room.revision != entries[0].event.revision - 1:
            raise StoreError("not there")
        self.appends += 1
        if over(room):
            empty = replace(room, members=(), callers=(), talk=(), regency=None, paused_by=None)
            stone = replace(empty, programme=Programme(), timeline=Timeline())
            self.kept[code] = StoredRoom(stone, b"", entries[-1].event.at, {})
            self.events[code] = []
            return
        self.kept[code] = before.after(entries, room)
        self.events[code] = [*self.events[code], *(entry.event for entry in entries)][-KEPT_EVENTS:]

    async def forget(self, before: float, untouched_since: float) -> None:
        self._check()
        rooms = [
            (code, kept.last_at, before if over(kept.room) else untouched_since) for code, kept in self.kept.items()
        ]
        old = [code for code, last_at, limit in rooms if last_at < limit]
        for code in old:
            del self.kept[code], self.events[code]

    async def keep_told(self, name: str, data: bytes, at: float, since: float) -> None:
        self._check()
        self.told_ = {one: kept for one, kept in self.told_.items() if kept[1] >= since} | {name: (data, at)}

    async def told(self, name: str, since: float) -> bytes | None:
        self._check()
        kept = self.told_.get(name)
        return kept[0] if kept and kept[1] >= since else None

    async def since(self, code: str, revision: int) -> tuple[Happened, ...]:
        self._check()
        return tuple(event for event in self.events.get(code, []) if event.revision > revision)

    async def close(self) -> None:
        self.broken = True

    def _check(self) -> None:
        if self.broken:
            raise StoreError("out of order")


@dataclass
class Timer:
    """One call to come."""

    due: float
    callback: Callable[[], None]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


@dataclass
class Clock:
    """Seconds that pass when told to, and what is due then."""

    seconds: float = 1000.0
    timers: list[Timer] = field(default_factory=list)

    def now(self) -> float:
        return self.seconds

    def schedule(self, delay_s: float, callback: Callable[[], None]) -> Timer:
        timer = Timer(self.seconds + delay_s, callback)
        self.timers.append(timer)
        return timer

    async def advance(self, seconds: float) -> None:
        """Let time pass, in order."""
        until = self.seconds + seconds
        while due := [timer for timer in self.pending if timer.due <= until]:
            timer = min(due, key=lambda timer: timer.due)
            self.seconds = max(self.seconds, timer.due)
            self.timers.remove(timer)
            timer.callback()
            await settle()
        self.seconds = until
        await settle()

    @property
    def pending(self) -> list[Timer]:
        return [timer for timer in self.timers if not timer.cancelled]


class FakeLink:
    """A connection that remembers what was said."""

    def __init__(self) -> None:
        self.heard: list[ServerMessage] = []
        self.closed: tuple[int, str] | None = None

    def send(self, frame: bytes, about: About = None) -> None:
        assert self.closed is None
        self.heard.append(decode_from_server(frame.decode()))

    def close(self, code: int, reason: str) -> None:
        assert self.closed is None
        self.closed = (code, reason)

    @property
    def code(self) -> int | None:
        return self.closed[0] if self.closed else None

    def of(self, cls: type) -> list[ServerMessage]:
        """What was heard of that class."""
        return [message for message in self.heard if isinstance(message, cls)]


async def settle() -> None:
    """Let everything run that can without time passing."""
    for _ in range(30):
        await asyncio.sleep(0)
