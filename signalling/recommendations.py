"""What the server knows of films: the face of `app.recommend` for rooms and for REST, over one data pack.

The pack is read when it is first wanted; a server without one says so, and everything else works. Where a language
model is asked, it chooses among the films that fit best, and what it leaves out is filled from those.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

from aiohttp import web

from app.recommend import group
from app.recommend.catalogue import MOST_QUERY, Catalogue
from app.recommend.group import Group, best, deck, explained, varied
from app.recommend.loader import load
from app.recommend.pack import BadPack, Film, Pack
from app.recommend.ranker import Ranker
from app.recommend.taste import MOST_RATED, Taste, taste
from app.recommend.titles import shown
from app.room.deck import Because, Card, Filters, Lack
from app.room.errors import Reason
from signalling.advice import Adviser, Question
from signalling.limits import Rule
from signalling.logs import note
from signalling.operations import Operation, read_object
from signalling.outside import OutsideError
from signalling.problems import ProblemError, json_answer
from signalling.schemas import CATALOGUE as FOUND
from signalling.schemas import DECK, tastes
from signalling.turnstile import Turnstile

LOG = logging.getLogger("matinee.recommendations")
PACK = Path(__file__).resolve().parent.parent / "packs" / "movielens" / "films.pack"
MOST_PEOPLE = 10
# Of one address: a household of people who type, and decks for whoever asks outside of rooms.
SEARCHES = Rule(150, 10)
DECKS = Rule(10, 10)
CATALOGUE = "/api/v1/catalogue"
RECOMMENDATIONS = "/api/v1/recommendations"
NO_FILMS = "This server has no list of films. Drop a film to watch one together."
NO_TASTES = "This is no list of tastes; see docs/protocol.md."
Dealt: TypeAlias = Callable[[Iterable[int]], None]
_KINDS = ("loved", "liked", "hated")


class NoPackError(Exception):
    """There is no data pack that could be read."""


class Recommendations:
    """Decks and searches; `path` is the pack, `adviser` a language model that may be asked, `dealt` hears which films
    are in decks, where somebody can tell more of them."""

    def __init__(self, path: Path = PACK, adviser: Adviser | None = None, dealt: Dealt | None = None) -> None:
        self._path = path
        self._dealt = dealt
        self._adviser = adviser

    @property
    def tells_more(self) -> bool:
        """Whether there is more to be told of the films of decks."""
        return self._dealt is not None

    def dealt(self, films: Iterable[int]) -> None:
        """These are in a deck."""
        if self._dealt is not None:
            self._dealt(films)

    def film(self, number: int) -> Film | None:
        """The film of that number. Raises `NoPackError`."""
        return self._pack.film(number)

    @property
    def asks(self) -> bool:
        """Whether a language model has its word on decks."""
        return self._adviser is not None

    def cards(
        self,
        tastes: Mapping[str, Taste],
        shown_before: tuple[int, ...] = (),
        skipped: tuple[int, ...] = (),
        filters: Filters | None = None,
    ) -> tuple[Card, ...]:
        """A deck for people by member id; empty where no film fits. Raises `NoPackError`."""
        asked = _group(tastes, shown_before, skipped, filters)
        return tuple(self._card(pick) for pick in deck(self._ranker, asked))

    async def advised_cards(
        self,
        tastes: Mapping[str, Taste],
        shown_before: tuple[int, ...] = (),
        skipped: tuple[int, ...] = (),
        filters: Filters | None = None,
    ) -> tuple[tuple[Card, ...], Lack | None]:
        """A deck with the model's word, or without it where it has none in time. Raises `NoPackError`."""
        asked = _group(tastes, shown_before, skipped, filters)
        fitting = best(self._ranker, asked, group.CANDIDATES)
        if self._adviser is None or not fitting:
            return self._explained(asked, fitting[: group.DECK]), None
        known = [self._known(number) for number in fitting]
        films = [(film.number, f"{shown(film.title)} ({film.year})") for film in known]
        said = [self._titles(one) for one in tastes.values()]
        try:
            chosen = await self._adviser.picks(Question(films, said, min(group.DECK, len(films))))
        except OutsideError as error:
            note(LOG, "no_advice", logging.WARNING, why=str(error))
            return self._explained(asked, fitting[: group.DECK]), Lack.MODEL
        others = [number for number in fitting if number not in chosen]
        cards = self._explained(asked, varied(self._pack, [*chosen, *others]))
        return tuple(replace(card, why=chosen.get(card.film, "")) for card in cards), None

    async def close(self) -> None:
        """Let go of the model."""
        if self._adviser is not None:
            await self._adviser.close()

    def warm(self) -> None:
        """Read what the first question would have to wait for; another thread may do it."""
        try:
            self._catalogue.search("warm")
            self._ranker.scores(Taste())
        except NoPackError:
            pass  # which is told to whoever asks for films

    def search(self, query: str) -> tuple[Film, ...]:
        """The films that a query may mean; well-known ones where it is empty. Raises `NoPackError`."""
        return self._catalogue.search(query) if query.strip() else self._suggestions

    @cached_property
    def genres(self) -> tuple[str, ...]:
        """The genres that films are of. Raises `NoPackError`."""
        return tuple(sorted({genre for film in self._pack.films for genre in film.genres} - group.NO_KIND))

    @cached_property
    def _pack(self) -> Pack:
        try:
            return load(self._path.absolute().as_uri())
        except BadPack as error:
            note(LOG, "no_pack", logging.WARNING, error=type(error).__name__, why=str(error)[:200])
            raise NoPackError(str(error)) from None

    @cached_property
    def _ranker(self) -> Ranker:
        return Ranker(self._pack)

    @cached_property
    def _catalogue(self) -> Catalogue:
        return Catalogue(self._pack)

    @cached_property
    def _suggestions(self) -> tuple[Film, ...]:
        return self._catalogue.suggestions()

    def _explained(self, asked: Group, films: Sequence[int]) -> tuple[Card, ...]:
        return tuple(self._card(pick) for pick in explained(self._ranker, asked, films))

    def _card(self, pick: group.Pick) -> Card:
        film = self._known(pick.film)
        reasons = tuple(Because(one.who, shown(self._known(one.film).title), one.loved) for one in pick.reasons)
        return Card(film.number, shown(film.title), film.year, film.genres, reasons)

    def _titles(self, said: Taste) -> dict[str, list[str]]:
        """The films of a taste that are known, as titles by kind."""
        kinds = ((kind, sorted(getattr(said, kind))) for kind in _KINDS)
        return {kind: [self._known(one).title for one in films if one in self._pack.place] for kind, films in kinds}

    def _known(self, number: int) -> Film:
        return self._pack.films[self._pack.place[number]]


class Films:
    """The handlers of the REST face."""

    def __init__(self, recommendations: Recommendations, turnstile: Turnstile | None = None) -> None:
        self._recommendations = recommendations
        self._turnstile = turnstile or Turnstile()

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked about films."""
        guard = self._turnstile.guard
        search, recommend = guard(SEARCHES, self.catalogue), guard(DECKS, self.recommend)
        none = (Reason.RATE_LIMITED, Reason.UNAVAILABLE)
        query = {"q": "Words of a title; well-known films without it."}
        return (
            Operation("GET", CATALOGUE, "search_films", search, "Films by title.", {200: FOUND}, None, none, query),
            Operation(
                "POST",
                RECOMMENDATIONS,
                "recommend_films",
                recommend,
                "A deck for a few people.",
                {200: DECK},
                tastes(MOST_PEOPLE),
                none,
            ),
        )

    async def catalogue(self, request: web.Request) -> web.Response:
        """Films by what was typed, `q`."""
        try:
            found = self._recommendations.search(request.query.get("q", "")[:MOST_QUERY])
            genres = self._recommendations.genres
        except NoPackError:
            raise ProblemError(Reason.UNAVAILABLE, NO_FILMS) from None
        return json_answer(
            {"films": [_told(film) for film in found], "genres": list(genres), "more": self._recommendations.tells_more}
        )

    async def recommend(self, request: web.Request) -> web.Response:
        """A deck for the tastes of a few people; nothing of it is kept."""
        asked = asked_in(await read_object(request))
        if asked is None:
            raise ProblemError(Reason.INVALID_COMMAND, NO_TASTES)
        tastes, before, skipped = asked
        try:
            cards = self._recommendations.cards(tastes, before, skipped)
        except NoPackError:
            raise ProblemError(Reason.UNAVAILABLE, NO_FILMS) from None
        return json_answer({"films": [_plain(card) for card in cards]})


def _group(
    tastes: Mapping[str, Taste], before: Iterable[int], skipped: Iterable[int], filters: Filters | None
) -> Group:
    wanted = filters or Filters()
    sieve = group.Filters(frozenset(wanted.genres), wanted.from_year, wanted.to_year)
    return Group(tastes, frozenset(before), frozenset(skipped), sieve)


def asked_in(body: dict[str, Any]) -> tuple[dict[str, Taste], tuple[int, ...], tuple[int, ...]] | None:
    """Tastes by name, what was shown and what was skipped, out of a body; None if it is no list of tastes."""
    try:
        people = body["tastes"]
        if not 1 <= len(people) <= MOST_PEOPLE:
            return None
        told = {name: taste(*(_numbers(said, kind) for kind in _KINDS)) for name, said in people.items()}
        return told, _numbers(body, "shown"), _numbers(body, "skipped")
    except (KeyError, TypeError, AttributeError):
        return None


def _numbers(said: Mapping[str, Any], kind: str) -> tuple[int, ...]:
    found = said.get(kind, [])
    if not isinstance(found, list) or not all(type(one) is int for one in found):
        raise TypeError(kind)
    return tuple(found[-3 * MOST_RATED :])


def _told(film: Film) -> dict[str, Any]:
    return {"film": film.number, "title": shown(film.title), "year": film.year, "genres": list(film.genres)}


def _plain(card: Card) -> dict[str, Any]:
    reasons = [{"who": one.member, "title": one.title, "loved": one.loved} for one in card.reasons]
    genres = list(card.genres)
    return {"film": card.film, "title": card.title, "year": card.year, "genres": genres, "reasons": reasons}
