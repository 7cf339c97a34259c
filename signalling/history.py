"""What has happened in a room of late, so that who comes back is told what was missed, and not the whole room.

Laws: all that was missed or nothing: never a part. Nobody is told what happened before they came in.
"""

from collections import deque
from collections.abc import Iterable

from app.room.messages import Happened, Resume
from app.room.state import Room
from signalling.store.base import KEPT_EVENTS


class History:
    """The last `KEPT_EVENTS` durable events. `epoch` names the store that they are kept in."""

    def __init__(self, epoch: str, events: Iterable[Happened]) -> None:
        self._epoch = epoch
        self._events = deque(events, maxlen=KEPT_EVENTS)

    def note(self, event: Happened) -> None:
        """The next one is durable."""
        self._events.append(event)

    def missed(self, resume: Resume, room: Room, member: str) -> tuple[Happened, ...] | None:
        """What happened to the `room`, as it is now, since that member knew it; None if that cannot be told."""
        found = room.member(member)
        if found is None or resume.epoch != self._epoch:
            return None
        events = tuple(event for event in self._events if event.revision > resume.revision)
        # Too few are kept, or, where the revision is ahead, it was that of another history.
        if len(events) != room.revision - resume.revision:
            return None
        return None if events and events[0].at < found.joined_at else events
