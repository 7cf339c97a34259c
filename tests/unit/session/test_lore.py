"""What the server knows of films, asked for in time and once."""

from dataclasses import replace

from app.room.deck import Ballot, Card, Stage
from app.session.effects import AskFilm
from app.session.events import FilmLore, FilmTold
from app.session.lore import Lore

CARDS = tuple(Card(number, f"Film {number}", 1990) for number in range(1, 5))
VOTING = Ballot(Stage.VOTING, voters=("ada",), cards=CARDS)
HEAT = FilmLore("Two men meet.", 170)


def asks() -> Lore:
    lore = Lore()
    lore.may = True
    return lore


def test_it_is_asked_for_the_card_that_is_up_and_the_next_once() -> None:
    lore = asks()
    assert lore.look_up(VOTING) == [AskFilm(1), AskFilm(2)]
    assert lore.look_up(VOTING) == []
    assert lore.look_up(replace(VOTING, at=1)) == [AskFilm(3)]
    assert lore.look_up(replace(VOTING, at=3, stage=Stage.MATCHED)) == [AskFilm(4)]


def test_it_is_asked_for_nothing_where_there_is_nothing_or_no_card() -> None:
    assert Lore().look_up(VOTING) == []
    assert asks().look_up(replace(VOTING, stage=Stage.SPENT)) == []


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
