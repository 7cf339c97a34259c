"""All connections of one member: whom to open, what to say through the server, when to try again.

Laws: every attempt at a connection has a life, a name nobody else uses: the
page's, and a number. What is said carries the speaker's life and, once known,
the listener's, so that words meant for a page that was reloaded are not taken
for the new one's, and words of an earlier attempt do not end a newer one. The
polite side knocks and waits to be called. A peer that cannot be reached is
tried again after a delay that doubles.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from app.peers.negotiation import (
    AddCandidate,
    ApplyDescription,
    ClosePeer,
    Do,
    MakeOffer,
    Negotiation,
    OpenPeer,
    State,
    Step,
)
from app.peers.topology import initiates

FIRST_RETRY_S = 1.0
MOST_RETRY_S = 15.0
POLITE_WAIT_S = 4.0
UNANSWERED_S = 12.0
CROSSING_S = 0.5
_LIFE = re.compile(r"[^.]*\.[0-9]{1,9}")
_PARTS = frozenset({"kind", "life", "to", "body"})
KINDS = frozenset({"knock", "offer", "answer", "candidate"})


@dataclass(frozen=True, slots=True)
class Say:
    """Have the server pass this on to `peer`."""

    peer: str
    payload: str


Action = OpenPeer | ClosePeer | MakeOffer | ApplyDescription | AddCandidate | Say


@dataclass(slots=True)
class _Call:
    """One attempt. `until` is when it counts as failed if it is not up by then; once the peer has knocked, it is made
    anew at `anew_at` if it is not answered by then."""

    life: str
    negotiation: Negotiation
    their_life: str | None = None
    up: bool = False
    until: float = 0.0
    anew_at: float | None = None


class Switchboard:
    """Mutable, and private to the session. `page` is a name without dots that no other switchboard ever has."""

    def __init__(self, me: str, page: str) -> None:
        self.me = me
        self._page = page
        self._lives = 0
        self._calls: dict[str, _Call] = {}
        self._wanted: frozenset[str] = frozenset()
        self._retry: dict[str, tuple[float, float]] = {}

    @property
    def up(self) -> frozenset[str]:
        """The peers whose channels are open."""
        return frozenset(peer for peer, call in self._calls.items() if call.up)

    @property
    def wanted(self) -> frozenset[str]:
        """The peers a connection is kept to."""
        return self._wanted

    def want(self, peers: frozenset[str], now: float) -> list[Action]:
        """Keep connections to these, and to nobody else."""
        gone = [peer for peer in self._calls if peer not in peers]
        new = peers - self._wanted
        self._wanted = peers
        actions: list[Action] = [action for peer in gone for action in self._close(peer)]
        self._retry = {peer: when for peer, when in self._retry.items() if peer in peers}
        for peer in sorted(new):
            if initiates(self.me, peer):
                actions += self._open(peer, True, now)
            else:
                actions.append(self._say(peer, None, "knock", ""))
                self._retry[peer] = (now + POLITE_WAIT_S, FIRST_RETRY_S)
        return actions

    def heard(self, peer: str, payload: str, now: float) -> list[Action]:
        """`peer` said something through the server; what does not fit is passed over."""
        said = _parse(payload)
        if said is None or peer not in self._wanted:
            return []
        call = self._calls.get(peer)
        if said["kind"] == "knock":
            return self._knocked(peer, call, said["life"], now)
        if said["to"] is not None and (call is None or said["to"] != call.life):
            return []
        actions: list[Action] = []
        if call is None or call.their_life not in (None, said["life"]):
            if said["kind"] != "offer" or (call and _is_earlier(said["life"], call.their_life)):
                return []
            actions = [*self._close(peer), *self._open(peer, False, now)]
            call = self._calls[peer]
        call.their_life, call.anew_at = said["life"], None
        return actions + self._take(peer, call, said)

    def needed(self, peer: str) -> list[Action]:
        """The connection wants an offer."""
        call = self._calls.get(peer)
        return [MakeOffer(peer)] if call and call.negotiation.step(Step.NEEDED) is Do.MAKE_OFFER else []

    def made(self, peer: str, kind: str, sdp: str) -> list[Action]:
        """Our description is set and ready to go."""
        call = self._calls.get(peer)
        step = Step.OFFER_MADE if kind == "offer" else Step.ANSWER_MADE
        if call is None or call.negotiation.step(step) is not Do.SEND:
            return []
        return [self._say(peer, call, kind, sdp)]

    def taken(self, peer: str, kind: str) -> list[Action]:
        """The far side's description is set."""
        call = self._calls.get(peer)
        if call is not None and kind == "answer":
            call.negotiation.step(Step.ANSWER_TAKEN)
        return []

    def failed(self, peer: str) -> list[Action]:
        """A description was refused by the browser; a newer one may follow, else the attempt runs out."""
        call = self._calls.get(peer)
        if call is not None:
            call.negotiation.step(Step.FAILED)
        return []

    def candidate(self, peer: str, candidate: str) -> list[Action]:
        """A way to reach us was found."""
        call = self._calls.get(peer)
        return [self._say(peer, call, "candidate", candidate)] if call else []

    def connected(self, peer: str) -> bool:
        """The channels are open; False if the connection is not wanted any more."""
        call = self._calls.get(peer)
        if call is None:
            return False
        call.up = True
        self._retry.pop(peer, None)
        return True

    def lost(self, peer: str, now: float) -> list[Action]:
        """The connection failed or closed: try again in a while."""
        return self._give_up(peer, now) if peer in self._calls else []

    def tick(self, now: float) -> list[Action]:
        """A moment named by `next_wake` has come."""
        actions: list[Action] = []
        for peer, call in list(self._calls.items()):
            if call.anew_at is not None and now >= call.anew_at:
                actions += self._anew(peer, now)
            elif not call.up and now >= call.until:
                actions += self._give_up(peer, now)
        for peer, (when, _) in list(self._retry.items()):
            if now >= when and peer not in self._calls:
                actions += self._open(peer, True, now)
        return actions

    def next_wake(self) -> float | None:
        """When `tick` is wanted next."""
        moments = [call.until for call in self._calls.values() if not call.up]
        moments += [call.anew_at for call in self._calls.values() if call.anew_at is not None]
        moments += [when for peer, (when, _) in self._retry.items() if peer not in self._calls]
        return min(moments, default=None)

    def _take(self, peer: str, call: _Call, said: dict[str, Any]) -> list[Action]:
        if said["kind"] == "candidate":
            return [] if call.negotiation.ignoring else [AddCandidate(peer, said["body"])]
        step = Step.OFFER_CAME if said["kind"] == "offer" else Step.ANSWER_CAME
        if call.negotiation.step(step) is Do.APPLY:
            return [ApplyDescription(peer, said["kind"], said["body"])]
        return []

    def _knocked(self, peer: str, call: _Call | None, life: str, now: float) -> list[Action]:
        if call is None:
            return self._anew(peer, now)
        if call.their_life is not None:
            return [] if _page(call.their_life) == _page(life) else self._anew(peer, now)
        # What was said before that page was there is lost; what was said just now may have crossed the knock.
        call.anew_at = call.until - UNANSWERED_S + CROSSING_S
        return self._anew(peer, now) if now >= call.anew_at and call.negotiation.state is State.OFFERED else []

    def _anew(self, peer: str, now: float) -> list[Action]:
        return [*self._close(peer), *self._open(peer, True, now)]

    def _open(self, peer: str, initiate: bool, now: float) -> list[Action]:
        polite = not initiates(self.me, peer)
        self._lives += 1
        self._calls[peer] = _Call(self._life(), Negotiation(polite), until=now + UNANSWERED_S)
        return [OpenPeer(peer, initiate)]

    def _close(self, peer: str) -> list[Action]:
        return [ClosePeer(peer)] if self._calls.pop(peer, None) else []

    def _give_up(self, peer: str, now: float) -> list[Action]:
        delay = self._retry.get(peer, (0.0, FIRST_RETRY_S))[1]
        patience = 0.0 if initiates(self.me, peer) else POLITE_WAIT_S
        self._retry[peer] = (now + delay + patience, min(delay * 2, MOST_RETRY_S))
        return self._close(peer)

    def _life(self) -> str:
        return f"{self._page}.{self._lives}"

    def _say(self, peer: str, call: _Call | None, kind: str, body: str) -> Say:
        life, to = (call.life, call.their_life) if call else (self._life(), None)
        said = {"kind": kind, "life": life, "to": to, "body": body}
        return Say(peer, json.dumps(said, separators=(",", ":")))


def _parse(payload: str) -> dict[str, Any] | None:
    try:
        said = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or not said.keys() >= _PARTS:
        return None
    kind, life, to, body = (said[part] for part in ("kind", "life", "to", "body"))
    if not (isinstance(kind, str) and isinstance(life, str) and isinstance(to, str | None) and isinstance(body, str)):
        return None
    return said if kind in KINDS and _LIFE.fullmatch(life) else None


def _page(life: str) -> str:
    return life.rpartition(".")[0]


def _is_earlier(life: str, than: str | None) -> bool:
    """Whether that attempt came before another one of the same page. Of two pages nobody can tell."""
    if than is None or _page(life) != _page(than):
        return False
    return int(life.rpartition(".")[2]) < int(than.rpartition(".")[2])
