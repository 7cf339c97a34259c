"""A film's media type with its codecs, as `video/mp4; codecs="avc1.64001f, mp4a.40.2"` (RFC 6381), and back.

Only what is understood is named: a browser asked about a name it does not know says no, and nobody would try.
"""

from collections.abc import Sequence

from app.swarm import matroska, mp4
from app.swarm.window import Look, Window

MOST_CODECS = 8
_LOOKS = {
    "video/mp4": mp4.codecs,
    "video/quicktime": mp4.codecs,
    "video/webm": matroska.codecs,
    "video/matroska": matroska.codecs,
}
# RFC 3533: pages; the first packet of each stream tells what it is.
_OGG_BEGINNINGS = {b"\x80theora": "theora", b"\x01vorbis": "vorbis", b"OpusHead": "opus", b"\x7fFLAC": "flac"}


def look(container: str, size: int, head: bytes) -> Look[str]:
    """The full media type of a film of `size` bytes that begins with `head`."""
    if container == "video/ogg":
        return with_codecs(container, _ogg(head))
    reader = _LOOKS.get(container)
    found = (yield from reader(Window(size, head))) if reader else []
    return with_codecs(container, found)


def with_codecs(container: str, codecs: Sequence[str]) -> str:
    """The media type; each codec once."""
    named = list(dict.fromkeys(codecs))[:MOST_CODECS]
    return f'{container}; codecs="{", ".join(named)}"' if named else container


def split(mime: str) -> tuple[str, tuple[str, ...]]:
    """The container and the codecs of such a media type."""
    container, _, rest = mime.partition("; ")
    named = rest.removeprefix('codecs="').removesuffix('"')
    return container, tuple(named.split(", ")) if named else ()


def _ogg(head: bytes) -> list[str]:
    found = []
    at = head.find(b"OggS")
    while at >= 0 and len(head) > at + 27:
        packet = head[at + 27 + head[at + 26] :]
        found += [name for begin, name in _OGG_BEGINNINGS.items() if packet.startswith(begin)]
        at = head.find(b"OggS", at + 4)
    return found
