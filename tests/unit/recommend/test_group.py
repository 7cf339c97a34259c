"""What a group should watch."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.recommend.group import DECK, Filters, Group, deck, genre_pair, open_places, varied
from app.recommend.ranker import Ranker
from app.recommend.taste import Taste, taste
from tests.unit.recommend.packs import film, pack_of, two_camps

RANKER = Ranker(two_camps())
EVERY = [one.number for one in RANKER.pack.films]
KINDS = ("Action", "Comedy", "Crime", "Drama", "Horror", "Romance", "War")


def numbers(ranker: Ranker, group: Group, size: int = DECK) -> list[int]:
    return [pick.film for pick in deck(ranker, group, size)]


def test_one_person_gets_what_suits_them() -> None:
    assert {number // 100 for number in numbers(RANKER, Group({"ada": taste([200, 201, 202])}), 6)} == {2}


def test_two_of_different_taste_get_some_of_each() -> None:
    found = numbers(RANKER, Group({"ada": taste([100, 101, 102]), "ben": taste([200, 201, 202])}), 10)
    assert min(Counter(number // 100 for number in found).values()) >= 3


def test_what_anybody_hated_rated_or_saw_is_never_shown() -> None:
    group = Group({"ada": taste([100], [101], [102]), "ben": taste([], [], [200])}, frozenset({103}), frozenset({104}))
    found = numbers(RANKER, group, 99)
    assert sorted(found) == sorted(set(EVERY) - {100, 101, 102, 103, 104, 200})


def test_a_pick_says_why() -> None:
    (pick, *_) = deck(RANKER, Group({"ada": taste([100])}))
    assert [(reason.who, reason.film) for reason in pick.reasons] == [("ada", 100)]


def test_learns_from_what_was_skipped() -> None:
    tastes = {"ada": taste([100, 200])}
    shown = frozenset(number for number in EVERY if number % 100 < 6)
    before = numbers(RANKER, Group(tastes, shown), 6)
    skipped = frozenset({102, 103, 104, 105})
    after = numbers(RANKER, Group(tastes, shown, skipped), 6)
    assert Counter(number // 100 for number in after)[1] < Counter(number // 100 for number in before)[1]


def test_nobody_and_nothing_known_still_makes_a_deck() -> None:
    assert len(deck(RANKER, Group({}))) == DECK
    assert len(deck(RANKER, Group({"ada": Taste(), "ben": taste([999_999])}))) == DECK


def test_of_a_series_one_film_and_of_a_pair_of_genres_three() -> None:
    films = [film(at, f"Star Wars: Episode {at}", likes=100 - at) for at in range(5)]
    films += [film(10 + at, genres=("Action", "War"), likes=90 - at) for at in range(10)]
    films += [film(30 + at, genres=(KINDS[at % 7], KINDS[(at + 1 + at // 7) % 7]), likes=50 - at) for at in range(20)]
    ranker = Ranker(pack_of(films))
    found = [ranker.pack.films[ranker.pack.place[number]] for number in numbers(ranker, Group({"ada": taste()}))]
    assert sum(one.title.startswith("Star Wars") for one in found) == 1
    assert max(Counter(map(genre_pair, found)).values()) <= 3
    assert len(found) == DECK


def test_the_rules_give_way_before_a_deck_is_short() -> None:
    series = [film(at, f"Star Wars: Episode {at}", likes=100 - at) for at in range(8)]
    others = [film(10 + at, genres=("Action", "War"), likes=50 - at) for at in range(7)]
    found = numbers(Ranker(pack_of(series + others)), Group({"ada": taste()}))
    assert sorted(found) == [*range(8), *range(10, 17)]
    assert sum(number < 8 for number in found[:8]) == 1


def test_an_order_from_elsewhere_is_held_to_the_rules_too() -> None:
    series = [film(at, f"Star Wars: Episode {at}", genres=(KINDS[at],), likes=100 - at) for at in range(4)]
    wars = [film(10 + at, genres=("Action", "War"), likes=90 - at) for at in range(4)]
    others = [film(20 + at, genres=("Crime", KINDS[at]), likes=80 - at) for at in range(4)]
    pack = pack_of(series + wars + others)
    order = [2, 0, 13, 12, 11, 10, 20, 21]
    assert varied(pack, order, 5) == (2, 13, 12, 11, 20)
    assert varied(pack, order, 7) == (2, 13, 12, 11, 20, 21, 10)
    assert varied(pack, order) == (2, 13, 12, 11, 20, 21, 10, 0)


def test_a_small_look_is_no_kind_of_its_own() -> None:
    assert genre_pair(film(1, genres=("Action", "IMAX", "Sci-Fi"))) == ("Action", "Sci-Fi")
    assert genre_pair(film(1, genres=("(no genres listed)",))) == ()


@pytest.mark.parametrize(
    ("filters", "passing"),
    [
        (Filters(), 24),
        (Filters(frozenset({"War"})), 8),
        (Filters(frozenset({"Sci-Fi"})), 0),
        (Filters(from_year=1980), 4),
        (Filters(to_year=1970), 2),
        (Filters(frozenset({"War", "Action"}), 1971, 1975), 5),
    ],
)
def test_filters_leave_what_passes(filters: Filters, passing: int) -> None:
    group = Group({"ada": taste()}, filters=filters)
    assert len(open_places(RANKER.pack, group)) == passing
    assert len(deck(RANKER, group)) == min(passing, DECK)


TASTES = st.builds(taste, *[st.lists(st.sampled_from([*EVERY, 1, -5, 10**9]), max_size=6)] * 3)


@settings(deadline=None)
@given(
    st.dictionaries(st.text("abc", min_size=1), TASTES, max_size=10),
    st.frozensets(st.sampled_from(EVERY)),
    st.frozensets(st.sampled_from(EVERY)),
)
def test_always_as_many_as_pass_none_twice_and_none_against_a_veto(
    tastes: dict[str, Taste], shown: frozenset[int], skipped: frozenset[int]
) -> None:
    found = numbers(RANKER, Group(tastes, shown, skipped))
    closed = shown.union(skipped, *(one.rated for one in tastes.values()))
    assert len(found) == len(set(found)) == min(DECK, len(set(EVERY) - closed))
    assert closed.isdisjoint(found)
