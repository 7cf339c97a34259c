"""What a poster says of a film whose only known words are its file's name, and how it is coloured."""

import re
from dataclasses import dataclass

_YEAR = re.compile(r"^(19[0-9]{2}|20[0-9]{2})$")
_NOISE = re.compile(
    r"^(\d{3,4}[pi]|[48]k|uhd|hdr(10)?|bluray|blu|bdrip|brrip|dvdrip|dvd|web|webrip|webdl|hdtv|x26[45]|h26[45]|hevc|avc"
    r"|xvid|aac|ac3|dts|ddp?\d?|av1|vp9|opus|remux|proper|repack|10bit|8bit|yify|yts)$",
    re.IGNORECASE,
)
_SMALL = frozenset(
    ("a", "an", "and", "at", "by", "de", "der", "du", "for", "in", "la", "le", "of", "on", "or", "the", "to")
)
_ARTS = 4
_HUES = (24, 356, 204, 168, 262, 42, 326, 12)


@dataclass(frozen=True, slots=True)
class Title:
    """A film's name for people; `year` is empty where the file does not tell."""

    text: str
    year: str = ""


def title_of(file_name: str) -> Title:
    """`the.third.man.1949.1080p.x264.mkv` is The Third Man, 1949. Never empty while the name is not."""
    stem = re.sub(r"\.[A-Za-z0-9]{2,4}$", "", file_name)
    words = [word for word in re.split(r"[\s._\[\](){}]+", stem) if word.strip("-")]
    kept, year = _until_noise(words)
    text = " ".join(kept).strip(" -–")
    if not text:
        return Title(file_name)
    return Title(_cased(text) if text in (text.lower(), text.upper()) else text, year)


def _until_noise(words: list[str]) -> tuple[list[str], str]:
    """The words before the year and the release's technicalities; a year that comes first is the title."""
    for place, word in enumerate(words):
        if place and _YEAR.match(word):
            return words[:place], word
        if place and _NOISE.match(word.split("-")[0]):
            return words[:place], ""
    return words, ""


def _cased(text: str) -> str:
    words = text.lower().split()
    return " ".join(
        word if place and word in _SMALL else word[:1].upper() + word[1:] for place, word in enumerate(words)
    )


def hue_of(text: str) -> int:
    """A hue in degrees that stays with this film or person."""
    return _HUES[_digest(text) % len(_HUES)]


def art_of(text: str) -> int:
    """Which of the drawn posters this film has."""
    return _digest(text) // len(_HUES) % _ARTS


def _digest(text: str) -> int:
    value = 5381
    for character in text:
        value = (value * 33 + ord(character)) % 2**32
    return value ^ value >> 15
