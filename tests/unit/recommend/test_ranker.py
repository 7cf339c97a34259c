"""How much somebody should like a film."""

import pytest

from app.recommend.ranker import Ranker, standard
from app.recommend.taste import taste
from tests.unit.recommend.packs import film, pack_of, two_camps

RANKER = Ranker(two_camps())


def score(number: int, loved: list[int], hated: list[int] = [], skipped: frozenset[int] = frozenset()) -> float:  # noqa: B006
    return RANKER.scores(taste(loved, [], hated), skipped)[RANKER.pack.place[number]]


def test_what_goes_with_a_loved_film_is_better() -> None:
    assert score(105, [100, 101, 102]) > score(205, [100, 101, 102])
    assert score(205, [200, 201, 202]) > score(105, [200, 201, 202])


def test_what_goes_with_a_hated_film_is_worse() -> None:
    assert score(205, [], [100, 101, 102]) > score(105, [], [100, 101, 102])


def test_a_skipped_film_counts_a_little_against_its_like() -> None:
    before, after = score(105, [100]), score(105, [100], skipped=frozenset({101}))
    assert score(105, [100], [101]) < after < before


def test_without_a_taste_the_best_known_film_leads() -> None:
    scores = RANKER.scores(taste())
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[-1]


def test_the_more_is_known_the_less_popularity_counts() -> None:
    alone = Ranker(pack_of([film(number, likes=50) for number in range(9)]))
    few, many = alone.scores(taste([1, 2, 3])), alone.scores(taste(range(6)))
    assert many[8] == pytest.approx(few[8] / 2)


def test_unknown_films_weigh_nothing() -> None:
    assert RANKER.scores(taste([999_999, -1], [888_888]), [777_777]) == RANKER.scores(taste())


def test_a_contribution_is_the_weight_between_two_films() -> None:
    place = RANKER.pack.place
    assert RANKER.contributions(place[100], {place[100], place[101]}) == {place[101]: pytest.approx(0.1, abs=0.001)}


def test_standard_scores_have_one_scale() -> None:
    found = standard([1.0, 2.0, 3.0, 6.0])
    assert sum(found) == pytest.approx(0)
    assert sum(score * score for score in found) == pytest.approx(4)
    assert standard([10 * score for score in (1.0, 2.0, 3.0, 6.0)]) == pytest.approx(found)


def test_scores_that_are_all_the_same_are_all_zero() -> None:
    assert standard([5.0, 5.0]) == [0.0, 0.0]
    assert standard([]) == []
