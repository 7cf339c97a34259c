"""What is kept, and until when. Page time in seconds; the wall clock is `AHEAD_S` ahead of it."""

from dataclasses import replace

import pytest

from app.room.state import Item, Programme, Room, Subtitle, SubtitleFormat
from app.session import events as ev
from app.session.effects import DropFilm, KeepFilm, ReadShelf
from app.session.picture import ShelfFilm
from app.session.shelf import KEEP_S, READ_EVERY_S, WATCH_S, Shelf
from app.session.writing import MIME
from app.swarm.share import Share
from tests.unit.room.rooms import room
from tests.unit.session.parts import FILM, NOW, OF, PIECE, showing

AHEAD_S = 1_700_000_000.0
WALL = NOW + AHEAD_S
ID = OF.film_id
CODE = room().code
HEAD = OF.manifest.encode()[:20]
NOTE = ev.Kept(ID, FILM.name, FILM.size, FILM.mime, PIECE, 600.0, CODE, WALL, WALL + KEEP_S)
FOUND = ev.Found(NOTE, HEAD, 2)
OLD = replace(NOTE, used_s=WALL - KEEP_S, until_s=WALL)
ONE = replace(showing(), programme=Programme(showing().programme.items[:1]))
EMPTY = replace(showing(), programme=Programme())


def opened() -> Shelf:
    shelf = Shelf()
    assert shelf.opened(WALL, NOW) == [ReadShelf()]
    return shelf


def having(*films: ev.Found, seen: Room | None = None) -> Shelf:
    """A shelf whose store has been read; in that room, if any."""
    shelf = opened()
    if seen:
        shelf.room_changed(seen, NOW)
    shelf.read(ev.ShelfRead(films or (FOUND,), WALL), NOW)
    return shelf


def used(at: float) -> ev.Kept:
    """The film was in use here at page time `at`."""
    return replace(NOTE, used_s=at + AHEAD_S, until_s=at + AHEAD_S + KEEP_S)


def picture(shelf: Shelf, *shares: Share, current: str | None = None, now: float = NOW) -> list[ShelfFilm]:
    return shelf.picture({share.film_id: share for share in shares}, current, now)


def fetched(*pieces: int) -> Share:
    share = Share(OF.facts, 600.0)
    share.store_open = True
    for piece in pieces:
        share.held.add(piece)
    return share


# --- until when


def test_a_film_in_use_is_kept_for_a_day_from_now() -> None:
    assert opened().room_changed(ONE, NOW) == []
    shelf = opened()
    shelf.room_changed(ONE, NOW)
    assert shelf.keep(ID, b"manifest", False, NOW + 5) == KeepFilm(used(NOW + 5), b"manifest", anew=True)
    assert shelf.left(NOW + 60) == [KeepFilm(used(NOW + 60)), ReadShelf()]


def test_who_begins_to_watch_a_film_alone_has_time_for_it() -> None:
    late = replace(NOTE, until_s=WALL + 60)
    shelf = having(replace(FOUND, note=late))
    assert shelf.give_time("cd" * 32, NOW) == []
    longer = replace(late, until_s=WALL + WATCH_S)
    assert shelf.give_time(ID, NOW) == [KeepFilm(longer)]
    assert shelf.films[ID].note == longer
    assert shelf.give_time(ID, NOW) == []
    assert having().give_time(ID, NOW) == []  # which has a day


def test_what_was_kept_for_another_room_is_kept_for_this_one_too() -> None:
    elsewhere = ev.Found(replace(NOTE, room="XYZ234", until_s=WALL + 10), HEAD, 2)
    assert having(elsewhere).room_changed(ONE, NOW + 1) == [KeepFilm(used(NOW + 1))]
    shelf = opened()
    shelf.room_changed(ONE, NOW)
    assert shelf.read(ev.ShelfRead((elsewhere,), WALL), NOW) == [KeepFilm(NOTE)]
    assert shelf.read(ev.ShelfRead((elsewhere,), WALL), NOW) == []


def test_its_day_begins_when_it_leaves_the_queue() -> None:
    shelf = having(seen=ONE)
    assert shelf.room_changed(EMPTY, NOW + 9) == [KeepFilm(used(NOW + 9))]
    assert shelf.left(NOW + 99) == []


def test_as_long_as_it_is_in_use_its_day_begins_again_and_again() -> None:
    shelf = having(seen=ONE)
    wake = shelf.next_wake()
    assert wake == NOW + READ_EVERY_S
    assert shelf.tick(wake - 1) == []
    assert shelf.tick(wake) == [KeepFilm(used(wake)), ReadShelf()]
    assert shelf.next_wake() == wake + READ_EVERY_S


def test_before_the_page_is_up_there_is_nothing_to_look_after() -> None:
    assert Shelf().next_wake() is None
    assert Shelf().tick(NOW) == []


def test_what_is_in_use_and_cannot_be_noted_is_not_looked_at_again_and_again() -> None:
    shelf = having(ev.Found(OLD, HEAD, 4), seen=ONE)
    assert shelf.next_wake() == NOW + READ_EVERY_S
    assert shelf.read(ev.ShelfRead((ev.Found(OLD, HEAD, 4),), WALL), NOW) == [KeepFilm(used(NOW))]
    assert shelf.next_wake() == NOW + READ_EVERY_S


# --- what may go


def test_what_is_past_its_time_goes() -> None:
    shelf = opened()
    assert shelf.read(ev.ShelfRead((ev.Found(OLD, HEAD, 4), FOUND), WALL), NOW) == [DropFilm(ID, as_of_s=WALL)]
    still = ev.Found(replace(OLD, until_s=WALL + 1), HEAD, 4)
    assert shelf.read(ev.ShelfRead((still,), WALL), NOW) == []


def test_it_goes_while_the_page_stays_open() -> None:
    shelf = having(ev.Found(replace(OLD, until_s=WALL + 90), HEAD, 4))
    assert shelf.next_wake() == pytest.approx(NOW + 90)
    assert shelf.tick(NOW + 90) == [ReadShelf()]


def test_what_is_in_use_stays_even_if_the_machine_slept_over_its_time() -> None:
    shelf = opened()
    shelf.room_changed(ONE, NOW)
    late = ev.ShelfRead((ev.Found(OLD, HEAD, 4),), WALL + 5)
    assert shelf.read(late, NOW) == [KeepFilm(used(NOW + 5))]
    assert shelf.next_wake() == NOW + READ_EVERY_S


def test_pieces_that_nobody_knows_anything_of_go() -> None:
    shelf = opened()
    stray = ev.Found(ev.Kept("cd" * 32), b"", 7)
    assert shelf.read(ev.ShelfRead((stray,), WALL), NOW) == [DropFilm("cd" * 32, as_of_s=WALL)]


def test_what_an_older_page_kept_gets_its_day_and_its_sizes() -> None:
    shelf = opened()
    old = ev.Found(ev.Kept(ID), HEAD, OF.count)
    noted = ev.Kept(ID, "", FILM.size, "", PIECE, None, "", WALL, WALL + KEEP_S)
    assert shelf.read(ev.ShelfRead((old,), WALL), NOW) == [KeepFilm(noted)]
    assert picture(shelf) == [ShelfFilm(ID, "", FILM.size, FILM.size, KEEP_S, "", on=False, whole=True)]


def test_what_is_gone_is_not_shown_and_not_noted_again() -> None:
    shelf = having(seen=ONE)
    shelf.gone(ID)
    assert picture(shelf) == []
    assert shelf.left(NOW + 1) == []
    shelf.gone(ID)


# --- what is to be seen


def test_a_film_is_told_with_what_is_held_of_it_and_how_long_it_stays() -> None:
    shelf = having()
    expected = ShelfFilm(ID, FILM.name, FILM.size, 2 * PIECE, KEEP_S - 100, CODE, on=False, whole=False)
    assert picture(shelf, now=NOW + 100) == [expected]
    assert picture(shelf, now=NOW + 2 * KEEP_S)[0].left_s == 0


def test_all_pieces_are_the_whole_film_though_the_last_is_short() -> None:
    film = picture(having(ev.Found(NOTE, HEAD, 4)))[0]
    assert (film.held_bytes, film.whole) == (FILM.size, True)
    film = picture(having(ev.Found(replace(NOTE, size=PIECE + 1), HEAD, 1)))[0]
    assert (film.held_bytes, film.whole) == (PIECE, False)


def test_what_is_on_its_way_is_told_as_it_stands() -> None:
    shelf = having(seen=ONE)
    (film,) = picture(shelf, fetched(0, 1, 2), current=ID)
    assert (film.held_bytes, film.left_s, film.on, film.whole) == (3 * PIECE, None, True, False)
    (film,) = picture(shelf, fetched(0, 1, 2, 3))
    assert (film.whole, film.on) == (True, False)


def test_a_store_that_is_not_open_yet_has_what_it_had() -> None:
    shelf, share = having(seen=ONE), fetched()
    share.store_open = False
    assert picture(shelf, share)[0].held_bytes == 2 * PIECE


def test_a_film_of_ones_own_is_on_the_shelf_only_if_it_was_copied() -> None:
    share = fetched(0, 1, 2, 3)
    share.is_source = True
    assert picture(having(seen=ONE), share)[0].held_bytes == 2 * PIECE
    shelf = opened()
    shelf.room_changed(ONE, NOW)
    assert picture(shelf, share) == []


def test_nothing_is_not_shown_nor_are_subtitles() -> None:
    words = ev.Kept("ef" * 32, "Words.srt", 100, MIME, PIECE, None, CODE, WALL, WALL + KEEP_S)
    removed = replace(NOTE, removed=CODE)
    assert picture(having(ev.Found(removed, b"", 0), ev.Found(words, HEAD, 1))) == []
    assert picture(having(ev.Found(replace(NOTE, piece_size=0), b"", 1))) == []


def test_subtitles_are_kept_as_films_are() -> None:
    words = Subtitle("ef" * 32, "Words.srt", 100, SubtitleFormat.SRT)
    shelf = opened()
    shelf.room_changed(replace(ONE, programme=Programme((Item("one", FILM, "ada", (words,)),))), NOW)
    assert shelf.has_here(words.film_id)
    assert shelf.note(words.film_id, NOW).mime == MIME


def test_what_is_on_comes_first_and_then_the_newest() -> None:
    others = [ev.Found(replace(NOTE, film_id=digit * 64, used_s=WALL - int(digit)), HEAD, 1) for digit in "231"]
    shelf = having(*others)
    assert [film.film_id[0] for film in picture(shelf)] == ["1", "2", "3"]
    assert [film.film_id[0] for film in picture(shelf, current="3" * 64)] == ["3", "1", "2"]
