"""What waits for a reader who is behind: made when somebody falls behind, dropped when they have caught up.

Laws: frames leave in the order in which they were put, but a later word on the same supersedes an earlier one, in its
place: of pongs the newest waits, of reports the last of each member by then, and of more events than the whole room is
long, or than `MOST_EVENTS_BYTES`, the whole room as it is by then. With that goes every event that is more than a state
of the room; so nothing is lost but what the room has left behind, and reactions. At most `MOST_BYTES` wait for a far
side that takes nothing, and for `STILL_S`.
"""

import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from typing import TypeAlias

from app.room.messages import (
    AskForCards,
    CastVote,
    CloseBallot,
    Deal,
    DrawLots,
    FindAnother,
    GoOn,
    Happened,
    Hold,
    Move,
    OpenBallot,
    React,
    SetPresence,
    SetVoteRule,
    StepOut,
    TasteGiven,
    UndoCard,
)

MOST_BYTES = 256 * 1024
MOST_EVENTS_BYTES = 32 * 1024
MOST_MISSED = 1000  # in one frame, as pages read no list without end
STILL_S = 60.0  # the kernel tells of 100 KB at a time: whoever takes 2 KB a second is not still

# Where the film, the choosing and the connections stand, and what nobody keeps: the room as it is says all of that.
STATES = (
    *(Move, Hold, GoOn, SetPresence, React),
    *(OpenBallot, TasteGiven, AskForCards, Deal, CastVote, UndoCard, FindAnother, SetVoteRule, DrawLots, StepOut),
    CloseBallot,
)


class Topic(Enum):
    """On what only the last word counts."""

    ROOM = auto()
    REPORTS = auto()
    PONG = auto()


@dataclass(frozen=True, slots=True)
class News:
    """The last reports of some members."""

    members: frozenset[str]


# What a frame tells; None where no other can stand for it.
About: TypeAlias = Happened | News | Topic | None
Make: TypeAlias = Callable[[], bytes | None]


@dataclass(slots=True)
class _Waiting:
    size: int
    make: Make
    about: About

    @property
    def topic(self) -> Topic | None:
        if isinstance(self.about, News):
            return Topic.REPORTS
        return self.about if isinstance(self.about, Topic) else None


@dataclass(frozen=True, slots=True)
class Reader:
    """The far side. `send` writes a frame and returns when there is space for more; it may raise `ConnectionError`.

    `untaken` is how many bytes written before it has yet to take. `room` makes the whole room, with those events that
    it misses for it, and `reports` those of some members, or of everybody for None; None where there are none. `now`
    is in seconds.
    """

    send: Callable[[bytes], Awaitable[None]]
    untaken: Callable[[], int]
    room: Callable[[tuple[Happened, ...]], bytes]
    reports: Callable[[frozenset[str] | None], bytes | None]
    now: Callable[[], float]


class Backlog:
    """Frames for one reader, who may turn out to be too slow for them."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._frames: deque[_Waiting] = deque()
        self._latest: dict[Topic, _Waiting] = {}
        self._missed: list[Happened] = []
        self._bytes = 0
        self._events_bytes = 0
        self._room_bytes = 0  # as it was when it was last made
        self._stalled = False
        self._untaken = reader.untaken()
        self._took_at = reader.now()

    def __len__(self) -> int:
        return len(self._frames)

    def put(self, size: int, make: Make, about: About = None) -> bool:
        """One frame more, made when its turn comes (a whole room by `Reader.room`); False, and all are dropped, if the
        reader is too slow for it."""
        if about is Topic.ROOM:
            self._sum_up()
        else:
            self._take(_Waiting(size, make, about))
        # A burst that `run` has had no turn for is not the reader's fault.
        if self._stalled and self._events_bytes > max(MOST_EVENTS_BYTES, self._room_bytes):
            self._sum_up()
        if self._stalled and (self._bytes > MOST_BYTES or len(self._missed) > MOST_MISSED or self._is_still()):
            self._frames.clear()
            self._latest.clear()
            return False
        return True

    def settle(self) -> None:
        """Make now what was to be made later: the reader is not to hear of what comes."""
        for frame in self._latest.values():
            made = frame.make()
            frame.make = partial(_as_it_was, made)

    async def run(self) -> None:
        """Write until nothing waits any more, or the line has broken."""
        with contextlib.suppress(ConnectionError):
            while self._frames:
                first = self._frames.popleft()
                frame = self._made(first)
                self._stalled = True  # seen by `put` only while this waits for the far side to take what was written
                if frame is not None:
                    await self._reader.send(frame)
                self._stalled = False
                self._bytes -= first.size
                self._note_taken()

    def _take(self, frame: _Waiting) -> None:
        about = frame.about
        if isinstance(about, Happened) and Topic.ROOM in self._latest:
            self._miss(about, frame.size)
        elif frame.topic in self._latest:
            self._supersede(self._latest[frame.topic], frame)
        else:
            self._append(frame)

    def _supersede(self, waiting: _Waiting, frame: _Waiting) -> None:
        if frame.topic is not Topic.REPORTS:
            waiting.make = frame.make
            return
        if isinstance(waiting.about, News) and isinstance(frame.about, News):
            waiting.about = News(waiting.about.members | frame.about.members)
            waiting.make = partial(self._reader.reports, waiting.about.members)
        else:
            waiting.about, waiting.make = Topic.REPORTS, self._board

    def _append(self, frame: _Waiting) -> None:
        self._frames.append(frame)
        self._bytes += frame.size
        if isinstance(frame.about, Happened):
            self._events_bytes += frame.size
        elif frame.topic is not None:
            self._latest[frame.topic] = frame

    def _miss(self, event: Happened, size: int) -> None:
        """The whole room, which waits, tells of that event; in its own words, unless it is but a state."""
        if not isinstance(event.command, STATES):
            self._missed.append(event)
            self._latest[Topic.ROOM].size += size
            self._bytes += size

    def _sum_up(self) -> None:
        """The whole room in the place of the first event that waits, and after it, as a page expects, the reports."""
        if Topic.ROOM in self._latest:
            return
        frames = [frame for frame in self._frames if frame.topic is not Topic.REPORTS]
        first = next((at for at, frame in enumerate(frames) if isinstance(frame.about, Happened)), len(frames))
        anew = (_Waiting(0, self._room, Topic.ROOM), _Waiting(0, self._board, Topic.REPORTS))
        self._bytes -= sum(frame.size for frame in self._frames)
        self._events_bytes = 0
        self._frames.clear()
        self._latest.clear()
        for frame in (*frames[:first], *anew, *frames[first:]):
            self._take(frame)

    def _room(self) -> bytes:
        missed, self._missed = tuple(self._missed), []
        whole = self._reader.room(missed)
        self._room_bytes = min(len(whole), MOST_BYTES // 2)
        return whole

    def _board(self) -> bytes | None:
        return self._reader.reports(None)

    def _made(self, frame: _Waiting) -> bytes | None:
        if isinstance(frame.about, Happened):
            self._events_bytes -= frame.size
        elif frame.topic is not None:
            del self._latest[frame.topic]
        return frame.make()

    def _note_taken(self) -> None:
        self._untaken, self._took_at = self._reader.untaken(), self._reader.now()

    def _is_still(self) -> bool:
        """Whether the far side has taken nothing for long. What is written beside this, such as pings, is no sign."""
        untaken = self._reader.untaken()
        if untaken < self._untaken:
            self._took_at = self._reader.now()
        self._untaken = untaken
        return self._reader.now() - self._took_at > STILL_S


def _as_it_was(made: bytes | None) -> bytes | None:
    return made
