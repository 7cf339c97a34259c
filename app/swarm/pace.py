"""How much to ask of whom: from the rates at which peers have served us.

Laws: bytes asked of a peer are what its path holds, and cover `WINDOW_S` of its
measured speed at most, so that its pipe stays full and a seek is not stuck
behind old requests. A peer that is asked for little shows little: its speed is
the best it has shown lately. One that was silent rests; one that gives nothing
is not asked.
"""

from app.swarm.manifest import MIB
from app.swarm.pipe import LEAST_BYTES, Pipe
from app.swarm.rate import RateMeter, TokenBucket
from app.swarm.requests import Asked, RequestBook

WINDOW_S = 0.75
FIRST_WINDOW = LEAST_BYTES
MOST_WINDOW = 24 * MIB
FAST_Bps = 2 * MIB
SMALL_SPAN = 256 * 1024
FAST_SPAN = 384 * 1024
REST_S = 3.0
HALF_LIFE_S = 10.0
SLOW_S = 2.0
MUCH_FASTER = 4


class Pace:
    """Mutable, and private to `Fetching`. Times in seconds, sizes in bytes."""

    def __init__(self, book: RequestBook) -> None:
        self.bucket = TokenBucket()
        self._book = book
        self._meters: dict[str, RateMeter] = {}
        self._best: dict[str, tuple[float, float]] = {}
        self._pipes: dict[str, Pipe] = {}
        self._resting: dict[str, float] = {}
        self._choked: set[str] = set()
        self._doubted: set[str] = set()

    def open(self, peer: str) -> None:
        """`peer` may be asked from now on."""
        self._meters[peer] = RateMeter()
        self._best[peer] = (0.0, 0.0)
        self._pipes[peer] = Pipe()

    def close(self, peer: str) -> None:
        """`peer` is gone."""
        for table in (self._meters, self._best, self._pipes, self._resting):
            table.pop(peer, None)
        self._choked.discard(peer)
        self._doubted.discard(peer)

    def answered(self, asked: Asked, now: float) -> None:
        """The first bytes of a request came."""
        self._pipes[asked.peer].answered(now - asked.since, now)

    def got(self, peer: str, size: int, now: float, since: float | None = None) -> None:
        """Bytes came that were asked for at `since`."""
        self._meters[peer].add(size, now, since)
        rate = self._meters[peer].rate(now)
        if rate >= self.speed(peer, now):
            self._best[peer] = (rate, now)

    def speed(self, peer: str, now: float) -> float:
        """What `peer` can give, in bytes a second: its best rate, which counts half after every `HALF_LIFE_S`."""
        rate, at = self._best[peer]
        return float(rate * 0.5 ** ((now - at) / HALF_LIFE_S))

    def rest(self, peer: str, now: float) -> None:
        """`peer` owes us bytes and is silent: ask it nothing for a while."""
        self._resting[peer] = now + REST_S

    def choke(self, peer: str, on: bool) -> None:
        """`peer` gives nothing, or gives again."""
        (self._choked.add if on else self._choked.discard)(peer)

    def doubt(self, peer: str, on: bool) -> None:
        """Nothing gets through from `peer`, or it does again."""
        (self._doubted.add if on else self._doubted.discard)(peer)

    @property
    def choking(self) -> list[str]:
        """Who gives nothing."""
        return sorted(self._choked)

    def is_resting(self, peer: str, now: float) -> bool:
        """Whether it is no use to ask `peer` now."""
        if peer not in self._meters or peer in self._choked or peer in self._doubted:
            return True
        return now < self._resting.get(peer, now)

    def wake_rested(self, now: float) -> None:
        """Forget who has rested."""
        self._resting = {peer: until for peer, until in self._resting.items() if until > now}

    def next_wake(self) -> float | None:
        """When somebody has rested."""
        return min(self._resting.values(), default=None)

    def fastest_first(self, now: float) -> list[str]:
        """Everyone."""
        return sorted(self._meters, key=lambda peer: -self._meters[peer].rate(now))

    def givers(self, now: float) -> list[str]:
        """Who gives us bytes just now, the fastest first."""
        return [peer for peer in self.fastest_first(now) if self._meters[peer].rate(now) > 0]

    def rate(self, now: float) -> float:
        """Bytes a second from everyone."""
        return sum(meter.rate(now) for meter in self._meters.values())

    def rate_of(self, peer: str, now: float) -> float:
        """Bytes a second from `peer`."""
        meter = self._meters.get(peer)
        return meter.rate(now) if meter else 0.0

    def room(self, peer: str, now: float) -> int:
        """How much more to ask of `peer`; none if that is not above zero."""
        speed = self.speed(peer, now)
        most = min(max(int(speed * WINDOW_S), SMALL_SPAN), MOST_WINDOW) if speed else FIRST_WINDOW
        window = min(self._pipes[peer].holds(speed, now), most)
        limit = self.bucket.limit
        if limit is not None:
            window = min(window, max(int(limit * WINDOW_S), SMALL_SPAN))
        return window - self._book.outstanding(peer)

    def span_bytes(self, peer: str, now: float) -> int:
        """How much to ask for at once."""
        slow = self.bucket.limit is not None and self.bucket.limit < FAST_Bps
        return FAST_SPAN if not slow and self.speed(peer, now) >= FAST_Bps else SMALL_SPAN

    def much_slower(self, asked: Asked, peer: str, now: float) -> bool:
        """Whether `peer` should give what was asked: only where the gain is plain, for blocks under way are wasted."""
        if asked.peer == peer or now < asked.since + SLOW_S or self.is_resting(peer, now):
            return False
        its_rate = self.speed(asked.peer, now)
        to_come_s = self._book.outstanding(asked.peer) / max(its_rate, 1.0)
        return to_come_s > SLOW_S and self.speed(peer, now) > MUCH_FASTER * its_rate
