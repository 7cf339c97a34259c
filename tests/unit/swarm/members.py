"""A source and a viewer of one small film, and what they were told to do."""

from app.swarm import wire
from app.swarm.actions import Action, SendFrame
from app.swarm.piece_map import PieceMap
from app.swarm.swarm import Swarm
from app.swarm.wire import BLOCK_SIZE
from tests.support.builders import KIB, film, first

OF = film(9 * 256 * KIB, 256 * KIB)
ID = OF.film_id
ALL = wire.Bitfield(ID, 9, b"\xff\x80")
NONE = wire.Bitfield(ID, 9, b"\0\0")
ENCODED = OF.manifest.encode()


def source(*peers: str) -> Swarm:
    swarm = Swarm(first)
    swarm.offer(OF.facts, OF.manifest, None, 0.0)
    for peer in peers:
        swarm.peer_up(peer, 0.0)
    return swarm


def viewer(*peers: str, held: tuple[int, ...] = (), manifest: bytes | None = ENCODED) -> Swarm:
    """A member who wants the film, whose store has the manifest, and whose peers have everything."""
    swarm = Swarm(first)
    swarm.want(OF.facts, None, 0.0)
    pieces = PieceMap(9)
    for piece in held:
        pieces.add(piece)
    swarm.keeping.store_opened(ID, manifest, pieces.bitfield(), 0.0)
    for peer in peers:
        swarm.peer_up(peer, 0.0)
        swarm.frame(peer, ALL, 0.0)
    return swarm


def asked(swarm: Swarm) -> list[wire.Request]:
    """The requests in flight."""
    return [
        wire.Request(a.film_id, a.request, a.piece, a.offset, a.length, False)
        for a in swarm.fetching.book._asked.values()
    ]


def give(swarm: Swarm, peer: str, request: wire.Request, now: float = 1.0) -> list[Action]:
    """All blocks of a request."""
    return [
        action
        for offset in range(request.offset, request.offset + request.length, BLOCK_SIZE)
        for action in swarm.block(peer, request.request, request.piece, offset, BLOCK_SIZE, f"@{offset}", now)
    ]


def frames(actions: list[Action], kind: type) -> list[tuple[str, wire.Frame]]:
    return [(a.peer, a.frame) for a in actions if isinstance(a, SendFrame) and isinstance(a.frame, kind)]


def of_type(actions: list[Action], kind: type) -> list[Action]:
    return [action for action in actions if isinstance(action, kind)]
