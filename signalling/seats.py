"""Who of one room is connected: seats, and what is said into them.

Laws: a member has at most one seat, the newest connection's; nothing is said to a seat before its `ready`.
"""

from dataclasses import dataclass
from typing import Protocol

from app.room.errors import CloseCode


class Link(Protocol):
    """A member's connection, as the room sees it. Neither method waits."""

    def send(self, frame: bytes) -> None:
        """Put an encoded message on its way."""

    def close(self, code: int, reason: str) -> None:
        """Close after what was sent before."""


@dataclass(slots=True)
class _Seat:
    link: Link
    welcomed: bool = False
    rtt_s: float = 0.0


class Seats:
    """The connections of a room, by member id."""

    def __init__(self) -> None:
        self._seats: dict[str, _Seat] = {}

    def __contains__(self, member: str) -> bool:
        return member in self._seats

    @property
    def worst_rtt_s(self) -> float:
        """The longest round trip anybody connected has measured, in seconds."""
        return max((seat.rtt_s for seat in self._seats.values()), default=0.0)

    def take(self, member: str, link: Link) -> None:
        """Seat the member on `link`; an older connection is closed at once."""
        self.dismiss(member, CloseCode.REPLACED, "opened in another tab")
        self._seats[member] = _Seat(link)

    def holds(self, member: str, link: Link) -> bool:
        """Whether the member sits on that connection."""
        seat = self._seats.get(member)
        return seat is not None and seat.link is link

    def give_back(self, member: str, link: Link) -> bool:
        """Free the seat, if it is still that connection's."""
        if not self.holds(member, link):
            return False
        del self._seats[member]
        return True

    def dismiss(self, member: str, code: int, reason: str) -> None:
        """Close the member's connection, if it has one."""
        seat = self._seats.pop(member, None)
        if seat is not None:
            seat.link.close(code, reason)

    def dismiss_all(self, code: int, reason: str) -> None:
        """Close every connection."""
        for member in tuple(self._seats):
            self.dismiss(member, code, reason)

    def welcome(self, member: str, link: Link, ready: bytes) -> None:
        """Send `ready` and let the seat hear what follows; nothing, if the seat is another connection's by now."""
        seat = self._seats.get(member)
        if seat is not None and seat.link is link:
            seat.welcomed = True
            link.send(ready)

    def tell(self, member: str, frame: bytes) -> bool:
        """Send to one member; whether there was somebody to hear it."""
        seat = self._seats.get(member)
        if seat is None or not seat.welcomed:
            return False
        seat.link.send(frame)
        return True

    def tell_all(self, frame: bytes) -> None:
        """Send to everybody who is welcomed."""
        for seat in tuple(self._seats.values()):
            if seat.welcomed:
                seat.link.send(frame)

    def measured(self, member: str, rtt_s: float) -> None:
        """Keep the member's last round trip, in seconds."""
        seat = self._seats.get(member)
        if seat is not None:
            seat.rtt_s = rtt_s
