"""What an MP4 or QuickTime file says of its codecs."""

import pytest

from app.swarm.mp4 import codecs
from app.swarm.window import MOST_READS, Window
from tests.support.boxes import AVCC, big_box, box, esds, mp4, picture, seen, sound, track

H264 = track(b"vide", picture(b"avc1", box(b"avcC", AVCC)), padding=100_000)
AAC = track(b"soun", sound(b"mp4a", esds()))


def found(data: bytes) -> list[str]:
    return seen(codecs(Window(len(data))), data)[0]


def test_picture_and_sound_wherever_the_index_stands() -> None:
    assert found(mp4(H264, AAC)) == ["avc1.64001f", "mp4a.40.2"]
    assert found(mp4(H264, AAC, before=10_000_000)) == ["avc1.64001f", "mp4a.40.2"]


def test_a_box_of_eight_byte_size_and_one_up_to_the_end() -> None:
    moov = box(b"moov", H264)
    assert found(big_box(b"mdat", bytes(5000)) + moov) == ["avc1.64001f"]
    assert found(bytes(4) + moov[4:]) == ["avc1.64001f"]


def test_of_a_large_film_little_is_read() -> None:
    data = mp4(H264, AAC, before=10_000_000)
    reads = seen(codecs(Window(len(data))), data)[1]
    assert sum(count for _, count in reads) < 64_000


def test_quicktimes_sounds_have_more_in_them() -> None:
    wave = box(b"wave", box(b"frma", b"mp4a"), esds())
    for version in (1, 2):
        assert found(mp4(track(b"soun", sound(b"mp4a", wave, version=version)))) == ["mp4a.40.2"]


def test_other_tracks_are_passed_over() -> None:
    assert found(mp4(track(b"text", picture(b"tx3g")), AAC)) == ["mp4a.40.2"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        box(b"ftyp", b"isom"),
        box(b"moov"),
        mp4(box(b"trak")),
        mp4(box(b"trak", box(b"mdia"))),
        mp4(box(b"trak", box(b"mdia", box(b"hdlr", bytes(3))))),
        mp4(track(b"vide", b"")),
        mp4(track(b"vide", b"\0\0\0\3avc1")),
        mp4(track(b"vide", picture(b"avc1", b"\0\0\0\2avcC"))),
        b"\0\0\0\1moov",
        b"\0\0\0\4moov",
    ],
)
def test_what_does_not_fit_names_nothing(data: bytes) -> None:
    assert found(data) == []


def test_a_film_of_very_many_boxes_is_given_up() -> None:
    data = box(b"moof", bytes(5000)) * 500 + box(b"moov", H264)
    told, reads = seen(codecs(Window(len(data))), data)
    assert (told, len(reads)) == ([], MOST_READS)
    crowded = box(b"free") * 1000 + box(b"moov", H264)
    assert found(crowded) == []
