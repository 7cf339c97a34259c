"""Whatever a file says, looking for its codecs ends soon, without a complaint, in a media type that may travel."""

import re
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from app.room.bounds import Matches, MimeType
from app.swarm.codecs import look
from app.swarm.window import MOST_BYTES, MOST_READS
from tests.support.boxes import AVCC, HVCC, box, entry, esds, mp4, picture, seen, sound, track, webm

CONTAINERS = ("video/mp4", "video/quicktime", "video/webm", "video/matroska", "video/ogg")
FILMS = (
    mp4(
        track(b"vide", picture(b"avc1", box(b"avcC", AVCC)), padding=9000),
        track(b"soun", sound(b"mp4a", esds(flags=b"\x40"))),
        before=20_000,
    ),
    mp4(track(b"vide", picture(b"hvc1", box(b"hvcC", HVCC)))),
    webm(entry(1, b"V_MPEG4/ISO/AVC", AVCC), entry(2, b"A_AAC", b"\x12\x10"), before=9000),
    b"OggS" + bytes(22) + b"\1\x07\x80theora",
)


def check(container: str, data: bytes, head: int) -> None:
    mime, reads = seen(look(container, len(data), data[:head]), data)
    assert len(reads) <= MOST_READS
    assert all(0 <= at < len(data) and 0 < count <= MOST_BYTES for at, count in reads)
    (bound,) = (bound for bound in get_args(MimeType) if isinstance(bound, Matches))
    assert re.fullmatch(bound.pattern, mime), mime
    assert mime.startswith(container)


@given(st.sampled_from(CONTAINERS), st.binary(max_size=400), st.integers(0, 400))
def test_noise(container: str, data: bytes, head: int) -> None:
    check(container, data, head)


@given(
    st.sampled_from(FILMS),
    st.sampled_from(CONTAINERS),
    st.lists(st.tuples(st.integers(0, 30_000), st.binary(min_size=1, max_size=8)), max_size=8),
    st.integers(0, 4096),
    st.integers(0, 30_000),
)
def test_a_film_with_some_bytes_changed_and_its_end_cut_off(
    film: bytes, container: str, changes: list[tuple[int, bytes]], head: int, end: int
) -> None:
    data = bytearray(film)
    for at, new in changes:
        begin = at % len(data)
        data[begin : begin + len(new)] = new[: len(data) - begin]
    check(container, bytes(data[: max(1, end % (len(data) + 1))]), head)
