"""The door of a room: who knocks, who lets them in, and who may come in without knocking.

Laws: a caller is no member and hears nothing of the room; who is let in keeps the id they knocked with. A room that is
over lets nobody in and stays over.
"""

import hashlib
from dataclasses import replace

from app.room import people
from app.room.errors import Reason
from app.room.messages import Admit, Decline, Join, Knock, RenewLink, SetPassword, SetVisibility
from app.room.state import Caller, Phase, Role, Room

MAX_CALLERS = 20
MARK_LENGTH = 8

Matter = Knock | Admit | Decline | SetVisibility | SetPassword | RenewLink
_OVER = {Phase.ENDED: Reason.ROOM_ENDED, Phase.EXPIRED: Reason.ROOM_EXPIRED}


def over(room: Room) -> Reason | None:
    """Why nobody comes into this room any more, if so."""
    return _OVER.get(room.phase)


def mark_of(link_secret: str) -> str:
    """What everybody may know of a link: 32 of its digest's bits, by which whoever has a link knows whether it is the
    room's. A secret of 128 bits cannot be found by them."""
    return hashlib.sha256(link_secret.encode()).hexdigest()[:MARK_LENGTH]


def objection(room: Room, command: Matter) -> Reason | None:
    """Why that cannot be done at this door."""
    match command:
        case Knock(caller=who):
            if room.caller(who) or room.member(who):
                return Reason.CONFLICT
            return Reason.ROOM_FULL if people.is_full(room) or len(room.callers) >= MAX_CALLERS else None
        case Admit(caller=who):
            if room.caller(who) is None:
                return Reason.NOT_FOUND
            return Reason.ROOM_FULL if people.is_full(room) else None
        case Decline(caller=who):
            return None if room.caller(who) else Reason.NOT_FOUND
        case SetVisibility() | SetPassword() | RenewLink():
            return None


def changed(room: Room, command: Matter, now: float) -> Room:
    """The room after a command to which there is no objection."""
    match command:
        case Knock(caller=who, name=name):
            return replace(room, callers=(*room.callers, Caller(who, name, now)))
        case Admit(caller=who):
            caller = room.caller(who)
            join = Join(who, caller.name if caller else "", Role.VIEWER)
            return people.join(_without(room, who), join, now)
        case Decline(caller=who):
            return _without(room, who)
        case SetVisibility(visibility=visibility):
            return replace(room, visibility=visibility)
        case SetPassword(needed=needed):
            return replace(room, has_password=needed)
        case RenewLink(link=link):
            return replace(room, link=link)


def _without(room: Room, caller_id: str) -> Room:
    return replace(room, callers=tuple(caller for caller in room.callers if caller.id != caller_id))
