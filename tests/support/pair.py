"""Whole evenings in one process: real sessions, and everything around them made of fake time.

`Evening` is the network, the server and the clock. Each `Seatmate` is one
browser: a real `Session` with a fake player, store, and data channels. The
server is the real reducer behind a list of members. Nothing waits: `run_until`
jumps from one moment to the next. Times in seconds, sizes in bytes.
"""

import hashlib
import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from app.peers.negotiation import ApplyDescription, ClosePeer, MakeOffer, OpenPeer
from app.playback.player import PlayerMeasured, SetPlayer
from app.playback.timeline import start_lead
from app.room.codec import decode_from_client, decode_from_server, encode, type_name
from app.room.messages import (
    Do,
    Happened,
    Hello,
    Join,
    Leave,
    Ping,
    Play,
    Pong,
    Ready,
    RefusedCommand,
    Report,
    Reported,
    Reports,
    Resume,
    Resumed,
    SetPresence,
    SignalFrom,
    SignalTo,
    SyncRequest,
)
from app.room.reducer import Applied, apply
from app.room.state import Presence, Role, Room
from app.session import effects as ef
from app.session import events as ev
from app.session.picture import Picture
from app.session.session import Session
from app.swarm import wire
from app.swarm.actions import AnswerMedia, OpenStore, SendBlock, SendFrame, StorePiece
from app.swarm.media import MAX_SLICE
from signalling.history import History

WALL = 1_700_000_000.0
CODE = "ABC234"
EPOCH = "epoch"
LINK_SECRET = "s" * 22


@dataclass(frozen=True)
class FakeFile:
    """A file that begins like an MP4, so that its content says so."""

    name: str
    data: bytes
    duration_s: float

    @classmethod
    def mp4(cls, name: str, size: int, duration_s: float, seed: int = 1) -> "FakeFile":
        """`size` bytes of noise behind an `ftyp` box."""
        head = b"\0\0\0\x18ftypisom\0\0\2\0isomiso2"
        return cls(name, head + random.Random(seed).randbytes(size - len(head)), duration_s)


class FakeServer:
    """The room, ordered by the real reducer; replies travel as real JSON."""

    def __init__(self, evening: "Evening") -> None:
        self._evening = evening
        self.room = Room(CODE, "Film night", WALL)
        self.up = True
        self._sockets: dict[str, Seatmate] = {}
        self._answers: dict[tuple[str, str], Happened | RefusedCommand] = {}
        self._rtt = 0.0
        self._history = History(EPOCH, ())

    @property
    def now(self) -> float:
        """Room time."""
        return WALL + self._evening.now

    def join(self, mate: "Seatmate", role: Role) -> ev.Seat:
        """A place for `mate`."""
        self.do(Join(mate.name, mate.name, role), None, "")
        return ev.Seat(CODE, mate.name, "r" * 22)

    def said(self, mate: "Seatmate", text: str) -> None:
        """`mate` said something on its socket; nobody listens while the server is down."""
        if not self.up:
            return
        message = decode_from_client(text)
        match message:
            case Hello():
                self._welcome(mate, None)
            case Resume():
                self._welcome(mate, message)
            case SyncRequest():
                self.say(mate, Ready(self.room, mate.name, EPOCH))
            case Ping(t0=t0, rtt_s=rtt):
                self._rtt = max(self._rtt, rtt or 0.0)
                self.say(mate, Pong(t0, self.now, self.now))
            case SignalTo(to=to, payload=payload) if to in self._sockets:
                self.say(self._sockets[to], SignalFrom(mate.name, payload))
            case Report():
                self._pass_on(mate, message)
            case Do(command_id=command_id, command=command):
                if isinstance(command, Play):
                    command = Play(start_lead(self._rtt))
                self.do(command, mate.name, command_id)

    def _welcome(self, mate: "Seatmate", resume: Resume | None) -> None:
        member = self.room.member(mate.name)
        if member is not None and member.presence is Presence.AWAY:
            self.do(SetPresence(mate.name, Presence.HERE), None, "")
        self._sockets[mate.name] = mate
        missed = None if resume is None else self._history.missed(resume, self.room, mate.name)
        given = (mate.name, EPOCH)
        self.say(mate, Ready(self.room, *given) if missed is None else Resumed(missed, *given))

    def _pass_on(self, mate: "Seatmate", report: Report) -> None:
        for other in self._sockets.values():
            self.say(other, Reports((Reported(mate.name, report),)))

    def do(self, command: Any, by: str | None, command_id: str) -> None:
        """Run a command through the reducer and tell everyone; repeating an id gives the first answer."""
        if by and (by, command_id) in self._answers:
            self.say(self._sockets[by], self._answers[by, command_id])
            return
        outcome = apply(self.room, command, by, self.now)
        if isinstance(outcome, Applied):
            self.room = outcome.room
            event = Happened(self.room.revision, self.now, by, command, command_id or None)
            answer: Happened | RefusedCommand = event
            self._history.note(event)
            for mate in self._sockets.values():
                self.say(mate, event)
        else:
            answer = RefusedCommand(command_id, outcome.reason)
            if by:
                self.say(self._sockets[by], answer)
        if by:
            self._answers[by, command_id] = answer

    def say(self, mate: "Seatmate", message: Any) -> None:
        """Send a message to `mate`."""
        text = encode(message)
        socket = mate.socket
        self._evening.later(mate.delay(), lambda: mate.hear(socket, text))

    def drop(self, mate: "Seatmate") -> None:
        """`mate`'s socket is gone."""
        if self._sockets.pop(mate.name, None) is not None and self.room.member(mate.name):
            self.do(SetPresence(mate.name, Presence.AWAY), None, "")

    def go_down(self) -> None:
        """Killed: every socket closes, nothing answers."""
        self.up = False
        mates = list(self._sockets.values())
        self._sockets.clear()
        for mate in mates:
            self._evening.later(0.01, partial(mate.socket_closed, 1006))

    def come_back(self) -> None:
        """Started again on the same store: the room is as it was, and everybody is away."""
        self.up = True
        for member in self.room.members:
            if member.presence is Presence.HERE:
                self.do(SetPresence(member.id, Presence.AWAY), None, "")

    def leave(self, mate: "Seatmate") -> None:
        """`mate` gave its place up."""
        self._sockets.pop(mate.name, None)
        self.do(Leave(mate.name), None, "")


@dataclass
class FakePlayer:
    """A video element without a picture: it plays what it has been given, and asks for more."""

    file_size: int = 0
    duration_s: float = 0.0
    film_id: str | None = None
    direct: bool = False
    paused: bool = True
    rate: float = 1.0
    start_delay_s: float = 0.04
    asked: int | None = None
    buffered_from: float = 0.0
    buffered_to: float = 0.0
    seeks: int = 0
    _position: float = 0.0
    _since: float = 0.0

    def load(self, film_id: str | None, size: int, duration_s: float, direct: bool, now: float) -> None:
        """A new film, at its beginning."""
        self.film_id, self.file_size, self.duration_s, self.direct = film_id, size, duration_s, direct
        self.paused, self.rate, self.asked, self.seeks = True, 1.0, None, 0
        self._position, self._since = 0.0, now
        self.buffered_from, self.buffered_to = 0.0, duration_s if direct else 0.0

    @property
    def ready(self) -> bool:
        """Whether the beginning, with the index, has been read."""
        return self.film_id is not None and self.buffered_to > self.buffered_from

    def position(self, now: float) -> float:
        """Seconds into the film; it does not pass what is buffered."""
        moved = 0.0 if self.paused else max(0.0, now - self._since) * self.rate
        return min(self._position + moved, max(self.buffered_to, self._position))

    def settle(self, now: float) -> None:
        """Take the position as of now as the new beginning."""
        self._position, self._since = self.position(now), max(now, self._since)

    def seek(self, position: float, now: float) -> None:
        """Jump."""
        self.settle(now)
        self._position, self._since = position, now
        self.seeks += 1
        if not self.buffered_from <= position < self.buffered_to:
            self.buffered_from = self.buffered_to = position
            self.asked = None

    def play(self, now: float) -> None:
        """Run; the first frame comes after this machine's delay."""
        self.settle(now)
        self.paused, self._since = False, now + self.start_delay_s

    def pause(self, now: float) -> None:
        """Stand."""
        self.settle(now)
        self.paused = True

    def next_byte(self) -> int:
        """The first byte it has not been given."""
        return int(self.buffered_to / self.duration_s * self.file_size)

    def hungry(self, now: float) -> bool:
        """Whether it wants to read on."""
        if self.film_id is None or self.direct or self.asked is not None:
            return False
        return self.next_byte() < self.file_size and self.buffered_to - self.position(now) < 20

    def fed(self, length: int) -> None:
        """It was given that many bytes more."""
        self.asked = None
        self.buffered_to = min(self.buffered_to + length * self.duration_s / self.file_size, self.duration_s)


@dataclass
class Seatmate:
    """One browser. `latency` is one way to the server or a peer; `clock_ahead` shifts its own clock."""

    evening: "Evening"
    name: str
    latency: float = 0.01
    clock_ahead: float = 0.0
    uplink_Bps: float = 50e6
    session: Session = field(init=False)
    player: FakePlayer = field(default_factory=FakePlayer)
    pieces: dict[tuple[str, int], bytes] = field(default_factory=dict)
    manifests: dict[str, bytes] = field(default_factory=dict)
    notes: dict[str, ev.Kept] = field(default_factory=dict)
    room_bytes: int | None = None
    sources: dict[str, FakeFile] = field(default_factory=dict)
    handles: dict[str, tuple[FakeFile, bytes]] = field(default_factory=dict)
    disk: dict[str, FakeFile] = field(default_factory=dict)
    permitted: bool = False
    seat: ev.Seat | None = None
    address: str = ""
    socket: int = 0
    corrupt: int = 0
    performed: list[Any] = field(default_factory=list)
    _links: dict[str, str] = field(default_factory=dict)
    _lives: dict[str, int] = field(default_factory=dict)
    _uplink_free: float = 0.0
    _alive: bool = True
    _alarm: int = 0

    def __post_init__(self) -> None:
        self.open_page("")

    # --- the page

    def open_page(self, fragment: str) -> None:
        """A new page: memory is gone, what the browser stores is kept."""
        self.socket += 1
        chance = self.evening.chance
        ids = (f"{self.name}-{n}" for n in itertools.count(self.socket * 1000))
        self.session = Session(chance.choice, lambda: next(ids), chance.random)
        self.player = FakePlayer()
        self.sources, self._links = {}, {}
        self.emit(ev.PageOpened(fragment, self.name, self.seat, WALL + self.evening.now))

    @property
    def now(self) -> float:
        """The page's own clock."""
        return self.evening.now + self.clock_ahead

    @property
    def picture(self) -> Picture:
        """What the person sees."""
        return self.session.picture(self.now)

    def emit(self, event: Any) -> None:
        """Something happened in this browser."""
        if not self._alive:
            return
        for effect in self.session.handle(event, self.now):
            self.performed.append(effect)
            self._perform(effect)
        self._feed_player()
        self._arm()

    def close(self) -> None:
        """The tab is closed, without a goodbye."""
        self._alive = False
        self.evening.server.drop(self)
        for peer in list(self._links):
            self._hang_up(peer)

    def delay(self) -> float:
        """One way, with the evening's jitter."""
        return self.latency + self.evening.chance.random() * self.evening.jitter_s

    def _arm(self) -> None:
        moment = self.session.next_timer(self.now)
        if moment is None:
            return
        self._alarm += 1
        mine, session = self._alarm, self.session
        wait = max(0.001, moment - self.now)
        self.evening.later(wait, lambda: self._ring(mine, session))

    def _ring(self, alarm: int, session: Session) -> None:
        if alarm == self._alarm and session is self.session:
            self.emit(ev.TimerFired())

    # --- effects

    def _perform(self, effect: Any) -> None:
        perform = getattr(self, "_do_" + type_name(type(effect)), None)
        if perform is not None:
            perform(effect)

    def _request(self, effect: Any, answer: Callable[[], Any]) -> None:
        page = self.session

        def reply() -> None:
            up = self.evening.server.up
            event = answer() if up else ev.RequestFailed(effect, "unreachable")
            if page is self.session:
                self.emit(event)

        self.evening.later(2 * self.delay(), reply)

    def _do_create_room(self, effect: ef.CreateRoom) -> None:
        join = self.evening.server.join
        self._request(effect, lambda: ev.RoomCreated(join(self, Role.HOST), LINK_SECRET, "ticket"))

    def _do_ask_card(self, effect: ef.AskCard) -> None:
        self._request(effect, lambda: ev.CardReceived(CODE, "Film night", ("Anna",), None))

    def _do_join_room(self, effect: ef.JoinRoom) -> None:
        if effect.link_secret != LINK_SECRET:
            self._request(effect, lambda: ev.RequestFailed(effect, "unauthorized_command"))
            return
        self._request(effect, lambda: ev.SeatTaken(self.evening.server.join(self, Role.VIEWER), "ticket"))

    def _do_ask_ticket(self, effect: ef.AskTicket) -> None:
        def answer() -> Any:
            known = self.evening.server.room.member(effect.seat.member)
            return ev.SeatTaken(effect.seat, "ticket", again=True) if known else ev.RequestFailed(effect, "not_found")

        self._request(effect, answer)

    def _do_give_up_seat(self, _: ef.GiveUpSeat) -> None:
        self.evening.server.leave(self)

    def _do_remember_seat(self, effect: ef.RememberSeat) -> None:
        self.seat = effect.seat

    def _do_forget_seat(self, _: ef.ForgetSeat) -> None:
        self.seat = None

    def _do_show_address(self, effect: ef.ShowAddress) -> None:
        self.address = effect.fragment

    def _do_follow_link(self, effect: ef.FollowLink) -> None:
        self.address = effect.fragment
        self.evening.later(0.0, lambda: self.emit(ev.FragmentChanged(effect.fragment, self.seat)))

    def _do_open_socket(self, _: ef.OpenSocket) -> None:
        self.socket += 1
        socket = self.socket
        self.evening.later(2 * self.delay(), lambda: self._socket_up(socket))

    def _socket_up(self, socket: int) -> None:
        if socket == self.socket:
            self.emit(ev.SocketOpened() if self.evening.server.up else ev.SocketClosed(1006))

    def _do_send_to_server(self, effect: ef.SendToServer) -> None:
        text, server = encode(effect.message), self.evening.server
        if server.up:
            self.evening.later(self.delay(), lambda: server.said(self, text))

    def hear(self, socket: int, text: str) -> None:
        """The server's words arrive on the socket they were said on."""
        if socket == self.socket:
            self.emit(ev.MessageReceived(decode_from_server(text), self.now))

    def socket_closed(self, code: int) -> None:
        """The socket went down."""
        self.emit(ev.SocketClosed(code))

    # --- files and pieces

    def drop_film(self, file: FakeFile) -> None:
        """Drag a file onto the page."""
        self.emit(ev.FilmChosen(file, file.name, len(file.data), "video/mp4", handle=file))

    def _do_peek_file(self, effect: ef.PeekFile) -> None:
        self.evening.later(
            0.001,
            lambda: self.emit(
                ev.FilePeeked(effect.file, effect.name, effect.size, effect.file.data[effect.at :][: effect.count])
            ),
        )

    def _do_look_at_film(self, effect: ef.LookAtFilm) -> None:
        self.emit(ev.FilmLookedAt(effect.film_id, (True,) * len(effect.types)))

    def _do_prepare_film(self, effect: ef.PrepareFilm) -> None:
        data, size = effect.file.data, effect.piece_size
        hashes = b"".join(hashlib.sha256(data[at : at + size]).digest() for at in range(0, len(data), size))
        done = ev.FilmPrepared(effect.file, effect.name, effect.size, effect.mime, size, hashes, effect.file.duration_s)
        self.evening.later(0.01, lambda: self.emit(done))

    def _do_keep_file(self, effect: ef.KeepFile) -> None:
        self.handles[effect.film_id] = (effect.handle, effect.manifest)

    def _do_forget_file(self, effect: ef.ForgetFile) -> None:
        self.handles.pop(effect.film_id, None)

    def _do_find_file(self, effect: ef.FindFile) -> None:
        manifest = self.handles[effect.film_id][1] if effect.film_id in self.handles else None
        found = ev.FileFound(effect.film_id, manifest, self.permitted)
        self.evening.later(0.001, lambda: self.emit(found))

    def _do_reopen_file(self, effect: ef.ReopenFile) -> None:
        kept, _ = self.handles[effect.film_id]
        file = self.disk.get(kept.name, kept)
        digests = _digests(file, effect.piece_size, effect.pieces)
        opened = ev.FileReopened(effect.film_id, file, kept, file.name, len(file.data), file is kept, digests)
        self.evening.later(0.002, lambda: self.emit(opened))

    def _do_sample_file(self, effect: ef.SampleFile) -> None:
        digests = _digests(effect.file, effect.piece_size, effect.pieces)
        self.evening.later(0.002, lambda: self.emit(ev.FileSampled(effect.film_id, digests)))

    def _do_attach_source(self, effect: ef.AttachSource) -> None:
        self.sources[effect.film_id] = effect.file

    def read_piece(self, film_id: str, piece: int) -> bytes | None:
        """The piece, from the person's own file or the store."""
        file = self.sources.get(film_id)
        if file is not None:
            return file.data[piece * 1024 * 1024 : (piece + 1) * 1024 * 1024]
        return self.pieces.get((film_id, piece))

    def _do_open_store(self, effect: OpenStore) -> None:
        held = bytearray((effect.pieces + 7) // 8)
        for film_id, piece in self.pieces:
            if film_id == effect.film_id:
                held[piece >> 3] |= 0x80 >> (piece & 7)
        noted = self.notes.get(effect.film_id)
        removed = noted.removed if noted else ""
        opened = ev.StoreOpened(
            effect.film_id, self.manifests.get(effect.film_id), bytes(held), self.room_bytes, removed
        )
        self.evening.later(0.001, lambda: self.emit(opened))

    def _do_keep_film(self, effect: ef.KeepFilm) -> None:
        film_id, before = effect.note.film_id, self.notes.get(effect.note.film_id)
        if effect.manifest is not None:
            self.manifests[film_id] = effect.manifest
        if before is not None and not effect.anew:
            self.notes[film_id] = replace(effect.note, removed=before.removed)
        elif effect.anew:
            self.notes[film_id] = effect.note

    def _do_drop_film(self, effect: ef.DropFilm) -> None:
        film_id = effect.film_id
        if effect.as_of_s is not None and film_id in self.notes and self.notes[film_id].until_s > effect.as_of_s:
            return
        self.pieces = {key: data for key, data in self.pieces.items() if key[0] != film_id}
        self.manifests.pop(film_id, None)
        self.notes.pop(film_id, None)
        if effect.note is not None:
            self.notes[film_id] = effect.note
        self.evening.later(0.002, lambda: self.emit(ev.FilmGone(film_id)))

    def _do_read_shelf(self, _: ef.ReadShelf) -> None:
        ids = {film_id for film_id, _ in self.pieces} | set(self.notes)
        found = tuple(
            ev.Found(
                self.notes.get(film_id, ev.Kept(film_id)),
                self.manifests.get(film_id, b"")[:20],
                sum(1 for key in self.pieces if key[0] == film_id),
            )
            for film_id in sorted(ids)
        )
        self.evening.later(0.002, lambda: self.emit(ev.ShelfRead(found, WALL + self.evening.now)))

    def _do_store_piece(self, effect: StorePiece) -> None:
        whole = b"".join(data for _, data in sorted(effect.blocks))
        if hashlib.sha256(whole).digest() != effect.digest:
            self.evening.later(0.001, lambda: self.emit(ev.PieceRejected(effect.film_id, effect.piece)))
            return
        assert (effect.film_id, effect.piece) not in self.pieces, "a stored piece was fetched again"
        self.pieces[effect.film_id, effect.piece] = whole
        self.evening.later(0.002, lambda: self.emit(ev.PieceStored(effect.film_id, effect.piece)))

    # --- peers: offer, answer and one candidate make a connection

    def _do_open_peer(self, effect: OpenPeer) -> None:
        self._hang_up(effect.peer)
        self._links[effect.peer] = "new"
        self._lives[effect.peer] = self._lives.get(effect.peer, 0) + 1
        if effect.initiate:
            self.evening.later(0.001, lambda: self.emit(ev.NegotiationNeeded(effect.peer)))

    def _do_close_peer(self, effect: ClosePeer) -> None:
        self._hang_up(effect.peer)

    def _hang_up(self, peer: str) -> None:
        if self._links.pop(peer, None) == "up":
            mate = self.evening.mates[peer]
            if mate._links.get(self.name) == "up":
                mate._links[self.name] = "lost"
                self.evening.later(0.05, lambda: mate.emit(ev.PeerLost(self.name)))

    def _do_make_offer(self, effect: MakeOffer) -> None:
        self.evening.later(0.002, lambda: self.emit(ev.DescriptionMade(effect.peer, "offer", "sdp")))

    def _do_apply_description(self, effect: ApplyDescription) -> None:
        if effect.kind == "offer":
            self.evening.later(0.002, lambda: self.emit(ev.DescriptionMade(effect.peer, "answer", "sdp")))
        else:
            self.evening.later(0.002, lambda: self._answered(effect.peer))

    def _answered(self, peer: str) -> None:
        self.emit(ev.DescriptionTaken(peer, "answer"))
        mate = self.evening.mates[peer]
        if peer not in self._links or self.name not in mate._links or self.evening.apart(self.name, peer):
            return
        news = ev.PeerSteadied if self._links[peer] == mate._links[self.name] == "up" else ev.PeerConnected
        self._links[peer] = mate._links[self.name] = "up"
        self.evening.later(0.01, lambda: self.emit(news(peer)))
        self.evening.later(0.01, lambda: mate.emit(news(self.name)))

    def _do_send_frame(self, effect: SendFrame) -> None:
        data = wire.encode(effect.frame)
        self._carry(effect.peer, lambda mate: mate.emit(ev.FrameReceived(self.name, wire.decode(data))))

    def _do_send_block(self, effect: SendBlock) -> None:
        piece = self.read_piece(effect.film_id, effect.piece)
        if piece is None:
            self.emit(ev.BlockUnsent(effect.peer, effect.request, effect.size))
            return
        data = piece[effect.offset : effect.offset + effect.size]
        if self.corrupt:
            self.corrupt -= 1
            data = bytes(len(data))
        self._uplink_free = max(self._uplink_free, self.evening.now) + effect.size / self.uplink_Bps
        wait = self._uplink_free - self.evening.now
        arrived = ev.BlockReceived(self.name, effect.request, effect.piece, effect.offset, len(data), data)
        self.evening.later(wait, lambda: self.emit(ev.BlockSent(effect.peer, effect.size)))
        self._carry(effect.peer, lambda mate: mate.emit(arrived), wait)

    def _carry(self, peer: str, deliver: Callable[["Seatmate"], None], wait: float = 0.0) -> None:
        mate = self.evening.mates[peer]
        lives = (self._lives.get(peer), mate._lives.get(self.name))

        def arrive() -> None:
            if self.evening.apart(self.name, peer):
                self.evening.hold(self.name, peer, arrive)
            elif mate._links.get(self.name) and lives == (self._lives.get(peer), mate._lives.get(self.name)):
                deliver(mate)

        if self._links.get(peer) == "up":
            self.evening.later(wait + self.latency + mate.latency, arrive)

    def loses_the_way(self, peer: str, failed: bool) -> None:
        """The browser notices that no byte gets through."""
        if self._links.get(peer) == "up" and self.evening.apart(self.name, peer):
            self.emit(ev.PeerShaken(peer, failed))

    def finds_the_way(self, peer: str) -> None:
        """Bytes get through again."""
        if self._links.get(peer) == "up":
            self.emit(ev.PeerSteadied(peer))

    # --- the player

    def _do_load_film(self, effect: ef.LoadFilm) -> None:
        current = self.picture.current
        size, duration = (current.film.size, current.film.duration_s or 0.0) if current else (0, 0.0)
        self.player.load(effect.film_id, size, duration, effect.film_id in self.sources, self.now)

    def _do_set_player(self, effect: SetPlayer) -> None:
        player = self.player
        if effect.rate is not None:
            player.settle(self.now)
            player.rate = effect.rate
        if effect.position_s is not None:
            player.seek(effect.position_s, self.now)
            self._echo("seeking")
            self._echo("seeked")
        if effect.playing is not None and effect.playing == player.paused:
            player.play(self.now) if effect.playing else player.pause(self.now)
            self._echo("play" if effect.playing else "pause")

    def _echo(self, kind: str) -> None:
        self.evening.later(0.003, lambda: self.emit(ev.PlayerChanged(kind, self.now, self.player.position(self.now))))

    def press_media_key(self) -> None:
        """The person uses the keyboard's own play/pause key: the element changes without being told by us."""
        player = self.player
        player.play(self.now) if player.paused else player.pause(self.now)
        self._echo("pause" if player.paused else "play")

    def _do_read_player(self, _: ef.ReadPlayer) -> None:
        player, now = self.player, self.now
        position = player.position(now)
        starved = player.buffered_to - position < 0.05 and position < player.duration_s - 0.1
        self.emit(
            PlayerMeasured(
                at=now,
                position_s=position,
                duration_s=player.duration_s or None,
                paused=player.paused,
                seeking=starved and not player.paused and player.buffered_from == player.buffered_to,
                ended=player.ready and position >= player.duration_s,
                ready_state=0 if not player.ready else (2 if starved else 4),
                rate=player.rate,
                buffered=((player.buffered_from, player.buffered_to),) if player.ready else (),
                frames=(),
            )
        )

    def _feed_player(self) -> None:
        player = self.player
        if player.hungry(self.now):
            start = player.asked = player.next_byte()
            asked = ev.MediaRequested(start, player.film_id or "", "GET", f"bytes={start}-")
            self.evening.later(0.001, lambda: self.emit(asked))

    def _do_answer_media(self, effect: AnswerMedia) -> None:
        assert self.read_piece(effect.film_id, effect.piece) is not None
        assert effect.length <= MAX_SLICE
        if effect.request == self.player.asked:
            self.player.fed(effect.length)
            self._echo("canplay")


class Evening:
    """The network, the server, and fake time."""

    def __init__(self, seed: int = 1, jitter_s: float = 0.0) -> None:
        self.now = 0.0
        self.chance = random.Random(seed)
        self.jitter_s = jitter_s
        self.mates: dict[str, Seatmate] = {}
        self.server = FakeServer(self)
        self._queue: list[tuple[float, int, Callable[[], Any]]] = []
        self._numbers = itertools.count()
        self._apart: dict[frozenset[str], list[Callable[[], Any]]] = {}

    def mate(self, name: str, **traits: float) -> Seatmate:
        """One more browser, at home."""
        mate = self.mates[name] = Seatmate(self, name, **traits)  # type: ignore[arg-type]
        return mate

    def later(self, wait: float, do: Callable[[], Any]) -> None:
        """Do that in `wait` seconds of fake time."""
        heapq.heappush(self._queue, (self.now + wait, next(self._numbers), do))

    def apart(self, one: str, other: str) -> bool:
        """Whether no byte gets through between two browsers; the server still hears both."""
        return frozenset({one, other}) in self._apart

    def part(self, one: str, other: str, noticed_after_s: float | None = None) -> None:
        """From now on no byte gets through; the browsers notice it after that time, or never."""
        self._apart.setdefault(frozenset({one, other}), [])
        if noticed_after_s is None:
            return
        for me, peer in ((one, other), (other, one)):
            self.later(noticed_after_s, partial(self.mates[me].loses_the_way, peer, failed=False))
            self.later(noticed_after_s + 10, partial(self.mates[me].loses_the_way, peer, failed=True))

    def rejoin(self, one: str, other: str) -> None:
        """Bytes get through again, those that were sent meanwhile first, if the channels are still open."""
        held = self._apart.pop(frozenset({one, other}), [])
        for arrive in held:
            self.later(0.01, arrive)
        self.later(0.02, lambda: self.mates[one].finds_the_way(other))
        self.later(0.02, lambda: self.mates[other].finds_the_way(one))

    def hold(self, one: str, other: str, arrive: Callable[[], Any]) -> None:
        """Keep what was sent until bytes get through again."""
        self._apart[frozenset({one, other})].append(arrive)

    def run(self, seconds: float) -> None:
        """Let `seconds` go by."""
        end = self.now + seconds
        while self._queue and self._queue[0][0] <= end:
            self.now, _, do = heapq.heappop(self._queue)
            do()
        self.now = end

    def run_until(self, true: Callable[[], bool], within: float = 60.0) -> None:
        """Let time go by until `true()`; AssertionError if that takes longer than `within` seconds."""
        end = self.now + within
        while not true():
            assert self._queue, "nothing is going on any more"
            assert self._queue[0][0] <= end, f"not within {within} s"
            self.now, _, do = heapq.heappop(self._queue)
            do()

    def drift_ms(self, mate: Seatmate) -> float:
        """How far `mate`'s screen is from the room, in milliseconds."""
        room = self.server.room
        return 1000 * (mate.player.position(mate.now) - room.timeline.position_at(self.server.now, room.duration_s))


def host_and_guest(evening: Evening, **guest: float) -> tuple[Seatmate, Seatmate]:
    """Anna has a room, Bo is in it."""
    anna, bo = evening.mate("Anna"), evening.mate("Bo", **guest)
    anna.emit(ev.StartPressed("Anna"))
    evening.run_until(lambda: anna.picture.link == "up")
    bo.open_page(anna.address)
    evening.run_until(lambda: bo.picture.card is not None)
    bo.emit(ev.JoinPressed("Bo"))
    evening.run_until(lambda: bo.picture.link == "up")
    return anna, bo


def _digests(file: FakeFile, piece_size: int, pieces: tuple[int, ...]) -> tuple[bytes, ...]:
    starts = [piece * piece_size for piece in pieces]
    return tuple(hashlib.sha256(file.data[start : start + piece_size]).digest() for start in starts)
