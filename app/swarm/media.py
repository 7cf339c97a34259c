"""The video element's requests for bytes, answered exactly and in bounded slices.

Laws: an answer lies within one piece and is at most 1 MiB; a request for a
piece that is not held waits, and its piece is urgent. Requests that the video
has given up cannot be told from live ones, so only the newest few are kept.
Range semantics: RFC 9110, section 14.
"""

import re
from dataclasses import dataclass

from app.swarm.actions import AnswerMedia, RefuseMedia
from app.swarm.manifest import MIB

MAX_SLICE = MIB
MAX_WAITING = 12

_RANGE = re.compile(r"bytes=([0-9]{0,19})-([0-9]{0,19})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Facts:
    """What must be known of a film to serve it; sizes in bytes."""

    film_id: str
    size: int
    piece_size: int
    mime: str


@dataclass(frozen=True, slots=True)
class MediaRequest:
    """A slice the video waits for, in bytes of the film; `start` up to, not including, `stop`."""

    request: int
    start: int
    stop: int

    def piece(self, piece_size: int) -> int:
        """The piece it lies in."""
        return self.start // piece_size


def parse(request: int, method: str, header: str | None, facts: Facts) -> MediaRequest | RefuseMedia:
    """What a request comes to: a slice to wait for, or an answer without bytes (HEAD, 416)."""
    if method == "HEAD":
        return RefuseMedia(request, 200, _headers(facts, facts.size))
    match = _RANGE.fullmatch(header.strip()) if header else None
    if match is None or match.groups() == ("", ""):
        return _slice(request, 0, facts.size, facts)
    first, last = match.groups()
    start = int(first) if first else max(0, facts.size - int(last))
    stop = min(int(last) + 1, facts.size) if first and last else facts.size
    if start >= facts.size or stop <= start:
        return RefuseMedia(request, 416, (("Content-Range", f"bytes */{facts.size}"), ("Content-Length", "0")))
    return _slice(request, start, stop, facts)


def _slice(request: int, start: int, stop: int, facts: Facts) -> MediaRequest:
    piece_end = (start // facts.piece_size + 1) * facts.piece_size
    bounded = min(stop, piece_end, start + MAX_SLICE)
    return MediaRequest(request, start, bounded)


def answer(wanted: MediaRequest, facts: Facts) -> AnswerMedia:
    """The answer to a request whose piece is held."""
    length = wanted.stop - wanted.start
    headers = (
        *_headers(facts, length),
        ("Content-Range", f"bytes {wanted.start}-{wanted.stop - 1}/{facts.size}"),
    )
    piece = wanted.piece(facts.piece_size)
    offset = wanted.start - piece * facts.piece_size
    return AnswerMedia(wanted.request, facts.film_id, piece, offset, length, 206, headers)


def unavailable(request: int, status: int = 503) -> RefuseMedia:
    """Not now (503), not here (404), or nothing at all (204), for a film that nobody looks at any more."""
    return RefuseMedia(request, status, (("Content-Length", "0"), ("Cache-Control", "no-store")))


def _headers(facts: Facts, length: int) -> tuple[tuple[str, str], ...]:
    return (
        ("Content-Type", facts.mime),
        ("Content-Length", str(length)),
        ("Accept-Ranges", "bytes"),
        ("Cache-Control", "no-store"),
    )


class Waiting:
    """The requests that wait for a piece, newest last."""

    def __init__(self) -> None:
        self._requests: list[MediaRequest] = []

    def __bool__(self) -> bool:
        return bool(self._requests)

    def add(self, wanted: MediaRequest) -> RefuseMedia | None:
        """Keep it; the oldest is refused when there are too many."""
        self._requests.append(wanted)
        if len(self._requests) <= MAX_WAITING:
            return None
        return unavailable(self._requests.pop(0).request)

    def take(self, piece: int, piece_size: int) -> list[MediaRequest]:
        """Those that waited for `piece`."""
        found = [wanted for wanted in self._requests if wanted.piece(piece_size) == piece]
        self._requests = [wanted for wanted in self._requests if wanted not in found]
        return found

    def refuse_all(self) -> list[RefuseMedia]:
        """Nobody waits any more: no fault, so no error that a browser would write down."""
        refused = [unavailable(wanted.request, 204) for wanted in self._requests]
        self._requests.clear()
        return refused

    def urgent(self, piece_size: int) -> tuple[int, ...]:
        """The pieces waited for, newest first, each once."""
        return tuple(dict.fromkeys(wanted.piece(piece_size) for wanted in reversed(self._requests)))
