"""A slow reader beside the room, in any interleaving: who reads ends with the room as it is, and has heard every word.

The reader is what a browser has, so that a gap among the revisions, about which it would ask, is seen too.
"""

from collections.abc import Coroutine, Generator
from types import coroutine
from typing import Any
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from app.room.codec import decode_from_server, encode
from app.room.messages import (
    Ban,
    Chat,
    Command,
    Happened,
    Join,
    Kick,
    Leave,
    Pause,
    Play,
    Pong,
    QueueAdd,
    React,
    Ready,
    Report,
    Reported,
    Reports,
    Seek,
    SetPresence,
    SetRate,
    SetRole,
    SignalFrom,
    TransferHost,
)
from app.room.reducer import Applied, apply
from app.room.said import Reaction
from app.room.state import Presence, Role, Standing
from signalling import backlog
from signalling.backlog import STATES, Backlog, News, Reader, Topic
from tests.support.page import Page
from tests.unit.room.rooms import FILM, room

PEOPLE = st.sampled_from(["ada", "ben", "cy", "dee"])
COMMANDS = st.one_of(
    st.builds(Play, st.floats(0, 1)),
    st.builds(Pause),
    st.builds(Seek, st.floats(0, 600)),
    st.builds(SetRate, st.floats(0.25, 4)),
    st.builds(React, st.sampled_from(Reaction)),
    st.builds(Chat, st.sampled_from(["Hello", "x" * 200])),
    st.builds(SetRole, PEOPLE, st.sampled_from([Role.COHOST, Role.VIEWER])),
    st.builds(TransferHost, PEOPLE),
    st.builds(Kick, PEOPLE),
    st.builds(Ban, PEOPLE),
    st.builds(QueueAdd, st.sampled_from(["four", "five"]), st.just(FILM)),
)
OF_THE_SERVER = st.one_of(
    st.builds(SetPresence, PEOPLE, st.sampled_from(Presence)),
    st.builds(Leave, PEOPLE),
    st.builds(Join, PEOPLE, PEOPLE, st.just(Role.VIEWER)),
)
REPORTS = st.builds(Report, st.just("ab" * 32), st.just(Standing.RECEIVING), st.floats(0, 1), st.just(0), st.just(0))
STEPS = st.lists(
    st.one_of(
        st.tuples(PEOPLE, COMMANDS),
        st.tuples(st.none(), OF_THE_SERVER),
        st.tuples(PEOPLE, REPORTS),
        st.sampled_from(["ping", "signal", "sync"]),
        st.integers(1, 5),
    ),
    max_size=60,
)


@coroutine
def full() -> Generator[None, None, None]:
    """Wait for the far side to take what was written."""
    yield


class Server:
    """A room, and the backlog of one who reads it a frame at a time."""

    def __init__(self) -> None:
        self.room = room()
        self.reports: dict[str, Report] = {}
        self.told: list[Happened] = []
        self.heard: list[Any] = []
        self.pings = self.signals = 0
        self._backlog: Backlog | None = None
        self._running: Coroutine[None, None, None] | None = None

    def step(self, step: Any) -> None:
        match step:
            case int():
                for _ in range(step):
                    self.take()
            case (str(who), Report() as report):
                self.reports[who] = report
                self._put(Reports((Reported(who, report),)), News(frozenset({who})))
            case "ping":
                self.pings += 1
                self._put(Pong(self.pings, 0.0, 0.0), Topic.PONG)
            case "signal":
                self.signals += 1
                self._put(SignalFrom("ada", str(self.signals)))
            case "sync":
                self._put(Ready(self.room, "ben", "epoch"), Topic.ROOM)
                self._put(self._board(None), Topic.REPORTS)
            case (by, command):
                self._ask(by, command)

    def take(self) -> bool:
        """Let the reader read on; whether anything was on its way."""
        if self._running is None:
            return False
        try:
            self._running.send(None)
        except StopIteration:
            self._backlog = self._running = None
        return True

    def _ask(self, by: str | None, command: Command) -> None:
        outcome = apply(self.room, command, by, 100.0)
        if isinstance(outcome, Applied):
            self.room = outcome.room
            event = Happened(self.room.revision, 100.0, by, command)
            self.told.append(event)
            self._put(event, event)

    def _put(self, message: Any, about: backlog.About = None) -> None:
        if self._backlog is None:
            self._backlog = Backlog(Reader(self._send, lambda: 0, self._whole, self._reports, lambda: 0.0))
            self._running = self._backlog.run()
        frame = encode(message).encode()
        assert self._backlog.put(len(frame), lambda: frame, about)

    async def _send(self, frame: bytes) -> None:
        self.heard.append(decode_from_server(frame.decode()))
        await full()

    def _whole(self, missed: tuple[Happened, ...]) -> bytes:
        return encode(Ready(self.room, "ben", "epoch", missed=missed)).encode()

    def _board(self, members: frozenset[str] | None) -> Reports:
        chosen = [who for who in self.reports if members is None or who in members]
        return Reports(tuple(Reported(who, self.reports[who]) for who in chosen))

    def _reports(self, members: frozenset[str] | None) -> bytes | None:
        return encode(self._board(members)).encode() if self.reports else None


@given(STEPS)
def test_whoever_reads_slowly_ends_with_the_room_and_every_word(steps: list[Any]) -> None:
    server = Server()
    page = Page()
    page.hear(Ready(server.room, "ben", "epoch"))
    with patch.object(backlog, "MOST_EVENTS_BYTES", 500):
        for step in steps:
            server.step(step)
        while server.take():
            pass
    for message in server.heard:
        page.hear(message)
    assert page.room == server.room
    assert page.reporting.others == server.reports
    said = [event for event in server.told if not isinstance(event.command, STATES)]
    assert [event for event in page.told if not isinstance(event.command, STATES)] == said
    signals = [message.payload for message in server.heard if isinstance(message, SignalFrom)]
    assert signals == [str(number + 1) for number in range(server.signals)]
    pongs = [message.t0 for message in server.heard if isinstance(message, Pong)]
    assert pongs == sorted(set(pongs))
    assert pongs[-1:] == ([server.pings] if server.pings else [])
