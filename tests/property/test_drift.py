"""Corrections on a simulated player. Times and drifts in seconds; positive drift is ahead."""

import random
from dataclasses import replace
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from app.playback.drift import IN_STEP, MOST_BEND, SETTLING_BEND, START_S, Correction, band_of, correct
from app.playback.follow import EVERY_S, Follower
from app.playback.player import PlayerMeasured
from app.playback.swing import MOST_AHEAD_S
from app.playback.timeline import Timeline
from app.playback.whereabouts import MOST_BLUR_S

DRIFTS = st.floats(-1.0, 1.0)
SEEDS = st.integers(0, 2**32)
CRYSTALS = st.floats(-100e-6, 100e-6)  # how much faster than true this machine's clock runs
NOISE_S = 0.001
IN_TIME_S = 20.0
LONG_S = 60.0

Step = tuple[float, float, Correction]  # the true drift, the one measured, the correction made of it


def corrected(drift_s: float, crystal: float, seed: int, settling: bool = False) -> list[Step]:
    """A minute of a player that begins off by that much, measured four times a second."""
    chance = random.Random(seed)
    correction, steps = IN_STEP, []
    for _ in range(int(LONG_S / EVERY_S)):
        measured = drift_s + chance.uniform(-NOISE_S, NOISE_S)
        correction = correct(correction, measured, START_S, settling)
        steps.append((drift_s, measured, correction))
        drift_s += (correction.bend + crystal) * EVERY_S
    return steps


@given(DRIFTS, CRYSTALS, SEEDS)
@example(1.0, 100e-6, 0)
@example(-1.0, -100e-6, 0)
def test_from_anywhere_it_is_in_step_in_time_and_stays_so(drift_s: float, crystal: float, seed: int) -> None:
    steps = corrected(drift_s, crystal, seed)
    assert all(abs(drift) <= START_S + NOISE_S for drift, _, _ in steps[int(IN_TIME_S / EVERY_S) :])


@given(DRIFTS, CRYSTALS, SEEDS, st.booleans())
def test_it_never_oscillates(drift_s: float, crystal: float, seed: int, settling: bool) -> None:
    """It goes one way until in step, and from then on against the machine's own clock."""
    signs = [bend > 0 for _, _, correction in corrected(drift_s, crystal, seed, settling) if (bend := correction.bend)]
    turns = sum(before != after for before, after in pairwise(signs))
    assert turns <= (drift_s * crystal < 0)


@given(DRIFTS, SEEDS, st.booleans())
def test_with_a_true_clock_it_is_only_ever_corrected_one_way(drift_s: float, seed: int, settling: bool) -> None:
    for _, _, correction in corrected(drift_s, 0.0, seed, settling):
        assert correction.bend * drift_s <= 0


@given(DRIFTS, CRYSTALS, SEEDS)
def test_the_rate_stays_within_what_is_documented(drift_s: float, crystal: float, seed: int) -> None:
    for _, measured, correction in corrected(drift_s, crystal, seed):
        assert abs(correction.bend) <= correction.band or correction == IN_STEP
        assert correction == IN_STEP or correction.band == band_of(abs(measured))
        assert correction.bend * measured <= 0


@given(DRIFTS, CRYSTALS, SEEDS)
def test_while_settling_too(drift_s: float, crystal: float, seed: int) -> None:
    for _, measured, correction in corrected(drift_s, crystal, seed, settling=True):
        assert abs(correction.bend) <= max(SETTLING_BEND, band_of(abs(measured))) <= MOST_BEND


@given(DRIFTS, CRYSTALS, SEEDS)
def test_changes_of_rate_are_few(drift_s: float, crystal: float, seed: int) -> None:
    bends = [correction.bend for _, _, correction in corrected(drift_s, crystal, seed)]
    assert sum(before != after for before, after in pairwise(bends)) <= 8


class Player:
    """A video element that does what it is told at once, and seeks for nothing."""

    def __init__(self) -> None:
        self.position_s, self.rate, self.paused, self.seeks = 0.0, 1.0, True, 0

    def measured(self, at: float) -> PlayerMeasured:
        buffered = ((0.0, 1e6),)
        return PlayerMeasured(at, self.position_s, None, self.paused, False, False, 4, self.rate, buffered, ())


def followed(follower: Follower, player: Player, timeline: Timeline, since: float, until: float) -> list[float]:
    """The drift at every measurement."""
    drifts, now = [], since
    while now < until:
        seen = player.measured(now)
        drifts.append(seen.position_s - timeline.position_at(now))
        order = follower.measured(seen, timeline, None, now, lambda _: True)
        if order is not None:
            player.seeks += order.position_s is not None
            player.position_s = player.position_s if order.position_s is None else order.position_s
            player.rate = player.rate if order.rate is None else order.rate
            player.paused = player.paused if order.playing is None else not order.playing
        now += EVERY_S
        player.position_s += 0.0 if player.paused else player.rate * EVERY_S
    return drifts


@given(drift_s=st.floats(-0.99, 0.99), rate=st.sampled_from([0.5, 1.0, 1.5, 2.0]), after_s=st.floats(0.6, 12.0))
def test_a_screen_pushed_out_of_step_comes_back_without_a_seek(drift_s: float, rate: float, after_s: float) -> None:
    follower, player = Follower(), Player()
    timeline = Timeline("film", 0.0, True, rate, 0.0)
    follower.room_changed(replace(timeline, playing=False), 0.0, 0.0)
    follower.measured(player.measured(0.0), replace(timeline, playing=False), None, 0.0, lambda _: True)
    follower.room_changed(timeline, 0.0, 0.0)
    followed(follower, player, timeline, 0.0, after_s)
    began = player.seeks
    now = after_s + (-after_s % EVERY_S)
    player.position_s += drift_s
    drifts = followed(follower, player, timeline, now, now + IN_TIME_S / min(rate, 1.0) + 10)
    assert player.seeks == began
    near_s = START_S + MOST_BLUR_S + NOISE_S + MOST_AHEAD_S * rate  # it shows no frames, and it swings
    assert all(abs(drift) <= near_s for drift in drifts[int(IN_TIME_S / min(rate, 1.0) / EVERY_S) :])
    assert all(abs(drift) <= abs(drifts[0]) + NOISE_S or abs(drift) <= near_s for drift in drifts)
