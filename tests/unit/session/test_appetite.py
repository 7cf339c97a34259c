"""Whether the film that is on is wanted here. A film of four pieces; Ben has it all."""

from dataclasses import replace

from app.room.state import Item, Programme, Room, Standing
from app.session import events as ev
from app.session.ability import questions
from app.session.effects import LookAtFilm, RememberChoice
from app.session.events import Choice
from app.session.picture import Flow
from app.swarm import wire
from app.swarm.actions import SendFrame
from tests.unit.room.rooms import room
from tests.unit.session.parts import FILM, NOW, OF, Parts, inside, showing, unplugged

HEVC = replace(FILM, mime='video/mp4; codecs="hvc1.1.6.L93.90, mp4a.40.2"')
ASKED = questions(HEVC.mime)
CANNOT = (False, True, False, True)


def of_hevc() -> Room:
    items = (Item("one", HEVC, "ben"), *showing().programme.items[1:])
    return replace(showing(), programme=Programme(items))


def ready(seen: Room | None = None) -> Parts:
    """Ben is connected and has the whole film; the store holds nothing yet."""
    parts = inside(seen or showing("ben"))
    parts.store_tells()
    parts.exchange.connected(ev.PeerConnected("ben"), NOW)
    parts.peer_tells("ben", 0, 1, 2, 3)
    return parts


def asked(effects: list[object]) -> list[type]:
    return [type(one.frame) for one in effects if isinstance(one, SendFrame)]


def flow(parts: Parts) -> Flow:
    return parts.transfer().flow


def standing(parts: Parts) -> Standing:
    report = parts.report()
    assert report is not None
    return report.standing


def test_the_browser_is_asked_once_of_each_film() -> None:
    parts = inside(of_hevc())
    other = replace(parts.company.room or room(), programme=Programme((Item("two", HEVC, "ben"),)))
    assert parts.appetite.room_changed(replace(other, timeline=replace(other.timeline, item="two")), NOW) == []
    assert parts.appetite.room_changed(room(on=None), NOW) == []
    fresh = Parts()
    assert fresh.appetite.room_changed(of_hevc(), NOW) == [LookAtFilm(HEVC.film_id, ASKED)]


def test_nothing_is_fetched_before_the_browser_has_answered() -> None:
    parts = ready(of_hevc())
    assert (flow(parts), standing(parts)) == (Flow.CHECKING, Standing.CHECKING)
    assert parts.exchange.swarm.fetching.book.for_film(OF.film_id) == []
    parts.appetite.looked_at(ev.FilmLookedAt(HEVC.film_id, (True,) * 4), NOW)
    assert parts.exchange.swarm.fetching.book.for_film(OF.film_id)
    assert flow(parts) is Flow.WAITING


def test_what_cannot_be_played_is_fetched_only_by_choice() -> None:
    parts = ready(of_hevc())
    parts.appetite.looked_at(ev.FilmLookedAt(HEVC.film_id, CANNOT), NOW)
    assert (flow(parts), standing(parts)) == (Flow.CANNOT_PLAY, Standing.CANNOT_PLAY)
    assert parts.exchange.swarm.fetching.book.for_film(OF.film_id) == []
    assert not parts.appetite.shows(parts.company.room)
    effects = parts.appetite.wanted(ev.FilmWanted(HEVC.film_id), NOW)
    assert effects[0] == RememberChoice(HEVC.film_id, Choice.ANYWAY)
    assert parts.exchange.swarm.fetching.book.for_film(OF.film_id)
    assert (flow(parts), standing(parts)) == (Flow.WAITING, Standing.CANNOT_PLAY)
    assert not parts.appetite.shows(parts.company.room)
    effects = parts.appetite.declined(ev.FilmDeclined(HEVC.film_id), NOW)
    assert effects[0] == RememberChoice(HEVC.film_id, None)
    assert standing(parts) is Standing.CANNOT_PLAY
    report = parts.report()
    assert report is not None
    assert report.lacks == "hvc1.1.6.L93.90"


def test_what_is_declined_is_taken_back_until_it_is_wanted_after_all() -> None:
    parts = ready()
    parts.appetite.looked_at(ev.FilmLookedAt(FILM.film_id, ()), NOW)
    assert parts.exchange.swarm.fetching.book.for_film(OF.film_id)
    effects = parts.appetite.declined(ev.FilmDeclined(FILM.film_id), NOW)
    assert effects[0] == RememberChoice(FILM.film_id, Choice.DECLINED)
    assert set(asked(list(effects))) == {wire.Cancel}
    assert (flow(parts), standing(parts)) == (Flow.DECLINED, Standing.DECLINED)
    assert not parts.appetite.shows(parts.company.room)
    effects = parts.appetite.wanted(ev.FilmWanted(FILM.film_id), NOW)
    assert effects[0] == RememberChoice(FILM.film_id, None)
    assert wire.Request in asked(list(effects))
    assert parts.appetite.shows(parts.company.room)


def test_a_choice_of_before_the_reload_counts() -> None:
    parts = ready()
    parts.appetite.looked_at(ev.FilmLookedAt(FILM.film_id, (), Choice.DECLINED), NOW)
    assert flow(parts) is Flow.DECLINED
    assert parts.told.notice(NOW + 60) is None


def test_what_is_here_is_shown_whatever_was_chosen() -> None:
    parts = ready()
    parts.appetite.declined(ev.FilmDeclined(FILM.film_id), NOW)
    parts.exchange.swarm.shares[OF.film_id].held.bits = 0b1111
    assert (flow(parts), parts.appetite.shows(parts.company.room)) == (Flow.COMPLETE, True)
    parts.exchange.swarm.offer(OF.facts, OF.manifest, 600.0, NOW)
    assert parts.appetite.shows(parts.company.room)
    assert parts.appetite.shows(None)


def test_of_films_that_were_never_on_nothing_is_known() -> None:
    parts = Parts()
    assert parts.appetite.looked_at(ev.FilmLookedAt("ff" * 32, ()), NOW) == []
    assert parts.appetite.declined(ev.FilmDeclined("ff" * 32), NOW) == []
    assert parts.appetite.wanted(ev.FilmWanted("ff" * 32), NOW) == []
    assert set(parts.appetite.handlers()) == {ev.FilmLookedAt, ev.FilmDeclined, ev.FilmWanted}


def test_where_no_connection_can_be_made_a_film_is_not_shown_unless_it_is_here() -> None:
    parts = unplugged(showing("ben"))
    assert not parts.appetite.shows(parts.company.room)
    assert (flow(parts), standing(parts)) == (Flow.UNCONNECTED, Standing.UNCONNECTED)
    parts.exchange.swarm.shares[OF.film_id].held.bits = 0b1111
    assert parts.appetite.shows(parts.company.room)
