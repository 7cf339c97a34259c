"""What an MP4 or QuickTime file says of its codecs, wherever its index stands.

ISO/IEC 14496-12: boxes, `moov/trak/mdia/minf/stbl/stsd`, sample entries; 14496-14 and QuickTime: `esds`, in QuickTime
files within `wave`. What does not fit is passed over: a codec that is not understood is no reason to refuse a film.
"""

from collections.abc import Iterator

from app.swarm import records
from app.swarm.window import Look, Window

_STSD_BYTES = 16 * 1024
_MOST_BOXES = 400
_MOST_TRACKS = 16
_VIDEO_ENTRY, _SOUND_ENTRY = 86, 36
_MORE_IN_QUICKTIME = {1: 16, 2: 36}
_PATH = (b"mdia", b"minf", b"stbl", b"stsd")

_Span = tuple[int, int]


def codecs(window: Window) -> Look[list[str]]:
    """The codecs of picture and sound, each as RFC 6381 names it."""
    moov = yield from _boxes(window, (0, window.size), b"moov", 1)
    tracks = (yield from _boxes(window, moov[0], b"trak", _MOST_TRACKS)) if moov else []
    found = []
    for track in tracks:
        codec = yield from _codec_of(window, track)
        if codec:
            found.append(codec)
    return found


def _codec_of(window: Window, track: _Span) -> Look[str]:
    inner, kind = [track], b""
    for name in _PATH:
        inner = yield from _boxes(window, inner[0], name, 1)
        if not inner:
            return ""
        if name == b"mdia":
            told = yield from _boxes(window, inner[0], b"hdlr", 1)
            kind = (yield from window.bytes(told[0][0] + 8, 4)) if told else b""
    start, stop = inner[0]
    data = yield from window.bytes(start, min(stop - start, _STSD_BYTES))
    return _entry_codec(data[8:], kind)


def _boxes(window: Window, within: _Span, wanted: bytes, most: int) -> Look[list[_Span]]:
    """Where the first `most` boxes of that kind have their contents, among those that stand one behind the other."""
    at, stop = within
    found: list[_Span] = []
    for _ in range(_MOST_BOXES):
        header = yield from window.bytes(at, min(16, stop - at))
        size, kind, begin = _header(header, stop - at)
        if size < begin or begin == 0:
            break
        if kind == wanted:
            found.append((at + begin, min(at + size, stop)))
        at += size
        if len(found) == most or at >= stop:
            break
    return found


def _header(data: bytes, room: int) -> tuple[int, bytes, int]:
    """A box's size, its kind, and where its contents begin; zeros where there is no box."""
    if len(data) < 8:
        return 0, b"", 0
    size, kind = int.from_bytes(data[:4], "big"), data[4:8]
    if size == 1 and len(data) == 16:
        return int.from_bytes(data[8:16], "big"), kind, 16
    return (size or room), kind, 8


def _entry_codec(entry: bytes, kind: bytes) -> str:
    """The codec of the first sample entry of a track whose handler is `kind`."""
    size, name, begin = _header(entry, len(entry))
    if begin == 0 or size < begin or kind not in (b"vide", b"soun"):
        return ""
    entry = entry[:size]
    if kind == b"vide":
        return records.picture(name, dict(_parts(entry[_VIDEO_ENTRY:])))
    version = int.from_bytes(entry[16:18], "big")
    parts = dict(_parts(entry[_SOUND_ENTRY + _MORE_IN_QUICKTIME.get(version, 0) :]))
    return records.sound(name, dict(_parts(parts.get(b"wave", b""))) | parts)


def _parts(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The boxes in some bytes, each with its contents."""
    while len(data) >= 8:
        size, kind, begin = _header(data[:16], len(data))
        if size < begin:
            return
        yield kind, data[begin:size]
        data = data[size:]
