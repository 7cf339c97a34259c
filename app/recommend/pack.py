"""A data pack: films, how many people liked each, and which films go with which.

The bytes: `MAGIC`, the length of a JSON head (u32, little-endian), the head, then for each film in order the gaps
between its neighbours' places, and after all of these each film's weights, one signed byte a neighbour. A gap counts
the films left out; 255 means 255 of them and that more is to come. Both are read when they are first wanted.
"""

import hashlib
import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any

MAGIC = b"matinee-pack-1\n"
# Steps of a weight each way: a byte has room for more, but these pack better and rank no worse.
FINEST = 63
MORE = 255
_LENGTH = struct.Struct("<I")


class BadPack(Exception):
    """These bytes are no pack; `str()` says why."""


@dataclass(frozen=True, slots=True)
class Film:
    """What is known of a film. `number` is the one of the table it came from; `likes` is how many people liked it."""

    number: int
    title: str
    year: int
    genres: tuple[str, ...]
    likes: int


@dataclass(frozen=True)
class Pack:
    """Films by place, in an order of falling `likes`; what goes with a film is given by `neighbours`."""

    name: str
    films: tuple[Film, ...]
    scales: tuple[float, ...]
    _gap_lengths: tuple[int, ...]
    _weight_counts: tuple[int, ...]
    _gaps: bytes
    _weights: bytes

    @cached_property
    def place(self) -> Mapping[int, int]:
        """Where each film stands, by its number; in order of the places."""
        return {film.number: place for place, film in enumerate(self.films)}

    def film(self, number: int) -> Film | None:
        """The film of that number."""
        place = self.place.get(number)
        return None if place is None else self.films[place]

    def neighbours(self, place: int) -> tuple[tuple[int, float], ...]:
        """The films that go with the one at that place, as (place, weight); a weight below 0: they do not."""
        return self._rows[place] if place in self._rows else self._row(place)

    @cached_property
    def _rows(self) -> dict[int, tuple[tuple[int, float], ...]]:
        return {}

    def _row(self, place: int) -> tuple[tuple[int, float], ...]:
        begin, count = self._gap_starts[place], self._weight_counts[place]
        places = _places(self._gaps[begin : begin + self._gap_lengths[place]])
        steps = struct.unpack_from(f"{count}b", self._weights, self._weight_starts[place])
        scale = self.scales[place]
        self._rows[place] = tuple((at, step * scale) for at, step in zip(places, steps, strict=True))
        return self._rows[place]

    @cached_property
    def _gap_starts(self) -> list[int]:
        return list(accumulate(self._gap_lengths, initial=0))

    @cached_property
    def _weight_starts(self) -> list[int]:
        return list(accumulate(self._weight_counts, initial=0))


def digest(data: bytes) -> str:
    """What a pack is known by: SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def written(name: str, films: Sequence[Film], rows: Sequence[Mapping[int, float]]) -> bytes:
    """The bytes of a pack: `rows` maps, for each film by its place, the places of others to their weights."""
    genres = sorted({genre for film in films for genre in film.genres})
    order = {genre: at for at, genre in enumerate(genres)}
    gaps = [_gaps(sorted(row)) for row in rows]
    scales = [_scale(row) for row in rows]
    head = {
        "name": name,
        "genres": genres,
        "numbers": [film.number for film in films],
        "titles": [film.title for film in films],
        "years": [film.year for film in films],
        "kinds": [[order[genre] for genre in film.genres] for film in films],
        "likes": [film.likes for film in films],
        "scales": [float(f"{scale:.6g}") for scale in scales],
        "gaps": [len(gap) for gap in gaps],
        "weights": [len(row) for row in rows],
    }
    told = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
    steps = (
        struct.pack(f"{len(row)}b", *(round(row[at] / scale) for at in sorted(row)))
        for row, scale in zip(rows, scales, strict=True)
    )
    return b"".join([MAGIC, _LENGTH.pack(len(told)), told, *gaps, *steps])


def read(data: bytes) -> Pack:
    """The pack that these bytes are. Raises `BadPack`."""
    begin = len(MAGIC) + _LENGTH.size
    if not data.startswith(MAGIC) or len(data) < begin:
        raise BadPack("it does not begin as a pack does")
    (length,) = _LENGTH.unpack_from(data, len(MAGIC))
    try:
        head = json.loads(data[begin : begin + length])
        films = tuple(_films(head))
        scales, gaps, weights = (tuple(head[name]) for name in ("scales", "gaps", "weights"))
        over = len(data) - begin - length - sum(gaps) - sum(weights)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise BadPack(f"its head cannot be read: {error}") from None
    if over or {len(scales), len(gaps), len(weights)} != {len(films)}:
        raise BadPack("it is not as long as it says")
    body = data[begin + length :]
    return Pack(str(head["name"]), films, scales, gaps, weights, body[: sum(gaps)], body[sum(gaps) :])


def _films(head: Mapping[str, list[Any]]) -> list[Film]:
    genres = [str(genre) for genre in head["genres"]]
    told = zip(*(head[name] for name in ("numbers", "titles", "years", "kinds", "likes")), strict=True)
    return [
        Film(number, title, year, tuple(genres[kind] for kind in kinds), likes)
        for number, title, year, kinds, likes in told
    ]


def _scale(row: Mapping[int, float]) -> float:
    return max((abs(weight) for weight in row.values()), default=0.0) / FINEST or 1.0


def _gaps(places: Sequence[int]) -> bytes:
    found = bytearray()
    before = -1
    for place in places:
        more, gap = divmod(place - before - 1, MORE)
        found += bytes([MORE] * more + [gap])
        before = place
    return bytes(found)


def _places(gaps: bytes) -> list[int]:
    found, at = [], -1
    for gap in gaps:
        at += gap
        if gap != MORE:
            at += 1
            found.append(at)
    return found
