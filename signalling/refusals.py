"""How many commands of each member of one room are refused: too many to be told one by one, or to let it go on.

Laws: whoever is refused now and then finds a line for each; a flood makes no more lines than a trickle, and the next
line says how many went without one. Times are seconds of any clock that does not jump.
"""

from dataclasses import dataclass, field

from app.room.errors import Reason
from app.room.messages import Command
from signalling.chronicle import note_refused, note_untold
from signalling.paces import REFUSALS, TOLD_REFUSALS, Bucket


@dataclass(slots=True)
class _Tally:
    left: Bucket = field(default_factory=lambda: Bucket(REFUSALS))
    told: Bucket = field(default_factory=lambda: Bucket(TOLD_REFUSALS))
    untold: int = 0


class Refusals:
    """Private to the room of that code."""

    def __init__(self, code: str) -> None:
        self._code = code
        self._tallies: dict[str, _Tally] = {}

    def take(self, member: str, command: type[Command], reason: Reason, now: float) -> bool:
        """The member was refused that; False if that is too much."""
        tally = self._tallies.setdefault(member, _Tally())
        if tally.told.take(now):
            note_refused(self._code, member, command, reason, tally.untold or None)
            tally.untold = 0
        else:
            tally.untold += 1
        return tally.left.take(now)

    def went(self, member: str) -> None:
        """The member's connection is gone, so that no line may follow: tell how many went without."""
        tally = self._tallies.get(member)
        if tally is not None and tally.untold:
            note_untold(self._code, member, tally.untold)
            tally.untold = 0

    def forget(self, member: str) -> None:
        """The member is gone for good."""
        self.went(member)
        self._tallies.pop(member, None)
