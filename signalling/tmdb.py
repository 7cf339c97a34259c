"""What The Movie Database knows of a film: poster, overview, length, rating, and where it can be watched.

Its films have other numbers than ours, so each is looked for by title and year, and taken only if both fit. Nothing
that it says is believed unseen: texts are cleaned, numbers bounded, pictures recognised by their first bytes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.recommend.pack import Film
from app.recommend.titles import folded, names, shown
from signalling.outside import Answer, Call, Outside, OutsideError
from signalling.text import clean

MOST_OVERVIEW = 500
MOST_PLATFORMS = 8
MOST_POSTER_BYTES = 400 * 1024
MOST_MINUTES = 1000
WITHIN_S = 3.0
_WIDTH = "w342"
_POSTER = re.compile(r"/[A-Za-z0-9_-]{1,64}\.(jpg|jpeg|png|webp)")
_WHERE = re.compile(r"https://www\.themoviedb\.org/[A-Za-z0-9/_?=&-]{1,200}")
_PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"RIFF": "image/webp"}
_A_YEAR_OFF = 1


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a film; empty, 0 or () where it is not. `rating` is of 10; `where` tells how to watch it."""

    overview: str = ""
    minutes: int = 0
    rating: float = 0.0
    platforms: tuple[str, ...] = ()
    where: str = ""
    poster: str = ""


class Tmdb:
    """`base` is the API's address, `images` that of the pictures; `region` an ISO 3166 country."""

    def __init__(self, base: str, images: str, key: str, region: str, outside: Outside) -> None:
        self._base = base
        self._images = images
        self._key = key
        self.region = region
        self._outside = outside

    async def facts(self, film: Film) -> Facts | None:
        """What it knows; None where it does not know the film. Raises `OutsideError`."""
        query = {"query": shown(film.title), "year": str(film.year), "include_adult": "false"}
        found = await self._get("/3/search/movie", query)
        try:
            number = next((one["id"] for one in found["results"] if _is_it(one, film)), None)
            if number is None:
                return None
            said = await self._get(f"/3/movie/{int(number)}", {"append_to_response": "watch/providers"})
            return _facts(said, self.region)
        except (LookupError, TypeError, ValueError, AttributeError):
            raise OutsideError("its answer is not what was asked for") from None

    async def poster(self, path: str) -> Answer:
        """The picture. Raises `OutsideError`."""
        if _POSTER.fullmatch(path) is None:
            raise OutsideError("that is no address of a poster")
        url = f"{self._images}/t/p/{_WIDTH}{path}"
        answer = await self._outside.ask(Call(url, within_s=WITHIN_S, most_bytes=MOST_POSTER_BYTES, patient=True))
        return Answer(answer.data, kind_of(answer.data))

    async def close(self) -> None:
        """Let go of the connections."""
        await self._outside.close()

    async def _get(self, path: str, params: Mapping[str, str]) -> Any:
        # An older key is a short one and goes with the query; the newer token goes in a header.
        is_token = len(self._key) > 40
        headers = {"Authorization": f"Bearer {self._key}"} if is_token else None
        with_key = params if is_token else {**params, "api_key": self._key}
        return await self._outside.json(Call(self._base + path, with_key, headers, within_s=WITHIN_S, patient=True))


def kind_of(data: bytes) -> str:
    """The type of a picture, by its first bytes. Raises `OutsideError` if it is none that is wanted."""
    for begin, kind in _PICTURES.items():
        if data.startswith(begin):
            return kind
    raise OutsideError("that is no picture")


def _is_it(one: Mapping[str, Any], film: Film) -> bool:
    year = str(one.get("release_date", ""))[:4]
    if not year.isdecimal() or abs(int(year) - film.year) > _A_YEAR_OFF:
        return False
    ours = {_plain(name) for name in names(film.title)}
    return any(_plain(str(one.get(name, ""))) in ours for name in ("title", "original_title"))


def _plain(title: str) -> str:
    return re.sub(r"^(the|a|an) ", "", folded(title))


def _facts(said: Mapping[str, Any], region: str) -> Facts:
    minutes, rating, votes = said.get("runtime"), said.get("vote_average"), said.get("vote_count")
    told = (said.get("watch/providers") or {}).get("results", {}).get(region, {})
    where, poster = str(told.get("link", "")), str(said.get("poster_path", ""))
    return Facts(
        clean(str(said.get("overview") or ""), MOST_OVERVIEW, ""),
        minutes if type(minutes) is int and 0 < minutes <= MOST_MINUTES else 0,
        round(float(rating), 1) if isinstance(rating, int | float) and votes and 0 < rating <= 10 else 0.0,
        tuple(_platforms(told.get("flatrate", []))),
        where if _WHERE.fullmatch(where) else "",
        poster if _POSTER.fullmatch(poster) else "",
    )


def _platforms(told: list[Mapping[str, Any]]) -> list[str]:
    found = (clean(str(one.get("provider_name", "")), 40, "") for one in told)
    return [name for name in dict.fromkeys(found) if name][:MOST_PLATFORMS]
