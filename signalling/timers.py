"""Calls to come, as a room asks for them."""

from collections.abc import Callable
from typing import Protocol, TypeAlias


class Timer(Protocol):
    """Something that will be called, unless cancelled."""

    def cancel(self) -> None:
        """Do not call it."""


# `schedule(delay_s, callback)`: the event loop's `call_later`.
Schedule: TypeAlias = Callable[[float, Callable[[], None]], Timer]
