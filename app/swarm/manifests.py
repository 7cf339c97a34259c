"""Manifests in chunks between peers: asked of one peer at a time, believed only if they have the film's digest."""

from app.swarm.manifest import Manifest, decode, encoded_size
from app.swarm.wire import MANIFEST_CHUNK, ManifestChunk

PATIENCE_S = 5.0


def chunks(film_id: str, encoded: bytes) -> list[ManifestChunk]:
    """An encoded manifest as frames."""
    return [
        ManifestChunk(film_id, len(encoded), offset, encoded[offset : offset + MANIFEST_CHUNK])
        for offset in range(0, len(encoded), MANIFEST_CHUNK)
    ]


class WantedManifest:
    """A manifest we lack. Times in seconds."""

    def __init__(self, film_id: str, size: int, piece_size: int) -> None:
        self._film_id = film_id
        self._total = encoded_size(size, piece_size)
        self._data = bytearray()
        self._peer: str | None = None
        self._deadline = 0.0
        self._refused: set[str] = set()

    def ask(self, known_by: list[str], now: float) -> str | None:
        """Whom to ask now; None while somebody is asked already or nobody is left to ask."""
        if self._peer is not None and now >= self._deadline:
            self._refused.add(self._peer)
            self._peer = None
        if self._peer is not None:
            return None
        willing = [peer for peer in known_by if peer not in self._refused]
        if not willing:
            self._refused.clear()
            willing = known_by
        if not willing:
            return None
        self._peer, self._deadline = willing[0], now + PATIENCE_S
        self._data.clear()
        return self._peer

    def deadline(self) -> float | None:
        """When the one who was asked has taken too long."""
        return self._deadline if self._peer is not None else None

    def peer_gone(self, peer: str) -> None:
        """Ask somebody else."""
        if peer == self._peer:
            self._peer = None

    def chunk(self, peer: str, chunk: ManifestChunk, now: float) -> Manifest | None:
        """The manifest, when this was its last chunk. Raises ValueError if it cannot be the right one."""
        if chunk.total != self._total:
            raise ValueError("a manifest of the wrong size")
        if peer != self._peer or chunk.offset != len(self._data):
            return None  # the rest of an answer we had given up
        self._data += chunk.data
        self._deadline = now + PATIENCE_S
        return decode(bytes(self._data), self._film_id) if len(self._data) == self._total else None
