"""How to get back in step. Drift in seconds; positive is ahead."""

import pytest

from app.playback.drift import (
    HALF_A_LOOK_S,
    IN_STEP,
    MOST_BEND,
    SETTLE_S,
    SETTLING_BEND,
    START_S,
    STOP_S,
    Correction,
    band_of,
    correct,
)

GENTLE, FIRM, STRONG = 0.01, 0.05, 0.08


def after(*drifts: float, settling: bool = False) -> Correction:
    correction = IN_STEP
    for drift_s in drifts:
        correction = correct(correction, drift_s, START_S, settling)
    return correction


# --- how much


@pytest.mark.parametrize(
    ("size", "most"),
    [(0.0, GENTLE), (0.05, GENTLE), (0.0501, FIRM), (0.4, FIRM), (0.401, STRONG), (1.0, STRONG), (30.0, STRONG)],
)
def test_the_further_off_the_more_it_may_bend(size: float, most: float) -> None:
    assert band_of(size) == most


def test_nothing_bends_more_than_the_most() -> None:
    assert all(abs(after(drift_s).bend) <= MOST_BEND for drift_s in (0.02, 0.06, 0.3, 0.9, 5.0))


def test_whoever_is_ahead_slows_and_whoever_is_behind_hurries() -> None:
    assert after(0.2) == Correction(-FIRM, FIRM)
    assert after(-0.2) == Correction(FIRM, FIRM)


def test_a_small_drift_is_taken_back_in_its_own_time() -> None:
    assert after(0.0075).bend == pytest.approx(-0.0075 / SETTLE_S)
    assert after(-0.0075).bend == pytest.approx(0.0075 / SETTLE_S)


def test_while_settling_the_hand_is_firmer() -> None:
    assert after(0.008, settling=True).bend == pytest.approx(-0.016)
    assert after(0.05, settling=True) == Correction(-SETTLING_BEND, SETTLING_BEND)
    assert after(0.7, settling=True).band == STRONG


def test_only_what_is_much_is_done_with_the_pitch_kept() -> None:
    assert not IN_STEP.keeps_pitch
    assert not after(0.05).keeps_pitch
    assert not after(0.05, settling=True).keeps_pitch
    assert after(0.1).keeps_pitch


# --- when


@pytest.mark.parametrize("drift_s", [0.0, STOP_S, START_S - 1e-6, -START_S + 1e-6])
def test_noise_begins_no_correction(drift_s: float) -> None:
    assert after(drift_s) == IN_STEP


@pytest.mark.parametrize("drift_s", [0.01, -0.01])
def test_nothing_is_begun_for_what_may_be_blur(drift_s: float) -> None:
    assert correct(IN_STEP, drift_s, 0.011) == IN_STEP
    assert correct(IN_STEP, drift_s, 0.009) != IN_STEP


@pytest.mark.parametrize("drift_s", [START_S, -START_S])
def test_past_the_first_threshold_one_begins(drift_s: float) -> None:
    assert after(drift_s) != IN_STEP


def test_once_begun_it_goes_on_below_the_first_threshold() -> None:
    begun = after(0.02)
    assert correct(begun, 0.003) is begun
    assert correct(begun, STOP_S + GENTLE * HALF_A_LOOK_S + 1e-6) is begun


@pytest.mark.parametrize("drift_s", [STOP_S, -STOP_S, 0.0])
def test_below_the_second_threshold_it_ends(drift_s: float) -> None:
    assert correct(after(0.02), drift_s) == IN_STEP


def test_one_decision_holds_while_it_helps() -> None:
    begun = after(0.05)
    assert all(correct(begun, drift_s) is begun for drift_s in (0.05, 0.04, 0.02, 0.012))


def test_a_correction_overshot_by_a_little_ends_instead_of_turning() -> None:
    assert correct(after(0.02), -0.0035) == IN_STEP


def test_a_correction_overshot_by_much_turns() -> None:
    assert correct(after(0.02), -0.03).bend > 0


def test_a_drift_that_grows_into_the_next_band_is_met_with_more() -> None:
    assert after(0.05, 0.2) == Correction(-FIRM, FIRM)


def test_a_drift_that_shrinks_into_the_band_below_is_met_with_less() -> None:
    assert after(0.2, 0.05) == Correction(-GENTLE, GENTLE)


def test_when_the_settling_is_over_the_hand_is_gentle_again() -> None:
    assert correct(after(0.05, settling=True), 0.03) == Correction(-GENTLE, GENTLE)
