"""Why something is refused. The codes travel; the sentences are what a person reads."""

from enum import StrEnum


class Reason(StrEnum):
    """Refusal and error codes of the protocol."""

    UNAUTHORIZED_COMMAND = "unauthorized_command"
    INVALID_COMMAND = "invalid_command"
    ROOM_ENDED = "room_ended"
    ROOM_FULL = "room_full"
    RATE_LIMITED = "rate_limited"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    TOO_LARGE = "too_large"
    UNAVAILABLE = "unavailable"


SENTENCES: dict[Reason, str] = {
    Reason.UNAUTHORIZED_COMMAND: "Only the host can do that in this room.",
    Reason.INVALID_COMMAND: "That was not understood, so nothing was changed.",
    Reason.ROOM_ENDED: "This room has ended.",
    Reason.ROOM_FULL: "This room is full.",
    Reason.RATE_LIMITED: "That was a little fast. Try again in a moment.",
    Reason.NOT_FOUND: "That is not here any more.",
    Reason.CONFLICT: "Somebody else was quicker, so nothing was changed.",
    Reason.TOO_LARGE: "That is too large.",
    Reason.UNAVAILABLE: "The room could not keep that just now. Try again.",
}


class CloseCode:
    """WebSocket close codes that mean something to the client."""

    TICKET = 4001
    VERSION = 4002
    KICKED = 4003
    GONE = 4004
    TOO_SLOW = 4008
    REPLACED = 4009
    BAD_MESSAGE = 4010
    RATE = 4029
    RESTART = 1012


# After these a client must not come back by itself: the answer would be the same.
FINAL_CLOSE_CODES = frozenset(
    {CloseCode.VERSION, CloseCode.KICKED, CloseCode.GONE, CloseCode.REPLACED, CloseCode.BAD_MESSAGE}
)


class BadMessage(Exception):
    """A message of the far side that does not fit the protocol; `str()` says which part."""
