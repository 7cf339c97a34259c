"""What a group should watch: films that all of them should like, none of which anybody has refused.

Out go what somebody hated or rated, what was shown already and what the filters leave out. Everybody's scores are put
on one scale; the `CANDIDATES` best on average are put in order by GFAR (Kaya, Bridge, Tintarev 2020): each place
goes to the film that promises most to those to whom the places before promised least. Of a series one film is taken,
of a pair of genres three, as long as there are others.
"""

import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import starmap

from app.recommend.pack import Film, Pack
from app.recommend.ranker import Ranker, standard
from app.recommend.reasons import Because, because
from app.recommend.taste import Taste
from app.recommend.titles import same_series

DECK = 15
CANDIDATES = 60
OF_A_PAIR = 3
# How sure a group can be that somebody likes the film that suits them best, and how fast that falls with the score.
SURE = 0.6
STEEPNESS = 0.7
# Tells no two films apart by their look alone (IMAX), or says nothing.
NO_KIND = frozenset({"IMAX", "(no genres listed)"})


@dataclass(frozen=True, slots=True)
class Filters:
    """What a film must be: of one of the genres, if any are named, and of these years, both inclusive."""

    genres: frozenset[str] = frozenset()
    from_year: int | None = None
    to_year: int | None = None

    def passes(self, film: Film) -> bool:
        """Whether the film may be in the deck."""
        return (
            (not self.genres or not self.genres.isdisjoint(film.genres))
            and (self.from_year is None or film.year >= self.from_year)
            and (self.to_year is None or film.year <= self.to_year)
        )


@dataclass(frozen=True, slots=True)
class Pick:
    """A film of a deck, by number, and why it is there."""

    film: int
    reasons: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Who chooses: tastes by person, what was shown in this room, and which of that was skipped; films by number."""

    tastes: Mapping[str, Taste]
    shown: Collection[int] = frozenset()
    skipped: Collection[int] = frozenset()
    filters: Filters = field(default_factory=Filters)


def deck(ranker: Ranker, group: Group, size: int = DECK) -> tuple[Pick, ...]:
    """The best films for the group and why, at most `size`: fewer only where fewer pass."""
    return explained(ranker, group, best(ranker, group, size))


def explained(ranker: Ranker, group: Group, films: Sequence[int]) -> tuple[Pick, ...]:
    """Films by number, and why they are there."""
    return tuple(starmap(Pick, zip(films, because(ranker, films, group.tastes), strict=True)))


def best(ranker: Ranker, group: Group, size: int) -> tuple[int, ...]:
    """The best films for the group by number, at most `size`."""
    tastes = list(group.tastes.values()) or [Taste()]
    passing = open_places(ranker.pack, group)
    everybody = [standard(ranker.scores(taste, group.skipped)) for taste in tastes]
    total = list(map(sum, zip(*everybody, strict=True)))
    order = sorted(passing, key=total.__getitem__, reverse=True)
    return tuple(ranker.pack.films[place].number for place in _choose(ranker.pack, everybody, order, size))


def varied(pack: Pack, films: Sequence[int], size: int = DECK) -> tuple[int, ...]:
    """The first films of an order of somebody else's, by number, that keep to the rules; by ever fewer of them where
    too few do."""
    places = _filled(pack, [], [pack.place[number] for number in films], size)
    return tuple(pack.films[place].number for place in places)


def open_places(pack: Pack, group: Group) -> list[int]:
    """The places of the films that nobody has a reason against."""
    closed = set(group.shown).union(group.skipped, *(taste.rated for taste in group.tastes.values()))
    places = [place for place, number in enumerate(pack.place) if number not in closed]
    if group.filters == Filters():
        return places
    return [place for place in places if group.filters.passes(pack.films[place])]


def _choose(pack: Pack, everybody: Sequence[Sequence[float]], order: Sequence[int], size: int) -> list[int]:
    """GFAR among the candidates; where the rules leave too few of them, whatever comes next, by ever fewer rules."""
    candidates = order[:CANDIDATES]
    chosen = _fairest(pack, [_chances(scores, candidates) for scores in everybody], candidates, size)
    return _filled(pack, chosen, order, size)


def _filled(pack: Pack, chosen: list[int], order: Sequence[int], size: int) -> list[int]:
    """What was chosen, and the first of an order that keep to the rules, all of them as long as there are such."""
    rules: tuple[Callable[[Sequence[Film], Film], bool], ...] = (_new, _other_series, lambda _, __: True)
    for rule in rules:
        for place in order:
            if len(chosen) >= size:
                return chosen
            if place not in chosen and rule([pack.films[at] for at in chosen], pack.films[place]):
                chosen.append(place)
    return chosen


def _fairest(pack: Pack, chances: Sequence[Sequence[float]], candidates: Sequence[int], size: int) -> list[int]:
    """Each place to the film that promises most, weighing each person by the chance that nothing so far was theirs."""
    missed, together = [1.0] * len(chances), list(zip(*chances, strict=True))
    left, chosen = list(range(len(candidates))), list[int]()
    while left and len(chosen) < size:
        gains = [sum([miss * chance for miss, chance in zip(missed, of, strict=True)]) for of in together]
        best = max(left, key=gains.__getitem__)
        left.remove(best)
        if not _new([pack.films[at] for at in chosen], pack.films[candidates[best]]):
            continue
        chosen.append(candidates[best])
        missed = [miss * (1 - chance[best]) for miss, chance in zip(missed, chances, strict=True)]
    return chosen


def _chances(scores: Sequence[float], candidates: Sequence[int]) -> list[float]:
    """How likely it is that somebody likes each candidate."""
    top = max((scores[place] for place in candidates), default=0.0)
    return [SURE / (1 + math.exp((top - scores[place]) / STEEPNESS)) for place in candidates]


def _new(chosen: Sequence[Film], film: Film) -> bool:
    """Whether a film is of no series that was taken, and of no pair of genres that was taken often."""
    pair = genre_pair(film)
    return _other_series(chosen, film) and Counter(map(genre_pair, chosen))[pair] < OF_A_PAIR


def _other_series(chosen: Sequence[Film], film: Film) -> bool:
    return not any(same_series(one.title, film.title) for one in chosen)


def genre_pair(film: Film) -> tuple[str, ...]:
    """The first two genres of a film."""
    return tuple(genre for genre in film.genres if genre not in NO_KIND)[:2]
