"""Why a film is in a deck."""

from collections.abc import Collection

from app.recommend.ranker import Ranker
from app.recommend.reasons import Because, because
from app.recommend.taste import taste
from tests.unit.recommend.packs import film, pack_of

FILMS = [film(10 + at) for at in range(5)]
RANKER = Ranker(pack_of(FILMS, {0: {4: 0.1}, 1: {4: 0.3}, 2: {4: -0.2}}))


def test_each_persons_strongest_loved_film_is_the_reason() -> None:
    tastes = {"ada": taste([10, 11, 12]), "ben": taste([10])}
    assert because(RANKER, [14], tastes) == [(Because("ada", 11), Because("ben", 10))]


def test_a_liked_film_is_a_reason_where_no_loved_one_is() -> None:
    assert because(RANKER, [14], {"ada": taste([12, 999], [10])}) == [(Because("ada", 10, loved=False),)]


def test_nobody_is_named_without_a_reason() -> None:
    assert because(RANKER, [14], {"ada": taste([12, 13]), "ben": taste([], [], [11]), "cleo": taste()}) == [()]


def test_each_film_has_its_own_reasons() -> None:
    assert because(RANKER, [13, 14], {"ada": taste([10])}) == [(), (Because("ada", 10),)]


def test_a_film_is_looked_at_once_however_many_people_it_speaks_for_and_films_there_are() -> None:
    read: list[int] = []

    class Counted(Ranker):
        def contributions(self, film: int, to: Collection[int]) -> dict[int, float]:
            read.append(film)
            return super().contributions(film, to)

    people = {name: taste([10, 11]) for name in ("ada", "ben", "cleo")}
    because(Counted(RANKER.pack), [12, 13, 14], people)
    assert sorted(read) == [0, 1]
