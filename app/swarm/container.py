"""What kind of film a file is, told by its first bytes and never by its name.

Signatures: ISO/IEC 14496-12 (`ftyp`, and the atoms QuickTime files may begin
with), RFC 8794 EBML with the DocType of RFC 9559 (Matroska) or WebM, RFC 3533
(Ogg).
"""

HEAD_BYTES = 4096

_QUICKTIME_ATOMS = frozenset({b"moov", b"mdat", b"wide", b"skip", b"free", b"pnot"})
_AUDIO_BRANDS = frozenset({b"M4A ", b"M4B ", b"M4P "})
_STILL_BRANDS = frozenset({b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis", b"crx "})


def sniff(head: bytes) -> str | None:
    """The media type of a file that begins with `head`, or None if it is no video container we know."""
    if head[:4] == b"\x1aE\xdf\xa3":
        return _ebml(head)
    if head[:4] == b"OggS":
        return "video/ogg"
    kind, brand = head[4:8], head[8:12]
    if kind == b"ftyp":
        if brand in _AUDIO_BRANDS or brand in _STILL_BRANDS:
            return None
        return "video/quicktime" if brand == b"qt  " else "video/mp4"
    return "video/quicktime" if kind in _QUICKTIME_ATOMS and len(head) >= 16 else None


def _ebml(head: bytes) -> str | None:
    at = head.find(b"\x42\x82")
    if at < 0 or at + 3 > len(head):
        return None
    length = head[at + 2] & 0x7F
    doctype = head[at + 3 : at + 3 + length].rstrip(b"\0")
    return {b"webm": "video/webm", b"matroska": "video/matroska"}.get(doctype)
