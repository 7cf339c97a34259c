"""What somebody thinks of films."""

from hypothesis import given
from hypothesis import strategies as st

from app.recommend.taste import MOST_RATED, SKIPPED, Taste, taste, weights

FILMS = st.lists(st.integers(0, 30), max_size=40)


def test_verdicts_weigh() -> None:
    assert weights(taste([1], [2], [3]), [4]) == {1: 1.0, 2: 0.7, 3: -0.5, 4: SKIPPED}


def test_a_verdict_counts_more_than_a_skip() -> None:
    assert weights(taste([1]), [1]) == {1: 1.0}


def test_of_two_verdicts_the_worse_one_counts() -> None:
    assert taste([1, 2], [2, 3], [3, 1]) == Taste(frozenset(), frozenset({2}), frozenset({1, 3}))


def test_three_films_are_enough() -> None:
    assert taste([1], [2], [3]).is_enough
    assert not taste([1, 1], [2]).is_enough
    assert not taste().is_enough


def test_of_too_many_the_last_count() -> None:
    found = taste(range(10_000), range(5), range(20_000, 30_000))
    assert found.loved == frozenset(range(10_000 - MOST_RATED, 10_000))
    assert found.hated == frozenset(range(30_000 - MOST_RATED, 30_000))


@given(FILMS, FILMS, FILMS)
def test_every_film_stands_in_one_place_and_no_veto_is_lost(
    loved: list[int], liked: list[int], hated: list[int]
) -> None:
    found = taste(loved, liked, hated)
    assert found.rated == {*loved, *liked, *hated}
    assert len(found.rated) == len(found.loved) + len(found.liked) + len(found.hated)
    assert found.hated == set(hated)
