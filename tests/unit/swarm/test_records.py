"""Codecs by their names in RFC 6381."""

import pytest

from app.swarm import records
from tests.support.boxes import AV1C, AVCC, HVCC, esds


def inside(box: bytes) -> dict[bytes, bytes]:
    return {box[4:8]: box[8:]}


@pytest.mark.parametrize(
    ("name", "parts", "expected"),
    [
        (b"avc1", {b"avcC": AVCC}, "avc1.64001f"),
        (b"avc3", {b"avcC": AVCC}, "avc3.64001f"),
        (b"avc1", {}, ""),
        (b"hvc1", {b"hvcC": HVCC}, "hvc1.1.6.L93.90"),
        (b"hev1", {b"hvcC": b"\1\x22\x20\0\0\0\xb0" + bytes(5) + b"\x99"}, "hev1.2.4.H153.B0"),
        (b"hvc1", {b"hvcC": b"\1\x41\x60\0\0\0" + bytes(6) + b"\x1e"}, "hvc1.A1.6.L30"),
        (b"hvc1", {b"hvcC": HVCC[:12]}, ""),
        (b"av01", {b"av1C": AV1C}, "av01.0.08M.08"),
        (b"av01", {b"av1C": b"\x81\x28\xc0"}, "av01.1.08H.10"),
        (b"av01", {b"av1C": b"\x81\x48\x60"}, "av01.2.08M.12"),
        (b"av01", {b"av1C": b"\x81"}, ""),
        (b"vp09", {b"vpcC": b"\1\0\0\0\0\x0b\x82"}, "vp09.00.11.08"),
        (b"vp09", {b"vpcC": b"\1"}, ""),
        (b"mp4v", inside(esds(0x20)), "mp4v.20"),
        (b"apcn", {}, "apcn"),
        (b"a.b ", {}, ""),
    ],
)
def test_pictures(name: bytes, parts: dict[bytes, bytes], expected: str) -> None:
    assert records.picture(name, parts) == expected


@pytest.mark.parametrize("flags", [b"\0", b"\x80", b"\x40", b"\x20"])
def test_aac_whatever_else_stands_in_its_stream(flags: bytes) -> None:
    assert records.sound(b"mp4a", inside(esds(flags=flags))) == "mp4a.40.2"


@pytest.mark.parametrize(
    ("name", "parts", "expected"),
    [
        (b"mp4a", inside(esds(0x6B, b"")), "mp4a.6B"),
        (b"mp4a", inside(esds(specific=b"\x2b\x92")), "mp4a.40.5"),
        (b"mp4a", inside(esds(specific=b"\xf9\x46")), "mp4a.40.42"),
        (b"mp4a", inside(esds(specific=b"\0\0")), ""),
        (b"mp4a", inside(esds(specific=b"\x12")), ""),
        (b"mp4a", {}, ""),
        (b"mp4a", {b"esds": bytes(4) + b"\3\2\0\0"}, ""),
        (b"mp4a", {b"esds": bytes(4) + b"\3\3\0\0\x40"}, ""),
        (b"mp4a", {b"esds": bytes(4) + b"\3\xff\xff\xff\xff" + bytes(20)}, ""),
        (b"Opus", {}, "opus"),
        (b"ac-3", {}, "ac-3"),
        (b"sowt", {}, ""),
    ],
)
def test_sounds(name: bytes, parts: dict[bytes, bytes], expected: str) -> None:
    assert records.sound(name, parts) == expected
