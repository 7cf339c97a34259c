"""The pieces of one film on their way in: what is asked, what is here in parts, what is being written.

Laws: a piece is asked for in spans of whole blocks; it goes to the store when
its last block is here; it is held only when the store says so. Film bytes are
opaque handles. Who gave a piece is remembered until it is verified; a piece
that was wrong is asked whole of one peer, so that the next time it is known
who gave it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from app.swarm.actions import StorePiece
from app.swarm.manifest import Manifest
from app.swarm.piece_map import PieceMap, lowest, span
from app.swarm.requests import Asked
from app.swarm.wire import BLOCK_SIZE

MAX_IDLE_PIECES = 16


@dataclass(slots=True)
class _Partial:
    """Blocks as bits, block 0 lowest."""

    received: int = 0
    asked: int = 0
    blocks: list[tuple[int, Any]] = field(default_factory=list)
    givers: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes of one piece to ask for."""

    piece: int
    offset: int
    length: int


class Download:
    """Everything between "missing" and "held" for one film."""

    def __init__(self, film_id: str, manifest: Manifest, held: PieceMap) -> None:
        self._film_id = film_id
        self._manifest = manifest
        self._held = held
        self._partials: dict[int, _Partial] = {}
        self._spoken_for = 0
        self._writing: dict[int, set[str]] = {}
        self._suspects: set[int] = set()

    @property
    def unwritten(self) -> int:
        """Bytes that are here whole and that the store has not settled yet."""
        return len(self._writing) * self._manifest.piece_size

    @property
    def open_pieces(self) -> int:
        """The pieces, as bits, that have blocks nobody has been asked for."""
        return self._held.missing & ~self._spoken_for

    @property
    def started(self) -> int:
        """Of those, the ones that are partly here or partly asked for: to be finished before others are begun."""
        bits = 0
        for piece in self._partials:
            bits |= 1 << piece
        return bits & self.open_pieces

    def begin(self, piece: int, most: int) -> Span:
        """The first span of an open piece that nobody has been asked for, at most `most` bytes; now it is asked for."""
        if piece not in self._partials:
            self._forget_idle()
        partial = self._partials.setdefault(piece, _Partial())
        length = self._manifest.piece_length(piece)
        blocks = -(-length // BLOCK_SIZE)
        free = ~(partial.received | partial.asked) & ((1 << blocks) - 1)
        first = lowest(free)
        run = lowest(~(free >> first))
        if piece not in self._suspects:
            run = min(run, max(1, most // BLOCK_SIZE))
        partial.asked |= ((1 << run) - 1) << first
        if partial.received | partial.asked == (1 << blocks) - 1:
            self._spoken_for |= 1 << piece
        offset = first * BLOCK_SIZE
        return Span(piece, offset, min(run * BLOCK_SIZE, length - offset))

    def block(self, peer: str, piece: int, offset: int, size: int, handle: Any) -> StorePiece | None:
        """A block that was asked for is here, or a run of them; the piece, when nothing is missing any more."""
        partial = self._partials[piece]
        run = span(offset // BLOCK_SIZE, -(-(offset + size) // BLOCK_SIZE))
        partial.received |= run
        partial.asked &= ~run
        partial.blocks.append((offset, handle))
        partial.givers.add(peer)
        length = self._manifest.piece_length(piece)
        if partial.received.bit_count() * BLOCK_SIZE < length:
            return None
        del self._partials[piece]
        self._writing[piece] = partial.givers
        blocks = tuple(partial.blocks)
        return StorePiece(self._film_id, piece, length, blocks, self._manifest.hash_of(piece))

    def unask(self, withdrawn: Iterable[Asked]) -> None:
        """Blocks that will not come: they may be asked of somebody else."""
        for asked in withdrawn:
            partial = self._partials.get(asked.piece)
            if partial is None or not asked.missing:
                continue
            for offset in asked.missing:
                partial.asked &= ~(1 << offset // BLOCK_SIZE)
            self._spoken_for &= ~(1 << asked.piece)
            if asked.piece in self._suspects:
                del self._partials[asked.piece]

    def settled(self, piece: int) -> None:
        """The store is done with a piece. If it is not held now, it is open again.

        An answer to an order of before the store was opened anew says nothing of what is asked for now.
        """
        if self._writing.pop(piece, None) is not None:
            self._spoken_for &= ~(1 << piece)
            self._suspects.discard(piece)

    def rejected(self, piece: int) -> set[str]:
        """A piece was not what the manifest says: it is open again, to one peer at a time; who gave it."""
        givers = self._writing.get(piece, set())
        self.settled(piece)
        if givers:
            self._suspects.add(piece)
        return givers

    def _forget_idle(self) -> None:
        """Blocks of pieces that nobody is completing must not pile up: the oldest such pieces begin again."""
        idle = [piece for piece, partial in self._partials.items() if not partial.asked]
        for piece in idle[:-MAX_IDLE_PIECES]:
            del self._partials[piece]
