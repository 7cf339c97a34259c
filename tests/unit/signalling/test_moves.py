"""Whether a command is meant for a room that is no more. Room time in seconds."""

import pytest

from app.room.messages import Command, End, GoOn, Happened, Pause, Play, QueueRemove, Seek, SetRate, Skip
from signalling.moves import FRESH_S, KEPT, Moves

NOW = 1000.0
LONG_AGO = NOW - FRESH_S


def moves(*events: tuple[int, float, str | None, Command]) -> Moves:
    return Moves(Happened(revision, at, by, command) for revision, at, by, command in events)


@pytest.mark.parametrize("command", [Play(), Pause(), Seek(3.0), SetRate(2.0), Skip("one")])
def test_what_another_did_since_goes_before(command: Command) -> None:
    kept = moves((8, LONG_AGO, "ada", Seek(99.0)))
    assert kept.overrule(command, "ben", 7, NOW)
    assert not kept.overrule(command, "ben", 8, NOW)
    assert not kept.overrule(command, "ada", 7, NOW)
    assert not kept.overrule(command, "ben", None, NOW)


@pytest.mark.parametrize("command", [End(), QueueRemove("one")])
def test_what_does_not_move_the_film_is_never_too_late(command: Command) -> None:
    assert not moves((8, LONG_AGO, "ada", Seek(99.0))).overrule(command, "ben", 7, NOW)


def test_of_two_at_the_same_moment_both_count() -> None:
    assert not moves((8, LONG_AGO + 0.01, "ada", Seek(99.0))).overrule(Pause(), "ben", 7, NOW)


def test_a_seek_is_for_the_film_that_was_on() -> None:
    kept = moves((8, NOW, None, Skip("two")))
    assert kept.overrule(Seek(30.0), "ben", 7, NOW)
    assert not kept.overrule(Pause(), "ben", 7, NOW)


def test_what_the_server_does_by_itself_overrules_nobody_but_another_film_does() -> None:
    kept = moves((8, LONG_AGO, None, Play()), (9, LONG_AGO, None, GoOn()))
    assert not kept.overrule(Pause(), "ben", 7, NOW)
    kept.note(Happened(10, LONG_AGO, None, Skip("two")))
    assert kept.overrule(Pause(), "ben", 7, NOW)


def test_only_the_last_ones_are_kept() -> None:
    kept = moves((8, LONG_AGO, "ada", Pause()), *((9 + n, LONG_AGO, "ben", Pause()) for n in range(KEPT)))
    assert not kept.overrule(Pause(), "ben", 7, NOW)
