"""Where the film is on this screen, as finely as a browser tells.

Two things tell. The element's own position goes with the sound; in Chromium it
is as fine as a clock, but may run ahead of what is shown by a constant of the
machine. Frames are what people see, but they come at the screen's refreshes
alone: 25 a second fall at five places between two refreshes and tell the
position to 2 ms, 30 a second at one and tell it to half a refresh. So the
constant is learnt from the frames, in the middle of several looks. Where the
element's position keeps none (some browsers move it on in steps), the frames
alone count.

A picture may be out of step with its sound for minutes (see `swing`). It is in
step right after it was given another rate, and as long as that rate is no
rhythm's; so it is then that the constant is looked at. Times and positions in
seconds.
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
# From one look to the next, frames alone scatter by up to 4 ms; a position that is moved on at every frame of a film by
# 12.
MOST_STEP_S = 0.006
# Further ahead of its frames is no machine for good, only one whose frames are late.
MOST_AHEAD_S = 0.04
# The frames of 24 a second blur by half of `MOST_BLUR_S`, those of 30 by all of it.
UNEVEN_S = MOST_BLUR_S * 3 / 4
# A rate that differs by this much from the room's keeps Chromium's frames off their rhythm.
RHYTHM = 0.003

# Being told of frames takes a fifth of what a page takes to play a film (seen in Chromium). Once the constant is known
# and nothing is to be corrected, one look in four tells early enough that a picture lags.
FRAMES_A_LOOK = 8
WATCHED_EVERY_S = 0.9

Frames = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Place:
    """A position, and how far it may be off by the way it was measured."""

    position_s: float
    blur_s: float


class Whereabouts:
    """Mutable, and private to the pace."""

    def __init__(self) -> None:
        self._rate = 1.0
        self._last: float | None = None
        self._steps: deque[float] = deque(maxlen=KEPT)
        self._ahead: deque[float] = deque(maxlen=KEPT)
        self._blurs: deque[float] = deque(maxlen=KEPT)
        self._watched_at = -WATCHED_EVERY_S

    def forget(self) -> None:
        """Another film is in the element."""
        self._last = None
        self._steps.clear()
        self._ahead.clear()
        self._blurs.clear()

    def disturbed(self) -> None:
        """It stands, or was sent elsewhere: its frames come in another rhythm from then on."""
        self._last = None

    def place(self, seen: PlayerMeasured, frames: Frames, rate: float = 1.0) -> Place:
        """Where the film is at `seen.at` in a room of that rate; of its frames, these count."""
        if seen.rate != self._rate:
            self._rate, self._last = seen.rate, None
        shown = position_by(frames, seen.at, seen.rate) if frames else None
        if shown is not None and len(frames) >= FEW_FRAMES:
            self._blurs.append(blur_of(frames, seen.rate))
            self._learn(seen.position_s - shown, abs(seen.rate / rate - 1) > RHYTHM)
        usual = self._usual()
        if usual is not None:
            return Place(seen.position_s - usual, 0.0)
        if shown is not None:
            return Place(shown, blur_of(frames, seen.rate))
        return Place(seen.position_s, MOST_BLUR_S)

    def frames_wanted(self, at: float, steady: bool) -> int:
        """How many frames the browser should tell from this look on; `steady`: there is nothing to correct."""
        if steady and at < self._watched_at + WATCHED_EVERY_S and self.fine:
            return 0
        self._watched_at = at
        return FRAMES_A_LOOK

    @property
    def fine(self) -> bool:
        """Whether the element's own position is known to be as fine as a clock."""
        return self._usual() is not None

    @property
    def uneven(self) -> bool:
        """Whether the film's frames are known to fall at several places between two refreshes, as those of 24 or 25 a
        second do on a screen of 60. Others come at every refresh or every other, which is best left alone."""
        return len(self._blurs) >= LEAST_KEPT and median(self._blurs) < UNEVEN_S

    def _learn(self, ahead: float, off_rhythm: bool) -> None:
        if self._last is None or off_rhythm or not self.fine:
            self._ahead.append(ahead)
        if self._last is not None:
            self._steps.append(abs(ahead - self._last))
        self._last = ahead

    def _usual(self) -> float | None:
        """How far the element's own position runs ahead of what is shown, if that is constant."""
        if len(self._steps) < LEAST_KEPT or median(self._steps) > MOST_STEP_S:
            return None
        middle = median(self._ahead)
        return middle if abs(middle) <= MOST_AHEAD_S else None


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
