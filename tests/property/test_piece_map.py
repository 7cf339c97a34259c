"""The piece map against a plain set."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.swarm.piece_map import PieceMap, each_bit, lowest, reverse_bits, span


class PieceMapAgainstASet(RuleBasedStateMachine):
    @initialize(count=st.integers(1, 200), full=st.booleans())
    def begin(self, count: int, full: bool) -> None:
        self.count = count
        self.map = PieceMap.full(count) if full else PieceMap(count)
        self.model = set(range(count)) if full else set()

    @rule(piece=st.integers(0, 199))
    def add(self, piece: int) -> None:
        self.map.add(piece % self.count)
        self.model.add(piece % self.count)

    @rule(piece=st.integers(0, 199))
    def discard(self, piece: int) -> None:
        self.map.discard(piece % self.count)
        self.model.discard(piece % self.count)

    @rule()
    def over_the_wire(self) -> None:
        self.map = PieceMap.from_bitfield(self.count, self.map.bitfield())

    @invariant()
    def they_agree(self) -> None:
        everything = set(range(self.count))
        assert set(self.map) == self.model
        assert list(self.map) == sorted(self.model)
        assert len(self.map) == len(self.model)
        assert self.map.complete == (self.model == everything)
        assert set(each_bit(self.map.missing)) == everything - self.model
        assert all((piece in self.map) == (piece in self.model) for piece in range(-1, self.count + 2))

    @invariant()
    def runs_are_the_set_in_order_and_as_long_as_can_be(self) -> None:
        runs = self.map.runs()
        assert [piece for start, stop in runs for piece in range(start, stop)] == sorted(self.model)
        assert all(before[1] < after[0] for before, after in pairwise(runs))

    @invariant()
    def the_wire_is_as_documented(self) -> None:
        data = self.map.bitfield()
        assert len(data) == -(-self.count // 8)
        told = {piece for piece in range(8 * len(data)) if data[piece // 8] & 0x80 >> piece % 8}
        assert told == self.model


TestPieceMapAgainstASet = PieceMapAgainstASet.TestCase


@given(count=st.integers(1, 100), data=st.binary(max_size=14))
def test_a_bitfield_is_refused_or_says_exactly_this(count: int, data: bytes) -> None:
    try:
        found = PieceMap.from_bitfield(count, data)
    except ValueError:
        told = {piece for piece in range(8 * len(data)) if data[piece // 8] & 0x80 >> piece % 8}
        assert len(data) != -(-count // 8) or max(told, default=0) >= count
    else:
        assert found.bitfield() == data


@given(numbers=st.sets(st.integers(0, 300)))
def test_bits_are_sets(numbers: set[int]) -> None:
    bits = sum(1 << number for number in numbers)
    assert list(each_bit(bits)) == sorted(numbers)
    assert lowest(bits) == min(numbers, default=-1)
    assert set(each_bit(reverse_bits(bits, 301))) == {300 - number for number in numbers}


@given(start=st.integers(-5, 100), stop=st.integers(-5, 100))
def test_a_span_is_a_range(start: int, stop: int) -> None:
    assert list(each_bit(span(start, stop))) == (list(range(start, stop)) if start >= 0 else [])
