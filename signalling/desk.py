"""What a part of a room works with on the server: the time, the room as decided, and orders of the server's own."""

from collections.abc import Callable
from dataclasses import dataclass

from app.room.messages import Command
from app.room.state import Room
from signalling.timers import Schedule


@dataclass(frozen=True, slots=True)
class Desk:
    """`now` is room time in seconds, `tip` the room with everything decided; `order` has it carry out a command of the
    server's own."""

    now: Callable[[], float]
    schedule: Schedule
    tip: Callable[[], Room]
    order: Callable[[Command], object]
