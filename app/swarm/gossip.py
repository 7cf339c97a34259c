"""What peers tell each other of films: who holds what, and the manifest to check it against.

Laws: a bitfield must have the film's length, a manifest the film's digest. News
of a film the room has not told us of yet is kept for some films, and the subtitles that go with them.
"""

from app.swarm import wire
from app.swarm.actions import Action, DropPeer, KeepManifest, SendFrame
from app.swarm.manifest import Manifest, decode
from app.swarm.manifests import WantedManifest, chunks
from app.swarm.piece_map import PieceMap
from app.swarm.share import Share

MAX_EARLY_FILMS = 32
MAX_MANIFESTS_SENT = 64


class Gossip:
    """Mutable, and private to `Swarm`. Times in seconds."""

    def __init__(self, shares: dict[str, Share]) -> None:
        self._shares = shares
        self._peers: dict[str, int] = {}
        self._wanted: dict[str, WantedManifest] = {}
        self._early: dict[str, dict[str, wire.Bitfield]] = {}

    def open(self, peer: str) -> list[Action]:
        """Tell a new peer what we hold."""
        self._peers[peer] = 0
        return [SendFrame(peer, bitfield(share)) for share in self._shares.values() if share.manifest is not None]

    def close(self, peer: str) -> None:
        """`peer` is gone."""
        self._peers.pop(peer, None)
        self._early.pop(peer, None)
        for share in self._shares.values():
            share.drop_peer(peer)
            share.rations.drop_peer(peer)
        for wanted in self._wanted.values():
            wanted.peer_gone(peer)

    def add(self, share: Share) -> list[Action]:
        """The room has told us of a film; so may some peers have, earlier."""
        facts = share.facts
        self._wanted[facts.film_id] = WantedManifest(facts.film_id, facts.size, facts.piece_size)
        early = [(peer, films.pop(facts.film_id)) for peer, films in self._early.items() if facts.film_id in films]
        return [action for peer, frame in early for action in self.bitfield(peer, frame)]

    def forget(self, share: Share) -> None:
        """The film is not wanted any more; who holds it is kept as early news, should it come back."""
        self._wanted.pop(share.film_id, None)
        for peer, pieces in share.maps.items():
            self._keep_early(peer, wire.Bitfield(share.film_id, share.count, pieces.bitfield()))

    def adopt(self, share: Share, manifest: Manifest) -> list[Action]:
        """The manifest is known: tell everyone what we hold."""
        self._wanted.pop(share.film_id, None)
        share.adopt(manifest)
        return self.announce(share)

    def announce(self, share: Share) -> list[Action]:
        """Tell everyone what we hold of a film, afresh."""
        return [SendFrame(peer, bitfield(share)) for peer in self._peers]

    def have(self, share: Share, piece: int) -> list[Action]:
        """Tell everyone that we hold one piece more: those who lack it may ask, the others see how far we are."""
        frame = wire.Have(share.film_id, piece)
        return [SendFrame(peer, frame) for peer in self._peers]

    def bitfield(self, peer: str, frame: wire.Bitfield) -> list[Action]:
        """`peer` told what it holds."""
        share = self._shares.get(frame.film_id)
        if share is None:
            self._keep_early(peer, frame)
            return []
        if frame.count != share.count:
            # Without the manifest one of us may have been told wrong sizes, and it need not be the peer.
            return [] if share.manifest is None else [DropPeer(peer, "a bitfield of another film's length")]
        try:
            share.set_map(peer, PieceMap.from_bitfield(share.count, frame.data))
        except ValueError as error:
            return [DropPeer(peer, str(error))]
        return []

    def told_have(self, peer: str, frame: wire.Have) -> list[Action]:
        """`peer` holds one piece more."""
        share = self._shares.get(frame.film_id)
        if share is None:
            self._told_early(peer, frame)
            return []
        if peer not in share.maps:
            return []
        if frame.piece >= share.count:
            return [DropPeer(peer, "holds a piece that is not in the film")]
        share.add_have(peer, frame.piece)
        return []

    def rationed(self, peer: str, frame: wire.Ration | wire.Grant, now: float) -> list[Action]:
        """`peer` says what we may ask it for."""
        share = self._shares.get(frame.film_id)
        if share is None or peer not in share.maps:
            return []
        match frame:
            case wire.Ration(on=on):
                share.rations.ration(peer, on, now)
            case wire.Grant(piece=piece):
                if piece >= share.count:
                    return [DropPeer(peer, "granted a piece that is not in the film")]
                share.rations.grant(peer, piece, now)
        return []

    def send_manifest(self, peer: str, film_id: str) -> list[Action]:
        """`peer` asks for a manifest; silence where we have none. A short question with a long answer is rationed."""
        share = self._shares.get(film_id)
        if share is None or share.manifest is None:
            return []
        self._peers[peer] += 1
        if self._peers[peer] > MAX_MANIFESTS_SENT:
            return [DropPeer(peer, "asked for manifests without end")]
        return [SendFrame(peer, chunk) for chunk in chunks(film_id, share.manifest.encode())]

    def chunk(self, peer: str, frame: wire.ManifestChunk, now: float) -> list[Action]:
        """Part of a manifest we asked for."""
        wanted = self._wanted.get(frame.film_id)
        if wanted is None:
            return []
        try:
            manifest = wanted.chunk(peer, frame, now)
        except ValueError as error:
            return [DropPeer(peer, str(error))]
        if manifest is None:
            return []
        share = self._shares[frame.film_id]
        if not _fits(share, manifest):
            # Whoever put the film into the room told its sizes wrong; those who send the manifest are honest.
            del self._wanted[frame.film_id]
            return []
        return [KeepManifest(frame.film_id, manifest.encode()), *self.adopt(share, manifest)]

    def ask(self, now: float) -> list[Action]:
        """Ask for the manifests we lack, of peers that have them."""
        actions: list[Action] = []
        for film_id, wanted in self._wanted.items():
            share = self._shares[film_id]
            peer = wanted.ask(list(share.maps), now) if share.store_open and share.wanted else None
            if peer is not None:
                actions.append(SendFrame(peer, wire.ManifestRequest(film_id)))
        return actions

    def _keep_early(self, peer: str, frame: wire.Bitfield) -> None:
        early = self._early.setdefault(peer, {})
        if frame.film_id in early or len(early) < MAX_EARLY_FILMS:
            early[frame.film_id] = frame

    def _told_early(self, peer: str, frame: wire.Have) -> None:
        early = self._early.get(peer, {}).get(frame.film_id)
        if early is not None and frame.piece < early.count:
            data = bytearray(early.data)
            data[frame.piece // 8] |= 0x80 >> frame.piece % 8
            self._early[peer][frame.film_id] = wire.Bitfield(early.film_id, early.count, bytes(data))

    def next_wake(self) -> float | None:
        """When somebody has taken too long with a manifest."""
        deadlines = [wanted.deadline() for wanted in self._wanted.values()]
        return min((deadline for deadline in deadlines if deadline is not None), default=None)


def bitfield(share: Share) -> wire.Bitfield:
    """What we hold of a film, for the wire."""
    return wire.Bitfield(share.film_id, share.count, share.held.bitfield())


def kept(share: Share, manifest: bytes | None, data: bytes) -> tuple[Manifest, PieceMap] | None:
    """What the store kept of a film, if it is whole and fits."""
    if manifest is None:
        return None
    try:
        found = decode(manifest, share.film_id)
        return (found, PieceMap.from_bitfield(share.count, data)) if _fits(share, found) else None
    except ValueError:
        return None


def _fits(share: Share, manifest: Manifest) -> bool:
    return (manifest.size, manifest.piece_size) == (share.facts.size, share.facts.piece_size)
