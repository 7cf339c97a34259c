"""What a command means to the people in the room: who did what, for the activity line."""

from app.room.messages import (
    Admit,
    Ban,
    Chat,
    Command,
    Decline,
    End,
    GoOn,
    Happened,
    Hold,
    Join,
    Kick,
    Knock,
    Leave,
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
    Skip,
    SubtitleAdd,
    SubtitleRemove,
    TransferHost,
)
from app.room.people import is_absent_host
from app.room.state import Presence, Role, Room, Visibility
from app.session.picture import Activity, Deed

_DEEDS: dict[type[Command], Deed] = {
    Play: Deed.PLAYED,
    Pause: Deed.PAUSED,
    Seek: Deed.SOUGHT,
    SetRate: Deed.SET_RATE,
    QueueAdd: Deed.ADDED,
    QueueRemove: Deed.REMOVED,
    QueueMove: Deed.MOVED,
    SubtitleAdd: Deed.SUBTITLED,
    SubtitleRemove: Deed.UNSUBTITLED,
    Skip: Deed.SKIPPED,
    SetPolicy: Deed.SET_POLICY,
    TransferHost: Deed.MADE_HOST,
    RenewLink: Deed.RELINKED,
    Kick: Deed.PUT_OUT,
    Ban: Deed.PUT_OUT,
    Chat: Deed.SAID,
    React: Deed.REACTED,
    Knock: Deed.KNOCKED,
    Admit: Deed.JOINED,
    Decline: Deed.TURNED_AWAY,
    Hold: Deed.HELD,
    GoOn: Deed.WENT_ON,
    Join: Deed.JOINED,
    Leave: Deed.LEFT,
    End: Deed.ENDED,
}
# What nobody in the room has done: the next film comes on after the one before.
_BY_ITSELF: dict[type[Command], Deed] = {Skip: Deed.NEXT_CAME, Play: Deed.WENT_ON}


def activity_of(before: Room, after: Room, message: Happened, me: str, number: int) -> Activity | None:
    """The line for an accepted command; None for a presence that did not change."""
    command = message.command
    who = _who(message)
    member = before.member(who) or after.member(who) or before.caller(who) or after.caller(who)
    deed = _of_people(before, command) or _DEEDS.get(type(command))
    if message.by is None:
        deed = _BY_ITSELF.get(type(command), deed)
    if deed is None:
        return None
    return Activity(number, deed, member.name if member else "", who == me, _detail(before, after, command))


def _who(message: Happened) -> str:
    match message.command:
        case Join(member=member) | SetPresence(member=member) | SetRole(member=member):
            return member
        case Kick(member=member) | Ban(member=member):
            return member
        case TransferHost(to=member) | Knock(caller=member) | Admit(caller=member) | Decline(caller=member):
            return member
        case Hold(waits_for=members):
            return members[0] if members else ""
        case Leave(member=member):
            return member or message.by or ""
        case _:
            return message.by or ""


def _of_people(before: Room, command: Command) -> Deed | None:
    match command:
        case SetPresence(member=who, presence=presence):
            member = before.member(who)
            if member is None or member.presence is presence:
                return None
            return Deed.AWAY if presence is Presence.AWAY else Deed.RETURNED
        case Join(member=who) if is_absent_host(before, who):
            return Deed.HOST_BACK
        case SetVisibility(visibility=visibility):
            return Deed.OPENED if visibility is Visibility.PUBLIC else Deed.CLOSED
        case SetPassword(needed=needed):
            return Deed.LOCKED if needed else Deed.UNLOCKED
        case SetRole(role=role):
            return Deed.MADE_COHOST if role is Role.COHOST else Deed.MADE_VIEWER
        case _:
            return None


def _detail(before: Room, after: Room, command: Command) -> str:
    match command:
        case Seek(position_s=position_s):
            return str(position_s)
        case SetRate(rate=rate):
            return str(rate)
        case Chat(text=text) | React(reaction=text):
            return str(text)
        case SubtitleAdd(subtitle=subtitle):
            return subtitle.name
        case SubtitleRemove(item=item, film_id=film_id):
            found = before.programme.find(item)
            taken = found.subtitle(film_id) if found else None
            return taken.name if taken else ""
        case QueueAdd(item=item) | Skip(to=item) | QueueRemove(item=item) | QueueMove(item=item):
            found = after.programme.find(item) or before.programme.find(item)
            return found.film.name if found else ""
        case _:
            return ""
