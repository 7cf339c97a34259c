"""One WebSocket: decode, hand to the room, encode.

Laws: `send` and `close` never wait; one task writes, in order, and at most `OUT_BUFFER_BYTES` may wait for a slow
reader. Whatever the far side sends ends in a message to the room or in a close code, never in an exception.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable
from typing import Literal, TypeAlias

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
from signalling.hub import Hub
from signalling.live_room import LiveRoom
from signalling.logs import new_mark, note, room_shadow
from signalling.paces import FRAMES, WHOLE_ROOMS, Bucket
from signalling.tokens import Claim, Tickets

LOG = logging.getLogger("matinee.connection")
OUT_BUFFER_BYTES = 256 * 1024
CLOSING_S = 2.0  # for the far side to answer a close, and for what was queued to leave
HEARTBEAT_S = 15.0
PONG_BYTES = 128  # about what one takes
MAX_REASON_BYTES = 123  # RFC 6455, 5.5: a control frame holds 125 bytes, two of them the code

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
        max_msg_size=MAX_SIGNAL_FRAME_BYTES + 1,  # aiohttp refuses from this size on
        decode_text=False,
    )


class Connection:
    """A member's WebSocket. `now` is room time, `abort` drops the TCP connection at once."""

    def __init__(
        self,
        socket: WebSocket,
        hub: Hub,
        tickets: Tickets,
        now: Callable[[], float],
        abort: Callable[[], None],
    ) -> None:
        self._socket = socket
        self._hub = hub
        self._tickets = tickets
        self._now = now
        self._abort = abort
        self._outbox: deque[tuple[int, Callable[[], bytes]]] = deque()
        self._waiting_bytes = 0
        self._stalled = False
        self._wake = asyncio.Event()
        self._closing: tuple[int, str] | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self.mark = new_mark()
        self.claim: Claim | None = None  # whose it is, once that is known
        self._frames, self._whole_rooms = Bucket(FRAMES), Bucket(WHOLE_ROOMS)
        self.finished = asyncio.Event()

    async def serve(self, hello_timeout_s: float) -> None:
        """From the first message to the last."""
        writer = asyncio.create_task(self._write())
        try:
            hello = await self._first(hello_timeout_s)
            if hello is not None:
                await self._attend(hello)
        finally:
            if self._closing is None:
                writer.cancel()
            await asyncio.wait([writer])
            if self._deadline is not None:
                self._deadline.cancel()
            self.finished.set()

    def send(self, frame: bytes) -> None:
        """Queue an encoded message; a reader that is too slow for its room is closed."""
        self._queue(len(frame), lambda: frame)

    def close(self, code: int, reason: str) -> None:
        """Close after what was queued; the first code wins."""
        if self._closing is None:
            self._closing = (code, reason)
            self._deadline = asyncio.get_running_loop().call_later(2 * CLOSING_S, self._abort)
            self._wake.set()

    @property
    def close_code(self) -> int | None:
        """With what the server closed it; None if it did not."""
        return self._closing[0] if self._closing is not None else None

    # --- in

    async def _first(self, timeout_s: float) -> Hello | None:
        try:
            message = await self._receive(timeout_s)
        except TimeoutError:
            self.close(CloseCode.TICKET, f"hello is due within {timeout_s:g} seconds")
            return None
        if message is None or isinstance(message, Hello):
            return message
        self.close(CloseCode.TICKET, "hello comes first")
        return None

    async def _attend(self, hello: Hello) -> None:
        if hello.version != PROTOCOL_VERSION:
            self.close(CloseCode.VERSION, f"version {PROTOCOL_VERSION} is spoken here; reload the page")
            return
        claim = self._tickets.redeem(hello.ticket, self._now())
        if claim is None:
            self.close(CloseCode.TICKET, "this ticket is not good, or no longer")
            return
        self.claim = claim
        note(LOG, "socket_admitted", connection=self.mark, room=room_shadow(claim.code), member=claim.member)
        room = await self._hub.find(claim.code)
        refusal = room if isinstance(room, Reason) else room.attach(claim.member, self)
        if isinstance(room, LiveRoom) and refusal is None:
            await self._listen(room, claim.member)
        elif refusal is not None:
            self.close(*_NOT_LET_IN.get(refusal, (CloseCode.TICKET, "you are no longer in this room")))

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
                room.do(member, message)
            case SignalTo():
                self._allow(room.signal(member, message), "too many signals; thirty a second are enough")
            case SyncRequest():
                self._welcome(room, member)
            case Report():
                self._allow(room.report(member, self, message), "too many reports; twice a second is enough")
            case OfferTaste():
                room.offered(member, message)
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
        self._queue(PONG_BYTES, lambda: encode(Pong(ping.t0, received, self._now())).encode())

    async def _receive(self, timeout_s: float | None = None) -> ClientMessage | None:
        """The next message; None once the connection is closed or being closed. Raises `TimeoutError`."""
        if self._closing is not None:
            return None
        received = await self._socket.receive(timeout_s)
        if received.type is WSMsgType.TEXT:
            pace = self._frames.take(self._now())
            return (
                self._decode(received.data) if self._allow(pace, "too many messages; 200 a second are enough") else None
            )
        if received.type is WSMsgType.BINARY:
            self.close(CloseCode.BAD_MESSAGE, "frames are text")
        return None

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

    def _queue(self, size: int, make: Callable[[], bytes]) -> None:
        if self._closing is not None:
            return
        self._waiting_bytes += size
        # A burst that the writer has had no turn for is not the reader's fault.
        if self._stalled and self._waiting_bytes > OUT_BUFFER_BYTES:
            self._outbox.clear()
            self.close(CloseCode.TOO_SLOW, "too slow for this room")
            return
        self._outbox.append((size, make))
        self._wake.set()

    async def _write(self) -> None:
        with contextlib.suppress(ConnectionError):
            while self._closing is None:
                await self._wake.wait()
                self._wake.clear()
                await self._write_queued()
            await self._write_queued()
            code, reason = self._closing
            await self._socket.close(code=code, message=_fitting(reason))

    async def _write_queued(self) -> None:
        while self._outbox:
            size, make = self._outbox.popleft()
            self._stalled = True  # seen by others only while this waits for the far side to take what was written
            await self._socket.send_frame(make(), WSMsgType.TEXT)
            self._stalled = False
            self._waiting_bytes -= size


def _fitting(reason: str) -> bytes:
    return reason.encode()[:MAX_REASON_BYTES].decode(errors="ignore").encode()
