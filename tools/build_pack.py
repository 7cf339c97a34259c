"""Builds a data pack out of a table of ratings: `python tools/build_pack.py TABLE.csv[.gz] NAME OUT`.

The table is CSV with a head: movieId, title, year, genres (separated by |), userId, rating (0.5 to 5); other columns
are passed over. Films with at least `LEAST_RATINGS` ratings are kept. A film is liked from `LIKED` on.

The model is EASE^R (H. Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019): with the table X of who
liked what and P = (XᵀX + λI)⁻¹, film i speaks for film j by -P[i][j] / P[j][j]. There are far fewer people than films,
so by Woodbury's identity P = (I - Xᵀ(λI + XXᵀ)⁻¹X) / λ, and only a matrix of people is inverted. All sums are made in
one order by plain Python: the same table gives the same bytes everywhere.
"""

import argparse
import csv
import gzip
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app.recommend.pack import Film, digest, written

LEAST_RATINGS = 5
LIKED = 4.0
LAMBDA = 300.0
NEIGHBOURS = 60
WEAKEST = 0.005  # what is weaker makes a pack much larger and a deck no better
NO_GENRES = "(no genres listed)"


@dataclass(frozen=True, slots=True)
class Rating:
    """What somebody gave a film, 0.5 to 5."""

    film: int
    person: int
    stars: float


@dataclass(frozen=True, slots=True)
class Table:
    """All ratings, and title, year and genres of each film by its number."""

    films: Mapping[int, tuple[str, int, tuple[str, ...]]]
    ratings: Sequence[Rating]


class BadTable(Exception):
    """This is no table of ratings; `str()` is one sentence."""


def table(path: Path) -> Table:
    """Read a table. Raises `BadTable`. Films without a year are left out."""
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8", newline="") as lines:
            return _table(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError) as error:
        raise BadTable(f"{path} cannot be read: {error}.") from None
    except (KeyError, ValueError, TypeError) as error:
        raise BadTable(
            f"{path} needs the columns movieId, title, year, genres, userId and rating ({error!r})."
        ) from None


def pack(name: str, table: Table) -> bytes:
    """The pack of a table."""
    films = kept(table, table.ratings)
    return written(name, films, model(films, table.ratings))


def kept(table: Table, ratings: Iterable[Rating]) -> list[Film]:
    """The films that are rated often enough, the most liked first."""
    ratings = list(ratings)
    rated = Counter(rating.film for rating in ratings)
    likes = Counter(rating.film for rating in ratings if rating.stars >= LIKED)
    numbers = (number for number, count in rated.items() if count >= LEAST_RATINGS and number in table.films)
    order = sorted(numbers, key=lambda number: (-likes[number], number))
    return [Film(number, *table.films[number], likes[number]) for number in order]


def model(films: Sequence[Film], ratings: Iterable[Rating]) -> list[dict[int, float]]:
    """For each film, by place, the films it says most of, for or against, and how much: `NEIGHBOURS` at most."""
    fans = _fans(films, ratings)
    kernel = _inverse(_people(fans))
    columns = [_summed([kernel[person] for person in who], len(kernel)) for who in fans]
    people = list(zip(*columns, strict=True))
    inverse = [_summed([people[person] for person in who], len(films)) for who in fans]
    diagonal = [1.0 - inverse[place][place] for place in range(len(films))]
    return [_row(place, inverse[place], diagonal) for place in range(len(films))]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python tools/build_pack.py", description="Make a data pack of ratings.")
    parser.add_argument("table", type=Path, help="CSV, plain or .gz")
    parser.add_argument("name", help="what the pack is called")
    parser.add_argument("out", type=Path, help="file to write")
    asked = parser.parse_args()
    try:
        data = pack(asked.name, table(asked.table))
    except BadTable as trouble:
        print(f"matinee: {trouble}")
        return 1
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_bytes(data)
    print(f"{asked.out}: {len(data)} bytes, SHA-256 {digest(data)}")
    return 0


def _table(lines: "csv.DictReader[str]") -> Table:
    films, ratings = {}, []
    for line in lines:
        number = int(line["movieId"])
        ratings.append(Rating(number, int(line["userId"]), float(line["rating"])))
        if line["year"].isdecimal():
            genres = tuple(genre for genre in line["genres"].split("|") if genre and genre != NO_GENRES)
            films[number] = (line["title"], int(line["year"]), genres)
    return Table(films, ratings)


def _fans(films: Sequence[Film], ratings: Iterable[Rating]) -> list[list[int]]:
    """Who liked each film; people are counted from 0, in the order of their numbers."""
    place = {film.number: at for at, film in enumerate(films)}
    found = defaultdict[int, set[int]](set)
    for rating in ratings:
        if rating.stars >= LIKED and rating.film in place:
            found[place[rating.film]].add(rating.person)
    people = {person: at for at, person in enumerate(sorted(set().union(*found.values())))}
    return [sorted(people[person] for person in found[at]) for at in range(len(films))]


def _people(fans: Sequence[Sequence[int]]) -> list[list[float]]:
    """λI + XXᵀ: how many films each two people both liked."""
    count = 1 + max((person for who in fans for person in who), default=-1)
    both = [[0.0] * count for _ in range(count)]
    for who in fans:
        for person in who:
            row = both[person]
            for other in who:
                row[other] += 1.0
    for person in range(count):
        both[person][person] += LAMBDA
    return both


def _inverse(matrix: Sequence[Sequence[float]]) -> list[list[float]]:
    """The inverse of a symmetric positive definite matrix, by Gauss and Jordan; such need no search for pivots."""
    size = len(matrix)
    rows = [[*row, *(float(at == own) for at in range(size))] for own, row in enumerate(matrix)]
    for at in range(size):
        pivot = rows[at][at]
        lead = rows[at] = [value / pivot for value in rows[at]]
        for other in range(size):
            factor = rows[other][at]
            if other != at and factor:
                rows[other] = [value - factor * step for value, step in zip(rows[other], lead, strict=True)]
    return [row[size:] for row in rows]


def _summed(rows: Iterable[Sequence[float]], size: int) -> list[float]:
    """The sum of rows, one after the other: `sum` rounds in other ways from Python 3.12 on."""
    total = [0.0] * size
    for row in rows:
        total = [value + more for value, more in zip(total, row, strict=True)]
    return total


def _row(place: int, inverse: Sequence[float], diagonal: Sequence[float]) -> dict[int, float]:
    strengths = {at: value / diagonal[at] for at, value in enumerate(inverse) if value and at != place}
    order = sorted(strengths, key=lambda at: (-abs(strengths[at]), at))[:NEIGHBOURS]
    return {at: strengths[at] for at in order if abs(strengths[at]) >= WEAKEST}


if __name__ == "__main__":
    sys.exit(main())
