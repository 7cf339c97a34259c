"""A person in front of the server: REST calls and a WebSocket, without a browser."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp

from app.room.codec import decode_from_server, encode
from app.room.messages import (
    PROTOCOL_VERSION,
    ClientMessage,
    Command,
    Do,
    Happened,
    Hello,
    Ping,
    Pong,
    QueueAdd,
    Ready,
    Resume,
    Resumed,
    ServerMessage,
)
from app.room.state import Film, Subtitle, SubtitleFormat

FILM = Film("ab" * 32, "Metropolis.mp4", 5_000_000, "video/mp4", 1024 * 1024, 600.0)
SUBTITLE = Subtitle("5b" * 32, "Metropolis.en.srt", 40_000, SubtitleFormat.SRT, "en")
PATIENCE_S = 30

M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the link says, and who made it."""

    code: str
    link_secret: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What a newcomer is told."""

    code: str
    member: str
    resume_secret: str
    ticket: str


class Line:
    """A WebSocket to the server."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def say(self, message: ClientMessage) -> None:
        """Send one message."""
        await self.socket.send_str(encode(message))

    async def do(self, command: Command, command_id: str) -> None:
        """Ask for a command."""
        await self.say(Do(command_id, command))

    async def hear(self) -> ServerMessage:
        """The next message, whatever it is."""
        received = await self.socket.receive(PATIENCE_S)
        assert received.type is aiohttp.WSMsgType.TEXT, (received, self.socket.close_code)
        return decode_from_server(received.data)

    @staticmethod
    def read(text: str) -> ServerMessage:
        """A message, out of its text."""
        return decode_from_server(text)

    async def hear_a(self, cls: type[M]) -> M:
        """The next message of that class; others are passed over."""
        while not isinstance(message := await self.hear(), cls):
            pass
        return message

    async def hear_happen(self, cls: type[Command] | Any, also: Callable[[Any], bool] = lambda _: True) -> Happened:
        """The next event with such a command."""
        while True:
            event = await self.hear_a(Happened)
            if isinstance(event.command, cls) and also(event.command):
                return event

    async def clock(self) -> float:
        """Room time."""
        await self.say(Ping(0.0))
        return (await self.hear_a(Pong)).t2

    def stop_reading(self) -> None:
        """Leave what comes to pile up on the way."""
        connection = self.socket._response.connection
        assert connection is not None
        assert isinstance(connection.transport, asyncio.Transport)
        connection.transport.pause_reading()

    async def closed_with(self) -> int | None:
        """The close code, after whatever is still said."""
        async with asyncio.timeout(PATIENCE_S):
            while (received := await self.socket.receive()).type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
                pass
        return int(received.data) if received.type is aiohttp.WSMsgType.CLOSE else self.socket.close_code


class Visitor:
    """Somebody with a browser of their own."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self.http = http
        self.url = url

    async def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and decoded answer of a REST call."""
        async with self.http.request(method, f"{self.url}/api/v1{path}", json=body) as response:
            return response.status, await response.json(content_type=None) if response.status != 204 else None

    async def make_room(self, name: str = "Ada", **more: str) -> tuple[Invitation, Entry]:
        """A room of one's own."""
        status, told = await self.call("POST", "/rooms", {"name": name, **more})
        assert status == 201, told
        return Invitation(told["code"], told.pop("link_secret")), Entry(**told)

    async def join(self, invitation: Invitation, name: str = "Ben") -> Entry:
        """Into somebody's room."""
        body = {"name": name, "link_secret": invitation.link_secret}
        status, told = await self.call("POST", f"/rooms/{invitation.code}/join", body)
        assert status == 201, told
        return Entry(invitation.code, **told)

    async def ticket(self, entry: Entry) -> str:
        """A fresh ticket."""
        body = {"member": entry.member, "resume_secret": entry.resume_secret}
        status, told = await self.call("POST", f"/rooms/{entry.code}/ticket", body)
        assert status == 200, told
        return str(told["ticket"])

    async def dial(self, origin: str | None = None) -> Line:
        """A WebSocket on which nothing has been said."""
        socket = await self.http.ws_connect(
            f"{self.url}/api/v1/socket", origin=origin or self.url, max_msg_size=0, autoping=True
        )
        return Line(socket)

    async def enter(self, ticket: str) -> tuple[Line, Ready]:
        """Say hello; the line and the room."""
        line = await self.dial()
        await line.say(Hello(PROTOCOL_VERSION, ticket))
        ready = await line.hear()
        assert isinstance(ready, Ready), ready
        return line, ready

    async def resume(self, entry: Entry, epoch: str, revision: int) -> tuple[Line, Ready | Resumed]:
        """Say up to where the room is held; the line and the answer."""
        line, ticket = await self.dial(), await self.ticket(entry)
        await line.say(Resume(PROTOCOL_VERSION, ticket, epoch, revision))
        answer = await line.hear()
        assert isinstance(answer, Ready | Resumed), answer
        return line, answer

    async def host(self) -> tuple[Invitation, Entry, Line]:
        """In a new room, with a film on."""
        invitation, entry = await self.make_room()
        line, _ = await self.enter(entry.ticket)
        await line.do(QueueAdd("film", FILM), "add")
        await line.hear_happen(QueueAdd)
        return invitation, entry, line

    async def guest(self, invitation: Invitation, name: str = "Ben") -> tuple[Entry, Line]:
        """In somebody's room."""
        entry = await self.join(invitation, name)
        line, _ = await self.enter(entry.ticket)
        return entry, line
