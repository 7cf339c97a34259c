"""One film as it stands here and with the peers: facts, manifest, what we hold, what they hold."""

from collections import Counter
from enum import StrEnum

from app.swarm.download import Download
from app.swarm.manifest import Manifest, piece_count
from app.swarm.media import Facts, Waiting
from app.swarm.picker import Rarity, Wants, end_pieces, wants_from
from app.swarm.piece_map import PieceMap, span
from app.swarm.rations import Rations


class Bar(StrEnum):
    """Why nothing of a film is fetched, though it could be: its person has removed it, or it has no room here."""

    REMOVED = "removed"
    NO_ROOM = "no_room"


class Share:
    """Mutable, and private to `Swarm`. `received` counts bytes of the film by who gave them, also after they left."""

    def __init__(self, facts: Facts, duration_s: float | None) -> None:
        self.facts = facts
        self.duration_s = duration_s
        self.manifest: Manifest | None = None
        self.held = PieceMap(piece_count(facts.size, facts.piece_size))
        self.is_source = False
        self.wanted = True
        self.store_open = False
        self.store_failed = False
        self.bar: Bar | None = None
        self.download: Download | None = None
        self.maps: dict[str, PieceMap] = {}
        self.rarity = Rarity()
        self.waiting = Waiting()
        self.rations = Rations()
        self.strikes: dict[str, int] = {}
        self.givers: dict[str, None] = {}
        self.received: Counter[str] = Counter()
        self.playhead = 0
        self._end = end_pieces(facts.size, facts.piece_size)

    @property
    def film_id(self) -> str:
        """The film's id."""
        return self.facts.film_id

    @property
    def count(self) -> int:
        """How many pieces the film has."""
        return self.held.count

    @property
    def fetching(self) -> bool:
        """Whether pieces are wanted from peers."""
        may_be_kept = self.store_open and not self.store_failed and self.bar is None
        return self.download is not None and may_be_kept and self.wanted and not self.held.complete

    def adopt(self, manifest: Manifest) -> None:
        """The manifest is known, so pieces can be asked for and verified."""
        self.manifest = manifest
        self.download = Download(self.film_id, manifest, self.held)

    def set_map(self, peer: str, pieces: PieceMap) -> None:
        """What `peer` holds, replacing what was known."""
        self.drop_peer(peer)
        self.maps[peer] = pieces
        self.rarity.add(pieces.bits)

    def add_have(self, peer: str, piece: int) -> None:
        """`peer` holds one piece more."""
        pieces = self.maps[peer]
        if piece not in pieces:
            pieces.add(piece)
            self.rarity.add(1 << piece)

    def lacks(self, peer: str, piece: int) -> None:
        """`peer` turned out not to hold a piece."""
        pieces = self.maps.get(peer)
        if pieces is not None and piece in pieces:
            pieces.discard(piece)
            self.rarity.remove(1 << piece)

    def drop_peer(self, peer: str) -> None:
        """`peer` is gone, or holds nothing we believe any more."""
        pieces = self.maps.pop(peer, None)
        if pieces is not None:
            self.rarity.remove(pieces.bits)

    @property
    def index(self) -> int:
        """Where the container's index may stand, as bits: at either end."""
        return span(0, min(2, self.count)) | self._end

    def read_at(self, piece: int) -> None:
        """The video reads here: from now on this is the playhead, unless it may be looking up the container's index."""
        if not self._end >> piece & 1:
            self.playhead = piece

    def wants(self) -> Wants:
        """What matters now."""
        urgent = self.waiting.urgent(self.facts.piece_size)
        return wants_from(self.playhead, self.duration_s, self.count, self.facts.piece_size, urgent, self.index)

    def held_bytes(self) -> int:
        """Bytes held, exactly."""
        last = self.count - 1
        short = self.count * self.facts.piece_size - self.facts.size if last in self.held else 0
        return len(self.held) * self.facts.piece_size - short
