"""What somebody says of films, and for how long it is kept."""

from typing import Any

from app.room.messages import OfferTaste
from app.session import events as ev
from app.session.effects import Effect, KeepTaste, RememberTaste
from app.session.verdicts import MOST_RATED, Verdicts

LOVED, HATED = ev.Verdict.LOVED, ev.Verdict.HATED
KNOWN = {number: ev.KnownFilm(number, f"Film {number}", 1990) for number in range(10_000)}
ONE = ev.Rated(KNOWN[1], LOVED)


def tell(verdicts: Verdicts, event: Any) -> list[Effect]:
    return verdicts.handlers()[type(event)](event, 0.0)


def knowing() -> Verdicts:
    verdicts = Verdicts()
    verdicts.known |= KNOWN
    return verdicts


def test_a_newcomer_is_asked_once_whether_to_keep_it() -> None:
    verdicts = knowing()
    assert not verdicts.unasked
    assert tell(verdicts, ev.FilmRated(1, LOVED)) == [RememberTaste((ONE,), lasting=False)]
    assert verdicts.unasked
    assert tell(verdicts, ev.TasteKept(on=True)) == [KeepTaste(on=True), RememberTaste((ONE,), lasting=True)]
    assert not verdicts.unasked
    assert tell(verdicts, ev.FilmRated(1, LOVED)) == [RememberTaste((), lasting=True)]


def test_who_does_not_want_it_kept_is_not_asked_again() -> None:
    verdicts = knowing()
    tell(verdicts, ev.FilmRated(1, LOVED))
    assert tell(verdicts, ev.TasteKept(on=False)) == [KeepTaste(on=False), RememberTaste((ONE,), lasting=False)]
    assert not verdicts.unasked
    again = Verdicts()
    tell(again, ev.TasteRecalled((ONE,), lasting=False))
    assert (again.unasked, again.all) == (False, (ONE,))
    tell(again, ev.TasteRecalled((ONE,), lasting=None))
    assert again.unasked


def test_ten_thousand_verdicts_are_the_last_three_hundred() -> None:
    verdicts = knowing()
    for number in range(10_000):
        tell(verdicts, ev.FilmRated(number, LOVED if number % 2 else HATED))
    assert [one.known.film for one in verdicts.all] == list(range(10_000 - MOST_RATED, 10_000))
    offer = verdicts.offer
    assert offer is not None
    assert (len(offer.loved), len(offer.liked), len(offer.hated)) == (150, 0, 150)
    recalled = Verdicts()
    tell(recalled, ev.TasteRecalled(tuple(ev.Rated(film, LOVED) for film in KNOWN.values())))
    assert len(recalled.all) == MOST_RATED


def test_of_two_things_said_of_a_film_the_last_counts_and_the_same_twice_is_nothing() -> None:
    verdicts = knowing()
    for verdict in (LOVED, HATED):
        tell(verdicts, ev.FilmRated(1, verdict))
    assert verdicts.all == (ev.Rated(KNOWN[1], HATED),)
    tell(verdicts, ev.FilmRated(1, HATED))
    assert verdicts.all == ()
    assert tell(verdicts, ev.FilmRated(77_777, LOVED)) == []


def test_less_than_three_is_not_enough() -> None:
    verdicts = knowing()
    for number, lacking in ((1, 2), (2, 1)):
        tell(verdicts, ev.FilmRated(number, LOVED))
        assert (verdicts.lacking, verdicts.offer) == (lacking, None)
    tell(verdicts, ev.FilmRated(3, HATED))
    assert (verdicts.lacking, verdicts.offer) == (0, OfferTaste((1, 2), (), (3,)))
