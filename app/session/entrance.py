"""Getting in and staying connected: invite, seat, ticket, socket, and what to do when any of them fails.

Laws: a lost connection is tried again with exponential back-off and full jitter until the server says that it is no
use; so is a lost place, by the invite. A seat survives reloads. Times are the page's, in seconds.
"""

from collections.abc import Callable
from dataclasses import replace

from app.room.errors import FINAL_CLOSE_CODES
from app.room.messages import PROTOCOL_VERSION, Hello
from app.session import effects as ef
from app.session import events as ev
from app.session.effects import Effect, Handler
from app.session.invite import Invite, parse
from app.session.line import Line
from app.session.picture import Card, Link, Notice, Screen, Trouble
from app.session.refusals import CLOSE_TROUBLES, FINAL_TROUBLES, LINE_TROUBLES, LOST_PLACES, entry_trouble

DEFAULT_HOST_NAME = "Host"
DEFAULT_GUEST_NAME = "Guest"


class Entrance:
    """Mutable, and private to the session. `spread` gives a number from 0 up to 1 by chance."""

    def __init__(self, spread: Callable[[], float]) -> None:
        self.line = Line(spread)
        self.screen = Screen.HOME
        self.name = ""
        self.invite: Invite | None = None
        self.card: Card | None = None
        self.notice: Notice | None = None
        self.busy = False
        self._seat: ev.Seat | None = None
        self._ticket = ""
        self._asked: Effect | None = None

    def handlers(self) -> dict[type, Handler]:
        """What this part does about which event."""
        return {
            ev.PageOpened: self.opened,
            ev.FragmentChanged: self.opened,
            ev.LinkEntered: self.link_entered,
            ev.StartPressed: self.start,
            ev.JoinPressed: self.join,
            ev.LeavePressed: self.leave,
            ev.RetryPressed: self.retry,
            ev.CardReceived: self.carded,
            ev.RoomCreated: self.created,
            ev.SeatTaken: self.seated,
            ev.RequestFailed: self.failed,
            ev.SocketOpened: self.socket_opened,
            ev.SocketClosed: self.socket_closed,
            ev.NetworkChanged: self.network_changed,
        }

    # --- the person

    def opened(self, event: ev.PageOpened | ev.FragmentChanged, now: float) -> list[Effect]:
        """The page is up, or was pointed at another invite."""
        if isinstance(event, ev.PageOpened):
            self.name = event.name
        leaving = self._let_go()
        if not event.fragment:
            self.screen = Screen.HOME
            return leaving
        self.invite = parse(event.fragment)
        if self.invite is None:
            self.screen, self.notice = Screen.HOME, Notice(Trouble.BAD_LINK)
            return leaving
        self._seat = event.seat
        if event.seat is not None:
            self.screen, self.busy = Screen.ROOM, True
            self.invite = Invite(self.invite.code, event.seat.link_secret or self.invite.link_secret)
            own: list[Effect] = [ef.ShowAddress(self.invite.fragment)] * (self.invite.fragment != event.fragment)
            return [*leaving, *self._knock(now), *own]
        self.screen = Screen.ARRIVING
        return [*leaving, self._ask(ef.AskCard(self.invite.code))]

    def link_entered(self, event: ev.LinkEntered, now: float) -> list[Effect]:
        """An invite was pasted."""
        invite = parse(event.text)
        if invite is None:
            self.notice = Notice(Trouble.BAD_LINK)
            return []
        return [ef.FollowLink(invite.fragment)]

    def start(self, event: ev.StartPressed, now: float) -> list[Effect]:
        """A room of our own."""
        if self.busy:
            return []
        self.name = event.name.strip() or self.name or DEFAULT_HOST_NAME
        return [ef.RememberName(self.name), self._ask(ef.CreateRoom(self.name))]

    def join(self, event: ev.JoinPressed, now: float) -> list[Effect]:
        """Into the room of the invite."""
        if self.busy or self.invite is None:
            return []
        self.name = event.name.strip() or self.name or DEFAULT_GUEST_NAME
        asked = ef.JoinRoom(self.invite.code, self.invite.link_secret, self.name)
        return [ef.RememberName(self.name), self._ask(asked)]

    def leave(self, _: ev.LeavePressed, now: float) -> list[Effect]:
        """Home, for good. If another tab has our place it keeps it."""
        seat = self._seat if self.line.state is not Link.NONE else None
        effects = self._let_go()
        self.screen, self.invite = Screen.HOME, None
        given_up: list[Effect] = [ef.GiveUpSeat(seat), ef.ForgetSeat(seat.code)] if seat else []
        return [*given_up, *effects, ef.ShowAddress("")]

    def retry(self, _: ev.RetryPressed, now: float) -> list[Effect]:
        """Now rather than later; or this tab instead of the other one."""
        self.notice = None
        if self._seat is not None and self.line.state is not Link.UP:
            self.screen, self.busy = Screen.ROOM, True
            return self._knock(now)
        if self._asked is None or self.busy:
            return []
        return self._knock(now) if self.line.state is Link.WAITING else [self._ask(self._asked)]

    def _ask(self, request: Effect) -> Effect:
        """Wait for the answer to `request`; if there is none it can be asked again. Nobody waits for a card to join."""
        self.notice, self._asked = None, request
        self.busy = not isinstance(request, ef.AskCard)
        return request

    # --- the server's answers

    def carded(self, event: ev.CardReceived, now: float) -> list[Effect]:
        """What a guest may know, of the room whose link this is."""
        if self.invite is None or event.code != self.invite.code:
            return []
        self.card = Card(event.title, event.names, event.film)
        return []

    def created(self, event: ev.RoomCreated, now: float) -> list[Effect]:
        """Our room exists."""
        if not isinstance(self._asked, ef.CreateRoom):
            return [ef.GiveUpSeat(event.seat)]
        self.invite = Invite(event.seat.code, event.link_secret)
        return [ef.ShowAddress(self.invite.fragment), *self._take(event.seat, event.ticket, now)]

    def seated(self, event: ev.SeatTaken, now: float) -> list[Effect]:
        """We have a place, and a ticket for the socket; unless the person went elsewhere meanwhile."""
        joined = isinstance(self._asked, ef.JoinRoom) and self._asked.code == event.seat.code
        if event.seat == self._seat or (joined and not event.again):
            return self._take(event.seat, event.ticket, now)
        return [] if event.again else [ef.GiveUpSeat(event.seat)]

    def _take(self, seat: ev.Seat, ticket: str, now: float) -> list[Effect]:
        secret = self.invite.link_secret if self.invite else ""
        self._seat, self._ticket, self._asked = replace(seat, link_secret=secret), ticket, None
        self.screen = Screen.ROOM
        self.line.connecting(now)
        return [ef.RememberSeat(self._seat), ef.OpenSocket()]

    def failed(self, event: ev.RequestFailed, now: float) -> list[Effect]:
        """A request came to nothing. One that a newer request has overtaken is of no interest."""
        if event.asked == ef.AskTicket.__name__:
            return self._ticket_refused(event.code, now)
        if event.asked != type(self._asked).__name__:
            return []
        self.busy = False
        trouble = entry_trouble(event.asked, event.code)
        coming_again = self.line.state is not Link.NONE
        if coming_again and trouble in LINE_TROUBLES:
            self.line.wait(now)
            return []
        self.notice = Notice(trouble, event.code)
        if coming_again and trouble is Trouble.ROOM_FULL:
            self.line.wait(now)
        elif coming_again or (trouble in FINAL_TROUBLES and self.screen is not Screen.HOME):
            self.close_for(trouble)
        return []

    def _ticket_refused(self, code: str, now: float) -> list[Effect]:
        if self._seat is None:
            return []
        self.busy = False
        if code in ("room_ended", "not_found", "unauthorized_command"):
            gone = self._seat.code
            self._seat = None
            return [ef.ForgetSeat(gone), *self._come_again(code, now)]
        self.line.wait(now)
        return []

    def _come_again(self, code: str, now: float) -> list[Effect]:
        """Our place is gone; with the invite we can take a new one."""
        if code == "room_ended" or self.invite is None:
            self.close_for(Trouble.ROOM_ENDED if code == "room_ended" else Trouble.NO_SUCH_ROOM)
            return []
        if not self.name:
            self.screen = Screen.ARRIVING
            self.line.end()
            return [self._ask(ef.AskCard(self.invite.code))]
        self._asked = ef.JoinRoom(self.invite.code, self.invite.link_secret, self.name)
        return self._knock(now)

    # --- the socket

    def socket_opened(self, _: ev.SocketOpened, now: float) -> list[Effect]:
        """Hello is the first word."""
        return [ef.SendToServer(Hello(PROTOCOL_VERSION, self._ticket))]

    def ready(self) -> None:
        """The server has let us in."""
        self.line.up()
        self.busy, self.card = False, None
        if self.notice and self.notice.trouble in LINE_TROUBLES | {Trouble.ROOM_FULL}:
            self.notice = None

    def socket_closed(self, event: ev.SocketClosed, now: float) -> list[Effect]:
        """The socket is down: for good, or to be tried again."""
        if self.screen is not Screen.ROOM or self.line.state is Link.NONE:
            return []
        if event.code in FINAL_CLOSE_CODES:
            self.close_for(CLOSE_TROUBLES.get(event.code, Trouble.LEFT))
            return [ef.ForgetSeat(self._seat.code)] if event.code in LOST_PLACES and self._seat else []
        self.line.wait(now)
        return []

    def network_changed(self, event: ev.NetworkChanged, now: float) -> list[Effect]:
        """The machine is back on a network: no need to wait."""
        return self._knock(now) if event.online and self.line.state is Link.WAITING else []

    def tick(self, now: float) -> list[Effect]:
        """Time to try again, if it is; or to give up a line that is dead."""
        if self.line.is_dead(now):
            self.line.wait(now)
            return [ef.CloseSocket()]
        return self._knock(now) if self.line.is_due(now) else []

    def _knock(self, now: float) -> list[Effect]:
        self.line.connecting(now)
        if self._seat is not None:
            return [ef.AskTicket(self._seat)]
        self.busy = True
        return [self._asked] if self._asked is not None else []

    def close_for(self, trouble: Trouble) -> None:
        """The evening is over here, for that reason."""
        self.line.end()
        self.screen, self.busy, self.notice = Screen.CLOSED, False, Notice(trouble)

    def _let_go(self) -> list[Effect]:
        connected = self._seat is not None
        self._seat, self._asked, self.card, self.notice, self.busy = None, None, None, None, False
        self.line.end()
        return [ef.CloseSocket()] if connected else []
