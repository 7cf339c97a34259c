"""How much to ask of whom."""

import pytest

from app.swarm.manifest import MIB
from app.swarm.pace import (
    FAST_SPAN,
    FIRST_WINDOW,
    HALF_LIFE_S,
    MOST_WINDOW,
    REST_S,
    SLOW_S,
    SMALL_SPAN,
    WINDOW_S,
    FAST_Bps,
    Pace,
)
from app.swarm.pipe import LEAST_BYTES
from app.swarm.requests import Asked, RequestBook
from tests.support.builders import FILM_ID


def pace(*peers: str) -> tuple[Pace, RequestBook]:
    book = RequestBook()
    made = Pace(book)
    for peer in peers:
        made.open(peer)
    return made, book


def flow(of: Pace, peer: str, rate_Bps: int, start: float = 0.0, seconds: float = 2.0) -> float:
    """`peer` gives bytes at that rate; when it stops."""
    for tick in range(int(seconds * 10)):
        of.got(peer, rate_Bps // 10, start + tick / 10)
    return start + seconds


def far(of: Pace, peer: str, waited_s: float = 1.0) -> None:
    """What was asked of `peer` comes so late."""
    of.answered(Asked(1, peer, FILM_ID, 0, 0, 1, since=-waited_s), 0.0)


def test_a_stranger_gets_the_first_window_and_small_spans() -> None:
    of, book = pace("ada")
    assert of.room("ada", 0.0) == FIRST_WINDOW
    assert of.span_bytes("ada", 0.0) == SMALL_SPAN
    book.add("ada", FILM_ID, 0, 0, SMALL_SPAN, 0.0)
    assert of.room("ada", 0.0) == FIRST_WINDOW - SMALL_SPAN


@pytest.mark.parametrize(
    ("rate_Bps", "window"), [(1000, SMALL_SPAN), (8 * MIB, 8 * MIB * WINDOW_S), (1000 * MIB, MOST_WINDOW)]
)
def test_over_a_long_way_the_window_covers_a_part_of_a_second(rate_Bps: int, window: float) -> None:
    of, _ = pace("ada")
    far(of, "ada")
    now = flow(of, "ada", rate_Bps) - 0.1
    assert of.room("ada", now) == pytest.approx(window, rel=0.06)


@pytest.mark.parametrize(("waited_s", "window"), [(0.2, 2 * 0.2 * 8 * MIB), (0.01, LEAST_BYTES)])
def test_over_a_short_way_it_is_what_the_way_holds_twice(waited_s: float, window: float) -> None:
    of, _ = pace("ada")
    far(of, "ada", waited_s)
    now = flow(of, "ada", 8 * MIB) - 0.1
    assert of.room("ada", now) == pytest.approx(window, rel=0.06)


def test_who_is_slow_to_give_a_first_block_is_not_taken_for_fast() -> None:
    of, _ = pace("ada")
    of.got("ada", 64 * 1024, 1.6, since=0.0)
    assert of.speed("ada", 1.6) == pytest.approx(64 * 1024 / 1.7)


def test_who_comes_back_is_a_stranger_again() -> None:
    of, _ = pace("ada")
    far(of, "ada")
    flow(of, "ada", 8 * MIB)
    of.close("ada")
    of.open("ada")
    assert of.room("ada", 2.0) == FIRST_WINDOW


def test_a_fast_peer_is_asked_in_larger_spans_unless_a_limit_is_low() -> None:
    of, _ = pace("ada")
    now = flow(of, "ada", 2 * FAST_Bps)
    assert of.span_bytes("ada", now) == FAST_SPAN
    of.bucket.set_limit(FAST_Bps, now)
    assert of.span_bytes("ada", now) == FAST_SPAN
    of.bucket.set_limit(FAST_Bps - 1, now)
    assert of.span_bytes("ada", now) == SMALL_SPAN


def test_a_limit_makes_the_window_small_but_not_nothing() -> None:
    of, _ = pace("ada")
    far(of, "ada")
    now = flow(of, "ada", 8 * MIB)
    of.bucket.set_limit(4 * MIB, now)
    assert of.room("ada", now) == 4 * MIB * WINDOW_S
    of.bucket.set_limit(10, now)
    assert of.room("ada", now) == SMALL_SPAN


def test_a_speed_is_the_best_of_late() -> None:
    of, _ = pace("ada")
    flow(of, "ada", 8 * MIB)
    best = of.speed("ada", 1.9)
    assert best == pytest.approx(8 * MIB, rel=0.06)
    assert of.speed("ada", 1.9 + HALF_LIFE_S) == pytest.approx(best / 2)
    flow(of, "ada", MIB, 5.0)
    assert of.speed("ada", 7.0) > 4 * MIB
    flow(of, "ada", MIB, 60.0)
    assert of.speed("ada", 62.0) == pytest.approx(MIB, rel=0.06)


def test_one_who_rests_is_not_asked_for_a_while() -> None:
    of, _ = pace("ada", "bo")
    assert of.next_wake() is None
    of.rest("ada", 1.0)
    assert of.is_resting("ada", 1.0)
    assert not of.is_resting("bo", 1.0)
    assert of.next_wake() == 1.0 + REST_S
    of.wake_rested(REST_S)
    assert of.is_resting("ada", REST_S)
    of.wake_rested(1.0 + REST_S)
    assert not of.is_resting("ada", 1.0 + REST_S)
    assert of.next_wake() is None


def test_one_who_is_gone_is_not_asked() -> None:
    of, _ = pace("ada")
    of.rest("ada", 0.0)
    of.close("ada")
    of.close("nobody")
    assert of.is_resting("ada", 100.0)
    assert of.fastest_first(0.0) == []
    assert of.next_wake() is None


def test_the_fastest_come_first_and_one_who_gives_nothing_is_no_giver() -> None:
    of, _ = pace("ada", "bo", "cy")
    flow(of, "ada", MIB)
    now = flow(of, "bo", 2 * MIB)
    assert of.fastest_first(now) == ["bo", "ada", "cy"]
    assert of.givers(now) == ["bo", "ada"]
    assert of.rate(now) == pytest.approx(3 * MIB, rel=0.1)


def test_only_a_plain_gain_counts_as_much_slower() -> None:
    of, book = pace("slow", "fast")
    asked = book.add("slow", FILM_ID, 0, 0, MIB, 0.0)
    flow(of, "slow", 40_000)
    now = flow(of, "fast", 4 * MIB)
    assert of.much_slower(asked, "fast", now)
    assert not of.much_slower(asked, "slow", now)
    assert not of.much_slower(asked, "fast", SLOW_S - 0.1)
    flow(of, "slow", 2 * MIB)
    assert not of.much_slower(asked, "fast", now)


def test_what_comes_soon_anyway_is_left_alone() -> None:
    of, book = pace("slow", "fast")
    asked = book.add("slow", FILM_ID, 0, 0, SMALL_SPAN, 0.0)
    flow(of, "slow", SMALL_SPAN)
    now = flow(of, "fast", 100 * MIB)
    assert not of.much_slower(asked, "fast", now)


def test_one_who_rests_takes_nothing_over() -> None:
    of, book = pace("slow", "fast")
    asked = book.add("slow", FILM_ID, 0, 0, MIB, 0.0)
    now = flow(of, "fast", 4 * MIB)
    of.rest("fast", now)
    assert not of.much_slower(asked, "fast", now)


def test_one_that_gives_nothing_is_not_asked() -> None:
    of, _ = pace("ada")
    of.choke("ada", True)
    assert of.is_resting("ada", 1e9)
    assert of.next_wake() is None
    of.choke("ada", False)
    assert not of.is_resting("ada", 0.0)
    of.choke("ada", True)
    of.close("ada")
    of.open("ada")
    assert not of.is_resting("ada", 0.0)


def test_who_gives_nothing_is_known() -> None:
    of, _ = pace("bo", "ada")
    of.choke("bo", True)
    of.choke("ada", True)
    assert of.choking == ["ada", "bo"]


def test_one_to_whom_the_way_is_lost_is_not_asked() -> None:
    of, _ = pace("ada")
    of.doubt("ada", True)
    assert of.is_resting("ada", 1e9)
    of.doubt("ada", False)
    assert not of.is_resting("ada", 0.0)
    of.doubt("ada", True)
    of.close("ada")
    of.open("ada")
    assert not of.is_resting("ada", 0.0)


def test_the_rate_of_one_is_its_own() -> None:
    of, _ = pace("ada", "bo")
    now = flow(of, "ada", MIB)
    assert of.rate_of("ada", now) == pytest.approx(MIB, rel=0.1)
    assert (of.rate_of("bo", now), of.rate_of("zoe", now)) == (0.0, 0.0)
