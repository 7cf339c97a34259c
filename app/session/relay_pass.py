"""The pass for TURN servers: good for an hour, and renewed in time, since a film may be longer.

Laws: a new pass comes with the whole room, for which the server is asked while it hears us; after a connection that was
lost there is one anyway. Times are the page's, in seconds.
"""

from app.room.messages import SyncRequest, TurnPass
from app.session.effects import Effect, SendToServer

RENEW_S = 50 * 60.0
AGAIN_S = 60.0


class RelayPass:
    """Mutable, and private to the session."""

    def __init__(self) -> None:
        self._due: float | None = None

    def given(self, turn: TurnPass | None, now: float) -> None:
        """The server said this; None where it has no TURN servers."""
        self._due = None if turn is None else now + RENEW_S

    def next_wake(self) -> float | None:
        """When `tick` is wanted next."""
        return self._due

    def tick(self, now: float, heard: bool) -> list[Effect]:
        """A moment named by `next_wake` has come; whether the server hears us."""
        if self._due is None or now < self._due:
            return []
        self._due = now + AGAIN_S
        return [SendToServer(SyncRequest())] if heard else []
