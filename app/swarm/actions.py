"""What the swarm wants done. Sizes and offsets in bytes; handles are opaque JavaScript buffers."""

from dataclasses import dataclass
from typing import Any

from app.swarm.wire import Frame


@dataclass(frozen=True, slots=True)
class SendFrame:
    """Say this to `peer` on the control channel."""

    peer: str
    frame: Frame


@dataclass(frozen=True, slots=True)
class SendBlock:
    """Send these bytes of a piece we hold to `peer`; answered by `BlockSent` or `BlockUnsent`."""

    peer: str
    film_id: str
    request: int
    piece: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class DropPeer:
    """`peer` does not keep to the protocol: close the connection. `why` is for the console."""

    peer: str
    why: str


@dataclass(frozen=True, slots=True)
class OpenStore:
    """Say what this browser holds of a film of `pieces` pieces; answered by `StoreOpened` or `StoreFailed`."""

    film_id: str
    pieces: int


@dataclass(frozen=True, slots=True)
class KeepManifest:
    """Keep a film's manifest beside its pieces."""

    film_id: str
    manifest: bytes


@dataclass(frozen=True, slots=True)
class StorePiece:
    """Put the blocks together, hash, compare with `digest`, write.

    `blocks` are (offset in the piece, message handle); the payload stands behind the block header.
    Answered by `PieceStored`, `PieceRejected` or `StoreFailed`.
    """

    film_id: str
    piece: int
    size: int
    blocks: tuple[tuple[int, Any], ...]
    digest: bytes


@dataclass(frozen=True, slots=True)
class AnswerMedia:
    """Give the video element `length` bytes of a held piece from `offset` in it, with this status and these headers."""

    request: int
    film_id: str
    piece: int
    offset: int
    length: int
    status: int
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RefuseMedia:
    """Answer the video element without bytes."""

    request: int
    status: int
    headers: tuple[tuple[str, str], ...]


Action = SendFrame | SendBlock | DropPeer | OpenStore | KeepManifest | StorePiece | AnswerMedia | RefuseMedia
