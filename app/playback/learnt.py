"""Delays of this machine that are learnt by watching it. Times in seconds."""

from collections import deque

from app.playback.median import median

MOST_LEARNT_S = 1.5


class Learnt:
    """A delay of this machine: the median of the last five seen."""

    def __init__(self, first: float) -> None:
        self._first = first
        self._seen: deque[float] = deque(maxlen=5)

    @property
    def value(self) -> float:
        """The delay to reckon with."""
        return median(self._seen) if self._seen else self._first

    def add(self, seen: float) -> None:
        """A delay was observed; what cannot be true is passed over."""
        if 0 <= seen <= MOST_LEARNT_S:
            self._seen.append(seen)
