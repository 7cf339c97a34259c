"""The circle: whom we keep connections to, whether they are still there, and who is not called any more.

Laws: everybody agrees on who connects to whom without asking. A peer that breaks the protocol is cut off; one that
does it again and again is not called any more. Times are the page's, in seconds.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from app.peers.negotiation import ClosePeer
from app.peers.paths import MeasurePath, Path, Paths
from app.peers.pulse import Beat, Pulse, Silence
from app.peers.switchboard import Action as PeerAction
from app.peers.switchboard import Switchboard
from app.peers.topology import neighbours
from app.peers.unplugged import Unplugged
from app.room.state import Presence, Room
from app.session import events as ev
from app.swarm.actions import SendFrame
from app.swarm.wire import Heartbeat

MAX_DROPS = 3
# By then a peer that is connected has told what it holds.
TOLD_WITHIN_S = 2.0

Action = PeerAction | MeasurePath | SendFrame
# What the circle does about one type of event, at page time `now`.
Answer = Callable[[Any, float], Sequence[Action]]


class Circle:
    """Mutable, and private to the exchange. `told_by` is when everybody who is connected has told what they hold;
    `plugged` tells whether this browser can make connections at all."""

    def __init__(self, new_id: Callable[[], str]) -> None:
        self._new_id = new_id
        self.plugged = True
        self.board: Switchboard | None = None
        self.told_by = 0.0
        self.paths = Paths()
        self.pulse = Pulse()
        self._drops: Counter[str] = Counter()
        self._near: frozenset[str] = frozenset()

    def handlers(self) -> dict[type, Answer]:
        """What the circle does about which event."""
        call = self._on_board
        return {
            ev.NegotiationNeeded: lambda e, n: call(lambda board: board.needed(e.peer)),
            ev.DescriptionMade: lambda e, n: call(lambda board: board.made(e.peer, e.kind, e.sdp)),
            ev.DescriptionTaken: lambda e, n: call(lambda board: board.taken(e.peer, e.kind)),
            ev.DescriptionFailed: lambda e, n: call(lambda board: board.failed(e.peer)),
            ev.CandidateFound: lambda e, n: call(lambda board: board.candidate(e.peer, e.candidate)),
            ev.PeerLost: lambda e, n: self.lost(e.peer, n),
            ev.PeerShaken: self.shaken,
            ev.PeerSteadied: self.steadied,
            ev.PathMeasured: self.path_measured,
        }

    @property
    def up(self) -> frozenset[str]:
        """The peers whose channels are open."""
        return self.board.up if self.board else frozenset()

    @property
    def shaken_peers(self) -> frozenset[str]:
        """Those among them to whom the way is lost just now."""
        return self.board.shaken if self.board else frozenset()

    @property
    def unreachable(self) -> frozenset[str]:
        """The peers that were called in vain the last time."""
        return self.board.unreachable if self.board else frozenset()

    @property
    def unable(self) -> frozenset[str]:
        """The peers to whom there can be no connection, for want of a browser that makes any."""
        return self.board.unable if self.board else frozenset()

    @property
    def cut_off(self) -> frozenset[str]:
        """Those who broke the protocol too often to be called again."""
        return frozenset(peer for peer, drops in self._drops.items() if drops >= MAX_DROPS)

    def unplug(self) -> None:
        """This browser can make no connections, as was seen before it came into any room."""
        self.plugged = False

    def room_changed(self, room: Room, me: str, now: float) -> list[Action]:
        """Want connections to whoever is here."""
        actions = self._be(me, now)
        here = {member.id for member in room.members if member.presence is Presence.HERE}
        known = {member.id for member in room.members}
        self._near = neighbours(me, here | (self.up & known), {item.added_by for item in room.programme.items})
        return actions + self._want(now)

    def left(self, now: float) -> list[Action]:
        """We are in no room."""
        actions = self._on_board(lambda board: board.want(frozenset(), now))
        self.board = None
        self._drops.clear()
        return actions

    def heard(self, peer: str, payload: str, now: float) -> list[Action]:
        """A member said something through the server."""
        return self._on_board(lambda board: board.heard(peer, payload, now))

    def connected(self, peer: str, now: float) -> bool:
        """Channels to a peer are open; False if the connection is not wanted any more."""
        if self.board is None or not self.board.connected(peer):
            return False
        self.told_by = now + TOLD_WITHIN_S
        self.pulse.open(peer, now)
        self.paths.open(peer, now)
        return True

    def shaken(self, event: ev.PeerShaken, now: float) -> list[Action]:
        """The way to a peer is lost: the board sees to it, not the pulse."""
        self.pulse.close(event.peer)
        return self._on_board(lambda board: board.shaky(event.peer, event.failed, now))

    def steadied(self, event: ev.PeerSteadied, now: float) -> list[Action]:
        """There is a way to a peer."""
        if event.peer in self.shaken_peers:
            self.pulse.open(event.peer, now)
        return self._on_board(lambda board: board.steady(event.peer))

    def path_measured(self, event: ev.PathMeasured, now: float) -> list[Action]:
        """The browser told which way a connection goes."""
        self.paths.measured(event.peer, Path(event.relayed, event.rtt_s))
        return []

    def beaten(self, peer: str, beat: Heartbeat) -> list[Action]:
        """A peer gave a sign, or asks for one."""
        return [SendFrame(peer, Heartbeat(asks=False))] if beat.asks else []

    def probe(self, now: float) -> list[Action]:
        """The network may have changed: ask everyone for a sign."""
        return [_sign(beat) for beat in self.pulse.probe(now)]

    def hurry(self, now: float) -> list[Action]:
        """The server passes words on again."""
        return self._on_board(lambda board: board.hurry(now))

    def lost(self, peer: str, now: float) -> list[Action]:
        """The connection to a peer is gone: call again in a while."""
        return self._on_board(lambda board: board.lost(peer, now))

    def cut(self, peer: str, now: float) -> list[Action]:
        """Close the connection to one who breaks the protocol; after some times for good. Empty if there is none."""
        closed = self.lost(peer, now)
        if not closed:
            return []
        self._drops[peer] += 1
        if self._drops[peer] < MAX_DROPS:
            return closed
        return closed + self._want(now)

    def forgive(self, now: float) -> list[Action]:
        """The person wants those called again who are not reached, whatever they did."""
        if not self.cut_off and not self.unreachable:
            return []
        self._drops.clear()
        return [*self._want(now), *self.hurry(now)]

    def tick(self, now: float) -> list[Action]:
        """A moment named by `next_wake` has come."""
        actions: list[Action] = [*self.paths.tick(now)]
        for found in self.pulse.tick(now):
            actions += self.lost(found.peer, now) if isinstance(found, Silence) else [_sign(found)]
        return actions + self._on_board(lambda board: board.tick(now))

    def next_wake(self) -> float | None:
        """When `tick` is wanted next."""
        board = self.board.next_wake() if self.board else None
        moments = (board, self.pulse.next_wake(), self.paths.next_wake())
        return min((moment for moment in moments if moment is not None), default=None)

    def _want(self, now: float) -> list[Action]:
        return self._on_board(lambda board: board.want(self._near - self.cut_off, now))

    def _be(self, me: str, now: float) -> list[Action]:
        """Call, and be called, under that name; who comes back under another has no connection any more."""
        if self.board is not None and self.board.me == me:
            return []
        closed = self._on_board(lambda board: board.want(frozenset(), now))
        self.board = (Switchboard if self.plugged else Unplugged)(me, self._new_id())
        self.told_by = now + TOLD_WITHIN_S
        return closed

    def _on_board(self, ask: Callable[[Switchboard], list[PeerAction]]) -> list[Action]:
        actions = ask(self.board) if self.board else []
        for action in actions:
            if isinstance(action, ClosePeer):
                self.pulse.close(action.peer)
                self.paths.close(action.peer)
        return [*actions]


def _sign(beat: Beat) -> SendFrame:
    return SendFrame(beat.peer, Heartbeat(beat.asks))
