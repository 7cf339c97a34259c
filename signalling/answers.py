"""What was answered to whom, so that a command that is asked again gets its first answer and has no second effect.

Laws: every member's answers are its own, so that nobody's commands make the server forget another's; and refusals,
which cost nothing to ask for, push out refusals alone.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from app.room.codec import encode
from app.room.messages import Happened

EACH = 100
# Who asked, and the id they gave the command. None: the server's own, which nobody repeats.
Key: TypeAlias = tuple[str, str] | None


def key_of(member: str | None, command_id: str | None) -> Key:
    """The key of a command, if it can be asked again."""
    return None if member is None or command_id is None else (member, command_id)


@dataclass(slots=True)
class _Told:
    """What one member asked, by its id: what is not decided durably yet, and what came of the rest."""

    asked: set[str] = field(default_factory=set)
    happened: dict[str, bytes] = field(default_factory=dict)
    refused: dict[str, bytes] = field(default_factory=dict)


class Answers:
    """The last `EACH` events and the last `EACH` refusals of each member, as they were sent; those of kept events
    outlive a restart."""

    def __init__(self, events: Iterable[Happened]) -> None:
        self._told: dict[str, _Told] = {}
        for event in events:
            self.happened(key_of(event.by, event.command_id), encode(event).encode())

    def __len__(self) -> int:
        return sum(len(told.happened) + len(told.refused) for told in self._told.values())

    def knows(self, key: tuple[str, str]) -> bool:
        """Whether it was asked before, be it answered or not."""
        told = self._told.get(key[0])
        return told is not None and any(key[1] in those for those in (told.asked, told.happened, told.refused))

    def is_new(self, key: tuple[str, str]) -> bool:
        """Whether it is asked for the first time; from then on it is not."""
        if self.knows(key):
            return False
        self._told.setdefault(key[0], _Told()).asked.add(key[1])
        return True

    def happened(self, key: Key, frame: bytes) -> None:
        """It was carried out: that is the answer."""
        if key is not None:
            told = self._answered(key)
            _keep(told.happened, key[1], frame)

    def refused(self, key: tuple[str, str], frame: bytes) -> None:
        """It was refused: that is the answer."""
        _keep(self._answered(key).refused, key[1], frame)

    def of(self, key: tuple[str, str]) -> bytes | None:
        """The answer, if it was given and is kept."""
        told = self._told.get(key[0])
        return None if told is None else told.happened.get(key[1]) or told.refused.get(key[1])

    def keep_only(self, members: Collection[str]) -> None:
        """Everybody else is gone for good."""
        self._told = {member: told for member, told in self._told.items() if member in members}

    def _answered(self, key: tuple[str, str]) -> _Told:
        told = self._told.setdefault(key[0], _Told())
        told.asked.discard(key[1])
        return told


def _keep(answers: dict[str, bytes], command_id: str, frame: bytes) -> None:
    answers[command_id] = frame
    while len(answers) > EACH:
        del answers[next(iter(answers))]
