"""The giving side: what peers ask of us, checked, put in turn, and sent.

Laws: nothing is served that is not held and verified, or that lies outside its piece. Misuse ends the connection.
"""

from app.swarm.actions import Action, DropPeer, SendFrame
from app.swarm.picker import Choose
from app.swarm.relay import Relay
from app.swarm.share import Share
from app.swarm.uploads import Uploads
from app.swarm.wire import Absent, Choke, Request


class Serving:
    """Mutable, and private to `Swarm`. Times in seconds."""

    def __init__(self, shares: dict[str, Share], choose: Choose) -> None:
        self._shares = shares
        self.uploads = Uploads()
        self.paused = False
        self._relay = Relay(shares, self.uploads, choose)

    def open(self, peer: str) -> list[Action]:
        """`peer` may ask from now on."""
        self.uploads.open(peer)
        return [SendFrame(peer, Choke(True))] if self.paused else []

    def pause(self, on: bool) -> list[Action]:
        """Send nothing from now on, or send again. What was asked is forgotten: the peers ask anew."""
        if on == self.paused:
            return []
        self.paused = on
        for film_id in self._shares:
            self.uploads.drop_film(film_id)
        self._relay.forget()
        return [SendFrame(peer, Choke(on)) for peer in self.uploads.peers]

    def close(self, peer: str) -> None:
        """`peer` is gone."""
        self.uploads.close(peer)
        self._relay.close(peer)

    def asked(self, peer: str, frame: Request, now: float) -> list[Action]:
        """`peer` wants bytes. What was under way when we paused is void."""
        if self.paused:
            return []
        share = self._shares.get(frame.film_id)
        if share is None or frame.piece not in share.held or share.manifest is None:
            return [SendFrame(peer, Absent(frame.request))]
        if frame.offset + frame.length > share.manifest.piece_length(frame.piece):
            return [DropPeer(peer, "asked for bytes outside a piece")]
        return [] if self._relay.defers(peer, frame, now) else self._queue(peer, frame)

    def cancelled(self, peer: str, request: int) -> None:
        """`peer` does not want it any more."""
        self.uploads.cancel(peer, request)
        self._relay.cancel(peer, request)

    def act(self, now: float) -> list[Action]:
        """Grant and send what can be granted and sent now."""
        if self.paused:
            return []
        granted = self._relay.act(now)
        late = [action for peer, frame in self._relay.due(now) for action in self._queue(peer, frame)]
        return [*granted, *late, *self.uploads.fill(now)]

    def sent(self, peer: str, size: int, now: float) -> list[Action]:
        """The browser took a block of ours."""
        self.uploads.sent(peer, size, now)
        return list(self.uploads.fill(now))

    def unsent(self, peer: str, request: int, size: int, now: float) -> list[Action]:
        """A block of ours could not be read: the peer must ask elsewhere, if it is still there."""
        if peer not in self.uploads.peers:
            return []
        self.uploads.unsent(peer, size)
        self.uploads.cancel(peer, request)
        return [SendFrame(peer, Absent(request)), *self.uploads.fill(now)]

    def drop_film(self, film_id: str) -> list[Action]:
        """Serve no more of that film, and say so to those who wait."""
        return [SendFrame(peer, Absent(request)) for peer, request in self.uploads.drop_film(film_id)]

    def next_wake(self, now: float) -> float | None:
        """When `act` is wanted next. It may be past."""
        if self.paused:
            return None
        moments = (self.uploads.next_wake(now), self._relay.next_wake())
        return min((moment for moment in moments if moment is not None), default=None)

    def _queue(self, peer: str, frame: Request) -> list[Action]:
        share = self._shares.get(frame.film_id)
        if share is None or frame.piece not in share.held:
            return [SendFrame(peer, Absent(frame.request))]
        job = (frame.film_id, frame.request, frame.piece, frame.offset, frame.length)
        return [] if self.uploads.ask(peer, *job, frame.urgent) else [DropPeer(peer, "asked for too much at once")]
