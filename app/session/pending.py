"""What we have asked of the room and the server has not answered. Room time in seconds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.room.messages import Command, Do, Move, Play, Seek, SetRate, Skip
from app.session.effects import SendToServer

# Longer than an answer takes on most ways, and shorter than the lead of a start: what nobody heard of never begins.
HEARD_WITHIN_S = 0.4
# So many moves of the film are asked again at once, well within what the server takes; the rest one by one.
AGAIN_AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class Pending:
    """Asked when the room was at revision `seen`. `sent`: the server may have heard of it. `waits`: it does not show
    here before the server's word."""

    command_id: str
    command: Command
    at: float
    seen: int
    sent: bool
    waits: bool = False

    def gives_way_to(self, command: Command) -> bool:
        """Whether nobody need ever hear of this one, for the other says where to in its place."""
        return not self.sent and isinstance(command, Seek | SetRate) and type(command) is type(self.command)

    @property
    def asked(self) -> SendToServer:
        """What goes out."""
        return SendToServer(Do(self.command_id, self.command, self.seen))

    @property
    def shows_until(self) -> float | None:
        """When it has to be answered so that it goes on showing here; None where it may wait."""
        alone = self.waits or not isinstance(self.command, Play | SetRate)
        return None if alone else self.at + HEARD_WITHIN_S

    def is_late(self, room_now: float) -> bool:
        """Whether it should have been answered by now."""
        return self.shows_until is not None and room_now >= self.shows_until

    def again(self, moved: bool, room_now: float, there: float | None) -> "Pending":
        """As it is asked again, see `asked_again`; `there` for the last journey alone."""
        if not isinstance(self.command, Move):
            return replace(self, sent=True)
        if moved or isinstance(self.command, SetRate):
            return replace(self, sent=True, waits=True)
        if isinstance(self.command, Play):
            return replace(self, sent=True, waits=False, at=room_now)
        if isinstance(self.command, Seek) and there is not None:
            return replace(self, sent=True, command=Seek(there), at=room_now)
        return replace(self, sent=True)


def asked_again(waiting: Sequence[Pending], moved: bool, room_now: float, there: float) -> list[Pending]:
    """What the server has not answered, as it is asked when the line is back.

    If others have `moved` the film since, it may be stale: the server knows. Whoever went elsewhere alone may have
    watched on, and is `there` by now: the others come to that.
    """
    journey = next((one for one in reversed(waiting) if isinstance(one.command, Seek | Skip)), None)
    asked = [one.again(moved, room_now, there if one is journey else None) for one in waiting]
    later = [one for one in asked if isinstance(one.command, Move)][AGAIN_AT_ONCE:]
    return [replace(one, sent=one not in later) for one in asked]
