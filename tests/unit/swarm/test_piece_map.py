"""Sets of piece numbers."""

import pytest

from app.swarm.piece_map import Numbers, PieceMap, each_bit, lowest, reverse_bits, span
from tests.support.builders import bits


def test_it_begins_empty_and_can_be_full() -> None:
    empty, full = PieceMap(10), PieceMap.full(10)
    assert (len(empty), empty.complete, list(empty)) == (0, False, [])
    assert (len(full), full.complete, list(full)) == (10, True, list(range(10)))
    assert empty.missing == full.bits
    assert full.missing == 0


@pytest.mark.parametrize(("count", "held"), [(0, 0), (-1, 0), (3, 8), (3, -1)])
def test_pieces_outside_the_film_raise(count: int, held: int) -> None:
    with pytest.raises(ValueError, match="outside the film"):
        PieceMap(count, held)


def test_pieces_come_and_go() -> None:
    pieces = PieceMap(10)
    pieces.add(3)
    pieces.add(3)
    pieces.add(9)
    assert list(pieces) == [3, 9]
    assert 3 in pieces
    assert 4 not in pieces
    assert -1 not in pieces
    assert 1000 not in pieces
    pieces.discard(3)
    pieces.discard(4)
    assert list(pieces) == [9]


@pytest.mark.parametrize("piece", [-1, 10])
def test_a_piece_that_is_not_there_raises(piece: int) -> None:
    with pytest.raises(ValueError, match=f"no piece {piece}"):
        PieceMap(10).add(piece)
    with pytest.raises(ValueError, match=f"no piece {piece}"):
        PieceMap(10).discard(piece)


@pytest.mark.parametrize(
    ("count", "held", "data"),
    [(1, [0], b"\x80"), (8, [0, 7], b"\x81"), (9, [8], b"\x00\x80"), (9, range(9), b"\xff\x80"), (16, [15], b"\0\x01")],
)
def test_the_first_piece_is_the_highest_bit_of_the_first_byte(count: int, held: list[int], data: bytes) -> None:
    assert PieceMap(count, bits(*held)).bitfield() == data
    assert list(PieceMap.from_bitfield(count, data)) == list(held)


@pytest.mark.parametrize(("count", "data"), [(9, b"\xff"), (8, b"\xff\x00"), (8, b""), (9, b"\xff\xff"), (1, b"\x40")])
def test_a_bitfield_that_does_not_fit_raises(count: int, data: bytes) -> None:
    with pytest.raises(ValueError, match="bitfield"):
        PieceMap.from_bitfield(count, data)


def test_runs() -> None:
    assert PieceMap(8).runs() == []
    assert PieceMap.full(8).runs() == [(0, 8)]
    assert PieceMap(10, bits(0, 1, 4, 8, 9)).runs() == [(0, 2), (4, 5), (8, 10)]


def test_numbers_are_a_sequence() -> None:
    numbers = Numbers(bits(2, 0, 70, 1000))
    assert len(numbers) == 4
    assert [numbers[index] for index in range(4)] == list(numbers) == [0, 2, 70, 1000]
    assert numbers[-1] == 1000
    assert numbers[1:3] == [2, 70]
    for index in (4, -5):
        with pytest.raises(IndexError):
            numbers[index]
    with pytest.raises(IndexError):
        Numbers(0)[0]


def test_bits() -> None:
    assert lowest(0) == -1
    assert lowest(bits(5, 9)) == 5
    assert list(each_bit(bits(2, 0, 70))) == [0, 2, 70]
    assert span(2, 5) == bits(2, 3, 4)
    assert span(5, 5) == span(6, 5) == span(-1, 5) == 0
    assert reverse_bits(bits(0, 1), 5) == bits(4, 3)
