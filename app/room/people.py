"""Who is in the room, who leads it, and who comes after whom. What each may do stands in `policy`.

Laws: while somebody is in the room exactly one member is host. A host who was only missed too long is host again on
coming back: until then somebody acts, and the room remembers whom for (`Regency`).
"""

from dataclasses import replace

from app.room.errors import Reason
from app.room.messages import Ban, Join, Kick, Leave, SetPresence, SetRole, TransferHost
from app.room.state import Member, Presence, Regency, Role, Room

Matter = Join | SetPresence | Leave | SetRole | TransferHost | Kick | Ban


def objection(room: Room, command: Matter, by: str | None) -> Reason | None:
    """Why that cannot be done in this room."""
    match command:
        case Join():
            return _join_objection(room, command)
        case SetPresence(member=who):
            return None if room.member(who) else Reason.NOT_FOUND
        case Leave(member=who):
            return None if room.member(who or by or "") else Reason.NOT_FOUND
        case SetRole() | TransferHost() | Kick() | Ban():
            return _moderation_objection(room, command)


def changed(room: Room, command: Matter, by: str, now: float) -> Room:
    """The room after a command to which there is no objection."""
    match command:
        case Join():
            return join(room, command, now)
        case SetPresence():
            return set_presence(room, command)
        case Leave(member=who):
            return leave(room, who or by, missed=not by)
        case SetRole(member=who, role=role):
            return _with_roles(room, {who: role})
        case TransferHost(to=heir):
            return transfer_host(room, heir)
        case Kick(member=who) | Ban(member=who):
            return leave(room, who)


def _join_objection(room: Room, command: Join) -> Reason | None:
    if room.member(command.member) is not None:
        return Reason.CONFLICT
    if is_absent_host(room, command.member):
        return None
    if command.role is Role.HOST and room.members:
        return Reason.CONFLICT
    return Reason.ROOM_FULL if is_full(room) else None


def _moderation_objection(room: Room, command: SetRole | TransferHost | Kick | Ban) -> Reason | None:
    member = room.member(command.to if isinstance(command, TransferHost) else command.member)
    if member is None:
        return Reason.NOT_FOUND
    if member.role is Role.HOST:
        return Reason.CONFLICT
    if isinstance(command, TransferHost) and room.regency is not None:
        return Reason.UNAUTHORIZED_COMMAND  # it is not theirs to give away
    if isinstance(command, SetRole) and command.role is Role.HOST:
        return Reason.INVALID_COMMAND  # there is one host: see `TransferHost`
    return None


def is_full(room: Room) -> bool:
    """Whether there is no place for one more."""
    return len(room.members) >= min(room.most_members, room.policy.most_members)


def is_absent_host(room: Room, member_id: str) -> bool:
    """Whether that is the host somebody else acts for."""
    return room.regency is not None and room.regency.host == member_id


def is_host(room: Room, member_id: str) -> bool:
    """Whether that is who leads the room just now."""
    member = room.member(member_id)
    return member is not None and member.role is Role.HOST


def join(room: Room, command: Join, now: float) -> Room:
    """With the newcomer at the end of the roster, away until a connection of theirs is up.

    Whoever comes into an empty room is its host; the absent host is it again in any case. The name stands as it comes:
    what is safe to show depends on the Unicode of the Python at hand, so one side alone, the server, sees to it.
    """
    if is_absent_host(room, command.member):
        room, role = _relieved(room), Role.HOST
    elif room.members:
        role = command.role
    else:
        room, role = _acting_as(room, command.role), Role.HOST
    member = Member(command.member, command.name, role, now, Presence.AWAY)
    return replace(room, members=(*room.members, member))


def set_presence(room: Room, command: SetPresence) -> Room:
    """With that member here or away."""
    members = (
        replace(member, presence=command.presence) if member.id == command.member else member for member in room.members
    )
    return replace(room, members=tuple(members))


def leave(room: Room, member_id: str, missed: bool = False) -> Room:
    """Without that member. If it was the host, the oldest cohost, else the oldest member present, becomes host.

    A host who was only `missed` stays the one who is acted for.
    """
    gone = room.member(member_id)
    rest = replace(room, members=tuple(member for member in room.members if member.id != member_id))
    if gone is None or gone.role is not Role.HOST:
        return rest
    if missed and rest.regency is None:
        rest = replace(rest, regency=Regency(gone.id, gone.name, Role.VIEWER))
    if not rest.members:
        return rest
    heir = min(rest.members, key=_succession)
    return _with_roles(_acting_as(rest, heir.role), {heir.id: Role.HOST})


def transfer_host(room: Room, heir: str) -> Room:
    """With that member as host, and the host before as a cohost."""
    before = {member.id: Role.COHOST for member in room.members if member.role is Role.HOST}
    return _with_roles(room, {**before, heir: Role.HOST})


def _acting_as(room: Room, was: Role) -> Room:
    """Whoever is host from now on acts for the absent one, if there is one, and was this before."""
    return room if room.regency is None else replace(room, regency=replace(room.regency, was=was))


def _relieved(room: Room) -> Room:
    """Nobody acts any more: who did is again what they were."""
    was = room.regency.was if room.regency else Role.VIEWER
    acting = {member.id: was for member in room.members if member.role is Role.HOST}
    return replace(_with_roles(room, acting), regency=None)


def _succession(member: Member) -> tuple[bool, bool, float]:
    return (member.presence is Presence.AWAY, member.role is not Role.COHOST, member.joined_at)


def _with_roles(room: Room, roles: dict[str, Role]) -> Room:
    members = (replace(member, role=roles.get(member.id, member.role)) for member in room.members)
    return replace(room, members=tuple(members))
