"""How many bytes to have under way."""

import pytest

from app.swarm.pipe import BELIEVED_S, GAIN, LEAST_BYTES, Pipe

MBPS = 1_000_000


def test_a_stranger_gets_little() -> None:
    assert Pipe().holds(100 * MBPS, 0.0) == LEAST_BYTES


@pytest.mark.parametrize(("waited_s", "speed"), [(0.1, 10 * MBPS), (0.3, 3 * MBPS), (0.02, 100 * MBPS)])
def test_a_path_holds_its_rate_times_its_round_trip_twice(waited_s: float, speed: float) -> None:
    pipe = Pipe()
    pipe.answered(waited_s, 1.0)
    assert pipe.holds(speed, 1.0) == pytest.approx(GAIN * waited_s * speed)


def test_a_short_or_slow_path_is_given_a_little_more_than_it_holds() -> None:
    pipe = Pipe()
    pipe.answered(0.005, 1.0)
    assert pipe.holds(25 * MBPS, 1.0) == LEAST_BYTES
    assert pipe.holds(0.0, 1.0) == LEAST_BYTES


def test_the_shortest_wait_counts() -> None:
    pipe = Pipe()
    for waited_s in (0.3, 0.1, 0.2):
        pipe.answered(waited_s, 1.0)
    assert pipe.holds(10 * MBPS, 1.0) == 2 * MBPS


def test_it_is_taken_anew_with_a_small_window_after_a_while() -> None:
    pipe = Pipe()
    pipe.answered(0.1, 0.0)
    assert pipe.holds(10 * MBPS, BELIEVED_S - 0.1) == 2 * MBPS
    assert pipe.holds(10 * MBPS, BELIEVED_S) == LEAST_BYTES
    pipe.answered(0.4, BELIEVED_S + 0.2)
    assert pipe.holds(10 * MBPS, BELIEVED_S + 0.2) == LEAST_BYTES, "asked before, behind a full pipe"
    pipe.answered(0.2, BELIEVED_S + 0.4)
    assert pipe.holds(10 * MBPS, BELIEVED_S + 0.4) == 4 * MBPS


def test_a_shorter_wait_is_believed_for_as_long_again() -> None:
    pipe = Pipe()
    pipe.answered(0.2, 0.0)
    pipe.answered(0.1, BELIEVED_S - 1)
    assert pipe.holds(10 * MBPS, BELIEVED_S + 1) == 2 * MBPS
