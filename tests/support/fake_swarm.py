"""Real swarms over a seeded network that is not there, in time that does not pass.

Every frame and block header goes through `wire`, every piece through SHA-256.
A member's one timer is re-armed after each of its events, as the page does it:
a moment that `next_wake` forgets is never heard of again.
"""

import hashlib
import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from app.swarm import wire
from app.swarm.actions import (
    Action,
    AnswerMedia,
    DropPeer,
    KeepManifest,
    OpenStore,
    RefuseMedia,
    SendBlock,
    SendFrame,
    StorePiece,
)
from app.swarm.piece_map import PieceMap
from app.swarm.share import Share
from app.swarm.swarm import Swarm
from tests.support.builders import Film

MBPS = 1_000_000
MAX_EVENTS = 2_000_000

Tamper = Callable[[bytes, bytes], tuple[bytes, bytes] | None]


@dataclass(slots=True)
class Store:
    """One browser's pieces on disk. `room` is how many pieces still fit; `takes_s` what a write costs."""

    pieces: dict[int, bytes] = field(default_factory=dict)
    manifest: bytes | None = None
    room: int = 1_000_000
    takes_s: float = 0.002
    busy_until: float = 0.0


@dataclass(slots=True)
class Answer:
    """What the video element got, and when; no bytes means it was refused."""

    at: float
    status: int
    data: bytes


class Network:
    """Members, their links, and the queue of what happens next. Times in seconds, rates in bytes a second."""

    def __init__(self, seed: int = 0, delay_s: float = 0.02) -> None:
        self.now = 100.0
        self.delay_s = delay_s
        self.random = random.Random(seed)
        self.members: dict[str, Member] = {}
        self.links: dict[tuple[str, str], int] = {}
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = iter(range(MAX_EVENTS))
        self._links_made = 0

    def member(self, name: str, uplink_Bps: float = 4 * MBPS) -> "Member":
        """Somebody new, who knows nobody yet."""
        self.members[name] = member = Member(self, name, uplink_Bps)
        return member

    def at(self, moment: float, what: Callable[[], None]) -> None:
        heapq.heappush(self._events, (max(moment, self.now), next(self._numbers), what))

    def connect(self, one: "Member", other: "Member") -> None:
        """Channels open on both sides at once."""
        self._links_made += 1
        self.links[one.name, other.name] = self.links[other.name, one.name] = self._links_made
        one.peer_up(other.name)
        other.peer_up(one.name)

    def connect_all(self) -> None:
        names = list(self.members)
        for index, name in enumerate(names):
            for other in names[index + 1 :]:
                self.connect(self.members[name], self.members[other])

    def disconnect(self, one: "Member", other: "Member") -> None:
        """Channels close; what is on its way is lost."""
        if self.links.pop((one.name, other.name), None) is not None:
            del self.links[other.name, one.name]
            one.peer_down(other.name)
            other.peer_down(one.name)

    def leave(self, member: "Member") -> None:
        for other in list(self.members.values()):
            self.disconnect(member, other)

    def carry(self, sender: str, receiver: str, delay_s: float, deliver: Callable[[], None]) -> None:
        """Deliver after a delay, if the link is still the same one then."""
        link = self.links.get((sender, receiver))

        def arrive() -> None:
            if link is not None and self.links.get((sender, receiver)) == link:
                deliver()

        self.at(self.now + delay_s, arrive)

    def run(self, seconds: float = 600.0, until: Callable[[], bool] | None = None) -> bool:
        """Let time pass; whether `until` came true (or, without it, nothing is left to happen)."""
        stop = self.now + seconds
        while self._events and self._events[0][0] <= stop:
            moment, _, what = heapq.heappop(self._events)
            self.now = moment
            what()
            if until is not None and until():
                return True
        quiet = not self._events
        self.now = stop if not quiet or until is None else self.now
        return quiet and until is None

    def run_until_complete(self, *members: "Member", seconds: float = 600.0) -> bool:
        """Whether these members (all, if none are named) hold the whole film in time."""
        wanted = members or tuple(self.members.values())
        return all(member.complete for member in wanted) or self.run(
            seconds, lambda: all(member.complete for member in wanted)
        )


class Member:
    """One browser: a real `Swarm`, a fake store, a fake uplink and a fake video element."""

    def __init__(self, network: Network, name: str, uplink_Bps: float) -> None:
        self.network = network
        self.name = name
        self.uplink_Bps = uplink_Bps
        self.swarm = Swarm(network.random.choice)
        self.store = Store()
        self.film: Film | None = None
        self.file: bytes | None = None
        self.silent = False
        self.tamper: Tamper | None = None
        self.dropped: list[tuple[str, str]] = []
        self.answers: dict[int, Answer] = {}
        self.rejected = 0
        self.stored: list[tuple[float, int]] = []
        self.sent_bytes = 0
        self.got_bytes = 0
        self.got_from: dict[str, int] = {}
        self.most_unverified = 0
        self.failed = False
        self.ticks = 0
        self._unverified = 0
        self._uplink_free = 0.0
        self._armed = 0

    # --- what the person and the room do

    def offer(self, film: Film) -> None:
        """This member has the file."""
        self.film, self.file = film, film.data
        self._do(self.swarm.offer(film.facts, film.manifest, None, self.network.now))

    def want(self, film: Film) -> None:
        """The room plays this film."""
        self.film = film
        self._do(self.swarm.want(film.facts, None, self.network.now))

    def lose_source(self) -> None:
        """The file cannot be read any more."""
        self.file = None
        self._do(self.swarm.keeping.lose_source(self._film.film_id, self.network.now))

    def forget(self) -> None:
        """The room has taken the film off."""
        self._do(self.swarm.forget(self._film.film_id, self.network.now))

    def read(self, request: int, header: str | None = None, method: str = "GET") -> None:
        """The video element asks."""
        self._do(self.swarm.media(request, self._film.film_id, method, header, self.network.now))

    def limit(self, download_Bps: int | None = None, upload_Bps: int | None = None) -> None:
        self._do(self.swarm.set_limits(download_Bps, upload_Bps, self.network.now))

    def pause(self, sending: bool = False, receiving: bool = False) -> None:
        self._do(self.swarm.pause(sending, receiving, self.network.now))

    def peer_up(self, peer: str) -> None:
        self._do(self.swarm.peer_up(peer, self.network.now))

    def peer_down(self, peer: str) -> None:
        self._do(self.swarm.peer_down(peer, self.network.now))

    def hears(self, peer: str, frame: wire.Frame) -> None:
        self._do(self.swarm.frame(peer, frame, self.network.now))

    def gets_block(self, peer: str, header: wire.BlockHeader, payload: bytes) -> None:
        self.got_bytes += len(payload)
        self.got_from[peer] = self.got_from.get(peer, 0) + len(payload)
        size = len(payload)
        actions = self.swarm.block(peer, header.request, header.piece, header.offset, size, payload, self.network.now)
        self._do(actions)

    # --- what is to be seen

    @property
    def _film(self) -> Film:
        assert self.film is not None
        return self.film

    @property
    def share(self) -> Share:
        return self.swarm.shares[self._film.film_id]

    @property
    def complete(self) -> bool:
        """Whether the swarm says it holds everything."""
        return self.film is not None and self.film.film_id in self.swarm.shares and self.share.held.complete

    @property
    def kept(self) -> bytes:
        """The film as the store has it."""
        return b"".join(self.store.pieces[number] for number in sorted(self.store.pieces))

    @property
    def unverified_bytes(self) -> int:
        """Film bytes in this browser's memory that no digest has vouched for."""
        download = self.share.download if self.film and self.film.film_id in self.swarm.shares else None
        partial = (
            sum(len(handle) for part in download._partials.values() for _, handle in part.blocks) if download else 0
        )
        return partial + self._unverified

    # --- what the swarm wants done

    def _do(self, actions: list[Action]) -> None:
        for action in actions:
            self._perform(action)
        self.most_unverified = max(self.most_unverified, self.unverified_bytes)
        self._arm()

    def _arm(self) -> None:
        self._armed += 1
        wake, armed = self.swarm.next_wake(self.network.now), self._armed
        if wake is not None:
            self.network.at(max(wake, self.network.now + 0.001), lambda: self._tick(armed))

    def _tick(self, armed: int) -> None:
        if armed == self._armed:
            self.ticks += 1
            self._do(self.swarm.tick(self.network.now))

    def _perform(self, action: Action) -> None:
        match action:
            case SendFrame(peer, frame):
                self.say(peer, frame)
            case SendBlock():
                self._send_block(action)
            case DropPeer(peer, why):
                self.dropped.append((peer, why))
                self.network.at(self.network.now, lambda: self.network.disconnect(self, self.network.members[peer]))
            case OpenStore(film_id, pieces):
                self.network.at(self.network.now + 0.005, lambda: self._open_store(film_id, pieces))
            case KeepManifest(_, manifest):
                self.store.manifest = manifest
            case StorePiece():
                self._store(action)
            case AnswerMedia():
                self._answer(action)
            case RefuseMedia(request, status):
                self.answers[request] = Answer(self.network.now, status, b"")

    def say(self, peer: str, frame: wire.Frame) -> None:
        data = wire.encode(frame)
        if not self.silent and peer in self.network.members:
            other = self.network.members[peer]
            self.network.carry(self.name, peer, self.network.delay_s, lambda: other.hears(self.name, wire.decode(data)))

    def _send_block(self, block: SendBlock) -> None:
        network = self.network
        source = self.file is not None and self.film is not None
        piece = self._film.piece(block.piece) if source else self.store.pieces.get(block.piece)
        if piece is None:
            network.carry(self.name, block.peer, 0.0, lambda: self._unsent(block))
            return
        payload = piece[block.offset : block.offset + block.size]
        assert len(payload) == block.size
        self._uplink_free = max(self._uplink_free, network.now) + block.size / self.uplink_Bps
        link = network.links.get((self.name, block.peer))
        network.at(self._uplink_free, lambda: self._sent(block, payload, link))

    def _unsent(self, block: SendBlock) -> None:
        self._do(self.swarm.serving.unsent(block.peer, block.request, block.size, self.network.now))

    def _sent(self, block: SendBlock, payload: bytes, link: int | None) -> None:
        if link is None or self.network.links.get((self.name, block.peer)) != link:
            return
        self.sent_bytes += block.size
        header = wire.encode_block_header(wire.BlockHeader(block.piece, block.offset, block.request))
        self.put_on_wire(block.peer, header, payload)
        self._do(self.swarm.serving.sent(block.peer, block.size, self.network.now))

    def put_on_wire(self, peer: str, header: bytes, payload: bytes) -> None:
        message = (header, payload) if self.tamper is None else self.tamper(header, payload)
        if self.silent or message is None:
            return
        head, body = message
        other = self.network.members[peer]

        def deliver() -> None:
            decoded, size = wire.decode_block_header(head, len(head) + len(body))
            assert size == len(body)
            other.gets_block(self.name, decoded, body)

        self.network.carry(self.name, peer, self.network.delay_s, deliver)

    def _open_store(self, film_id: str, pieces: int) -> None:
        held = PieceMap(pieces)
        for piece in self.store.pieces:
            held.add(piece)
        manifest = self.store.manifest
        self._do(self.swarm.keeping.store_opened(film_id, manifest, held.bitfield(), self.network.now))

    def _store(self, order: StorePiece) -> None:
        self._unverified += order.size
        self.store.busy_until = max(self.store.busy_until, self.network.now) + self.store.takes_s
        self.network.at(self.store.busy_until, lambda: self._write(order))

    def _write(self, order: StorePiece) -> None:
        self._unverified -= order.size
        now = self.network.now
        data = b"".join(payload for _, payload in sorted(order.blocks))
        if len(data) != order.size or hashlib.sha256(data).digest() != order.digest:
            self.rejected += 1
            self._do(self.swarm.keeping.piece_rejected(order.film_id, order.piece, now))
        elif self.store.room <= len(self.store.pieces):
            self.failed = True
            self._do(self.swarm.keeping.store_failed(order.film_id, order.piece))
        else:
            self.store.pieces[order.piece] = data
            self.stored.append((now, order.piece))
            self._do(self.swarm.keeping.piece_stored(order.film_id, order.piece, now))

    def _answer(self, given: AnswerMedia) -> None:
        piece = self._film.piece(given.piece) if self.file is not None else self.store.pieces[given.piece]
        data = piece[given.offset : given.offset + given.length]
        assert len(data) == given.length
        self.answers[given.request] = Answer(self.network.now, given.status, data)


def altered(header: bytes, payload: bytes) -> tuple[bytes, bytes]:
    """One bit of every block flipped."""
    return header, bytes((payload[0] ^ 1,)) + payload[1:]


def altered_sometimes(chance: float, dice: random.Random) -> Tamper:
    """Some blocks altered."""
    return lambda header, payload: altered(header, payload) if dice.random() < chance else (header, payload)


def room(film: Film, viewers: int, seed: int = 0, **uplinks: float) -> Iterator[Member]:
    """A source and viewers in full mesh, all asking; the first is the source."""
    network = Network(seed)
    source = network.member("source", uplinks.get("source", 4 * MBPS))
    others = [network.member(f"v{i}", uplinks.get(f"v{i}", uplinks.get("each", 4 * MBPS))) for i in range(viewers)]
    source.offer(film)
    for member in others:
        member.want(film)
    network.connect_all()
    return iter([source, *others])
