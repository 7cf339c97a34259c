"""How fast bytes flow, and how fast they may. Times in seconds, rates in bytes a second."""

from collections import deque

WINDOW_S = 2.0
_GRAIN_S = 0.1


class RateMeter:
    """Bytes a second over the last `WINDOW_S` seconds; less where it has not run that long."""

    __slots__ = ("_grains", "_since", "_sum", "total")

    def __init__(self) -> None:
        self._grains: deque[list[float]] = deque()
        self._since: float | None = None
        self._sum = 0.0
        self.total = 0

    def add(self, size: int, now: float, since: float | None = None) -> None:
        """`size` bytes went by at `now`. After a silence the count begins at `since`, when they were asked for."""
        if not self._grains:
            self._since = now if since is None else since
        if self._grains and now - self._grains[-1][0] < _GRAIN_S:
            self._grains[-1][1] += size
        else:
            self._grains.append([now, float(size)])
        self._sum += size
        self.total += size
        self._forget(now)

    def rate(self, now: float) -> float:
        """Bytes a second as of `now`."""
        self._forget(now)
        if not self._grains or self._since is None:
            return 0.0
        elapsed = min(max(now - self._since, _GRAIN_S) + _GRAIN_S, WINDOW_S)
        return self._sum / elapsed

    def _forget(self, now: float) -> None:
        while self._grains and self._grains[0][0] < now - WINDOW_S:
            self._sum -= self._grains.popleft()[1]


class TokenBucket:
    """Lets `rate` bytes a second through on average, in bursts of a quarter second; None lets everything through."""

    __slots__ = ("_as_of", "_rate", "_tokens")

    def __init__(self, rate: int | None = None) -> None:
        self._rate = rate
        self._tokens = 0.0
        self._as_of = 0.0

    @property
    def limit(self) -> int | None:
        """Bytes a second, or None."""
        return self._rate

    def set_limit(self, rate: int | None, now: float) -> None:
        """From `now` on. Raises ValueError for a limit nothing could pass."""
        if rate is not None and rate < 1:
            raise ValueError("a limit lets at least one byte a second through")
        self._refill(now)
        self._rate = rate
        self._tokens = min(self._tokens, 0.0)

    def try_take(self, size: int, now: float) -> bool:
        """Take `size` bytes if anything is left; what is overdrawn is waited for afterwards."""
        if self._rate is None:
            return True
        self._refill(now)
        if self._tokens < 0:
            return False
        self._tokens -= size
        return True

    def ready_at(self, now: float) -> float:
        """When the next bytes may go; `now` if at once."""
        if self._rate is None:
            return now
        self._refill(now)
        return now if self._tokens >= 0 else now + -self._tokens / self._rate + 0.001

    def _refill(self, now: float) -> None:
        if self._rate is not None:
            earned = max(0.0, now - self._as_of) * self._rate
            self._tokens = min(self._tokens + earned, self._rate / 4)
        self._as_of = now
