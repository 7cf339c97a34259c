"""A film's media type with its codecs."""

import pytest

from app.swarm.codecs import MOST_CODECS, look, split, with_codecs
from tests.support.boxes import AVCC, box, entry, esds, mp4, picture, seen, sound, track, webm

FILM = mp4(track(b"vide", picture(b"avc1", box(b"avcC", AVCC))), track(b"soun", sound(b"mp4a", esds())))
REEL = webm(entry(1, b"V_VP9"), entry(2, b"A_OPUS"))


def page(packet: bytes) -> bytes:
    return b"OggS" + bytes(22) + b"\1" + bytes([len(packet)]) + packet


@pytest.mark.parametrize(
    ("container", "data", "expected"),
    [
        ("video/mp4", FILM, 'video/mp4; codecs="avc1.64001f, mp4a.40.2"'),
        ("video/quicktime", FILM, 'video/quicktime; codecs="avc1.64001f, mp4a.40.2"'),
        ("video/webm", REEL, 'video/webm; codecs="vp9, opus"'),
        ("video/matroska", REEL, 'video/matroska; codecs="vp9, opus"'),
        (
            "video/ogg",
            page(b"\x80theora\3") + page(b"fishead\0") + page(b"OpusHead\1") + b"OggS",
            'video/ogg; codecs="theora, opus"',
        ),
        ("video/ogg", b"OggS", "video/ogg"),
        ("video/mp4", b"", "video/mp4"),
        ("video/new", FILM, "video/new"),
    ],
)
def test_every_container(container: str, data: bytes, expected: str) -> None:
    assert seen(look(container, len(data), data[:64] if container != "video/ogg" else data), data)[0] == expected


def test_each_codec_once_and_not_too_many() -> None:
    assert with_codecs("video/mp4", ["opus", "vp9", "opus"]) == 'video/mp4; codecs="opus, vp9"'
    assert len(split(with_codecs("video/mp4", [f"c{number}" for number in range(20)]))[1]) == MOST_CODECS


def test_there_and_back() -> None:
    assert split('video/mp4; codecs="avc1.64001f, mp4a.40.2"') == ("video/mp4", ("avc1.64001f", "mp4a.40.2"))
    assert split("video/mp4") == ("video/mp4", ())
