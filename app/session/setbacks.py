"""Requests for a way in that came to nothing, and words that cannot be read: what is told, what is tried again, and
when it is over.
"""

from typing import TYPE_CHECKING

from app.room.messages import SyncRequest
from app.session import effects as ef
from app.session import events as ev
from app.session.effects import Effect
from app.session.picture import Link, Notice, Screen, Trouble
from app.session.refusals import ENTRY_TROUBLES, FINAL_TROUBLES, LINE_TROUBLES, notice_of

if TYPE_CHECKING:
    from app.session.entrance import Entrance

# What has a screen to itself; before a full room one may wait and try again.
_OWN_SCREEN = FINAL_TROUBLES | {Trouble.ROOM_FULL}
# Nobody answers, or somebody else: a host of files that knows nothing of rooms.
_NO_SERVER = ("unreachable", "unreadable")
_OVER = ("room_ended", "room_expired")


class Setbacks:
    """Private to the entrance."""

    def __init__(self, entrance: "Entrance") -> None:
        self._entrance = entrance

    def failed(self, event: ev.RequestFailed, now: float) -> list[Effect]:
        """A request came to nothing. One that a newer request has overtaken is of no interest, nor is one about a room
        that we have left since."""
        entrance = self._entrance
        if isinstance(event.asked, ef.AskTicket):
            return self._ticket_refused(event.asked.seat, event.code, now)
        self._aside(event)
        if event.asked != entrance.asked:
            return []
        entrance.busy, told = False, notice_of(event)
        trouble = told.trouble
        coming_again = entrance.line.state is not Link.NONE
        if coming_again and trouble in LINE_TROUBLES:
            entrance.line.wait(now)
            return []
        entrance.notice = told
        if coming_again and trouble is Trouble.WRONG_PASSWORD:
            # Our place is gone, and this page has not been told the password.
            entrance.at_the_door()
            entrance.busy = False
        elif coming_again and trouble is Trouble.ROOM_FULL:
            entrance.line.wait(now)
        elif coming_again or (trouble in _OWN_SCREEN and entrance.screen is not Screen.HOME):
            entrance.close_for(trouble)
        return []

    def _aside(self, event: ev.RequestFailed) -> None:
        """Requests of the host and of the first screen."""
        match event.asked:
            case ef.AskRooms():
                self._entrance.unserved = event.code in _NO_SERVER
            case ef.SetRoomPassword(seat=seat) | ef.RenewRoomLink(seat=seat) if self._is_ours(seat):
                self._entrance.notice = Notice(Trouble.REFUSED, event.code)

    def unreadable(self, event: ev.MessageUnreadable, now: float) -> list[Effect]:
        """Ask for the whole room, once until something can be read again. A server whose first word, asked again,
        cannot be read either speaks another language."""
        entrance = self._entrance
        log = ef.Log(f"The server said what cannot be read: {event.why}")
        entrance.line.unreadable_in_a_row += 1
        if entrance.line.unreadable_in_a_row == 1:
            return [log, ef.SendToServer(SyncRequest())]
        if entrance.line.state is Link.UP:
            return [log]
        entrance.close_for(Trouble.SERVER_STRANGE)
        return [log, ef.CloseSocket()]

    def _is_ours(self, seat: ev.Seat) -> bool:
        mine = self._entrance.seat
        return mine is not None and (seat.code, seat.member) == (mine.code, mine.member)

    def _ticket_refused(self, seat: ev.Seat, code: str, now: float) -> list[Effect]:
        entrance = self._entrance
        if not self._is_ours(seat) or entrance.line.state in (Link.UP, Link.NONE):
            return []
        entrance.busy = False
        if code in (*_OVER, "not_found", "unauthorized_command"):
            entrance.seat = None
            return [ef.ForgetSeat(seat.code), *self._come_again(code, now)]
        entrance.line.wait(now)
        return []

    def _come_again(self, code: str, now: float) -> list[Effect]:
        """Our place is gone; with the invite we can take a new one."""
        entrance = self._entrance
        if code in _OVER or entrance.invite is None:
            entrance.close_for(ENTRY_TROUBLES[code] if code in _OVER else Trouble.NO_SUCH_ROOM)
            return []
        if not entrance.name:
            entrance.screen = Screen.ARRIVING
            entrance.line.end()
            return [entrance.ask(ef.AskCard(entrance.invite.code))]
        entrance.asked = entrance.way_in(entrance.invite)
        return entrance.knock(now)
