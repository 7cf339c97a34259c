"""Seats."""

from app.room.codec import encode
from app.room.messages import Pong
from signalling.seats import Seats
from tests.unit.signalling.fakes import FakeLink


def frame(number: float) -> bytes:
    return encode(Pong(number, 0.0, 0.0)).encode()


def test_nothing_is_said_before_the_welcome() -> None:
    seats, link = Seats(), FakeLink()
    seats.take("ada", link)
    seats.tell_all(frame(1))
    assert not seats.tell("ada", frame(2))
    seats.welcome("ada", link, frame(3))
    seats.tell_all(frame(4))
    assert seats.tell("ada", frame(5))
    assert [message.t0 for message in link.heard if isinstance(message, Pong)] == [3, 4, 5]
    assert not seats.tell("nobody", frame(6))


def test_the_newest_connection_has_the_seat() -> None:
    seats, old, new = Seats(), FakeLink(), FakeLink()
    seats.take("ada", old)
    seats.welcome("ada", old, frame(1))
    seats.take("ada", new)
    assert (old.code, new.code) == (4009, None)
    assert (seats.holds("ada", old), seats.holds("ada", new), seats.holds("ben", new)) == (False, True, False)
    seats.welcome("ada", old, frame(2))
    assert not seats.tell("ada", frame(3))
    assert not seats.give_back("ada", old)
    assert "ada" in seats
    assert seats.give_back("ada", new)
    assert "ada" not in seats
    assert not seats.give_back("ada", new)


def test_the_worst_round_trip_is_of_those_connected() -> None:
    seats, ada, ben = Seats(), FakeLink(), FakeLink()
    assert seats.worst_rtt_s == 0.0
    seats.take("ada", ada)
    seats.take("ben", ben)
    seats.measured("ada", 0.2)
    seats.measured("ben", 0.1)
    seats.measured("nobody", 9.0)
    assert seats.worst_rtt_s == 0.2
    seats.give_back("ada", ada)
    assert seats.worst_rtt_s == 0.1


def test_dismissing() -> None:
    seats, ada, ben = Seats(), FakeLink(), FakeLink()
    seats.take("ada", ada)
    seats.take("ben", ben)
    seats.dismiss("nobody", 1000, "")
    seats.dismiss("ada", 1000, "left")
    seats.dismiss_all(4004, "ended")
    assert (ada.closed, ben.closed) == ((1000, "left"), (4004, "ended"))
