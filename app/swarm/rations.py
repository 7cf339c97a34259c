"""What peers that ration have granted us: the asking side of relaying.

Laws: a peer is believed to ration for `BELIEVED_S` after its last word of it.
"""

BELIEVED_S = 10.0


class Rations:
    """For one film. Pieces as bits, times in seconds."""

    def __init__(self) -> None:
        self._granted: dict[str, int] = {}
        self._until: dict[str, float] = {}

    def __bool__(self) -> bool:
        return bool(self._granted)

    def ration(self, peer: str, on: bool, now: float) -> None:
        """`peer` gives only what it grants, or whatever it is asked for."""
        if on:
            self._granted.setdefault(peer, 0)
            self._until[peer] = now + BELIEVED_S
        else:
            self.drop_peer(peer)

    def grant(self, peer: str, piece: int, now: float) -> None:
        """`peer` gives us that piece."""
        self.ration(peer, True, now)
        self._granted[peer] |= 1 << piece

    def granted(self, peer: str, now: float) -> int | None:
        """What `peer` may be asked for; None where it does not ration."""
        return self._granted[peer] if now < self._until.get(peer, now) else None

    def expire(self, now: float) -> None:
        """Forget whoever has granted nothing for too long."""
        for peer in [peer for peer, until in self._until.items() if until <= now]:
            self.drop_peer(peer)

    def next_wake(self) -> float | None:
        """When the first of them is believed no longer; it may be past."""
        return min(self._until.values(), default=None)

    def drop_peer(self, peer: str) -> None:
        """`peer` is gone, or does not ration any more."""
        self._granted.pop(peer, None)
        self._until.pop(peer, None)
