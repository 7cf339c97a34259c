"""Films of which only the words about their codecs are there: MP4 boxes and EBML elements put together by hand."""

from collections.abc import Sequence

from app.swarm.window import Look, Result

AVCC = bytes([1, 0x64, 0, 0x1F, 0xFF, 0xE1])
HVCC = bytes([1, 0x01, 0x60, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 93]) + bytes(10)
AV1C = bytes([0x81, 0x08, 0x0C, 0])


def box(kind: bytes, *inside: bytes) -> bytes:
    """A box of ISO/IEC 14496-12."""
    body = b"".join(inside)
    return (8 + len(body)).to_bytes(4, "big") + kind + body


def big_box(kind: bytes, *inside: bytes) -> bytes:
    """The same with its size in eight bytes."""
    body = b"".join(inside)
    return (1).to_bytes(4, "big") + kind + (16 + len(body)).to_bytes(8, "big") + body


def track(handler: bytes, entry: bytes, padding: int = 0) -> bytes:
    """A `trak` whose only sample entry is that."""
    stsd = box(b"stsd", bytes(4), (1).to_bytes(4, "big"), entry)
    media = box(b"minf", box(b"vmhd", bytes(12)), box(b"stbl", stsd, box(b"stsz", bytes(padding))))
    return box(b"trak", box(b"tkhd", bytes(84)), box(b"mdia", box(b"hdlr", bytes(8), handler, bytes(13)), media))


def picture(name: bytes, *parts: bytes) -> bytes:
    """A picture's sample entry."""
    return box(name, bytes(78), *parts)


def sound(name: bytes, *parts: bytes, version: int = 0) -> bytes:
    """A sound's sample entry; QuickTime's versions 1 and 2 have more in it."""
    more = {0: 0, 1: 16, 2: 36}[version]
    return box(name, bytes(8), version.to_bytes(2, "big"), bytes(18 + more), *parts)


def esds(kind: int = 0x40, specific: bytes = b"\x12\x10", flags: bytes = b"\0") -> bytes:
    """The box that says which kind of MPEG-4 stream it is."""
    extra = {b"\0": b"", b"\x80": bytes(2), b"\x40": b"\x03url", b"\x20": bytes(2)}[flags]
    decoder = bytes([4, 0x80, 0x80, 0x80, 15 + len(specific), kind]) + bytes(12) + bytes([5, len(specific)]) + specific
    stream = bytes(2) + flags + extra + decoder
    return box(b"esds", bytes(4), bytes([3, len(stream)]), stream)


def mp4(*tracks: bytes, before: int = 0) -> bytes:
    """A film with its index behind `before` bytes of something."""
    return (
        box(b"ftyp", b"isom", bytes(4)) + box(b"mdat", bytes(before)) + box(b"moov", box(b"mvhd", bytes(100)), *tracks)
    )


def element(kind: int, inside: bytes, width: int = 4) -> bytes:
    """An element of RFC 8794, its length in `width` bytes."""
    name = kind.to_bytes((kind.bit_length() + 7) // 8, "big")
    return name + ((1 << 7 * width) | len(inside)).to_bytes(width, "big") + inside


def entry(kind: int, codec: bytes, private: bytes = b"") -> bytes:
    """A `TrackEntry`."""
    return element(
        0xAE, element(0x83, bytes([kind]), 1) + element(0x86, codec, 1) + (element(0x63A2, private) if private else b"")
    )


def webm(*entries: bytes, before: int = 0, doctype: bytes = b"webm", unknown: bool = False) -> bytes:
    """A film with its tracks behind a `Void` of `before` bytes."""
    head = element(0x1A45DFA3, element(0x4282, doctype, 1))
    inside = element(0xEC, bytes(before)) + element(0x1654AE6B, b"".join(entries))
    segment = b"\x18\x53\x80\x67\x01" + b"\xff" * 7 + inside if unknown else element(0x18538067, inside, 8)
    return head + segment


def seen(looking: Look[Result], data: bytes) -> tuple[Result, Sequence[tuple[int, int]]]:
    """What a look into these bytes finds, and what it read."""
    reads: list[tuple[int, int]] = []
    try:
        wanted = next(looking)
        while True:
            reads.append(wanted)
            wanted = looking.send(data[wanted[0] : wanted[0] + wanted[1]])
    except StopIteration as end:
        return end.value, reads
