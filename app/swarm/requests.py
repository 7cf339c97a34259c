"""What has been asked of whom and has not come yet.

Laws: a block counts only if it was asked of that peer, has exactly the size
that was asked, and has not come before. A request ends when its blocks are
here, when it is withdrawn, or when the peer says it cannot serve it.
"""

from dataclasses import dataclass, field
from enum import Enum, auto

from app.swarm.wire import BLOCK_SIZE

PATIENCE_S = 6.0
_MAX_RETIRED = 4096


class Arrival(Enum):
    """What an arriving block is to us."""

    EXPECTED = auto()
    OVERTAKEN = auto()
    UNASKED = auto()


@dataclass(slots=True)
class Asked:
    """One request in flight; `missing` are the offsets of its blocks still to come."""

    request: int
    peer: str
    film_id: str
    piece: int
    offset: int
    length: int
    since: float
    missing: set[int] = field(default_factory=set)
    urgent: bool = False

    @property
    def untouched(self) -> bool:
        """Whether nothing of it has come yet."""
        return len(self.missing) * BLOCK_SIZE >= self.length

    @property
    def missing_bytes(self) -> int:
        """Bytes of it still to come."""
        return sum(self.block_size(offset) for offset in self.missing)

    def block_size(self, offset: int) -> int:
        """Bytes of the block at `offset` in the piece."""
        return min(BLOCK_SIZE, self.offset + self.length - offset)


class RequestBook:
    """All requests in flight. Times in seconds, sizes in bytes."""

    def __init__(self) -> None:
        self._asked: dict[int, Asked] = {}
        self._outstanding: dict[str, int] = {}
        self._heard: dict[str, float] = {}
        self._retired: dict[int, str] = {}
        self._next = 1

    def add(
        self, peer: str, film_id: str, piece: int, offset: int, length: int, now: float, urgent: bool = False
    ) -> Asked:
        """A new request to `peer`; an urgent one goes before those that are not."""
        asked = Asked(self._next, peer, film_id, piece, offset, length, now, urgent=urgent)
        asked.missing = set(range(offset, offset + length, BLOCK_SIZE))
        self._next = self._next % 0xFFFFFFFF + 1
        if not self._outstanding.get(peer):
            self._heard[peer] = now
        self._asked[asked.request] = asked
        self._outstanding[peer] = self._outstanding.get(peer, 0) + length
        return asked

    def arrived(self, peer: str, request: int, piece: int, offset: int, size: int, now: float) -> Arrival:
        """Tick a block off, or a run of them."""
        asked = self._asked.get(request)
        if asked is None:
            return Arrival.OVERTAKEN if self._retired.get(request) == peer else Arrival.UNASKED
        run = range(offset, offset + size, BLOCK_SIZE)
        if asked.peer != peer or asked.piece != piece or not run or not asked.missing.issuperset(run):
            return Arrival.UNASKED
        if size != sum(asked.block_size(block) for block in run):
            return Arrival.UNASKED
        asked.missing.difference_update(run)
        self._outstanding[peer] -= size
        self._heard[peer] = now
        if not asked.missing:
            self._retire(asked)
        return Arrival.EXPECTED

    def heard(self, peer: str, now: float) -> None:
        """A sign that `peer` has not forgotten what it owes."""
        if peer in self._heard:
            self._heard[peer] = now

    def in_flight(self, request: int) -> Asked | None:
        """A request that is neither answered nor withdrawn."""
        return self._asked.get(request)

    def for_piece(self, film_id: str, piece: int) -> list[Asked]:
        """The requests in flight for a piece."""
        return [asked for asked in self._asked.values() if asked.film_id == film_id and asked.piece == piece]

    def for_film(self, film_id: str) -> list[Asked]:
        """The requests in flight for a film, the newest last."""
        return [asked for asked in self._asked.values() if asked.film_id == film_id]

    def before(self, asked: Asked) -> int:
        """Bytes to come from the same peer before those of a request."""
        of_same_peer = (each for each in self._asked.values() if each.peer == asked.peer)
        place = (not asked.urgent, asked.since, asked.request)
        return sum(e.missing_bytes for e in of_same_peer if (not e.urgent, e.since, e.request) < place)

    def outstanding(self, peer: str) -> int:
        """Bytes asked of `peer` that have not come."""
        return self._outstanding.get(peer, 0)

    def peers(self) -> list[str]:
        """Everybody who owes us bytes."""
        return [peer for peer, owed in self._outstanding.items() if owed]

    def withdraw(self, request: int, peer: str) -> Asked | None:
        """Give a request up, if it is in flight with `peer`."""
        asked = self._asked.get(request)
        if asked is None or asked.peer != peer:
            return None
        self._outstanding[peer] -= asked.missing_bytes
        self._retire(asked)
        return asked

    def withdraw_all(self, peer: str) -> list[Asked]:
        """Give up everything asked of `peer`."""
        mine = [asked for asked in self._asked.values() if asked.peer == peer]
        for asked in mine:
            self.withdraw(asked.request, peer)
        return mine

    def withdraw_film(self, film_id: str) -> list[Asked]:
        """Give up everything asked for a film."""
        mine = self.for_film(film_id)
        for asked in mine:
            self.withdraw(asked.request, asked.peer)
        return mine

    def forget_peer(self, peer: str) -> None:
        """The peer is gone, with everything known of it."""
        self.withdraw_all(peer)
        self._outstanding.pop(peer, None)
        self._heard.pop(peer, None)
        self._retired = {request: whose for request, whose in self._retired.items() if whose != peer}

    def late_peers(self, now: float) -> list[str]:
        """Those who owe us bytes and have been silent for `PATIENCE_S`."""
        return [peer for peer, owed in self._outstanding.items() if owed and now >= self._heard[peer] + PATIENCE_S]

    def next_deadline(self) -> float | None:
        """When the first of them becomes late."""
        return min((self._heard[peer] + PATIENCE_S for peer, owed in self._outstanding.items() if owed), default=None)

    def _retire(self, asked: Asked) -> None:
        del self._asked[asked.request]
        if asked.missing:
            self._retired[asked.request] = asked.peer
            if len(self._retired) > _MAX_RETIRED:
                del self._retired[next(iter(self._retired))]
