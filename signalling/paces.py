"""How often a member may ask for what: a bucket of tokens for each, which fills again by itself.

Times are seconds of any clock that does not jump.
"""

from dataclasses import dataclass
from typing import TypeAlias

from app.room.messages import Chat, Command, React


@dataclass(frozen=True, slots=True)
class Pace:
    """So many a second in the long run, and `burst` at once."""

    per_s: float
    burst: float


CHAT = Pace(10 / 60, 10)
REACTIONS = Pace(30 / 60, 30)
_PACES: dict[type[Command], Pace] = {Chat: CHAT, React: REACTIONS}
_Key: TypeAlias = tuple[str, type[Command]]


class Paces:
    """Private to the room."""

    def __init__(self) -> None:
        self._left: dict[_Key, tuple[float, float]] = {}

    def allow(self, member: str, command: Command, now: float) -> bool:
        """Whether the member may ask for that now; if so it counts."""
        pace = _PACES.get(type(command))
        if pace is None:
            return True
        key = (member, type(command))
        tokens, since = self._left.get(key, (pace.burst, now))
        tokens = min(pace.burst, tokens + (now - since) * pace.per_s)
        if tokens < 1:
            return False
        self._left[key] = (tokens - 1, now)
        return True

    def forget(self, member: str) -> None:
        """The member is gone for good."""
        self._left = {key: left for key, left in self._left.items() if key[0] != member}
