"""How far off a film that runs may be before a seek puts it right: a seek is heard, a small change of rate is not.

Laws: whoever was just interrupted, or comes from elsewhere, hears nothing of one more seek. Each seek that lands far
off is forgiven more than the one before, so two are the most, unless it stands again after them. Times in seconds.
"""

from app.playback.drift import SEEK_S

INTERRUPTED_S = 0.1
ARRIVED_S = 0.25


class Tolerance:
    """Mutable, and private to the follower. `most_s` is what is left to the rate now."""

    def __init__(self) -> None:
        self.most_s = SEEK_S

    def interrupted(self) -> None:
        """It stood, though it should not have."""
        self.most_s = INTERRUPTED_S

    def arriving(self) -> None:
        """It starts, or the room went elsewhere."""
        self.most_s = ARRIVED_S

    def sought(self) -> None:
        """It was put right."""
        self.most_s = min(SEEK_S, 2 * max(self.most_s, ARRIVED_S))

    def is_too_much(self, off_s: float, settled: bool) -> bool:
        """Whether it should be sought, being so far off. Once it is nearly right, or has run a while, it is strange to
        seek."""
        if settled or abs(off_s) <= self.most_s:
            self.most_s = SEEK_S
        return abs(off_s) > self.most_s
