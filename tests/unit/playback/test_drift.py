"""How to get back in step. Drift in seconds; positive is ahead."""

import pytest

from app.playback.drift import (
    IN_STEP,
    MOST_BEND,
    SETTLE_S,
    SETTLING_BEND,
    START_S,
    STOP_S,
    Correction,
    band_of,
    correct,
    position_at,
)

GENTLE, FIRM, STRONG = 0.01, 0.05, 0.08


def after(*drifts: float, settling: bool = False) -> Correction:
    correction = IN_STEP
    for drift_s in drifts:
        correction = correct(correction, drift_s, settling)
    return correction


# --- how much


@pytest.mark.parametrize(
    ("size", "most"),
    [(0.0, GENTLE), (0.06, GENTLE), (0.0601, FIRM), (0.5, FIRM), (0.501, STRONG), (1.0, STRONG), (30.0, STRONG)],
)
def test_the_further_off_the_more_it_may_bend(size: float, most: float) -> None:
    assert band_of(size) == most


def test_nothing_bends_more_than_the_most() -> None:
    assert all(abs(after(drift_s).bend) <= MOST_BEND for drift_s in (0.02, 0.06, 0.3, 0.9, 5.0))


def test_whoever_is_ahead_slows_and_whoever_is_behind_hurries() -> None:
    assert after(0.2) == Correction(-FIRM, FIRM)
    assert after(-0.2) == Correction(FIRM, FIRM)


def test_a_small_drift_is_taken_back_in_its_own_time() -> None:
    assert after(0.0135).bend == pytest.approx(-0.0135 / SETTLE_S)
    assert after(-0.0135).bend == pytest.approx(0.0135 / SETTLE_S)


def test_while_settling_the_hand_is_firmer() -> None:
    assert after(0.02, settling=True).bend == pytest.approx(-0.04)
    assert after(0.05, settling=True) == Correction(-SETTLING_BEND, SETTLING_BEND)
    assert after(0.7, settling=True).band == STRONG


# --- when


@pytest.mark.parametrize("drift_s", [0.0, STOP_S, START_S - 1e-6, -START_S + 1e-6])
def test_noise_begins_no_correction(drift_s: float) -> None:
    assert after(drift_s) == IN_STEP


@pytest.mark.parametrize("drift_s", [START_S, -START_S])
def test_past_the_first_threshold_one_begins(drift_s: float) -> None:
    assert after(drift_s) != IN_STEP


def test_once_begun_it_goes_on_below_the_first_threshold() -> None:
    begun = after(0.02)
    assert correct(begun, 0.011) is begun
    assert correct(begun, STOP_S + 1e-6) is begun


@pytest.mark.parametrize("drift_s", [STOP_S, -STOP_S, 0.0])
def test_below_the_second_threshold_it_ends(drift_s: float) -> None:
    assert correct(after(0.02), drift_s) == IN_STEP


def test_one_decision_holds_while_it_helps() -> None:
    begun = after(0.06)
    assert all(correct(begun, drift_s) is begun for drift_s in (0.06, 0.04, 0.02, 0.012))


def test_a_correction_overshot_by_a_little_ends_instead_of_turning() -> None:
    assert correct(after(0.02), -0.008) == IN_STEP


def test_a_correction_overshot_by_much_turns() -> None:
    assert correct(after(0.02), -0.03).bend > 0


def test_a_drift_that_grows_into_the_next_band_is_met_with_more() -> None:
    assert after(0.05, 0.2) == Correction(-FIRM, FIRM)


def test_a_drift_that_shrinks_into_the_band_below_is_met_with_less() -> None:
    assert after(0.2, 0.05) == Correction(-GENTLE, GENTLE)


def test_when_the_settling_is_over_the_hand_is_gentle_again() -> None:
    assert correct(after(0.05, settling=True), 0.03) == Correction(-GENTLE, GENTLE)


# --- own position


def test_without_frames_the_elements_own_position_counts() -> None:
    assert position_at(12.0, 7.5, 1.0, ()) == 7.5


def test_a_frame_is_carried_on_to_the_moment() -> None:
    assert position_at(12.0, 0.0, 1.0, ((7.0, 11.5),)) == 7.5
    assert position_at(12.0, 0.0, 2.0, ((7.0, 11.5),)) == 8.0


def test_a_frame_shown_late_does_not_count() -> None:
    frames = tuple((n / 24, 10.0 + n / 24) for n in range(8))
    late = (*frames[:-1], (7 / 24, 10.0 + 7 / 24 + 0.2))
    assert position_at(11.0, 0.0, 1.0, late) == pytest.approx(1.0)
