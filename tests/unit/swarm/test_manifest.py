"""What a film is made of."""

import hashlib

import pytest

from app.swarm import manifest as module
from app.swarm.manifest import (
    LARGE_FILM,
    LARGE_PIECE_SIZE,
    MIB,
    PIECE_SIZE,
    Manifest,
    decode,
    encoded_size,
    piece_count,
    piece_size_for,
    sizes,
)
from tests.support.builders import film, manifest


@pytest.mark.parametrize(("size", "pieces", "last"), [(1, 1, 1), (10, 1, 10), (11, 2, 1), (20, 2, 10), (21, 3, 1)])
def test_only_the_last_piece_may_be_shorter(size: int, pieces: int, last: int) -> None:
    found = manifest(size, 10)
    assert found.pieces == piece_count(size, 10) == pieces
    lengths = [found.piece_length(piece) for piece in range(pieces)]
    assert lengths == [10] * (pieces - 1) + [last]
    assert sum(lengths) == size


def test_each_piece_has_its_own_hash() -> None:
    of = film(1000, 300)
    assert [of.manifest.hash_of(piece) for piece in range(4)] == [
        hashlib.sha256(of.piece(piece)).digest() for piece in range(4)
    ]


@pytest.mark.parametrize(
    ("size", "piece_size", "hashes"), [(0, 1, 0), (-1, 1, 0), (1, 0, 32), (10, 10, 0), (10, 10, 31), (11, 10, 32)]
)
def test_what_does_not_fit_together_raises(size: int, piece_size: int, hashes: int) -> None:
    with pytest.raises(ValueError, match=r"hash a piece|one byte"):
        Manifest(size, piece_size, bytes(hashes))


def test_the_encoded_form_is_fixed_for_ever() -> None:
    """The film's id is made of it: a change would part every room from the films it keeps."""
    encoded = Manifest(11, 10, b"a" * 64).encode()
    assert encoded == b"matinee1" + (11).to_bytes(8, "big") + (10).to_bytes(4, "big") + b"a" * 64
    assert len(encoded) == encoded_size(11, 10)
    assert Manifest(11, 10, b"a" * 64).film_id == hashlib.sha256(encoded).hexdigest()


def test_it_comes_back_from_its_encoded_form() -> None:
    of = film(1000, 300)
    assert decode(of.manifest.encode(), of.film_id) == of.manifest


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "cut short"),
        (b"matinee1" + bytes(11), "cut short"),
        (b"matinee2" + bytes(12), "not a manifest"),
        (b"matinee1" + bytes(12), "one byte"),
        (b"matinee1" + bytes(7) + b"\x01" + bytes(3) + b"\x01" + bytes(31), "hash a piece"),
        (b"matinee1" + b"\xff" * 12 + bytes(32), "hash a piece"),
    ],
)
def test_other_bytes_with_the_right_digest_are_refused(data: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        decode(data, hashlib.sha256(data).hexdigest())


def test_a_manifest_of_another_film_is_refused() -> None:
    with pytest.raises(ValueError, match="another film"):
        decode(film(1000, 300).manifest.encode(), film(1000, 300, seed=2).film_id)


def test_large_films_have_larger_pieces() -> None:
    assert piece_size_for(1) == piece_size_for(LARGE_FILM) == PIECE_SIZE == MIB
    assert piece_size_for(LARGE_FILM + 1) == LARGE_PIECE_SIZE == 2 * MIB
    assert module.piece_length(LARGE_FILM + 1, LARGE_PIECE_SIZE, 2048) == 1


def test_the_beginning_of_a_manifest_tells_the_sizes() -> None:
    encoded = manifest(21, 10).encode()
    assert sizes(encoded[:20]) == sizes(encoded) == (21, 10)
    assert sizes(encoded[:19]) is sizes(b"") is sizes(b"x" + encoded) is None
    assert sizes(encoded[:8] + bytes(12)) is None
