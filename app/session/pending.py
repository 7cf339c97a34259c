"""What we have asked of the room and the server has not answered. Room time in seconds."""

from dataclasses import dataclass

from app.room.messages import Command, Do, Play, Seek, SetRate
from app.session.effects import SendToServer

# Longer than an answer takes on most ways, and shorter than the lead of a start: what nobody heard of never begins.
HEARD_WITHIN_S = 0.4


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
