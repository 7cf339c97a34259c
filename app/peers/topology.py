"""Who connects to whom. A pure function of the roster, so everyone agrees without asking."""

from collections.abc import Iterable


def neighbours(me: str, present: Iterable[str]) -> frozenset[str]:
    """The members `me` keeps a connection to: everybody present."""
    return frozenset(present) - {me}


def initiates(me: str, peer: str) -> bool:
    """Whether `me` opens the negotiation with `peer`; the other one is polite and waits."""
    return me < peer
