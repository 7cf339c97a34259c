"""Why a film is in a deck: for each person, the loved film that speaks for it most."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.recommend.ranker import Ranker
from app.recommend.taste import Taste


@dataclass(frozen=True, slots=True)
class Because:
    """`who` loved a film, by number, or only liked it."""

    who: str
    film: int
    loved: bool = True


def because(ranker: Ranker, film: int, tastes: Mapping[str, Taste]) -> tuple[Because, ...]:
    """The reasons for a film, by number; nobody is named whose loved films say nothing of it."""
    found = (_strongest(ranker, film, who, taste) for who, taste in tastes.items())
    return tuple(reason for reason in found if reason is not None)


def _strongest(ranker: Ranker, film: int, who: str, taste: Taste) -> Because | None:
    """The loved film that speaks for it most; where none does, a liked one."""
    place = ranker.pack.place
    for films in (taste.loved, taste.liked):
        known = sorted(number for number in films if number in place)
        speaks = {number: ranker.contribution(place[number], place[film]) for number in known}
        best = max(speaks, key=lambda number: speaks[number], default=None)
        if best is not None and speaks[best] > 0:
            return Because(who, best, films is taste.loved)
    return None
