"""RTCPeerConnection: one per peer, with an ordered `control` and an unordered `blocks` channel.

Film bytes pass through as JavaScript buffers; only the 16 bytes of a block's
header are ever read here.
"""

from collections.abc import Callable
from typing import Any

from js import JSON, Uint8Array, window
from pyodide.ffi import to_js

from app.browser.ffi import JsException, Listeners, js, spawn
from app.browser.piece_store import PieceStore
from app.session.effects import (
    AddCandidate,
    ApplyDescription,
    ClosePeer,
    MakeOffer,
    MeasurePath,
    OpenPeer,
    RestartIce,
    SendBlock,
    SendFrame,
    UseIce,
)
from app.session.events import (
    BlockReceived,
    BlockSent,
    BlockUnsent,
    CandidateFound,
    DescriptionFailed,
    DescriptionMade,
    DescriptionTaken,
    Event,
    FrameReceived,
    FrameUnreadable,
    NegotiationNeeded,
    PathMeasured,
    PeerConnected,
    PeerLost,
    PeerShaken,
    PeerSteadied,
)
from app.swarm.wire import (
    BLOCK_HEADER_SIZE,
    MAX_CONTROL_FRAME,
    BadFrame,
    BlockHeader,
    decode,
    decode_block_header,
    encode,
    encode_block_header,
)

HIGH_WATER = 1024 * 1024
LOW_WATER = HIGH_WATER // 2

Emit = Callable[[Event], None]


class PeerConnection:
    """The connection to one peer. After `close` nothing is heard of it."""

    def __init__(self, peer: str, initiate: bool, emit: Emit, ice: list[dict[str, str]]) -> None:
        self._peer = peer
        self._initiate = initiate
        self._emit_event = emit
        self._closed = False
        self._waiting: list[int] = []
        self._early: list[tuple[Callable[[Any], None], Any]] | None = []
        self._listeners = Listeners()
        self._pc = window.RTCPeerConnection.new(js(iceServers=ice))
        self._control = self._channel("control", 0, ordered=True, receive=self._frame)
        self._blocks = self._channel("blocks", 1, ordered=False, receive=self._block)
        self._blocks.bufferedAmountLowThreshold = LOW_WATER
        hear = self._listeners.on
        hear(self._blocks, "bufferedamountlow", lambda _: self._drained())
        hear(self._pc, "negotiationneeded", lambda _: self._needed())
        hear(self._pc, "icecandidate", self._candidate)
        hear(self._pc, "connectionstatechange", lambda _: self._state())

    def close(self) -> None:
        """Close it."""
        self._closed = True
        self._listeners.stop()
        self._pc.close()

    # --- negotiation

    async def make_offer(self) -> None:
        """Set a local offer."""
        await self._negotiate(self._set_local)

    async def apply(self, kind: str, sdp: str) -> None:
        """Set the far side's description; answer if it is an offer."""

        async def work() -> None:
            await self._pc.setRemoteDescription(js(type=kind, sdp=sdp))
            if kind == "offer":
                await self._set_local()
            else:
                self._emit(DescriptionTaken(self._peer, kind))

        await self._negotiate(work)

    async def add(self, candidate: str) -> None:
        """Try a way to reach the peer. One that comes too late for its description is no loss."""
        try:
            await self._pc.addIceCandidate(JSON.parse(candidate))
        except JsException:
            return

    async def _set_local(self) -> None:
        await self._pc.setLocalDescription()
        description = self._pc.localDescription
        if not description:  # rolled back meanwhile by the far side's offer
            self._emit(DescriptionFailed(self._peer))
            return
        self._emit(DescriptionMade(self._peer, str(description.type), str(description.sdp)))

    async def _negotiate(self, work: Callable[[], Any]) -> None:
        try:
            await work()
        except JsException:
            self._emit(DescriptionFailed(self._peer))

    def _needed(self) -> None:
        # The side that was called waits for the offer; both channels exist on both sides from the start.
        if self._initiate:
            self._emit(NegotiationNeeded(self._peer))

    def _candidate(self, event: Any) -> None:
        if event.candidate:
            self._emit(CandidateFound(self._peer, str(JSON.stringify(event.candidate))))

    def _state(self) -> None:
        match str(self._pc.connectionState):
            case "connected":
                self._emit(PeerSteadied(self._peer))
            case "disconnected":
                self._emit(PeerShaken(self._peer, failed=False))
            case "failed":
                self._emit(PeerShaken(self._peer, failed=True))
            case "closed":
                self._emit(PeerLost(self._peer))

    # --- the way it goes

    def restart_ice(self) -> None:
        """Let the next offer look for a new way."""
        self._pc.restartIce()

    async def measure(self) -> None:
        """Look which way the connection goes."""
        try:
            report = await self._pc.getStats()
        except JsException:
            return  # closing
        pair = _selected_pair(report)
        if pair is not None:
            ends = (report.get(pair.localCandidateId), report.get(pair.remoteCandidateId))
            relayed = any(end and end.candidateType == "relay" for end in ends)
            rtt_s = float(pair.currentRoundTripTime) if hasattr(pair, "currentRoundTripTime") else None
            self._emit(PathMeasured(self._peer, relayed, rtt_s))

    # --- channels

    def send(self, data: bytes) -> None:
        """Say something on the control channel."""
        try:
            self._control.send(to_js(data))
        except JsException:
            return  # closing: `PeerLost` says so

    def send_block(self, header: BlockHeader, piece: Any, offset: int, size: int) -> bool:
        """Send `size` bytes of `piece` (a Uint8Array) from `offset`; `BlockSent` follows when there is room again.

        False if the channel does not take it.
        """
        message = Uint8Array.new(BLOCK_HEADER_SIZE + size)
        message.set(to_js(encode_block_header(header)))
        message.set(piece.subarray(offset, offset + size), BLOCK_HEADER_SIZE)
        try:
            self._blocks.send(message)
        except JsException:
            return False
        if self._blocks.bufferedAmount < HIGH_WATER:
            self._emit(BlockSent(self._peer, size))
        else:
            self._waiting.append(size)
        return True

    def _channel(self, name: str, number: int, ordered: bool, receive: Callable[[Any], None]) -> Any:
        channel = self._pc.createDataChannel(name, js(negotiated=True, id=number, ordered=ordered))
        channel.binaryType = "arraybuffer"
        self._listeners.on(channel, "open", lambda _: self._opened())
        self._listeners.on(channel, "close", lambda _: self._emit(PeerLost(self._peer)))
        self._listeners.on(channel, "message", lambda event: self._received(receive, event))
        return channel

    def _opened(self) -> None:
        if self._early is not None and self._control.readyState == self._blocks.readyState == "open":
            early, self._early = self._early, None
            self._emit(PeerConnected(self._peer))
            for receive, event in early:
                receive(event)

    def _received(self, receive: Callable[[Any], None], event: Any) -> None:
        # Each channel opens on its own: Firefox may hand over what came on one before it opens the other, and what the
        # far side says first, what it holds, it does not say again.
        if self._early is None:
            receive(event)
        else:
            self._early.append((receive, event))

    def _drained(self) -> None:
        waiting, self._waiting = self._waiting, []
        for size in waiting:
            self._emit(BlockSent(self._peer, size))

    def _frame(self, event: Any) -> None:
        data = event.data
        try:
            fits = not isinstance(data, str) and data.byteLength <= MAX_CONTROL_FRAME
            self._emit(FrameReceived(self._peer, decode(data.to_bytes() if fits else b"")))
        except BadFrame as error:
            self._emit(FrameUnreadable(self._peer, str(error)))

    def _block(self, event: Any) -> None:
        data = event.data
        try:
            size = 0 if isinstance(data, str) else data.byteLength
            head = Uint8Array.new(data, 0, BLOCK_HEADER_SIZE).to_bytes() if size >= BLOCK_HEADER_SIZE else b""
            header, payload = decode_block_header(head, size)
        except BadFrame as error:
            self._emit(FrameUnreadable(self._peer, str(error)))
            return
        self._emit(BlockReceived(self._peer, header.request, header.piece, header.offset, payload, data))

    def _emit(self, event: Event) -> None:
        if not self._closed:
            self._emit_event(event)


def _selected_pair(report: Any) -> Any:
    """The candidate pair in use; Firefox marks it, the others have the transport name it."""
    for entry in report.values():
        if entry.type == "transport" and hasattr(entry, "selectedCandidatePairId"):
            return report.get(entry.selectedCandidatePairId)
        if entry.type == "candidate-pair" and getattr(entry, "selected", False):
            return entry
    return None


class PeerConnections:
    """All of them, by peer; film bytes come out of `store`."""

    def __init__(self, emit: Emit, store: PieceStore) -> None:
        self._emit = emit
        self._store = store
        self._all: dict[str, PeerConnection] = {}
        self._ice: list[dict[str, str]] = []

    def use_ice(self, effect: UseIce) -> None:
        """The STUN servers, and TURN servers with our pass, for connections made from now on."""
        self._ice = [{"urls": url} for url in effect.urls]
        if effect.turn is not None:
            turn = effect.turn
            allowed = {"username": turn.username, "credential": turn.credential}
            self._ice += [{"urls": url, **allowed} for url in turn.urls]

    def open(self, effect: OpenPeer) -> None:
        """Make a connection. A browser without any, of which `window` tells, stays alone."""
        self.close(ClosePeer(effect.peer))
        if not hasattr(window, "RTCPeerConnection"):
            return
        self._all[effect.peer] = PeerConnection(effect.peer, effect.initiate, self._emit, self._ice)

    def close(self, effect: ClosePeer) -> None:
        """Close a connection."""
        connection = self._all.pop(effect.peer, None)
        if connection is not None:
            connection.close()

    def make_offer(self, effect: MakeOffer) -> None:
        """Set a local offer."""
        if effect.peer in self._all:
            spawn(self._all[effect.peer].make_offer())

    def apply(self, effect: ApplyDescription) -> None:
        """Set the far side's description."""
        if effect.peer in self._all:
            spawn(self._all[effect.peer].apply(effect.kind, effect.sdp))

    def add(self, effect: AddCandidate) -> None:
        """Try a way to reach the peer."""
        if effect.peer in self._all:
            spawn(self._all[effect.peer].add(effect.candidate))

    def restart_ice(self, effect: RestartIce) -> None:
        """Let the next offer look for a new way."""
        if effect.peer in self._all:
            self._all[effect.peer].restart_ice()

    def measure(self, effect: MeasurePath) -> None:
        """Look which way the connection goes."""
        if effect.peer in self._all:
            spawn(self._all[effect.peer].measure())

    def send(self, effect: SendFrame) -> None:
        """Say something on the control channel."""
        if effect.peer in self._all:
            self._all[effect.peer].send(encode(effect.frame))

    def send_block(self, effect: SendBlock) -> None:
        """Send a block as soon as its piece has been read, if the connection that asked is still the one."""
        asking = self._all.get(effect.peer)
        self._store.read(effect.film_id, effect.piece, lambda piece: self._cut(effect, asking, piece))

    def _cut(self, effect: SendBlock, asking: PeerConnection | None, piece: Any) -> None:
        if asking is None or self._all.get(effect.peer) is not asking:
            return
        header = BlockHeader(effect.piece, effect.offset, effect.request)
        if piece is None or not asking.send_block(header, piece, effect.offset, effect.size):
            self._emit(BlockUnsent(effect.peer, effect.request, effect.size))
