"""What a start and a seek cost. Times in seconds."""

from dataclasses import replace
from typing import Any

import pytest

from app.playback.beginning import FIRST_SEEK_COST_S, FIRST_START_DELAY_S, LATEST_S, UNTOLD_S, Beginning
from app.playback.player import PlayerMeasured
from app.playback.whereabouts import REFRESH_S


def seen(at: float, *shown: float) -> PlayerMeasured:
    """An element whose frames were shown at those moments."""
    frames = tuple((moment, moment) for moment in shown)
    return PlayerMeasured(at, at, None, False, False, False, 4, 1.0, (), frames)


def about(value: float) -> Any:
    return pytest.approx(value)


def steps_off(count: int) -> Any:
    """A start delay that is so many refreshes of the screen more than the first one."""
    return about(FIRST_START_DELAY_S + count * REFRESH_S)


def started(at: float = 10.0) -> Beginning:
    beginning = Beginning()
    beginning.start(at, FIRST_START_DELAY_S)
    return beginning


def test_where_nothing_was_ordered_everything_tells() -> None:
    beginning = Beginning()
    assert not beginning.under_way
    assert beginning.tells(seen(10.0))


def test_five_frames_after_the_order_tell() -> None:
    beginning = started()
    assert beginning.under_way
    assert not beginning.tells(seen(10.3, 10.1, 10.14, 10.18, 10.22))
    assert beginning.tells(seen(10.3, 10.1, 10.14, 10.18, 10.22, 10.26))


def test_frames_from_before_the_order_tell_nothing() -> None:
    beginning = started()
    old_and_new = seen(10.2, 9.9, 9.95, 10.0, 10.1)
    assert not beginning.tells(old_and_new)
    assert beginning.frames(old_and_new) == ((10.1, 10.1),)


def test_when_it_is_over_all_frames_count_again() -> None:
    beginning = started()
    beginning.learn(0.0)
    assert len(beginning.frames(seen(10.2, 9.9, 10.1))) == 2


def test_a_browser_that_never_tells_of_frames_gets_a_while() -> None:
    beginning = started()
    assert not beginning.tells(seen(10.0 + UNTOLD_S - 0.01))
    assert beginning.tells(seen(10.0 + UNTOLD_S))


def test_one_that_does_is_waited_for_longer_but_not_for_ever() -> None:
    beginning = Beginning()
    beginning.frames(seen(9.0, 8.9))
    beginning.start(10.0, 0.0)
    assert not beginning.tells(seen(10.0 + LATEST_S - 0.01))
    assert beginning.tells(seen(10.0 + LATEST_S))


def test_starts_that_came_late_make_the_next_one_earlier() -> None:
    beginning = Beginning()
    for at in (10.0, 20.0):
        beginning.start(at, FIRST_START_DELAY_S)
        beginning.learn(-0.04)
    assert not beginning.under_way
    assert beginning.start_delay.value == steps_off(2)
    assert beginning.seek_cost.value == FIRST_SEEK_COST_S


def test_a_start_that_was_told_late_teaches_what_it_took_and_not_what_was_meant() -> None:
    beginning = Beginning()
    beginning.start(10.0, -0.02)
    beginning.learn(-0.06)
    assert beginning.start_delay.value == steps_off(-2)


def test_what_the_pages_timers_take_is_part_of_a_start() -> None:
    beginning = Beginning()
    beginning.start(10.0, FIRST_START_DELAY_S - 0.02)
    beginning.learn(0.03)
    assert beginning.start_delay.value == steps_off(-2)


def test_what_stood_elsewhere_is_not() -> None:
    beginning = Beginning()
    beginning.start(10.0, FIRST_START_DELAY_S, -0.02)
    beginning.learn(0.0)
    assert beginning.start_delay.value == steps_off(-1)


def test_a_seek_teaches_what_seeks_cost() -> None:
    beginning = Beginning()
    beginning.seek(10.0, FIRST_SEEK_COST_S)
    beginning.learn(0.05)
    assert beginning.seek_cost.value == about(FIRST_SEEK_COST_S - 0.05)
    assert beginning.start_delay.value == FIRST_START_DELAY_S


def test_it_teaches_once() -> None:
    beginning = started()
    beginning.learn(0.04)
    beginning.learn(-0.04)
    assert beginning.start_delay.value == steps_off(-2)


def test_what_was_held_up_teaches_nothing_and_is_still_waited_for() -> None:
    beginning = started()
    beginning.teaches_nothing()
    assert beginning.under_way
    beginning.learn(-0.5)
    assert beginning.start_delay.value == FIRST_START_DELAY_S


def test_what_is_forgotten_is_not_waited_for() -> None:
    beginning = started()
    beginning.forget()
    assert not beginning.under_way
    assert beginning.tells(seen(10.1))


def standing(at: float, seeking: bool) -> PlayerMeasured:
    return replace(seen(at), paused=True, seeking=seeking)


def test_how_long_it_takes_to_be_put_elsewhere_is_a_guess_at_what_a_seek_costs() -> None:
    beginning = Beginning()
    beginning.placed(10.0)
    beginning.stands(standing(10.1, seeking=True))
    assert beginning.seek_cost.value == FIRST_SEEK_COST_S
    beginning.stands(standing(10.22, seeking=False))
    beginning.stands(standing(11.0, seeking=False))
    assert beginning.seek_cost.value == about(0.22)


def test_of_a_tab_at_the_back_nothing_is_learnt() -> None:
    beginning = Beginning()
    beginning.turned(True)
    beginning.placed(10.0)
    beginning.stands(standing(11.0, seeking=False))
    assert beginning.seek_cost.value == FIRST_SEEK_COST_S
    beginning.turned(False)
    beginning.placed(20.0)
    beginning.turned(True)
    beginning.turned(False)
    beginning.stands(standing(21.0, seeking=False))
    assert beginning.seek_cost.value == FIRST_SEEK_COST_S
