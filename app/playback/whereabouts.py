"""Where the film is on this screen, as finely as a browser tells.

Two things tell. The element's own position goes with the sound; in Chromium it
is as fine as a clock, but may run ahead of what is shown by a constant of the
machine. Frames are what people see, but they come at the screen's refreshes
alone: 25 a second fall at five places between two refreshes and tell the
position to 2 ms, 30 a second at one and tell it to half a refresh. So the
constant is learnt from the frames, in the middle of several seconds. Where the
element's position keeps none (some browsers move it on in steps), the frames
alone count.

A picture may lag behind its sound: Chromium shows frames in a rhythm, and after
a refresh that a busy machine missed the rhythm goes on up to half a frame too
late, until the rate changes (seen: 12 to 28 ms, for ever). Times and positions
in seconds.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from app.playback.median import median, midmean
from app.playback.player import PlayerMeasured

REFRESH_S = 1 / 60
MOST_BLUR_S = REFRESH_S / 2
FEW_FRAMES = 5
# One frame in so many may be a stray at either end.
STRAYS = 8
KEPT = 24
LEAST_KEPT = 4
# Frames alone scatter by up to 4 ms; a position that is moved on at every frame of a film scatters by 10.
MOST_SCATTER_S = 0.006
# Further ahead of its frames is no machine for good, only one whose frames are late.
MOST_AHEAD_S = 0.04
LAGS_S = 0.008
# So long the rate has to be another until Chromium gives up a rhythm, and so long it is left in peace then.
OUT_OF_RHYTHM_S = 0.4
LAGS_AGAIN_S = 1.0

Frames = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Place:
    """A position, how far it may be off by the way it was measured, and whether the picture lags behind its sound."""

    position_s: float
    blur_s: float
    lags: bool = False


class Whereabouts:
    """Mutable, and private to the follower."""

    def __init__(self) -> None:
        self._ahead: deque[float] = deque(maxlen=KEPT)
        self._lagged_at = -LAGS_AGAIN_S

    def forget(self) -> None:
        """Another film is in the element."""
        self._ahead.clear()

    def place(self, seen: PlayerMeasured, frames: Frames) -> Place:
        """Where the film is at `seen.at`; of its frames, these count."""
        shown = position_by(frames, seen.at, seen.rate) if frames else None
        if shown is not None and len(frames) >= FEW_FRAMES:
            self._ahead.append(seen.position_s - shown)
        usual = self._usual()
        if usual is not None:
            return Place(seen.position_s - usual, 0.0, self._lags(seen, frames, usual))
        if shown is not None:
            return Place(shown, blur_of(frames, seen.rate))
        return Place(seen.position_s, MOST_BLUR_S)

    def _usual(self) -> float | None:
        """How far the element's own position runs ahead of what is shown, if that is constant."""
        if len(self._ahead) < LEAST_KEPT:
            return None
        middle = median(self._ahead)
        scatter = median(abs(ahead - middle) for ahead in self._ahead)
        return middle if scatter <= MOST_SCATTER_S and abs(middle) <= MOST_AHEAD_S else None

    def _lags(self, seen: PlayerMeasured, frames: Frames, usual: float) -> bool:
        """Whether the picture lags, by its last frames; for a moment, and then not again for a while."""
        since = seen.at - self._lagged_at
        if since < LAGS_AGAIN_S:
            return since < OUT_OF_RHYTHM_S
        if len(frames) < FEW_FRAMES:
            return False
        last = position_by(frames[-FEW_FRAMES:], seen.at, seen.rate)
        if seen.position_s - last < usual + LAGS_S:
            return False
        self._lagged_at = seen.at
        return True


def position_by(frames: Frames, at: float, rate: float) -> float:
    """The position at page time `at` that (media time, page time shown) pairs tell; some may have been shown late."""
    return midmean(media + (at - shown) * rate for media, shown in frames)


def blur_of(frames: Frames, rate: float) -> float:
    """How far the position that frames tell may be off, by how they fall between refreshes."""
    if len(frames) < FEW_FRAMES:
        return MOST_BLUR_S
    late = sorted(shown - media / rate for media, shown in frames)
    strays = len(late) // STRAYS
    return max(0.0, REFRESH_S - (late[-1 - strays] - late[strays])) / 2
