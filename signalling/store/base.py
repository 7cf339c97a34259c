"""What the hub asks of any store of rooms. The same contract tests run against every one.

Laws: a call that returned is durable; calls of one room take effect in the order
they were made; a store keeps digests of secrets and never a secret. A call ends within
`PATIENCE_S`, in `StoreError` where the store hangs: what had not begun by then is not done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from app.room.codec import encode
from app.room.messages import Ban, Command, Decline, Happened, Join, Kick, Knock, Leave
from app.room.state import Room

KEPT_EVENTS = 300
PATIENCE_S = 10.0
# After these somebody may be gone for good.
DEPARTURES = (Leave, Kick, Ban, Decline)


class StoreError(Exception):
    """The store could not do it; `str()` is a sentence for whoever runs the server, and goes into the log: it names
    no room, nor anybody in one."""


class CodeTakenError(StoreError):
    """A room of that code exists already."""


class BrokenRoomError(StoreError):
    """What is kept of the room makes no room. Its last event was at `last_at`, in seconds of room time."""

    def __init__(self, why: str, last_at: float) -> None:
        super().__init__(why)
        self.last_at = last_at


@dataclass(frozen=True, slots=True)
class StoredRoom:
    """A room and what only the server may know of it.

    `last_at` is the room time of the last event in seconds. `resume_digests` and `device_digests` map ids of members,
    of callers, and of the host somebody acts for, to SHA-256 digests; `banned` are digests of devices. `password` is
    what is kept of the room's, empty where there is none.
    """

    room: Room
    link_digest: bytes
    last_at: float
    resume_digests: Mapping[str, bytes]
    device_digests: Mapping[str, bytes] = field(default_factory=dict)
    banned: frozenset[bytes] = frozenset()
    password: str = ""

    def changes_with(self, entries: Sequence["Entry"], room: Room) -> bool:
        """Whether `entries`, which led to `room`, change more than the room and its time."""
        told = any(entry.keeps_secrets or isinstance(entry.event.command, DEPARTURES) for entry in entries)
        return told or room.regency != self.room.regency

    def after(self, entries: Sequence["Entry"], room: Room) -> "StoredRoom":
        """With `entries`, which led to `room`."""
        if not self.changes_with(entries, room):
            return replace(self, room=room, last_at=entries[-1].event.at)
        resume, devices = dict(self.resume_digests), dict(self.device_digests)
        banned, password, kept = set(self.banned), self.password, keepers(room)
        link = self.link_digest
        for entry in entries:
            who, command = newcomer_of(entry.event.command), entry.event.command
            if who is not None and entry.resume_digest is not None:
                resume[who] = entry.resume_digest
            if who is not None and entry.device_digest is not None:
                devices[who] = entry.device_digest
            if isinstance(command, Ban) and command.member in devices:
                banned.add(devices[command.member])
            password = password if entry.password is None else entry.password
            link = entry.link_digest or link
        return replace(
            self,
            room=room,
            link_digest=link,
            last_at=entries[-1].event.at,
            resume_digests={who: digest for who, digest in resume.items() if who in kept},
            device_digests={who: digest for who, digest in devices.items() if who in kept},
            banned=frozenset(banned),
            password=password,
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """An event to be kept, with the newcomer's digests where it is a `Join` or a `Knock`.

    `password` is what is to be kept of a new one, empty for none; None changes nothing, as of
    a new link's `link_digest`. `message` is the event as it is kept and told, written once.
    """

    event: Happened
    resume_digest: bytes | None = None
    device_digest: bytes | None = None
    password: str | None = None
    link_digest: bytes | None = None
    message: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", encode(self.event))

    @property
    def keeps_secrets(self) -> bool:
        """Whether something comes with it that is kept beside the event."""
        is_newcomer = self.resume_digest is not None or self.device_digest is not None
        return is_newcomer or self.password is not None or self.link_digest is not None


def keepers(room: Room) -> frozenset[str]:
    """Whose digests are kept: the members', the callers', and those of the host somebody acts for."""
    absent = {room.regency.host} if room.regency else set()
    return frozenset({member.id for member in room.members} | {caller.id for caller in room.callers} | absent)


def newcomer_of(command: Command) -> str | None:
    """Who comes with digests of their own."""
    match command:
        case Join(member=newcomer) | Knock(caller=newcomer):
            return newcomer
        case _:
            return None


class Store(Protocol):
    """Keeps rooms and their last events."""

    @property
    def epoch(self) -> str:
        """Names this store's history; changes only with a new store."""

    async def create(self, room: Room, link_digest: bytes) -> None:
        """Keep a new room. Raises `CodeTakenError`, `StoreError`."""

    async def load(self, code: str) -> StoredRoom | None:
        """The room as last appended, a tombstone where it has ended, None where it never was.

        Raises `BrokenRoomError`, `StoreError`.
        """

    async def rooms(self) -> tuple[str, ...]:
        """The codes of all rooms that have not ended. Raises `StoreError`."""

    async def append(self, code: str, entries: Sequence[Entry], room: Room) -> None:
        """Keep the events that led to `room`, and the room, at once or not at all.

        The first event must follow the stored revision. Whoever is gone for good loses their digest; a room that has
        ended becomes a tombstone without members, events or digests. Raises `StoreError`.
        """

    async def forget(self, before: float, untouched_since: float) -> None:
        """Away with tombstones of rooms that ended before that room time, and with whatever else had no event since
        that other, in seconds. Raises `StoreError`."""

    async def since(self, code: str, revision: int) -> tuple[Happened, ...]:
        """The kept events after `revision`, in order; at most `KEPT_EVENTS`. Raises `StoreError`."""

    async def keep_told(self, name: str, data: bytes, at: float, since: float) -> None:
        """Keep what somebody else's server told at `at`, and nothing told before `since`. Raises `StoreError`."""

    async def told(self, name: str, since: float) -> bytes | None:
        """What was told under that name, if not before `since`. Raises `StoreError`."""

    async def close(self) -> None:
        """Finish what was asked and let go. Nothing may be asked afterwards."""
