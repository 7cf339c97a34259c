"""Which piece to ask for next. A pure choice over sets of pieces, each set one int.

Order: what the video waits for; the container's index (it may stand at either
end); from the playhead on in order; then rarest first, so that viewers can
serve each other (Legout, Urvoy-Keller, Michiardi, "Rarest first and choke
algorithms are enough", IMC 2006); ties by `choose`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.swarm.manifest import MIB, piece_count
from app.swarm.piece_map import Numbers, lowest, span

NEAR_S = 30.0
SOON_S = 300.0
NEAR_BYTES_UNTIMED = 16 * MIB

Choose = Callable[[Sequence[int]], int]


@dataclass(frozen=True, slots=True)
class Wants:
    """What matters now: `urgent` pieces, most urgent first; the playhead's piece; where "near" and "soon" stop; and the
    pieces, as bits, in which the container's index may stand."""

    urgent: tuple[int, ...]
    playhead: int
    near_stop: int
    soon_stop: int
    index: int = 0


class Rarity:
    """How many peers hold each piece, as one set per number of holders."""

    __slots__ = ("_levels",)

    def __init__(self) -> None:
        self._levels: list[int] = []

    def add(self, pieces: int) -> None:
        """One holder more for each of `pieces` (bits)."""
        carried = pieces
        for level in range(len(self._levels) - 1, -1, -1):
            moved = self._levels[level] & pieces
            self._levels[level] ^= moved
            self._raise_to(level + 1, moved)
            carried &= ~moved
        self._raise_to(0, carried)

    def remove(self, pieces: int) -> None:
        """One holder less for each of `pieces` (bits), all of which had one."""
        for level, members in enumerate(self._levels):
            moved = members & pieces
            self._levels[level] ^= moved
            if level:
                self._levels[level - 1] |= moved

    def rarest(self, candidates: int) -> int:
        """Those of `candidates` (bits) with the fewest holders; 0 where nobody holds any."""
        return next((found for level in self._levels if (found := level & candidates)), 0)

    def _raise_to(self, level: int, pieces: int) -> None:
        if not pieces:
            return
        if level == len(self._levels):
            self._levels.append(0)
        self._levels[level] |= pieces


def pick(candidates: int, wants: Wants, rarity: Rarity, choose: Choose) -> int | None:
    """One of `candidates` (pieces as bits), or None where there is none."""
    if not candidates:
        return None
    for piece in wants.urgent:
        if candidates >> piece & 1:
            return piece
    in_order = candidates & wants.index or candidates & span(wants.playhead, wants.near_stop)
    if in_order:
        return lowest(in_order)
    soon = candidates & span(wants.near_stop, wants.soon_stop)
    rarest = rarity.rarest(soon or candidates)
    return choose(Numbers(rarest)) if rarest else lowest(soon or candidates)


def end_pieces(size: int, piece_size: int) -> int:
    """The pieces, as bits, of the last 1 MiB of a film: where its index stands if it does not stand in front."""
    return span(max(0, size - MIB) // piece_size, piece_count(size, piece_size))


def piece_at(position_s: float, duration_s: float | None, count: int) -> int:
    """The piece at a position, taking the film's bytes as evenly spread over its duration."""
    return min(int(position_s / duration_s * count), count - 1) if duration_s else 0


def wants_from(
    playhead: int, duration_s: float | None, count: int, piece_size: int, urgent: tuple[int, ...], index: int
) -> Wants:
    """What matters with the video reading at piece `playhead`."""
    if duration_s:
        near, soon = (int(seconds * count / duration_s) + 2 for seconds in (NEAR_S, SOON_S))
    else:
        near = NEAR_BYTES_UNTIMED // piece_size
        soon = near * 4
    return Wants(urgent, playhead, min(playhead + near, count), min(playhead + soon, count), index)
