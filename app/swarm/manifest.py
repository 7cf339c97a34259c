"""What a film is made of: its size and the SHA-256 of each piece.

The encoded manifest is canonical, and its own SHA-256 is the film's id, so a
manifest from anybody can be checked against the id the room agreed on. Names
and durations stand outside: the same bytes have the same id everywhere.
"""

import hashlib
import struct
from dataclasses import dataclass

MIB = 1024 * 1024
PIECE_SIZE = MIB
LARGE_PIECE_SIZE = 2 * MIB
LARGE_FILM = 4 * 1024 * MIB
HASH_SIZE = 32

_MAGIC = b"matinee1"
_HEADER = struct.Struct(">8sQI")


@dataclass(frozen=True, slots=True)
class Manifest:
    """Sizes in bytes; `hashes` holds 32 bytes a piece, in order. Raises ValueError where they do not fit together."""

    size: int
    piece_size: int
    hashes: bytes

    def __post_init__(self) -> None:
        if self.size < 1 or self.piece_size < 1:
            raise ValueError("a film has at least one byte")
        if len(self.hashes) != HASH_SIZE * piece_count(self.size, self.piece_size):
            raise ValueError("one hash a piece")

    @property
    def pieces(self) -> int:
        """How many pieces there are."""
        return piece_count(self.size, self.piece_size)

    def piece_length(self, piece: int) -> int:
        """Bytes in that piece; only the last one may be shorter."""
        return piece_length(self.size, self.piece_size, piece)

    def hash_of(self, piece: int) -> bytes:
        """SHA-256 of that piece."""
        return self.hashes[piece * HASH_SIZE : (piece + 1) * HASH_SIZE]

    def encode(self) -> bytes:
        """The canonical form, whose digest is the film's id."""
        return _HEADER.pack(_MAGIC, self.size, self.piece_size) + self.hashes

    @property
    def film_id(self) -> str:
        """SHA-256 of the canonical form, in hex."""
        return hashlib.sha256(self.encode()).hexdigest()


def decode(data: bytes, film_id: str) -> Manifest:
    """The manifest of `film_id`. Raises ValueError if `data` is not it."""
    if hashlib.sha256(data).hexdigest() != film_id:
        raise ValueError("this manifest belongs to another film")
    if len(data) < _HEADER.size:
        raise ValueError("a manifest cut short")
    magic, size, piece_size = _HEADER.unpack_from(data)
    if magic != _MAGIC:
        raise ValueError("not a manifest")
    return Manifest(size, piece_size, data[_HEADER.size :])


def sizes(head: bytes) -> tuple[int, int] | None:
    """Bytes of the film and of a piece, from the beginning of an encoded manifest; None if it is not one."""
    if len(head) < _HEADER.size:
        return None
    magic, size, piece_size = _HEADER.unpack_from(head)
    return (size, piece_size) if magic == _MAGIC and size and piece_size else None


def encoded_size(size: int, piece_size: int) -> int:
    """Bytes of the encoded manifest of a film of `size` bytes."""
    return _HEADER.size + HASH_SIZE * piece_count(size, piece_size)


def piece_size_for(size: int) -> int:
    """Bytes a piece for a film of `size` bytes."""
    return LARGE_PIECE_SIZE if size > LARGE_FILM else PIECE_SIZE


def piece_count(size: int, piece_size: int) -> int:
    """How many pieces `size` bytes make."""
    return -(-size // piece_size)


def piece_length(size: int, piece_size: int, piece: int) -> int:
    """Bytes in piece number `piece`."""
    return min(piece_size, size - piece * piece_size)
