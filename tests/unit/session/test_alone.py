"""Choosing alone: the room's own rules, and what a server would do, in one browser."""

from typing import Any

import pytest

from app.recommend.loader import load
from app.recommend.pack import Pack
from app.room.deck import Stage, Wish
from app.room.messages import OpenBallot
from app.session import events as ev
from app.session.choosing import Choosing
from app.session.effects import Effect, LoadFilms, SearchFilms, SendToServer
from app.session.picture import May, Picture, Screen, Seeing
from signalling.recommendations import PACK
from tests.unit.session.parts import NOW, Parts, inside

LOVED = ev.Verdict.LOVED
TASTE = ev.TasteRecalled(tuple(ev.Rated(ev.KnownFilm(film, "A film", 1990), LOVED) for film in (260, 1196, 858)))


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load(PACK.as_uri())


class Scene:
    """Somebody on the first screen."""

    def __init__(self, parts: Parts | None = None) -> None:
        self.parts = parts or Parts()
        self.choosing = Choosing(self.parts.company, self.parts.wishes)

    def tell(self, event: Any) -> list[Effect]:
        return [*self.choosing.handlers()[type(event)](event, NOW), *self.choosing.update(NOW)]

    @property
    def seen(self) -> Any:
        return self.choosing.picture()


def test_without_a_taste_the_list_is_fetched_once_and_films_are_rated(pack: Pack) -> None:
    scene = Scene()
    assert scene.tell(ev.AlonePressed()) == [LoadFilms()]
    assert scene.tell(ev.FilmsSearched("alien")) == []
    assert (scene.seen.seeing, scene.seen.found) == (Seeing.RATING, None)
    assert scene.tell(ev.FilmsLoaded(pack)) == []
    assert scene.seen.found[0].title == "Alien"
    scene.tell(ev.FilmsSearched(""))
    assert len(scene.seen.found) == 24
    assert "Drama" in scene.seen.genres
    for known in scene.seen.found[:3]:
        scene.tell(ev.FilmRated(known.film, LOVED))
    assert scene.tell(ev.ReadyPressed()) == []
    assert (scene.seen.seeing, len(scene.seen.ballot.cards)) == (Seeing.VOTING, 15)
    assert any(card.reasons for card in scene.seen.ballot.cards)


def test_with_a_taste_the_cards_come_as_soon_as_the_list_is_here(pack: Pack) -> None:
    scene = Scene()
    scene.tell(TASTE)
    scene.tell(ev.AlonePressed())
    assert scene.seen.seeing is Seeing.DEALING
    scene.tell(ev.FilmsLoaded(pack))
    assert scene.seen.ballot.card is not None
    shown = [card.film for card in scene.seen.ballot.cards]
    assert not {260, 1196, 858} & set(shown)
    for _ in range(15):
        scene.tell(ev.VotePressed(Wish.SKIP))
    assert scene.seen.seeing is Seeing.SPENT
    scene.tell(ev.CardsPressed())
    assert not set(shown) & {card.film for card in scene.seen.ballot.cards}
    scene.tell(ev.VotePressed(Wish.WATCH))
    assert (scene.seen.seeing, scene.seen.unasked) == (Seeing.MATCHED, True)
    scene.tell(ev.AnotherPressed())
    scene.tell(ev.FiltersPicked("Western", 1960))
    assert all("Western" in card.genres and card.year < 1970 for card in scene.seen.ballot.cards)
    scene.tell(ev.FiltersPicked("Film-Noir", 1900))
    assert scene.seen.ballot.stage is Stage.SPENT


def test_a_list_that_cannot_be_had_is_told_and_asked_for_again(pack: Pack) -> None:
    scene = Scene()
    scene.tell(ev.AlonePressed())
    assert scene.tell(ev.FilmsLoaded(None)) == []
    assert scene.seen.failed
    assert scene.tell(ev.FilmsSearched("heat")) == [LoadFilms()]
    scene.tell(ev.FilmsLoaded(pack))
    assert (scene.seen.failed, scene.seen.found[0].title) == (False, "Heat")


def test_a_taste_does_not_help_where_there_is_no_list() -> None:
    scene = Scene()
    scene.tell(TASTE)
    scene.tell(ev.AlonePressed())
    scene.tell(ev.FilmsLoaded(None))
    assert (scene.seen.seeing, scene.seen.ballot.cards, scene.seen.ballot.lacks) == (Seeing.SPENT, (), "films")


def test_who_lacked_the_list_may_try_again(pack: Pack) -> None:
    scene = Scene()
    scene.tell(TASTE)
    scene.tell(ev.AlonePressed())
    scene.tell(ev.FilmsLoaded(None))
    assert scene.tell(ev.CardsPressed()) == [LoadFilms()]
    assert scene.seen.seeing is Seeing.DEALING
    scene.tell(ev.FilmsLoaded(pack))
    assert (scene.seen.seeing, len(scene.seen.ballot.cards)) == (Seeing.VOTING, 15)


def test_who_ends_it_is_on_the_first_screen_again_and_next_time_the_list_is_here(pack: Pack) -> None:
    scene = Scene()
    home = Picture()
    assert scene.choosing.home(home) is home
    scene.tell(ev.AlonePressed())
    alone = scene.choosing.home(home)
    assert (alone.screen, alone.may, [one.me for one in alone.people]) == (Screen.ALONE, May(choose=True), [True])
    assert scene.choosing.home(Picture(screen=Screen.ARRIVING)).screen is Screen.ARRIVING
    scene.tell(ev.FilmsLoaded(pack))
    scene.tell(ev.ChoosingEnded())
    assert (scene.choosing.home(home), scene.seen.seeing) == (home, Seeing.NOTHING)
    scene.tell(ev.AlonePressed())
    assert len(scene.seen.found) == 24


def test_a_list_that_comes_too_late_is_kept_and_nothing_else(pack: Pack) -> None:
    scene = Scene()
    scene.tell(ev.AlonePressed())
    scene.choosing.alone.end()
    assert scene.tell(ev.FilmsLoaded(pack)) == []
    assert scene.seen.seeing is Seeing.NOTHING
    scene.choosing.alone.ask(OpenBallot())
    assert scene.choosing.alone.room is None


def test_what_the_rules_forbid_changes_nothing(pack: Pack) -> None:
    scene = Scene()
    scene.tell(TASTE)
    scene.tell(ev.AlonePressed())
    scene.tell(ev.FilmsLoaded(pack))
    before = scene.choosing.alone.room
    scene.tell(ev.UndoPressed())
    assert scene.choosing.alone.room is before


def test_in_a_room_the_server_is_asked_as_ever() -> None:
    scene = Scene(inside())
    scene.parts.entrance.line.up()
    assert scene.tell(ev.FilmsSearched("heat")) == [SearchFilms("heat")]
    assert isinstance(scene.tell(ev.ChoosePressed())[0], SendToServer)
