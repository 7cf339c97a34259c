"""What a subtitle file is: its text, in whatever encoding, its format, and the small film that travels.

Laws: a name only says that a file wants to be looked at; the content decides. What cannot be text is refused here,
what is text and holds no cues by whoever parses it.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from app.playback.cues import MAX_CUES
from app.room.bounds import MAX_FILE_NAME, MAX_SUBTITLE_BYTES
from app.room.state import Film, Subtitle, SubtitleFormat
from app.session.tongues import language_of
from app.swarm.manifest import PIECE_SIZE, Manifest

ENDINGS = (".srt", ".ass", ".ssa", ".vtt")
MIME = "text/plain"
# Bytes that no text has, whatever the encoding: control characters other than tab, line breaks and form feed.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
# Byte order marks.
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_LEAST_ZEROS = 0.3
_VTT_ARROW = "-->"
_VTT_ASIDE = re.compile(r"(NOTE|STYLE|REGION|X-TIMESTAMP)\b")


@dataclass(frozen=True, slots=True)
class Written:
    """A subtitle file that was read: what the room is told, what the peers are, and its text. `file` is its handle."""

    file: Any
    subtitle: Subtitle
    manifest: Manifest
    data: bytes
    text: str

    @property
    def film(self) -> Film:
        """The subtitles as the swarm sees them."""
        return film_of(self.subtitle)


def is_subtitle(name: str) -> bool:
    """Whether a file of that name wants to be looked at as subtitles."""
    return name.lower().endswith(ENDINGS)


def written(file: Any, name: str, data: bytes) -> Written | None:
    """The subtitles in a file of that name; None if it is no text."""
    text = text_of(data) if 0 < len(data) <= MAX_SUBTITLE_BYTES else None
    if text is None:
        return None
    starts = range(0, len(data), PIECE_SIZE)
    hashes = b"".join(hashlib.sha256(data[start : start + PIECE_SIZE]).digest() for start in starts)
    manifest = Manifest(len(data), PIECE_SIZE, hashes)
    kind = format_of(text)
    subtitle = Subtitle(manifest.film_id, name[:MAX_FILE_NAME], len(data), kind, language_of(name))
    return Written(file, subtitle, manifest, data, for_parsing(text, kind))


def text_of(data: bytes) -> str | None:
    """UTF-8 if it can be, UTF-16 if it says or looks so, else Windows-1252, in which most old files are written."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _text(data[len(mark) :], encoding)
    for encoding in ("utf-16-le", "utf-16-be"):
        # Of text in Latin letters every other byte is zero: in little-endian the second of each pair.
        zeros = data[encoding == "utf-16-le" :: 2].count(0)
        if zeros > _LEAST_ZEROS * len(data) / 2:
            return _text(data, encoding)
    return _text(data, "utf-8") or _text(data, "cp1252", "replace")


def _text(data: bytes, encoding: str, errors: str = "strict") -> str | None:
    try:
        text = data.decode(encoding, errors)
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text.replace("\r\n", "\n").replace("\r", "\n")


def format_of(text: str) -> SubtitleFormat:
    """How the text is written, by what it begins with."""
    head = text.lstrip()[:200]
    if head.startswith("WEBVTT"):
        return SubtitleFormat.VTT
    return SubtitleFormat.ASS if "[Script Info]" in head or "[V4" in head else SubtitleFormat.SRT


def lines_in(text: str) -> int:
    """About how many cues a text holds, without parsing it."""
    return text.count(_VTT_ARROW) + text.count("\nDialogue:")


def has_too_many(text: str) -> bool:
    """Whether it holds more cues than a page would show: parsing it would hold everything up."""
    return lines_in(text) > MAX_CUES


def for_parsing(text: str, kind: SubtitleFormat) -> str:
    """The text as the parser wants it: of WebVTT (W3C, section 4.1) only the cues, without names and asides."""
    if kind is not SubtitleFormat.VTT:
        return text
    blocks = (_cue(block) for block in re.split(r"\n{2,}", text))
    return "WEBVTT\n\n" + "\n\n".join(block for block in blocks if block) + "\n"


def _cue(block: str) -> str:
    lines = block.strip("\n").split("\n")
    if _VTT_ASIDE.match(lines[0]):
        return ""
    timed = next((number for number, line in enumerate(lines[:2]) if _VTT_ARROW in line), None)
    return "" if timed is None else "\n".join(lines[timed:])


def film_of(subtitle: Subtitle) -> Film:
    """The subtitles as the swarm sees them: a film like any other."""
    return Film(subtitle.film_id, subtitle.name, subtitle.size, MIME, PIECE_SIZE)
