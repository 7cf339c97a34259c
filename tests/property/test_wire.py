"""Frames: what goes in comes out, and no bytes whatever do harm."""

from hypothesis import given
from hypothesis import strategies as st

from app.swarm.wire import (
    BLOCK_HEADER_SIZE,
    BLOCK_SIZE,
    MANIFEST_CHUNK,
    MAX_CONTROL_FRAME,
    Absent,
    BadFrame,
    Bitfield,
    BlockHeader,
    Cancel,
    Choke,
    Frame,
    Grant,
    Have,
    Heartbeat,
    ManifestChunk,
    ManifestRequest,
    Ration,
    Request,
    decode,
    decode_block_header,
    encode,
    encode_block_header,
)

film_ids = st.binary(min_size=32, max_size=32).map(bytes.hex)
u32 = st.integers(0, 0xFFFFFFFF)


@st.composite
def chunks(draw: st.DrawFn) -> ManifestChunk:
    data = draw(st.binary(min_size=1, max_size=200)) * draw(st.sampled_from([1, MANIFEST_CHUNK // 200]))
    offset = draw(st.integers(0, 0xFFFFFFFF - len(data)))
    return ManifestChunk(draw(film_ids), draw(st.integers(offset + len(data), 0xFFFFFFFF)), offset, data)


@st.composite
def bitfields(draw: st.DrawFn) -> Bitfield:
    data = draw(st.binary(min_size=1, max_size=300))
    return Bitfield(draw(film_ids), 8 * len(data) - draw(st.integers(0, 7)), data)


valid: st.SearchStrategy[Frame] = st.one_of(
    st.builds(ManifestRequest, film_ids),
    chunks(),
    bitfields(),
    st.builds(Have, film_ids, u32),
    st.builds(Request, film_ids, u32, u32, u32, st.integers(1, 0xFFFFFFFF), st.booleans()),
    st.builds(Cancel, u32),
    st.builds(Absent, u32),
    st.builds(Ration, film_ids, st.booleans()),
    st.builds(Grant, film_ids, u32),
    st.builds(Choke, st.booleans()),
    st.builds(Heartbeat, st.booleans()),
)


def decoded(data: bytes) -> Frame | None:
    """The frame, or None for what is refused; anything else that is raised fails the test."""
    try:
        return decode(data)
    except BadFrame:
        return None


@given(frame=valid)
def test_a_frame_comes_back_as_it_went(frame: Frame) -> None:
    assert decode(encode(frame)) == frame
    assert len(encode(frame)) <= MAX_CONTROL_FRAME


@given(frame=valid, cut=st.integers(1, 400))
def test_a_frame_cut_short_is_refused_or_means_less(frame: Frame, cut: int) -> None:
    found = decoded(encode(frame)[:-cut])
    assert found is None or (isinstance(frame, ManifestChunk) and found.data == frame.data[:-cut])


@given(frame=valid, tail=st.binary(min_size=1, max_size=100))
def test_a_frame_with_more_behind_it_is_refused_or_means_more(frame: Frame, tail: bytes) -> None:
    found = decoded(encode(frame) + tail)
    assert found is None or (isinstance(frame, ManifestChunk) and found.data == frame.data + tail)


@given(data=st.binary(max_size=200))
def test_any_bytes_are_a_frame_or_refused(data: bytes) -> None:
    frame = decoded(data)
    assert frame is None or encode(frame)[:2] == data[:2]


@given(kind=st.integers(0, 20), body=st.binary(max_size=120))
def test_any_body_under_any_type_is_a_frame_or_refused(kind: int, body: bytes) -> None:
    frame = decoded(bytes((1, kind)) + body)
    if frame is not None and not isinstance(frame, Request | Ration | Choke | Heartbeat):
        assert encode(frame) == bytes((1, kind)) + body


@given(frame=valid, at=st.integers(0, 400), flip=st.integers(1, 255))
def test_one_byte_altered_does_no_harm(frame: Frame, at: int, flip: int) -> None:
    data = bytearray(encode(frame))
    data[at % len(data)] ^= flip
    decoded(bytes(data))


@given(header=st.builds(BlockHeader, u32, u32, u32), size=st.integers(1, BLOCK_SIZE))
def test_a_block_header_comes_back_as_it_went(header: BlockHeader, size: int) -> None:
    data = encode_block_header(header)
    assert decode_block_header(data, BLOCK_HEADER_SIZE + size) == (header, size)


@given(data=st.binary(max_size=40), size=st.integers(-100, 2 * BLOCK_SIZE))
def test_any_message_is_a_block_or_refused(data: bytes, size: int) -> None:
    try:
        header, payload = decode_block_header(data, size)
    except BadFrame:
        return
    assert encode_block_header(header) == data
    assert 0 < payload == size - BLOCK_HEADER_SIZE <= BLOCK_SIZE
