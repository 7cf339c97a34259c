"""What two members say through the server to get connected: JSON, checked before use.

Laws: every attempt at a connection has a life, a name nobody else uses: the page's, and a number. A word carries the
speaker's life and, once known, the listener's.
"""

import json
import re
from dataclasses import asdict, dataclass

KINDS = frozenset({"knock", "offer", "answer", "candidate", "unable"})
_LIFE = re.compile(r"[^.]*\.[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Word:
    """`body` is the SDP, or the candidate as JSON text; `to` is the listener's life, None while it is not known."""

    kind: str
    life: str
    to: str | None
    body: str


def encode(word: Word) -> str:
    """The payload for the server to pass on."""
    return json.dumps(asdict(word), separators=(",", ":"))


def parse(payload: str) -> Word | None:
    """What was said, if it fits."""
    try:
        said = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or not said.keys() >= {"kind", "life", "to", "body"}:
        return None
    kind, life, to, body = (said[part] for part in ("kind", "life", "to", "body"))
    if not (isinstance(kind, str) and isinstance(life, str) and isinstance(to, str | None) and isinstance(body, str)):
        return None
    return Word(kind, life, to, body) if kind in KINDS and _LIFE.fullmatch(life) else None


def page_of(life: str) -> str:
    """The page that an attempt was made by."""
    return life.rpartition(".")[0]


def is_earlier(life: str, than: str | None) -> bool:
    """Whether that attempt came before another one of the same page. Of two pages nobody can tell."""
    if than is None or page_of(life) != page_of(than):
        return False
    return int(life.rpartition(".")[2]) < int(than.rpartition(".")[2])
