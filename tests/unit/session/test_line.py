"""The WebSocket's state."""

from app.session.line import ANSWER_WITHIN_S, SILENT_S, Line
from app.session.picture import Link


def line() -> Line:
    return Line(lambda: 0.5)


def test_an_answer_that_does_not_come_is_asked_for_again() -> None:
    of = line()
    of.connecting(10.0)
    assert of.state is Link.CONNECTING
    assert of.retry_at is None
    assert not of.is_due(10.0 + ANSWER_WITHIN_S - 0.1)
    assert of.is_due(10.0 + ANSWER_WITHIN_S)
    assert of.next_wake() == 10.0 + ANSWER_WITHIN_S


def test_waits_grow_until_it_is_up() -> None:
    of = line()
    waits = []
    for _ in range(3):
        of.wait(10.0)
        assert of.retry_at is not None
        waits.append(of.retry_at - 10.0)
    assert waits == [0.25, 0.5, 1.0]
    of.up()
    assert (of.state, of.retry_at, of.next_wake()) == (Link.UP, None, None)
    of.wait(10.0)
    assert of.retry_at == 10.25


def test_silence_after_a_ping_is_death() -> None:
    of = line()
    of.up()
    of.pinged(10.0)
    of.pinged(12.0)
    assert of.next_wake() == 10.0 + SILENT_S
    assert not of.is_dead(17.9)
    assert of.is_dead(10.0 + SILENT_S)
    of.heard()
    assert not of.is_dead(100.0)


def test_once_it_is_not_wanted_nothing_is_due() -> None:
    of = line()
    of.wait(10.0)
    of.end()
    assert of.state is Link.NONE
    assert of.next_wake() is None
    assert not of.is_due(1e9)
