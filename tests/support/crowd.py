"""Many WebSocket clients in one process, as light as they can be: they count and time what they hear.

The same code is the load for every server that is measured; only the words differ (`Speech`).
"""

import asyncio
import base64
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import cast

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Speech:
    """How a server is spoken to: where, what opens, whether a frame says that we are in, and what has to be answered.

    `mark` finds in a frame the number of the event that it delivers, None where it is none.
    """

    path: str
    is_in: Callable[[bytes], bool]
    mark: Callable[[bytes], int | None]
    answer: Callable[[bytes], bytes | None] = lambda _: None


@dataclass(slots=True)
class Deliveries:
    """When an event was asked for, and when it was there for each member; seconds of one clock.

    Reading costs the load as much as sending costs a server. What comes is read `read_after_s` later, so that whoever
    is told last does not seem to wait until the others have read.
    """

    read_after_s: float = 0.0
    asked: dict[int, float] = field(default_factory=dict)
    heard: dict[int, list[float]] = field(default_factory=dict)
    count: int = 0
    _due: dict[int, tuple[int, "asyncio.Future[None]"]] = field(default_factory=dict)

    def ask(self, number: int, listeners: int) -> None:
        """That event is asked for now, and so many will hear it."""
        self.asked[number], self.heard[number] = perf_counter(), []
        self._due[number] = (listeners, asyncio.get_running_loop().create_future())

    def hear(self, number: int, at: float) -> None:
        """Somebody hears it, who had it then."""
        times = self.heard.get(number)
        if times is None:
            return
        times.append(at)
        self.count += 1
        listeners, done = self._due[number]
        if len(times) == listeners:
            done.set_result(None)

    async def all_heard(self, number: int) -> None:
        """Return once everybody has heard that event."""
        await self._due[number][1]


class Member(asyncio.Protocol):
    """One client."""

    __slots__ = ("_buffer", "_entered", "_opening", "_speech", "_transport", "_unread", "_upgraded", "deliveries")

    def __init__(self, speech: Speech, opening: bytes, deliveries: Deliveries) -> None:
        self._speech = speech
        self._opening = opening
        self.deliveries = deliveries
        self._buffer = bytearray()
        self._unread: list[tuple[float, bytes]] = []
        self._upgraded = False
        self._entered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport

    @classmethod
    async def enter(cls, port: int, speech: Speech, opening: bytes, deliveries: Deliveries) -> "Member":
        """Connect, say `opening`, and wait until the server has let us in."""
        loop = asyncio.get_running_loop()
        _, member = await loop.create_connection(lambda: cls(speech, opening, deliveries), "127.0.0.1", port)
        key = base64.b64encode(os.urandom(16)).decode()
        head = f"GET {speech.path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        head += "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        member._transport.write(f"{head}Sec-WebSocket-Key: {key}\r\n\r\n".encode())
        await asyncio.wait_for(member._entered, PATIENCE_S)
        return member

    def say(self, payload: bytes, opcode: int = TEXT) -> None:
        """Send one frame. Its mask is four zeros: it costs the server what any other would."""
        size = len(payload)
        head = bytes((0x80 | opcode, 0x80 | size)) if size < 126 else struct.pack(">BBH", 0x80 | opcode, 0xFE, size)
        self._transport.write(head + bytes(4) + payload)

    def drop(self) -> None:
        """End without a word."""
        self._transport.abort()

    # --- asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, _error: Exception | None) -> None:
        if not self._entered.done():
            self._entered.set_exception(ConnectionError("the server has closed the connection"))

    def data_received(self, data: bytes) -> None:
        self._unread.append((perf_counter(), data))
        if not self.deliveries.read_after_s:
            self._read_all()
        elif len(self._unread) == 1:
            asyncio.get_running_loop().call_later(self.deliveries.read_after_s, self._read_all)

    def _read_all(self) -> None:
        unread, self._unread = self._unread, []
        for at, data in unread:
            self._read(data, at)

    def _read(self, data: bytes, at: float) -> None:
        self._buffer += data
        if not self._upgraded:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            if not self._buffer.startswith(b"HTTP/1.1 101"):
                self._entered.set_exception(ConnectionError(bytes(self._buffer[:200]).decode(errors="replace")))
                self.drop()
                return
            del self._buffer[: end + 4]
            self._upgraded = True
            if self._opening:
                self.say(self._opening)
        self._read_frames(at)

    def _read_frames(self, since: float) -> None:
        buffer, at = self._buffer, 0
        while len(buffer) - at >= 2:
            size, start = buffer[at + 1] & 0x7F, at + 2
            if size == 126:
                if len(buffer) - at < 4:
                    break
                size, start = int.from_bytes(buffer[at + 2 : at + 4]), at + 4
            elif size == 127:
                if len(buffer) - at < 10:
                    break
                size, start = int.from_bytes(buffer[at + 2 : at + 10]), at + 10
            if len(buffer) - start < size:
                break
            self._take(buffer[at] & 0x0F, bytes(buffer[start : start + size]), since)
            at = start + size
        del buffer[:at]

    def _take(self, opcode: int, payload: bytes, at: float) -> None:
        if opcode == PING:
            self.say(payload, PONG)
        if opcode != TEXT:
            return
        number = self._speech.mark(payload)
        if number is not None:
            self.deliveries.hear(number, at)
            return
        answer = self._speech.answer(payload)
        if answer is not None:
            self.say(answer)
        elif not self._entered.done() and self._speech.is_in(payload):
            self._entered.set_result(None)
