"""What a command makes of a room. The server and every browser run exactly this.

Laws: `apply` never raises for bad input and never reads a clock; it dispatches,
and the rules live in `people`, `door`, `policy`, `programme`, `talk`, `ballot` and the timeline. `now` is room time
in seconds. A refusal leaves the room as it was.
"""

from dataclasses import dataclass, replace

from app.playback import timeline as timelines
from app.room import ballot, course, door, people, policy, programme, talk
from app.room.errors import Reason
from app.room.messages import (
    SERVER_ONLY,
    Admit,
    AskForCards,
    Ban,
    CastVote,
    Chat,
    CloseBallot,
    Command,
    Deal,
    Decline,
    DrawLots,
    End,
    FindAnother,
    GoOn,
    Hold,
    Join,
    Kick,
    Knock,
    Leave,
    OpenBallot,
    Pause,
    Play,
    QueueAdd,
    QueueMove,
    QueueRemove,
    React,
    RenewLink,
    Seek,
    SetPassword,
    SetPolicy,
    SetPresence,
    SetRate,
    SetRole,
    SetVisibility,
    SetVoteRule,
    Skip,
    StepOut,
    SubtitleAdd,
    SubtitleRemove,
    TasteGiven,
    TransferHost,
    UndoCard,
)
from app.room.state import Phase, Room


@dataclass(frozen=True, slots=True)
class Applied:
    """The room after the command, one revision on."""

    room: Room


@dataclass(frozen=True, slots=True)
class Refused:
    """The command was not carried out."""

    reason: Reason


def apply(room: Room, command: Command, by: str | None, now: float) -> Applied | Refused:
    """`command`, asked by member `by` (None: the server itself) at room time `now`."""
    reason = _objection(room, command, by)
    if reason is not None:
        return Refused(reason)
    changed = _changed(room, command, by or "", now)
    paused_by = course.stopped_by(room, changed, command, by)
    return Applied(replace(changed, revision=room.revision + 1, paused_by=paused_by))


def _objection(room: Room, command: Command, by: str | None) -> Reason | None:
    return door.over(room) or _not_allowed(room, command, by) or _not_possible(room, command, by)


def _not_allowed(room: Room, command: Command, by: str | None) -> Reason | None:
    if by is None:
        return None
    member = room.member(by)
    if member is None or isinstance(command, SERVER_ONLY):
        return Reason.UNAUTHORIZED_COMMAND
    if isinstance(command, Leave) and command.member not in (None, by):
        return Reason.UNAUTHORIZED_COMMAND
    may_overrule = policy.may_overrule(member.role)
    if isinstance(command, Play) and command.anyway and not may_overrule:
        return Reason.UNAUTHORIZED_COMMAND
    if isinstance(command, AskForCards) and ballot.needs_a_lead(room, command) and not may_overrule:
        return Reason.UNAUTHORIZED_COMMAND
    return None if policy.can(member.role, type(command), room.policy) else Reason.UNAUTHORIZED_COMMAND


def _not_possible(room: Room, command: Command, by: str | None) -> Reason | None:
    match command:
        case Play() | Pause() | Seek() | SetRate() | Hold() | GoOn():
            return course.objection(room, command)
        case QueueAdd() | QueueRemove() | QueueMove() | SubtitleAdd() | SubtitleRemove() | Skip():
            return programme.objection(room, command)
        case Join() | SetPresence() | Leave() | SetRole() | TransferHost() | Kick() | Ban():
            return people.objection(room, command, by)
        case Knock() | Admit() | Decline() | SetVisibility() | SetPassword() | RenewLink():
            return door.objection(room, command)
        case Chat() | React():
            return talk.objection(room, command)
        case OpenBallot() | AskForCards() | CastVote() | UndoCard() | FindAnother() | SetVoteRule() | DrawLots():
            return ballot.objection(room, command, by)
        case TasteGiven() | Deal() | StepOut() | CloseBallot():
            return ballot.objection(room, command, by)
        case SetPolicy() | End():
            return None


def _changed(room: Room, command: Command, by: str, now: float) -> Room:
    match command:
        case Play() | Pause() | Seek() | SetRate() | Hold() | GoOn():
            return course.changed(room, command, now)
        case QueueAdd(film=film):
            return ballot.film_brought(programme.changed(room, command, by, now), film.film_id, now)
        case QueueRemove() | QueueMove() | SubtitleAdd() | SubtitleRemove() | Skip():
            return programme.changed(room, command, by, now)
        case Join() | SetPresence() | Leave() | SetRole() | TransferHost() | Kick() | Ban():
            return _of_people(room, command, by, now)
        case Knock() | Admit() | Decline() | SetVisibility() | SetPassword() | RenewLink():
            return door.changed(room, command, now)
        case Chat() | React():
            return talk.changed(room, command, by, now)
        case SetPolicy(policy=chosen):
            return replace(room, policy=chosen)
        case End():
            stopped = timelines.pause(room.timeline, now, room.duration_s)
            phase = Phase.ENDED if by else Phase.EXPIRED
            return replace(room, phase=phase, timeline=stopped, wait=None, ballot=None)
        case _:
            return ballot.changed(room, command, by)


def _of_people(room: Room, command: people.Matter, by: str, now: float) -> Room:
    changed = people.changed(room, command, by, now)
    if isinstance(command, Leave | Kick | Ban):
        who = command.member or by
        return ballot.departed(changed, who, people.is_host(room, who))
    return changed
