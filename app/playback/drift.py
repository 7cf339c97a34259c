"""How to get back in step: by a rate nobody hears, and only far off by a seek.

Thresholds stand in pairs (hysteresis), so that a correction once begun is
finished and none is begun for noise. Drift is own position − target, in
seconds; positive is ahead.
"""

from dataclasses import dataclass

from app.playback.median import median

START_S = 0.012
STOP_S = 0.004
SEEK_S = 1.0
SETTLE_S = 1.5

# Up to that drift, at most that change of rate. One per cent is below what listeners notice with
# pitch preserved; five and eight are for the rare moments after a stall.
_BANDS = ((0.060, 0.01), (0.5, 0.05), (SEEK_S, 0.08))
MOST_BEND = 0.08
# In the first seconds after a start, a seek or a stall a firmer hand is not noticed, and everyone is in step sooner.
SETTLING_BEND = 0.05


@dataclass(frozen=True, slots=True)
class Correction:
    """`bend` is the relative change of rate in force (0.01: one per cent faster); `band` the most it may be."""

    bend: float = 0.0
    band: float = 0.0


IN_STEP = Correction()


def correct(before: Correction, drift_s: float, settling: bool = False) -> Correction:
    """The correction after measuring `drift_s`: the one before as long as it still serves.

    `settling`: the film has only just started, sought or stalled.
    """
    size = abs(drift_s)
    band = max(band_of(size), SETTLING_BEND) if settling else band_of(size)
    if size <= STOP_S:
        return IN_STEP
    helping = before.bend * drift_s < 0
    if helping and before.band == band:
        return before
    if not helping and size < START_S:
        return IN_STEP
    bend = min(band, size / (SETTLE_S / 3 if settling else SETTLE_S))
    return Correction(-bend if drift_s > 0 else bend, band)


def band_of(size_s: float) -> float:
    """The most the rate may change for a drift of that size."""
    return next((most for up_to, most in _BANDS if size_s <= up_to), MOST_BEND)


def position_at(at: float, position_s: float, rate: float, frames: tuple[tuple[float, float], ...]) -> float:
    """Own position at page time `at`.

    From `frames`, (media time, page time shown) pairs: the median shakes off frames that were shown
    late. Without frames, the element's own `position_s`.
    """
    return median(media + (at - shown) * rate for media, shown in frames) if frames else position_s
