"""Whether the machine has slept. Times in seconds."""

from app.session.awake import FIX_WITHIN_S, LEAP_S, Awake


def test_who_is_woken_often_has_not_slept() -> None:
    awake = Awake()
    assert not any(awake.slept(now) for now in (1000.0, 1000.5, 1000.4 + LEAP_S))
    assert not awake.doubts(1000.4 + LEAP_S)


def test_a_long_gap_makes_room_time_doubtful_for_a_while() -> None:
    awake = Awake()
    awake.slept(10.0)
    assert awake.slept(10.0 + LEAP_S)
    assert awake.doubts(10.0 + LEAP_S + FIX_WITHIN_S - 0.1)
    assert not awake.slept(10.1 + LEAP_S)
    assert not awake.doubts(10.0 + LEAP_S + FIX_WITHIN_S)


def test_until_the_server_tells_the_time() -> None:
    awake = Awake()
    awake.slept(10.0)
    awake.slept(900.0)
    assert not awake.told(899.9)
    assert awake.doubts(900.1)
    assert awake.told(900.0)
    assert not awake.doubts(900.1)
