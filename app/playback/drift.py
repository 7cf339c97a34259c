"""How to get back in step: by a rate nobody hears, and only far off by a seek.

Thresholds stand in pairs (hysteresis), so that a correction once begun is
finished and none is begun for noise. Browsers that keep the pitch while they
bend the rate lose 20 ms of film each time they begin to (seen in Chromium), so
small bends go without: a film that runs 1 % slow is a sixth of a semitone low,
for a second. Drift is own position − target, in seconds; positive is ahead.
"""

from dataclasses import dataclass

# Where the measurement is blurred, that much more.
START_S = 0.005
STOP_S = 0.001
# A correction ends at the look that is nearest to its aim; they are a quarter of a second apart.
HALF_A_LOOK_S = 0.125
SEEK_S = 1.0
SETTLE_S = 1.0

# Up to that drift, at most that change of rate. One per cent is below what listeners notice; five and eight are for
# the rare moments after a stall.
GENTLE = 0.01
_BANDS = ((0.050, GENTLE), (0.4, 0.05), (SEEK_S, 0.08))
MOST_BEND = 0.08
# In the first seconds after a start, a seek or a stall a firmer hand is not noticed, and everyone is in step sooner.
SETTLING_BEND = 0.02


@dataclass(frozen=True, slots=True)
class Correction:
    """`bend` is the relative change of rate in force (0.01: one per cent faster); `band` the most it may be."""

    bend: float = 0.0
    band: float = 0.0

    @property
    def keeps_pitch(self) -> bool:
        """Whether it is so much that the pitch has to be kept."""
        return abs(self.bend) > SETTLING_BEND


IN_STEP = Correction()


def correct(before: Correction, drift_s: float, start_s: float = START_S, settling: bool = False) -> Correction:
    """The correction after measuring `drift_s`: the one before as long as it still serves, a new one from `start_s` on.

    `settling`: the film has only just started, sought or stalled.
    """
    size = abs(drift_s)
    band = max(band_of(size), SETTLING_BEND) if settling else band_of(size)
    if size <= STOP_S + abs(before.bend) * HALF_A_LOOK_S:
        return IN_STEP
    helping = before.bend * drift_s < 0
    if helping and before.band == band:
        return before
    if not helping and size < start_s:
        return IN_STEP
    bend = min(band, size / (SETTLE_S / 2 if settling else SETTLE_S))
    return Correction(-bend if drift_s > 0 else bend, band)


def band_of(size_s: float) -> float:
    """The most the rate may change for a drift of that size."""
    return next((most for up_to, most in _BANDS if size_s <= up_to), MOST_BEND)
