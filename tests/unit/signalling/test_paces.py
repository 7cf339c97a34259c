"""How often is too often."""

import pytest

from app.room.messages import (
    AskForCards,
    CastVote,
    Chat,
    Command,
    End,
    Leave,
    Limits,
    Pause,
    QueueRemove,
    React,
    SetPolicy,
    StepOut,
    SubtitleRemove,
    UndoCard,
)
from app.room.said import Reaction
from app.room.state import Policy
from signalling.paces import (
    CARDS,
    CHAT,
    CONNECTIONS,
    CONTROL,
    LIMITS,
    OTHERS,
    QUEUE,
    REACTIONS,
    TASTES,
    VOTES,
    Bucket,
    Pace,
    Paces,
)

HELLO, HEART = Chat("Hello"), React(Reaction.HEART)


def said(paces: Paces, member: str, command: Chat | React, now: float) -> int:
    """How many go through at once."""
    return sum(paces.allow(member, command, now) for _ in range(100))


def test_ten_lines_and_thirty_reactions_at_once() -> None:
    paces = Paces()
    assert (CHAT.burst, REACTIONS.burst) == (10, 30)
    assert (said(paces, "ada", HELLO, 5.0), said(paces, "ada", HEART, 5.0)) == (10, 30)
    assert said(paces, "ben", HELLO, 5.0) == 10


def test_a_minute_brings_as_many_again_and_no_more() -> None:
    paces = Paces()
    said(paces, "ada", HELLO, 0.0)
    assert said(paces, "ada", HELLO, 5.9) == 0
    assert said(paces, "ada", HELLO, 12.01) == 2
    assert said(paces, "ada", HELLO, 10_000.0) == 10


@pytest.mark.parametrize(
    ("command", "pace"),
    [
        (Pause(), CONTROL),
        (QueueRemove("film"), QUEUE),
        (SubtitleRemove("film", "ab" * 32), QUEUE),
        (CastVote(1, None), VOTES),
        (UndoCard(0), VOTES),
        (StepOut(), VOTES),
        (AskForCards(), CARDS),
        (SetPolicy(Policy()), OTHERS),
    ],
)
def test_everything_that_changes_a_room_has_a_pace(command: Command, pace: Pace) -> None:
    paces = Paces()
    assert sum(paces.allow("ada", command, 0.0) for _ in range(500)) == pace.burst
    assert sum(paces.allow("ada", command, 1.0) for _ in range(500)) == pace.per_s


def test_nothing_an_honest_person_does_is_refused() -> None:
    """Fifty films dropped with their subtitles; a deck of fifteen, voted on as fast as keys go, and then another."""
    paces = Paces()
    assert all(paces.allow("ada", QueueRemove("film"), 0.0) for _ in range(100))
    assert all(paces.allow("ada", CastVote(1, None), number * 0.1) for number in range(60))


def test_one_kind_does_not_hold_up_another() -> None:
    paces = Paces()
    while paces.allow("ada", SetPolicy(Policy()), 0.0):
        pass
    assert paces.allow("ada", Pause(), 0.0)
    assert paces.allow("ada", CastVote(1, None), 0.0)


def test_whoever_goes_is_not_held_back() -> None:
    paces = Paces()
    assert all(paces.allow("ada", command, 0.0) for command in (Leave(), End()) for _ in range(200))


def test_tastes_have_a_pace_too() -> None:
    paces = Paces()
    assert sum(paces.allow_taste("ada", 0.0) for _ in range(500)) == TASTES.burst
    assert paces.allow_taste("ada", 1.0)
    paces.forget("ada")
    assert sum(paces.allow_taste("ada", 1.0) for _ in range(500)) == TASTES.burst


def test_a_member_connects_again_and_again_at_its_pace() -> None:
    paces = Paces()
    assert sum(paces.allow_connection("ada", 0.0) for _ in range(100)) == CONNECTIONS.burst == 20
    assert sum(paces.allow_connection("ada", 3.0) for _ in range(100)) == 3
    assert paces.allow_connection("ben", 3.0)


def test_who_is_gone_is_forgotten() -> None:
    paces = Paces()
    said(paces, "ada", HELLO, 0.0)
    said(paces, "ben", HELLO, 0.0)
    paces.forget("ada")
    assert (said(paces, "ada", HELLO, 0.0), said(paces, "ben", HELLO, 0.0)) == (10, 0)


def test_a_bucket_empties_and_fills_again() -> None:
    bucket = Bucket(Pace(2, 3))
    assert [bucket.take(10.0) for _ in range(4)] == [True, True, True, False]
    assert [bucket.take(10.5) for _ in range(2)] == [True, False]
    assert [bucket.take(99.0) for _ in range(4)] == [True, True, True, False]
    assert bucket.take(50.0) is False  # a clock that goes back fills nothing


def test_a_page_that_is_told_no_limits_keeps_to_those_of_today() -> None:
    assert Limits() == LIMITS
