"""How the film runs for everyone, and the waits in between. Times are room time in seconds."""

from dataclasses import replace

import pytest

from app.playback.gate import START_WAIT_S, WAIT_S, Wait
from app.playback.timeline import SEEK_LEAD_S, Timeline
from app.room.course import changed, objection
from app.room.errors import Reason
from app.room.messages import GoOn, Hold, Pause, Play, QueueRemove, Seek, SetRate, Skip
from app.room.state import Room
from tests.unit.room.rooms import after, refusal, room

NOW = 100.0


def playing(position_s: float = 0.0) -> Room:
    return replace(room(), timeline=Timeline("one", position_s, True, 1.0, NOW - 10))


def waiting() -> Room:
    return replace(room(), timeline=Timeline("one", 30.0, False, 1.0, NOW - 5), wait=Wait(("ben",), NOW + 5))


def test_a_start_with_nobody_to_wait_for_is_scheduled() -> None:
    found = changed(room(), Play(0.3), NOW)
    assert (found.timeline, found.wait) == (Timeline("one", 0.0, True, 1.0, NOW + 0.3), None)
    assert found.going


def test_a_start_waits_for_who_is_not_ready() -> None:
    found = changed(room(), Play(0.3, waits_for=("ben", "cy")), NOW)
    assert found.timeline == Timeline("one", 0.0, False, 1.0, NOW)
    assert found.wait == Wait(("ben", "cy"), NOW + START_WAIT_S)
    assert found.going


def test_a_film_that_is_over_waits_at_its_beginning() -> None:
    over = replace(room(), timeline=Timeline("one", 600.0, False, 1.0, 10.0))
    assert changed(over, Play(0.3, waits_for=("ben",)), NOW).timeline.position_s == 0.0


def test_playing_what_plays_or_waits_changes_nothing() -> None:
    for before in (playing(), waiting()):
        found = changed(before, Play(0.3, waits_for=("ben",)), NOW)
        assert (found.timeline, found.wait) == (before.timeline, before.wait)


def test_a_wait_can_be_cut_short_by_a_host_and_by_a_cohost() -> None:
    for by in ("ada", "cy"):
        found = after(waiting(), Play(0.3, anyway=True), by, NOW)
        assert (found.timeline, found.wait) == (Timeline("one", 30.0, True, 1.0, NOW + 0.3), None)
    assert refusal(waiting(), Play(0.3, anyway=True), "ben") == "unauthorized_command"


def test_a_wait_at_the_end_of_the_film_goes_on_there_and_not_at_its_beginning() -> None:
    stands = after(playing(), Seek(600.0, ("ben",)), "ada", NOW)
    ends = Timeline("one", 600.0, True, 1.0, NOW + 1.3)
    assert after(stands, GoOn(0.3), None, NOW + 1).timeline == ends
    assert after(stands, Play(0.3, anyway=True), "ada", NOW + 1).timeline == ends


@pytest.mark.parametrize("before", [playing(), waiting()], ids=["playing", "waiting"])
def test_whoever_stops_a_film_that_goes_is_known_until_it_goes_on(before: Room) -> None:
    assert before.paused_by is None
    stands = after(before, Pause(), "ada", NOW)
    assert stands.paused_by == "ada"
    assert after(stands, Pause(), "ben", NOW + 1).paused_by == "ada"
    assert after(stands, Seek(3.0), "ben", NOW + 1).paused_by == "ada"
    assert after(stands, SetRate(2.0), "ben", NOW + 1).paused_by == "ada"
    for goes in (Play(0.3), Play(0.3, waits_for=("cy",))):
        assert after(stands, goes, "ben", NOW + 1).paused_by is None


def test_of_a_film_that_has_not_gone_nobody_has_stopped_anything() -> None:
    assert after(room(), Pause(), "ada", NOW).paused_by is None
    stands = after(playing(), Pause(), "ada", NOW)
    assert after(stands, Skip("two"), "ada", NOW).paused_by is None
    assert after(stands, Skip("one"), "ada", NOW).paused_by is None
    assert after(stands, QueueRemove("one"), "ada", NOW).paused_by is None
    assert after(stands, QueueRemove("two"), "ada", NOW).paused_by == "ada"


def test_pause_ends_a_wait() -> None:
    found = changed(waiting(), Pause(), NOW)
    assert (found.timeline.playing, found.timeline.position_s, found.wait) == (False, 30.0, None)
    assert not found.going


@pytest.mark.parametrize("before", [playing(), waiting()], ids=["playing", "waiting"])
def test_a_seek_of_a_film_that_goes_waits_there(before: Room) -> None:
    found = changed(before, Seek(200.0, ("ben",)), NOW)
    assert found.timeline == Timeline("one", 200.0, False, 1.0, NOW)
    assert found.wait == Wait(("ben",), NOW + WAIT_S)
    found = changed(before, Seek(200.0), NOW)
    assert (found.timeline, found.wait) == (Timeline("one", 200.0, True, 1.0, NOW + SEEK_LEAD_S), None)


def test_a_seek_of_a_film_that_stands_waits_for_nobody() -> None:
    found = changed(room(), Seek(200.0, ("ben",)), NOW)
    assert (found.timeline, found.wait) == (Timeline("one", 200.0, False, 1.0, NOW), None)


def test_the_speed_changes_during_a_wait() -> None:
    found = changed(waiting(), SetRate(1.5), NOW)
    assert (found.timeline.rate, found.wait) == (1.5, waiting().wait)


def test_who_runs_dry_holds_the_room_and_it_goes_on_from_there() -> None:
    held = after(playing(20.0), Hold(("ben",)), None, NOW)
    assert held.timeline == Timeline("one", 30.0, False, 1.0, NOW)
    assert held.wait == Wait(("ben",), NOW + WAIT_S)
    on = after(held, GoOn(0.3), None, NOW + 2)
    assert (on.timeline, on.wait) == (Timeline("one", 30.0, True, 1.0, NOW + 2.3), None)


def test_there_is_no_wait_without_a_film_that_goes() -> None:
    assert objection(room(on=None), Hold(("ben",))) is Reason.NOT_FOUND
    assert objection(room(), Hold(("ben",))) is Reason.CONFLICT
    assert objection(playing(), GoOn()) is Reason.CONFLICT
    assert objection(waiting(), GoOn()) is None
    for by in ("ada", "ben", "cy"):
        assert refusal(playing(), Hold(("ben",)), by) == refusal(waiting(), GoOn(), by) == "unauthorized_command"


def test_another_film_ends_a_wait() -> None:
    assert after(waiting(), QueueRemove("one")).wait is None
