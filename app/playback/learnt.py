"""Delays of this machine that are learnt by watching it. Times in seconds."""

from collections import deque

from app.playback.median import lower_median

MOST_LEARNT_S = 1.5


class Learnt:
    """A delay of this machine: the median of the last five seen and, until there are five, of the guess.

    The first of a kind is often an odd one: a film's first start waits for its decoder. What is odd is too long, so of
    two in the middle the shorter counts.
    """

    def __init__(self, first: float) -> None:
        self._seen: deque[float] = deque([first], maxlen=5)
        self._taught = False

    @property
    def value(self) -> float:
        """The delay to reckon with."""
        return lower_median(self._seen)

    def guess(self, first: float) -> None:
        """A better guess than the first one, as long as nothing was seen."""
        if not self._taught and 0 <= first <= MOST_LEARNT_S:
            self._seen[0] = first

    def add(self, seen: float) -> None:
        """A delay was observed; what cannot be true is passed over."""
        if 0 <= seen <= MOST_LEARNT_S:
            self._seen.append(seen)
            self._taught = True
