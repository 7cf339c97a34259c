"""One WebSocket, with both its ends in the test's hands."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import cast

import pytest
from aiohttp import WSMessage, WSMsgType

from app.room.codec import decode_from_server, encode
from app.room.messages import (
    ClientMessage,
    Do,
    End,
    Happened,
    Hello,
    Ping,
    Pong,
    QueueAdd,
    Ready,
    Report,
    Resume,
    Resumed,
    Seek,
    ServerMessage,
    SignalFrom,
    SignalTo,
    SyncRequest,
)
from app.room.state import Standing
from signalling.admission import Wish
from signalling.backlog import MOST_BYTES, MOST_EVENTS_BYTES
from signalling.connection import MAX_REASON_BYTES, Connection, WebSocket, framed, open_socket
from signalling.hub import Admission, Hub
from signalling.live_room import LiveRoom
from signalling.paces import CONNECTIONS, FRAMES
from signalling.reports import BURST
from signalling.room_time import RoomTime
from signalling.tokens import Claim, Tickets
from signalling.world import World
from tests.unit.room.rooms import FILM
from tests.unit.signalling.fakes import Clock, MemoryStore, settle


class FakeSocket:
    """What aiohttp and the transport below would be: frames in by `arrive`, frames out in `written`."""

    def __init__(self) -> None:
        self.aborted = asyncio.Event()
        self._in: asyncio.Queue[WSMessage] = asyncio.Queue()
        self.written: list[ServerMessage] = []
        self.pongs: list[bytes] = []
        self.closed: tuple[int, bytes] | None = None
        self.reading = asyncio.Event()
        self.reading.set()
        self.error: Exception | None = None

    async def receive(self) -> WSMessage:
        return await self._in.get()

    async def send_frame(self, frame: bytes, opcode: WSMsgType) -> None:
        assert opcode is WSMsgType.TEXT
        await self.reading.wait()
        if self.error is not None:
            raise self.error
        self.written.append(decode_from_server(frame.decode()))

    def write(self, data: bytes) -> None:
        sizes = {126: 4, 127: 10}
        self.written.append(decode_from_server(data[sizes.get(data[1], 2) :].decode()))

    def get_write_buffer_size(self) -> int:
        return 0 if self.reading.is_set() else MOST_BYTES

    def is_closing(self) -> bool:
        return self.error is not None and self.reading.is_set()

    def abort(self) -> None:
        self.aborted.set()

    def get_extra_info(self, name: str) -> None:
        assert name == "socket"

    async def pong(self, data: bytes) -> None:
        if self.error is not None:
            raise self.error
        self.pongs.append(data)

    async def close(self, *, code: int, message: bytes) -> None:
        assert self.closed is None
        self.closed = (code, message)
        self._in.put_nowait(WSMessage(WSMsgType.CLOSING, None, None))

    def arrive(self, data: bytes, kind: WSMsgType = WSMsgType.TEXT) -> None:
        self._in.put_nowait(WSMessage(kind, data, None))

    def say(self, message: ClientMessage) -> None:
        self.arrive(encode(message).encode())

    def hang_up(self) -> None:
        self._in.put_nowait(WSMessage(WSMsgType.CLOSE, 1001, None))


class Scene:
    """A room of Ada's and the means to connect to it."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.store = MemoryStore()
        time = RoomTime(self.clock.now, self.clock.now)
        self.hub = Hub(World(self.store, time.now, self.clock.schedule), time)
        self.tickets = Tickets(b"k" * 32)
        self.serving: list[asyncio.Task[None]] = []
        self.made: Admission

    def connect(self, hello_timeout_s: float = 5.0) -> tuple[FakeSocket, Connection]:
        """A connection on which nothing has been said."""
        socket = FakeSocket()
        connection = Connection(cast(WebSocket, socket), socket, self.hub, self.tickets, self._tick)
        self.serving.append(asyncio.create_task(connection.serve(hello_timeout_s)))
        return socket, connection

    async def enter(self) -> tuple[FakeSocket, Connection]:
        """Ada's connection, welcomed."""
        socket, connection = self.connect()
        socket.say(Hello(1, self.ticket()))
        await settle()
        assert isinstance(socket.written[0], Ready)
        return socket, connection

    def ticket(self) -> str:
        """Ada's next ticket."""
        return self.tickets.issue(Claim(self.made.code, self.made.member), self.clock.now())

    async def live(self) -> LiveRoom:
        """Ada's room."""
        live = await self.hub.find(self.made.code)
        assert isinstance(live, LiveRoom)
        return live

    def _tick(self) -> float:
        self.clock.seconds += 0.001
        return self.clock.seconds


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    scene = Scene()
    made = await scene.hub.create(Wish("Ada"), None)
    assert isinstance(made, Admission)
    scene.made = made
    yield scene
    for task in scene.serving:
        task.cancel()
    await asyncio.gather(*scene.serving, return_exceptions=True)


async def test_our_sockets_have_our_limits() -> None:
    socket = open_socket()
    assert socket._decode_text is False
    assert socket._max_msg_size == 64 * 1024 + 1
    assert not socket._compress
    assert socket._writer_limit == 0


async def test_hello_is_answered_by_ready(scene: Scene) -> None:
    socket, connection = await scene.enter()
    ready = socket.written[0]
    assert isinstance(ready, Ready)
    assert ready.you == scene.made.member
    socket.hang_up()
    await connection.finished
    assert socket.closed is None
    assert not socket.aborted.is_set()


async def test_resume_is_answered_by_what_was_missed(scene: Scene) -> None:
    first, connection = await scene.enter()
    ready = first.written[0]
    assert isinstance(ready, Ready)
    first.hang_up()
    await connection.finished
    socket, _ = scene.connect()
    socket.say(Resume(1, scene.ticket(), ready.epoch, ready.room.revision))
    await settle()
    (resumed,) = socket.written
    assert isinstance(resumed, Resumed)
    assert [event.revision - ready.room.revision for event in resumed.events] == [1, 2]


@pytest.mark.parametrize(
    ("first", "code", "reason"),
    [
        (lambda scene: Hello(2, scene.ticket()), 4002, b"reload"),
        (lambda scene: Resume(2, scene.ticket(), "epoch-1", 1), 4002, b"reload"),
        (lambda _: Hello(1, "forged"), 4001, b"not good"),
        (lambda _: Resume(1, "forged", "epoch-1", 1), 4001, b"not good"),
        (lambda _: Ping(1.0), 4001, b"first"),
    ],
)
async def test_a_bad_beginning(scene: Scene, first: Callable[[Scene], ClientMessage], code: int, reason: bytes) -> None:
    socket, connection = scene.connect()
    socket.say(first(scene))
    await connection.finished
    assert socket.closed is not None
    assert socket.closed[0] == code
    assert reason in socket.closed[1]


async def test_whoever_connects_without_end_is_closed_and_may_come_later(scene: Scene) -> None:
    codes = []
    for _ in range(CONNECTIONS.burst + 5):
        socket, connection = scene.connect()
        socket.say(Hello(1, scene.ticket()))
        await settle()
        socket.hang_up()
        await connection.finished
        codes.append(socket.closed and socket.closed[0])
    assert codes == [None] * CONNECTIONS.burst + [4029] * 5
    await scene.clock.advance(1)
    await scene.enter()


async def test_a_ticket_that_has_expired_resumes_nothing(scene: Scene) -> None:
    resume = Resume(1, scene.ticket(), "epoch-1", 1)
    scene.clock.seconds += 61
    socket, connection = scene.connect()
    socket.say(resume)
    await connection.finished
    assert (socket.closed or (0,))[0] == 4001


async def test_a_silent_beginning(scene: Scene) -> None:
    socket, connection = scene.connect(hello_timeout_s=0.01)
    await connection.finished
    assert socket.closed == (4001, b"hello is due within 0.01 seconds")


async def test_a_hello_that_comes_with_the_close_is_not_taken(scene: Scene) -> None:
    ticket = scene.ticket()
    socket, connection = scene.connect()
    await settle()
    socket.say(Hello(1, ticket))
    connection.close(4001, "too late")
    await connection.finished
    assert connection.claim is None
    again, _ = scene.connect()
    again.say(Hello(1, ticket))
    await settle()
    assert isinstance(again.written[0], Ready)


async def test_hanging_up_before_hello(scene: Scene) -> None:
    socket, connection = scene.connect()
    socket.hang_up()
    await connection.finished
    assert socket.closed is None


async def test_a_room_that_has_ended(scene: Scene) -> None:
    await (await scene.live()).order(End())
    socket, connection = scene.connect()
    socket.say(Hello(1, scene.ticket()))
    await connection.finished
    assert socket.closed == (4005, b"the room has expired")


async def test_a_room_that_cannot_be_loaded(scene: Scene) -> None:
    await scene.hub.close()
    scene.store.broken = True
    socket, connection = scene.connect()
    socket.say(Hello(1, scene.ticket()))
    await connection.finished
    assert socket.closed == (1012, b"the room is being restored")


async def test_a_member_who_left(scene: Scene) -> None:
    ticket = scene.ticket()
    await scene.hub.leave(scene.made.code, scene.made.member, scene.made.resume_secret)
    socket, connection = scene.connect()
    socket.say(Hello(1, ticket))
    await connection.finished
    assert socket.closed == (4001, b"you are no longer in this room")


async def test_a_ping_is_timed_when_it_comes_and_when_it_is_written(scene: Scene) -> None:
    socket, _ = await scene.enter()
    socket.reading.clear()
    socket.say(SyncRequest())
    await settle()
    socket.say(Ping(7.5, 0.125))
    await settle()
    waited_from = scene.clock.seconds
    scene.clock.seconds += 10
    socket.reading.set()
    await settle()
    pong = socket.written[-1]
    assert isinstance(pong, Pong)
    assert pong.t0 == 7.5
    assert pong.t1 <= waited_from
    assert pong.t2 >= waited_from + 10
    assert (await scene.live())._seats.worst_rtt_s == 0.125
    socket.say(Ping(8.0))
    await settle()
    assert (await scene.live())._seats.worst_rtt_s == 0.125


async def test_messages_reach_the_room(scene: Scene) -> None:
    socket, _ = await scene.enter()
    socket.say(Do("a", Seek(1.0)))
    socket.say(SignalTo(scene.made.member, "s" * 20_000))
    socket.say(SyncRequest())
    await settle()
    kinds = [type(message).__name__ for message in socket.written]
    assert kinds[1:] in (["SignalFrom", "RefusedCommand", "Ready"], ["RefusedCommand", "SignalFrom", "Ready"])
    assert any(isinstance(message, SignalFrom) for message in socket.written)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"bytes", WSMsgType.BINARY),
        (b"\xff", WSMsgType.TEXT),
        (b"{", WSMsgType.TEXT),
        (encode(Hello(1, "again")).encode(), WSMsgType.TEXT),
        (encode(Resume(1, "again", "epoch-1", 1)).encode(), WSMsgType.TEXT),
        (encode(Ping(1.0)).encode() + b" " * 8192, WSMsgType.TEXT),
    ],
)
async def test_a_bad_message_closes(scene: Scene, data: bytes, kind: WSMsgType) -> None:
    socket, connection = await scene.enter()
    socket.arrive(data, kind)
    socket.say(Ping(1.0))
    await connection.finished
    assert socket.closed is not None
    assert socket.closed[0] == 4010
    assert not any(isinstance(message, Pong) for message in socket.written)


async def test_pings_of_the_socket_are_answered_and_count(scene: Scene) -> None:
    socket, connection = await scene.enter()
    socket.arrive(b"a", WSMsgType.PING)
    socket.arrive(b"", WSMsgType.PONG)
    await settle()
    assert socket.pongs == [b"a"]
    for _ in range(2 * int(FRAMES.burst)):  # every look at the clock takes a millisecond
        socket.arrive(b"", WSMsgType.PONG)
    await connection.finished
    assert socket.closed is not None
    assert socket.closed[0] == 4029


async def test_a_ping_on_a_broken_line_ends_quietly(scene: Scene) -> None:
    socket, connection = await scene.enter()
    socket.error = ConnectionResetError()
    socket.arrive(b"a", WSMsgType.PING)
    socket.hang_up()
    await connection.finished
    assert socket.closed is None


async def test_reports_reach_the_room_until_they_are_too_many(scene: Scene) -> None:
    socket, connection = await scene.enter()
    for number in range(BURST + 1):
        socket.say(Report("ab" * 32, Standing.RECEIVING, number / 100, 0.0, 0.0))
    await connection.finished
    assert socket.closed is not None
    assert socket.closed[0] == 4029
    assert b"too many reports" in socket.closed[1]


async def test_a_long_reason_is_cut_between_characters(scene: Scene) -> None:
    socket, connection = await scene.enter()
    connection.close(4010, "é" * 100)
    connection.close(1000, "too late")
    connection.send(b"nobody hears this")
    await connection.finished
    assert socket.closed == (4010, ("é" * (MAX_REASON_BYTES // 2)).encode())


async def test_what_was_said_before_closing_is_written(scene: Scene) -> None:
    socket, connection = await scene.enter()
    await (await scene.live()).order(End())
    await connection.finished
    last = socket.written[-1]
    assert isinstance(last, Happened)
    assert isinstance(last.command, End)
    assert socket.closed == (4005, b"the room has ended")


async def test_a_slow_reader_is_closed(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signalling.connection.CLOSING_S", 0.01)
    socket, connection = await scene.enter()
    socket.reading.clear()
    for _ in range(MOST_BYTES // 1000 + 2):
        connection.send(encode(SignalFrom("ben", "x" * 1000)).encode())
        await asyncio.sleep(0)
    assert not connection._backlog
    await socket.aborted.wait()
    socket.reading.set()
    await connection.finished
    assert socket.closed is not None
    assert socket.closed[0] == 4008


async def test_of_pings_without_reading_one_is_answered(scene: Scene) -> None:
    socket, connection = await scene.enter()
    socket.reading.clear()
    socket.say(SyncRequest())
    await settle()
    for number in range(1000):
        socket.say(Ping(float(number)))
        await settle()
    socket.reading.set()
    await settle()
    assert [message.t0 for message in socket.written if isinstance(message, Pong)] == [999.0]
    assert connection.close_code is None


async def test_a_slow_reader_gets_the_room_for_many_events(scene: Scene) -> None:
    socket, connection = await scene.enter()
    live = await scene.live()
    await live.order(QueueAdd("film", FILM), by=scene.made.member)
    socket.reading.clear()
    connection.send(encode(SignalFrom("ben", "x")).encode())
    await settle()
    heard = len(socket.written)
    for number in range(MOST_EVENTS_BYTES // 50):
        await live.order(Seek(float(number % 100)))
    socket.reading.set()
    await settle()
    _, ready = socket.written[heard:]
    assert isinstance(ready, Ready)
    assert (ready.room, ready.you) == (live.room, scene.made.member)
    await live.order(Seek(7.0))
    last = socket.written[-1]
    assert isinstance(last, Happened)
    assert last.revision == ready.room.revision + 1


async def test_a_burst_is_not_the_readers_fault(scene: Scene) -> None:
    socket, connection = await scene.enter()
    for _ in range(2 * MOST_BYTES // 1000):
        connection.send(encode(SignalFrom("ben", "x" * 1000)).encode())
    await settle()
    assert len(socket.written) == 1 + 2 * MOST_BYTES // 1000
    assert socket.closed is None


async def test_what_was_written_no_longer_counts(scene: Scene) -> None:
    socket, connection = await scene.enter()
    for _ in range(MOST_BYTES // 100):
        connection.send(encode(SignalFrom("ben", "x" * 1000)).encode())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert socket.closed is None


async def test_a_line_that_breaks_while_writing_ends_quietly(scene: Scene) -> None:
    socket, connection = await scene.enter()
    socket.error = ConnectionResetError()
    connection.send(b"lost")
    socket.reading.clear()
    connection.send(b"lost too")
    await settle()
    socket.reading.set()
    await settle()
    assert connection._backlog is None
    socket.hang_up()
    await connection.finished
    assert socket.closed is None


async def test_hanging_up_in_a_backlog_ends_quietly(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signalling.connection.CLOSING_S", 0.01)
    socket, connection = await scene.enter()
    socket.reading.clear()
    connection.send(encode(SignalFrom("ben", "x")).encode())
    await settle()
    socket.hang_up()
    await connection.finished
    assert len(socket.written) == 1
    await socket.aborted.wait()


async def test_who_has_caught_up_hears_at_once_again(scene: Scene) -> None:
    socket, connection = await scene.enter()
    socket.reading.clear()
    said = [encode(SignalFrom("ben", str(number))).encode() for number in range(3)]
    connection.send(said[0])
    connection.send(said[1])
    socket.reading.set()
    await settle()
    assert connection._backlog is None
    connection.send(said[2])
    assert [message.payload for message in socket.written[1:] if isinstance(message, SignalFrom)] == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("size", "head"), [(125, b"\x81\x7d"), (126, b"\x81\x7e\x00\x7e"), (65535, b"\x81\x7e\xff\xff")]
)
def test_a_frame_says_how_long_it_is(size: int, head: bytes) -> None:
    assert framed(b"x" * size) == head + b"x" * size


def test_a_long_frame_says_so_too() -> None:
    assert framed(b"x" * 65536)[:10] == b"\x81\x7f" + (65536).to_bytes(8)
