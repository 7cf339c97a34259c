"""How much one person should like each film of a pack, out of a few verdicts.

EASE^R (Steck 2019): what goes with the films somebody loved counts for a film, what goes with those they hated against
it. The fewer verdicts there are, the more a film counts that many people like.
"""

import math
from collections.abc import Collection

from app.recommend.pack import Pack
from app.recommend.taste import ENOUGH, Taste, weights

# How much popularity counts beside a taste of `ENOUGH` films. Found on people held back from training.
POPULARITY = 0.03


class Ranker:
    """Scores the films of a pack by place; higher is better, the unit means nothing."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._prior = [POPULARITY * math.log1p(film.likes) for film in pack.films]

    def scores(self, taste: Taste, skipped: Collection[int] = ()) -> list[float]:
        """A score for every film. Films that the pack does not know weigh nothing."""
        place = self.pack.place
        known = {place[film]: weight for film, weight in weights(taste, skipped).items() if film in place}
        share = ENOUGH / max(ENOUGH, len(known.keys() & {place[film] for film in taste.rated if film in place}))
        found = [prior * share for prior in self._prior]
        for at, weight in known.items():
            for other, strength in self.pack.neighbours(at):
                found[other] += weight * strength
        return found

    def contributions(self, film: int, to: Collection[int]) -> dict[int, float]:
        """How much having loved one film, by place, speaks for each of some others; nothing for those left out."""
        return {other: strength for other, strength in self.pack.neighbours(film) if other in to}


def standard(scores: list[float]) -> list[float]:
    """Scores as distances from their mean in standard deviations, so that nobody's count more than another's."""
    count = len(scores) or 1
    mean = sum(scores) / count
    variance = max(0.0, sum([score * score for score in scores]) / count - mean * mean)
    deviation = math.sqrt(variance) or 1.0
    return [(score - mean) / deviation for score in scores]
