"""What this machine's delays turn out to be."""

import pytest

from app.playback.learnt import MOST_LEARNT_S, Learnt


def taught(*seen: float) -> float:
    learnt = Learnt(0.04)
    for delay in seen:
        learnt.add(delay)
    return learnt.value


def test_before_anything_was_seen_it_is_the_guess() -> None:
    assert taught() == 0.04


def test_one_that_was_seen_counts_if_it_is_less_than_the_guess() -> None:
    assert taught(0.03) == 0.03
    assert taught(0.2) == 0.04


def test_two_that_were_seen_beat_the_guess() -> None:
    assert taught(0.2, 0.21) == 0.2


def test_an_odd_first_one_does_not_last() -> None:
    assert taught(0.9, 0.05) == 0.05


def test_a_better_guess_counts_until_something_was_seen() -> None:
    learnt = Learnt(0.04)
    learnt.guess(0.1)
    assert learnt.value == 0.1
    learnt.add(0.2)
    learnt.guess(0.9)
    assert learnt.value == 0.1
    learnt.add(0.05)
    assert learnt.value == 0.1
    learnt.add(0.05)
    assert learnt.value == 0.05


@pytest.mark.parametrize("impossible", [-0.001, MOST_LEARNT_S + 0.001])
def test_a_guess_that_cannot_be_true_is_none(impossible: float) -> None:
    learnt = Learnt(0.04)
    learnt.guess(impossible)
    assert learnt.value == 0.04


def test_one_odd_delay_does_not_count() -> None:
    assert taught(0.1, 0.1, 1.4, 0.1) == 0.1


def test_two_odd_ones_of_four_do_not_count() -> None:
    assert taught(0.9, 0.05, 0.8) == 0.05


def test_only_the_last_five_count() -> None:
    assert taught(*[1.0] * 5, 0.1, 0.1) == 1.0
    assert taught(*[1.0] * 5, 0.1, 0.1, 0.1) == 0.1


@pytest.mark.parametrize("impossible", [-0.001, float("nan")])
def test_what_cannot_be_true_is_passed_over(impossible: float) -> None:
    assert taught(*[impossible] * 5) == 0.04


def test_of_a_very_long_delay_as_much_is_learnt_as_there_is_sense_in() -> None:
    assert taught(MOST_LEARNT_S + 1, MOST_LEARNT_S + 2) == MOST_LEARNT_S


@pytest.mark.parametrize("delay", [0.0, MOST_LEARNT_S])
def test_the_bounds_are_possible(delay: float) -> None:
    assert taught(delay, delay) == delay


STEP_S = 0.02


def by_steps(*seen: float) -> float:
    learnt = Learnt(0.07, kept=3, step=STEP_S)
    for delay in seen:
        learnt.add(delay)
    return learnt.value


def test_what_is_seen_by_steps_only_is_learnt_by_whole_ones() -> None:
    assert by_steps(0.087, 0.087) == pytest.approx(0.09)
    assert by_steps(0.106, 0.106) == pytest.approx(0.11)
    assert by_steps(0.032, 0.032) == pytest.approx(0.03)


def test_machines_that_differ_by_less_than_a_step_reckon_alike() -> None:
    assert by_steps(0.084, 0.084) == by_steps(0.056, 0.056) == by_steps() == 0.07
    assert by_steps(0.09, 0.09, 0.077, 0.077) == by_steps(0.09, 0.09, 0.103, 0.103)


def test_by_steps_it_is_never_less_than_nothing() -> None:
    assert by_steps(0.0, 0.0) == 0.0
