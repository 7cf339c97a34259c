"""What is logged of a room: who comes and goes and who leads. Nothing of what is said, watched, voted or moved."""

import logging

from app.room.codec import type_name
from app.room.errors import Reason
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
    RenewLink,
    SetPassword,
    SetRole,
    SetVisibility,
    TransferHost,
)
from signalling.logs import note, note_error, room_shadow

LOG = logging.getLogger("matinee.room")


def note_happened(code: str, event: Happened) -> None:
    """An event was told to the room."""
    told = _about(event.command)
    if told is not None:
        member = told or event.by
        note(LOG, type_name(type(event.command)), room=room_shadow(code), member=member, by=event.by)


def note_refused(code: str, member: str, command: type[Command], reason: Reason, untold: int | None = None) -> None:
    """A member was refused something, and `untold` times before of which there is no line."""
    name, room = type_name(command), room_shadow(code)
    note(LOG, "command_refused", room=room, member=member, command=name, code=reason.value, untold=untold)


def note_untold(code: str, member: str, untold: int) -> None:
    """A member was refused that often without a line for each."""
    note(LOG, "commands_refused", room=room_shadow(code), member=member, untold=untold)


def note_given_up(code: str, error: BaseException) -> None:
    """The room is let go of until it is next used."""
    note_error(LOG, "room_given_up", error, room=room_shadow(code))


def _about(command: Command) -> str | None:
    """Whom it is about, "" whoever asks; None if it is not logged."""
    match command:
        case Join(member=who) | Kick(member=who) | Ban(member=who) | SetRole(member=who) | TransferHost(to=who):
            return who
        case Knock(caller=who) | Admit(caller=who) | Decline(caller=who):
            return who
        case Leave(member=who):
            return who or ""
        case End() | SetVisibility() | SetPassword() | RenewLink():
            return ""
        case _:
            return None
