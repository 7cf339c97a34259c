"""Titles of films as people write them: how they are shown, folded for comparing, and which belong to one series.

Tables of films put articles last (“Deer Hunter, The”) and other names of the film in brackets behind.
"""

import re
import unicodedata
from functools import cache

_ARTICLE = re.compile(
    r"^(.*), (the|a|an|le|la|les|l'|el|los|las|il|lo|gli|i|der|die|das|den|det|un|une|ein|eine|o|os)$", re.IGNORECASE
)
_BRACKETS = re.compile(r"\s*\(([^()]*)\)")
_ALSO = re.compile(r"^a\.?k\.?a\.? ", re.IGNORECASE)
_SUBTITLE = re.compile(r": | - | and the ")
_NUMBERS = "one two three four five six seven eight nine ten eleven twelve thirteen"
_INSTALMENT = re.compile(rf"( (part|episode|vol|volume|chapter)\b.*| ([ivx]+|\d+|{_NUMBERS.replace(' ', '|')}))$")
_LETTERS_OF_A_SERIES = 4


def shown(title: str) -> str:
    """A title as a poster has it: articles first, other names left out."""
    main = _BRACKETS.sub("", title).strip() or title
    return _with_article(main)


def names(title: str) -> tuple[str, ...]:
    """All names of a film in a title, the main one first, articles first."""
    others = (_with_article(_ALSO.sub("", other)) for other in _BRACKETS.findall(title))
    return (shown(title), *(other for other in others if other))


def folded(text: str) -> str:
    """Text for comparing: no case, no accents, no punctuation, single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("&", " and ")).replace("ß", "ss")
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    kept = re.sub(r"[’'.]", "", letters)
    return " ".join(re.sub(r"[^\w]+|_", " ", kept).split())


@cache
def series(title: str) -> frozenset[str]:
    """What the series of a film may be called: its names without subtitle, number and article, a space behind."""
    stems = {_stem(name) for name in names(title)}
    return frozenset(f"{stem} " for stem in stems if len(stem) >= _LETTERS_OF_A_SERIES)


def same_series(one: str, other: str) -> bool:
    """Whether two titles look like films of one series: the stem of one begins the stem of the other."""
    return any(a.startswith(b) or b.startswith(a) for a in series(one) for b in series(other))


def _with_article(title: str) -> str:
    found = _ARTICLE.match(title)
    if not found:
        return title
    name, article = found.groups()
    return f"{article}{name}" if article.endswith("'") else f"{article} {name}"


def _stem(name: str) -> str:
    head = folded(_SUBTITLE.split(name)[0])
    # “Beauty and the Beast” is no series of beauties: what comes before “and the” must be a name of two words.
    if " and the " in name and ": " not in name and " " not in head:
        head = folded(name)
    head = re.sub(r"^(the|a|an) ", "", head)
    return _INSTALMENT.sub("", head).strip() or head
