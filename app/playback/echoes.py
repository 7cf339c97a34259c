"""Which events of the element only come back of our own orders; any other is a person's at the browser's own surface.

Laws: an order is expected back however long it takes, for a busy page hears late of what it did itself; and it comes
back once. A seek is known by its place, as a browser may tell of one several times or of two together, until a second
after it was done. Times in seconds, of the page.
"""

from app.playback.player import PlayerMeasured, SetPlayer

ECHO_S = 1.0
SAME_PLACE_S = 0.25


class Echoes:
    """Mutable, and the follower's."""

    def __init__(self) -> None:
        self._expected: list[str] = []
        self._sought: float | None = None
        self._sought_until: float | None = None
        self._quiet_until = -10.0

    def quiet(self, now: float) -> None:
        """The browser itself does things to the element now, for a moment."""
        self._quiet_until = now + ECHO_S

    def forget(self) -> None:
        """Nothing will come back of what was ordered."""
        self._expected.clear()
        self._sought = None

    def refused(self, tries_again: bool = False) -> None:
        """The element did not play when told to: nothing will come back of that order, unless it is told again."""
        self._expected.clear()
        if tries_again:
            self.expect("play")

    def ordered(self, order: SetPlayer, seen: PlayerMeasured) -> None:
        """The element that was seen so is told this."""
        if order.playing is not None and order.playing == seen.paused:
            self.expect("play" if order.playing else "pause")
        if order.position_s is not None:
            self._sought, self._sought_until = order.position_s, None

    def expect(self, kind: str) -> None:
        """An event of that kind will come of what we do. What is ordered twice running comes back once."""
        if self._expected[-1:] != [kind]:
            self._expected.append(kind)

    def seeked(self, now: float) -> None:
        """A seek is done: a little later none of ours is under way any more."""
        self._sought_until = now + ECHO_S

    def is_echo(self, kind: str, position_s: float, now: float) -> bool:
        """Whether an event comes of our own order, or of what the browser itself does."""
        if kind == "seeking" and self._is_ours(position_s, now):
            return True
        if kind in self._expected:
            self._expected.remove(kind)
            return True
        return now < self._quiet_until

    def _is_ours(self, position_s: float, now: float) -> bool:
        if self._sought is None or (self._sought_until is not None and now >= self._sought_until):
            return False
        return abs(position_s - self._sought) < SAME_PLACE_S
