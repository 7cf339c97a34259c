"""Which piece to ask for next."""

import pytest

from app.swarm.manifest import MIB
from app.swarm.picker import NEAR_BYTES_UNTIMED, Rarity, Wants, end_pieces, pick, piece_at, wants_from
from app.swarm.piece_map import span
from tests.support.builders import bits, first

COUNT = 1000
ALL = span(0, COUNT)
INDEX = bits(0, 1, COUNT - 1)
WANTS = Wants(urgent=(), playhead=100, near_stop=130, soon_stop=400, index=INDEX)


def picked(candidates: int, wants: Wants = WANTS, rarity: Rarity | None = None) -> int | None:
    return pick(candidates, wants, rarity or Rarity(), first)


def test_nothing_comes_of_nothing() -> None:
    assert picked(0) is None


def test_what_the_video_waits_for_goes_before_everything() -> None:
    wants = Wants((700, 3), 100, 130, 400, INDEX)
    assert picked(ALL, wants) == 700
    assert picked(ALL & ~bits(700), wants) == 3
    assert picked(ALL & ~bits(700, 3), wants) == 0


def test_then_the_index_at_both_ends() -> None:
    assert [picked(ALL), picked(ALL & ~bits(0)), picked(ALL & ~bits(0, 1))] == [0, 1, COUNT - 1]


def test_then_from_the_playhead_on_in_order() -> None:
    assert picked(ALL & ~INDEX) == 100
    assert picked(ALL & ~INDEX & ~span(100, 129)) == 129


def test_then_the_rarest_of_what_comes_soon() -> None:
    rarity = Rarity()
    rarity.add(ALL)
    rarity.add(ALL & ~bits(2, 300, 350))
    rest = ALL & ~INDEX & ~span(100, 130)
    assert picked(rest, rarity=rarity) == 300
    assert pick(rest, WANTS, rarity, lambda among: among[-1]) == 350


def test_then_the_rarest_of_all() -> None:
    rarity = Rarity()
    rarity.add(ALL)
    rarity.add(ALL & ~bits(50, 900))
    rest = ALL & ~INDEX & ~span(100, 400)
    assert picked(rest, rarity=rarity) == 50
    assert pick(rest, WANTS, rarity, lambda among: among[-1]) == 900


def test_ties_are_chosen_among_all_the_rarest() -> None:
    rarity = Rarity()
    rarity.add(ALL)
    offered: list[list[int]] = []

    def note(among: list[int]) -> int:
        offered.append(list(among))
        return among[0]

    pick(bits(500, 600, 700), WANTS, rarity, note)
    assert offered == [[500, 600, 700]]


def test_what_nobody_is_known_to_hold_goes_in_order() -> None:
    assert picked(bits(200, 600)) == 200
    assert picked(bits(600, 700)) == 600


def test_a_film_of_one_piece() -> None:
    assert pick(1, Wants((), 0, 1, 1), Rarity(), first) == 0


@pytest.mark.parametrize(
    ("size", "piece_size", "pieces"),
    [
        (10 * MIB, MIB, bits(9)),
        (10 * MIB + 1, MIB, bits(9, 10)),
        (10 * MIB - 1, MIB, bits(8, 9)),
        (10 * MIB, 2 * MIB, bits(4)),
        (10 * MIB, MIB // 4, bits(36, 37, 38, 39)),
        (5, MIB, bits(0)),
    ],
)
def test_an_index_at_the_end_stands_in_the_last_mebibyte(size: int, piece_size: int, pieces: int) -> None:
    assert end_pieces(size, piece_size) == pieces


def test_rarity_counts_holders() -> None:
    rarity = Rarity()
    assert rarity.rarest(ALL) == 0
    rarity.add(bits(1, 2, 3))
    rarity.add(bits(2, 3))
    rarity.add(bits(3))
    assert rarity.rarest(ALL) == bits(1)
    assert rarity.rarest(bits(2, 3)) == bits(2)
    rarity.remove(bits(1, 3))
    assert rarity.rarest(ALL) == bits(2, 3)
    rarity.remove(bits(2, 3))
    rarity.remove(bits(2, 3))
    assert rarity.rarest(ALL) == 0


@pytest.mark.parametrize(
    ("position_s", "duration_s", "piece"),
    [
        (0.0, 100.0, 0),
        (50.0, 100.0, 5),
        (99.9, 100.0, 9),
        (100.0, 100.0, 9),
        (500.0, 100.0, 9),
        (7.0, None, 0),
        (7.0, 0, 0),
    ],
)
def test_a_position_lies_in_a_piece(position_s: float, duration_s: float | None, piece: int) -> None:
    assert piece_at(position_s, duration_s, 10) == piece


def test_near_and_soon_follow_the_films_rate() -> None:
    assert wants_from(100, 1000.0, 1000, MIB, (7,), INDEX) == Wants((7,), 100, 132, 402, INDEX)
    assert wants_from(990, 1000.0, 1000, MIB, (), 0) == Wants((), 990, 1000, 1000)


def test_without_a_duration_near_is_so_many_bytes() -> None:
    near = NEAR_BYTES_UNTIMED // MIB
    assert wants_from(0, None, 1000, MIB, (), 0) == Wants((), 0, near, 4 * near)
