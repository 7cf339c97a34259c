"""How often is too often."""

from app.room.messages import Chat, Pause, React
from app.room.said import Reaction
from signalling.paces import CHAT, REACTIONS, Bucket, Pace, Paces

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


def test_the_film_is_not_counted_here() -> None:
    assert all(Paces().allow("ada", Pause(), 0.0) for _ in range(100))


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
