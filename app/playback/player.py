"""The video element as the pure rooms see it: how it stands, and what it is told. Times and positions in seconds."""

from dataclasses import dataclass

HAVE_METADATA = 1
HAVE_FUTURE_DATA = 3


@dataclass(frozen=True, slots=True)
class PlayerMeasured:
    """How the video element stands at page time `at`.

    `frames` are (media time, page time when shown) of the frames shown lately, oldest first; empty
    where the browser does not tell. `buffered` are (from, to) positions. `ready_state` is the element's own.
    """

    at: float
    position_s: float
    duration_s: float | None
    paused: bool
    seeking: bool
    ended: bool
    ready_state: int
    rate: float
    buffered: tuple[tuple[float, float], ...]
    frames: tuple[tuple[float, float], ...]

    @property
    def can_go_on(self) -> bool:
        """Whether it is where it was sent, with something to show."""
        return not self.seeking and self.ready_state >= HAVE_FUTURE_DATA

    def buffers(self, position_s: float) -> bool:
        """Whether it has what comes at that position."""
        return any(start <= position_s < stop for start, stop in self.buffered)

    @property
    def in_hand_s(self) -> float | None:
        """How much it has to show past where it is without a gap; None unless it runs."""
        if self.paused or self.seeking:
            return None
        stops = (stop for start, stop in self.buffered if start <= self.position_s < stop)
        return max(stops, default=self.position_s) - self.position_s


@dataclass(frozen=True, slots=True)
class SetPlayer:
    """Bring the video element to this; None leaves that part alone.

    With a `rate` goes whether the pitch is kept at it. Whoever is told to play may be told when to, in page time: some
    milliseconds ahead, which no timer is good enough for.
    """

    playing: bool | None = None
    position_s: float | None = None
    rate: float | None = None
    keeps_pitch: bool = True
    at: float | None = None
