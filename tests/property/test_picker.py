"""Choosing pieces: always one of the candidates, always by the rules, and rarity against plain counting."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from app.swarm.picker import Rarity, Wants, pick, piece_at, wants_from
from app.swarm.piece_map import each_bit, span
from tests.support.builders import bits

COUNT = 40
sets = st.sets(st.integers(0, COUNT - 1))


class RarityAgainstCounting(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.rarity = Rarity()
        self.holders: list[set[int]] = []

    @rule(pieces=sets)
    def somebody_comes(self, pieces: set[int]) -> None:
        self.rarity.add(bits(*pieces))
        self.holders.append(pieces)

    @rule(pick=st.integers(0, 10**6))
    def somebody_leaves(self, pick: int) -> None:
        if self.holders:
            self.rarity.remove(bits(*self.holders.pop(pick % len(self.holders))))

    @rule(pick=st.integers(0, 10**6), piece=st.integers(0, COUNT - 1))
    def somebody_gets_a_piece(self, pick: int, piece: int) -> None:
        if self.holders and piece not in (held := self.holders[pick % len(self.holders)]):
            held.add(piece)
            self.rarity.add(1 << piece)

    @invariant()
    def the_rarest_are_the_rarest(self) -> None:
        counts = Counter(piece for held in self.holders for piece in held)
        for candidates in (span(0, COUNT), span(5, 20), bits(3, 30)):
            held = {piece: counts[piece] for piece in each_bit(candidates) if counts[piece]}
            fewest = min(held.values(), default=0)
            assert set(each_bit(self.rarity.rarest(candidates))) == {p for p, n in held.items() if n == fewest}


TestRarityAgainstCounting = RarityAgainstCounting.TestCase


@given(
    candidates=sets,
    urgent=st.lists(st.integers(0, COUNT - 1), max_size=4),
    playhead=st.integers(0, COUNT - 1),
    near=st.integers(0, COUNT),
    soon=st.integers(0, COUNT),
    maps=st.lists(sets, max_size=4),
    choice=st.integers(0, 10**6),
)
def test_the_choice_follows_the_order(
    candidates: set[int], urgent: list[int], playhead: int, near: int, soon: int, maps: list[set[int]], choice: int
) -> None:
    near_stop = min(playhead + near, COUNT)
    soon_stop = min(near_stop + soon, COUNT)
    wants = Wants(tuple(urgent), playhead, near_stop, soon_stop, bits(0, 1, COUNT - 1))
    rarity = Rarity()
    for held in maps:
        rarity.add(bits(*held))
    piece = pick(bits(*candidates), wants, rarity, lambda among: among[choice % len(among)])
    if not candidates:
        assert piece is None
        return
    assert piece in candidates
    waited_for = [p for p in urgent if p in candidates]
    index = sorted(candidates & {0, 1, COUNT - 1})
    in_order = sorted(candidates & set(range(playhead, near_stop)))
    for best in (waited_for, index, in_order):
        if best:
            assert piece == best[0]
            return
    late = candidates & set(range(near_stop, soon_stop)) or candidates
    assert piece in late
    counts = Counter(p for held in maps for p in held)
    known = [counts[p] for p in late if counts[p]]
    assert counts[piece] == min(known, default=0)


@given(
    position_s=st.floats(0, 1e6),
    duration_s=st.none() | st.floats(0.001, 1e6),
    count=st.integers(1, 10_000),
    piece_size=st.sampled_from([1 << 16, 1 << 20, 1 << 21]),
)
def test_the_window_lies_in_the_film(position_s: float, duration_s: float | None, count: int, piece_size: int) -> None:
    playhead = piece_at(position_s, duration_s, count)
    assert 0 <= playhead < count
    wants = wants_from(playhead, duration_s, count, piece_size, (), 0)
    assert playhead < wants.near_stop <= wants.soon_stop <= count
