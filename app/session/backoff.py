"""How long to wait before trying again: exponential with full jitter.

Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015:
full jitter spreads a crowd that lost its server at the same moment best.
"""

from collections.abc import Callable

BASE_S = 0.5
CAP_S = 30.0
LEAST_S = 0.1


class Backoff:
    """Delays in seconds; `spread` gives a number from 0 up to 1 by chance."""

    def __init__(self, spread: Callable[[], float]) -> None:
        self._spread = spread
        self._ceiling = BASE_S

    def next_delay(self) -> float:
        """The delay after one failure more."""
        delay = max(LEAST_S, self._ceiling * self._spread())
        self._ceiling = min(self._ceiling * 2, CAP_S)
        return delay

    def reset(self) -> None:
        """It worked."""
        self._ceiling = BASE_S
