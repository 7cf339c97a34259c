"""What the server knows of films, asked for in time and once."""

from dataclasses import replace

from app.room.deck import Ballot, Card, Stage
from app.session.effects import AskFilm
from app.session.events import FilmLore, FilmTold
from app.session.lore import AGAIN_AFTER_S, Lore

CARDS = tuple(Card(number, f"Film {number}", 1990) for number in range(1, 5))
VOTING = Ballot(Stage.VOTING, voters=("ada",), cards=CARDS)
HEAT = FilmLore("Two men meet.", 170)


def asks() -> Lore:
    lore = Lore()
    lore.may = True
    return lore


def test_it_is_asked_for_the_card_that_is_up_and_the_next_once() -> None:
    lore = asks()
    assert lore.look_up(VOTING, 0.0) == [AskFilm(1), AskFilm(2)]
    assert lore.look_up(VOTING, 0.0) == []
    assert lore.look_up(replace(VOTING, at=1), 0.0) == [AskFilm(3)]
    assert lore.look_up(replace(VOTING, at=3, stage=Stage.MATCHED), 0.0) == [AskFilm(4)]


def test_it_is_asked_for_nothing_where_there_is_nothing_or_no_card() -> None:
    assert Lore().look_up(VOTING, 0.0) == []
    assert asks().look_up(replace(VOTING, stage=Stage.SPENT), 0.0) == []


def test_what_is_told_stands_beside_its_own_card() -> None:
    lore = asks()
    lore.told(FilmTold(1, HEAT), 0.0)
    lore.told(FilmTold(2), 0.0)
    lore.told(FilmTold(3, failed=True), 0.0)
    told = [(lore.of(replace(VOTING, at=at)), lore.failed(replace(VOTING, at=at))) for at in range(3)]
    assert told == [(HEAT, False), (None, False), (None, True)]
    lore.told(FilmTold(3, HEAT), 0.0)
    assert (lore.of(replace(VOTING, at=2)), lore.failed(replace(VOTING, at=2))) == (HEAT, False)
    assert (lore.of(Ballot()), lore.failed(Ballot())) == (None, False)


def test_what_failed_is_asked_again_after_a_while_once() -> None:
    lore = asks()
    lore.look_up(VOTING, 100.0)
    lore.told(FilmTold(1, failed=True), 100.0)
    assert lore.look_up(VOTING, 100.0 + AGAIN_AFTER_S - 0.1) == []
    assert lore.look_up(VOTING, 100.0 + AGAIN_AFTER_S) == [AskFilm(1)]
    assert (lore.look_up(VOTING, 200.0), lore.failed(VOTING)) == ([], True)
    lore.told(FilmTold(1, failed=True), 200.0)
    assert lore.look_up(VOTING, 200.0 + AGAIN_AFTER_S) == [AskFilm(1)]
    lore.told(FilmTold(1, HEAT), 300.0)
    assert (lore.look_up(VOTING, 999.0), lore.failed(VOTING)) == ([], False)
