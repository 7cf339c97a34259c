"""How often one address, or one device, may make rooms, come in, and fail to.

Laws: whoever is refused is told when to come again, and what was refused does not count. The machine's own browser is
not limited, unless a proxy says that it asks for somebody else. Times are seconds of a clock that does not jump.
"""

from collections import deque
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from math import ceil

from signalling.origins import is_loopback

MOST_KEYS = 10_000
MOST_SOCKETS = 64
HOUSEHOLD_BITS = 64
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Rule:
    """So many within so many seconds."""

    most: int
    within_s: float


ROOMS = Rule(10, 3600)
JOINS = Rule(30, 3600)
FAILURES = Rule(10, 600)
# Whoever comes late to a room that is over may look again and again, and so may the whole household.
OVER = Rule(1, FAILURES.within_s)


class Window:
    """Counts what each key did, within a rule's time."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._done: dict[str, deque[float]] = {}

    def wait_s(self, key: str, now: float) -> int:
        """In how many seconds the key may do it again; 0: now."""
        done = self._done.get(key)
        while done and now - done[0] >= self._rule.within_s:
            done.popleft()
        if not done:
            self._done.pop(key, None)
            return 0
        if len(done) < self._rule.most:
            return 0
        return max(1, ceil(done[0] + self._rule.within_s - now))

    def count(self, key: str, now: float) -> None:
        """The key has done it."""
        if key not in self._done and len(self._done) >= MOST_KEYS:
            del self._done[next(iter(self._done))]  # who was first seen longest ago
        self._done.setdefault(key, deque(maxlen=self._rule.most)).append(now)

    def take_back(self, key: str, at: float) -> None:
        """What the key did at that moment was none of it."""
        done = self._done.get(key)
        if done is None or at not in done:
            return
        done.remove(at)
        if not done:
            del self._done[key]


class Sockets:
    """How many WebSockets each address has open."""

    def __init__(self) -> None:
        self._open: dict[str, int] = {}

    def enter(self, address: str | None) -> bool:
        """One more, if that is not too many."""
        if address is None:
            return True
        if self._open.get(address, 0) >= MOST_SOCKETS:
            return False
        self._open[address] = self._open.get(address, 0) + 1
        return True

    def leave(self, address: str | None) -> None:
        """One less."""
        if address is not None:
            left = self._open.pop(address) - 1
            if left:
                self._open[address] = left


class Limits:
    """Those of the whole server. `keys` are an address and a device; none for who is not limited."""

    def __init__(self) -> None:
        self._rooms, self._joins, self._failures = Window(ROOMS), Window(JOINS), Window(FAILURES)
        self._over = Window(OVER)

    def room(self, keys: tuple[str, ...], now: float) -> int:
        """Somebody wants a room: in how many seconds they may, 0 if now, and then it counts."""
        return self._take(self._rooms, keys, now)

    def join(self, keys: tuple[str, ...], now: float) -> int:
        """Somebody wants in: in how many seconds they may, 0 if now, and then it counts."""
        return self.look(keys, now) or self._take(self._joins, keys, now)

    def look(self, keys: tuple[str, ...], now: float) -> int:
        """Somebody names a code: in how many seconds they may, 0 if now; only `failed` counts. Whoever has
        to wait for what comes of it has failed until then, or many at once would all be the first."""
        return max((self._failures.wait_s(key, now) for key in keys), default=0)

    def failed(self, keys: tuple[str, ...], now: float) -> None:
        """They did not get in, or there was no such room."""
        for key in keys:
            self._failures.count(key, now)

    def forgive(self, keys: tuple[str, ...], at: float) -> None:
        """What they `failed` at that moment went well after all."""
        for key in keys:
            self._failures.take_back(key, at)

    def over(self, keys: tuple[str, ...], code: str, now: float) -> None:
        """They named the code of a room that is over: a guess like any other, once for each room."""
        for key in keys:
            named = f"{key} {code}"
            if not self._over.wait_s(named, now):
                self._over.count(named, now)
                self._failures.count(key, now)

    @staticmethod
    def _take(window: Window, keys: tuple[str, ...], now: float) -> int:
        wait_s = max((window.wait_s(key, now) for key in keys), default=0)
        for key in keys if wait_s == 0 else ():
            window.count(key, now)
        return wait_s


def asker(remote: str | None, forwarded: str | None, behind_proxy: bool) -> str | None:
    """The address that is counted, of IPv6 the /64 that one household has; None for this machine's own.

    `forwarded` are the X-Forwarded-For headers: the last entry is the proxy's word, and counts if we are behind one.
    """
    if forwarded is None and remote is not None and is_loopback(remote):
        return None
    return _household(named_asker(remote, forwarded, behind_proxy) or UNKNOWN)


def _household(address: str) -> str:
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return UNKNOWN  # a name that changes with every connection would have limits of its own each time
    if found.version == 4:
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, HOUSEHOLD_BITS), strict=False))


def named_asker(remote: str | None, forwarded: str | None, behind_proxy: bool) -> str | None:
    """The address of whoever asks, this machine's own too, without the port that some proxies add; None if the
    connection is gone."""
    if not (behind_proxy and forwarded):
        return remote
    said = forwarded.rpartition(",")[2].strip()[:64]
    if said.startswith("["):
        return said[1:].partition("]")[0]
    return said.partition(":")[0] if said.count(":") == 1 else said
