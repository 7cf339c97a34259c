"""What codecs and containers are called by people. Pure."""

from collections.abc import Iterable

_NAMES = {
    "avc1": "H.264", "avc3": "H.264", "hvc1": "HEVC", "hev1": "HEVC", "dvh1": "Dolby Vision", "dvhe": "Dolby Vision",
    "av01": "AV1", "vp8": "VP8", "vp08": "VP8", "vp9": "VP9", "vp09": "VP9", "mp4v": "MPEG-4 Visual",
    "theora": "Theora", "prores": "ProRes", "apch": "ProRes", "apcn": "ProRes", "apcs": "ProRes", "apco": "ProRes",
    "ap4h": "ProRes", "ap4x": "ProRes", "mp4a": "AAC", "mp3": "MP3", "ac-3": "Dolby Digital",
    "ec-3": "Dolby Digital Plus", "ac-4": "Dolby AC-4", "mlpa": "Dolby TrueHD", "dtsc": "DTS", "dtsh": "DTS",
    "dtsl": "DTS", "opus": "Opus", "vorbis": "Vorbis", "flac": "FLAC", "alac": "Apple Lossless",
    "mp4": "MP4", "webm": "WebM", "quicktime": "QuickTime", "matroska": "Matroska", "ogg": "Ogg",
}  # fmt: skip
_MP3 = ("mp4a.69", "mp4a.6B")


def names(codecs: Iterable[str]) -> tuple[str, ...]:
    """The names of codecs as RFC 6381 writes them, each once; one that is not known stands for itself."""
    found = ["MP3" if codec in _MP3 else _NAMES.get(codec.partition(".")[0], codec) for codec in codecs]
    return tuple(dict.fromkeys(found))
