"""The computations behind the bench of decks, on people made by hand."""

import math
import random

import pytest

from app.recommend.ranker import Ranker
from app.recommend.taste import Verdict, taste
from tests.bench import recommend
from tests.bench.recommend import Pair, judged, ndcg, pairs, parts, verdict
from tests.unit.recommend.packs import two_camps

PACK = two_camps()


def test_stars_are_verdicts() -> None:
    assert [verdict(stars) for stars in (5, 4.5, 4, 3.5, 3, 2.5, 0.5)] == [
        *[Verdict.LOVED] * 2,
        *[Verdict.LIKED] * 2,
        None,
        *[Verdict.HATED] * 2,
    ]


def test_ndcg_is_one_for_the_best_order_and_less_for_others() -> None:
    assert ndcg([1, 2, 3], {1, 2}) == 1
    assert ndcg([3, 1], {1}) == pytest.approx(1 / math.log2(3))
    assert ndcg([3], {1}) == ndcg([3], set()) == 0


def test_a_deck_is_judged() -> None:
    pair = Pair((taste([9]), taste([], [], [8])), ({1: 5.0, 2: 1.0}, {1: 4.0, 3: 4.0}))
    assert judged([1, 2, 9, 2], pair) == {
        "ndcg_mean": pytest.approx((1 + 1 / (1 + 1 / math.log2(3))) / 2),
        "ndcg_min": pytest.approx(1 / (1 + 1 / math.log2(3))),
        "zrecall": 0.0,
        "joint_hit": 1.0,
        "disliked": 2 / 8,
        "vetoed": 1.0,
        "repeats": 1.0,
        "short": 1.0,
    }


def test_parts_hold_everybody_once() -> None:
    found = parts(range(12), random.Random(1))
    assert sorted(who for part in found for who in part) == list(range(12))
    assert {len(part) for part in found} == {2, 3}


def test_what_is_told_is_no_part_of_the_test() -> None:
    people = {who: {film.number: 0.5 + (who + at) % 10 / 2 for at, film in enumerate(PACK.films)} for who in range(4)}
    people[4] = {PACK.films[0].number: 5.0}
    drawn = list(pairs(PACK, people, 20, random.Random(1)))
    assert len(drawn) == 20
    for pair in drawn:
        for told, rest in zip(pair.told, pair.kept_back, strict=True):
            assert len(told.rated) == 3
            assert told.rated.isdisjoint(rest)
            assert len(rest) == len(PACK.films) - 3


@pytest.mark.parametrize("name", recommend.WAYS)
def test_every_way_makes_a_deck_of_what_is_open(name: str) -> None:
    pair = Pair((taste([100, 101, 102]), taste([200], [], [201])), ({}, {}))
    found = recommend.WAYS[name](Ranker(PACK), pair.group, random.Random(1))
    assert len(set(found)) == len(found) == 15
    assert {100, 101, 102, 200, 201}.isdisjoint(found)


def test_figures_are_means_and_counts() -> None:
    rows = [{"joint_hit": 1.0, "vetoed": 1.0}, {"joint_hit": 0.0, "vetoed": 1.0}]
    assert recommend.figures(rows) == {"joint_hit": 0.5, "vetoed": 2.0}
