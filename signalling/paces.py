"""How often a member may ask for what: a bucket of tokens for each kind, which fills again by itself.

Times are seconds of any clock that does not jump.
"""

from dataclasses import dataclass
from typing import TypeAlias, get_args

from app.room.bounds import MAX_CHAT
from app.room.messages import (
    MAX_FRAME_BYTES,
    MAX_SIGNAL_FRAME_BYTES,
    AskForCards,
    CastVote,
    Chat,
    Command,
    End,
    Leave,
    Limits,
    Move,
    QueueAdd,
    QueueMove,
    QueueRemove,
    React,
    StepOut,
    SubtitleAdd,
    SubtitleRemove,
    UndoCard,
)
from signalling.reports import PER_S as REPORTS_PER_S


@dataclass(frozen=True, slots=True)
class Pace:
    """So many a second in the long run, and `burst` at once."""

    per_s: float
    burst: float


CHAT = Pace(10 / 60, 10)
REACTIONS = Pace(30 / 60, 30)
CONTROL = Pace(5, 10)
# Fifty films dropped at once, each with its subtitles.
QUEUE = Pace(5, 100)
# Whoever flicks through cards is quicker than whoever reads them.
VOTES = Pace(5, 50)
# Each makes a deck anew, and may ask a language model; a click on a filter is one.
CARDS = Pace(2, 30)
# A page tells its taste anew with each film that is rated.
TASTES = Pace(5, 50)
# Whatever has no pace of its own.
OTHERS = Pace(5, 50)
# Refusals of a member: a hand that hammers a button is refused a few times a second. What goes beyond that is a script.
REFUSALS = Pace(10, 100)
# Of those, so many are told one by one in the log.
TOLD_REFUSALS = Pace(0.1, 10)
# Candidates come in bunches, and when a network changes all connections are made anew.
SIGNALS = Pace(30, 90)
# Of whatever kind, on one connection: a page says a handful a second.
FRAMES = Pace(200, 2000)
# The whole room anew, which is a thousand times what it takes to ask for it.
WHOLE_ROOMS = Pace(2, 20)
# Each is told to everybody twice, and begins with the two above full. A page waits longer each time it does not get in.
CONNECTIONS = Pace(1, 20)
# What every member is told of all that.
LIMITS = Limits(
    frame_bytes=MAX_FRAME_BYTES,
    signal_frame_bytes=MAX_SIGNAL_FRAME_BYTES,
    chat_characters=MAX_CHAT,
    frames_per_s=FRAMES.per_s,
    moves_per_s=CONTROL.per_s,
    signals_per_s=SIGNALS.per_s,
    reports_per_s=REPORTS_PER_S,
    connections_per_s=CONNECTIONS.per_s,
)
_OTHERS = ("others", OTHERS)
# Whoever goes is held back by nothing.
_FREE = (Leave, End)
_PACES: dict[type[Command], tuple[str, Pace]] = {
    **dict.fromkeys((QueueAdd, QueueRemove, QueueMove, SubtitleAdd, SubtitleRemove), ("queue", QUEUE)),
    **dict.fromkeys((CastVote, UndoCard, StepOut), ("votes", VOTES)),
    AskForCards: ("cards", CARDS),
    Chat: ("chat", CHAT),
    React: ("react", REACTIONS),
    **dict.fromkeys(get_args(Move), ("control", CONTROL)),
}
_TO = "to "  # before the one to whom signals go
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
        self._left: dict[_Key, Bucket] = {}

    def allow(self, member: str, command: Command, now: float) -> bool:
        """Whether the member may ask for that now; if so it counts."""
        kind, pace = _PACES.get(type(command), _OTHERS)
        return isinstance(command, _FREE) or self._take((member, kind), pace, now)

    def allow_taste(self, member: str, now: float) -> bool:
        """Whether the member may tell its taste again now."""
        return self._take((member, "tastes"), TASTES, now)

    def allow_connection(self, member: str, now: float) -> bool:
        """Whether the member may connect anew now."""
        return self._take((member, "connections"), CONNECTIONS, now)

    def allow_signal(self, member: str, to: str, now: float) -> bool:
        """Whether the member may send that one another signal now; `to` is empty for whoever is not in the room."""
        return self._take((member, _TO + to), SIGNALS, now)

    @property
    def kept(self) -> int:
        """How many paces are kept."""
        return len(self._left)

    def _take(self, key: _Key, pace: Pace, now: float) -> bool:
        if key not in self._left:
            self._left[key] = Bucket(pace)
        return self._left[key].take(now)

    def forget(self, member: str) -> None:
        """The member is gone for good, and with it what others sent it."""
        self._left = {key: left for key, left in self._left.items() if key[0] != member and key[1] != _TO + member}
