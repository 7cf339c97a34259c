"""One screen follows the room. Page time, room time and positions in seconds; page time is room time here."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from app.playback.beginning import FIRST_SEEK_COST_S, FIRST_START_DELAY_S, UNTOLD_S
from app.playback.drift import SEEK_S
from app.playback.echoes import ECHO_S
from app.playback.follow import (
    EVERY_BEGINNING_S,
    EVERY_PAUSED_S,
    EVERY_S,
    GRACE_S,
    SETTLING_S,
    SOON_S,
    STARVES_S,
    Follower,
)
from app.playback.player import PlayerMeasured, SetPlayer
from app.playback.swing import BEND, sway
from app.playback.timeline import Timeline
from app.playback.tolerance import ARRIVED_S
from app.playback.whereabouts import FRAMES_A_LOOK, REFRESH_S

PAUSED = Timeline("film", 60.0, playing=False, anchor=0.0)
PLAYING = Timeline("film", 60.0, playing=True, anchor=0.0)
LENGTH_S = 600.0


def seen(at: float, position_s: float, **other: Any) -> PlayerMeasured:
    """A playing element, with all of the film in its buffer."""
    usual = PlayerMeasured(at, position_s, LENGTH_S, False, False, False, 4, 1.0, ((0.0, LENGTH_S),), ())
    return replace(usual, **other)


def about(value: float) -> Any:
    return pytest.approx(value)


def steps_off(count: int) -> Any:
    """A start delay that is so many refreshes of the screen more than the first one."""
    return about(FIRST_START_DELAY_S + count * REFRESH_S)


class Screen:
    """A follower, and the room it follows."""

    def __init__(self, timeline: Timeline = PLAYING, at: float = 0.0) -> None:
        self.follower = Follower()
        self.room(timeline, at)

    def room(self, timeline: Timeline, at: float) -> None:
        self.timeline = timeline
        self.follower.room_changed(timeline, at, at)

    def shows(
        self, at: float, position_s: float, held: Callable[[float], bool] = lambda _: True, **other: Any
    ) -> SetPlayer | None:
        return self.follower.measured(seen(at, position_s, **other), self.timeline, LENGTH_S, at, held)

    def off(
        self, at: float, by_s: float, held: Callable[[float], bool] = lambda _: True, **other: Any
    ) -> SetPlayer | None:
        """Seen ahead of the room by `by_s`."""
        return self.shows(at, self.timeline.position_at(at) + by_s, held, **other)


def started() -> Screen:
    """Stood ready, and was told to play just now."""
    screen = Screen(PAUSED)
    screen.shows(0.0, 60.0, paused=True)
    screen.room(PLAYING, 0.0)
    assert screen.shows(0.0, 60.0, paused=True) == SetPlayer(playing=True, rate=1.0)
    return screen


def bent(rate: float) -> SetPlayer:
    """A small correction, for which the pitch need not be kept."""
    return SetPlayer(rate=about(rate), keeps_pitch=False)


def in_step(until: float = 10.0) -> Screen:
    """Following for a while, nothing left to settle."""
    screen = Screen()
    screen.off(0.0, 0.0, paused=True)
    at = 0.0
    while at < until:
        screen.off(at := at + EVERY_S, 0.0)
    return screen


def interrupted(by_s: float) -> SetPlayer | None:
    """What is told to an element that stalled and runs again, off by that much."""
    screen = in_step()
    screen.off(10.5, by_s, ready_state=2)
    return screen.off(11.0, by_s)


# --- how many frames it has to be told


def test_frames_are_told_at_every_look_until_nothing_is_left_to_settle() -> None:
    screen = Screen()
    screen.off(0.0, 0.0, paused=True)
    for look in range(1, 41):
        at = look * EVERY_S
        by_s = sway(at).ahead_s if look > 6 else 0.0
        screen.off(at, by_s, frames=shown_until(at, by_s))
        wanted = screen.follower.frames_wanted(at)
        assert at >= SETTLING_S or wanted == FRAMES_A_LOOK
    assert [screen.follower.frames_wanted(10.9 + look / 4) > 0 for look in range(4)].count(True) == 1
    screen.off(12.0, 0.1)
    assert [screen.follower.frames_wanted(12.0 + look / 4) for look in range(4)] == 4 * [FRAMES_A_LOOK]


# --- standing still


def test_before_the_film_has_an_index_it_is_told_nothing() -> None:
    assert Screen().shows(1.0, 0.0, ready_state=0, paused=True) is None


def test_a_paused_room_puts_a_new_screen_at_its_position() -> None:
    assert Screen(PAUSED).shows(1.0, 0.0, paused=True) == SetPlayer(False, 60.0, 1.0)


def test_a_paused_room_pauses_a_running_screen_at_the_same_frame() -> None:
    screen = in_step()
    screen.room(replace(PAUSED, position_s=70.0), 10.0)
    assert screen.shows(10.1, 70.1) == SetPlayer(False, 70.0, 1.0)


def test_where_it_stands_right_it_is_told_nothing() -> None:
    assert Screen(PAUSED).shows(1.0, 60.0015, paused=True) is None


def test_a_position_it_was_told_once_is_not_told_again() -> None:
    screen = Screen(PAUSED)
    assert screen.shows(1.0, 0.0, paused=True) is not None
    assert screen.shows(2.0, 59.98, paused=True) is None
    screen.room(replace(PAUSED, position_s=30.0), 3.0)
    assert screen.shows(3.0, 59.98, paused=True) == SetPlayer(False, 30.0, 1.0)


def test_a_seek_to_where_it_was_told_to_be_is_told_again() -> None:
    screen = Screen(PAUSED)
    screen.shows(1.0, 0.0, paused=True)
    screen.room(replace(PAUSED, anchor=3.0), 3.0)
    assert screen.shows(3.0, 59.98, paused=True) == SetPlayer(False, 60.0, 1.0)


def test_a_running_screen_is_put_exactly_where_the_room_stands_even_if_it_seems_to_be_there() -> None:
    assert Screen(PAUSED).shows(1.0, 60.0) == SetPlayer(False, 60.0, 1.0)


def test_a_paused_screen_that_seeks_is_waiting() -> None:
    screen = Screen(PAUSED)
    screen.shows(1.0, 60.0, paused=True, seeking=True)
    assert screen.follower.stalled
    screen.shows(2.0, 60.0, paused=True)
    assert not screen.follower.stalled


def test_at_the_end_of_the_film_it_stands() -> None:
    screen = Screen(replace(PLAYING, position_s=599.0))
    assert screen.shows(2.0, 600.0, paused=True, ended=True) is None
    assert screen.shows(2.0, 599.9) == SetPlayer(False, 600.0, 1.0)


def test_where_the_room_knows_no_length_the_elements_own_counts() -> None:
    screen = Screen(replace(PLAYING, position_s=599.0))
    ended = screen.follower.measured(seen(2.0, 599.9), screen.timeline, None, 2.0, lambda _: True)
    assert ended == SetPlayer(False, 600.0, 1.0)
    unknown = replace(seen(2.0, 601.0), duration_s=None)
    assert screen.follower.measured(unknown, screen.timeline, None, 2.0, lambda _: True) != ended


# --- a start


def test_until_a_scheduled_start_it_stands_and_wakes_in_time() -> None:
    screen = Screen(replace(PLAYING, anchor=5.2))
    assert screen.shows(5.0, 60.0, paused=True) is None
    assert screen.follower.next_wake() == about(5.2 - FIRST_START_DELAY_S - SOON_S)


def test_a_start_far_away_is_not_waited_for_in_one_go() -> None:
    screen = Screen(replace(PLAYING, anchor=50.0))
    screen.shows(5.0, 60.0, paused=True)
    assert screen.follower.next_wake() == 5.0 + EVERY_S


def test_a_start_is_brought_forward_by_what_this_machine_needs() -> None:
    screen = Screen(replace(PLAYING, anchor=5.2))
    screen.shows(5.0, 60.0, paused=True)
    told = screen.shows(5.2 - FIRST_START_DELAY_S - 0.003, 60.0, paused=True)
    assert told == SetPlayer(playing=True, rate=1.0, at=about(5.2 - FIRST_START_DELAY_S))


def test_a_screen_that_runs_before_the_start_is_stopped() -> None:
    screen = Screen(replace(PLAYING, anchor=5.2))
    assert screen.shows(5.0, 60.0) == SetPlayer(False, 60.0, 1.0)


def test_a_screen_just_begun_is_not_stopped_for_beginning_early() -> None:
    screen = Screen(replace(PLAYING, anchor=5.2))
    screen.shows(5.0, 60.0, paused=True)
    screen.shows(5.165, 60.0, paused=True)
    assert screen.shows(5.155, 60.0) is None


def test_what_a_start_costs_is_learnt() -> None:
    screen = started()
    screen.off(UNTOLD_S, -0.03)
    assert screen.follower.beginning.start_delay.value == steps_off(-2)


def test_at_twice_the_speed_a_start_costs_the_same_time() -> None:
    screen = Screen(replace(PAUSED, rate=2.0))
    screen.shows(0.0, 60.0, paused=True)
    screen.room(replace(PLAYING, rate=2.0), 0.0)
    screen.shows(0.0, 60.0, paused=True, rate=2.0)
    screen.off(UNTOLD_S, -0.08, rate=2.0)
    assert screen.follower.beginning.start_delay.value == steps_off(-2)


def test_what_a_start_costs_is_learnt_where_it_was_told_early_and_not_quite_in_place() -> None:
    screen = Screen(replace(PLAYING, anchor=5.2))
    screen.shows(5.0, 60.0, paused=True)
    told = screen.shows(5.2 - FIRST_START_DELAY_S, 60.01, paused=True)
    assert told == SetPlayer(playing=True, rate=1.0, at=about(5.2 - FIRST_START_DELAY_S))
    screen.off(6.0, 0.03)
    assert screen.follower.beginning.start_delay.value == steps_off(-1)


def test_a_start_teaches_once() -> None:
    screen = started()
    screen.off(1.0, -0.03)
    screen.off(1.25, -0.01)
    screen.off(1.5, -0.01)
    assert screen.follower.beginning.start_delay.value == steps_off(-2)


def test_nothing_is_learnt_or_corrected_before_it_is_known_where_it_is() -> None:
    screen = started()
    assert screen.off(UNTOLD_S - 0.1, -0.3) is None
    assert screen.follower.beginning.start_delay.value == FIRST_START_DELAY_S
    assert screen.follower.next_wake() == about(UNTOLD_S - 0.1 + EVERY_BEGINNING_S)


def test_the_first_frames_tell_before_anything_blurs_them() -> None:
    screen = started()
    frames = tuple((60.0 + n / 25, 0.04 + n / 25) for n in range(5))
    assert screen.shows(0.2, 60.3, frames=frames[:4]) is None
    order = screen.shows(0.25, 60.4, frames=frames)
    assert screen.follower.drift_s == about(-0.04)
    assert screen.follower.beginning.start_delay.value == steps_off(-2)
    assert order == bent(1.02)


def test_after_its_first_frames_it_is_measured_in_its_own_time_again() -> None:
    screen = started()
    screen.off(UNTOLD_S, 0.0)
    assert screen.follower.next_wake() == about(UNTOLD_S + EVERY_S)


def test_a_start_interrupted_by_a_stall_teaches_nothing() -> None:
    screen = started()
    screen.off(0.3, -0.2, ready_state=2)
    screen.off(0.6, -0.2)
    assert screen.follower.beginning.start_delay.value == FIRST_START_DELAY_S


def test_a_late_start_seeks_to_where_the_room_is_by_then() -> None:
    screen = Screen()
    order = screen.shows(20.0, 0.0, paused=True)
    assert order == SetPlayer(True, 80.0 + FIRST_SEEK_COST_S, 1.0)


def test_a_start_a_little_off_needs_no_seek() -> None:
    screen = in_step()
    assert screen.off(11.0, -0.05, paused=True) == SetPlayer(playing=True, rate=1.0)


def test_a_start_that_is_off_seeks() -> None:
    screen = in_step()
    assert screen.off(11.0, -0.5, paused=True) == SetPlayer(True, 71.0 + FIRST_SEEK_COST_S, 1.0)


# --- in step


def test_in_step_it_is_told_nothing() -> None:
    screen = in_step()
    assert screen.off(10.25, 0.003) is None
    assert screen.follower.drift_s == about(0.003)


@pytest.mark.parametrize(("drift_s", "rate"), [(0.05, 0.99), (-0.05, 1.01)])
def test_a_drift_is_corrected_by_the_rate_alone(drift_s: float, rate: float) -> None:
    assert in_step().off(10.25, drift_s) == bent(rate)


@pytest.mark.parametrize(("drift_s", "rate"), [(0.3, 0.95), (-0.8, 1.08)])
def test_the_pitch_is_kept_where_much_is_corrected(drift_s: float, rate: float) -> None:
    assert in_step().off(10.25, drift_s) == SetPlayer(rate=about(rate), keeps_pitch=True)


def test_where_the_room_has_another_speed_the_pitch_is_always_kept() -> None:
    screen = in_step()
    screen.room(replace(PLAYING, position_s=70.0, anchor=10.0, rate=1.5), 10.0)
    assert screen.off(10.25, -0.05, rate=1.5) == SetPlayer(rate=about(1.5 * 1.01), keeps_pitch=True)


def test_a_correction_bends_the_rooms_own_rate() -> None:
    screen = in_step()
    screen.room(replace(PLAYING, position_s=70.0, anchor=10.0, rate=1.5), 10.0)
    assert screen.off(10.25, -0.3, rate=1.5) == SetPlayer(rate=about(1.5 * 1.05))


def test_a_rate_it_has_already_is_not_told_again() -> None:
    screen = in_step()
    screen.off(10.25, 0.05)
    assert screen.off(10.5, 0.04, rate=0.99) is None
    assert screen.off(10.75, 0.0, rate=0.99) == bent(1.0)


def test_another_rate_of_the_room_is_taken_up_without_a_seek() -> None:
    screen = in_step()
    screen.room(replace(PLAYING, position_s=70.0, anchor=10.0, rate=2.0), 10.0)
    assert screen.off(10.05, 0.0) == SetPlayer(rate=2.0)


def test_frames_count_more_than_the_elements_position() -> None:
    screen = in_step()
    frames = tuple((70.25 - n / 24, 10.25 - n / 24) for n in range(6))
    assert screen.off(10.25, 0.05, frames=frames) is None
    assert screen.follower.drift_s == about(0.0)


def shown_until(at: float, by_s: float = 0.0) -> tuple[tuple[float, float], ...]:
    """The frames of a screen that is ahead of the room by that much."""
    last = int(25 * (at + by_s))
    return tuple((60 + n / 25, round((n / 25 - by_s) / REFRESH_S) * REFRESH_S) for n in range(last - 9, last + 1))


def test_once_its_frames_tell_that_its_position_is_fine_it_swings_by_the_rooms_time() -> None:
    screen, at = in_step(), 10.0
    told = []
    for _ in range(12):
        at += EVERY_S
        told.append(screen.off(at, sway(at).ahead_s, frames=shown_until(at, sway(at).ahead_s)))
    assert told[-1] == bent(1 + sway(at).bend)
    assert screen.follower.drift_s == pytest.approx(0.0, abs=0.002)
    turn = at + sway(at).left_s
    screen.off(turn - 0.1, sway(turn - 0.1).ahead_s)
    assert screen.follower.next_wake() == about(turn)
    assert screen.off(turn, sway(turn).ahead_s, rate=1 + BEND) == bent(1 - BEND)


def test_after_a_start_the_hand_is_firmer_for_a_while() -> None:
    screen = started()
    assert screen.off(1.0, -0.05) == bent(1.02)
    assert screen.off(SETTLING_S, -0.03, rate=1.02) == bent(1.01)


def test_it_is_measured_four_times_a_second_while_it_runs_and_once_while_it_stands() -> None:
    screen = in_step()
    screen.off(11.0, 0.0)
    assert screen.follower.next_wake() == 11.0 + EVERY_S
    screen.room(PAUSED, 11.0)
    assert screen.follower.next_wake() == 11.0
    screen.shows(12.0, 60.0, paused=True)
    assert screen.follower.next_wake() == 12.0 + EVERY_PAUSED_S
    screen.follower.wake_now(12.3)
    assert screen.follower.next_wake() == 12.3


# --- seeks


def test_far_off_it_seeks_with_what_a_seek_costs_on_top() -> None:
    order = in_step().off(10.25, -SEEK_S - 0.1)
    assert order == SetPlayer(position_s=about(70.25 + FIRST_SEEK_COST_S), rate=1.0)


def test_far_off_it_does_not_seek_to_where_no_bytes_are() -> None:
    order = in_step().off(10.25, -SEEK_S - 0.1, buffered=((0.0, 70.0),), held=lambda _: False)
    assert order == SetPlayer(rate=about(1.08))


def test_bytes_are_asked_about_where_the_seek_would_go() -> None:
    order = in_step().off(10.25, -SEEK_S - 0.1, buffered=(), held=lambda at: at == about(70.25))
    assert order is not None
    assert order.position_s is not None


def test_what_is_buffered_can_be_sought_whatever_is_held() -> None:
    order = in_step().off(10.25, 2.0, buffered=((0.0, 1.0), (70.25, 80.0)), held=lambda _: False)
    assert order is not None
    assert order.position_s is not None


def test_where_the_room_jumps_it_seeks_at_once_whatever_is_held() -> None:
    screen = in_step()
    screen.room(replace(PLAYING, position_s=300.0, anchor=10.0), 10.0)
    order = screen.shows(10.0, 70.0, buffered=(), held=lambda _: False)
    assert order == SetPlayer(position_s=300.0 + FIRST_SEEK_COST_S, rate=1.0)


def test_a_small_move_of_the_room_is_made_up_by_rate() -> None:
    screen = in_step()
    screen.room(replace(PLAYING, position_s=70.5, anchor=10.0), 10.0)
    order = screen.shows(10.25, 70.25)
    assert order is not None
    assert order.position_s is None


def test_another_film_is_a_jump_even_to_the_same_position() -> None:
    screen = in_step()
    screen.room(replace(PLAYING, item="another"), 10.0)
    order = screen.off(10.0, 0.0)
    assert order is not None
    assert order.position_s is not None


def test_the_same_timeline_again_changes_nothing() -> None:
    screen = in_step()
    wake = screen.follower.next_wake()
    screen.room(replace(PLAYING), 10.1)
    assert screen.follower.next_wake() == wake


def test_after_a_seek_there_is_grace() -> None:
    screen = in_step()
    screen.off(10.25, -3.0)
    assert screen.off(10.25 + GRACE_S - 0.01, -0.4) is None
    assert screen.off(10.25 + GRACE_S, -0.4) is not None


def test_what_a_seek_costs_is_learnt_and_added() -> None:
    screen = started()
    screen.off(10.25, -3.0)
    screen.off(11.0, 0.06)
    assert screen.follower.beginning.seek_cost.value == about(FIRST_SEEK_COST_S - 0.06)
    order = screen.off(12.0, -3.0)
    assert order is not None
    assert order.position_s == about(72.0 + FIRST_SEEK_COST_S - 0.06)


@pytest.mark.parametrize(("held", "learnt_s"), [(True, FIRST_SEEK_COST_S - 0.06), (False, FIRST_SEEK_COST_S)])
def test_a_seek_that_waited_for_its_bytes_teaches_nothing(held: bool, learnt_s: float) -> None:
    screen = started()
    screen.off(10.25, -3.0)
    screen.off(10.25 + GRACE_S - 0.1, -0.2, held=lambda _: held, seeking=True)
    screen.off(10.25 + GRACE_S + 0.1, -0.2, seeking=True)
    screen.off(12.0, 0.06)
    assert screen.follower.beginning.seek_cost.value == about(learnt_s)


# --- stalls


@pytest.mark.parametrize("stall", [{"seeking": True}, {"ready_state": 2}])
def test_a_stalled_screen_is_left_alone(stall: dict[str, Any]) -> None:
    screen = in_step()
    assert screen.off(10.25, -0.3, **stall) is None
    assert screen.follower.stalled
    assert screen.follower.drift_s is None


def test_after_a_stall_one_seek_puts_it_right() -> None:
    order = interrupted(-0.15)
    assert order is not None
    assert order.position_s == about(71.0 + FIRST_SEEK_COST_S)


def test_after_a_stall_a_small_drift_is_made_up_by_rate() -> None:
    assert interrupted(-0.05) == bent(1.02)


def test_after_a_stall_only_the_first_measurement_is_stricter() -> None:
    screen = in_step()
    screen.off(10.5, -0.05, ready_state=2)
    screen.off(11.0, -0.05)
    order = screen.off(11.25, -0.15)
    assert order is not None
    assert order.position_s is None


def test_stalled_far_behind_it_seeks_to_what_is_held() -> None:
    order = in_step().off(12.0, -1.5, ready_state=2)
    assert order is not None
    assert order.position_s is not None


@pytest.mark.parametrize(
    "because", [{"held": lambda _: False, "buffered": ()}, {"seeking": True}], ids=["not held", "seeking"]
)
def test_stalled_far_behind_it_waits(because: dict[str, Any]) -> None:
    assert in_step().off(12.0, -1.5, ready_state=2, **because) is None


def test_a_seek_takes_its_time_without_being_an_interruption() -> None:
    screen = in_step()
    screen.off(10.25, -3.0)
    assert screen.off(10.25 + GRACE_S - 0.01, -3.0, ready_state=2) is None
    assert screen.off(10.25 + GRACE_S, -0.15) == SetPlayer(rate=about(1.05))


# --- hidden


def test_a_hidden_screen_is_not_corrected_and_then_at_once() -> None:
    screen = in_step()
    screen.follower.turned(True, 10.1)
    assert screen.off(10.25, 0.3) is None
    screen.follower.turned(False, 10.3)
    assert screen.follower.next_wake() == 10.3
    assert screen.off(10.3, 0.3) == SetPlayer(rate=0.95)


def test_a_screen_that_goes_to_the_back_while_it_catches_up_runs_at_the_rooms_rate_again() -> None:
    screen = in_step()
    assert screen.off(10.25, -0.3) == SetPlayer(rate=about(1.05))
    screen.follower.turned(True, 10.4)
    assert screen.off(10.5, -0.29, rate=1.05) == SetPlayer(rate=1.0, keeps_pitch=False)
    assert screen.follower.drift_s is None
    assert screen.off(10.75, -0.29) is None


def test_a_start_at_the_back_ends_there_and_teaches_nothing() -> None:
    screen = started()
    screen.follower.turned(True, 0.1)
    screen.off(0.2, -0.1)
    assert screen.follower.next_wake() == about(0.2 + EVERY_S)
    screen.follower.turned(False, 30.0)
    screen.off(30.0, -0.3)
    assert screen.follower.beginning.start_delay.value == FIRST_START_DELAY_S


def test_a_start_that_stalls_at_the_back_is_not_looked_for() -> None:
    screen = started()
    screen.follower.turned(True, 0.1)
    screen.off(0.2, -0.1, ready_state=2)
    assert screen.follower.next_wake() == about(0.2 + EVERY_S)


def test_a_hidden_screen_still_starts_and_jumps() -> None:
    screen = in_step()
    screen.follower.turned(True, 10.1)
    screen.room(replace(PLAYING, position_s=300.0, anchor=11.0), 11.0)
    assert screen.shows(11.0, 71.0) is not None


def begun_late_at_the_back(late_s: float) -> Screen:
    """Its timer rang so late, at page time 20, that it was told to play from further on."""
    screen = Screen(PAUSED)
    screen.follower.turned(True, 0.0)
    screen.shows(0.0, 60.0, paused=True)
    screen.room(replace(PLAYING, anchor=20.0 - late_s), 20.0)
    begun = screen.shows(20.0, 60.0, paused=True)
    assert begun == SetPlayer(True, about(60.0 + late_s), 1.0)
    return screen


@pytest.mark.parametrize("off_s", [-0.5, 0.5])
def test_a_start_at_the_back_that_went_wrong_is_put_right_once_it_had_its_time(off_s: float) -> None:
    screen = begun_late_at_the_back(0.9)
    assert screen.off(20.3, off_s) is None
    assert screen.off(20.0 + UNTOLD_S, off_s) == SetPlayer(position_s=about(60.9 + UNTOLD_S), rate=1.0)
    assert screen.off(21.5, off_s) is None
    assert screen.follower.beginning.seek_cost.value == FIRST_SEEK_COST_S


def test_a_start_at_the_back_that_is_a_little_off_is_left_alone_and_so_is_what_comes_later() -> None:
    screen = begun_late_at_the_back(0.9)
    assert screen.off(20.0 + UNTOLD_S, 0.01 - ARRIVED_S) is None
    assert screen.off(30.0, -0.5) is None


def test_a_start_at_the_back_is_not_sent_to_where_nothing_is() -> None:
    screen = begun_late_at_the_back(0.9)
    assert screen.off(20.0 + UNTOLD_S, -0.5, lambda _: False, buffered=()) is None


# --- echoes


def told_to_play_and_seek() -> Screen:
    """At page time 20."""
    screen = Screen()
    screen.shows(20.0, 60.0, paused=True)
    return screen


def test_our_own_orders_come_back_however_late() -> None:
    follower = told_to_play_and_seek().follower
    assert follower.is_echo("play", 60.0, 25.0)
    assert not follower.is_echo("play", 60.0, 25.0)


def test_orders_that_follow_each_other_closely_all_come_back() -> None:
    screen = told_to_play_and_seek()
    screen.room(replace(PAUSED, position_s=80.0), 20.05)
    assert screen.shows(20.05, 80.0) is not None
    assert screen.follower.is_echo("play", 80.0, 22.0)
    assert screen.follower.is_echo("pause", 80.0, 22.0)
    assert not screen.follower.is_echo("play", 80.0, 22.1)


def test_a_seek_of_ours_that_is_done_is_no_echo_of_a_persons_to_the_same_place() -> None:
    screen = Screen(PAUSED)
    screen.shows(20.0, 0.0, paused=True)
    assert screen.follower.is_echo("seeking", 60.0, 20.1)
    screen.follower.echoes.seeked(20.2)
    assert not screen.follower.is_echo("seeking", 60.0, 120.0)


def test_a_play_that_was_refused_and_is_tried_again_comes_back_once() -> None:
    follower = told_to_play_and_seek().follower
    follower.echoes.refused(tries_again=True)
    assert follower.is_echo("play", 60.0, 25.0)
    assert not follower.is_echo("play", 60.0, 25.0)


def test_a_seek_of_ours_is_known_by_its_place() -> None:
    screen = Screen()
    order = screen.shows(20.0, 60.0, paused=True)
    assert order is not None
    assert order.position_s is not None
    assert screen.follower.is_echo("seeking", order.position_s + 0.1, 29.0)
    assert not screen.follower.is_echo("seeking", order.position_s + 5, 20.1)


def test_an_order_that_was_refused_is_not_expected_back() -> None:
    follower = told_to_play_and_seek().follower
    follower.echoes.refused()
    assert not follower.is_echo("play", 60.0, 20.1)


def test_what_was_never_ordered_is_a_person() -> None:
    assert not told_to_play_and_seek().follower.is_echo("pause", 60.0, 20.1)


def test_pausing_is_expected_only_of_an_element_that_runs() -> None:
    screen = in_step()
    screen.room(replace(PAUSED, position_s=70.0), 20.0)
    screen.shows(20.0, 70.0)
    assert screen.follower.is_echo("pause", 70.0, 20.1)
    standing = Screen(PAUSED)
    standing.shows(20.0, 30.0, paused=True)
    assert not standing.follower.is_echo("pause", 30.0, 20.1)


def test_before_the_element_was_ever_seen_it_has_no_person() -> None:
    assert Screen().follower.is_echo("pause", 0.0, 20.0)


def test_the_browser_pauses_when_the_tab_is_put_away() -> None:
    screen = in_step()
    screen.follower.turned(True, 20.0)
    assert screen.follower.is_echo("pause", 70.0, 20.5)
    assert not screen.follower.is_echo("pause", 70.0, 20.0 + ECHO_S)


def test_the_element_pauses_itself_at_the_end() -> None:
    screen = Screen(replace(PLAYING, position_s=590.0))
    screen.shows(9.8, 599.8)
    assert screen.follower.is_echo("pause", 599.8, 20.0)
    assert not screen.follower.is_echo("play", 599.8, 20.0)
    screen.shows(9.8, 599.8, duration_s=None)
    assert not screen.follower.is_echo("pause", 599.8, 20.0)


@pytest.mark.parametrize("about", [{}, {"position_s": 4.0}])
def test_the_element_pauses_itself_where_it_has_no_more_film(about: dict[str, Any]) -> None:
    screen = in_step()
    screen.shows(20.0, **{"position_s": LENGTH_S, "ended": True, "paused": True, **about})
    assert screen.follower.is_echo("pause", 4.0, 20.1)


def test_what_comes_with_a_new_film_is_no_person() -> None:
    screen = in_step()
    screen.follower.load(11.0)
    screen.off(11.1, 0.0, paused=True)
    assert screen.follower.is_echo("pause", 71.0, 11.5)
    assert not screen.follower.is_echo("pause", 72.0, 11.0 + ECHO_S)


# --- no more film


def over(at: float, duration_s: float | None = LENGTH_S) -> PlayerMeasured:
    return seen(at, LENGTH_S, ended=True, paused=True, duration_s=duration_s)


def test_an_element_at_its_end_is_left_there_until_the_room_jumps() -> None:
    screen = in_step()
    assert screen.shows(11.0, LENGTH_S, ended=True, paused=True) is None
    screen.room(replace(PLAYING, position_s=30.0), 11.0)
    order = screen.shows(11.0, LENGTH_S, ended=True, paused=True)
    assert order is not None
    assert (order.playing, order.position_s) == (True, about(41.0 + FIRST_SEEK_COST_S))


def test_an_element_that_ends_long_before_the_room_has_run_out_of_film() -> None:
    follower = in_step().follower
    assert follower.ran_out(over(20.0), PLAYING, LENGTH_S, 20.0)
    assert follower.ran_out(over(20.0), PLAYING, None, 20.0)


def test_an_element_that_ends_with_the_room_or_is_not_asked_for_more_has_not() -> None:
    follower = in_step().follower
    assert not follower.ran_out(seen(20.0, 80.0), PLAYING, LENGTH_S, 20.0)
    assert not follower.ran_out(over(535.0), PLAYING, LENGTH_S, 535.0)
    assert not follower.ran_out(over(20.0), PAUSED, LENGTH_S, 20.0)
    assert not follower.ran_out(over(20.0, duration_s=None), PLAYING, None, 20.0)
    follower.room_changed(replace(PLAYING, position_s=30.0), 20.0, 20.0)
    assert not follower.ran_out(over(20.0), PLAYING, LENGTH_S, 20.0)


def test_it_tells_whether_the_room_went_elsewhere() -> None:
    follower = in_step().follower
    assert not follower.room_changed(PLAYING, 20.0, 20.0)
    assert not follower.room_changed(replace(PLAYING, rate=1.01), 20.0, 20.0)
    assert follower.room_changed(replace(PLAYING, position_s=90.0), 20.0, 20.0)


# --- another film in the element


def test_a_new_film_begins_from_nothing() -> None:
    screen = in_step()
    screen.off(10.25, 0.05)
    screen.off(10.5, 0.05, ready_state=2)
    screen.follower.load(11.0)
    follower = screen.follower
    assert (follower.drift_s, follower.stalled) == (None, False)
    assert follower.next_wake() == 11.0
    assert follower.is_echo("pause", 0.0, 30.0)
    order = screen.off(11.0, 0.0)
    assert order is not None
    assert order.position_s is not None


# --- starving


def test_who_stands_still_for_a_second_while_the_room_runs_starves() -> None:
    screen = in_step()
    screen.off(10.5, -0.1, ready_state=2)
    assert not screen.follower.starves
    screen.off(10.5 + STARVES_S, -1.0, ready_state=2)
    assert screen.follower.starves
    screen.off(12.0, -0.1)
    assert not screen.follower.starves


def test_whoever_starves_does_so_until_there_is_something_to_show() -> None:
    screen = in_step()
    screen.off(10.5, -0.1, seeking=True)
    screen.off(10.5 + STARVES_S, -0.1, seeking=True)
    screen.room(PAUSED, 12.0)
    screen.shows(12.0, 60.0, ready_state=2)
    assert screen.follower.starves
    screen.shows(13.0, 60.0, paused=True)
    assert not screen.follower.starves


def test_another_film_does_not_starve() -> None:
    screen = in_step()
    for at in (10.5, 10.5 + STARVES_S):
        screen.off(at, -0.1, ready_state=2)
    screen.follower.load(12.0)
    assert not screen.follower.starves


# --- arrived elsewhere


def arrived(by_s: float, **other: Any) -> SetPlayer | None:
    """What is told to an element that was sent elsewhere by the room, and is off by that much when it gets there."""
    screen = in_step()
    screen.room(replace(PLAYING, position_s=300.0, anchor=10.0), 10.0)
    assert screen.shows(10.0, 70.0) == SetPlayer(position_s=300.0 + FIRST_SEEK_COST_S, rate=1.0)
    assert screen.off(10.3, by_s, seeking=True) is None
    return screen.off(10.0 + UNTOLD_S, by_s, **other)


@pytest.mark.parametrize("by_s", [-0.6, 0.3])
def test_who_comes_from_elsewhere_and_is_off_is_put_right_by_one_seek(by_s: float) -> None:
    order = arrived(by_s)
    assert order is not None
    assert order.position_s is not None


@pytest.mark.parametrize(("by_s", "held"), [(ARRIVED_S - 0.05, True), (-0.6, False)])
def test_by_the_rate_where_that_is_soon_done_or_no_bytes_are_there(by_s: float, held: bool) -> None:
    order = arrived(by_s, held=lambda _: held, buffered=())
    assert order is not None
    assert order.position_s is None


@pytest.mark.parametrize(("lands_off_s", "seeks"), [((-0.6, -0.4), 1), ((-0.6, -0.6), 2), ((-0.6, -0.6, -0.8), 2)])
def test_that_seek_is_followed_by_another_where_it_lands_far_off_and_then_by_none(
    lands_off_s: tuple[float, ...], seeks: int
) -> None:
    screen = in_step()
    screen.room(replace(PLAYING, position_s=300.0, anchor=10.0), 10.0)
    screen.shows(10.0, 70.0)
    orders = [screen.off(10.0 + (number + 1) * UNTOLD_S, off_s) for number, off_s in enumerate(lands_off_s)]
    assert [order is not None and order.position_s is not None for order in orders] == [
        number < seeks for number in range(len(orders))
    ]


@pytest.mark.parametrize(("later_s", "sought"), [(1.0, True), (SETTLING_S + 0.1, False)])
def test_where_no_bytes_are_there_yet_that_seek_waits_for_them_a_while(later_s: float, sought: bool) -> None:
    screen = in_step()
    screen.room(replace(PLAYING, position_s=300.0, anchor=10.0), 10.0)
    screen.shows(10.0, 70.0)
    screen.off(10.0 + UNTOLD_S, -0.6, held=lambda _: False, buffered=())
    order = screen.off(10.0 + UNTOLD_S + later_s, -0.6)
    assert (order is not None and order.position_s is not None) is sought


@pytest.mark.parametrize(("held", "off_s"), [(True, 0.0), (False, FIRST_SEEK_COST_S - 0.7)])
def test_what_a_seek_takes_is_learnt_from_seeks_alone_and_it_is_not_sought_again_and_again(
    held: bool, off_s: float
) -> None:
    """Where the bytes of the place are held; else it may have taken its time because they came late."""
    screen = Screen()
    seeks, at, lands_at, position_s = 0, 0.0, 0.0, 0.0
    while at < 20.0:
        at += EVERY_S
        by_s = position_s + at - lands_at - screen.timeline.position_at(at)
        seeking = seeks > 0 and at < lands_at
        order = screen.off(at, by_s, held=lambda _: held, paused=not seeks, seeking=seeking)
        if order is not None and order.position_s is not None:
            seeks, lands_at, position_s = seeks + 1, at + 0.7, order.position_s
    assert seeks == 3
    assert by_s == about(off_s)


def test_who_watches_alone_does_not_swing() -> None:
    screen, at = in_step(), 10.0
    screen.follower.together = False
    for _ in range(12):
        at += EVERY_S
        assert screen.off(at, 0.0, frames=shown_until(at)) is None


def test_a_start_that_came_late_is_put_right_by_one_seek() -> None:
    screen = started()
    order = screen.off(UNTOLD_S, -0.6)
    assert order is not None
    assert order.position_s is not None
