"""What a person reads where a request is refused."""

from app.room.errors import Reason

SENTENCES: dict[Reason, str] = {
    Reason.UNAUTHORIZED_COMMAND: "Only the host can do that in this room.",
    Reason.WRONG_PASSWORD: "That is not the password of this room. Ask your friends for it.",
    Reason.BANNED: "You were removed from this room by its host.",
    Reason.INVALID_COMMAND: "That was not understood, so nothing was changed.",
    Reason.ROOM_ENDED: "This room has ended.",
    Reason.ROOM_EXPIRED: "The time of this room is over. Start a new one.",
    Reason.ROOM_FULL: "This room is full.",
    Reason.RATE_LIMITED: "That was a little fast. Try again in a moment.",
    Reason.NOT_FOUND: "That is not here any more.",
    Reason.CONFLICT: "Somebody else was quicker, so nothing was changed.",
    Reason.STALE: "The room had gone on by then, so what you asked for was left out.",
    Reason.TOO_LARGE: "That is too large.",
    Reason.UNAVAILABLE: "The room could not keep that just now. Try again.",
}
