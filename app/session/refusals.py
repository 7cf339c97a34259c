"""What the server's refusals and close codes mean to a person."""

from math import ceil

from app.room.errors import CloseCode
from app.session.effects import CreateRoom, Effect
from app.session.events import RequestFailed
from app.session.picture import Notice, Trouble

ENTRY_TROUBLES = {
    "not_found": Trouble.NO_SUCH_ROOM,
    "room_ended": Trouble.ROOM_ENDED,
    "room_expired": Trouble.ROOM_EXPIRED,
    "room_full": Trouble.ROOM_FULL,
    "unauthorized_command": Trouble.WRONG_LINK,
    "wrong_password": Trouble.WRONG_PASSWORD,
    "banned": Trouble.PUT_OUT,
    "unavailable": Trouble.SERVER_BUSY,
    "rate_limited": Trouble.TOO_OFTEN,
    "unreachable": Trouble.SERVER_UNREACHABLE,
}
CLOSE_TROUBLES = {
    CloseCode.LEFT: Trouble.LEFT,
    CloseCode.VERSION: Trouble.NEW_VERSION,
    CloseCode.KICKED: Trouble.PUT_OUT,
    CloseCode.GONE: Trouble.ROOM_ENDED,
    CloseCode.EXPIRED: Trouble.ROOM_EXPIRED,
    CloseCode.REPLACED: Trouble.REPLACED,
    CloseCode.BAD_MESSAGE: Trouble.SERVER_STRANGE,
}
# After these there is no coming back to our place.
LOST_PLACES = frozenset({CloseCode.GONE, CloseCode.EXPIRED, CloseCode.KICKED})
FINAL_TROUBLES = frozenset({Trouble.NO_SUCH_ROOM, Trouble.ROOM_ENDED, Trouble.ROOM_EXPIRED, Trouble.PUT_OUT})
# Once they have closed the screen, this page has no way back into the room.
NO_WAY_BACK = FINAL_TROUBLES | {Trouble.LEFT, Trouble.WRONG_LINK}
# Of these the lost line's own words tell enough: it is tried again.
LINE_TROUBLES = frozenset({Trouble.SERVER_UNREACHABLE, Trouble.SERVER_BUSY, Trouble.TOO_OFTEN, Trouble.SERVER_STRANGE})
_MINUTE_S = 60


def entry_trouble(asked: Effect, code: str) -> Trouble:
    """What it means that the request was refused for that reason."""
    if isinstance(asked, CreateRoom) and code == "unauthorized_command":
        # There is no link yet that could be wrong: the server refuses the page's own address.
        return Trouble.FOREIGN_ADDRESS
    return ENTRY_TROUBLES.get(code, Trouble.SERVER_STRANGE)


def notice_of(failed: RequestFailed) -> Notice:
    """What is told of it: with the reason, or with the minutes that are left until it may be asked again."""
    trouble = entry_trouble(failed.asked, failed.code)
    minutes = str(max(1, ceil(failed.wait_s / _MINUTE_S)))
    return Notice(trouble, minutes if trouble is Trouble.TOO_OFTEN else failed.code)
