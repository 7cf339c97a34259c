"""Watching a kept film alone. Bytes and seconds."""

from dataclasses import replace

import pytest

from app.session import events as ev
from app.session.effects import DropFilm, Effect, KeepFilm, ReadShelf, ScreenFilm
from app.session.picture import Notice, Picture, Screen, Trouble
from app.session.shelf import WATCH_S
from app.swarm.actions import AnswerMedia, RefuseMedia
from tests.unit.session.parts import NOW, OF, PIECE, Parts
from tests.unit.session.test_shelf import FOUND, ID, NOTE, WALL

ALL = replace(FOUND, pieces=OF.count)


class Scene:
    """Somebody on the first screen, with that on the shelf."""

    def __init__(self, *films: ev.Found) -> None:
        self.parts = Parts()
        self.handlers = self.parts.exchange.handlers()
        self.read(*films)

    def tell(self, event: ev.Event, now: float = NOW) -> list[Effect]:
        return self.handlers[type(event)](event, now)

    def read(self, *films: ev.Found) -> list[Effect]:
        return self.tell(ev.ShelfRead(films, WALL))

    def ask(self, header: str | None = None, method: str = "GET") -> list[Effect]:
        return self.tell(ev.MediaRequested(1, ID, method, header))

    @property
    def screen(self) -> Screen:
        return self.parts.exchange.stock.screening.drawn(Picture()).screen

    @property
    def notice(self) -> Notice | None:
        return self.parts.told.notice(NOW)


def watching() -> Scene:
    scene = Scene(ALL)
    assert scene.tell(ev.WatchPressed(ID)) == [ScreenFilm(ID)]
    assert scene.screen is Screen.SCREENING
    return scene


def test_a_whole_film_is_shown_and_given_from_the_store() -> None:
    scene = watching()
    (first,) = scene.ask()
    assert isinstance(first, AnswerMedia)
    assert (first.piece, first.offset, first.length, first.status) == (0, 0, PIECE, 206)
    (later,) = scene.ask(f"bytes={3 * PIECE + 7}-")
    assert isinstance(later, AnswerMedia)
    assert (later.piece, later.offset, later.length) == (3, 7, OF.facts.size - 3 * PIECE - 7)
    (head,) = scene.ask(method="HEAD")
    assert isinstance(head, RefuseMedia)
    assert ("Content-Type", FOUND.note.mime) in head.headers
    assert scene.tell(ev.WatchingEnded()) == [ScreenFilm(None)]
    assert scene.screen is Screen.HOME
    assert scene.tell(ev.WatchingEnded()) == []
    (after,) = scene.ask()
    assert isinstance(after, RefuseMedia)
    assert after.status == 404


def test_a_film_of_no_known_type_is_tried_as_the_most_usual_one() -> None:
    scene = Scene(replace(ALL, note=replace(NOTE, mime="")))
    scene.tell(ev.WatchPressed(ID))
    (answer,) = scene.ask()
    assert isinstance(answer, AnswerMedia)
    assert ("Content-Type", "video/mp4") in answer.headers


def test_only_the_first_screen_gives_way() -> None:
    assert watching().parts.exchange.stock.screening.drawn(Picture(screen=Screen.ROOM)).screen is Screen.ROOM


def test_other_films_are_the_rooms() -> None:
    scene = watching()
    (answer,) = scene.tell(ev.MediaRequested(1, "cd" * 32, "GET", None))
    assert isinstance(answer, RefuseMedia)
    assert scene.tell(ev.ScreeningFailed("cd" * 32)) == []
    assert scene.tell(ev.PieceUnreadable("cd" * 32, 0)) == []


@pytest.mark.parametrize(
    ("films", "told"), [((), Trouble.KEPT_GONE), ((replace(ALL, pieces=OF.count - 1),), Trouble.NOT_WATCHED)]
)
def test_what_is_not_here_or_not_whole_is_told(films: tuple[ev.Found, ...], told: Trouble) -> None:
    scene = Scene(*films)
    assert scene.tell(ev.WatchPressed(ID)) == []
    assert (scene.screen, scene.notice) == (Screen.HOME, Notice(told))
    scene.parts.told.dismissed(ev.NoticeDismissed(), NOW)
    assert scene.notice is None
    scene.tell(ev.WatchPressed(ID))
    scene.read(ALL)
    assert scene.tell(ev.WatchPressed(ID)) == [ScreenFilm(ID)]
    assert scene.notice is None


def test_a_request_that_got_lost_is_made_again_and_then_the_film_is_given_up() -> None:
    scene = watching()
    for at in (NOW, NOW + 60, NOW + 61, NOW + 62):
        assert scene.tell(ev.ScreeningFailed(ID), at) == [ReadShelf(), ScreenFilm(ID)]
    assert scene.tell(ev.ScreeningFailed(ID), NOW + 63) == [ScreenFilm(None)]
    assert (scene.screen, scene.notice) == (Screen.HOME, Notice(Trouble.KEPT_UNPLAYABLE))


@pytest.mark.parametrize("event", [ev.FilmGone(ID), ev.FilmGone(ID, elsewhere=True), ev.PieceUnreadable(ID, 2)])
def test_a_film_that_goes_meanwhile_is_told(event: ev.Event) -> None:
    scene = watching()
    assert ScreenFilm(None) in scene.tell(event)
    assert (scene.screen, scene.notice) == (Screen.HOME, Notice(Trouble.KEPT_GONE))


def test_a_store_that_was_cleared_meanwhile_is_told() -> None:
    scene = watching()
    assert scene.tell(ev.StoreLost()) == [ReadShelf()]
    assert scene.read() == [ScreenFilm(None)]
    assert (scene.screen, scene.notice) == (Screen.HOME, Notice(Trouble.KEPT_GONE))


def test_who_begins_just_before_the_films_time_is_over_has_time_for_it() -> None:
    late = replace(ALL, note=replace(NOTE, until_s=WALL + 60))
    scene = Scene(late)
    longer = replace(late.note, until_s=WALL + WATCH_S)
    assert scene.tell(ev.WatchPressed(ID)) == [KeepFilm(longer), ScreenFilm(ID)]
    assert scene.tell(ev.WatchPressed(ID)) == [ScreenFilm(ID)]
    assert not any(isinstance(each, DropFilm) for each in scene.read(replace(late, note=longer)))
