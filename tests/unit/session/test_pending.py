"""One command that the server has not answered. Room time in seconds."""

from dataclasses import replace

import pytest

from app.room.messages import Chat, Command, Do, Pause, Play, Seek, SetRate, Skip
from app.session.effects import SendToServer
from app.session.pending import AGAIN_AT_ONCE, HEARD_WITHIN_S, Pending, asked_again

HELD = Pending("c1", Seek(10.0), 100.0, 7, sent=False)


def test_it_goes_out_with_what_its_asker_had_seen() -> None:
    assert HELD.asked == SendToServer(Do("c1", Seek(10.0), 7))


@pytest.mark.parametrize(
    ("held", "then", "gives_way"),
    [
        (Seek(10.0), Seek(20.0), True),
        (SetRate(1.5), SetRate(2.0), True),
        (Seek(10.0), SetRate(2.0), False),
        (Pause(), Pause(), False),
        (Play(), Play(), False),
    ],
    ids=str,
)
def test_only_the_last_of_those_that_say_where_to_counts(held: Command, then: Command, gives_way: bool) -> None:
    pending = replace(HELD, command=held)
    assert pending.gives_way_to(then) == gives_way
    assert not replace(pending, sent=True).gives_way_to(then)


@pytest.mark.parametrize("command", [Play(), SetRate(2.0)], ids=str)
def test_a_start_and_a_speed_show_for_a_moment_without_an_answer(command: Command) -> None:
    pending = replace(HELD, command=command, sent=True)
    assert pending.shows_until == 100.0 + HEARD_WITHIN_S
    assert not pending.is_late(100.0 + HEARD_WITHIN_S - 0.01)
    assert pending.is_late(100.0 + HEARD_WITHIN_S)
    assert not replace(pending, waits=True).is_late(1e9)


@pytest.mark.parametrize("command", [Seek(1.0), Pause()], ids=str)
def test_what_takes_nobody_back_may_show_as_long_as_it_takes(command: Command) -> None:
    pending = replace(HELD, command=command, sent=True)
    assert pending.shows_until is None
    assert not pending.is_late(1e9)


def again(*commands: Command, moved: bool = False) -> list[Pending]:
    """As they are asked at 120, by one who is at 55 then."""
    waiting = [replace(HELD, command_id=f"c{n}", command=command) for n, command in enumerate(commands)]
    return asked_again(waiting, moved, 120.0, 55.0)


def test_of_what_is_asked_again_the_last_journey_alone_leads_to_where_its_asker_is_now() -> None:
    assert [one.command for one in again(Seek(10.0), Seek(20.0), Pause())] == [Seek(10.0), Seek(55.0), Pause()]
    assert [one.command for one in again(Seek(10.0), Skip("two"))] == [Seek(10.0), Skip("two")]


def test_a_start_begins_anew_and_a_speed_waits() -> None:
    (start,), (speed,), (said,) = again(Play()), again(SetRate(2.0)), again(Chat("Hm"))
    assert (start.at, start.waits) == (120.0, False)
    assert (speed.at, speed.waits) == (100.0, True)
    assert (said.at, said.waits, said.sent) == (100.0, False, True)


@pytest.mark.parametrize("command", [Play(), Pause(), Seek(10.0), SetRate(2.0)], ids=str)
def test_what_moves_a_film_that_others_have_moved_waits(command: Command) -> None:
    (asked,) = again(command, moved=True)
    assert (asked.command, asked.waits, asked.sent) == (command, True, True)


def test_a_few_moves_go_out_at_once() -> None:
    asked = again(*(Seek(float(n)) for n in range(AGAIN_AT_ONCE + 2)), Chat("Hm"))
    assert [one.sent for one in asked] == [*[True] * AGAIN_AT_ONCE, False, False, True]
