"""What a WebM or Matroska file says of its codecs: RFC 8794 (EBML) and RFC 9559 (`Segment/Tracks/TrackEntry`)."""

from collections.abc import Iterator

from app.swarm import records
from app.swarm.window import MOST_BYTES, Look, Window

_SEGMENT, _TRACKS, _ENTRY = 0x18538067, 0x1654AE6B, 0xAE
_TYPE, _CODEC, _PRIVATE = 0x83, 0x86, 0x63A2
_VIDEO, _AUDIO = 1, 2
_HEADER_BYTES = 12
_MOST_ELEMENTS = 200
_NAMES = {
    "V_VP8": "vp8", "V_VP9": "vp9", "V_THEORA": "theora", "V_PRORES": "prores",
    "A_OPUS": "opus", "A_VORBIS": "vorbis", "A_FLAC": "flac", "A_AC3": "ac-3", "A_EAC3": "ec-3",
    "A_MPEG/L3": "mp3", "A_TRUEHD": "mlpa", "A_DTS": "dtsc",
}  # fmt: skip

# An element: its id, where its contents begin, and where they end.
_Element = tuple[int, int, int]


def codecs(window: Window) -> Look[list[str]]:
    """The codecs of picture and sound."""
    segment = yield from _find(window, 0, window.size, _SEGMENT)
    tracks = (yield from _find(window, *segment, _TRACKS)) if segment else None
    if tracks is None:
        return []
    data = yield from window.bytes(tracks[0], min(tracks[1] - tracks[0], MOST_BYTES))
    entries = [dict(_elements(entry)) for kind, entry in _elements(data) if kind == _ENTRY]
    return [codec for codec in map(_codec, entries) if codec]


def _find(window: Window, at: int, stop: int, wanted: int) -> Look[tuple[int, int] | None]:
    """Where the contents of the first element of that id begin and end, among those one behind the other."""
    for _ in range(_MOST_ELEMENTS):
        header = yield from window.bytes(at, min(_HEADER_BYTES, stop - at))
        element = _header(header, stop - at)
        if element is None:
            return None
        kind, begin, end = element
        if kind == wanted:
            return at + begin, at + end
        at += end
    return None


def _header(data: bytes, room: int) -> _Element | None:
    """An element's id and its contents' place from its own beginning; of unknown length it takes all the room."""
    kind, width = _number(data, keep_marker=True)
    size, more = _number(data[width:], keep_marker=False)
    if not width or not more:
        return None
    begin = width + more
    unknown = size == (1 << 7 * more) - 1
    return kind, begin, room if unknown else min(begin + size, room)


def _number(data: bytes, keep_marker: bool) -> tuple[int, int]:
    """A number of variable length and how many bytes it takes; none where there is none."""
    if not data or not data[0]:
        return 0, 0
    width = 9 - data[0].bit_length()
    if len(data) < width:
        return 0, 0
    value = int.from_bytes(data[:width], "big")
    return (value if keep_marker else value & (1 << 7 * width) - 1), width


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The elements in some bytes, each with its contents."""
    while (element := _header(data[:_HEADER_BYTES], len(data))) is not None:
        kind, begin, end = element
        yield kind, data[begin:end]
        data = data[end:]


def _codec(entry: dict[int, bytes]) -> str:
    if int.from_bytes(entry.get(_TYPE, b""), "big") not in (_VIDEO, _AUDIO):
        return ""
    name = entry.get(_CODEC, b"").rstrip(b"\0").decode("ascii", "replace")
    private = entry.get(_PRIVATE, b"")
    if name == "V_MPEG4/ISO/AVC":
        return records.avc(private)
    if name == "V_MPEGH/ISO/HEVC":
        return records.hevc(private)
    if name == "V_AV1":
        return records.av1(private)
    if name.startswith("A_AAC"):
        return records.aac(private) or "mp4a.40.2"
    return _NAMES.get(name, "")
