"""Why something is refused, and why a connection ends: the codes that travel."""

from enum import StrEnum


class Reason(StrEnum):
    """Refusal and error codes of the protocol."""

    UNAUTHORIZED_COMMAND = "unauthorized_command"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105
    BANNED = "banned"
    INVALID_COMMAND = "invalid_command"
    ROOM_ENDED = "room_ended"
    ROOM_EXPIRED = "room_expired"
    ROOM_FULL = "room_full"
    RATE_LIMITED = "rate_limited"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    STALE = "stale"
    TOO_LARGE = "too_large"
    UNAVAILABLE = "unavailable"


class CloseCode:
    """WebSocket close codes that mean something to the client."""

    LEFT = 1000  # the normal closure of RFC 6455: this member has left
    TICKET = 4001
    VERSION = 4002
    KICKED = 4003
    GONE = 4004
    EXPIRED = 4005
    TOO_SLOW = 4008
    REPLACED = 4009
    BAD_MESSAGE = 4010
    RATE = 4029
    RESTART = 1012


# After these a client must not come back by itself: the answer would be the same.
FINAL_CLOSE_CODES = frozenset(
    {
        CloseCode.LEFT,
        CloseCode.VERSION,
        CloseCode.KICKED,
        CloseCode.GONE,
        CloseCode.EXPIRED,
        CloseCode.REPLACED,
        CloseCode.BAD_MESSAGE,
    }
)


class BadMessage(Exception):
    """A message of the far side that does not fit the protocol; `str()` says which part."""
