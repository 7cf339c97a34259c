"""Getting in and staying connected: invite, seat, ticket, socket, and what to do when any of them fails.

Laws: a lost connection is tried again with exponential back-off and full jitter until the server says that it is no
use; so is a lost place, by the invite. A seat survives reloads. Times are the page's, in seconds.
"""

from collections.abc import Callable
from dataclasses import replace

from app.room.errors import FINAL_CLOSE_CODES
from app.session import effects as ef
from app.session import events as ev
from app.session.effects import Effect, Handler
from app.session.invite import Invite, parse
from app.session.line import Line
from app.session.picture import Card, Link, Notice, Screen, Trouble
from app.session.refusals import CLOSE_TROUBLES, LINE_TROUBLES, LOST_PLACES, NO_WAY_BACK
from app.session.setbacks import Setbacks

DEFAULT_HOST_NAME = "Host"
DEFAULT_GUEST_NAME = "Guest"


class Entrance:
    """Mutable, and private to the session. `spread` gives a number from 0 up to 1 by chance. `unserved`: the first
    screen has found no server."""

    def __init__(self, spread: Callable[[], float]) -> None:
        self.line = Line(spread)
        self.screen = Screen.HOME
        self.name = ""
        self.invite: Invite | None = None
        self.card: Card | None = None
        self.notice: Notice | None = None
        self.busy = self.unserved = False
        self.seat: ev.Seat | None = None
        self.ticket = ""
        self._passwords: dict[str, str] = {}
        self.asked: Effect | None = None
        self.setbacks = Setbacks(self)

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
            ev.RoomCreated: self.created,
            ev.SeatTaken: self.seated,
            ev.RequestFailed: self.setbacks.failed,
            ev.MessageUnreadable: self.setbacks.unreadable,
            ev.SocketClosed: self.socket_closed,
            ev.NetworkChanged: self.network_changed,
        }

    @property
    def place(self) -> str:
        """The code of the room that we are in or may yet come into; empty at home, and where a room is over."""
        at_its_door = self.seat is not None or isinstance(self.asked, ef.JoinRoom)
        none = self.screen is Screen.HOME or (self.screen is Screen.CLOSED and not at_its_door)
        return "" if none or self.invite is None else self.invite.code

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
        self.seat = event.seat
        if event.seat is not None:
            self.screen, self.busy = Screen.ROOM, True
            self.invite = Invite(self.invite.code, event.seat.link_secret or self.invite.link_secret)
            own: list[Effect] = [ef.ShowAddress(self.invite.fragment)] * (self.invite.fragment != event.fragment)
            return [*leaving, *self.knock(now), *own]
        self.screen = Screen.ARRIVING
        return [*leaving, self.ask(ef.AskCard(self.invite.code))]

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
        if self.screen is Screen.CLOSED:
            self.seat = None
        return [ef.RememberName(self.name), self.ask(ef.CreateRoom(self.name))]

    def join(self, event: ev.JoinPressed, now: float) -> list[Effect]:
        """Into the room of the invite."""
        if self.busy or self.invite is None:
            return []
        self.name = event.name.strip() or self.name or DEFAULT_GUEST_NAME
        self._passwords[self.invite.code] = event.password
        return [ef.RememberName(self.name), self.ask(self.way_in(self.invite))]

    def way_in(self, invite: Invite) -> ef.JoinRoom:
        """The request that takes us into that room, under our name."""
        return ef.JoinRoom(invite.code, invite.link_secret, self.name, self._passwords.get(invite.code, ""))

    def leave(self, _: ev.LeavePressed, now: float) -> list[Effect]:
        """Home, for good. If another tab has our place it keeps it."""
        seat = self.seat if self.line.state is not Link.NONE else None
        effects = self._let_go()
        self.screen = Screen.HOME
        given_up: list[Effect] = [ef.GiveUpSeat(seat), ef.ForgetSeat(seat.code)] if seat else []
        return [*given_up, *effects, ef.ShowAddress("")]

    def retry(self, _: ev.RetryPressed, now: float) -> list[Effect]:
        """Now rather than later; or this tab instead of the other one."""
        self.notice = None
        if self.seat is not None and self.line.state is not Link.UP:
            self.screen, self.busy = Screen.ROOM, True
            return self.knock(now)
        if self.asked is None or self.busy:
            return []
        if self.screen is Screen.CLOSED and isinstance(self.asked, ef.JoinRoom):
            self.screen = Screen.ARRIVING
        return self.knock(now) if self.line.state is Link.WAITING else [self.ask(self.asked)]

    def ask(self, request: Effect) -> Effect:
        """Wait for the answer to `request`; if there is none it can be asked again. Nobody waits for a card to join."""
        self.notice, self.asked = None, request
        self.busy = not isinstance(request, ef.AskCard)
        return request

    # --- the server's answers

    def carded(self, event: ev.CardReceived) -> None:
        """What a guest may know, of the room whose link this is."""
        if self.invite is not None and event.code == self.invite.code:
            knocks = not event.public and not self.invite.link_secret
            self.card = Card(event.title, event.names, event.film, event.needs_password, knocks, full=event.full)

    def created(self, event: ev.RoomCreated, now: float) -> list[Effect]:
        """Our room exists."""
        if not isinstance(self.asked, ef.CreateRoom):
            return [ef.GiveUpSeat(event.seat)]
        self.invite = Invite(event.seat.code, event.link_secret)
        return [ef.ShowAddress(self.invite.fragment), *self.take(event.seat, event.ticket, now)]

    def seated(self, event: ev.SeatTaken, now: float) -> list[Effect]:
        """We have a place, and a ticket for the socket; unless the person went elsewhere meanwhile."""
        if event.seat == self.seat or (self.wants(event.seat.code) and not event.again):
            return self.take(event.seat, event.ticket, now)
        return [] if event.again else [ef.GiveUpSeat(event.seat)]

    def wants(self, code: str) -> bool:
        """Whether we have asked to come into that room, and have not gone elsewhere since."""
        return isinstance(self.asked, ef.JoinRoom) and self.asked.code == code

    def at_the_door(self) -> None:
        """Somebody inside has to let us in."""
        self.screen, self.busy = Screen.ARRIVING, True
        self.line.end()

    def invite_is(self, invite: Invite) -> list[Effect]:
        """That is the way into the room we are in, from now on."""
        self.invite = invite
        if self.seat is None:
            return []
        self.seat = replace(self.seat, link_secret=invite.link_secret)
        return [ef.RememberSeat(self.seat), ef.ShowAddress(invite.fragment)]

    def take(self, seat: ev.Seat, ticket: str, now: float) -> list[Effect]:
        """A place in the room is ours."""
        secret = self.invite.link_secret if self.invite else ""
        self.seat, self.ticket, self.asked = replace(seat, link_secret=secret), ticket, None
        self.screen = Screen.ROOM
        self.line.connecting(now)
        return [ef.RememberSeat(self.seat), ef.OpenSocket()]

    # --- the socket

    def ready(self) -> None:
        """The server has let us in."""
        self.line.up()
        self.busy, self.unserved, self.card = False, False, None
        if self.notice and self.notice.trouble in LINE_TROUBLES | {Trouble.ROOM_FULL}:
            self.notice = None

    def socket_closed(self, event: ev.SocketClosed, now: float) -> list[Effect]:
        """The socket is down: for good, or to be tried again."""
        if self.screen is not Screen.ROOM or self.line.state is Link.NONE:
            return []
        if event.code in FINAL_CLOSE_CODES:
            lost = self.seat if event.code in LOST_PLACES else None
            self.close_for(CLOSE_TROUBLES.get(event.code, Trouble.LEFT))
            return [ef.ForgetSeat(lost.code)] if lost else []
        self.line.wait(now)
        return []

    def network_changed(self, event: ev.NetworkChanged, now: float) -> list[Effect]:
        """The machine is back on a network: no need to wait."""
        return self.knock(now) if event.online and self.line.state is Link.WAITING else []

    def tick(self, now: float) -> list[Effect]:
        """Time to try again, if it is; or to give up a line that is dead."""
        if self.line.is_dead(now):
            self.line.wait(now)
            return [ef.CloseSocket()]
        return self.knock(now) if self.line.is_due(now) else []

    def knock(self, now: float) -> list[Effect]:
        """Ask for our place again, or for another one."""
        self.line.connecting(now)
        if self.seat is not None:
            return [ef.AskTicket(self.seat)]
        self.busy = True
        return [self.asked] if self.asked is not None else []

    def close_for(self, trouble: Trouble) -> None:
        """The evening is over here, for that reason. What no way leads back into is not asked for again."""
        self.line.end()
        if trouble in NO_WAY_BACK:
            self.seat = self.asked = None
        self.screen, self.busy, self.notice = Screen.CLOSED, False, Notice(trouble)

    def _let_go(self) -> list[Effect]:
        connected = self.seat is not None
        self.seat = self.invite = self.asked = self.card = self.notice = None
        self.busy = False
        self.line.end()
        return [ef.CloseSocket()] if connected else []
