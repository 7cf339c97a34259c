"""Why a film is in a deck: for each person, the loved film that speaks for it most."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.recommend.ranker import Ranker
from app.recommend.taste import Taste


@dataclass(frozen=True, slots=True)
class Because:
    """`who` loved the film `loved`, a number."""

    who: str
    loved: int


def because(ranker: Ranker, film: int, tastes: Mapping[str, Taste]) -> tuple[Because, ...]:
    """The reasons for a film, by number; nobody is named whose loved films say nothing of it."""
    found = ((who, _strongest(ranker, film, taste)) for who, taste in tastes.items())
    return tuple(Because(who, loved) for who, loved in found if loved is not None)


def _strongest(ranker: Ranker, film: int, taste: Taste) -> int | None:
    """The loved film that speaks for it most; where none does, a liked one."""
    place = ranker.pack.place
    for films in (taste.loved, taste.liked):
        known = sorted(loved for loved in films if loved in place)
        speaks = {loved: ranker.contribution(place[loved], place[film]) for loved in known}
        best = max(speaks, key=lambda loved: speaks[loved], default=None)
        if best is not None and speaks[best] > 0:
            return best
    return None
