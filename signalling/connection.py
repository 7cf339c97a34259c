"""One WebSocket: decode, hand to the room, encode.

Laws: `send` and `close` never wait. What is sent goes straight to the transport, framed once for everybody who hears
it; only for a reader who is behind it waits in a `Backlog`, which has a bound. Whatever the far side sends ends in a
message to the room or in a close code, never in an exception.
"""

import asyncio
import contextlib
import logging
import socket as sockets
import struct
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, Literal, Protocol, TypeAlias

from aiohttp import WSMsgType, web

from app.room.codec import decode_from_client, encode
from app.room.errors import BadMessage, CloseCode, Reason
from app.room.messages import (
    MAX_FRAME_BYTES,
    MAX_SIGNAL_FRAME_BYTES,
    PROTOCOL_VERSION,
    ClientMessage,
    Do,
    Hello,
    OfferTaste,
    Ping,
    Pong,
    Report,
    SignalTo,
    SyncRequest,
)
from signalling.backlog import Backlog
from signalling.hub import Hub
from signalling.live_room import LiveRoom
from signalling.logs import new_mark, note, room_shadow
from signalling.paces import FRAMES, WHOLE_ROOMS, Bucket
from signalling.tokens import Claim, Tickets

LOG = logging.getLogger("matinee.connection")
BEHIND_BYTES = 64 * 1024  # in the transport: from here on frames wait for their turn
KERNEL_BYTES = 128 * 1024  # asked for; Linux gives twice that, and left to itself takes megabytes for who does not read
CLOSING_S = 2.0  # for the far side to answer a close, and for what was queued to leave
HEARTBEAT_S = 15.0
PONG_BYTES = 128  # about what one takes
MAX_SMALL, MAX_MEDIUM = 125, 65535  # RFC 6455, 5.2: the length in 7 or in 16 bits
MAX_REASON_BYTES = 123  # RFC 6455, 5.5: a control frame holds 125 bytes, two of them the code

_COUNTED = (WSMsgType.TEXT, WSMsgType.BINARY, WSMsgType.PING, WSMsgType.PONG)

WebSocket: TypeAlias = "web.WebSocketResponse[Literal[False]]"

_NOT_LET_IN = {
    Reason.ROOM_ENDED: (CloseCode.GONE, "the room has ended"),
    Reason.ROOM_EXPIRED: (CloseCode.EXPIRED, "the room has expired"),
    Reason.UNAVAILABLE: (CloseCode.RESTART, "the room is being restored"),
}


def open_socket() -> WebSocket:
    """A WebSocket with our limits: no compression, text as bytes, a heartbeat that notices dead peers."""
    return web.WebSocketResponse(
        timeout=CLOSING_S,
        heartbeat=HEARTBEAT_S,
        compress=False,
        autoping=False,  # so that pings are counted as messages are
        max_msg_size=MAX_SIGNAL_FRAME_BYTES + 1,  # aiohttp refuses from this size on
        decode_text=False,
    )


class Wire(Protocol):
    """The TCP connection below, as `asyncio.Transport` has it."""

    def write(self, data: bytes) -> None:
        """Put bytes on their way; does not wait."""

    def get_write_buffer_size(self) -> int:
        """How many bytes the far side has yet to take."""

    def is_closing(self) -> bool:
        """Whether it is of no use any more."""

    def abort(self) -> None:
        """Drop it at once."""

    def get_extra_info(self, name: str) -> Any:
        """Its `socket`, among others; None if there is none."""


def keep_little(wire: Wire) -> None:
    """Let the kernel hold little of what the far side has yet to take, so that nearly all of it is counted here."""
    below = wire.get_extra_info("socket")
    if below is not None:
        below.setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDBUF, KERNEL_BYTES)


def drop(wire: Wire) -> None:
    """Drop it at once, and what the kernel holds for a far side that takes nothing."""
    # Without a byte left it may be closed already, and its number another socket's.
    below = wire.get_extra_info("socket") if wire.get_write_buffer_size() > 0 else None
    if below is not None:
        below.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, struct.pack("ii", 1, 0))
    wire.abort()


@lru_cache(maxsize=4)
def framed(text: bytes) -> bytes:
    """A text frame of RFC 6455, as a server sends it. What a whole room hears is framed once."""
    size = len(text)
    if size <= MAX_SMALL:
        return bytes((0x81, size)) + text
    return (struct.pack(">BBH", 0x81, 126, size) if size <= MAX_MEDIUM else struct.pack(">BBQ", 0x81, 127, size)) + text


class Connection:
    """A member's WebSocket. `wire` is the TCP connection it runs on, `now` is room time."""

    __slots__ = (
        *(
            "_backlog",
            "_closing",
            "_deadline",
            "_frames",
            "_goodbye",
            "_hub",
            "_now",
            "socket",
            "_tickets",
            "_whole_rooms",
        ),
        *("_wire", "_writing", "claim", "finished", "mark"),
    )

    def __init__(self, socket: WebSocket, wire: Wire, hub: Hub, tickets: Tickets, now: Callable[[], float]) -> None:
        self.socket = socket
        self._wire = wire
        self._hub = hub
        self._tickets = tickets
        self._now = now
        self._backlog: Backlog | None = None
        self._writing: asyncio.Task[None] | None = None
        self._closing: tuple[int, str] | None = None
        self._goodbye: asyncio.Task[None] | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self.mark = new_mark()
        self.claim: Claim | None = None  # whose it is, once that is known
        self._frames, self._whole_rooms = Bucket(FRAMES), Bucket(WHOLE_ROOMS)
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def serve(self, hello_timeout_s: float) -> None:
        """From the first message to the last."""
        try:
            hello = await self._first(hello_timeout_s)
            room = await self._admitted(hello) if hello is not None else None
            if room is not None and self.claim is not None:
                await self._listen(room, self.claim.member)
        finally:
            await self._finish()
            self.finished.set_result(None)

    async def _finish(self) -> None:
        if self._goodbye is not None:
            await asyncio.wait([self._goodbye])
        elif self._writing is not None:
            self._writing.cancel()
        # What the far side has not taken stays its own for a while, and is dropped then: it may never be taken.
        if self._wire.get_write_buffer_size() == 0:
            if self._deadline is not None:
                self._deadline.cancel()
        elif self._deadline is None:
            self._deadline = asyncio.get_running_loop().call_later(CLOSING_S, drop, self._wire)

    def send(self, frame: bytes) -> None:
        """Queue an encoded message; a reader that is too slow for its room is closed."""
        if self._is_behind():
            self._queue(len(frame), lambda: frame)
        elif self._closing is None and not self._wire.is_closing():
            self._wire.write(framed(frame))

    def close(self, code: int, reason: str) -> None:
        """Close after what was queued; the first code wins."""
        if self._closing is None:
            self._closing = (code, reason)
            loop = asyncio.get_running_loop()
            self._deadline = loop.call_later(2 * CLOSING_S, drop, self._wire)
            self._goodbye = loop.create_task(self._say_goodbye(code, _fitting(reason)))

    @property
    def close_code(self) -> int | None:
        """With what the server closed it; None if it did not."""
        return self._closing[0] if self._closing is not None else None

    # --- in

    async def _first(self, timeout_s: float) -> Hello | None:
        try:
            async with asyncio.timeout(timeout_s):
                message = await self._receive()
        except TimeoutError:
            self.close(CloseCode.TICKET, f"hello is due within {timeout_s:g} seconds")
            return None
        if message is None or isinstance(message, Hello):
            return message
        self.close(CloseCode.TICKET, "hello comes first")
        return None

    async def _admitted(self, hello: Hello) -> LiveRoom | None:
        """The room that `hello` lets into, and in which this is the member's connection now."""
        if hello.version != PROTOCOL_VERSION:
            self.close(CloseCode.VERSION, f"version {PROTOCOL_VERSION} is spoken here; reload the page")
            return None
        claim = self._tickets.redeem(hello.ticket, self._now())
        if claim is None:
            self.close(CloseCode.TICKET, "this ticket is not good, or no longer")
            return None
        self.claim = claim
        note(LOG, "socket_admitted", connection=self.mark, room=room_shadow(claim.code), member=claim.member)
        room = await self._hub.find(claim.code)
        refusal = room if isinstance(room, Reason) else room.attach(claim.member, self)
        if isinstance(room, LiveRoom) and refusal is None:
            return room
        if refusal is not None:
            self.close(*_NOT_LET_IN.get(refusal, (CloseCode.TICKET, "you are no longer in this room")))
        return None

    async def _listen(self, room: LiveRoom, member: str) -> None:
        try:
            while (message := await self._receive()) is not None:
                self._handle(room, member, message)
        finally:
            room.detach(member, self)

    def _handle(self, room: LiveRoom, member: str, message: ClientMessage) -> None:
        match message:
            case Ping():
                self._answer_ping(room, member, message)
            case Do():
                self._allow(room.do(member, message), "too many commands that cannot be; ten a second are enough")
            case SignalTo():
                self._allow(room.signal(member, message), "too many signals; thirty a second are enough")
            case SyncRequest():
                self._welcome(room, member)
            case Report():
                self._allow(room.report(member, self, message), "too many reports; twice a second is enough")
            case OfferTaste():
                self._allow(room.offered(member, message), "too many tastes; five a second are enough")
            case Hello():
                self.close(CloseCode.BAD_MESSAGE, "hello comes once")

    def _allow(self, allowed: bool, why_not: str) -> bool:
        if not allowed:
            self.close(CloseCode.RATE, why_not)
        return allowed

    def _welcome(self, room: LiveRoom, member: str) -> None:
        if self._allow(self._whole_rooms.take(self._now()), "too many sync requests; two a second are enough"):
            room.welcome(member, self)

    def _answer_ping(self, room: LiveRoom, member: str, ping: Ping) -> None:
        received = self._now()
        if ping.rtt_s is not None:
            room.measured(member, ping.rtt_s)
        # Encoded when it is written, so that t2 leaves out the time it waited here.
        if self._is_behind():
            self._queue(PONG_BYTES, lambda: self._pong(ping, received))
        else:
            self.send(self._pong(ping, received))

    def _pong(self, ping: Ping, received: float) -> bytes:
        return encode(Pong(ping.t0, received, self._now())).encode()

    async def _receive(self) -> ClientMessage | None:
        """The next message; None once the connection is closed or being closed."""
        while self._closing is None:
            received = await self.socket.receive()
            if received.type not in _COUNTED:
                return None
            if not self._allow(self._frames.take(self._now()), "too many messages; 200 a second are enough"):
                return None
            match received.type:
                case WSMsgType.TEXT:
                    return self._decode(received.data)
                case WSMsgType.BINARY:
                    self.close(CloseCode.BAD_MESSAGE, "frames are text")
                case WSMsgType.PING:
                    await self._answer(received.data)
        return None

    async def _answer(self, ping: bytes) -> None:
        """To a ping of RFC 6455; waits as long as the far side takes nothing, and reads nothing meanwhile."""
        with contextlib.suppress(ConnectionError):
            await self.socket.pong(ping)

    def _decode(self, data: bytes) -> ClientMessage | None:
        try:
            message = decode_from_client(data.decode())
        except UnicodeDecodeError:
            self.close(CloseCode.BAD_MESSAGE, "not valid UTF-8")
            return None
        except BadMessage as error:
            self.close(CloseCode.BAD_MESSAGE, str(error))
            return None
        if len(data) > MAX_FRAME_BYTES and not isinstance(message, SignalTo):
            self.close(CloseCode.BAD_MESSAGE, f"a {MAX_FRAME_BYTES}-byte frame is the largest here")
            return None
        return message

    # --- out

    def _is_behind(self) -> bool:
        return self._backlog is not None or self._wire.get_write_buffer_size() > BEHIND_BYTES

    def _queue(self, size: int, make: Callable[[], bytes]) -> None:
        if self._closing is not None:
            return
        if self._backlog is None:
            self._backlog = Backlog(partial(self.socket.send_frame, opcode=WSMsgType.TEXT))
        if not self._backlog.put(size, make):
            self.close(CloseCode.TOO_SLOW, "too slow for this room")
        elif self._writing is None:
            self._writing = asyncio.get_running_loop().create_task(self._catch_up(self._backlog))

    async def _catch_up(self, backlog: Backlog) -> None:
        await backlog.run()
        self._backlog = self._writing = None

    async def _say_goodbye(self, code: int, reason: bytes) -> None:
        """Close once everything that was sent before is written."""
        if self._writing is not None:
            await asyncio.wait([self._writing])
        with contextlib.suppress(ConnectionError):
            await self.socket.close(code=code, message=reason)


def _fitting(reason: str) -> bytes:
    return reason.encode()[:MAX_REASON_BYTES].decode(errors="ignore").encode()
