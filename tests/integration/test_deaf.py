"""Sockets that do not read, and sockets that never say hello: each is given up, down to the bytes in the kernel. Those
that read slowly stay, and nobody else waits for them."""

import asyncio
import select
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import web

from app.room.codec import encode
from app.room.errors import CloseCode
from app.room.messages import (
    PROTOCOL_VERSION,
    Chat,
    ClientMessage,
    Happened,
    Hello,
    Join,
    Ready,
    Seek,
    ServerMessage,
    SetPresence,
    SetRole,
    SignalTo,
)
from app.room.state import Presence, Role
from signalling import backlog, connection
from signalling.connection import BEHIND_BYTES
from signalling.live_room import LiveRoom
from signalling.paces import FRAMES
from signalling.server import CONNECTIONS, make_app
from signalling.settings import Settings
from tests.integration.clients import PATIENCE_S, Line, Visitor
from tests.support.page import Page

HELLO_S = 0.4
SOON_S = 0.2
HEARTBEAT_S = 1.0
MOST_IN_THE_KERNEL = 1_800_000  # Linux takes 2.4 million when nobody asks for less
PAYLOAD = "s" * 60_000
SEEKS = 1000


class Hall:
    """A server in this process, whose patience is short."""

    def __init__(self, app: web.Application, visitor: Visitor) -> None:
        self._app = app
        self.visitor = visitor

    @property
    def room(self) -> LiveRoom:
        """The room of all who are connected."""
        (room,) = {each._room for each in self._app[CONNECTIONS]}
        return room

    @property
    def buffered(self) -> list[int]:
        """How many bytes wait in this process for each socket."""
        return [each._wire.get_write_buffer_size() for each in self._app[CONNECTIONS]]


@pytest.fixture
async def hall(tmp_path: Path, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hall]:
    monkeypatch.setattr(connection, "CLOSING_S", SOON_S)
    settings = Settings(port=0, db=tmp_path / "db", site=None, hello_timeout_s=HELLO_S)
    runner = web.AppRunner(make_app(settings))
    await runner.setup()
    await web.TCPSite(runner, settings.host, 0).start()
    host, port = runner.addresses[0][:2]
    yield Hall(runner.app, Visitor(http, f"http://{host}:{port}"))
    await http.close()
    await runner.cleanup()


class Deaf:
    """A WebSocket whose far end has little space, and reads only up to the handshake."""

    def __init__(self, url: str) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._socket.settimeout(PATIENCE_S)
        self._url = url
        self._read = b""

    def connect(self, first: ClientMessage) -> None:
        """Shake hands, and say one thing."""
        parts = urlsplit(self._url)
        self._socket.connect((parts.hostname, parts.port))
        head = (
            f"GET /api/v1/socket HTTP/1.1\r\nHost: {parts.netloc}\r\nOrigin: {self._url}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        self._socket.sendall(head.encode())
        while self._socket.recv(1) != b"\n" or self._socket.recv(2) != b"\r\n":
            pass
        text = encode(first).encode()
        assert 125 < len(text) < 65536
        self._socket.sendall(bytes((0x81, 0xFE)) + len(text).to_bytes(2) + bytes(4) + text)

    def read(self, most: int) -> list[bytes]:
        """The texts of the frames that are complete by now, after no more than so many bytes."""
        self._read += self._socket.recv(most)
        texts = []
        while (end := self._end()) <= len(self._read):
            texts.append(self._read[{126: 4, 127: 10}.get(self._read[1], 2) : end])
            self._read = self._read[end:]
        return [text for text in texts if text]

    def _end(self) -> int:
        """Where the first frame ends."""
        if len(self._read) < 10:
            return 10
        size = self._read[1]
        if size < 126:
            return 2 + size
        return 4 + int.from_bytes(self._read[2:4]) if size == 126 else 10 + int.from_bytes(self._read[2:10])

    def is_dropped(self) -> bool:
        """Whether the connection is gone, not merely ended after all that is still on its way; waits for it."""
        poll = select.poll()
        poll.register(self._socket, 0)  # errors and resets alone
        return bool(poll.poll(PATIENCE_S * 1000))

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
async def deaf(hall: Hall) -> AsyncIterator[Deaf]:
    """A socket of that server's."""
    deaf = Deaf(hall.visitor.url)
    yield deaf
    deaf.close()


async def come_in(hall: Hall, deaf: Deaf) -> tuple[str, Line]:
    """Its member, and the line of somebody else in the room, who has heard that they came."""
    invitation, _, ada = await hall.visitor.host()
    entry = await hall.visitor.join(invitation)
    await asyncio.to_thread(deaf.connect, Hello(PROTOCOL_VERSION, entry.ticket))
    await ada.hear_happen(Join)
    return entry.member, ada


async def test_who_is_closed_for_reading_too_slowly_is_dropped_with_all_that_waits(hall: Hall, deaf: Deaf) -> None:
    member, ada = await come_in(hall, deaf)
    for _ in range(80):
        await ada.say(SignalTo(member, PAYLOAD))
    await ada.hear_happen(SetPresence, lambda said: said == SetPresence(member, Presence.AWAY))
    assert await asyncio.to_thread(deaf.is_dropped)
    assert [each for each in hall.buffered if each] == []


async def test_who_answers_no_heartbeat_is_dropped_and_the_kernel_held_little(
    hall: Hall, deaf: Deaf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "HEARTBEAT_S", HEARTBEAT_S)
    member, ada = await come_in(hall, deaf)
    given = 0
    while not any(hall.buffered):
        await ada.say(SignalTo(member, PAYLOAD))
        await ada.clock()
        given += len(PAYLOAD)
    assert given < MOST_IN_THE_KERNEL
    assert await asyncio.to_thread(deaf.is_dropped)


async def fall_behind(hall: Hall, ada: Line, member: str) -> None:
    """Send somebody more than the line takes."""
    while max(hall.buffered) <= BEHIND_BYTES:
        await ada.say(SignalTo(member, PAYLOAD))
        await ada.clock()


async def test_who_reads_slowly_stays_and_ends_with_the_room_and_every_word(hall: Hall, deaf: Deaf) -> None:
    member, ada = await come_in(hall, deaf)
    await fall_behind(hall, ada, member)
    room, page, heard = hall.room, Page(), list[ServerMessage]()

    async def read() -> None:
        for text in await asyncio.to_thread(deaf.read, 4096):
            heard.append(Line.read(text.decode()))
            page.hear(heard[-1])

    for number in range(SEEKS):
        await room.order(Seek(number / 10))
        if number % 100 == 0:
            await read()
            await ada.do(Chat(f"line {number}"), f"chat{number}")
            await ada.hear_happen(Chat)
    await room.order(SetRole(member, Role.COHOST))
    assert (await ada.hear_happen(SetRole)).revision == room.room.revision
    while page.revision < room.room.revision:
        await read()
    assert page.room == room.room
    assert sum(isinstance(message, Ready) for message in heard) == 2
    assert sum(isinstance(message, Happened) for message in heard) < SEEKS / 2
    words = [event.command for event in page.told if isinstance(event.command, Chat | SetRole)]
    assert words == [*(Chat(f"line {number}") for number in range(0, SEEKS, 100)), SetRole(member, Role.COHOST)]
    await room.order(Seek(0.0))
    while page.room != room.room:
        await read()


async def test_who_takes_nothing_is_closed_though_only_states_wait(
    hall: Hall, deaf: Deaf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "STILL_S", SOON_S)
    member, ada = await come_in(hall, deaf)
    await fall_behind(hall, ada, member)
    seeking = asyncio.create_task(seek_on(hall.room))
    await ada.hear_happen(SetPresence, lambda said: said == SetPresence(member, Presence.AWAY))
    seeking.cancel()
    assert await asyncio.to_thread(deaf.is_dropped)
    assert (await ada.hear_happen(Seek)).revision > 0


async def seek_on(room: LiveRoom) -> None:
    while True:
        await room.order(Seek(1.0))


async def test_pings_do_not_put_off_hello(hall: Hall) -> None:
    line = await hall.visitor.dial()

    async def ping() -> None:
        while not line.socket.closed:
            await line.socket.ping()
            await asyncio.sleep(HELLO_S / 10)

    pinging = asyncio.create_task(ping())
    try:
        assert await line.closed_with() == CloseCode.TICKET
    finally:
        pinging.cancel()


async def test_pings_count_as_messages_and_are_answered(hall: Hall) -> None:
    _, _, ada = await hall.visitor.host()
    for _ in range(int(FRAMES.burst) + 500):
        await ada.socket.ping()
    assert await ada.closed_with() == CloseCode.RATE
