"""Which bytes we hold and whom to ask: all films and all peers of one member.

Laws: every method takes `now` (seconds, monotonic) and returns what is wanted
done; nothing here waits, reads a clock or sees a film byte. A peer that breaks
the protocol is dropped, and nothing of the others is touched. Nothing is
relayed that was not verified.
"""

from typing import Any

from app.swarm import wire
from app.swarm.actions import Action, OpenStore, RefuseMedia
from app.swarm.fetching import Fetching
from app.swarm.gossip import Gossip
from app.swarm.keeping import Keeping, answer_all
from app.swarm.manifest import Manifest
from app.swarm.media import Facts, answer, parse, unavailable
from app.swarm.picker import Choose
from app.swarm.piece_map import PieceMap
from app.swarm.serving import Serving
from app.swarm.share import Share


class Swarm:
    """Drives shares, requests and uploads; see the laws above. `keeping` hears what the store says."""

    def __init__(self, choose: Choose) -> None:
        self.shares: dict[str, Share] = {}
        self.peers: set[str] = set()
        self.serving = Serving(self.shares, choose)
        self.fetching = Fetching(self.shares, choose)
        self._gossip = Gossip(self.shares)
        self.keeping = Keeping(self.shares, self._gossip, self.fetching, self.serving, self._act)

    # --- films

    def offer(self, facts: Facts, manifest: Manifest, duration_s: float | None, now: float) -> list[Action]:
        """We have the whole file: serve it."""
        actions = [] if facts.film_id in self.shares else self._add(facts, duration_s)
        share = self.shares[facts.film_id]
        actions += self.keeping.withdraw(facts.film_id)
        share.is_source, share.bar = True, None
        share.held.bits = PieceMap.full(share.count).bits
        return [*actions, *self._gossip.adopt(share, manifest), *answer_all(share), *self._act(now)]

    def want(self, facts: Facts, duration_s: float | None, now: float) -> list[Action]:
        """The room plays this film; if we lack it, look in the store, then ask the peers."""
        self.fetching.focus = facts.film_id
        if facts.film_id in self.shares:
            return self._act(now)
        return [*self._add(facts, duration_s), OpenStore(facts.film_id, self.shares[facts.film_id].count)]

    def set_wanted(self, film_id: str, on: bool, now: float) -> list[Action]:
        """Whether to fetch a film that the room plays. What is held stays, and is served."""
        share = self.shares.get(film_id)
        if share is None or share.wanted == on:
            return []
        share.wanted = on
        taken_back = [] if on else [*self.keeping.withdraw(film_id), *share.waiting.refuse_all()]
        return [*taken_back, *self._act(now)]

    def forget(self, film_id: str, now: float) -> list[Action]:
        """The film is not wanted any more: ask for none of it, serve none of it. What is stored stays stored."""
        share = self.shares.get(film_id)
        if share is None:
            return []
        actions = self.keeping.withdraw(film_id)
        actions += self.serving.drop_film(film_id)
        actions += share.waiting.refuse_all()
        self._gossip.forget(share)
        del self.shares[film_id]
        return actions + self._act(now)

    # --- pieces

    def block(
        self, peer: str, request: int, piece: int, offset: int, size: int, handle: Any, now: float
    ) -> list[Action]:
        """Film bytes arrived from `peer`."""
        if peer not in self.peers:
            return []
        actions = self.fetching.block(peer, request, piece, offset, size, handle, now)
        return [*actions, *self.fetching.ask(peer, now)]

    # --- peers

    def peer_up(self, peer: str, now: float) -> list[Action]:
        """Channels to `peer` are open: say what we hold."""
        self.peers.add(peer)
        self.fetching.open(peer)
        return [*self.serving.open(peer), *self._gossip.open(peer), *self._act(now)]

    def peer_down(self, peer: str, now: float) -> list[Action]:
        """`peer` is gone; what it owed us is asked of others."""
        self.peers.discard(peer)
        self.serving.close(peer)
        self.fetching.close(peer)
        self._gossip.close(peer)
        return self._act(now)

    def doubt(self, peer: str, on: bool, now: float) -> list[Action]:
        """Nothing gets through to or from `peer` just now, though its channels are open; or it does again."""
        return [*self.fetching.doubt(peer, on), *self._act(now)]

    def frame(self, peer: str, frame: wire.Frame, now: float) -> list[Action]:
        """`peer` said something."""
        return [*self._said(peer, frame, now), *self._act(now)] if peer in self.peers else []

    def _said(self, peer: str, frame: wire.Frame, now: float) -> list[Action]:
        match frame:
            case wire.Bitfield():
                return self._gossip.bitfield(peer, frame)
            case wire.Have():
                return [*self._gossip.told_have(peer, frame), *self._had(peer, frame, now)]
            case wire.ManifestRequest(film_id=film_id):
                return self._gossip.send_manifest(peer, film_id)
            case wire.ManifestChunk():
                return self._gossip.chunk(peer, frame, now)
            case wire.Request():
                return self.serving.asked(peer, frame, now)
            case wire.Cancel(request=request):
                self.serving.cancelled(peer, request)
            case wire.Absent(request=request):
                self.fetching.absent(peer, request)
            case wire.Choke(on=on):
                self.fetching.choked(peer, on)
            case wire.Ration() | wire.Grant():
                self.fetching.book.heard(peer, now)
                return self._gossip.rationed(peer, frame, now)
        return []

    def _had(self, peer: str, have: wire.Have, now: float) -> list[Action]:
        share = self.shares.get(have.film_id)
        return self.fetching.had_elsewhere(share, peer, have.piece, now) if share else []

    # --- the video, limits, time

    def media(self, request: int, film_id: str, method: str, header: str | None, now: float) -> list[Action]:
        """The video wants bytes: give them, or fetch them before everything else."""
        share = self.shares.get(film_id)
        if share is None:
            return [unavailable(request, 404)]
        wanted = parse(request, method, header, share.facts)
        if isinstance(wanted, RefuseMedia):
            return [wanted]
        piece = wanted.piece(share.facts.piece_size)
        share.read_at(piece)
        if piece in share.held:
            return [answer(wanted, share.facts)]
        dropped = share.waiting.add(wanted)
        return [*([dropped] if dropped else []), *self.fetching.hurry(share, piece, now), *self._act(now)]

    def set_limits(self, download_Bps: int | None, upload_Bps: int | None, now: float) -> list[Action]:
        """Own speed limits in bytes a second; None: as fast as it goes."""
        self.fetching.pace.bucket.set_limit(download_Bps, now)
        self.serving.uploads.bucket.set_limit(upload_Bps, now)
        return self._act(now)

    def pause(self, sending: bool, receiving: bool, now: float) -> list[Action]:
        """Whether to stop sending, and to stop asking."""
        return [*self.serving.pause(sending), *self.fetching.pause(receiving), *self._act(now)]

    def tick(self, now: float) -> list[Action]:
        """A moment named by `next_wake` has come."""
        return [*self.fetching.give_up_late(now), *self._act(now)]

    def next_wake(self, now: float) -> float | None:
        """When `tick` is wanted next; at once if that moment is past."""
        moments = (self.fetching.next_wake(), self.serving.next_wake(now), self._gossip.next_wake())
        return min((moment for moment in moments if moment is not None), default=None)

    # --- the parts

    def _add(self, facts: Facts, duration_s: float | None) -> list[Action]:
        share = self.shares[facts.film_id] = Share(facts, duration_s)
        return self._gossip.add(share)

    def _act(self, now: float) -> list[Action]:
        return [*self._gossip.ask(now), *self.fetching.ask_all(now), *self.serving.act(now)]
