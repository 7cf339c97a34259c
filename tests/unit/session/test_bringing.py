"""From a dropped file to a place in the queue. Page time in seconds."""

from dataclasses import replace
from typing import Any

import pytest

from app.room.messages import Do, QueueAdd
from app.room.state import Phase, Programme
from app.session import events as ev
from app.session.effects import CreateRoom, Effect, PeekFile, SendToServer
from app.session.picture import Notice, Trouble
from tests.unit.room.rooms import room
from tests.unit.session.parts import FILM, NOW, OF, PIECE, Parts, fetching, inside, showing

CHOSEN = ev.FilmChosen("file", FILM.name, FILM.size, FILM.mime)
PREPARED = ev.FilmPrepared("file", FILM.name, FILM.size, FILM.mime, PIECE, OF.manifest.hashes, FILM.duration_s)
EMPTY = replace(room(on=None), programme=Programme())


def tell(parts: Parts, event: Any) -> list[Effect]:
    return parts.bringing.handlers()[type(event)](event, NOW)


def of_kind(effects: list[Effect], kind: type) -> list[Effect]:
    return [effect for effect in effects if isinstance(effect, kind)]


def test_at_home_a_film_wants_a_room() -> None:
    effects = tell(Parts(), CHOSEN)
    assert isinstance(effects[0], PeekFile)
    assert of_kind(effects, CreateRoom)


@pytest.mark.parametrize("parts", [inside(EMPTY), Parts()], ids=["in a room", "at home"])
def test_what_is_no_film_wants_none(parts: Parts) -> None:
    assert tell(parts, replace(CHOSEN, size=0)) == []
    assert parts.told.notice(NOW) == Notice(Trouble.EMPTY_FILE, FILM.name)


def test_a_folder_is_told_of() -> None:
    parts = inside(EMPTY)
    assert tell(parts, ev.UnusableDropped("Films")) == []
    assert parts.told.notice(NOW) == Notice(Trouble.FOLDER, "Films")


def test_a_prepared_film_goes_into_the_queue_once() -> None:
    parts = inside(EMPTY)
    parts.entrance.line.up()
    assert tell(parts, PREPARED)
    assert parts.bringing.put_in_queue(NOW) == [SendToServer(Do("c1", QueueAdd("new", FILM)))]
    assert parts.bringing.put_in_queue(NOW) == []
    tell(parts, PREPARED)
    assert parts.bringing.put_in_queue(NOW) == []
    assert parts.told.notice(NOW) == Notice(Trouble.ALREADY_QUEUED, FILM.name)


def test_what_others_lack_is_given_back_without_a_word() -> None:
    parts = fetching()
    tell(parts, PREPARED)
    assert parts.bringing.put_in_queue(NOW) == []
    assert parts.told.notice(NOW) is None


@pytest.mark.parametrize("parts", [Parts(), inside(replace(showing(), phase=Phase.ENDED))], ids=["no room", "ended"])
def test_it_waits_for_a_room_that_takes_it(parts: Parts) -> None:
    tell(parts, PREPARED)
    assert parts.bringing.put_in_queue(NOW) == []
    assert len(parts.exchange.prepared) == 1


def test_a_film_that_was_given_up_is_not_brought() -> None:
    parts = inside(EMPTY)
    tell(parts, CHOSEN)
    parts.exchange.preparation.give_up()
    assert tell(parts, PREPARED) == []
    assert parts.bringing.put_in_queue(NOW) == []
