"""Calls to come, as a room asks for them."""

from collections.abc import Callable
from typing import Protocol, TypeAlias


class Timer(Protocol):
    """Something that will be called, unless cancelled."""

    def cancel(self) -> None:
        """Do not call it."""


# `schedule(delay_s, callback)`: the event loop's `call_later`.
Schedule: TypeAlias = Callable[[float, Callable[[], None]], Timer]


class Alarm:
    """At most one call to come: setting it, or cancelling it, forgets the one before."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._timer: Timer | None = None

    def set(self, delay_s: float, callback: Callable[[], None]) -> None:
        """Call that in so many seconds; at once if that is past."""
        self.cancel()
        self._timer = self._schedule(max(0.0, delay_s), callback)

    def cancel(self) -> None:
        """Call nothing."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
