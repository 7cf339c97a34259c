"""Where the film is."""

import pytest

from app.playback.timeline import (
    LEAST_LEAD_S,
    MAX_POSITION_S,
    MOST_LEAD_S,
    SEEK_LEAD_S,
    Timeline,
    clamp,
    pause,
    play,
    seek,
    set_rate,
    start_lead,
)

PAUSED = Timeline("film", 10.0, False, 1.0, 100.0)
PLAYING = Timeline("film", 10.0, True, 1.0, 100.0)


def test_position_is_derived() -> None:
    assert PAUSED.position_at(500.0) == 10.0
    assert PLAYING.position_at(105.0) == 15.0
    assert Timeline("film", 10.0, True, 2.0, 100.0).position_at(105.0) == 20.0


def test_before_a_scheduled_start_it_stands_still() -> None:
    assert PLAYING.position_at(99.0) == 10.0


def test_it_stays_inside_the_film() -> None:
    assert PLAYING.position_at(10_000.0, 60.0) == 60.0
    assert PLAYING.position_at(1e12) == MAX_POSITION_S
    assert clamp(-5.0, 60.0) == 0.0
    assert clamp(5.0, None) == 5.0
    assert clamp(5.0, 0.0) == 5.0


def test_the_end() -> None:
    assert not PLAYING.has_ended(149.0, 60.0)
    assert PLAYING.has_ended(150.0, 60.0)
    assert not PLAYING.has_ended(1e9, None)
    assert not PLAYING.has_ended(1e9, 0.0)


@pytest.mark.parametrize(("rtt", "lead"), [(0.0, 0.25), (0.1, 0.25), (0.15, 0.3), (0.2, 0.4), (3.0, 0.5)])
def test_the_lead_grows_with_the_worst_round_trip(rtt: float, lead: float) -> None:
    assert start_lead(rtt) == lead
    assert LEAST_LEAD_S <= lead <= MOST_LEAD_S


def test_playing_begins_after_the_lead() -> None:
    started = play(PAUSED, 200.0, 0.2, 60.0)
    assert started == Timeline("film", 10.0, True, 1.0, 200.2)


def test_playing_twice_changes_nothing() -> None:
    assert play(PLAYING, 110.0, 0.2, 60.0) is PLAYING
    assert play(PLAYING, 110.0, 0.2, None) is PLAYING


def test_playing_at_the_end_begins_again() -> None:
    assert play(PLAYING, 200.0, 0.2, 60.0) == Timeline("film", 0.0, True, 1.0, 200.2)
    assert play(pause(PLAYING, 200.0, 60.0), 300.0, 0.0, 60.0).position_s == 0.0


def test_pausing_keeps_the_place() -> None:
    assert pause(PLAYING, 105.0, 60.0) == Timeline("film", 15.0, False, 1.0, 105.0)
    assert pause(PLAYING, 99.0, 60.0).position_s == 10.0
    assert pause(PAUSED, 300.0, 60.0) is PAUSED


def test_seeking_keeps_playing_or_not() -> None:
    assert seek(PLAYING, 30.0, 105.0, 60.0) == Timeline("film", 30.0, True, 1.0, 105.0 + SEEK_LEAD_S)
    assert seek(PAUSED, 99.0, 105.0, 60.0) == Timeline("film", 60.0, False, 1.0, 105.0)


def test_another_speed_continues_where_it_is() -> None:
    faster = set_rate(PLAYING, 2.0, 105.0, 60.0)
    assert faster == Timeline("film", 15.0, True, 2.0, 105.0)
    assert set_rate(PAUSED, 2.0, 105.0, 60.0) == Timeline("film", 10.0, False, 2.0, 105.0)


def test_another_speed_keeps_a_scheduled_start() -> None:
    scheduled = play(PAUSED, 200.0, 0.5, 60.0)
    assert set_rate(scheduled, 2.0, 200.1, 60.0) == Timeline("film", 10.0, True, 2.0, 200.5)
