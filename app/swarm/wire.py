"""Frames on the data channels: binary, big-endian, lengths checked before use.

Every frame begins with version and type. Control frames go over the ordered
`control` channel; blocks over the unordered `blocks` channel, header and
payload in one message. Nothing here raises anything but `BadFrame`.
"""

import struct
from dataclasses import dataclass
from typing import Any, ClassVar

VERSION = 1
BLOCK_SIZE = 64 * 1024
MAX_RUN = 3  # blocks in one message: with its header that stays below the 256 KiB that Chromium takes
BLOCK_HEADER_SIZE = 16
MAX_CONTROL_FRAME = 64 * 1024
MANIFEST_CHUNK = 32 * 1024
MAX_PIECES = 64 * 1024

_BLOCK_TYPE = 16
_BLOCK = struct.Struct(">BBHIII")


class BadFrame(Exception):
    """Bytes from a peer that are no frame of this protocol; `str()` says why."""


@dataclass(frozen=True, slots=True)
class ManifestRequest:
    """Asks for a film's manifest."""

    code: ClassVar[int] = 1
    film_id: str


@dataclass(frozen=True, slots=True)
class ManifestChunk:
    """Bytes `offset` … of an encoded manifest of `total` bytes."""

    code: ClassVar[int] = 2
    film_id: str
    total: int
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Bitfield:
    """What the sender holds of a film, replacing what it said before. It also says: I have the manifest."""

    code: ClassVar[int] = 3
    film_id: str
    count: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Have:
    """The sender holds one piece more."""

    code: ClassVar[int] = 4
    film_id: str
    piece: int


@dataclass(frozen=True, slots=True)
class Request:
    """Asks for bytes of a piece, to come as blocks; `urgent` goes before what was asked earlier."""

    code: ClassVar[int] = 5
    film_id: str
    request: int
    piece: int
    offset: int
    length: int
    urgent: bool


@dataclass(frozen=True, slots=True)
class Cancel:
    """Takes a request back; blocks already on their way may still come."""

    code: ClassVar[int] = 6
    request: int


@dataclass(frozen=True, slots=True)
class Absent:
    """The sender cannot serve that request: it does not hold the piece."""

    code: ClassVar[int] = 7
    request: int


@dataclass(frozen=True, slots=True)
class Ration:
    """While `on`, the sender gives each piece once: ask it only for what it grants and what a video waits for."""

    code: ClassVar[int] = 8
    film_id: str
    on: bool


@dataclass(frozen=True, slots=True)
class Grant:
    """Ask me for this piece, and pass it on: you are the first to get it."""

    code: ClassVar[int] = 9
    film_id: str
    piece: int


@dataclass(frozen=True, slots=True)
class Choke:
    """While `on`, the sender gives nothing: whatever was asked of it is void."""

    code: ClassVar[int] = 10
    on: bool


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The sender is still there; if it `asks`, it wants to hear at once that the listener is, too."""

    code: ClassVar[int] = 11
    asks: bool


Frame = (
    ManifestRequest | ManifestChunk | Bitfield | Have | Request | Cancel | Absent | Ration | Grant | Choke | Heartbeat
)


@dataclass(frozen=True, slots=True)
class BlockHeader:
    """The 16 bytes before a block's payload."""

    piece: int
    offset: int
    request: int


_BODIES: dict[type[Frame], struct.Struct] = {
    ManifestRequest: struct.Struct(">32s"),
    ManifestChunk: struct.Struct(">32sII"),
    Bitfield: struct.Struct(">32sI"),
    Have: struct.Struct(">32sI"),
    Request: struct.Struct(">32sIIII?"),
    Cancel: struct.Struct(">I"),
    Absent: struct.Struct(">I"),
    Ration: struct.Struct(">32s?"),
    Grant: struct.Struct(">32sI"),
    Choke: struct.Struct(">?"),
    Heartbeat: struct.Struct(">?"),
}
_TYPES: dict[int, type[Frame]] = {cls.code: cls for cls in _BODIES}


def encode(frame: Frame) -> bytes:
    """The frame for the control channel."""
    values = [getattr(frame, name) for name in frame.__slots__]
    tail = values.pop() if isinstance(values[-1], bytes) else b""
    packed = [bytes.fromhex(value) if isinstance(value, str) else value for value in values]
    return bytes((VERSION, frame.code)) + _BODIES[type(frame)].pack(*packed) + tail


def decode(data: bytes) -> Frame:
    """A frame of the control channel. Raises `BadFrame`."""
    if not 2 <= len(data) <= MAX_CONTROL_FRAME:
        raise BadFrame(f"a control frame of {len(data)} bytes")
    if data[0] != VERSION:
        raise BadFrame(f"version {data[0]}")
    cls = _TYPES.get(data[1])
    if cls is None:
        raise BadFrame(f"type {data[1]}")
    frame = _unpack(cls, data[2:])
    _check(frame)
    return frame


def _unpack(cls: type[Frame], body: bytes) -> Frame:
    layout = _BODIES[cls]
    if len(body) < layout.size:
        raise BadFrame(f"{cls.__name__} cut short")
    values: list[Any] = [value.hex() if isinstance(value, bytes) else value for value in layout.unpack_from(body)]
    tail = body[layout.size :]
    if cls in (ManifestChunk, Bitfield):
        values.append(tail)
    elif tail:
        raise BadFrame(f"{cls.__name__} with {len(tail)} bytes too many")
    return cls(*values)


def _check(frame: Frame) -> None:
    match frame:
        case ManifestChunk(total=total, offset=offset, data=data):
            if not 0 < len(data) <= MANIFEST_CHUNK or offset + len(data) > total:
                raise BadFrame("a manifest chunk outside its manifest")
        case Bitfield(count=count, data=data):
            if not 0 < count <= MAX_PIECES or len(data) != (count + 7) // 8:
                raise BadFrame("a bitfield of the wrong length")
        case Request(length=length):
            if length < 1:
                raise BadFrame("a request for nothing")
        case _:
            pass


def encode_block_header(header: BlockHeader) -> bytes:
    """The 16 bytes that go before the payload."""
    return _BLOCK.pack(VERSION, _BLOCK_TYPE, 0, header.piece, header.offset, header.request)


def decode_block_header(data: bytes, message_size: int) -> tuple[BlockHeader, int]:
    """Header and payload size, from the first 16 bytes of a message. Sizes in bytes. Raises `BadFrame`.

    The payload is one block, or a run of neighbouring blocks of one request.
    """
    size = message_size - BLOCK_HEADER_SIZE
    if len(data) != BLOCK_HEADER_SIZE or not 0 < size <= MAX_RUN * BLOCK_SIZE:
        raise BadFrame(f"a block of {message_size} bytes")
    version, kind, flags, piece, offset, request = _BLOCK.unpack(data)
    if version != VERSION or kind != _BLOCK_TYPE or flags != 0:
        raise BadFrame("not a block")
    return BlockHeader(piece, offset, request), size
