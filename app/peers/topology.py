"""Who connects to whom. A pure function of the roster, so everyone agrees without asking.

Laws: up to nine members, everybody with everybody. Above, each member has at most `DEGREE` neighbours besides the
sources: its two neighbours on each of four rings, whose orders have nothing to do with each other. Such a graph is
connected (each ring is) and a few steps wide, and somebody who comes or goes changes only the places next to it. A
source is connected to enough members that everybody else is next to one of them.
"""

from collections.abc import Iterable
from hashlib import sha256

RINGS = 4
DEGREE = 2 * RINGS


def neighbours(me: str, present: Iterable[str], sources: Iterable[str] = ()) -> frozenset[str]:
    """The members `me` keeps a connection to; `sources` are those who put the film into the room."""
    members = frozenset(present) | {me}
    if len(members) <= DEGREE + 1:
        return members - {me}
    graph = _rings(members)
    near = set(graph[me])
    for source in frozenset(sources) & members:
        reached = _dominating(source, graph)
        if me == source:
            near |= reached
        elif me in reached:
            near.add(source)
    return frozenset(near)


def initiates(me: str, peer: str) -> bool:
    """Whether `me` opens the negotiation with `peer`; the other one is polite and waits."""
    return me < peer


def _place(ring: int, member: str) -> bytes:
    return sha256(f"{ring} {member}".encode()).digest()


def _rings(members: frozenset[str]) -> dict[str, set[str]]:
    """Every member's neighbours on all rings."""
    graph: dict[str, set[str]] = {member: set() for member in members}
    for ring in range(RINGS):
        order = sorted(members, key=lambda each: _place(ring, each))
        for one, other in zip(order, [*order[1:], order[0]], strict=True):
            graph[one].add(other)
            graph[other].add(one)
    return graph


def _dominating(source: str, graph: dict[str, set[str]]) -> set[str]:
    """Members such that everybody is one of them, or next to one of them or to `source`: chosen one after the other."""
    covered = {source, *graph[source]}
    chosen = set()
    for member in sorted(graph, key=lambda each: _place(RINGS, each)):
        if member not in covered:
            chosen.add(member)
            covered |= {member, *graph[member]}
    return chosen
