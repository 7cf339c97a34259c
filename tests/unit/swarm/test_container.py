"""What kind of film a file is."""

import pytest

from app.swarm.container import HEAD_BYTES, sniff


def iso(kind: bytes, brand: bytes = b"") -> bytes:
    return b"\0\0\0\x20" + kind + brand + bytes(16)


def ebml(doctype: bytes, before: bytes = b"\x42\x86\x81\x01") -> bytes:
    return b"\x1aE\xdf\xa3\x9f" + before + b"\x42\x82" + bytes((0x80 | len(doctype),)) + doctype + bytes(20)


@pytest.mark.parametrize(
    ("head", "mime"),
    [
        (iso(b"ftyp", b"isom"), "video/mp4"),
        (iso(b"ftyp", b"mp42"), "video/mp4"),
        (iso(b"ftyp", b"M4V "), "video/mp4"),
        (iso(b"ftyp", b"qt  "), "video/quicktime"),
        (iso(b"moov"), "video/quicktime"),
        (iso(b"mdat"), "video/quicktime"),
        (iso(b"wide"), "video/quicktime"),
        (ebml(b"webm"), "video/webm"),
        (ebml(b"webm\0\0"), "video/webm"),
        (ebml(b"matroska", before=b""), "video/matroska"),
        (b"OggS" + bytes(30), "video/ogg"),
    ],
)
def test_films_are_known_by_their_first_bytes(head: bytes, mime: str) -> None:
    assert sniff(head) == mime
    assert sniff(head + bytes(HEAD_BYTES)) == mime


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\0\0\0\x20ftyp"[:7],
        iso(b"ftyp", b"M4A "),
        iso(b"ftyp", b"heic"),
        iso(b"ftyp", b"avif"),
        iso(b"junk"),
        b"\0\0\0\x08moov",
        ebml(b"other"),
        b"\x1aE\xdf\xa3" + bytes(30),
        b"\x1aE\xdf\xa3\x42\x82",
        b"\x89PNG\r\n\x1a\n" + bytes(30),
        b"%PDF-1.7" + bytes(30),
        b"RIFF\0\0\0\0AVI " + bytes(30),
        b"Dear Ada, a film it is not",
    ],
)
def test_what_is_no_film_is_not_taken_for_one(head: bytes) -> None:
    assert sniff(head) is None
