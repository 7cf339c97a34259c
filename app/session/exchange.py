"""The film's bytes: files we share, films the room plays, peers we trade with.

Laws: a file becomes a film only after its content was looked at and hashed. A peer that breaks the protocol is cut
off; one that does it again and again is not called any more. Times are the page's, in seconds.
"""

from collections import Counter, deque
from collections.abc import Callable, Sequence

from app.peers.negotiation import ClosePeer
from app.peers.switchboard import Action as PeerAction
from app.peers.switchboard import Say, Switchboard
from app.peers.topology import neighbours
from app.room.messages import SignalTo
from app.room.state import Film, Presence, Room
from app.session import events as ev
from app.session.effects import AttachSource, Effect, Handler, Log, SendToServer
from app.session.picture import Notice, Trouble
from app.session.preparation import Preparation, film_of
from app.swarm.actions import Action as SwarmAction
from app.swarm.actions import DropPeer
from app.swarm.manifest import Manifest
from app.swarm.media import Facts
from app.swarm.picker import Choose
from app.swarm.share import Share
from app.swarm.swarm import Swarm

MAX_DROPS = 3
# By then a peer that is connected has told what it holds.
TOLD_WITHIN_S = 2.0


class Exchange:
    """Mutable, and private to the session."""

    def __init__(self, choose: Choose, new_id: Callable[[], str]) -> None:
        self._new_id = new_id
        self.swarm = Swarm(choose)
        self.board: Switchboard | None = None
        self.preparation = Preparation()
        self.prepared: deque[Film] = deque()
        self._own: dict[str, tuple[Film, Manifest]] = {}
        self.notice: Notice | None = None
        self.store_full = False
        self.told_by = 0.0
        self._drops: Counter[str] = Counter()

    def handlers(self) -> dict[type, Handler]:
        """What this part does about which event."""
        return {
            **self.preparation.handlers(),
            ev.FilmPrepared: self.film_prepared,
            **self._swarm_handlers(),
            **self._peer_handlers(),
        }

    def _swarm_handlers(self) -> dict[type, Handler]:
        swarm, do = self.swarm, self.carry_out
        return {
            ev.StoreOpened: lambda e, n: do(swarm.keeping.store_opened(e.film_id, e.manifest, e.bitfield, n), n),
            ev.PieceStored: lambda e, n: do(swarm.keeping.piece_stored(e.film_id, e.piece, n), n),
            ev.PieceRejected: lambda e, n: do(swarm.keeping.piece_rejected(e.film_id, e.piece, n), n),
            ev.PieceUnreadable: lambda e, n: do(swarm.keeping.piece_lost(e.film_id, e.piece, n), n),
            ev.StoreFailed: self.store_failed,
            ev.StoreLost: self.store_lost,
            ev.SourceFailed: self.source_failed,
            ev.MediaRequested: lambda e, n: do(swarm.media(e.request, e.film_id, e.method, e.range_header, n), n),
            ev.FrameReceived: lambda e, n: do(swarm.frame(e.peer, e.frame, n), n),
            ev.FrameUnreadable: lambda e, n: do([DropPeer(e.peer, e.why)], n),
            ev.BlockReceived: self.block,
            ev.BlockSent: lambda e, n: do(swarm.serving.sent(e.peer, e.size, n), n),
            ev.BlockUnsent: lambda e, n: do(swarm.serving.unsent(e.peer, e.request, e.size, n), n),
            ev.LimitsPicked: lambda e, n: do(swarm.set_limits(e.download_Bps, e.upload_Bps, n), n),
            ev.PausesPicked: lambda e, n: do(swarm.pause(e.sending, e.receiving, n), n),
        }

    def _peer_handlers(self) -> dict[type, Handler]:
        call = self._on_board
        return {
            ev.NegotiationNeeded: lambda e, n: call(lambda board: board.needed(e.peer), n),
            ev.DescriptionMade: lambda e, n: call(lambda board: board.made(e.peer, e.kind, e.sdp), n),
            ev.DescriptionTaken: lambda e, n: call(lambda board: board.taken(e.peer, e.kind), n),
            ev.DescriptionFailed: lambda e, n: call(lambda board: board.failed(e.peer), n),
            ev.CandidateFound: lambda e, n: call(lambda board: board.candidate(e.peer, e.candidate), n),
            ev.PeerConnected: self.connected,
            ev.PeerLost: lambda e, n: self._lost(e.peer, n),
        }

    # --- films of our own

    def film_prepared(self, event: ev.FilmPrepared, now: float) -> list[Effect]:
        """The file is a film now; `prepared` waits to be put into the room."""
        if self.preparation.is_given_up(event.name):
            return []
        self.notice = None
        film, manifest = film_of(event)
        self._own[film.film_id] = (film, manifest)
        self.prepared.append(film)
        actions = self.swarm.offer(facts_of(film), manifest, film.duration_s, now)
        attached = AttachSource(film.film_id, event.file, event.piece_size)
        return [attached, *self.carry_out(actions, now), *self.preparation.next(now)]

    # --- the room

    def room_changed(self, room: Room, me: str, now: float) -> list[Effect]:
        """Want what is on, and connections to whoever is here."""
        board, effects = self._be(me, now)
        here = {member.id for member in room.members if member.presence is Presence.HERE}
        known = {member.id for member in room.members}
        near = neighbours(me, here | (board.up & known), {item.added_by for item in room.programme.items})
        effects += self.carry_out(board.want(near - self.cut_off, now), now)
        for film_id in self._dropped_films(room):
            effects += self.carry_out(self.swarm.forget(film_id, now), now)
        for item in room.programme.items:
            effects += self._offer_own(item.film.film_id, now)
        if room.current is not None:
            film = room.current.film
            effects += self.carry_out(self.swarm.want(facts_of(film), film.duration_s, now), now)
        return effects

    def _be(self, me: str, now: float) -> tuple[Switchboard, list[Effect]]:
        """Call, and be called, under that name; who comes back under another has no connection any more."""
        if self.board is not None and self.board.me == me:
            return self.board, []
        closed = self.carry_out(self.board.want(frozenset(), now), now) if self.board else []
        self.board = Switchboard(me, self._new_id())
        self.told_by = now + TOLD_WITHIN_S
        return self.board, closed

    def share_of(self, room: Room) -> Share | None:
        """The film that is on, as it stands here."""
        return self.swarm.shares.get(room.current.film.film_id) if room.current else None

    @property
    def cut_off(self) -> frozenset[str]:
        """Those who broke the protocol too often to be called again."""
        return frozenset(peer for peer, drops in self._drops.items() if drops >= MAX_DROPS)

    def _offer_own(self, film_id: str, now: float) -> list[Effect]:
        """Serve a film whose file this page still has, also after it was out of the room for a while."""
        share = self.swarm.shares.get(film_id)
        if film_id not in self._own or (share is not None and share.is_source):
            return []
        film, manifest = self._own[film_id]
        return self.carry_out(self.swarm.offer(facts_of(film), manifest, film.duration_s, now), now)

    def left(self, now: float) -> list[Effect]:
        """We are in no room: no connections, no films."""
        effects = self.carry_out(self.board.want(frozenset(), now), now) if self.board else []
        for film_id in list(self.swarm.shares):
            effects += self.carry_out(self.swarm.forget(film_id, now), now)
        self.board = None
        self.prepared.clear()
        self._drops.clear()
        return effects

    def _dropped_films(self, room: Room) -> list[str]:
        kept = {item.film.film_id for item in room.programme.items}
        kept |= {film.film_id for film in self.prepared}
        return [film_id for film_id in self.swarm.shares if film_id not in kept]

    # --- pieces and peers

    def store_failed(self, event: ev.StoreFailed, now: float) -> list[Effect]:
        """The browser keeps nothing more of a film."""
        self.store_full = event.full
        return self.carry_out(self.swarm.keeping.store_failed(event.film_id, event.piece), now)

    def store_lost(self, _: ev.StoreLost, now: float) -> list[Effect]:
        """The browser's data was cleared in mid-film: begin again with what is left."""
        return [
            e for film_id in self.swarm.shares for e in self.carry_out(self.swarm.keeping.store_lost(film_id, now), now)
        ]

    def source_failed(self, event: ev.SourceFailed, now: float) -> list[Effect]:
        """The file we share is gone or changed."""
        film = self._own.pop(event.film_id, None)
        self.notice = Notice(Trouble.UNREADABLE_FILE, film[0].name if film else "")
        return self.carry_out(self.swarm.keeping.lose_source(event.film_id, now), now)

    def try_again(self, now: float) -> list[Effect]:
        """The person has made room: go on keeping pieces."""
        stuck = [film_id for film_id, share in self.swarm.shares.items() if share.store_failed]
        return [effect for film_id in stuck for effect in self.carry_out(self.swarm.keeping.open_store(film_id), now)]

    def heard(self, peer: str, payload: str, now: float) -> list[Effect]:
        """A member said something through the server."""
        return self._on_board(lambda board: board.heard(peer, payload, now), now)

    def connected(self, event: ev.PeerConnected, now: float) -> list[Effect]:
        """Channels to a peer are open."""
        if self.board is None or not self.board.connected(event.peer):
            return []
        self.told_by = now + TOLD_WITHIN_S
        return self.carry_out(self.swarm.peer_up(event.peer, now), now)

    def _lost(self, peer: str, now: float) -> list[Effect]:
        return self._on_board(lambda board: board.lost(peer, now), now)

    def _on_board(self, ask: Callable[[Switchboard], Sequence[PeerAction]], now: float) -> list[Effect]:
        return self.carry_out(ask(self.board), now) if self.board else []

    def block(self, event: ev.BlockReceived, now: float) -> list[Effect]:
        """Film bytes arrived."""
        found = self.swarm.block(event.peer, event.request, event.piece, event.offset, event.size, event.handle, now)
        return self.carry_out(found, now)

    def tick(self, now: float) -> list[Effect]:
        """A moment named by `next_wake` has come."""
        effects = self.carry_out(self.board.tick(now), now) if self.board else []
        return effects + self.carry_out(self.swarm.tick(now), now)

    def next_wake(self, now: float) -> float | None:
        """When `tick` is wanted next."""
        moments = (self.board.next_wake() if self.board else None, self.swarm.next_wake(now))
        return min((moment for moment in moments if moment is not None), default=None)

    def carry_out(self, actions: Sequence[PeerAction | SwarmAction], now: float) -> list[Effect]:
        """Actions of the pure rooms as effects, seeing to what one room's action means for the other."""
        effects: list[Effect] = []
        for action in actions:
            match action:
                case Say(peer=peer, payload=payload):
                    effects.append(SendToServer(SignalTo(peer, payload)))
                case DropPeer(peer=peer, why=why):
                    effects += self._cut_off(peer, why, now)
                case ClosePeer(peer=peer):
                    effects.append(action)
                    effects += self.carry_out(self.swarm.peer_down(peer, now), now)
                case _:
                    effects.append(action)
        return effects

    def _cut_off(self, peer: str, why: str, now: float) -> list[Effect]:
        """Close the connection to one who breaks the protocol; after some times for good."""
        closed = self._lost(peer, now)
        if not closed:
            return []
        closed.append(Log(f"Connection to {peer} closed: {why}"))
        self._drops[peer] += 1
        if self._drops[peer] < MAX_DROPS or self.board is None:
            return closed
        return closed + self.carry_out(self.board.want(self.board.wanted - {peer}, now), now)


def facts_of(film: Film) -> Facts:
    """What the swarm must know of a film."""
    return Facts(film.film_id, film.size, film.piece_size, film.mime)
