"""What is said in a room, as its members see it."""

from dataclasses import dataclass
from enum import StrEnum

from app.room.bounds import ChatText, Identifier, Name, Position, Revision


@dataclass(frozen=True, slots=True)
class Line:
    """What somebody said: `number` is the room's revision then, `position_s` how far the film was, if one was on."""

    number: Revision
    by: Identifier
    name: Name
    text: ChatText
    position_s: Position | None = None


class Reaction(StrEnum):
    """What may float over the film."""

    HEART = "❤️"
    LAUGH = "😂"
    GASP = "😮"
    TEAR = "😢"
    CLAP = "👏"
    FIRE = "🔥"
