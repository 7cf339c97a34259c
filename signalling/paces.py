"""How often a member may ask for what: a bucket of tokens for each kind, which fills again by itself.

Times are seconds of any clock that does not jump.
"""

from dataclasses import dataclass
from typing import TypeAlias, get_args

from app.room.messages import Chat, Command, Move, React


@dataclass(frozen=True, slots=True)
class Pace:
    """So many a second in the long run, and `burst` at once."""

    per_s: float
    burst: float


CHAT = Pace(10 / 60, 10)
REACTIONS = Pace(30 / 60, 30)
CONTROL = Pace(5, 10)
# Candidates come in bunches, and when a network changes all connections are made anew.
SIGNALS = Pace(30, 90)
_PACES: dict[type[Command], tuple[str, Pace]] = {
    Chat: ("chat", CHAT),
    React: ("react", REACTIONS),
    **dict.fromkeys(get_args(Move), ("control", CONTROL)),
}
_Key: TypeAlias = tuple[str, str]


class Paces:
    """Private to the room."""

    def __init__(self) -> None:
        self._left: dict[_Key, tuple[float, float]] = {}

    def allow(self, member: str, command: Command, now: float) -> bool:
        """Whether the member may ask for that now; if so it counts."""
        kind, pace = _PACES.get(type(command), ("", None))
        return pace is None or self._take((member, kind), pace, now)

    def allow_signal(self, member: str, to: str, now: float) -> bool:
        """Whether the member may send that one another signal now."""
        return self._take((member, f"to {to}"), SIGNALS, now)

    def _take(self, key: _Key, pace: Pace, now: float) -> bool:
        tokens, since = self._left.get(key, (pace.burst, now))
        tokens = min(pace.burst, tokens + (now - since) * pace.per_s)
        if tokens < 1:
            return False
        self._left[key] = (tokens - 1, now)
        return True

    def forget(self, member: str) -> None:
        """The member is gone for good."""
        self._left = {key: left for key, left in self._left.items() if key[0] != member}
