"""What the server's refusals and close codes mean to a person."""

from app.room.errors import CloseCode
from app.session.picture import Trouble

ENTRY_TROUBLES = {
    "not_found": Trouble.NO_SUCH_ROOM,
    "room_ended": Trouble.ROOM_ENDED,
    "room_full": Trouble.ROOM_FULL,
    "unauthorized_command": Trouble.WRONG_LINK,
    "unreachable": Trouble.SERVER_UNREACHABLE,
}
CLOSE_TROUBLES = {
    CloseCode.LEFT: Trouble.LEFT,
    CloseCode.VERSION: Trouble.NEW_VERSION,
    CloseCode.GONE: Trouble.ROOM_ENDED,
    CloseCode.REPLACED: Trouble.REPLACED,
    CloseCode.BAD_MESSAGE: Trouble.SERVER_STRANGE,
}
FINAL_TROUBLES = frozenset({Trouble.NO_SUCH_ROOM, Trouble.ROOM_ENDED})
