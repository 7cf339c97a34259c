"""Whom a switchboard does not reach: when to call them again, and who is not to be called at all.

Laws: the delay before the next call doubles with every one in vain. Whoever has said that they can make no connection
is not called until they call. Times in seconds.
"""

from collections.abc import Container

FIRST_RETRY_S = 1.0
MOST_RETRY_S = 15.0


class Unreached:
    """Mutable, and private to the switchboard. `in_vain` were called so the last time, `unable` can make no
    connection."""

    def __init__(self) -> None:
        self.in_vain: set[str] = set()
        self.unable: set[str] = set()
        self._retry: dict[str, tuple[float, float]] = {}

    def keep(self, peers: frozenset[str]) -> None:
        """Only these are wanted."""
        self._retry = {peer: when for peer, when in self._retry.items() if peer in peers}
        self.in_vain &= peers
        self.unable &= peers

    def expect(self, peer: str, until: float) -> None:
        """They may call by then; else they are called."""
        self._retry[peer] = (until, FIRST_RETRY_S)

    def missed(self, peer: str, was_up: bool, patience_s: float, now: float) -> None:
        """A call is over. Try again in a while, and that much later."""
        if not was_up:
            self.in_vain.add(peer)
        delay = self._retry.get(peer, (0.0, FIRST_RETRY_S))[1]
        self._retry[peer] = (now + delay + patience_s, min(delay * 2, MOST_RETRY_S))

    def reached(self, peer: str) -> None:
        """There is nothing to be tried again."""
        self._retry.pop(peer, None)
        self.in_vain.discard(peer)

    def cannot(self, peer: str) -> None:
        """They can make no connection."""
        self.reached(peer)
        self.unable.add(peer)

    def due(self, now: float, calling: Container[str]) -> list[str]:
        """Whom we are not `calling` and should call again by now."""
        return [peer for peer, (when, _) in self._retry.items() if now >= when and peer not in calling]

    def moments(self, calling: Container[str]) -> list[float]:
        """When to call again whom we are not `calling`."""
        return [when for peer, (when, _) in self._retry.items() if peer not in calling]
