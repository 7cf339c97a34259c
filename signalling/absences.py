"""Members without a connection: each keeps its place for a while, and is missed when that is over."""

from collections.abc import Callable

from signalling.timers import Schedule, Timer


class Absences:
    """`missed` is told of a member whose time is over, once."""

    def __init__(self, schedule: Schedule, missed: Callable[[str], None]) -> None:
        self._schedule = schedule
        self._missed = missed
        self._timers: dict[str, Timer] = {}

    def expect(self, member: str, within_s: float) -> None:
        """Give the member so many seconds from now."""
        self.stop(member)
        self._timers[member] = self._schedule(within_s, lambda: self._miss(member))

    def stop(self, member: str) -> None:
        """The member is here, or gone for good."""
        timer = self._timers.pop(member, None)
        if timer is not None:
            timer.cancel()

    def close(self) -> None:
        """Expect nobody any more."""
        for member in tuple(self._timers):
            self.stop(member)

    def _miss(self, member: str) -> None:
        del self._timers[member]
        self._missed(member)
