"""Delays of this machine that are learnt by watching it. Times in seconds."""

from collections import deque

from app.playback.median import lower_median

MOST_LEARNT_S = 1.5
NEARLY_A_STEP = 0.75


class Learnt:
    """A delay of this machine: the median of the last `kept` seen and, until there are so many, of the guess.

    The first of a kind is often an odd one: a film's first start waits for its decoder. What is odd is too long, so of
    two in the middle the shorter counts. What is seen no finer than by a `step` is learnt by whole ones, and kept as
    long as it is not nearly a step off: machines that are alike then reckon alike.
    """

    def __init__(self, first: float, kept: int = 5, step: float = 0.0) -> None:
        self._seen: deque[float] = deque([first], maxlen=kept)
        self._value = first
        self._step = step
        self._taught = False

    @property
    def value(self) -> float:
        """The delay to reckon with."""
        return self._value

    def guess(self, first: float) -> None:
        """A better guess than the first one, as long as nothing was seen."""
        if not self._taught and 0 <= first <= MOST_LEARNT_S:
            self._seen[0] = self._value = first

    def add(self, seen: float) -> None:
        """A delay was observed; what cannot be true is passed over, and of a long one `MOST_LEARNT_S` is learnt."""
        if seen >= 0:
            self._seen.append(min(seen, MOST_LEARNT_S))
            self._taught = True
            self._value = self._by_steps(lower_median(self._seen))

    def _by_steps(self, middle: float) -> float:
        if not self._step:
            return middle
        off = middle - self._value
        near = abs(off) <= NEARLY_A_STEP * self._step
        return self._value if near else max(0.0, self._value + round(off / self._step) * self._step)
