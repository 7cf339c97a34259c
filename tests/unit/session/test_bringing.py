"""From a dropped file to a place in the queue. Page time in seconds."""

from dataclasses import replace
from typing import Any

import pytest

from app.room.deck import Ballot, Card, Stage
from app.room.messages import Do, QueueAdd, SubtitleAdd
from app.room.state import Phase, Programme
from app.session import events as ev
from app.session.effects import AttachSource, CreateRoom, Effect, KeepSubtitle, ParseSubtitle, PeekFile, SendToServer
from app.session.picture import Notice, Trouble
from tests.support.builders import KIB
from tests.support.builders import film as film_of_seed
from tests.unit.room.rooms import room
from tests.unit.session.parts import FILM, NOW, OF, PIECE, Parts, fetching, inside, showing, waiting_for_the_file

CHOSEN = ev.FilmChosen("file", FILM.name, FILM.size, FILM.mime)
PREPARED = ev.FilmPrepared("file", FILM.name, FILM.size, FILM.mime, PIECE, OF.manifest.hashes, FILM.duration_s)
EMPTY = replace(room(on=None), programme=Programme())


def film_of_bytes(seed: int) -> Any:
    """Another film of the same size."""
    return film_of_seed(4 * 256 * KIB - 1000, seed=seed)


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
    assert parts.bringing.put_in_queue(NOW) == [SendToServer(Do("c1", QueueAdd("new", FILM), 7))]
    assert parts.bringing.put_in_queue(NOW) == []
    tell(parts, PREPARED)
    assert parts.bringing.put_in_queue(NOW) == []
    assert parts.told.notice(NOW) == Notice(Trouble.ALREADY_QUEUED, FILM.name)


def test_a_film_that_was_found_is_asked_for_though_it_is_in_the_queue() -> None:
    found = Ballot(Stage.MATCHED, voters=("ada",), cards=(Card(8, "Metropolis", 1927),))
    parts = inside(replace(showing(), ballot=found))
    parts.entrance.line.up()
    tell(parts, PREPARED)
    asked = [effect.message.command for effect in parts.bringing.put_in_queue(NOW)]
    assert asked == [QueueAdd("new", FILM)]
    assert parts.told.notice(NOW) is None


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


SRT = b"1\n00:00:01,000 --> 00:00:02,000\nGood evening\n"


def choose_words(parts: Parts, name: str = "Metropolis.en.srt", follows: bool = False) -> str:
    """A subtitle file was chosen and looked at; its film id."""
    tell(parts, ev.FilmChosen(f"file {name}", name, len(SRT), "", follows))
    return look_at_words(parts, name)


def look_at_words(parts: Parts, name: str = "Metropolis.en.srt") -> str:
    peeked = ev.FilePeeked(f"file {name}", name, len(SRT), SRT + name.encode())
    (parse,) = parts.exchange.preparation.peeked(peeked, NOW)
    assert isinstance(parse, ParseSubtitle)
    return parse.film_id


def added(effects: list[Effect]) -> list[tuple[str, str]]:
    """Which subtitles are asked into the room, for which item."""
    said = [effect.message.command for effect in of_kind(effects, SendToServer) if isinstance(effect.message, Do)]
    return [(each.item, each.subtitle.name) for each in said if isinstance(each, SubtitleAdd)]


def put(parts: Parts) -> list[Effect]:
    parts.entrance.line.up()
    return parts.bringing.put_in_queue(NOW)


def test_subtitles_go_with_the_film_that_is_on_and_are_served_and_kept() -> None:
    parts = inside(showing())
    film_id = choose_words(parts)
    assert parts.bringing.subtitle_parsed("another", NOW) == []
    effects = parts.bringing.subtitle_parsed(film_id, NOW)
    (keep,) = of_kind(effects, KeepSubtitle)
    assert isinstance(keep, KeepSubtitle)
    assert (keep.film_id, keep.data) == (film_id, SRT + b"Metropolis.en.srt")
    assert of_kind(effects, AttachSource)
    assert parts.exchange.swarm.shares[film_id].is_source
    assert added(put(parts)) == [("one", "Metropolis.en.srt")]
    assert put(parts) == []


def test_subtitles_that_are_there_are_not_added_again() -> None:
    parts = inside(showing())
    for _ in range(2):
        parts.bringing.subtitle_parsed(choose_words(parts), NOW)
        put(parts)
    assert parts.told.notice(NOW) == Notice(Trouble.SUBTITLES_THERE, "Metropolis.en.srt")


@pytest.mark.parametrize("parts", [inside(EMPTY), Parts()], ids=["nothing is on", "at home"])
def test_subtitles_alone_want_a_film(parts: Parts) -> None:
    parts.bringing.subtitle_parsed(choose_words(parts), NOW)
    assert put(parts) == []
    assert parts.told.notice(NOW) == Notice(Trouble.SUBTITLES_ALONE, "Metropolis.en.srt")


def test_subtitles_dropped_at_home_want_no_room_and_the_film_after_them_does() -> None:
    parts = Parts()
    assert of_kind(tell(parts, ev.FilmChosen("file", "Metropolis.srt", len(SRT), "")), CreateRoom) == []
    assert of_kind(tell(parts, replace(CHOSEN, follows=True)), CreateRoom)


def test_subtitles_go_with_the_film_they_came_with() -> None:
    parts = inside(showing("ben"))
    film = replace(CHOSEN, name="Nosferatu.mp4")
    tell(parts, film)
    names = ("Faust.de.srt", "Nosferatu.en.srt")
    for name in names:
        tell(parts, ev.FilmChosen(f"file {name}", name, len(SRT), "", follows=True))
    other = film_of_bytes(2)
    tell(parts, replace(PREPARED, name="Nosferatu.mp4", hashes=other.manifest.hashes))
    parts.bringing.subtitle_parsed(look_at_words(parts, names[0]), NOW)
    assert added(put(parts)) == []  # one of those that came together is still in work
    parts.bringing.subtitle_parsed(look_at_words(parts, names[1]), NOW)
    assert added(put(parts)) == [("new", name) for name in names]


def test_of_several_films_the_one_named_alike_has_them() -> None:
    parts = inside(EMPTY)
    ids = iter(("first", "second"))
    parts.bringing._new_id = lambda: next(ids)
    for number, name in enumerate(("Faust.mp4", "Nosferatu.mp4"), 3):
        tell(parts, replace(CHOSEN, name=name, follows=number > 3))
    tell(parts, ev.FilmChosen("file", "Nosferatu.en.srt", len(SRT), "", follows=True))
    for number, name in enumerate(("Faust.mp4", "Nosferatu.mp4"), 3):
        tell(parts, replace(PREPARED, name=name, hashes=film_of_bytes(number).manifest.hashes))
    parts.bringing.subtitle_parsed(look_at_words(parts, "Nosferatu.en.srt"), NOW)
    assert added(put(parts)) == [("second", "Nosferatu.en.srt")]


def test_subtitles_wait_for_the_room_that_is_being_made() -> None:
    parts = Parts()
    tell(parts, CHOSEN)
    tell(parts, ev.FilmChosen("file", "Metropolis.srt", len(SRT), "", follows=True))
    tell(parts, PREPARED)
    parts.bringing.subtitle_parsed(look_at_words(parts, "Metropolis.srt"), NOW)
    assert put(parts) == []
    assert len(parts.exchange.words) == 1
    assert parts.told.notice(NOW) is None


def test_another_film_than_the_one_that_is_missed_is_asked_about() -> None:
    parts = waiting_for_the_file()
    parts.entrance.line.up()
    other = replace(PREPARED, name="Other.mp4", hashes=bytes(len(OF.manifest.hashes)))
    tell(parts, other)
    assert parts.bringing.put_in_queue(NOW) == []
    assert parts.told.notice(NOW) == Notice(Trouble.OTHER_FILM, FILM.name, ("Other.mp4",))
    (sent,) = parts.bringing.add_held_back(NOW)
    assert isinstance(sent, SendToServer)
    assert parts.bringing.held_back == []
    assert parts.bringing.add_held_back(NOW) == []


def test_subtitles_wait_for_the_film_that_is_asked_about() -> None:
    parts = waiting_for_the_file()
    parts.entrance.line.up()
    tell(parts, replace(CHOSEN, name="Other.mp4"))
    tell(parts, ev.FilmChosen("file", "Other.en.srt", len(SRT), "", follows=True))
    tell(parts, replace(PREPARED, name="Other.mp4", hashes=film_of_bytes(2).manifest.hashes))
    parts.bringing.subtitle_parsed(look_at_words(parts, "Other.en.srt"), NOW)
    assert put(parts) == []
    parts.bringing.add_held_back(NOW)
    assert added(put(parts)) == [("new", "Other.en.srt")]


def test_whoever_has_left_the_room_brings_nothing_that_was_chosen_for_it() -> None:
    parts = waiting_for_the_file()
    other = film_of_bytes(7)
    tell(parts, replace(PREPARED, name="Nosferatu.mp4", hashes=other.manifest.hashes))
    put(parts)
    assert parts.bringing.is_asking()
    tell(parts, CHOSEN)
    parts.bringing.welcome.add("Nosferatu.mp4")
    parts.bringing.left()
    assert not parts.bringing.is_asking()
    assert (parts.bringing.held_back, parts.bringing.welcome, parts.bringing.given_back) == ([], set(), None)
    assert parts.bringing.add_held_back(NOW) == []
    assert tell(parts, PREPARED) == []


def test_before_a_room_that_is_over_a_film_wants_another_one() -> None:
    parts = Parts()
    parts.entrance.close_for(Trouble.ROOM_ENDED)
    assert of_kind(tell(parts, CHOSEN), CreateRoom)


def test_at_a_door_a_film_waits() -> None:
    parts = Parts()
    parts.entrance.opened(ev.FragmentChanged("ABC234", None), NOW)
    assert not of_kind(tell(parts, CHOSEN), CreateRoom)
    parts.bringing.subtitle_parsed(choose_words(parts), NOW)
    assert put(parts) == []
    assert parts.told.notice(NOW) is None
