"""One attempt at a connection: whose it is, how its negotiation stands, and when patience with it ends.

Laws: a call whose way is lost may heal by itself; if it does not within `HEAL_S`, the impolite side looks for another
way under the same channels, once for each failure and again for as long as nobody answers; after `MEND_S` it is over.
Times in seconds.
"""

from app.peers.negotiation import Do, Negotiation, State, Step

UNANSWERED_S = 12.0
CROSSING_S = 0.5
HEAL_S = 3.0
AGAIN_S = 3.0
MEND_S = 12.0
BUSY_S = 0.5


class Call:
    """Mutable, and private to the switchboard. Once the peer has knocked, it is made anew at `anew_at` if it is not
    answered by then."""

    def __init__(self, life: str, polite: bool, now: float) -> None:
        self.life = life
        self.negotiation = Negotiation(polite)
        self.their_life: str | None = None
        self.up = False
        self.anew_at: float | None = None
        self._until = now + UNANSWERED_S
        self._seek_at: float | None = None
        self._sought = False

    @property
    def is_shaken(self) -> bool:
        """Whether its channels are open but have no way."""
        return self.up and self._seek_at is not None

    def met(self, life: str, now: float) -> None:
        """The peer has said something: it is there, so it is given the whole time, if it was not before."""
        if self.their_life is None and not self.up:
            self._until = now + UNANSWERED_S
        self.their_life, self.anew_at = life, None

    def connected(self) -> None:
        """Its channels are open."""
        self.up, self._seek_at = True, None

    def shaky(self, failed: bool, now: float) -> None:
        """Its way is lost, perhaps for a moment; `failed`: the browser looks for none any more."""
        if self._seek_at is None:
            self._until = now + MEND_S
            self._seek_at, self._sought = now + HEAL_S, False
        if failed and self.negotiation.state is State.STABLE:
            self._seek_at, self._sought = now, False

    def steady(self) -> None:
        """It has a way again."""
        self._seek_at = None

    def hurry(self, now: float) -> None:
        """Words get through again, so look for a way at once if there is none, however little time was left."""
        if self._seek_at is not None:
            self._seek_at = now
            self._until = max(self._until, now + AGAIN_S)

    def is_over(self, now: float) -> bool:
        """Whether it was given time enough."""
        return (self.is_shaken or not self.up) and now >= self._until

    def seeks(self, now: float) -> bool:
        """Whether to restart ICE now, with an offer. Nothing disturbs an offer or an answer that is being made, and
        nothing a way that is being tried."""
        if self._seek_at is None or now < self._seek_at:
            return False
        if self.negotiation.polite or (self._sought and self.negotiation.state is State.STABLE):
            self._seek_at = self._until
            return False
        if self.negotiation.step(Step.RESTART) is not Do.MAKE_OFFER:
            self._seek_at = now + BUSY_S
            return False
        self._seek_at, self._sought = now + AGAIN_S, True
        return True

    def knocked(self) -> float:
        """The peer has knocked: what was said before is lost, unless it crossed the knock. When to call anew."""
        self.anew_at = self._until - UNANSWERED_S + CROSSING_S
        return self.anew_at

    def moments(self) -> list[float]:
        """When it must be seen to."""
        patience = self._until if self.is_shaken or not self.up else None
        return [moment for moment in (patience, self._seek_at, self.anew_at) if moment is not None]
