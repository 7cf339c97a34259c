"""What waits for a reader who is behind. The test takes one frame after the other out of `Line.written`."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.room.messages import Chat, Command, Happened, Kick, Seek
from signalling import backlog
from signalling.backlog import (
    MOST_BYTES,
    MOST_EVENTS_BYTES,
    MOST_MISSED,
    STILL_S,
    About,
    Backlog,
    News,
    Reader,
    Topic,
)
from tests.unit.signalling.fakes import settle


class Line:
    """A far side that takes a frame when it is told to; `untaken` bytes wait for it below."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.untaken = 0
        self.seconds = 0.0
        self.reports: bytes | None = b"the board"
        self.room_bytes = 0
        self.broken = False
        self._turns = asyncio.Semaphore(0)
        self.backlog = Backlog(Reader(self._send, lambda: self.untaken, self._room, self._reports, self._now))
        self._running: asyncio.Task[None] | None = None
        self._revisions = 0

    def put(self, words: str, about: About = None, size: int | None = None) -> bool:
        return self.backlog.put(len(words) if size is None else size, words.encode, about)

    def happen(self, command: Command, size: int = 100) -> bool:
        """The next event."""
        self._revisions += 1
        return self.put(f"event {self._revisions}", Happened(self._revisions, 0.0, "ada", command), size)

    async def stall(self) -> None:
        """Have a frame on its way that is not taken."""
        self.put("first")
        self._running = asyncio.create_task(self.backlog.run())
        await settle()

    async def drain(self) -> list[str]:
        """Take all; what was written after the first frame."""
        assert self._running is not None
        for _ in range(1000):
            self._turns.release()
        await self._running
        return self.written[1:]

    async def stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait([self._running])

    async def _send(self, frame: bytes) -> None:
        self.written.append(frame.decode())
        await self._turns.acquire()
        if self.broken:
            raise ConnectionResetError

    def _room(self, missed: tuple[Happened, ...]) -> bytes:
        words = f"room {self._revisions}, missed {[event.revision for event in missed]}"
        return words.ljust(self.room_bytes).encode()

    def _reports(self, members: frozenset[str] | None) -> bytes | None:
        return self.reports if members is None else " and ".join(sorted(members)).encode()

    def _now(self) -> float:
        return self.seconds


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    line = Line()
    await line.stall()
    yield line
    await line.stop()


def overflow(line: Line) -> int:
    """More states than wait one by one; how many."""
    events = MOST_EVENTS_BYTES // 1000 + 1
    for _ in range(events):
        assert line.happen(Seek(1.0), 1000)
    return events


async def test_frames_leave_in_order(line: Line) -> None:
    for words in ("a", "b", "c"):
        assert line.put(words)
    line.happen(Seek(1.0))
    assert await line.drain() == ["a", "b", "c", "event 1"]
    assert not line.backlog


async def test_the_newest_pong_waits_in_the_place_of_the_oldest(line: Line) -> None:
    for words in ("pong 1", "pong 2", "pong 3"):
        assert line.put(words, Topic.PONG)
        assert line.put("signal")
    assert await line.drain() == ["pong 3", "signal", "signal", "signal"]


async def test_reports_that_would_wait_together_are_told_as_a_whole(line: Line) -> None:
    line.put("news", Topic.REPORTS)
    line.put("signal")
    assert len(line.backlog) == 2
    line.put("more news", Topic.REPORTS)
    assert await line.drain() == ["the board", "signal"]


async def test_news_of_some_that_would_wait_together_are_told_of_them_alone(line: Line) -> None:
    for members in (("ada", "ben"), ("ben", "cy")):
        line.put("news", News(frozenset(members)))
    line.put("signal")
    line.put("news", News(frozenset({"dee"})))
    assert await line.drain() == ["ada and ben and cy and dee", "signal"]


async def test_news_that_wait_with_the_whole_board_are_in_it(line: Line) -> None:
    line.put("news", News(frozenset({"ada"})))
    line.put("the board as it was", Topic.REPORTS)
    line.put("news", News(frozenset({"ben"})))
    assert await line.drain() == ["the board"]


async def test_news_that_wait_alone_are_told_as_they_are(line: Line) -> None:
    line.put("news", Topic.REPORTS)
    assert await line.drain() == ["news"]


async def test_many_events_give_way_to_the_room_as_it_is_by_then(line: Line) -> None:
    line.put("signal")
    line.put("news", Topic.REPORTS)
    events = overflow(line)
    line.put("later signal")
    assert line.happen(Seek(2.0))
    assert len(line.backlog) == 4
    assert await line.drain() == ["signal", f"room {events + 1}, missed []", "the board", "later signal"]


async def test_what_is_more_than_a_state_goes_with_the_room(line: Line) -> None:
    line.happen(Chat("Hello"))
    events = overflow(line)
    line.happen(Kick("ben"))
    line.happen(Seek(3.0))
    assert await line.drain() == [f"room {events + 3}, missed {[1, events + 2]}", "the board"]


async def test_events_after_the_room_follow_it_one_by_one(line: Line) -> None:
    line.reports = None
    events = overflow(line)
    line._turns.release()
    await settle()
    assert line.written[-1] == f"room {events}, missed []"
    line.happen(Seek(3.0))
    assert (await line.drain())[1:] == [f"event {events + 1}"]


async def test_a_room_that_is_asked_for_while_events_wait_takes_their_place(line: Line) -> None:
    line.happen(Chat("Hello"))
    line.put("signal")
    line.put("an old room", Topic.ROOM, 30_000)
    line.put("its reports", Topic.REPORTS)
    line.put("another", Topic.ROOM, 30_000)
    assert await line.drain() == ["room 1, missed [1]", "the board", "signal"]


async def test_a_long_room_takes_the_place_of_nothing_shorter(line: Line) -> None:
    line.room_bytes = 3 * MOST_EVENTS_BYTES
    line.reports = None
    first = overflow(line)
    line._turns.release()
    await settle()
    for _ in range(2):
        overflow(line)
    assert len(line.backlog) == 2 * first + 1  # and the board
    assert overflow(line) == first
    assert len(line.backlog) == 2


async def test_words_without_end_are_too_many_for_a_page(line: Line) -> None:
    overflow(line)
    for _ in range(MOST_MISSED):
        assert line.happen(Chat("a"), 1)
    assert not line.happen(Chat("a"), 1)


async def test_of_what_comes_after_it_was_settled_nothing_is_told(line: Line) -> None:
    line.put("news", Topic.REPORTS)
    line.put("more news", Topic.REPORTS)
    line.happen(Chat("Hello"))
    events = overflow(line)
    line.backlog.settle()
    line.reports = b"what was said later"
    line._revisions += 1
    assert await line.drain() == [f"room {events + 1}, missed [1]", "the board"]


async def test_what_no_other_frame_tells_is_bounded(line: Line) -> None:
    assert line.put("", size=MOST_BYTES // 2)
    assert not line.put("", size=MOST_BYTES // 2)
    assert not line.backlog


async def test_words_are_bounded_too_and_states_are_not(line: Line) -> None:
    for _ in range(MOST_BYTES // 1000 * 2):
        assert line.happen(Seek(1.0), 1000)
    said = 0
    while line.happen(Chat("Hello"), 1000):
        said += 1
    assert MOST_BYTES - 2000 < said * 1000 <= MOST_BYTES
    assert not line.backlog


async def test_what_was_written_no_longer_counts(line: Line) -> None:
    for _ in range(5):
        assert line.put("", size=MOST_BYTES // 2 - 100)
        line._turns.release()
        await settle()


async def test_whoever_takes_nothing_for_long_is_too_slow(line: Line) -> None:
    line.untaken = 1000
    line._turns.release()
    line.put("second")
    await settle()
    line.seconds = STILL_S
    line.untaken += 2  # a ping of the heartbeat is no sign of life
    assert line.put("third")
    line.seconds += 1
    assert not line.put("fourth")


async def test_whoever_takes_a_little_is_not(line: Line) -> None:
    line.untaken = 1000
    line._turns.release()
    line.put("second")
    await settle()
    for _ in range(10):
        line.seconds += STILL_S
        line.untaken -= 10
        assert line.put("more", Topic.PONG)


async def test_whoever_takes_a_long_frame_steadily_is_not(line: Line) -> None:
    line._turns.release()
    line.put("a long one")
    await settle()
    line.untaken = 300_000
    while line.untaken:
        assert line.put("pong", Topic.PONG)
        line.seconds += 10.0
        line.untaken -= 30_000


async def test_a_burst_is_nobodys_fault() -> None:
    line = Line()
    for _ in range(10):
        assert line.put("", size=MOST_BYTES)
        assert line.happen(Seek(1.0), MOST_EVENTS_BYTES)
    assert len(line.backlog) == 20


async def test_a_line_that_breaks_ends_it(line: Line) -> None:
    line.put("never")
    line.broken = True
    assert await line.drain() == []


def test_states_are_commands() -> None:
    assert isinstance(Seek(1.0), backlog.STATES)
    assert not isinstance(Chat("Hello"), backlog.STATES)
