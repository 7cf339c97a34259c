"""How fast bytes flow, and how fast they may."""

import pytest

from app.swarm.rate import WINDOW_S, RateMeter, TokenBucket


def test_nothing_has_gone_by_yet() -> None:
    assert RateMeter().rate(5.0) == 0.0


def test_a_steady_flow_is_measured_to_the_point() -> None:
    meter = RateMeter()
    for tick in range(500):
        meter.add(1000, tick / 100)
    assert meter.rate(5.0) == pytest.approx(100_000, rel=0.06)
    assert meter.total == 500_000


def test_a_young_flow_is_measured_over_its_own_time() -> None:
    meter = RateMeter()
    for tick in range(101):
        meter.add(1000, tick / 100)
    assert meter.rate(1.0) == pytest.approx(101_000 / 1.1)


def test_a_first_block_does_not_count_as_infinitely_fast() -> None:
    meter = RateMeter()
    meter.add(1000, 7.0)
    assert meter.rate(7.0) == pytest.approx(1000 / 0.2)


def test_after_a_silence_the_wait_for_the_first_bytes_counts() -> None:
    meter = RateMeter()
    meter.add(1000, 7.0, since=6.1)
    assert meter.rate(7.0) == pytest.approx(1000 / 1.0)
    meter.add(1000, 7.4, since=7.3)
    assert meter.rate(7.4) == pytest.approx(2000 / 1.4)
    meter.add(1000, 60.0, since=30.0)
    assert meter.rate(60.0) == pytest.approx(1000 / WINDOW_S)


def test_what_is_long_ago_is_forgotten_and_the_total_is_not() -> None:
    meter = RateMeter()
    meter.add(1000, 0.0)
    assert meter.rate(WINDOW_S) > 0.0
    assert meter.rate(WINDOW_S + 0.2) == 0.0
    meter.add(500, 60.0)
    assert meter.rate(60.2) == pytest.approx(500 / 0.3)
    assert meter.total == 1500


def test_memory_is_bounded_by_the_window() -> None:
    meter = RateMeter()
    for tick in range(10_000):
        meter.add(1, tick / 1000)
    assert len(meter._grains) < 25


def test_without_a_limit_everything_goes_at_once() -> None:
    bucket = TokenBucket()
    assert bucket.limit is None
    assert all(bucket.try_take(10**9, 0.0) for _ in range(10))
    assert bucket.ready_at(3.0) == 3.0


def passed(bucket: TokenBucket, size: int, seconds: float, start: float = 0.0) -> int:
    """Bytes that get through in pieces of `size`, each taken as soon as it may be."""
    now, taken = start, 0
    while (now := bucket.ready_at(now)) < start + seconds:
        taken += size if bucket.try_take(size, now) else 0
    return taken


@pytest.mark.parametrize("size", [100, 10_000, 200_000])
def test_a_limit_holds_whatever_the_size_of_a_piece(size: int) -> None:
    bucket = TokenBucket()
    bucket.set_limit(100_000, 0.0)
    assert passed(bucket, size, 60.0) == pytest.approx(6_000_000, rel=0.05)


def test_no_more_than_a_quarter_second_is_saved_up() -> None:
    bucket = TokenBucket(100_000)
    bucket.set_limit(100_000, 0.0)
    assert passed(bucket, 1000, 1.0, start=3600.0) <= 127_000


def test_what_is_overdrawn_is_waited_for() -> None:
    bucket = TokenBucket()
    bucket.set_limit(1000, 0.0)
    assert bucket.try_take(500, 0.0)
    assert not bucket.try_take(1, 0.4)
    assert bucket.ready_at(0.4) == pytest.approx(0.501)
    assert bucket.try_take(1, 0.51)


def test_a_change_takes_hold_from_then_on() -> None:
    bucket = TokenBucket()
    bucket.set_limit(1000, 0.0)
    bucket.try_take(10_000, 0.0)
    bucket.set_limit(100_000, 1.0)
    assert bucket.limit == 100_000
    assert bucket.ready_at(1.0) == pytest.approx(1.091)
    bucket.set_limit(None, 1.0)
    assert bucket.ready_at(1.0) == 1.0


def test_what_was_saved_up_under_one_limit_is_not_spent_under_the_next() -> None:
    bucket = TokenBucket()
    bucket.set_limit(1_000_000, 0.0)
    bucket.ready_at(10.0)
    bucket.set_limit(100, 10.0)
    assert bucket.try_take(1, 10.0)
    assert not bucket.try_take(1, 10.0)


def test_a_new_limit_grants_no_burst_for_the_time_before_it() -> None:
    bucket = TokenBucket()
    bucket.set_limit(1000, 100.0)
    assert bucket.try_take(1, 100.0)
    assert not bucket.try_take(1, 100.0)


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_nothing_could_pass_raises(limit: int) -> None:
    with pytest.raises(ValueError, match="at least one byte"):
        TokenBucket().set_limit(limit, 0.0)


def test_a_clock_that_stands_still_or_goes_back_earns_nothing() -> None:
    bucket = TokenBucket()
    bucket.set_limit(1000, 10.0)
    bucket.try_take(100, 10.0)
    assert not bucket.try_take(1, 9.0)
