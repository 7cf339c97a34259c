"""What a WebM or Matroska file says of its codecs."""

import pytest

from app.swarm.matroska import codecs
from app.swarm.window import Window
from tests.support.boxes import AV1C, AVCC, HVCC, element, entry, seen, webm


def found(data: bytes) -> list[str]:
    return seen(codecs(Window(len(data))), data)[0]


@pytest.mark.parametrize(
    ("codec", "private", "expected"),
    [
        (b"V_VP9", b"", "vp9"),
        (b"V_VP8\0", b"", "vp8"),
        (b"V_AV1", AV1C, "av01.0.08M.08"),
        (b"V_MPEG4/ISO/AVC", AVCC, "avc1.64001f"),
        (b"V_MPEGH/ISO/HEVC", HVCC, "hvc1.1.6.L93.90"),
        (b"A_AAC", b"\x12\x10", "mp4a.40.2"),
        (b"A_AAC/MPEG4/LC", b"", "mp4a.40.2"),
        (b"A_AC3", b"", "ac-3"),
    ],
)
def test_codecs(codec: bytes, private: bytes, expected: str) -> None:
    kind = 2 if codec.startswith(b"A_") else 1
    assert found(webm(entry(kind, codec, private))) == [expected]


def test_the_tracks_may_stand_further_back_and_in_a_segment_of_unknown_length() -> None:
    tracks = (entry(1, b"V_VP9"), entry(2, b"A_OPUS"), entry(17, b"S_TEXT/UTF8"))
    assert found(webm(*tracks, before=100_000)) == ["vp9", "opus"]
    assert found(webm(*tracks, before=100_000, unknown=True)) == ["vp9", "opus"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\0\0\0",
        b"\x1a",
        webm(entry(1, b"V_REAL/RV40")),
        webm(entry(1, b"V_MPEG4/ISO/AVC")),
        webm(element(0xAE, b"")),
        element(0x1A45DFA3, b""),
        element(0x1A45DFA3, b"") + element(0x18538067, element(0x1F43B675, bytes(100))),
        webm(entry(1, b"V_VP9"))[:40],
    ],
)
def test_what_does_not_fit_names_nothing(data: bytes) -> None:
    assert found(data) == []


def test_a_film_of_very_many_elements_is_given_up() -> None:
    assert found(element(0xEC, b"", 1) * 5000) == []
