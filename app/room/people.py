"""Who is in the room and what each may do. The role table stands here and nowhere else."""

from dataclasses import replace

from app.room.messages import (
    Command,
    End,
    Join,
    Leave,
    Pause,
    Play,
    QueueAdd,
    QueueRemove,
    Seek,
    SetPolicy,
    SetPresence,
    SetRate,
    Skip,
    SubtitleAdd,
    SubtitleRemove,
)
from app.room.state import Member, Policy, Presence, Role, Room

MAX_MEMBERS = 100

_STEERING = frozenset({Play, Pause, Seek, SetRate, Skip, QueueAdd, QueueRemove, SubtitleAdd, SubtitleRemove, Leave})
_TABLE: dict[Role, frozenset[type[Command]]] = {
    Role.HOST: _STEERING | {SetPolicy, End},
    Role.COHOST: _STEERING,
    Role.VIEWER: frozenset({Leave}),
}


def can(role: Role, action: type[Command], policy: Policy) -> bool:
    """Whether a member of that role may ask for that command under the room's policy."""
    return action in _TABLE[role] or (role is Role.VIEWER and action in _granted(policy))


def may_overrule(role: Role) -> bool:
    """Whether a member of that role may start the film for those who are ready, without the others."""
    return role is not Role.VIEWER


def _granted(policy: Policy) -> set[type[Command]]:
    granted: set[type[Command]] = set()
    if policy.viewers_may_play_pause:
        granted |= {Play, Pause, SetRate}
    if policy.viewers_may_seek:
        granted |= {Seek}
    if policy.viewers_may_add:
        granted |= {QueueAdd, SubtitleAdd, SubtitleRemove}
    return granted


def join(room: Room, command: Join, now: float) -> Room:
    """With the newcomer at the end of the roster, away until a connection of theirs is up.

    Whoever comes into an empty room is its host. The name stands as it comes: what is safe to show depends on the
    Unicode of the Python at hand, so one side alone, the server, sees to it.
    """
    role = command.role if room.members else Role.HOST
    member = Member(command.member, command.name, role, now, Presence.AWAY)
    return replace(room, members=(*room.members, member))


def set_presence(room: Room, command: SetPresence) -> Room:
    """With that member here or away."""
    return _with(room, command.member, command.presence)


def leave(room: Room, member_id: str) -> Room:
    """Without that member. If it was the host, the oldest cohost, else the oldest member present, becomes host."""
    rest = tuple(member for member in room.members if member.id != member_id)
    if rest and not any(member.role is Role.HOST for member in rest):
        heir = min(rest, key=_succession)
        rest = tuple(replace(member, role=Role.HOST) if member is heir else member for member in rest)
    return replace(room, members=rest)


def _succession(member: Member) -> tuple[bool, bool, float]:
    return (member.presence is Presence.AWAY, member.role is not Role.COHOST, member.joined_at)


def _with(room: Room, member_id: str, presence: Presence) -> Room:
    members = tuple(replace(member, presence=presence) if member.id == member_id else member for member in room.members)
    return replace(room, members=members)
