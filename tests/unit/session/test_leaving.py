"""What stays behind when a person goes elsewhere. Page time in seconds."""

from app.peers.negotiation import ClosePeer
from app.room.errors import CloseCode, Reason
from app.room.messages import Pause
from app.session import events as ev
from app.session.effects import AskRooms
from app.session.leaving import Leaving
from app.session.picture import Notice, Screen, Trouble
from tests.unit.session.parts import CODE, FILM, NOW, SEAT, SECRET, Parts, inside

CHOSEN = ev.FilmChosen("file", FILM.name, FILM.size, FILM.mime)
ELSEWHERE = "XYZ789"
MADE = ev.RoomCreated(ev.Seat(ELSEWHERE, "ben", "r" * 22), SECRET, "ticket")


class Gone:
    """A session's parts in a room, or at home, with the part that sees to leaving."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.it = Leaving(parts.entrance, parts.company, parts.exchange, parts.told, parts.bringing)

    @property
    def is_preparing(self) -> bool:
        return self.parts.exchange.preparation.current is not None

    def choose(self) -> None:
        self.parts.bringing.chosen(CHOSEN, NOW)
        assert self.is_preparing
        assert self.it.look(NOW) == []

    def start(self) -> None:
        self.parts.entrance.start(ev.StartPressed("Ben"), NOW)

    def open(self, code: str = ELSEWHERE, seat: ev.Seat | None = None) -> None:
        self.parts.entrance.opened(ev.FragmentChanged(f"{code}.{SECRET}", seat), NOW)


def in_a_room() -> Gone:
    """In a room, with a file in work, and with a refusal that was told."""
    parts = inside(me="ben")
    parts.entrance.opened(ev.FragmentChanged(f"{CODE}.{SECRET}", SEAT), NOW)
    gone = Gone(parts)
    gone.choose()
    gone.parts.told.refused(Reason.RATE_LIMITED, Pause())
    return gone


def test_who_stays_leaves_nothing() -> None:
    gone = in_a_room()
    assert gone.it.look(NOW) == []
    assert gone.is_preparing
    assert gone.parts.company.room is not None


def test_another_room_is_elsewhere_though_the_screen_is_the_same() -> None:
    gone = in_a_room()
    gone.open(ELSEWHERE, ev.Seat(ELSEWHERE, "ben", "r" * 22))
    assert gone.parts.entrance.screen is Screen.ROOM
    assert ClosePeer("cy") in gone.it.look(NOW)
    assert (gone.parts.company.room, gone.parts.told.refusal, gone.is_preparing) == (None, None, False)
    assert gone.it.look(NOW) == []


def test_a_room_that_is_over_is_left_at_once_and_home_after_it() -> None:
    gone = in_a_room()
    gone.parts.entrance.line.connecting(NOW)
    gone.parts.entrance.socket_closed(ev.SocketClosed(CloseCode.GONE), NOW)
    assert AskRooms() not in gone.it.look(NOW)
    assert (gone.parts.company.room, gone.is_preparing) == (None, False)
    gone.parts.entrance.leave(ev.LeavePressed(), NOW)
    assert gone.it.look(NOW) == [AskRooms()]
    assert gone.it.look(NOW) == []


def test_a_room_that_another_tab_has_is_let_go_and_not_left() -> None:
    gone = in_a_room()
    gone.parts.entrance.socket_closed(ev.SocketClosed(CloseCode.REPLACED), NOW)
    assert ClosePeer("cy") in gone.it.look(NOW)
    assert (gone.parts.company.room, gone.is_preparing) == (None, True)
    assert gone.parts.told.refusal == Notice(Trouble.REFUSED, Reason.RATE_LIMITED)
    gone.parts.entrance.retry(ev.RetryPressed(), NOW)
    assert gone.it.look(NOW) == []
    assert gone.is_preparing


def test_what_was_chosen_at_home_goes_into_the_room_that_is_made() -> None:
    gone = Gone(Parts())
    gone.choose()
    assert gone.it.handlers()[ev.RoomCreated](MADE, NOW)
    assert gone.it.look(NOW) == []
    assert (gone.parts.entrance.place, gone.is_preparing) == (ELSEWHERE, True)


def test_what_was_chosen_at_home_goes_into_no_room_of_a_link() -> None:
    gone = Gone(Parts())
    gone.choose()
    gone.open()
    gone.it.look(NOW)
    assert not gone.is_preparing


def test_what_was_chosen_at_a_door_goes_into_no_room_that_is_made_instead() -> None:
    gone = Gone(Parts())
    gone.open()
    gone.it.look(NOW)
    gone.choose()
    gone.start()
    gone.it.created(ev.RoomCreated(SEAT, SECRET, "ticket"), NOW)
    gone.it.look(NOW)
    assert (gone.parts.entrance.place, gone.is_preparing) == (CODE, False)
