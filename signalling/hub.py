"""All living rooms: makes them, finds them in memory or in the store, lets people in.

Laws: a code has at most one `LiveRoom` at a time, and no room waits until another is loaded; secrets leave here once,
when they are made, and only their digests stay. What goes wrong is a `Reason`; only opening and closing raise.
"""

import asyncio
import logging
import re
import secrets
from collections.abc import Callable
from dataclasses import replace

from app.room.bounds import MAX_NAME
from app.room.door import mark_of, over
from app.room.errors import Reason
from app.room.messages import Decline, End, Happened, Leave
from app.room.state import CODE_ALPHABET, CODE_LENGTH, Role, Room, Visibility
from signalling.admission import Admission, Wish, admit, enter, renew_link, set_password
from signalling.live_room import LiveRoom
from signalling.logs import note, note_error, room_shadow
from signalling.metrics import Census
from signalling.passwords import Passwords
from signalling.recommendations import Recommendations
from signalling.room_time import RoomTime
from signalling.store.base import BrokenRoomError, CodeTakenError, StoredRoom, StoreError
from signalling.text import clean
from signalling.timers import Alarm
from signalling.tokens import digest, matches, new_secret
from signalling.world import World

LOG = logging.getLogger("matinee.hub")
CODE = re.compile(f"[{CODE_ALPHABET}]{{{CODE_LENGTH}}}")
MOST_LISTED = 50
CLEAN_EVERY_S = 3600.0
ATTEMPTS = 5  # at finding a free code among 887 million
_POSSESSIVE = "’s room"


def new_code() -> str:
    """A random room code: it says where, and is no secret."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


class Hub:
    """The rooms of this server."""

    def __init__(self, world: World, time: RoomTime, new_code: Callable[[], str] = new_code) -> None:
        self._world = world
        self._time = time
        self._new_code = new_code
        self._live: dict[str, LiveRoom] = {}
        self._unloaded: set[str] = set()  # alive in the store alone, since it or our own code failed
        self._loading: dict[str, asyncio.Task[LiveRoom | Reason]] = {}
        self._passwords = Passwords()
        self._next_cleaning = Alarm(world.schedule)
        self._cleaning: asyncio.Task[None] | None = None

    @property
    def recommendations(self) -> Recommendations:
        """What is known of films."""
        return self._world.recommendations

    async def start(self) -> None:
        """Bring every room back that was alive. Raises `StoreError` if the store cannot even list them."""
        await self._clean_up()
        for code in await self._world.store.rooms():
            if await self.find(code) is Reason.UNAVAILABLE:
                self._unloaded.add(code)
                note(LOG, "room_not_back", logging.ERROR, room=room_shadow(code))
        note(LOG, "rooms_back", rooms=len(self._live))

    async def close(self) -> None:
        """Take nothing more; returns when everything that was taken is durable."""
        self._passwords.close()
        self._next_cleaning.cancel()
        for loading in tuple(self._loading.values()):
            loading.cancel()
        if self._cleaning is not None:
            await asyncio.wait([self._cleaning])
        await asyncio.gather(*(room.stop() for room in tuple(self._live.values())))

    def census(self, sockets: int) -> Census:
        """What there is in memory at this moment, beside that many open WebSockets."""
        rooms = tuple(self._live.values())
        drifts_s = tuple(drift_s for live in rooms for drift_s in live.drifts_s)
        return Census(len(rooms), sum(len(live.room.members) for live in rooms), sockets, drifts_s)

    async def create(self, wish: Wish, title: str | None) -> Admission | Reason:
        """A new room with whoever wishes it as its host."""
        link_secret = new_secret()
        for _ in range(ATTEMPTS):
            room = Room(self._new_code(), _title(title, wish.name), self._time.now())
            room = replace(room, most_members=self._world.most_members, link=mark_of(link_secret))
            try:
                await self._world.store.create(room, digest(link_secret))
            except CodeTakenError:
                continue
            except StoreError:
                note_error(LOG, "room_not_made")
                return Reason.UNAVAILABLE
            note(LOG, "room_made", room=room_shadow(room.code))
            live = await self.find(room.code)
            made = live if isinstance(live, Reason) else await admit(live, wish, Role.HOST)
            return made if isinstance(made, Reason) else replace(made, link_secret=link_secret)
        return Reason.UNAVAILABLE

    async def join(self, code: str, wish: Wish) -> Admission | Reason:
        """Somebody who wants in. Raises `BusyError`."""
        live = await self.find(code)
        return live if isinstance(live, Reason) else await enter(live, wish, self._passwords)

    async def set_password(self, code: str, member: str, resume_secret: str, password: str) -> Reason | None:
        """The host wants a password asked at the door, or none; None when that is done. Raises `BusyError`."""
        live = await self.recognise(code, member, resume_secret)
        return live if isinstance(live, Reason) else await set_password(live, member, password, self._passwords)

    async def renew_link(self, code: str, member: str, resume_secret: str) -> str | Reason:
        """The host wants another link; its secret, when the old one opens nothing any more."""
        live = await self.recognise(code, member, resume_secret)
        return live if isinstance(live, Reason) else await renew_link(live, member)

    def public(self) -> list[Room]:
        """The rooms that are listed and that somebody is in, the fullest first."""
        rooms = (live.room for live in self._live.values())
        listed = [room for room in rooms if room.visibility is Visibility.PUBLIC and room.members]
        return sorted(listed, key=lambda room: -len(room.members))[:MOST_LISTED]

    async def recognise(self, code: str, member: str, resume_secret: str) -> LiveRoom | Reason:
        """The room, if that is the member's resume secret; a host who was missed too long is in it again."""
        live = await self.find(code)
        if isinstance(live, Reason):
            return live
        if not matches(resume_secret, live.digest_of(member)):
            return Reason.UNAUTHORIZED_COMMAND
        coming_back = live.return_of(member)
        if coming_back is not None:
            await live.order(coming_back)
        return live

    async def leave(self, code: str, member: str, resume_secret: str) -> Reason | None:
        """The member goes for good; None when that is done."""
        live = await self.recognise(code, member, resume_secret)
        if isinstance(live, Reason):
            return live
        at_the_door = live.room.caller(member) is not None
        answer = await (live.order(Decline(member)) if at_the_door else live.order(Leave(member), by=member))
        return answer if isinstance(answer, Reason) else None

    async def end(self, code: str, member: str, resume_secret: str) -> Reason | None:
        """The host closes the room for everybody; None when that is done."""
        live = await self.recognise(code, member, resume_secret)
        answer = live if isinstance(live, Reason) else await live.order(End(), by=member)
        return answer if isinstance(answer, Reason) else None

    def knows(self, code: str) -> bool:
        """Whether that room lives, as far as can be said without the store."""
        return code in self._live or code in self._unloaded

    async def find(self, code: str) -> LiveRoom | Reason:
        """The room of that code, loaded if need be."""
        if CODE.fullmatch(code) is None:
            return Reason.NOT_FOUND
        if code in self._live:
            return self._live[code]
        loading = self._loading.get(code)
        if loading is None:
            loading = self._loading[code] = asyncio.get_running_loop().create_task(self._load(code))
            loading.add_done_callback(lambda _: self._loading.pop(code))
        return await asyncio.shield(loading)  # whoever goes away takes nothing from the others who wait

    async def _clean_up(self) -> None:
        """Away with tombstones that nobody will ask for any more, and with rooms that cannot be loaded and would be
        tombstones as old as that, now and every hour."""
        self._next_cleaning.set(CLEAN_EVERY_S, self._clean_again)
        lifetimes = self._world.lifetimes
        before = self._time.now() - lifetimes.tombstone_s
        try:
            await self._world.store.forget(before, before - lifetimes.longest_room_s)
        except StoreError:
            note_error(LOG, "old_rooms_not_forgotten")

    def _clean_again(self) -> None:
        self._cleaning = asyncio.get_running_loop().create_task(self._clean_up())

    async def _load(self, code: str) -> LiveRoom | Reason:
        try:
            stored = await self._world.store.load(code)
            events = await self._world.store.since(code, 0)
        except BrokenRoomError as error:
            note_error(LOG, "room_broken", room=room_shadow(code))
            # Nobody can mend it; once it would be over anyway, waiting for that helps nobody.
            expired = self._time.now() - error.last_at > self._world.lifetimes.longest_room_s
            return Reason.ROOM_EXPIRED if expired else Reason.UNAVAILABLE
        except StoreError:
            note_error(LOG, "room_not_loaded", room=room_shadow(code))
            return Reason.UNAVAILABLE
        self._unloaded.discard(code)
        if stored is None:
            return Reason.NOT_FOUND
        return over(stored.room) or self._revive(stored, events)

    def _revive(self, stored: StoredRoom, events: tuple[Happened, ...]) -> LiveRoom:
        code = stored.room.code
        self._time.not_before(stored.last_at)
        live = LiveRoom(stored, events, self._world, self._forget)
        self._live[code] = live
        live.revive()
        return live

    def _forget(self, live: LiveRoom) -> None:
        if self._live.get(live.room.code) is live:
            del self._live[live.room.code]
            if over(live.room) is None:
                self._unloaded.add(live.room.code)


def _title(title: str | None, name: str) -> str:
    host = clean(name, MAX_NAME - len(_POSSESSIVE), "")
    return clean(title or "", MAX_NAME, f"{host}{_POSSESSIVE}" if host else "Your room")
