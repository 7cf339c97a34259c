"""The film on this screen. Times in seconds; page time is room time here."""

from dataclasses import replace
from typing import Any

import pytest

from app.playback.gate import Wait
from app.playback.player import PlayerMeasured, SetPlayer
from app.playback.timeline import Timeline
from app.playback.whereabouts import FRAMES_A_LOOK
from app.room.messages import Command, Pause, Play, Seek, SetRate
from app.room.state import Room
from app.session.effects import LoadFilm, Mute, ReadPlayer, Unmute
from app.session.events import PlayerChanged, PlayerFailed, PlayRefused, SoundPressed, VisibilityChanged
from app.session.picture import Notice, Playing, Trouble
from app.session.projection import MAX_RELOADS, RECOVERED_S, Projection
from tests.unit.room.rooms import SHOWN, room

FIRST, SECOND = SHOWN[0].film_id, SHOWN[1].film_id
RUNNING = Timeline("one", 60.0, playing=True, anchor=0.0)


def at(timeline: Timeline) -> Room:
    return replace(room(), timeline=timeline)


def seen(when: float, position_s: float, **other: Any) -> PlayerMeasured:
    usual = PlayerMeasured(when, position_s, 600.0, False, False, False, 4, 1.0, ((0.0, 600.0),), ())
    return replace(usual, **other)


def measure(projection: Projection, where: Room | None, measured: PlayerMeasured) -> list[Any]:
    return list(projection.measured(measured, where, measured.at, lambda _: True))


def loaded(timeline: Timeline = RUNNING) -> Projection:
    """With the room's film in the element."""
    projection = Projection()
    projection.room_changed(at(timeline), 0.0, 0.0)
    return projection


def running() -> Projection:
    """In step at page time 20."""
    projection = loaded()
    measure(projection, at(RUNNING), seen(0.0, 60.0, paused=True))
    measure(projection, at(RUNNING), seen(20.0, 80.0))
    return projection


def given_up() -> Projection:
    """The element failed once too often."""
    projection = running()
    for _ in range(MAX_RELOADS + 1):
        projection.failed(PlayerFailed(FIRST), 25.0)
    return projection


# --- what is on


def test_what_comes_on_is_loaded_and_measured() -> None:
    projection = Projection()
    assert projection.next_wake() is None
    assert projection.room_changed(room(), 0.0, 5.0) == [LoadFilm(FIRST)]
    assert projection.next_wake() == 5.0


def test_what_is_on_already_is_not_loaded_again() -> None:
    assert loaded().room_changed(at(replace(RUNNING, playing=False)), 1.0, 1.0) == []


def test_another_film_is_loaded_in_its_place() -> None:
    projection = loaded()
    assert projection.room_changed(room(on="two"), 1.0, 1.0) == [LoadFilm(SECOND)]
    assert projection.film_id == SECOND


@pytest.mark.parametrize("nothing", [None, room(on=None)])
def test_where_nothing_is_on_nothing_is_played(nothing: Room | None) -> None:
    projection = loaded()
    assert projection.room_changed(nothing, 1.0, 1.0) == [LoadFilm(None)]
    assert projection.next_wake() is None
    assert projection.tick(1e9) == []


# --- following


def test_it_follows_the_room() -> None:
    projection = loaded()
    assert measure(projection, at(RUNNING), seen(0.0, 60.0, paused=True)) != []
    assert measure(projection, at(RUNNING), seen(20.0, 80.0)) == []
    assert measure(projection, at(RUNNING), seen(20.25, 80.55)) == [SetPlayer(rate=0.95)]


@pytest.mark.parametrize("nothing", [None, room(on=None)])
def test_where_nothing_is_on_there_is_nothing_to_follow(nothing: Room | None) -> None:
    assert measure(loaded(), nothing, seen(1.0, 0.0)) == []


def test_it_is_measured_when_due_and_not_again_before_that_is_answered() -> None:
    projection = loaded()
    assert projection.tick(0.0) == [ReadPlayer(FRAMES_A_LOOK)]
    assert projection.tick(0.1) == []
    assert projection.tick(0.25) == [ReadPlayer(FRAMES_A_LOOK)]


@pytest.mark.parametrize("kind", ["loadedmetadata", "seeked", "waiting", "playing", "canplay", "ended", "stalled"])
def test_news_of_the_element_is_looked_at_at_once(kind: str) -> None:
    projection = running()
    assert projection.changed(PlayerChanged(kind, 20.1, 80.1), 20.1) is None
    assert projection.next_wake() == 20.1


def test_what_is_no_news_is_not() -> None:
    projection = running()
    wake = projection.next_wake()
    assert projection.changed(PlayerChanged("volumechange", 20.1, 80.1), 20.1) is None
    assert projection.next_wake() == wake


# --- a person at the element


@pytest.mark.parametrize(
    ("kind", "command"),
    [("play", Play()), ("pause", Pause()), ("seeking", Seek(30.0)), ("ratechange", SetRate(1.5))],
    ids=lambda value: str(value),
)
def test_what_a_person_does_there_is_a_command(kind: str, command: Command) -> None:
    projection = running()
    if kind == "play":
        projection.changed(PlayerChanged("play", 0.1, 60.0), 0.1)  # the echo of our own
    assert projection.changed(PlayerChanged(kind, 20.1, 30.0, rate=1.4999), 20.1) == command
    assert projection.next_wake() == 20.1


def test_a_person_who_sets_the_speed_that_the_room_has_asks_for_nothing() -> None:
    projection = running()
    wake = projection.next_wake()
    assert projection.changed(PlayerChanged("ratechange", 20.1, 80.1, rate=1.001), 20.1) is None
    assert projection.next_wake() == wake, "what holds the rate for itself is not fought at every turn"
    projection.room_changed(at(replace(RUNNING, rate=1.5)), 20.2, 20.2)
    assert projection.changed(PlayerChanged("ratechange", 20.3, 80.3, rate=1.5), 20.3) is None
    assert projection.changed(PlayerChanged("ratechange", 20.4, 80.4, rate=1.0), 20.4) == SetRate(1.0)


def test_a_person_who_goes_twice_to_where_we_went_is_heard() -> None:
    projection = loaded(replace(RUNNING, playing=False))
    measure(projection, at(replace(RUNNING, playing=False)), seen(20.0, 0.0, paused=True))
    assert projection.changed(PlayerChanged("seeking", 20.1, 60.0), 20.1) is None
    projection.changed(PlayerChanged("seeked", 20.2, 60.0), 20.2)
    assert projection.changed(PlayerChanged("seeking", 120.0, 60.0), 120.0) == Seek(60.0)


def test_an_echo_of_our_own_is_not() -> None:
    projection = loaded()
    measure(projection, at(RUNNING), seen(20.0, 80.0, paused=True))
    assert projection.changed(PlayerChanged("play", 20.1, 80.0), 20.1) is None


def test_nobody_seeks_to_before_the_film() -> None:
    assert running().changed(PlayerChanged("seeking", 20.1, -0.5), 20.1) == Seek(0.0)


def test_a_tab_put_away_pauses_by_itself() -> None:
    projection = running()
    assert projection.turned(VisibilityChanged(hidden=True), 20.0) == []
    assert projection.changed(PlayerChanged("pause", 20.1, 80.1), 20.1) is None


def test_a_page_that_goes_on_after_the_browser_froze_it_pauses_nobody() -> None:
    projection = running()
    projection.turned(VisibilityChanged(hidden=False), 30.0)
    assert projection.changed(PlayerChanged("pause", 30.1, 80.1), 30.1) is None
    assert projection.next_wake() == 30.0


def test_a_tab_at_the_back_is_measured_at_once_and_one_in_front_with_the_next_timer() -> None:
    projection = running()
    projection.follower.wake_now(20.0)
    assert projection.hurry(20.0) == []
    projection.turned(VisibilityChanged(hidden=True), 20.0)
    assert projection.hurry(20.0) == [ReadPlayer(FRAMES_A_LOOK)]
    assert projection.hurry(20.0) == []


# --- what the browser will not do


def test_without_a_gesture_it_plays_without_sound() -> None:
    projection = loaded()
    assert projection.refused(PlayRefused(muted=False), 1.0) == [Mute()]
    assert (projection.needs_sound, projection.needs_click) == (True, False)
    assert projection.sound(SoundPressed(), 2.0) == [Unmute()]
    assert (projection.needs_sound, projection.needs_click) == (False, False)
    assert projection.next_wake() == 2.0


def test_a_play_without_sound_is_nobodys_deed() -> None:
    still = at(replace(RUNNING, playing=False))
    projection = loaded(still.timeline)
    measure(projection, still, seen(20.0, 60.0, paused=True))
    runs = replace(RUNNING, anchor=300.0)
    projection.room_changed(at(runs), 300.0, 300.0)
    measure(projection, at(runs), seen(300.0, 60.0, paused=True))
    assert projection.refused(PlayRefused(muted=False), 300.1) == [Mute()]
    assert projection.changed(PlayerChanged("play", 300.2, 60.0), 300.2) is None
    assert projection.changed(PlayerChanged("play", 310.0, 70.0), 310.0) == Play()


def test_where_it_will_not_even_play_muted_it_waits_for_the_click() -> None:
    projection = loaded()
    projection.refused(PlayRefused(muted=False), 1.0)
    assert projection.refused(PlayRefused(muted=True), 1.1) == []
    assert (projection.needs_sound, projection.needs_click) == (True, True)
    paused = seen(2.0, 0.0, paused=True)
    assert measure(projection, at(RUNNING), paused) == []
    projection.sound(SoundPressed(), 3.0)
    assert measure(projection, at(RUNNING), paused) != []


@pytest.mark.parametrize("nothing", [None, room(on=None)])
def test_the_gesture_is_wanted_no_longer_than_there_is_a_film(nothing: Room | None) -> None:
    projection = loaded()
    projection.refused(PlayRefused(muted=False), 1.0)
    projection.refused(PlayRefused(muted=True), 1.1)
    assert projection.room_changed(room(on="two"), 2.0, 2.0) == [LoadFilm(SECOND)]
    assert (projection.needs_sound, projection.needs_click) == (True, True)
    # The next film is tried with sound again, once this one can be heard no more.
    assert projection.room_changed(nothing, 3.0, 3.0) == [LoadFilm(None), Unmute()]
    assert (projection.needs_sound, projection.needs_click) == (False, False)


def test_who_has_turned_the_sound_off_finds_it_off_in_the_next_room() -> None:
    projection = loaded()
    projection.refused(PlayRefused(muted=True), 1.0)
    assert projection.room_changed(None, 3.0, 3.0) == [LoadFilm(None)]
    assert not projection.needs_click


def test_a_refused_play_has_no_echo() -> None:
    projection = loaded()
    measure(projection, at(RUNNING), seen(20.0, 80.0, paused=True))
    projection.refused(PlayRefused(muted=True), 20.0)
    assert projection.changed(PlayerChanged("play", 20.1, 80.0), 20.1) == Play()


def test_a_film_that_fails_is_loaded_again_and_then_told_of() -> None:
    projection = loaded()
    for _ in range(MAX_RELOADS):
        assert projection.failed(PlayerFailed(FIRST), 1.0) == [LoadFilm(FIRST)]
        assert projection.notice is None
    assert projection.next_wake() == 1.0
    assert projection.failed(PlayerFailed(FIRST), 1.0) == []
    assert projection.notice == Notice(Trouble.CANNOT_PLAY, "Metropolis.mp4")


def test_a_film_that_played_meanwhile_has_all_its_chances_again() -> None:
    projection = loaded()
    now = 0.0
    for _ in range(3):
        for _ in range(MAX_RELOADS):
            assert projection.failed(PlayerFailed(FIRST), now) == [LoadFilm(FIRST)]
        measure(projection, at(RUNNING), seen(now, 60.0 + now, paused=True))
        for ahead in (RECOVERED_S, RECOVERED_S + 1):
            measure(projection, at(RUNNING), seen(now + ahead, 60.0 + now + ahead))
        now += RECOVERED_S + 1
    assert projection.notice is None


def test_who_gave_up_is_told_nothing_and_does_nothing_in_a_persons_name() -> None:
    projection = given_up()
    assert measure(projection, at(RUNNING), seen(30.0, 90.0)) == []
    assert projection.failed(PlayerFailed(FIRST), 30.0) == []
    for kind in ("play", "pause", "seeking"):
        assert projection.changed(PlayerChanged(kind, 30.1, 0.0), 30.1) is None
    assert projection.playing(at(RUNNING), 30.0) is Playing.PLAYING


def test_who_gave_up_tries_again_where_the_room_goes_next() -> None:
    projection = given_up()
    assert projection.room_changed(at(replace(RUNNING, rate=1.5)), 0.0, 30.0) == []
    assert projection.room_changed(at(replace(RUNNING, position_s=300.0)), 0.0, 30.0) == [LoadFilm(FIRST)]
    assert projection.notice is None
    assert measure(projection, at(RUNNING), seen(30.0, 0.0, paused=True)) != []


@pytest.mark.parametrize("kind", ["play", "pause", "seeking"])
def test_a_player_that_is_stuck_does_nothing_in_a_persons_name(kind: str) -> None:
    assert running().changed(PlayerChanged(kind, 20.1, 4.09, stuck=True), 20.1) is None


def test_a_film_that_is_over_long_before_its_end_is_loaded_again_and_then_told_of() -> None:
    projection = running()
    for _ in range(MAX_RELOADS):
        over = seen(20.25, 600.0, paused=True, ended=True)
        assert measure(projection, at(RUNNING), over) == [LoadFilm(FIRST)]
        measure(projection, at(RUNNING), seen(20.5, 0.0, paused=True))
        measure(projection, at(RUNNING), seen(21.5, 81.5))
    assert measure(projection, at(RUNNING), seen(21.75, 600.0, paused=True, ended=True)) == []
    assert projection.notice == Notice(Trouble.CANNOT_PLAY, "Metropolis.mp4")


def test_a_file_that_is_given_back_is_played() -> None:
    projection = loaded()
    for _ in range(MAX_RELOADS + 1):
        projection.failed(PlayerFailed(FIRST), 1.0)
    assert projection.given(FIRST, 2.0) == [LoadFilm(FIRST)]
    assert (projection.notice, projection.next_wake()) == (None, 2.0)
    assert projection.failed(PlayerFailed(FIRST), 3.0) == [LoadFilm(FIRST)]


def test_a_file_of_another_film_changes_nothing_on_the_screen() -> None:
    assert loaded().given(SECOND, 2.0) == []


def test_another_film_has_its_own_chances() -> None:
    projection = loaded()
    for _ in range(MAX_RELOADS + 1):
        projection.failed(PlayerFailed(FIRST), 1.0)
    projection.room_changed(room(on="two"), 2.0, 2.0)
    assert projection.notice is None
    assert projection.failed(PlayerFailed(SECOND), 3.0) == [LoadFilm(SECOND)]


def test_the_failure_of_a_film_that_is_not_on_is_passed_over() -> None:
    assert loaded().failed(PlayerFailed(SECOND), 1.0) == []


# --- in a person's words


def test_what_the_element_is_doing() -> None:
    projection = running()
    assert projection.playing(room(on=None), 20.0) is Playing.NOTHING
    assert projection.playing(at(RUNNING), 20.0) is Playing.PLAYING
    assert projection.playing(at(RUNNING), 600.0) is Playing.ENDED
    assert projection.playing(at(replace(RUNNING, playing=False)), 20.0) is Playing.PAUSED


def test_off_by_much_it_is_catching_up() -> None:
    projection = running()
    measure(projection, at(RUNNING), seen(20.25, 80.25 - 0.26))
    assert projection.playing(at(RUNNING), 20.25) is Playing.CATCHING_UP
    measure(projection, at(RUNNING), seen(20.5, 80.5 - 0.24))
    assert projection.playing(at(RUNNING), 20.5) is Playing.PLAYING
    measure(projection, at(RUNNING), seen(20.75, 80.75 + 0.26))
    assert projection.playing(at(RUNNING), 20.75) is Playing.CATCHING_UP


def test_stalled_it_waits_for_the_download_even_in_a_paused_room() -> None:
    projection = running()
    measure(projection, at(RUNNING), seen(20.25, 80.25, ready_state=2))
    assert projection.playing(at(RUNNING), 20.25) is Playing.WAITING_FOR_DOWNLOAD
    assert projection.playing(at(replace(RUNNING, playing=False)), 20.25) is Playing.WAITING_FOR_DOWNLOAD


def test_every_event_of_the_screen_has_its_handler() -> None:
    assert set(Projection().handlers()) == {PlayRefused, PlayerFailed, SoundPressed, VisibilityChanged}


def test_while_the_room_waits_that_is_what_is_said() -> None:
    waiting = replace(at(replace(RUNNING, playing=False)), wait=Wait(("ben",), 30.0))
    assert running().playing(waiting, 20.0) is Playing.WAITING_FOR_OTHERS


# --- its end


def test_the_end_is_known_while_the_film_runs() -> None:
    projection = running()
    assert not projection.ended
    measure(projection, at(RUNNING), seen(21.0, 600.0, ended=True))
    assert projection.ended
    measure(projection, at(replace(RUNNING, playing=False)), seen(22.0, 600.0, ended=True))
    assert not projection.ended


def test_another_film_has_not_ended() -> None:
    projection = running()
    measure(projection, at(RUNNING), seen(21.0, 600.0, ended=True))
    projection.room_changed(at(Timeline("two")), 22.0, 22.0)
    assert not projection.ended


@pytest.mark.parametrize(("rate", "asked"), [(0.1, 0.25), (16.0, 4.0)])
def test_a_speed_that_no_room_takes_is_the_nearest_that_it_does(rate: float, asked: float) -> None:
    assert running().changed(PlayerChanged("ratechange", 20.1, 80.0, rate=rate), 20.1) == SetRate(asked)


def test_a_film_that_plays_without_sound_because_we_told_it_to_is_nobodys_deed() -> None:
    projection = running()
    projection.refused(PlayRefused(muted=False), 20.0)
    assert projection.changed(PlayerChanged("play", 22.0, 80.0), 22.0) is None
    assert projection.changed(PlayerChanged("play", 23.0, 81.0), 23.0) == Play()


def test_one_that_does_not_play_even_so_may_be_played_by_a_person() -> None:
    projection = running()
    projection.refused(PlayRefused(muted=False), 20.0)
    projection.refused(PlayRefused(muted=True), 20.1)
    assert projection.changed(PlayerChanged("play", 22.0, 80.0), 22.0) == Play()
