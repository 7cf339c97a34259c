"""Whether we hold enough to watch on, and for whom the room waits. A film of 600 seconds; times in seconds."""

from dataclasses import replace
from typing import Any

import pytest

from app.playback.gate import Buffer, Wait
from app.playback.player import PlayerMeasured
from app.playback.timeline import Timeline
from app.room.bounds import MOST_AHEAD_S
from app.room.messages import Report
from app.room.state import Presence, Role, Room, Standing
from app.session.buffering import apart, awaited, starved, watching, with_buffer
from app.session.picture import Apart, Awaited, Person, Player, Playing, Watching
from app.session.projection import Projection
from tests.unit.room.rooms import ITEMS, room

FILM = ITEMS[0].film
USED_UP = FILM.size / 600.0
RUNS = replace(room(), timeline=Timeline("one", 0.0, True, 1.0, 0.0))
HERE = Report(FILM.film_id, Standing.RECEIVING, 0.1, USED_UP, 4.0)


def told(report: Report, position_s: float = 0.0, rate: float = 1.0, starves: bool = False) -> Report:
    projection = Projection()
    projection.follower.starves, projection.follower.drift_s = starves, 0.02
    shown = replace(room(), timeline=Timeline("one", position_s, True, rate, 0.0))
    return with_buffer(report, shown, projection, 9, position_s)


@pytest.mark.parametrize(
    ("report", "needed_s", "buffer"),
    [
        (HERE, 3.0, Buffer.READY),
        (replace(HERE, rate_Bps=USED_UP / 2), 30.0, Buffer.FILLING),
        (replace(HERE, rate_Bps=0.0), 60.0, Buffer.FILLING),
        (replace(HERE, rate_Bps=0.0, share=0.3), 3.0, Buffer.READY),
        (replace(HERE, ahead_s=0.1), 3.0, Buffer.DRY),
        (replace(HERE, ahead_s=2.0), 3.0, Buffer.FILLING),
    ],
)
def test_what_is_needed_follows_from_what_comes_in(report: Report, needed_s: float, buffer: Buffer) -> None:
    found = told(report)
    assert (found.need_s, found.buffer, found.seen, found.drift_s) == (needed_s, buffer, 9, 0.02)


def screen(position_s: float, *buffered: tuple[float, float], starves: bool = False, **other: Any) -> Projection:
    """With the film at a position, and that much of it in the element."""
    projection = Projection()
    projection.room_changed(RUNS, 0.0, 0.0)
    usual = PlayerMeasured(20.0, position_s, 600.0, False, False, False, 4, 1.0, buffered, ())
    projection.measured(replace(usual, at=19.0, paused=True, position_s=position_s), RUNS, position_s, bool)
    projection.measured(replace(usual, **other), RUNS, position_s, bool)
    projection.follower.starves = starves
    return projection


EVEN = replace(HERE, ahead_s=0.0)


@pytest.mark.parametrize(
    ("shows", "share", "ahead_s", "buffer"),
    [
        (screen(30.0, (0.0, 30.5)), 0.1, 0.5, Buffer.FILLING),
        (screen(30.0, (0.0, 34.0)), 0.1, 4.0, Buffer.READY),
        (screen(30.0, (0.0, 600.0)), 0.1, MOST_AHEAD_S, Buffer.READY),
        (screen(30.0, (0.0, 30.1), (40.0, 90.0)), 0.1, pytest.approx(0.1), Buffer.DRY),
        (screen(30.0, (0.0, 30.1)), 0.25, pytest.approx(0.1), Buffer.DRY),
        (screen(30.0, (0.0, 30.5)), 0.25, 0.5, Buffer.READY),
        (screen(30.0, (0.0, 34.0), starves=True), 0.25, 4.0, Buffer.DRY),
        (screen(30.0, (0.0, 34.0), paused=True), 0.1, 0.0, Buffer.DRY),
        (screen(30.0, (0.0, 34.0), seeking=True), 0.1, 0.0, Buffer.DRY),
        (Projection(), 0.1, 0.0, Buffer.DRY),
        (Projection(), 0.25, 0.0, Buffer.READY),
    ],
)
def test_what_the_element_that_runs_has_in_hand_counts_too(
    shows: Projection, share: float, ahead_s: float, buffer: Buffer
) -> None:
    found = with_buffer(replace(EVEN, share=share), RUNS, shows, 9, 30.0)
    assert (found.ahead_s, found.buffer) == (ahead_s, buffer)


def test_a_film_that_went_and_another_that_came_have_nothing_in_hand() -> None:
    shows = screen(30.0, (0.0, 600.0))
    shows.room_changed(room(on="two"), 31.0, 31.0)
    assert with_buffer(EVEN, RUNS, shows, 9, 30.0).buffer is Buffer.DRY


def test_what_it_had_in_hand_elsewhere_says_nothing_of_where_the_room_went() -> None:
    shows = screen(30.0, (0.0, 90.0))
    there = replace(RUNS, timeline=Timeline("one", 300.0, True, 1.0, 30.0))
    shows.room_changed(there, 30.0, 31.0)
    assert shows.in_hand_s is None
    shows.measured(
        PlayerMeasured(31.0, 30.0, 600.0, False, False, False, 4, 1.0, ((0.0, 90.0),), ()), there, 30.0, bool
    )
    assert shows.in_hand_s is None


def test_a_film_that_runs_faster_needs_more() -> None:
    assert told(HERE, rate=2.0).need_s == 30.0


def test_near_the_end_little_is_needed() -> None:
    assert told(replace(HERE, ahead_s=2.0), position_s=598.5).need_s == 1.5


def test_a_screen_that_stands_is_dry() -> None:
    assert told(HERE, starves=True).buffer is Buffer.DRY


@pytest.mark.parametrize("standing", [Standing.COMPLETE, Standing.SOURCE])
def test_who_has_everything_needs_nothing_wherever_the_room_goes(standing: Standing) -> None:
    found = told(replace(HERE, standing=standing, share=1.0, ahead_s=float(MOST_AHEAD_S), rate_Bps=0.0))
    assert (found.need_s, found.buffer, found.seen) == (0.0, Buffer.READY, 0)


def test_of_a_film_of_unknown_length_a_quarter_is_enough() -> None:
    items = (replace(ITEMS[0], film=replace(FILM, duration_s=None)),)
    shown = replace(room(), programme=replace(room().programme, items=items))
    little = replace(HERE, ahead_s=0.0)
    assert with_buffer(little, shown, Projection(), 9, 0.0).buffer is Buffer.FILLING
    assert with_buffer(replace(little, share=0.25), shown, Projection(), 9, 0.0).buffer is Buffer.READY


def person(name: str, ahead_s: float, need_s: float = 3.0, me: bool = False) -> Person:
    plain = Person(name.lower(), name, Role.VIEWER, Presence.HERE, me=me, connected=True, share=0.1)
    return replace(plain, ahead_s=ahead_s, need_s=need_s)


def test_it_is_told_for_whom_the_room_waits() -> None:
    people = (person("Ada", 120.0), person("Ben", 1.0, me=True), person("Cy", 2.0), person("Dee", 9.0))
    assert awaited(room(), people) == ()
    waiting = replace(room(), wait=Wait(("ben", "cy", "dee"), 110.0))
    assert awaited(waiting, people) == (Awaited("Ben", True, 1.0, 3.0), Awaited("Cy", False, 2.0, 3.0))
    assert awaited(replace(room(), wait=Wait(("dee",), 110.0)), people) == (Awaited("Dee", False, 9.0, 3.0),)


def test_how_far_the_screens_are_off_the_room() -> None:
    assert apart((person("Ada", 1.0),)) is None
    off = [replace(person(str(number), 1.0), drift_s=(-1) ** number * number / 1000) for number in range(1, 21)]
    assert apart((*off, person("Ben", 1.0))) == Apart(10.5, 19.0)
    assert apart((off[4],)) == Apart(5.0, 5.0)


DRY = replace(HERE, buffer=Buffer.DRY)
WAITS = replace(room(), wait=Wait(("ben",), 10.0))


@pytest.mark.parametrize(
    ("shown", "said", "seen"),
    [
        (WAITS, DRY, Watching.AWAITED),
        (RUNS, DRY, Watching.DRY),
        (RUNS, replace(DRY, standing=Standing.COMPLETE), None),
        (RUNS, replace(HERE, drift_s=-0.3), Watching.BEHIND),
        (RUNS, replace(HERE, drift_s=0.3), Watching.AHEAD),
        (RUNS, replace(HERE, drift_s=0.25), None),
        (RUNS, HERE, None),
        (RUNS, None, None),
        (room(), DRY, None),
    ],
)
def test_what_keeps_somebody_from_watching_in_step(shown: Room, said: Report | None, seen: Watching | None) -> None:
    assert watching("ben", shown, said) is seen


def test_whoever_paused_is_seen_until_the_film_goes_on() -> None:
    stands = replace(room(), paused_by="ben")
    assert watching("ben", stands, None) is Watching.PAUSED_IT
    assert watching("ada", stands, None) is None
    assert watching("ben", replace(RUNS, paused_by="ben"), None) is None


def test_a_film_that_has_come_to_its_end_here_is_told_of() -> None:
    projection = Projection()
    projection.ended = True
    assert with_buffer(HERE, RUNS, projection, 9, 0.0).ended


def test_who_is_at_the_end_of_the_whole_film_says_so_anew_when_it_goes_elsewhere() -> None:
    projection = Projection()
    whole = replace(HERE, standing=Standing.COMPLETE)
    assert with_buffer(whole, RUNS, projection, 9, 0.0).seen == 0
    projection.ended = True
    assert with_buffer(whole, RUNS, projection, 9, 0.0).seen == 9
    assert not told(HERE).ended


@pytest.mark.parametrize(
    ("playing", "own", "shown"),
    [
        (Playing.CATCHING_UP, DRY, Playing.WAITING_FOR_DOWNLOAD),
        (Playing.CATCHING_UP, HERE, Playing.CATCHING_UP),
        (Playing.CATCHING_UP, replace(DRY, standing=Standing.COMPLETE), Playing.CATCHING_UP),
        (Playing.CATCHING_UP, None, Playing.CATCHING_UP),
        (Playing.PLAYING, DRY, Playing.PLAYING),
    ],
)
def test_whoever_has_nothing_to_catch_up_with_waits(playing: Playing, own: Report | None, shown: Playing) -> None:
    found = starved(Player(playing, Timeline("one"), 0.0, 600.0, -900.0), own)
    assert found is not None
    assert found.playing is shown


def test_out_of_a_room_nothing_starves() -> None:
    assert starved(None, DRY) is None
