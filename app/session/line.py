"""The WebSocket's state: up, being connected, waited for; and when something must be done about it.

Laws: no state lasts for ever without an answer. A line that is up is dead when
a ping brings nothing back for `SILENT_S`: a broken network does not always say
so. Times are the page's, in seconds.
"""

from collections.abc import Callable

from app.session.backoff import Backoff
from app.session.picture import Link

ANSWER_WITHIN_S = 15.0
SILENT_S = 8.0


class Line:
    """Mutable, and private to the session. `spread` gives a number from 0 up to 1 by chance.

    `unreadable_in_a_row` counts what the server said that could not be read, since something could.
    """

    def __init__(self, spread: Callable[[], float]) -> None:
        self.state = Link.NONE
        self._backoff = Backoff(spread)
        self._retry_at: float | None = None
        self._unanswered_since: float | None = None
        self.unreadable_in_a_row = 0

    @property
    def retry_at(self) -> float | None:
        """When it will be tried again, while it is waited for."""
        return self._retry_at if self.state is Link.WAITING else None

    def connecting(self, now: float) -> None:
        """A ticket is asked for, or the socket is being opened."""
        self._set(Link.CONNECTING, now + ANSWER_WITHIN_S)

    def up(self) -> None:
        """The server has let us in."""
        self._set(Link.UP, None)
        self._backoff.reset()

    def wait(self, now: float) -> None:
        """It failed: try again in a while."""
        self._set(Link.WAITING, now + self._backoff.next_delay())

    def end(self) -> None:
        """It is not wanted any more."""
        self._set(Link.NONE, None)
        self._backoff.reset()

    def pinged(self, now: float) -> None:
        """The server was asked for a sign of life."""
        if self._unanswered_since is None:
            self._unanswered_since = now

    def heard(self) -> None:
        """The server said something."""
        self._unanswered_since = None
        self.unreadable_in_a_row = 0

    def is_dead(self, now: float) -> bool:
        """Whether it counts as up and is not."""
        return self._unanswered_since is not None and now >= self._unanswered_since + SILENT_S

    def is_due(self, now: float) -> bool:
        """Whether it should be tried again now."""
        return self._retry_at is not None and now >= self._retry_at

    def next_wake(self) -> float | None:
        """When to look at it again."""
        silent = None if self._unanswered_since is None else self._unanswered_since + SILENT_S
        return min((moment for moment in (self._retry_at, silent) if moment is not None), default=None)

    def _set(self, state: Link, retry_at: float | None) -> None:
        self.state, self._retry_at, self._unanswered_since = state, retry_at, None
