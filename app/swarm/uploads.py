"""What peers have asked of us, and how fast we serve it.

Laws: each peer has its own queue and its own share of blocks in the browser's
hands, so a slow peer holds up nobody. A peer that asks for more than a queue
holds is flooding. To a fast peer several blocks go in one message; to a slow
one each goes alone, because a message holds up what comes behind it. A turn is a
whole request: who has a piece can pass it on, who has half of one cannot.
"""

from collections import deque
from dataclasses import dataclass

from app.swarm.actions import SendBlock
from app.swarm.manifest import MIB
from app.swarm.rate import RateMeter, TokenBucket
from app.swarm.wire import BLOCK_SIZE, MAX_RUN

IN_HAND_S = 0.5
LEAST_IN_HAND = 256 * 1024
IN_HAND_BYTES = MIB
FAST_Bps = 4 * MIB
MAX_QUEUED_JOBS = 512


@dataclass(slots=True)
class _Job:
    film_id: str
    request: int
    piece: int
    offset: int
    left: int
    urgent: bool


class Uploads:
    """Queues of blocks to send. Times in seconds, sizes in bytes; `given` is what was sent in all."""

    def __init__(self) -> None:
        self._queues: dict[str, deque[_Job]] = {}
        self._in_hand: dict[str, int] = {}
        self._meters: dict[str, RateMeter] = {}
        self.given = 0
        self.bucket = TokenBucket()

    def open(self, peer: str) -> None:
        """`peer` may ask from now on."""
        self._queues[peer] = deque()
        self._in_hand[peer] = 0
        self._meters[peer] = RateMeter()

    def close(self, peer: str) -> None:
        """`peer` is gone."""
        for table in (self._queues, self._in_hand, self._meters):
            table.pop(peer, None)

    @property
    def peers(self) -> list[str]:
        """Everybody who may ask."""
        return list(self._queues)

    def ask(self, peer: str, film_id: str, request: int, piece: int, offset: int, length: int, urgent: bool) -> bool:
        """Queue a request; False if the peer has queued too much."""
        queue = self._queues[peer]
        if len(queue) >= MAX_QUEUED_JOBS:
            return False
        job = _Job(film_id, request, piece, offset, length, urgent)
        if urgent:
            queue.appendleft(job)
        else:
            queue.append(job)
        return True

    def cancel(self, peer: str, request: int) -> None:
        """Send no more of that request."""
        self._queues[peer] = deque(job for job in self._queues[peer] if job.request != request)

    def drop_film(self, film_id: str) -> list[tuple[str, int]]:
        """Send no more of that film; the (peer, request) pairs that are not served."""
        dropped = [
            (peer, job.request) for peer, queue in self._queues.items() for job in queue if job.film_id == film_id
        ]
        for peer, request in dropped:
            self.cancel(peer, request)
        return dropped

    def owes(self, peer: str, film_id: str, piece: int) -> bool:
        """Whether `peer` waits for bytes of that piece."""
        return any((job.film_id, job.piece) == (film_id, piece) for job in self._queues.get(peer, ()))

    def sent(self, peer: str, size: int, now: float) -> None:
        """The browser has taken a block and has room again."""
        if peer in self._in_hand:
            self._let_go(peer, size)
            self._meters[peer].add(size, now)
            self.given += size

    def unsent(self, peer: str, size: int) -> None:
        """The browser could not send a block."""
        if peer in self._in_hand:
            self._let_go(peer, size)

    def fill(self, now: float) -> list[SendBlock]:
        """The blocks to send now, the peers taking turns; whoever's video waits goes first."""
        found: list[SendBlock] = []
        hungry = sorted((peer for peer in self._queues if self._queues[peer]), key=self._is_patient)
        while hungry:
            hungry = [peer for peer in hungry if self._take_turn(peer, now, found)]
        return found

    def next_wake(self, now: float) -> float | None:
        """When the upload limit lets the next block through, if one waits for it."""
        if self.bucket.limit is None:
            return None
        waiting = any(queue and not self._is_full(peer, now) for peer, queue in self._queues.items())
        return self.bucket.ready_at(now) if waiting else None

    def rate(self, now: float) -> float:
        """Bytes a second to everyone."""
        return sum(meter.rate(now) for meter in self._meters.values())

    def rate_of(self, peer: str, now: float) -> float:
        """Bytes a second to `peer`."""
        meter = self._meters.get(peer)
        return meter.rate(now) if meter else 0.0

    def receivers(self, now: float) -> list[str]:
        """Who gets bytes from us just now."""
        return [peer for peer, meter in self._meters.items() if meter.rate(now) > 0]

    def _let_go(self, peer: str, size: int) -> None:
        # A block of an earlier connection to the same peer may still be reported.
        self._in_hand[peer] = max(0, self._in_hand[peer] - size)

    def _is_patient(self, peer: str) -> bool:
        return not self._queues[peer][0].urgent

    def _take_turn(self, peer: str, now: float, found: list[SendBlock]) -> bool:
        """Feed `peer` until its request is served or it can take no more; whether it may have another turn."""
        queue = self._queues[peer]
        before = len(queue)
        while len(queue) == before:
            if not self._feed(peer, now, found):
                return False
        self._queues[peer] = self._queues.pop(peer)  # to the end: the next turn is somebody else's
        return bool(queue)

    def _feed(self, peer: str, now: float, found: list[SendBlock]) -> bool:
        queue = self._queues[peer]
        if not queue or self._is_full(peer, now):
            return False
        job = queue[0]
        size = min(self._message_size(peer, now), job.left)
        if not self.bucket.try_take(size, now):
            return False
        found.append(SendBlock(peer, job.film_id, job.request, job.piece, job.offset, size))
        self._in_hand[peer] += size
        job.offset += size
        job.left -= size
        if not job.left:
            queue.popleft()
        return True

    def _is_full(self, peer: str, now: float) -> bool:
        """Whether the browser has enough for `IN_HAND_S`: what it has cannot be taken back."""
        enough = min(max(int(self._meters[peer].rate(now) * IN_HAND_S), LEAST_IN_HAND), IN_HAND_BYTES)
        return self._in_hand[peer] >= enough

    def _message_size(self, peer: str, now: float) -> int:
        return MAX_RUN * BLOCK_SIZE if self._meters[peer].rate(now) > FAST_Bps else BLOCK_SIZE
