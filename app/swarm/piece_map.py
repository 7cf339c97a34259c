"""Which pieces of a film somebody holds. Mutable, and private to its owner.

The set is one Python int, bit i for piece i: union, difference and "the first
missing piece from here" cost a few machine words even for thousands of pieces.
On the wire the first piece is the highest bit of the first byte.
"""

from collections.abc import Iterator, Sequence
from typing import overload


class PieceMap:
    """A set of piece numbers below `count`."""

    __slots__ = ("bits", "count")

    def __init__(self, count: int, bits: int = 0) -> None:
        if count < 1 or bits < 0 or bits >> count:
            raise ValueError("pieces outside the film")
        self.count = count
        self.bits = bits

    @classmethod
    def full(cls, count: int) -> "PieceMap":
        """Every piece."""
        return cls(count, (1 << count) - 1)

    @classmethod
    def from_bitfield(cls, count: int, data: bytes) -> "PieceMap":
        """From the wire. Raises ValueError on a wrong length or bits behind the end."""
        if len(data) != (count + 7) // 8:
            raise ValueError("bitfield of the wrong length")
        wire = int.from_bytes(data, "big") >> (-count % 8)
        if (wire << (-count % 8)) != int.from_bytes(data, "big"):
            raise ValueError("bitfield with bits behind the end")
        return cls(count, reverse_bits(wire, count))

    def bitfield(self) -> bytes:
        """For the wire."""
        return (reverse_bits(self.bits, self.count) << (-self.count % 8)).to_bytes((self.count + 7) // 8, "big")

    def add(self, piece: int) -> None:
        """Holds `piece` from now on. Raises ValueError outside the film."""
        self.bits |= self._bit(piece)

    def discard(self, piece: int) -> None:
        """Does not hold `piece`. Raises ValueError outside the film."""
        self.bits &= ~self._bit(piece)

    def __contains__(self, piece: int) -> bool:
        return bool(self.bits >> piece & 1) if piece >= 0 else False

    def __len__(self) -> int:
        return self.bits.bit_count()

    def __iter__(self) -> Iterator[int]:
        return iter(each_bit(self.bits))

    @property
    def missing(self) -> int:
        """The pieces not held, as bits."""
        return ~self.bits & ((1 << self.count) - 1)

    @property
    def complete(self) -> bool:
        """Whether every piece is held."""
        return self.missing == 0

    def runs(self) -> list[tuple[int, int]]:
        """The held pieces as [first, behind the last) pairs, in order."""
        found = []
        rest, base = self.bits, 0
        while rest:
            start = lowest(rest)
            length = lowest(~(rest >> start))
            found.append((base + start, base + start + length))
            rest >>= start + length
            base += start + length
        return found

    def _bit(self, piece: int) -> int:
        if not 0 <= piece < self.count:
            raise ValueError(f"no piece {piece} in a film of {self.count}")
        return 1 << piece


def lowest(bits: int) -> int:
    """The number of the lowest bit set; -1 for none."""
    return (bits & -bits).bit_length() - 1


def each_bit(bits: int) -> Iterator[int]:
    """The numbers of the bits set, ascending."""
    while bits:
        yield lowest(bits)
        bits &= bits - 1


class Numbers(Sequence[int]):
    """The numbers of the bits set, ascending, none of them counted before it is asked for."""

    def __init__(self, bits: int) -> None:
        self._bits = bits

    def __len__(self) -> int:
        return self._bits.bit_count()

    @overload
    def __getitem__(self, index: int) -> int: ...

    @overload
    def __getitem__(self, index: slice) -> list[int]: ...

    def __getitem__(self, index: int | slice) -> int | list[int]:
        """The number of the bit before which `index` others are set. Raises IndexError."""
        if isinstance(index, slice):
            return list(self)[index]
        bits, found = self._bits, 0
        index += len(self) if index < 0 else 0
        if not 0 <= index < len(self):
            raise IndexError("no such bit")
        while bits & bits - 1:
            half = bits.bit_length() // 2
            low = bits & ((1 << half) - 1)
            if index < low.bit_count():
                bits = low
            else:
                index -= low.bit_count()
                bits, found = bits >> half, found + half
        return found + lowest(bits)

    def __iter__(self) -> Iterator[int]:
        return each_bit(self._bits)


def span(start: int, stop: int) -> int:
    """The bits from `start` up to, not including, `stop`."""
    return (1 << stop) - (1 << start) if stop > start >= 0 else 0


def reverse_bits(bits: int, count: int) -> int:
    """The lowest `count` bits, mirrored."""
    return int(f"{bits:0{count}b}"[::-1], 2)
