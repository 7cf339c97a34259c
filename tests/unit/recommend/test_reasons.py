"""Why a film is in a deck."""

from app.recommend.ranker import Ranker
from app.recommend.reasons import Because, because
from app.recommend.taste import taste
from tests.unit.recommend.packs import film, pack_of

FILMS = [film(10 + at) for at in range(5)]
RANKER = Ranker(pack_of(FILMS, {0: {4: 0.1}, 1: {4: 0.3}, 2: {4: -0.2}}))


def test_each_persons_strongest_loved_film_is_the_reason() -> None:
    tastes = {"ada": taste([10, 11, 12]), "ben": taste([10])}
    assert because(RANKER, 14, tastes) == (Because("ada", 11), Because("ben", 10))


def test_a_liked_film_is_a_reason_where_no_loved_one_is() -> None:
    assert because(RANKER, 14, {"ada": taste([12, 999], [10])}) == (Because("ada", 10, loved=False),)


def test_nobody_is_named_without_a_reason() -> None:
    assert because(RANKER, 14, {"ada": taste([12, 13]), "ben": taste([], [], [11]), "cleo": taste()}) == ()
