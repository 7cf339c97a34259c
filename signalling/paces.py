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
# Of whatever kind, on one connection: a page says a handful a second.
FRAMES = Pace(200, 2000)
# The whole room anew, which is a thousand times what it takes to ask for it.
WHOLE_ROOMS = Pace(2, 20)
_PACES: dict[type[Command], tuple[str, Pace]] = {
    Chat: ("chat", CHAT),
    React: ("react", REACTIONS),
    **dict.fromkeys(get_args(Move), ("control", CONTROL)),
}
_Key: TypeAlias = tuple[str, str]


class Bucket:
    """What is left of one pace."""

    __slots__ = ("_left", "_pace", "_since")

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._left = pace.burst
        self._since: float | None = None

    def take(self, now: float) -> bool:
        """Whether there is one left now; if so it is taken."""
        passed_s = 0.0 if self._since is None else max(0.0, now - self._since)
        self._left, self._since = min(self._pace.burst, self._left + passed_s * self._pace.per_s), now
        if self._left < 1:
            return False
        self._left -= 1
        return True


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
