"""Codecs by their names in RFC 6381, made from the records that containers carry. Empty: not understood.

ISO/IEC 14496-15 (`avcC`, and annex E for `hvcC`), the AV1 and VP9 bindings to ISOBMFF (`av1C`, `vpcC`), 14496-1
(`esds`) and 14496-3 (the audio object type).
"""

import re
from collections.abc import Mapping

_PLAIN = re.compile(rb"[A-Za-z0-9]{4}")
# Sounds that browsers are asked about by name. What is missing here, like the many kinds of PCM, is left to them.
_SOUNDS = {b"Opus": "opus", b"fLaC": "flac", b".mp3": "mp4a.6B"} | {
    name.encode(): name for name in ("ac-3", "ec-3", "ac-4", "alac", "dtsc", "dtsh", "dtsl", "mlpa", "mha1", "mhm1")
}
_ES, _DECODER, _SPECIFIC = 3, 4, 5
_MPEG4_AUDIO = 0x40


def picture(name: bytes, parts: Mapping[bytes, bytes]) -> str:
    """The codec of a picture's sample entry of that name, with those boxes in it."""
    if name in (b"avc1", b"avc3"):
        return avc(parts.get(b"avcC", b""), name.decode())
    if name in (b"hvc1", b"hev1"):
        return hevc(parts.get(b"hvcC", b""), name.decode())
    if name == b"av01":
        return av1(parts.get(b"av1C", b""))
    if name in (b"vp08", b"vp09"):
        return _vp(parts.get(b"vpcC", b""), name.decode())
    if name == b"mp4v":
        return _of_esds(parts.get(b"esds", b""), "mp4v")
    return name.decode() if _PLAIN.fullmatch(name) else ""


def sound(name: bytes, parts: Mapping[bytes, bytes]) -> str:
    """The codec of a sound's sample entry."""
    if name == b"mp4a":
        return _of_esds(parts.get(b"esds", b""), "mp4a")
    return _SOUNDS.get(name, "")


def avc(record: bytes, name: str = "avc1") -> str:
    """H.264 by its `avcC`: profile, constraints, level."""
    return f"{name}.{record[1:4].hex()}" if len(record) >= 4 else ""


def hevc(record: bytes, name: str = "hvc1") -> str:
    """HEVC by its `hvcC`: profile, what it is compatible with, tier and level, constraints."""
    if len(record) < 13:
        return ""
    space, tier, profile = record[1] >> 6, record[1] >> 5 & 1, record[1] & 31
    compatible = int(f"{int.from_bytes(record[2:6], 'big'):032b}"[::-1], 2)
    constraints = [f".{byte:X}" for byte in record[6:12].rstrip(b"\0")]
    place = ("", "A", "B", "C")[space]
    return f"{name}.{place}{profile}.{compatible:X}.{'H' if tier else 'L'}{record[12]}{''.join(constraints)}"


def av1(record: bytes) -> str:
    """AV1 by its `av1C`: profile, level and tier, bits."""
    if len(record) < 3:
        return ""
    profile, level = record[1] >> 5, record[1] & 31
    tier, high, twelve = record[2] >> 7, record[2] >> 6 & 1, record[2] >> 5 & 1
    bits = 12 if profile == 2 and high and twelve else 10 if high else 8
    return f"av01.{profile}.{level:02}{'H' if tier else 'M'}.{bits:02}"


def aac(specific: bytes) -> str:
    """MPEG-4 audio by its AudioSpecificConfig."""
    if len(specific) < 2:
        return ""
    kind = specific[0] >> 3
    if kind == 31:
        kind = 32 + (int.from_bytes(specific[:2], "big") >> 5 & 63)
    return f"mp4a.40.{kind}" if kind else ""


def _vp(record: bytes, name: str) -> str:
    if len(record) < 7:
        return ""
    return f"{name}.{record[4]:02}.{record[5]:02}.{record[6] >> 4:02}"


def _of_esds(box: bytes, name: str) -> str:
    stream = _descriptor(box[4:], _ES)
    flags = stream[2] if len(stream) > 2 else 0
    at = 3 + (2 if flags & 0x80 else 0)
    if flags & 0x40:
        at += 1 + (stream[at] if len(stream) > at else 0)
    at += 2 if flags & 0x20 else 0
    decoder = _descriptor(stream[at:], _DECODER)
    if not decoder:
        return ""
    if name == "mp4a" and decoder[0] == _MPEG4_AUDIO:
        return aac(_descriptor(decoder[13:], _SPECIFIC))
    return f"{name}.{decoder[0]:X}"


def _descriptor(data: bytes, tag: int) -> bytes:
    """The contents of a descriptor of that tag at the beginning; its length takes up to four bytes of seven bits."""
    if len(data) < 2 or data[0] != tag:
        return b""
    length, at = 0, 1
    for at, byte in enumerate(data[1:5], 2):  # noqa: B007 - where the loop ended is where the contents begin
        length = length << 7 | byte & 0x7F
        if byte < 0x80:
            break
    return data[at : at + length]
