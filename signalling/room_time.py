"""Room time: Unix seconds, read from the wall clock once and carried on by the monotonic clock.

Law: it never goes backwards, whatever happens to the machine's wall clock.
"""

import time
from collections.abc import Callable


class RoomTime:
    """The clock by which rooms agree. Both arguments give seconds."""

    def __init__(self, wall: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._offset = wall() - monotonic()

    def now(self) -> float:
        """Room time in seconds."""
        return self._monotonic() + self._offset

    def not_before(self, at: float) -> None:
        """Jump ahead to `at` if that is still to come: the wall clock was set back since the room last spoke."""
        self._offset += max(0.0, at - self.now())
