"""What somebody thinks of films, and what it weighs.

Law: a verdict against a film is never lost: where somebody has said two things of a film, the worse one counts.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

MOST_RATED = 500
ENOUGH = 3


class Verdict(StrEnum):
    """What somebody says of a film."""

    LOVED = "loved"
    LIKED = "liked"
    HATED = "hated"


WEIGHTS: Mapping[Verdict, float] = {Verdict.LOVED: 1.0, Verdict.LIKED: 0.7, Verdict.HATED: -0.5}
SKIPPED = -0.15


@dataclass(frozen=True, slots=True)
class Taste:
    """Films by number, each in one of the three; at most `MOST_RATED` count, the last ones said of each kind."""

    loved: frozenset[int] = frozenset()
    liked: frozenset[int] = frozenset()
    hated: frozenset[int] = frozenset()

    @property
    def rated(self) -> frozenset[int]:
        """Every film that a verdict was given on."""
        return self.loved | self.liked | self.hated

    @property
    def is_enough(self) -> bool:
        """Whether there is something to go by."""
        return len(self.rated) >= ENOUGH


def taste(loved: Iterable[int] = (), liked: Iterable[int] = (), hated: Iterable[int] = ()) -> Taste:
    """A taste out of what may say too much, and contradict itself."""
    against = _last(hated)
    fine = _last(liked) - against
    return Taste(_last(loved) - fine - against, fine, against)


def weights(taste: Taste, skipped: Collection[int] = ()) -> dict[int, float]:
    """What each film weighs; a film that was skipped in this room counts a little against its like, if not rated."""
    found = dict.fromkeys(skipped, SKIPPED)
    for verdict, films in ((Verdict.LOVED, taste.loved), (Verdict.LIKED, taste.liked), (Verdict.HATED, taste.hated)):
        found |= dict.fromkeys(films, WEIGHTS[verdict])
    return found


def _last(films: Iterable[int]) -> frozenset[int]:
    return frozenset(tuple(films)[-MOST_RATED:])
