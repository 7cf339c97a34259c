"""Small things that tests are made of."""

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.swarm.manifest import MIB, Manifest
from app.swarm.media import Facts
from app.swarm.wire import BLOCK_SIZE

KIB = 1024
FILM_ID = "ab" * 32


@dataclass(frozen=True, slots=True)
class Film:
    """A film's bytes with everything the room and the swarm say of them."""

    data: bytes
    manifest: Manifest
    facts: Facts

    @property
    def film_id(self) -> str:
        return self.facts.film_id

    @property
    def count(self) -> int:
        return self.manifest.pieces

    def piece(self, number: int) -> bytes:
        start = number * self.manifest.piece_size
        return self.data[start : start + self.manifest.piece_size]

    def block(self, piece: int, offset: int) -> bytes:
        return self.piece(piece)[offset : offset + BLOCK_SIZE]


@lru_cache
def film(size: int = 5 * MIB + 12_345, piece_size: int = 256 * KIB, seed: int = 1) -> Film:
    """A film of `size` random bytes, hashed for real."""
    data = random.Random(seed).randbytes(size)
    digests = (hashlib.sha256(data[at : at + piece_size]).digest() for at in range(0, size, piece_size))
    manifest = Manifest(size, piece_size, b"".join(digests))
    return Film(data, manifest, Facts(manifest.film_id, size, piece_size, "video/mp4"))


def facts(size: int = 10 * MIB, piece_size: int = MIB, film_id: str = FILM_ID) -> Facts:
    """What the room says of a film nobody has."""
    return Facts(film_id, size, piece_size, "video/mp4")


def manifest(size: int = 10 * MIB, piece_size: int = MIB) -> Manifest:
    """A manifest that fits its sizes and no bytes at all."""
    return Manifest(size, piece_size, bytes(32 * -(-size // piece_size)))


def bits(*pieces: int) -> int:
    """These pieces as a set in one int."""
    return sum(1 << piece for piece in set(pieces))


def first(among: Sequence[int]) -> int:
    """The dullest choice."""
    return among[0]
