"""Finding films by what people type: any case, any accents, articles wherever, small slips; and films to begin with."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import islice

from app.recommend.group import genre_pair
from app.recommend.pack import Film, Pack
from app.recommend.titles import folded, names, same_series

MOST_FOUND = 20
MOST_QUERY = 80
MOST_WORDS = 8
# Words with a slip in them: each is compared with every word there is.
MOST_SLIPS = 3
SUGGESTED = 24
_OF_A_PAIR = 2
_DECADE = 10
_SLIP_FROM = 3
_TWO_SLIPS_FROM = 8
_WHOLE, _BEGINNING, _SLIP = 3.0, 2.0, 1.0


class Catalogue:
    """The films of a pack by the words of their names."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack

    def search(self, query: str, most: int = MOST_FOUND) -> tuple[Film, ...]:
        """The films that a query may mean, best first; the better known first among equals."""
        words = folded(query[:MOST_QUERY]).split()[:MOST_WORDS]
        if not words:
            return ()
        found = self._all_of(words)
        whole = " ".join(words)
        order = sorted(found, key=lambda place: (-self._closeness(place, whole), -found[place], place))
        return tuple(self.pack.films[place] for place in order[:most])

    def suggestions(self, most: int = SUGGESTED) -> tuple[Film, ...]:
        """Well-known films that have little in common: one of a series, few of a kind, few of a decade."""
        return tuple(islice(self._varied(max(1, most // 3)), most))

    def _varied(self, of_a_decade: int) -> Iterable[Film]:
        taken: list[Film] = []
        pairs: Counter[tuple[str, ...]] = Counter()
        decades: Counter[int] = Counter()
        for film in self.pack.films:
            pair, decade = genre_pair(film), film.year // _DECADE
            few = pairs[pair] < _OF_A_PAIR and decades[decade] < of_a_decade
            if few and not any(same_series(film.title, other.title) for other in taken):
                taken.append(film)
                pairs[pair] += 1
                decades[decade] += 1
                yield film

    @cached_property
    def _names(self) -> list[tuple[str, ...]]:
        return [tuple(folded(name) for name in names(film.title)) for film in self.pack.films]

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """The films in whose names or year each word stands."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for place, film in enumerate(self.pack.films):
            for word in {str(film.year), *(word for name in self._names[place] for word in name.split())}:
                found[word].append(place)
        return dict(found)

    def _all_of(self, words: Sequence[str]) -> dict[int, float]:
        """The films with words like all of these, and how like they are."""
        found: dict[int, float] | None = None
        slips = 0
        for word in words:
            like = self._like(word)
            if not like:
                slips += 1
                like = self._near(word) if slips <= MOST_SLIPS else []
            others = self._with(like)
            both = others if found is None else found.keys() & others.keys()
            found = {place: others[place] + (found or {}).get(place, 0.0) for place in both}
            if not found:
                break
        return found or {}

    def _with(self, like: Iterable[tuple[str, float]]) -> dict[int, float]:
        """The films in which such words stand, and how like they are."""
        best: dict[int, float] = {}
        for known, likeness in like:
            for place in self._places[known]:
                best[place] = max(best.get(place, 0.0), likeness)
        return best

    def _like(self, word: str) -> list[tuple[str, float]]:
        return [(known, _WHOLE if known == word else _BEGINNING) for known in self._places if known.startswith(word)]

    def _near(self, word: str) -> list[tuple[str, float]]:
        if len(word) < _SLIP_FROM or word.isdecimal():
            return []
        slips = 2 if len(word) >= _TWO_SLIPS_FROM else 1
        return [(known, _SLIP) for known in self._places if near(word, known, slips)]

    def _closeness(self, place: int, whole: str) -> int:
        """2: a name is just that, 1: it begins so, articles aside."""
        bare = whole.removeprefix("the ")
        return max(
            2 if name.removeprefix("the ") == bare else 1 if name.removeprefix("the ").startswith(bare) else 0
            for name in self._names[place]
        )


def near(one: str, other: str, slips: int) -> bool:
    """Whether at most `slips` letters must be put in, left out, changed or swapped with a neighbour."""
    if abs(len(one) - len(other)) > slips:
        return False
    begin = 0
    while begin < min(len(one), len(other)) and one[begin] == other[begin]:
        begin += 1
    a, b = one[begin:], other[begin:]
    while a and b and a[-1] == b[-1]:
        a, b = a[:-1], b[:-1]
    if min(len(a), len(b)) > 2 * slips + 1:
        return False
    return _distance(a, b) <= slips


def _distance(a: str, b: str) -> int:
    """Damerau's distance of two short texts (optimal string alignment)."""
    rows = [list(range(len(b) + 1))]
    for i, letter in enumerate(a, 1):
        above, row = rows[i - 1], [i]
        for j, other in enumerate(b, 1):
            steps = [above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != other)]
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                steps.append(rows[i - 2][j - 2] + 1)
            row.append(min(steps))
        rows.append(row)
    return rows[-1][-1]
