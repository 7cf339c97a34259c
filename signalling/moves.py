"""Who has moved the film when: so that a command meant for a room as it no longer is does not jump everyone back.

Laws: whoever moves the film at the same moment as somebody else moves it all the same, the last one has the last word.
But what was asked without having seen what another did `FRESH_S` ago or longer is stale, and so is a seek meant for
another film. Times are room time in seconds.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from app.room.messages import Command, Happened, Move, Seek, Skip

# Longer than any news is on its way to whoever is connected.
FRESH_S = 2.0
KEPT = 50


@dataclass(frozen=True, slots=True)
class _Move:
    revision: int
    at: float
    by: str | None
    is_skip: bool


class Moves:
    """Private to the room. `events` are those it begins with."""

    def __init__(self, events: Iterable[Happened] = ()) -> None:
        self._kept: deque[_Move] = deque(maxlen=KEPT)
        for event in events:
            self.note(event)

    def note(self, event: Happened) -> None:
        """A command was carried out. What the server starts by itself overrules nobody; another film does."""
        skips = isinstance(event.command, Skip)
        if skips or (event.by is not None and isinstance(event.command, Move)):
            self._kept.append(_Move(event.revision, event.at, event.by, skips))

    def overrule(self, command: Command, by: str, seen: int | None, now: float) -> bool:
        """Whether the room has gone on without the member who asks this, having seen the room at revision `seen`."""
        if seen is None or not isinstance(command, Move):
            return False
        unseen = (move for move in self._kept if move.revision > seen and move.by != by)
        is_seek = isinstance(command, Seek)
        return any(move.at <= now - FRESH_S or (is_seek and move.is_skip) for move in unseen)
