"""Frames on the data channels: exact bytes, and everything that is refused."""

import pytest

from app.swarm import wire
from app.swarm.wire import (
    BLOCK_HEADER_SIZE,
    BLOCK_SIZE,
    MANIFEST_CHUNK,
    MAX_CONTROL_FRAME,
    MAX_PIECES,
    MAX_RUN,
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
from tests.support.builders import FILM_ID

ID = bytes.fromhex(FILM_ID)

FRAMES: list[tuple[Frame, bytes]] = [
    (ManifestRequest(FILM_ID), b"\x01\x01" + ID),
    (ManifestChunk(FILM_ID, 5, 2, b"abc"), b"\x01\x02" + ID + b"\0\0\0\x05\0\0\0\x02abc"),
    (Bitfield(FILM_ID, 9, b"\xff\x80"), b"\x01\x03" + ID + b"\0\0\0\x09\xff\x80"),
    (Have(FILM_ID, 258), b"\x01\x04" + ID + b"\0\0\x01\x02"),
    (Request(FILM_ID, 1, 2, 3, 4, True), b"\x01\x05" + ID + b"\0\0\0\x01\0\0\0\x02\0\0\0\x03\0\0\0\x04\x01"),
    (Cancel(0xFFFFFFFF), b"\x01\x06\xff\xff\xff\xff"),
    (Absent(7), b"\x01\x07\0\0\0\x07"),
    (Ration(FILM_ID, True), b"\x01\x08" + ID + b"\x01"),
    (Grant(FILM_ID, 258), b"\x01\x09" + ID + b"\0\0\x01\x02"),
    (Choke(True), b"\x01\x0a\x01"),
    (Heartbeat(False), b"\x01\x0b\0"),
]


@pytest.mark.parametrize(("frame", "data"), FRAMES)
def test_every_frame_has_its_bytes(frame: Frame, data: bytes) -> None:
    assert encode(frame) == data
    assert decode(data) == frame


def test_no_frame_is_left_out() -> None:
    assert {type(frame) for frame, _ in FRAMES} == set(wire.Frame.__args__)
    assert len({frame.code for frame, _ in FRAMES}) == len(FRAMES)


@pytest.mark.parametrize(("frame", "data"), FRAMES)
def test_a_frame_cut_short_is_refused(frame: Frame, data: bytes) -> None:
    for length in range(len(data)):
        if isinstance(frame, ManifestChunk) and length > len(data) - len(frame.data):
            continue
        with pytest.raises(BadFrame):
            decode(data[:length])


@pytest.mark.parametrize(("frame", "data"), FRAMES)
def test_a_frame_with_bytes_too_many_is_refused(frame: Frame, data: bytes) -> None:
    with pytest.raises(BadFrame):
        decode(data + b"\0")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "0 bytes"),
        (b"\x01", "1 bytes"),
        (bytes(MAX_CONTROL_FRAME + 1), f"{MAX_CONTROL_FRAME + 1} bytes"),
        (b"\x02\x06\0\0\0\0", "version 2"),
        (b"\x01\x00\0\0\0\0", "type 0"),
        (b"\x01\x0f\0\0\0\0", "type 15"),
        (b"\x01\x10\0\0\0\0", "type 16"),
        (b"\x01\x06\0\0\0", "Cancel cut short"),
        (b"\x01\x06\0\0\0\0\0\0", "Cancel with 2 bytes too many"),
        (b"\x01\x02" + ID + b"\0\0\0\x05\0\0\0\x03abc", "outside its manifest"),
        (b"\x01\x02" + ID + b"\0\0\0\x05\0\0\0\x02", "outside its manifest"),
        (b"\x01\x02" + ID + b"\0\1\0\0\0\0\0\0" + bytes(MANIFEST_CHUNK + 1), "outside its manifest"),
        (b"\x01\x03" + ID + b"\0\0\0\0", "wrong length"),
        (b"\x01\x03" + ID + b"\0\0\0\x08\0\0", "wrong length"),
        (b"\x01\x03" + ID + (MAX_PIECES + 1).to_bytes(4, "big") + bytes(MAX_PIECES // 8 + 1), "wrong length"),
        (b"\x01\x05" + ID + bytes(17), "nothing"),
    ],
)
def test_what_is_no_frame_says_why(data: bytes, why: str) -> None:
    with pytest.raises(BadFrame, match=why):
        decode(data)


def test_the_greatest_frames_pass() -> None:
    chunk = ManifestChunk(FILM_ID, MANIFEST_CHUNK, 0, bytes(MANIFEST_CHUNK))
    whole = Bitfield(FILM_ID, MAX_PIECES, bytes(MAX_PIECES // 8))
    assert decode(encode(chunk)) == chunk
    assert decode(encode(whole)) == whole


def test_the_block_header_has_its_bytes() -> None:
    data = encode_block_header(BlockHeader(1, 2, 3))
    assert data == b"\x01\x10\0\0\0\0\0\x01\0\0\0\x02\0\0\0\x03"
    assert len(data) == BLOCK_HEADER_SIZE
    assert decode_block_header(data, 17) == (BlockHeader(1, 2, 3), 1)
    assert decode_block_header(data, 16 + BLOCK_SIZE) == (BlockHeader(1, 2, 3), BLOCK_SIZE)


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (b"\x01\x10" + bytes(14), 16),
        (b"\x01\x10" + bytes(14), 17 + MAX_RUN * BLOCK_SIZE),
        (b"\x01\x10" + bytes(13), 100),
        (b"\x01\x10" + bytes(15), 100),
        (b"", 0),
        (b"\x02\x10" + bytes(14), 100),
        (b"\x01\x11" + bytes(14), 100),
        (b"\x01\x10\0\x01" + bytes(12), 100),
        (b"\x01\x10\x01\0" + bytes(12), 100),
    ],
)
def test_what_is_no_block_is_refused(data: bytes, size: int) -> None:
    with pytest.raises(BadFrame):
        decode_block_header(data, size)
