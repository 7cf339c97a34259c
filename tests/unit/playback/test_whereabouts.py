"""Where the film is, as finely as a browser tells. Times and positions in seconds."""

import random

import pytest

from app.playback.player import PlayerMeasured
from app.playback.whereabouts import (
    FEW_FRAMES,
    FRAMES_A_LOOK,
    LEAST_KEPT,
    MOST_AHEAD_S,
    MOST_BLUR_S,
    REFRESH_S,
    RHYTHM,
    WATCHED_EVERY_S,
    Frames,
    Place,
    Whereabouts,
    blur_of,
    position_by,
)

AHEAD_S = 0.025
PHASE_S = 0.001  # so that no frame falls exactly on a refresh


def about(value: float) -> object:
    return pytest.approx(value)


def shown(until: float, per_second: float, count: int = 18, rate: float = 1.0) -> Frames:
    """The last frames of a film that is at 100 + rate × t: each at the first refresh that comes after its time, less
    half a refresh, so that they are right in the middle."""
    last = int((100 + until * rate) * per_second)
    times = [(number / per_second, (number / per_second - 100) / rate) for number in range(last - count + 1, last + 1)]
    return tuple((media, ((at + PHASE_S) // REFRESH_S + 0.5) * REFRESH_S - PHASE_S) for media, at in times)


def seen(at: float, position_s: float, rate: float = 1.0) -> PlayerMeasured:
    return PlayerMeasured(at, position_s, None, False, False, False, 4, rate, (), ())


# --- by frames


def test_a_frame_is_carried_on_to_the_moment() -> None:
    assert position_by(((7.0, 11.5),), 12.0, 1.0) == 7.5
    assert position_by(((7.0, 11.5),), 12.0, 2.0) == 8.0


def test_frames_shown_late_do_not_count() -> None:
    frames = [(n / 24, 10.0 + n / 24) for n in range(8)]
    frames[-1] = (7 / 24, 10.0 + 7 / 24 + 0.2)
    frames[2] = (2 / 24, 10.0 + 2 / 24 + 0.05)
    assert position_by(frames, 11.0, 1.0) == about(1.0)


@pytest.mark.parametrize(
    ("per_second", "blur_s"),
    [(25.0, REFRESH_S / 10), (24.0, REFRESH_S / 4), (30.0, REFRESH_S / 2), (60.0, REFRESH_S / 2)],
)
def test_the_fewer_places_between_refreshes_frames_fall_at_the_less_they_tell(per_second: float, blur_s: float) -> None:
    assert blur_of(shown(5.0, per_second), 1.0) == pytest.approx(blur_s, abs=1e-6)


def test_late_frames_do_not_make_it_look_sharper() -> None:
    frames = list(shown(5.0, 30.0))
    frames[3] = (frames[3][0], frames[3][1] + 0.05)
    assert blur_of(frames, 1.0) == about(MOST_BLUR_S)


def test_few_frames_tell_little() -> None:
    assert blur_of(shown(5.0, 25.0, FEW_FRAMES - 1), 1.0) == MOST_BLUR_S


@pytest.mark.parametrize("rate", [0.5, 1.01, 2.0])
def test_the_frames_of_another_rate_tell_as_much(rate: float) -> None:
    frames = shown(5.0, 24.0, rate=rate)
    assert position_by(frames, 5.0, rate) == pytest.approx(100 + 5 * rate, abs=REFRESH_S * rate / 2)


# --- by frames and the element's own position


def taught(per_second: float = 25.0, times: int = 12) -> Whereabouts:
    """It has seen three seconds of a film at 100 + t whose own position runs ahead by a constant."""
    whereabouts = Whereabouts()
    for number in range(times):
        at = 1 + number / 4
        whereabouts.place(seen(at, 100 + at + AHEAD_S), shown(at, per_second))
    return whereabouts


@pytest.mark.parametrize(("per_second", "blur_s"), [(25.0, REFRESH_S / 10), (24.0, REFRESH_S / 4)])
def test_before_it_knows_the_element_frames_count(per_second: float, blur_s: float) -> None:
    place = Whereabouts().place(seen(5.0, 105.4), shown(5.0, per_second))
    assert place.position_s == pytest.approx(105.0, abs=blur_s)
    assert place.blur_s == pytest.approx(blur_s, abs=1e-6)


def test_without_anything_else_the_elements_own_position_counts() -> None:
    assert Whereabouts().place(seen(5.0, 105.4), ()) == Place(105.4, MOST_BLUR_S)


@pytest.mark.parametrize("per_second", [24.0, 25.0, 30.0, 50.0])
def test_the_element_is_believed_less_what_it_runs_ahead(per_second: float) -> None:
    whereabouts = taught(per_second)
    place = whereabouts.place(seen(5.1, 105.1 + AHEAD_S + 0.0005), shown(5.1, per_second))
    assert place.blur_s == 0
    assert place.position_s == pytest.approx(105.1, abs=MOST_BLUR_S)
    later = whereabouts.place(seen(5.35, 105.35 + AHEAD_S), shown(5.35, per_second))
    assert later.position_s - place.position_s == pytest.approx(0.25 - 0.0005, abs=0.001)


def test_it_goes_on_where_no_frames_are_shown_any_more() -> None:
    place = taught().place(seen(60.0, 160.0 + AHEAD_S), ())
    assert place.position_s == pytest.approx(160.0, abs=0.002)


def test_it_takes_some_seeing_to_be_believed() -> None:
    assert taught(times=LEAST_KEPT).place(seen(60.0, 160.0), ()).blur_s == MOST_BLUR_S
    assert taught(times=LEAST_KEPT + 1).place(seen(60.0, 160.0), ()).blur_s == 0


def test_few_frames_teach_nothing() -> None:
    whereabouts = Whereabouts()
    for number in range(10):
        whereabouts.place(seen(1 + number / 4, 100.0), shown(1 + number / 4, 25.0, FEW_FRAMES - 1))
    assert whereabouts.place(seen(5.0, 105.4), ()).position_s == 105.4


def test_an_element_whose_position_moves_on_in_steps_is_not_believed() -> None:
    whereabouts, chance = Whereabouts(), random.Random(1)
    for number in range(24):
        at = 1 + number / 4
        whereabouts.place(seen(at, 100 + at - chance.uniform(0, 0.04)), shown(at, 25.0))
    assert not whereabouts.fine
    place = whereabouts.place(seen(8.0, 107.96), shown(8.0, 25.0))
    assert place.position_s == pytest.approx(108.0, abs=0.002)
    assert place.blur_s > 0


def test_another_film_runs_ahead_by_something_else() -> None:
    whereabouts = taught()
    whereabouts.forget()
    assert whereabouts.place(seen(5.0, 105.4), ()) == Place(105.4, MOST_BLUR_S)


def test_frames_of_uneven_length_tell_as_much() -> None:
    """A film of a variable rate: what is shown is shown at its time."""
    lengths = (0.04, 0.1, 0.033, 0.02, 0.25, 0.04, 0.05)
    media = [100.0 + sum(lengths[:number]) for number in range(len(lengths) + 1)]
    frames = tuple((at, ((at - 100 + PHASE_S) // REFRESH_S + 0.5) * REFRESH_S - PHASE_S) for at in media)
    assert Whereabouts().place(seen(0.6, 100.6), frames).position_s == pytest.approx(100.6, abs=0.005)


# --- a picture that is out of step with its sound


def lagging(at: float, by_s: float, rate: float = 1.0) -> Frames:
    """The frames of that film, shown too late."""
    return tuple((media, when + by_s) for media, when in shown(at - by_s, 25.0, rate=rate))


def test_a_picture_that_falls_back_does_not_move_the_film() -> None:
    whereabouts = taught()
    for look in range(60):
        at = 5 + look
        place = whereabouts.place(seen(at, 100 + at + AHEAD_S), lagging(at, 0.02))
        assert place.position_s == pytest.approx(100 + at, abs=0.002)


def test_at_another_rate_it_finds_back_and_teaches_anew() -> None:
    whereabouts = Whereabouts()
    for look in range(12):
        at = 1 + look / 4
        whereabouts.place(seen(at, 100 + at + AHEAD_S), lagging(at, 0.012))
    for look in range(8):
        at = 5 + look / 4
        frames = shown(at, 25.0, rate=1 + 2 * RHYTHM)
        media_s = 100 + at * (1 + 2 * RHYTHM)
        whereabouts.place(seen(at, media_s + AHEAD_S, 1 + 2 * RHYTHM), frames)
    assert whereabouts.place(seen(7.0, 107.0), ()).position_s == pytest.approx(107 - AHEAD_S, abs=0.003)


def test_a_rhythm_that_was_begun_anew_teaches_at_its_beginning() -> None:
    whereabouts = taught()
    for look in range(20):
        at = 5 + look
        if look % 5 == 0:
            whereabouts.disturbed()
        frames = shown(at, 25.0) if look % 5 == 0 else lagging(at, 0.02)
        whereabouts.place(seen(at, 100 + at + AHEAD_S), frames)
    assert whereabouts.place(seen(30.0, 130.0), ()).position_s == pytest.approx(130 - AHEAD_S, abs=0.002)


def test_one_bad_look_at_first_is_outlived() -> None:
    whereabouts = Whereabouts()
    for look in range(20):
        at = 1 + look / 4
        ahead_s = AHEAD_S if look > 3 else 2 * MOST_AHEAD_S
        whereabouts.place(seen(at, 100 + at + ahead_s), shown(at, 25.0))
    assert whereabouts.fine


def test_a_position_is_known_to_be_fine_only_after_some_looks() -> None:
    assert not Whereabouts().fine
    assert taught().fine


def test_frames_that_are_very_late_at_first_are_no_constant() -> None:
    whereabouts = Whereabouts()
    for number in range(12):
        at = 1 + number / 4
        place = whereabouts.place(seen(at, 100 + at + MOST_AHEAD_S + 0.01), shown(at, 25.0))
        assert place.position_s == pytest.approx(100 + at, abs=0.002)
        assert place.blur_s > 0


# --- how many frames it has to be told


def wanted(whereabouts: Whereabouts, steady: bool, looks: int = 12) -> list[int]:
    """At four looks a second."""
    return [whereabouts.frames_wanted(10 + look / 4, steady) for look in range(looks)]


def test_in_step_one_look_in_four_is_enough() -> None:
    assert FRAMES_A_LOOK >= FEW_FRAMES
    assert wanted(taught(), steady=True) == 3 * [FRAMES_A_LOOK, 0, 0, 0]
    assert 0.75 < WATCHED_EVERY_S < 1.0


def test_whoever_has_something_to_correct_is_told_of_frames_at_every_look() -> None:
    assert wanted(taught(), steady=False) == 12 * [FRAMES_A_LOOK]


def test_where_the_element_is_not_known_to_be_constant_frames_are_told_at_every_look() -> None:
    assert wanted(Whereabouts(), steady=True) == 12 * [FRAMES_A_LOOK]
