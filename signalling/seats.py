"""Who of one room is connected: seats, and what is said into them.

Laws: a member has at most one seat, the newest connection's; nothing is said to a seat before its `ready` or
`resumed`.
"""

from typing import Protocol

from app.room.errors import CloseCode
from signalling.backlog import About, Topic


class Link(Protocol):
    """A member's connection, as the room sees it. Neither method waits."""

    def send(self, frame: bytes, about: About = None) -> None:
        """Put an encoded message on its way; for a reader who is behind, a later one `about` the same may do."""

    def close(self, code: int, reason: str) -> None:
        """Close after what was sent before."""


class Seats:
    """The connections of a room, by member id."""

    def __init__(self) -> None:
        self._links: dict[str, Link] = {}
        self._listening: dict[str, Link] = {}  # of these, who is welcomed
        self._rtts_s: dict[str, float] = {}

    def __contains__(self, member: str) -> bool:
        return member in self._links

    @property
    def worst_rtt_s(self) -> float:
        """The longest round trip anybody connected has measured, in seconds."""
        return max(self._rtts_s.values(), default=0.0)

    def take(self, member: str, link: Link) -> None:
        """Seat the member on `link`; an older connection is closed at once."""
        self.dismiss(member, CloseCode.REPLACED, "opened in another tab")
        self._links[member] = link

    def holds(self, member: str, link: Link) -> bool:
        """Whether the member sits on that connection."""
        return self._links.get(member) is link

    def give_back(self, member: str, link: Link) -> bool:
        """Free the seat, if it is still that connection's."""
        if not self.holds(member, link):
            return False
        self._free(member)
        return True

    def dismiss(self, member: str, code: int, reason: str) -> None:
        """Close the member's connection, if it has one."""
        link = self._free(member)
        if link is not None:
            link.close(code, reason)

    def dismiss_all(self, code: int, reason: str) -> None:
        """Close every connection."""
        for member in tuple(self._links):
            self.dismiss(member, code, reason)

    def welcome(self, member: str, link: Link, greeting: bytes) -> None:
        """Send `ready` or `resumed` and let the seat hear what follows; nothing, if the seat is another connection's by
        now. A reader who is behind gets the room as it is then, in place of either."""
        if self.holds(member, link):
            self._listening[member] = link
            link.send(greeting, Topic.ROOM)

    def tell(self, member: str, frame: bytes, about: About = None) -> bool:
        """Send to one member; whether there was somebody to hear it."""
        link = self._listening.get(member)
        if link is None:
            return False
        link.send(frame, about)
        return True

    def tell_all(self, frame: bytes, about: About = None) -> None:
        """Send to everybody who is welcomed."""
        for link in tuple(self._listening.values()):
            link.send(frame, about)

    def measured(self, member: str, rtt_s: float) -> None:
        """Keep the member's last round trip, in seconds."""
        if member in self._links:
            self._rtts_s[member] = rtt_s

    def _free(self, member: str) -> Link | None:
        self._listening.pop(member, None)
        self._rtts_s.pop(member, None)
        return self._links.pop(member, None)
