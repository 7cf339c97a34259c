"""How long to wait before trying again."""

from random import Random

import pytest

from app.session.backoff import BASE_S, CAP_S, LEAST_S, Backoff


def delays(spread: float, count: int) -> list[float]:
    backoff = Backoff(lambda: spread)
    return [backoff.next_delay() for _ in range(count)]


def test_the_ceiling_doubles_up_to_a_cap() -> None:
    assert delays(1.0, 8) == [BASE_S, 1.0, 2.0, 4.0, 8.0, 16.0, CAP_S, CAP_S]


def test_full_jitter_takes_any_part_of_the_ceiling() -> None:
    assert delays(0.5, 4) == [0.25, 0.5, 1.0, 2.0]


@pytest.mark.parametrize("spread", [0.0, 0.01])
def test_it_never_hammers(spread: float) -> None:
    assert delays(spread, 3) == [LEAST_S] * 3


def test_after_success_it_begins_again() -> None:
    backoff = Backoff(lambda: 1.0)
    for _ in range(5):
        backoff.next_delay()
    backoff.reset()
    assert backoff.next_delay() == BASE_S


def test_a_crowd_that_lost_its_server_does_not_come_back_at_once() -> None:
    crowd = [Backoff(Random(number).random) for number in range(1000)]
    for ceiling_s, busiest in [(0.5, 450), (1.0, 250), (2.0, 150), (4.0, 90)]:
        tenths = [int(one.next_delay() * 10) for one in crowd]
        assert max(tenths) == ceiling_s * 10 - 1
        assert max(map(tenths.count, set(tenths))) <= busiest
