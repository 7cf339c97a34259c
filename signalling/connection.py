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
from collections.abc import Callable, Coroutine
from functools import lru_cache, partial
from typing import Any, Literal, Protocol, TypeAlias

from aiohttp import WebSocketError, WSMsgType, web
from aiohttp.http import WSMessageNoDecodeText

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
    Resume,
    SignalTo,
    SyncRequest,
)
from signalling.backlog import About, Backlog, Make, Reader, Topic
from signalling.hub import Hub
from signalling.live_room import LiveRoom
from signalling.logs import new_mark, note, room_shadow
from signalling.paces import FRAMES, WHOLE_ROOMS, Bucket
from signalling.tokens import Claim, Tickets

LOG = logging.getLogger("matinee.connection")
FirstWord: TypeAlias = Hello | Resume
BEHIND_BYTES = 64 * 1024  # in the transport: from here on frames wait for their turn
KERNEL_BYTES = 128 * 1024  # asked for; Linux gives twice that, and left to itself takes megabytes for who does not read
CLOSING_S = 2.0  # for the far side to answer a close, and for what was queued to leave
HEARTBEAT_S = 15.0
PONG_BYTES = 128  # about what one takes
MAX_SMALL, MAX_MEDIUM = 125, 65535  # RFC 6455, 5.2: the length in 7 or in 16 bits
MAX_REASON_BYTES = 123  # RFC 6455, 5.5: a control frame holds 125 bytes, two of them the code

_COUNTED = (WSMsgType.TEXT, WSMsgType.BINARY, WSMsgType.PING, WSMsgType.PONG)

_NOT_LET_IN = {
    Reason.ROOM_ENDED: (CloseCode.GONE, "the room has ended"),
    Reason.ROOM_EXPIRED: (CloseCode.EXPIRED, "the room has expired"),
    Reason.UNAVAILABLE: (CloseCode.RESTART, "the room is being restored"),
    Reason.RATE_LIMITED: (CloseCode.RATE, "too many connections; one a second is enough"),
}


class WebSocket(web.WebSocketResponse[Literal[False]]):
    """It is talked on where other responses send their last bytes: after the handler and the middlewares.

    Else each of these would wait for the end of the talk, and its frame would stay in memory for each member.
    """

    __slots__ = ("talk",)  # instances with one attribute more would no longer share the keys of their dictionaries
    talk: Coroutine[Any, Any, None]

    def write_eof(self, _data: bytes = b"") -> Coroutine[Any, Any, None]:
        """What aiohttp waits for before it closes the connection."""
        return self.talk


def open_socket() -> WebSocket:
    """A WebSocket with our limits: no compression, text as bytes, a heartbeat that notices dead peers."""
    return WebSocket(
        timeout=CLOSING_S,
        heartbeat=HEARTBEAT_S,
        compress=False,
        autoping=False,  # so that pings are counted as messages are
        max_msg_size=MAX_SIGNAL_FRAME_BYTES + 1,  # aiohttp refuses from this size on
        writer_limit=0,  # so that who writes waits whenever the transport has enough
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
            "_hello_due",
            "_hub",
            "_now",
            "_room",
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
        self._room: LiveRoom | None = None  # in which it listens: what is queued comes from there
        self._hello_due: asyncio.TimerHandle | None = None
        self._frames, self._whole_rooms = Bucket(FRAMES), Bucket(WHOLE_ROOMS)
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def serve(self, hello_timeout_s: float) -> None:
        """From the first message to the last."""
        self._hello_due = asyncio.get_running_loop().call_later(hello_timeout_s, self._miss_hello, hello_timeout_s)
        try:
            # Nothing of ours but this waits for the next message: what does is in memory as often as there are members.
            while await self._take(await self.socket.receive()):
                pass
        finally:
            self._expect_no_hello()
            if self._room is not None and self.claim is not None:
                self._room.detach(self.claim.member, self)
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

    def send(self, frame: bytes, about: About = None) -> None:
        """Queue an encoded message; a reader that is too slow for its room is closed."""
        wire = self._wire
        if self._backlog is not None or wire.get_write_buffer_size() > BEHIND_BYTES:
            self._queue(len(frame), lambda: frame, about)
        elif self._closing is None and not wire.is_closing():
            wire.write(framed(frame))

    def close(self, code: int, reason: str) -> None:
        """Close after what was queued; the first code wins."""
        if self._closing is None:
            self._closing = (code, reason)
            if self._backlog is not None:
                self._backlog.settle()
            loop = asyncio.get_running_loop()
            self._deadline = loop.call_later(2 * CLOSING_S, drop, self._wire)
            self._goodbye = loop.create_task(self._say_goodbye(code, _fitting(reason)))

    @property
    def close_code(self) -> int | None:
        """With what the server closed it; None if it did not."""
        return self._closing[0] if self._closing is not None else None

    # --- in

    async def _take(self, received: WSMessageNoDecodeText) -> bool:
        """What has come; whether more may come. What comes once it is being closed counts no more."""
        if self._closing is None and isinstance(received.data, WebSocketError):
            self._closing = (received.data.code, "no frame, or too large a one")  # aiohttp has told the far side
        if self._closing is not None or received.type not in _COUNTED:
            return False
        if not self._allow(self._frames.take(self._now()), "too many messages; 200 a second are enough"):
            return False
        match received.type:
            case WSMsgType.TEXT:
                message = self._decode(received.data)
                if isinstance(message, FirstWord) and self.claim is None:
                    await self._admit(message)
                elif message is not None:
                    self._handle(message)
            case WSMsgType.BINARY:
                self.close(CloseCode.BAD_MESSAGE, "frames are text")
            case WSMsgType.PING:
                await self._answer(received.data)
        return self._closing is None

    def _miss_hello(self, timeout_s: float) -> None:
        self.close(CloseCode.TICKET, f"hello is due within {timeout_s:g} seconds")

    def _expect_no_hello(self) -> None:
        if self._hello_due is not None:
            self._hello_due.cancel()
            self._hello_due = None

    async def _admit(self, first: FirstWord) -> None:
        """Into the room that the `first` word lets into, and in which this is the member's connection then."""
        self._expect_no_hello()
        if first.version != PROTOCOL_VERSION:
            self.close(CloseCode.VERSION, f"version {PROTOCOL_VERSION} is spoken here; reload the page")
            return
        claim = self._tickets.redeem(first.ticket, self._now())
        if claim is None:
            self.close(CloseCode.TICKET, "this ticket is not good, or no longer")
            return
        self.claim = claim
        note(LOG, "socket_admitted", connection=self.mark, room=room_shadow(claim.code), member=claim.member)
        room = await self._hub.find(claim.code)
        resume = first if isinstance(first, Resume) else None
        refusal = room if isinstance(room, Reason) else room.attach(claim.member, self, resume)
        if isinstance(room, LiveRoom) and refusal is None:
            self._room = room
        elif refusal is not None:
            self.close(*_NOT_LET_IN.get(refusal, (CloseCode.TICKET, "you are no longer in this room")))

    def _handle(self, message: ClientMessage) -> None:
        if self._room is None or self.claim is None:
            self.close(CloseCode.TICKET, "hello or resume comes first")
            return
        room, member = self._room, self.claim.member
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
            case Hello() | Resume():
                self.close(CloseCode.BAD_MESSAGE, "hello or resume comes once")

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
            self._queue(PONG_BYTES, lambda: self._pong(ping, received), Topic.PONG)
        else:
            self.send(self._pong(ping, received))

    def _pong(self, ping: Ping, received: float) -> bytes:
        return encode(Pong(ping.t0, received, self._now())).encode()

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

    def _queue(self, size: int, make: Make, about: About = None) -> None:
        if self._closing is not None or self._room is None:
            return
        if self._backlog is None:
            self._backlog = Backlog(self._reader(self._room))
        if not self._backlog.put(size, make, about):
            self.close(CloseCode.TOO_SLOW, "too slow for this room")
        elif self._writing is None:
            self._writing = asyncio.get_running_loop().create_task(self._catch_up(self._backlog))

    def _reader(self, room: LiveRoom) -> Reader:
        send = partial(self.socket.send_frame, opcode=WSMsgType.TEXT)
        whole = partial(room.whole, self.claim.member if self.claim else "")
        return Reader(send, self._wire.get_write_buffer_size, whole, room.reports, self._now)

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
