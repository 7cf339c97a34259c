"""A small pack for tests: films by place, of two camps that go together, with known likes."""

from collections.abc import Mapping, Sequence

from app.recommend.pack import Film, Pack, read, written

CAMP = 12


def film(number: int, title: str = "", year: int = 1990, genres: Sequence[str] = ("Drama",), likes: int = 1) -> Film:
    return Film(
        number,
        title or f"{chr(65 + number % 26)}{'abcdefghij'[number % 10] * 5}{number} film",
        year,
        tuple(genres),
        likes,
    )


def pack_of(films: Sequence[Film], rows: Mapping[int, Mapping[int, float]] | None = None) -> Pack:
    """A pack of these films; `rows` by place."""
    given = rows or {}
    return read(written("small", films, [dict(given.get(place, {})) for place in range(len(films))]))


def two_camps() -> Pack:
    """Numbers 100 to 111 go together and against 200 to 211, and the other way round; the first are better known."""
    kinds = ("Action", "Crime", "Drama", "Horror", "Romance", "War")
    films = [
        film(100 * camp + at, year=1970 + at, genres=(kinds[at % 6], kinds[(at + camp) % 6]), likes=60 - 2 * at - camp)
        for at in range(CAMP)
        for camp in (1, 2)
    ]
    camp = [film.number // 100 for film in films]
    rows = {
        one: {other: 0.1 if camp[one] == camp[other] else -0.05 for other in range(len(films)) if other != one}
        for one in range(len(films))
    }
    return pack_of(films, rows)
