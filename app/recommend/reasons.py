"""Why a film is in a deck: for each person, the loved film that speaks for it most."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.recommend.ranker import Ranker
from app.recommend.taste import Taste


@dataclass(frozen=True, slots=True)
class Because:
    """`who` loved a film, by number, or only liked it."""

    who: str
    film: int
    loved: bool = True


def because(ranker: Ranker, films: Sequence[int], tastes: Mapping[str, Taste]) -> list[tuple[Because, ...]]:
    """The reasons for each film, by number; nobody is named whose loved films say nothing of it."""
    place = ranker.pack.place
    to = frozenset(place[film] for film in films)
    said = {number for taste in tastes.values() for number in taste.loved | taste.liked if number in place}
    speaks = {number: ranker.contributions(place[number], to) for number in sorted(said)}
    found = []
    for film in films:
        strongest = (_strongest(speaks, place[film], who, taste) for who, taste in tastes.items())
        found.append(tuple(reason for reason in strongest if reason is not None))
    return found


def _strongest(speaks: Mapping[int, Mapping[int, float]], place: int, who: str, taste: Taste) -> Because | None:
    """The loved film that speaks for it most; where none does, a liked one."""
    for films in (taste.loved, taste.liked):
        for_it = {number: speaks[number][place] for number in sorted(films) if place in speaks.get(number, ())}
        best = max(for_it, key=lambda number: for_it[number], default=None)
        if best is not None and for_it[best] > 0:
            return Because(who, best, films is taste.loved)
    return None
