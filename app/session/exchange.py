"""The film's bytes: files we share, films the room plays, peers we trade with.

Laws: a file becomes a film only after its content was looked at and hashed. What one room does is told to the others
that must know: a closed connection to the swarm, a peer that breaks the protocol to the circle. Times are the page's,
in seconds.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence

from app.peers.negotiation import ClosePeer
from app.peers.switchboard import Say
from app.room.messages import SignalTo
from app.room.state import Film, Room, Subtitle
from app.session import events as ev
from app.session.circle import Action as PeerAction
from app.session.circle import Answer, Circle
from app.session.effects import Effect, Handler, KeepSubtitle, Log, SendToServer
from app.session.inventory import facts_of, films_in, films_of
from app.session.lending import Lending
from app.session.lent import Lent
from app.session.preparation import Preparation, film_of
from app.session.stock import Stock
from app.session.weighing import Weighing
from app.session.writing import Written
from app.swarm.actions import Action as SwarmAction
from app.swarm.actions import DropPeer, KeepManifest, SendFrame
from app.swarm.manifest import Manifest
from app.swarm.picker import Choose
from app.swarm.share import Share
from app.swarm.swarm import Swarm
from app.swarm.wire import Bitfield, Have, Heartbeat


class Exchange:
    """Mutable, and private to the session. `news_at` is when a peer last told of pieces."""

    def __init__(self, choose: Choose, new_id: Callable[[], str]) -> None:
        self.swarm = Swarm(choose)
        self.circle = Circle(new_id)
        self.preparation = Preparation()
        self.lending = Lending(self.swarm, self.carry_out)
        self.lent = Lent(choose)
        self.prepared: deque[Film] = deque()
        self.words: deque[tuple[int, Subtitle]] = deque()
        self.news_at = 0.0
        self.stock = Stock(self.swarm, self.carry_out)
        self.weighing = Weighing()

    def handlers(self) -> dict[type, Handler]:
        """What this part does about which event."""
        return {
            **self.preparation.handlers(),
            ev.FilmPrepared: self.film_prepared,
            **self.stock.handlers(),
            **self._swarm_handlers(),
            **self._peer_handlers(),
        }

    def _swarm_handlers(self) -> dict[type, Handler]:
        swarm, do = self.swarm, self.carry_out
        return {
            ev.SourceFailed: self.lending.source_failed,
            ev.MediaRequested: self.media,
            ev.FrameReceived: self.frame,
            ev.FrameUnreadable: lambda e, n: do([DropPeer(e.peer, e.why)], n),
            ev.BlockReceived: self.block,
            ev.BlockSent: lambda e, n: do(swarm.serving.sent(e.peer, e.size, n), n),
            ev.BlockUnsent: lambda e, n: do(swarm.serving.unsent(e.peer, e.request, e.size, n), n),
            ev.LimitsPicked: lambda e, n: do(swarm.set_limits(e.download_Bps, e.upload_Bps, n), n),
            ev.PausesPicked: lambda e, n: do(swarm.pause(e.sending, e.receiving, n), n),
        }

    def _peer_handlers(self) -> dict[type, Handler]:
        handlers: dict[type, Handler] = {kind: self._of_circle(do) for kind, do in self.circle.handlers().items()}
        return handlers | {
            ev.PeerConnected: self.connected,
            ev.PeerShaken: self.shaken,
            ev.PeerSteadied: self.steadied,
        }

    def _of_circle(self, do: Answer) -> Handler:
        return lambda event, now: self.carry_out(do(event, now), now)

    # --- films of our own

    def film_prepared(self, event: ev.FilmPrepared, now: float) -> list[Effect]:
        """The file is a film now; `prepared` waits to be put into the room."""
        if self.preparation.is_given_up(event.name):
            return []
        film, manifest = film_of(event)
        self.prepared.append(film)
        return self._share(film, manifest, event.file, now)

    def subtitle_prepared(self, found: Written, now: float) -> list[Effect]:
        """The file is subtitles now: served like a film, and kept, for the browser lets go of files."""
        film, manifest = found.film, found.manifest
        self.words.append((self.preparation.drop, found.subtitle))
        noted = self.stock.shelf.keep_own(film, manifest.encode(), now)
        keep = KeepSubtitle(film.film_id, found.data, film.piece_size)
        return [noted, keep, *self._share(film, manifest, found.file, now)]

    def _share(self, film: Film, manifest: Manifest, file: ev.Handle, now: float) -> list[Effect]:
        return [*self.lending.lend(film, manifest, file, now), *self.preparation.next(now)]

    # --- the room

    def room_changed(self, room: Room, me: str, now: float) -> list[Effect]:
        """Want what is on, and connections to whoever is here."""
        effects = self.stock.room_changed(room, now)
        effects += self.carry_out(self.circle.room_changed(room, me, now), now)
        kept = films_in(room) | {film.film_id for film in self.prepared} | {one.film_id for _, one in self.words}
        effects += self._forget(self.swarm.shares.keys() - kept, now)
        effects += self.lending.room_changed(sorted(films_in(room)), now)
        if room.current is not None:
            for film in films_of(room.current):
                effects += self.carry_out(self.swarm.want(facts_of(film), film.duration_s, now), now)
        return effects

    def share_of(self, room: Room) -> Share | None:
        """The film that is on, as it stands here."""
        return self.swarm.shares.get(room.current.film.film_id) if room.current else None

    def left(self, now: float) -> list[Effect]:
        """We are in no room: no connections, no films."""
        self.prepared.clear()
        self.words.clear()
        effects = [*self.carry_out(self.circle.left(now), now), *self._forget(self.swarm.shares, now)]
        return effects + self.stock.left(now)

    def _forget(self, film_ids: Iterable[str], now: float) -> list[Effect]:
        return [each for one in list(film_ids) for each in self.carry_out(self.swarm.forget(one, now), now)]

    # --- pieces and peers

    def try_again(self, now: float) -> list[Effect]:
        """The person has made room, or had a word with somebody: keep pieces again, call whoever is not reached."""
        for share in self.swarm.shares.values():
            share.strikes.clear()
        return self.stock.try_again(now) + self.carry_out(self.circle.forgive(now), now)

    def heard(self, peer: str, payload: str, now: float) -> list[Effect]:
        """A member said something through the server."""
        return self.carry_out(self.circle.heard(peer, payload, now), now)

    def connected(self, event: ev.PeerConnected, now: float) -> list[Effect]:
        """Channels to a peer are open."""
        if not self.circle.connected(event.peer, now):
            return []
        return self.carry_out(self.swarm.peer_up(event.peer, now), now)

    def shaken(self, event: ev.PeerShaken, now: float) -> list[Effect]:
        """The way to a peer is lost: meanwhile ask others."""
        asked_others = self.carry_out(self.swarm.doubt(event.peer, True, now), now)
        return asked_others + self.carry_out(self.circle.shaken(event, now), now)

    def steadied(self, event: ev.PeerSteadied, now: float) -> list[Effect]:
        """There is a way to a peer."""
        actions = [*self.circle.steadied(event, now), *self.swarm.doubt(event.peer, False, now)]
        return self.carry_out(actions, now)

    def probe(self, now: float) -> list[Effect]:
        """The network may have changed: see who is still there."""
        return self.carry_out(self.circle.probe(now), now)

    def hurry(self, now: float) -> list[Effect]:
        """The server is back: call again whoever is to be called."""
        return self.carry_out(self.circle.hurry(now), now)

    def frame(self, event: ev.FrameReceived, now: float) -> list[Effect]:
        """A peer said something. That it is there is for the circle, what it holds and wants for the swarm."""
        self.circle.pulse.heard(event.peer, now)
        if isinstance(event.frame, Have | Bitfield):
            self.news_at = now
        if isinstance(event.frame, Heartbeat):
            return self.carry_out(self.circle.beaten(event.peer, event.frame), now)
        return self.carry_out(self.swarm.frame(event.peer, event.frame, now), now)

    def block(self, event: ev.BlockReceived, now: float) -> list[Effect]:
        """Film bytes arrived."""
        self.circle.pulse.heard(event.peer, now)
        found = self.swarm.block(event.peer, event.request, event.piece, event.offset, event.size, event.handle, now)
        return self.carry_out(found, now)

    def media(self, event: ev.MediaRequested, now: float) -> list[Effect]:
        """A video element wants bytes: of the film that is watched alone, or of the room's."""
        alone = self.stock.screening.media(event)
        if alone is not None:
            return alone
        asked = (event.request, event.film_id, event.method, event.range_header)
        return self.carry_out(self.swarm.media(*asked, now), now)

    def tick(self, now: float) -> list[Effect]:
        """A moment named by `next_wake` has come."""
        mine = self.stock.tick(now)
        return [*mine, *self.carry_out(self.circle.tick(now), now), *self.carry_out(self.swarm.tick(now), now)]

    def next_wake(self, now: float) -> float | None:
        """When `tick` is wanted next."""
        moments = (self.circle.next_wake(), self.swarm.next_wake(now), self.stock.next_wake())
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
                case SendFrame(peer=peer):
                    self.circle.pulse.said(peer, now)
                    effects.append(action)
                case ClosePeer(peer=peer):
                    effects.append(action)
                    effects += self.carry_out(self.swarm.peer_down(peer, now), now)
                case KeepManifest():
                    effects.append(self.stock.kept(action, now))
                case _:
                    effects.append(action)
        return effects

    def _cut_off(self, peer: str, why: str, now: float) -> list[Effect]:
        closed = self.carry_out(self.circle.cut(peer, now), now)
        return [*closed, Log(f"Connection to {peer} closed: {why}")] if closed else []
