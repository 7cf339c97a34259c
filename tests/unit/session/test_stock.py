"""What is kept of the films in the room: space, removal, coming back. A film of four pieces; page time in seconds."""

from dataclasses import replace

import pytest

from app.session import events as ev
from app.session.effects import AskPersistence, DropFilm, Effect, KeepFilm, MeasureSpace, ReadShelf, SaveFilm
from app.session.exchange import Exchange
from app.session.shelf import KEEP_S
from app.session.space import LOOK_EVERY_S, MARGIN_BYTES
from app.session.stock import Stock
from app.session.writing import MIME
from app.swarm import wire
from app.swarm.actions import OpenStore, SendFrame
from app.swarm.piece_map import PieceMap
from app.swarm.share import Bar, Share
from tests.support.builders import bits, first
from tests.unit.room.rooms import room
from tests.unit.session.parts import FILM, NOW, OF, PIECE, showing

ID = OF.film_id
MANIFEST = OF.manifest.encode()
CODE = room().code
NOTE = ev.Kept(ID, FILM.name, FILM.size, FILM.mime, PIECE, 600.0, CODE, NOW, NOW + KEEP_S)
REMOVED = replace(NOTE, removed=CODE)
OPEN = OpenStore(ID, OF.count)
PLENTY = FILM.size + MARGIN_BYTES
LOOK = [MeasureSpace()]


def entering() -> Exchange:
    """In the room; Ben is connected; the store has not said anything."""
    exchange = Exchange(first, lambda: "page")
    exchange.room_changed(showing("ben"), "ada", NOW)
    tell(exchange, ev.PeerConnected("ben"))
    tell(exchange, ev.FrameReceived("ben", wire.Bitfield(ID, OF.count, bitfield(0, 1, 2, 3))))
    return exchange


def fetching(*held: int) -> Exchange:
    """Ben has been asked for everything that is not held."""
    exchange = entering()
    tell(exchange, ev.StoreOpened(ID, MANIFEST, bitfield(*held)))
    return exchange


def tell(exchange: Exchange, event: ev.Event, now: float = NOW) -> list[Effect]:
    return exchange.handlers()[type(event)](event, now)


def bitfield(*pieces: int) -> bytes:
    return PieceMap(OF.count, bits(*pieces)).bitfield()


def share(exchange: Exchange) -> Share:
    return exchange.swarm.shares[ID]


def asked(effects: list[Effect]) -> set[int]:
    """The pieces that are asked of Ben."""
    frames = [effect.frame for effect in effects if isinstance(effect, SendFrame)]
    return {frame.piece for frame in frames if isinstance(frame, wire.Request)}


def stock(exchange: Exchange) -> Stock:
    return exchange.stock


# --- space


def test_a_film_that_fits_is_fetched() -> None:
    exchange = entering()
    assert asked(tell(exchange, ev.StoreOpened(ID, MANIFEST, bitfield(3), PLENTY))) == {0, 1}
    assert share(exchange).bar is None


def test_a_film_that_does_not_fit_is_not_begun() -> None:
    exchange = entering()
    effects = tell(exchange, ev.StoreOpened(ID, MANIFEST, bitfield(3), 1000))
    assert asked(effects) == set()
    assert effects[0] == SendFrame("ben", wire.Bitfield(ID, OF.count, bitfield(3)))
    lack = FILM.size - share(exchange).held_bytes() + MARGIN_BYTES - 1000
    assert stock(exchange).space.lacks == {ID: lack}
    assert exchange.swarm.tick(NOW + 60) == []


def test_when_room_was_made_it_begins() -> None:
    exchange = entering()
    tell(exchange, ev.StoreOpened(ID, MANIFEST, bitfield(), 1000))
    assert stock(exchange).try_again(NOW) == [OPEN]
    assert stock(exchange).try_again(NOW) == []
    assert asked(tell(exchange, ev.StoreOpened(ID, MANIFEST, bitfield(), PLENTY))) == {0, 1}
    assert stock(exchange).space.lacks == {}


def test_a_film_that_went_makes_room_for_another() -> None:
    exchange = entering()
    tell(exchange, ev.StoreOpened(ID, MANIFEST, bitfield(), 1000))
    assert tell(exchange, ev.FilmGone("ab" * 32)) == [OPEN]


def test_as_much_as_fits_is_fetched_for_one_who_wants_it_so() -> None:
    exchange = entering()
    tell(exchange, ev.StoreOpened(ID, MANIFEST, bitfield(), 1000))
    assert asked(tell(exchange, ev.GoOnPressed())) == {0, 1}
    tell(exchange, ev.StoreFailed(ID, 0, full=True))
    assert stock(exchange).try_again(NOW) == [OPEN]
    assert asked(tell(exchange, ev.StoreOpened(ID, MANIFEST, bitfield(), 0))) == {0, 1}
    assert tell(exchange, ev.GoOnPressed()) == []


def test_going_on_does_not_bring_back_what_was_removed() -> None:
    exchange = entering()
    tell(exchange, ev.StoreOpened(ID, MANIFEST, bitfield(3), 1000))
    tell(exchange, ev.RemovePressed(ID))
    assert stock(exchange).space.lacks == {}
    assert tell(exchange, ev.GoOnPressed()) == []
    assert share(exchange).bar is Bar.REMOVED


def test_going_on_with_a_film_that_left_the_room_means_nothing() -> None:
    exchange = entering()
    tell(exchange, ev.StoreOpened(ID, MANIFEST, bitfield(), 1000))
    exchange.swarm.forget(ID, NOW)
    assert tell(exchange, ev.GoOnPressed()) == []


@pytest.mark.parametrize("full", [True, False])
def test_where_nothing_can_be_kept_nothing_is_fetched_until_the_person_tries_again(full: bool) -> None:
    exchange = fetching()
    effects = tell(exchange, ev.StoreFailed(ID, 0, full))
    assert effects == [SendFrame("ben", wire.Cancel(request)) for request in (1, 2)]
    assert stock(exchange).full is full
    assert exchange.swarm.tick(NOW + 60) == []
    assert stock(exchange).try_again(NOW) == [OPEN]
    assert stock(exchange).try_again(NOW) == []


def test_a_film_that_is_kept_out_goes_on_by_itself_when_there_is_room() -> None:
    exchange = entering()
    tell(exchange, ev.StoreOpened(ID, MANIFEST, bitfield(), 1000))
    stock(exchange).opened(ev.StoreOpened(ID, MANIFEST, bitfield(), 1000), NOW)
    assert exchange.next_wake(NOW) is not None
    assert stock(exchange).next_wake() == NOW + LOOK_EVERY_S
    assert stock(exchange).tick(NOW + LOOK_EVERY_S - 1) == []
    assert stock(exchange).tick(NOW + LOOK_EVERY_S) == LOOK
    assert stock(exchange).next_wake() == NOW + 2 * LOOK_EVERY_S
    assert tell(exchange, ev.SpaceMeasured(None, written=True)) == []
    assert tell(exchange, ev.SpaceMeasured(PLENTY - 7, written=True)) == []
    assert stock(exchange).space.lacks == {ID: 7}
    assert tell(exchange, ev.SpaceMeasured(PLENTY, written=True)) == [OPEN]
    assert asked(tell(exchange, ev.StoreOpened(ID, MANIFEST, bitfield(), PLENTY))) == {0, 1}
    assert tell(exchange, ev.SpaceMeasured(PLENTY, written=True)) == []
    assert stock(exchange).next_wake() is None


def test_a_film_whose_disk_was_full_goes_on_by_itself_when_it_takes_what_it_refused() -> None:
    exchange = fetching()
    tell(exchange, ev.StoreFailed(ID, 0, full=True))
    assert stock(exchange).tick(NOW + LOOK_EVERY_S) == LOOK
    assert tell(exchange, ev.SpaceMeasured(10 * PLENTY, written=False)) == []
    assert tell(exchange, ev.SpaceMeasured(None, written=True)) == [OPEN]


def test_a_browser_that_refuses_for_another_reason_is_not_tried_again_by_itself() -> None:
    exchange = fetching()
    tell(exchange, ev.StoreFailed(ID, 0, full=False))
    assert stock(exchange).tick(NOW + LOOK_EVERY_S) == []
    assert tell(exchange, ev.SpaceMeasured(PLENTY, written=True)) == []


def test_subtitles_are_fetched_into_the_last_corner() -> None:
    exchange = entering()
    share(exchange).facts = replace(share(exchange).facts, mime=MIME)
    assert asked(tell(exchange, ev.StoreOpened(ID, MANIFEST, bitfield(), 0))) == {0, 1}


def test_who_has_the_file_needs_no_space() -> None:
    exchange = entering()
    exchange.swarm.offer(OF.facts, OF.manifest, 600.0, NOW)
    tell(exchange, ev.StoreOpened(ID, None, b"", 0, CODE))
    assert share(exchange).bar is None


def test_what_the_store_says_of_other_films_or_again_is_passed_over() -> None:
    exchange = fetching()
    assert tell(exchange, ev.StoreOpened("ab" * 32, None, b"", 0)) == []
    assert tell(exchange, ev.StoreOpened(ID, MANIFEST, bitfield(), 0)) == []
    assert share(exchange).bar is None
    assert tell(exchange, ev.PieceStored("ab" * 32, 0)) == []


# --- what is noted


def test_a_manifest_is_kept_with_the_films_name_its_room_and_its_time() -> None:
    exchange = fetching()
    lost = tell(exchange, ev.StoreLost())
    assert KeepFilm(NOTE, MANIFEST, anew=True) in lost
    assert lost[-1] == ReadShelf()


def test_a_whole_film_is_asked_to_be_kept_well_once() -> None:
    exchange = fetching(0, 1)
    assert AskPersistence() not in tell(exchange, ev.PieceStored(ID, 2))
    assert tell(exchange, ev.PieceStored(ID, 3))[-1] == AskPersistence()
    assert AskPersistence() not in tell(exchange, ev.PieceStored(ID, 3))


def test_what_the_store_rejects_or_loses_is_fetched_again() -> None:
    exchange = fetching(0, 1, 2, 3)
    assert share(exchange).held.complete
    assert asked(tell(exchange, ev.PieceUnreadable(ID, 2))) == {2}
    assert tell(exchange, ev.PieceRejected("ab" * 32, 2)) == []


def test_leaving_ends_its_use() -> None:
    exchange = fetching(0, 1)
    tell(exchange, ev.StoreLost())
    exchange.stock.space.lacks[ID] = 1
    assert exchange.left(NOW + 60)[-2:] == [
        KeepFilm(replace(NOTE, used_s=NOW + 60, until_s=NOW + 60 + KEEP_S)),
        ReadShelf(),
    ]
    assert stock(exchange).space.lacks == {}


# --- removal


def test_a_removed_film_is_deleted_told_of_and_not_fetched_again() -> None:
    exchange = fetching(0, 1)
    effects = tell(exchange, ev.RemovePressed(ID))
    assert effects[0] == DropFilm(ID, note=REMOVED)
    assert SendFrame("ben", wire.Bitfield(ID, OF.count, bitfield())) in effects
    assert asked(effects) == set()
    assert tell(exchange, ev.PieceStored(ID, 2)) == []
    assert tell(exchange, ev.FilmGone(ID)) == []
    assert exchange.swarm.tick(NOW + 60) == []
    assert share(exchange).held_bytes() == 0


def test_after_a_reload_it_stays_removed_in_its_room_and_comes_in_another() -> None:
    exchange = entering()
    assert asked(tell(exchange, ev.StoreOpened(ID, None, b"", PLENTY, removed=CODE))) == set()
    assert share(exchange).bar is Bar.REMOVED
    other = entering()
    assert asked(tell(other, ev.StoreOpened(ID, MANIFEST, bitfield(), PLENTY, removed="XYZ234"))) == {0, 1}


def test_a_manifest_that_comes_later_does_not_undo_it() -> None:
    exchange = entering()
    tell(exchange, ev.StoreOpened(ID, None, b"", PLENTY, removed=CODE))
    chunk = wire.ManifestChunk(ID, len(MANIFEST), 0, MANIFEST)
    effects = tell(exchange, ev.FrameReceived("ben", chunk))
    assert KeepFilm(REMOVED, MANIFEST, anew=True) in effects
    assert asked(effects) == set()


def test_it_is_fetched_again_when_its_person_says_so() -> None:
    exchange = fetching(0, 1)
    assert tell(exchange, ev.FetchPressed(ID)) == []
    tell(exchange, ev.RemovePressed(ID))
    assert tell(exchange, ev.FetchPressed(ID)) == [KeepFilm(NOTE, MANIFEST, anew=True), OPEN]
    assert asked(tell(exchange, ev.StoreOpened(ID, MANIFEST, bitfield(), PLENTY))) == {0, 1}


def test_without_a_manifest_too() -> None:
    exchange = entering()
    tell(exchange, ev.StoreOpened(ID, None, b"", PLENTY))
    assert tell(exchange, ev.RemovePressed(ID)) == [DropFilm(ID, note=REMOVED)]
    assert tell(exchange, ev.FetchPressed(ID)) == [KeepFilm(NOTE, None, anew=True), OPEN]
    assert tell(exchange, ev.FetchPressed("ab" * 32)) == []


def test_a_film_of_no_room_is_just_deleted() -> None:
    exchange = Exchange(first, lambda: "page")
    assert tell(exchange, ev.RemovePressed(ID)) == [DropFilm(ID)]


def test_removing_the_copy_of_ones_own_film_ends_nothing() -> None:
    exchange = fetching(0, 1)
    exchange.swarm.offer(OF.facts, OF.manifest, 600.0, NOW)
    assert tell(exchange, ev.RemovePressed(ID)) == [DropFilm(ID)]
    assert share(exchange).held.complete


def test_what_another_tab_removed_is_gone_here_too() -> None:
    exchange = fetching(0, 1)
    effects = tell(exchange, ev.FilmGone(ID, elsewhere=True))
    assert effects[0] == DropFilm(ID, note=REMOVED, told=True)
    assert SendFrame("ben", wire.Bitfield(ID, OF.count, bitfield())) in effects
    assert effects[-1] == ReadShelf()
    assert share(exchange).bar is Bar.REMOVED
    assert tell(exchange, ev.FilmGone("ab" * 32, elsewhere=True)) == [ReadShelf()]


def test_the_file_given_back_makes_up_for_it() -> None:
    exchange = fetching(0, 1)
    tell(exchange, ev.RemovePressed(ID))
    exchange.swarm.offer(OF.facts, OF.manifest, 600.0, NOW)
    assert share(exchange).bar is None
    assert share(exchange).held.complete


# --- saving


def test_what_is_here_whole_can_be_saved_in_the_room_and_at_home() -> None:
    exchange = fetching(0, 1, 2, 3)
    (saved,) = tell(exchange, ev.SavePressed(ID))
    assert isinstance(saved, SaveFilm)
    assert (saved.film_id, saved.name, saved.pieces) == (ID, FILM.name, OF.count)
    home = Exchange(first, lambda: "page")
    tell(home, ev.ShelfRead((ev.Found(NOTE, MANIFEST[:20], OF.count),), NOW))
    assert tell(home, ev.SavePressed(ID)) == [saved]
    assert tell(home, ev.SavePressed("ab" * 32)) == []
