"""How fast the film should run here. Times and positions in seconds."""

import pytest

from app.playback.drift import GENTLE, START_S
from app.playback.pace import SWINGING_START_S, Pace
from app.playback.player import PlayerMeasured, SetPlayer
from app.playback.swing import BEND, TURNS_EVERY_S, sway
from app.playback.whereabouts import FRAMES_A_LOOK, MOST_BLUR_S, REFRESH_S

LOOKS = 8


def seen(at: float, position_s: float, rate: float = 1.0) -> PlayerMeasured:
    return PlayerMeasured(at, position_s, None, False, False, False, 4, rate, (), ())


def shown(at: float, per_second: float = 25.0) -> tuple[tuple[float, float], ...]:
    """The frames of a screen that is at 100 + t: each at the refresh nearest to its time."""
    last = int(at * per_second)
    counted = range(last - 9, last + 1)
    return tuple((100 + number / per_second, round(number / per_second / REFRESH_S) * REFRESH_S) for number in counted)


def known(per_second: float = 25.0) -> Pace:
    """It has seen two seconds of a film in step, whose position is fine."""
    pace = Pace()
    for look in range(LOOKS):
        at = look / 4
        pace.off_s(seen(at, 100 + at), shown(at, per_second), 100 + at, 1.0)
    return pace


def test_before_it_is_known_where_the_film_is_nothing_swings() -> None:
    pace = Pace()
    assert pace.turn(1.0) == float("inf")
    assert pace.off_s(seen(5.0, 105.0), (), 105.0, 1.0) == 0
    assert pace.keep(seen(5.0, 105.0), 0.0, 1.0, settling=False) is None


@pytest.mark.parametrize("rate", [1.0, 1.5])
def test_it_should_be_ahead_and_run_by_the_swing(rate: float) -> None:
    pace = known()
    swings = sway(2.0)
    assert pace.turn(2.0) == swings.left_s
    off_s = pace.off_s(seen(2.0, 102.0, rate), (), 102.0, rate)
    assert off_s == pytest.approx(-swings.ahead_s * rate, abs=0.002)
    told = SetPlayer(rate=pytest.approx(rate * (1 + swings.bend)), keeps_pitch=rate != 1)
    assert pace.keep(seen(2.0, 102.0, rate), 0.0, rate, settling=False) == told


@pytest.mark.parametrize(
    ("per_second", "swings"), [(24.0, True), (25.0, True), (50.0, True), (30.0, False), (60.0, False)]
)
def test_a_film_whose_frames_fit_the_refreshes_of_the_screen_does_not_swing(per_second: float, swings: bool) -> None:
    assert (known(per_second).turn(1.0) < TURNS_EVERY_S) == swings


def test_who_watches_alone_does_not_swing() -> None:
    assert known().turn(1.0, together=False) == float("inf")


@pytest.mark.parametrize("since_s", [0.0, 4.0])
@pytest.mark.parametrize("off_s", [-0.006, -0.004, -0.003, 0.003, 0.004, 0.006])
def test_a_correction_never_brings_it_into_the_rhythm(since_s: float, off_s: float) -> None:
    pace = known()
    pace.turn(since_s)
    order = pace.keep(seen(2.0, 102.0), off_s, 1.0, settling=False)
    assert order is not None
    assert order.rate is not None
    assert BEND - 1e-9 <= abs(order.rate - 1) <= GENTLE + 1e-9
    assert (order.rate < 1) == (off_s > 0)


def test_while_it_swings_little_is_corrected_already() -> None:
    pace = known()
    pace.turn(0.0)
    off_s = (SWINGING_START_S + START_S) / 2
    order = pace.keep(seen(2.0, 102.0), off_s, 1.0, settling=False)
    assert order is not None
    assert order.rate == pytest.approx(1 - BEND)


@pytest.mark.parametrize("off_s", [-0.03, 0.03])
def test_what_it_swings_is_part_of_what_it_may_bend(off_s: float) -> None:
    pace = known()
    for since_s in (0.0, 4.0):
        pace.turn(since_s)
        order = pace.keep(seen(2.0, 102.0), off_s, 1.0, settling=False)
        assert order is not None
        assert order.rate is not None
        assert 0.005 < abs(order.rate - 1) <= GENTLE + 1e-9


def test_where_little_is_known_little_is_not_corrected() -> None:
    pace = Pace()
    pace.off_s(seen(5.0, 105.01), (), 105.0, 1.0)
    assert pace.keep(seen(5.0, 105.01), START_S + MOST_BLUR_S - 0.001, 1.0, settling=False) is None
    assert pace.keep(seen(5.0, 105.02), START_S + MOST_BLUR_S + 0.001, 1.0, settling=False) is not None


def test_who_has_stopped_has_nothing_to_correct() -> None:
    pace = known()
    pace.keep(seen(2.0, 102.0), 0.1, 1.0, settling=False)
    assert [pace.frames_wanted(2.0 + look / 4, settled=True) for look in range(4)] == 4 * [FRAMES_A_LOOK]
    pace.stopped()
    assert [pace.frames_wanted(4.0 + look / 4, settled=True) for look in range(4)].count(FRAMES_A_LOOK) == 1


def test_another_film_has_to_be_known_anew() -> None:
    pace = known()
    pace.forget()
    assert pace.turn(1.0) == float("inf")
