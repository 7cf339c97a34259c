"""All connections of one member: whom to open, what to say through the server, when to try again.

Laws: every attempt at a connection has a life, a name nobody else uses: the
page's, and a number. What is said carries the speaker's life and, once known, the
listener's, so that words meant for a page that was reloaded are not taken for the
new one's, and words of an earlier attempt do not end a newer one. The polite side
knocks and waits to be called. When a peer that cannot be reached is tried again
says `Unreached`, what becomes of a call whose way is lost `Call`.
"""

from dataclasses import dataclass

from app.peers.call import Call
from app.peers.negotiation import (
    AddCandidate,
    ApplyDescription,
    ClosePeer,
    Do,
    MakeOffer,
    OpenPeer,
    RestartIce,
    State,
    Step,
)
from app.peers.topology import initiates
from app.peers.unreached import Unreached
from app.peers.words import Word, encode, is_earlier, page_of, parse

POLITE_WAIT_S = 4.0


@dataclass(frozen=True, slots=True)
class Say:
    """Have the server pass this on to `peer`."""

    peer: str
    payload: str


Action = OpenPeer | ClosePeer | MakeOffer | ApplyDescription | AddCandidate | RestartIce | Say


class Switchboard:
    """Mutable, and private to the session. `page` is a name without dots that no other switchboard ever has."""

    def __init__(self, me: str, page: str) -> None:
        self.me = me
        self._page = page
        self._lives = 0
        self._calls: dict[str, Call] = {}
        self._wanted: frozenset[str] = frozenset()
        self._unreached = Unreached()

    @property
    def up(self) -> frozenset[str]:
        """The peers whose channels are open."""
        return frozenset(peer for peer, call in self._calls.items() if call.up)

    @property
    def shaken(self) -> frozenset[str]:
        """Those among them to whom the way is lost just now."""
        return frozenset(peer for peer, call in self._calls.items() if call.is_shaken)

    @property
    def unreachable(self) -> frozenset[str]:
        """The peers that were called in vain the last time."""
        return frozenset(self._unreached.in_vain)

    @property
    def unable(self) -> frozenset[str]:
        """The peers to whom there can be no connection."""
        return frozenset(self._unreached.unable)

    @property
    def wanted(self) -> frozenset[str]:
        """The peers a connection is kept to."""
        return self._wanted - self.unable

    def want(self, peers: frozenset[str], now: float) -> list[Action]:
        """Keep connections to these, and to nobody else."""
        gone = [peer for peer in self._calls if peer not in peers]
        new = peers - self._wanted
        self._wanted = peers
        actions: list[Action] = [action for peer in gone for action in self._close(peer)]
        self._unreached.keep(peers)
        return actions + [action for peer in sorted(new) for action in self._begin(peer, now)]

    def heard(self, peer: str, payload: str, now: float) -> list[Action]:
        """`peer` said something through the server; what does not fit is passed over."""
        said = parse(payload)
        if said is None or peer not in self._wanted:
            return []
        if said.kind == "unable":
            self._unreached.cannot(peer)
            return self._close(peer)
        self._unreached.unable.discard(peer)
        call = self._calls.get(peer)
        if said.kind == "knock":
            return self._knocked(peer, call, said.life, now)
        if said.to is not None and (call is None or said.to != call.life):
            return []
        actions: list[Action] = []
        if call is None or call.their_life not in (None, said.life):
            if said.kind != "offer" or (call and is_earlier(said.life, call.their_life)):
                return []
            actions = [*self._close(peer), *self._open(peer, False, now)]
            call = self._calls[peer]
        call.met(said.life, now)
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
        call.connected()
        self._unreached.reached(peer)
        return True

    def shaky(self, peer: str, failed: bool, now: float) -> list[Action]:
        """The way to `peer` is lost, perhaps for a moment; `failed`: the browser looks for none any more."""
        call = self._calls.get(peer)
        if call is None or not call.up:
            return self._give_up(peer, now) if call and failed else []
        call.shaky(failed, now)
        return self._seek(peer, call, now)

    def steady(self, peer: str) -> list[Action]:
        """There is a way to `peer` again."""
        call = self._calls.get(peer)
        if call is not None:
            call.steady()
        return []

    def hurry(self, now: float) -> list[Action]:
        """Words get through again, and those of before may be lost: whoever is not reached is called anew."""
        actions: list[Action] = []
        for peer in sorted(self.wanted):
            call = self._calls.get(peer)
            if call is not None and call.up:
                call.hurry(now)
            else:
                actions += [*self._close(peer), *self._begin(peer, now)]
        return actions + self.tick(now)

    def lost(self, peer: str, now: float) -> list[Action]:
        """The connection failed or closed: try again in a while."""
        return self._give_up(peer, now) if peer in self._calls else []

    def tick(self, now: float) -> list[Action]:
        """A moment named by `next_wake` has come."""
        actions: list[Action] = []
        for peer, call in list(self._calls.items()):
            if call.anew_at is not None and now >= call.anew_at:
                actions += self._anew(peer, now)
            elif call.is_over(now):
                actions += self._give_up(peer, now)
            else:
                actions += self._seek(peer, call, now)
        for peer in self._unreached.due(now, self._calls):
            actions += self._open(peer, True, now)
        return actions

    def next_wake(self) -> float | None:
        """When `tick` is wanted next."""
        moments = [moment for call in self._calls.values() for moment in call.moments()]
        return min([*moments, *self._unreached.moments(self._calls)], default=None)

    def _take(self, peer: str, call: Call, said: Word) -> list[Action]:
        if said.kind == "candidate":
            return [] if call.negotiation.ignoring else [AddCandidate(peer, said.body)]
        step = Step.OFFER_CAME if said.kind == "offer" else Step.ANSWER_CAME
        if call.negotiation.step(step) is Do.APPLY:
            return [ApplyDescription(peer, said.kind, said.body)]
        return []

    def _knocked(self, peer: str, call: Call | None, life: str, now: float) -> list[Action]:
        if call is None:
            return self._anew(peer, now)
        if call.their_life is not None:
            has_none = page_of(call.their_life) != page_of(life) or call.is_shaken
            return self._anew(peer, now) if has_none else []
        due = now >= call.knocked() and call.negotiation.state is State.OFFERED
        return self._anew(peer, now) if due else []

    def _begin(self, peer: str, now: float) -> list[Action]:
        """Call, or let it be known that one may be called."""
        if initiates(self.me, peer):
            return self._open(peer, True, now)
        self._unreached.expect(peer, now + POLITE_WAIT_S)
        return [self._say(peer, None, "knock", "")]

    def _anew(self, peer: str, now: float) -> list[Action]:
        return [*self._close(peer), *self._open(peer, True, now)]

    def _open(self, peer: str, initiate: bool, now: float) -> list[Action]:
        self._lives += 1
        self._calls[peer] = Call(self._life(), not initiates(self.me, peer), now)
        return [OpenPeer(peer, initiate)]

    @staticmethod
    def _seek(peer: str, call: Call, now: float) -> list[Action]:
        return [RestartIce(peer), MakeOffer(peer)] if call.seeks(now) else []

    def _close(self, peer: str) -> list[Action]:
        return [ClosePeer(peer)] if self._calls.pop(peer, None) else []

    def _give_up(self, peer: str, now: float) -> list[Action]:
        patience_s = 0.0 if initiates(self.me, peer) else POLITE_WAIT_S
        self._unreached.missed(peer, self._calls[peer].up, patience_s, now)
        return self._close(peer)

    def _life(self) -> str:
        return f"{self._page}.{self._lives}"

    def _say(self, peer: str, call: Call | None, kind: str, body: str) -> Say:
        life, to = (call.life, call.their_life) if call else (self._life(), None)
        return Say(peer, encode(Word(kind, life, to, body)))
