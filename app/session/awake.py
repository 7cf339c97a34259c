"""Whether the machine has slept: then nobody knows what time it is in the room before the server says so again.

Law: the film is left alone for `FIX_WITHIN_S` at most; without an answer what was known before must do. Times are the
page's, in seconds.
"""

# Somebody in a room is woken several times a second. Tabs at the back are woken less often, down to once a minute:
# asking for the time anew costs them little.
LEAP_S = 30.0
FIX_WITHIN_S = 2.0


class Awake:
    """Mutable, and private to the session."""

    def __init__(self) -> None:
        self._last: float | None = None
        self._woke_at = float("-inf")
        self._doubt_until: float | None = None

    def slept(self, now: float) -> bool:
        """Something happens at last: whether so much time is missing that the machine may have slept."""
        last, self._last = self._last, now
        if last is None or now - last < LEAP_S:
            return False
        self._woke_at, self._doubt_until = now, now + FIX_WITHIN_S
        return True

    def told(self, asked_at: float) -> bool:
        """The server said what time it is; whether that counts, having been asked after the sleep."""
        if asked_at < self._woke_at:
            return False
        self._doubt_until = None
        return True

    def doubts(self, now: float) -> bool:
        """Whether room time is not to be trusted just now."""
        return self._doubt_until is not None and now < self._doubt_until
