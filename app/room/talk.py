"""What people say: the last lines, each with the film's time, and reactions, which nobody keeps.

Laws: a line stands as it was sent, as names do; one of which nothing is left to see is refused.
"""

from dataclasses import replace

from app.room.errors import Reason
from app.room.messages import Chat, React
from app.room.said import Line
from app.room.state import Room

KEPT_LINES = 100

Matter = Chat | React


def objection(_room: Room, command: Matter) -> Reason | None:
    """Why that cannot be said."""
    return Reason.INVALID_COMMAND if isinstance(command, Chat) and not command.text.strip() else None


def changed(room: Room, command: Matter, by: str, now: float) -> Room:
    """The room after a command to which there is no objection."""
    if isinstance(command, React):
        return room
    member = room.member(by)
    position_s = room.timeline.position_at(now, room.duration_s) if room.current else None
    line = Line(room.revision + 1, by, member.name if member else "", command.text, position_s)
    return replace(room, talk=(*room.talk, line)[-KEPT_LINES:])
