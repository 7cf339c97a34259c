"""Which servers of others may be asked, by the environment. Without keys there are none, and nothing else changes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from signalling.advice import Adviser, Gemini, OpenAi, Wire
from signalling.outside import Outside
from signalling.tmdb import Tmdb

GEMINI_URL = "https://generativelanguage.googleapis.com"
GEMINI_MODEL = "gemini-2.5-flash-lite"
LLM_WITHIN_S = 1.7
TMDB_URL = "https://api.themoviedb.org"
TMDB_IMAGES_URL = "https://image.tmdb.org"
USUAL_REGION = "US"


class AdapterError(Exception):
    """The environment contradicts itself; `str()` is one sentence for the person."""


@dataclass(frozen=True, slots=True)
class Model:
    """A language model: an OpenAI-compatible server if there is a `url`, else Gemini if there is its `key`."""

    url: str = ""
    key: str = field(default="", repr=False)
    gemini_url: str = GEMINI_URL
    gemini_key: str = field(default="", repr=False)
    name: str = ""
    within_s: float = LLM_WITHIN_S

    def adviser(self) -> Adviser | None:
        """Who asks it."""
        wire: Wire
        if self.url:
            wire = OpenAi(self.url, self.key, self.name)
        elif self.gemini_key:
            wire = Gemini(self.gemini_url, self.gemini_key, self.name or GEMINI_MODEL)
        else:
            return None
        return Adviser(wire, Outside(), self.within_s)


@dataclass(frozen=True, slots=True)
class FilmLore:
    """The Movie Database, if there is a `key` for it; `region` is the country whose platforms are told."""

    url: str = TMDB_URL
    images_url: str = TMDB_IMAGES_URL
    key: str = field(default="", repr=False)
    region: str = USUAL_REGION

    def tmdb(self) -> Tmdb | None:
        """Who asks it."""
        return Tmdb(self.url, self.images_url, self.key, self.region, Outside()) if self.key else None


def film_lore(environ: Mapping[str, str]) -> FilmLore:
    """What the environment says of The Movie Database. Raises `AdapterError`."""
    region = environ.get("TMDB_REGION", "") or USUAL_REGION
    if re.fullmatch("[A-Z]{2}", region) is None:
        raise AdapterError(f"TMDB_REGION must be a country in two capital letters, such as DE; it is {region!r}.")
    return FilmLore(
        _address(environ, "TMDB_BASE_URL", TMDB_URL),
        _address(environ, "TMDB_IMAGES_URL", TMDB_IMAGES_URL),
        environ.get("TMDB_API_KEY", ""),
        region,
    )


def model(environ: Mapping[str, str]) -> Model:
    """The model that the environment names. Raises `AdapterError`."""
    get = environ.get
    found = Model(
        _address(environ, "LLM_BASE_URL", ""),
        get("LLM_API_KEY", ""),
        _address(environ, "GEMINI_BASE_URL", GEMINI_URL),
        get("GEMINI_API_KEY", ""),
        get("LLM_MODEL", ""),
        _seconds(environ, "LLM_WITHIN_S", LLM_WITHIN_S),
    )
    if found.url and not found.name:
        raise AdapterError("LLM_BASE_URL is set, but no LLM_MODEL: name the model to ask there.")
    return found


def _address(environ: Mapping[str, str], name: str, usual: str) -> str:
    url = environ.get(name, "") or usual
    if url and not url.startswith(("http://", "https://")):
        raise AdapterError(f"{name} must be an address that begins with https://; it is {url!r}.")
    return url.rstrip("/")


def _seconds(environ: Mapping[str, str], name: str, most: float) -> float:
    said = environ.get(name, "")
    try:
        seconds = float(said or most)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= most:
        raise AdapterError(f"{name} must be a number of seconds above 0 and at most {most:g}; it is {said!r}.")
    return seconds
