"""How fast the film should run here, so that its picture is where the room is.

It brings together where the film is (`whereabouts`), how to get back in step (`drift`) and what makes a picture
stay with its sound (`swing`). Times and positions in seconds.
"""

from math import copysign

from app.playback.drift import GENTLE, IN_STEP, START_S, Correction, correct
from app.playback.player import PlayerMeasured, SetPlayer
from app.playback.swing import BEND, STILL, sway
from app.playback.whereabouts import Frames, Whereabouts

# A screen that swings is told another rate every few seconds anyway, and has no rhythm to lose.
SWINGING_START_S = 0.0025


class Pace:
    """Mutable, and private to the follower."""

    def __init__(self) -> None:
        self.correction: Correction = IN_STEP
        self._whereabouts = Whereabouts()
        self._sway = STILL
        self._blur_s = 0.0

    def forget(self) -> None:
        """Another film is in the element."""
        self.stopped()
        self._whereabouts.forget()

    def stopped(self) -> None:
        """Nothing is being corrected: it stands, was sent elsewhere, or nobody looks."""
        self.correction = IN_STEP
        self._whereabouts.disturbed()

    def frames_wanted(self, now: float, settled: bool) -> int:
        """How many of its next frames the element should tell."""
        return self._whereabouts.frames_wanted(now, steady=settled and self.correction == IN_STEP)

    @property
    def ahead_s(self) -> float:
        """How far ahead of the room it should be now, at the room's rate of one."""
        return self._sway.ahead_s

    def turn(self, since_s: float, together: bool = True) -> float:
        """The room's timeline has run for so long; returns in what time to look again. Where frames alone tell where
        the film is, a swing would only blur it, and whoever watches alone has nobody to show the same frame as."""
        self._sway = sway(since_s) if together and self._whereabouts.fine and self._whereabouts.uneven else STILL
        return self._sway.left_s

    def off_s(self, seen: PlayerMeasured, frames: Frames, target_s: float, rate: float) -> float:
        """How far ahead the film is of where it should be, while the room is at `target_s`; of its frames these
        count."""
        place = self._whereabouts.place(seen, frames, rate)
        self._blur_s = place.blur_s
        return place.position_s - target_s - self._sway.ahead_s * rate

    def keep(self, seen: PlayerMeasured, off_s: float, rate: float, settling: bool) -> SetPlayer | None:
        """The rate for a film that is off by so much in a room of this rate; `settling`: something has just begun."""
        start_s = START_S if self._sway == STILL else SWINGING_START_S
        self.correction = correct(self.correction, off_s, start_s + self._blur_s, settling)
        most = max(GENTLE, abs(self.correction.bend))
        bend = max(-most, min(most, self.correction.bend + self._sway.bend))
        if self._sway != STILL and abs(bend) < BEND:  # between the two ways lies the rhythm
            bend = copysign(BEND, self.correction.bend or self._sway.bend)
        return set_rate(rate * (1 + bend), seen, keeps_pitch=rate != 1 or self.correction.keeps_pitch)


def set_rate(rate: float, seen: PlayerMeasured, keeps_pitch: bool) -> SetPlayer | None:
    """The order that brings the element to a rate, if it has another."""
    return SetPlayer(rate=rate, keeps_pitch=keeps_pitch) if abs(rate - seen.rate) > 1e-4 else None
