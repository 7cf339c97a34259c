"""How the film stands with the members of one room, as they report it: kept in memory, passed on in bundles.

Laws: of each member only the last report counts, and it is told once. Nothing of this is durable, and no revision
knows of it. However often a member reports, the others hear of the room at most once a second; and however many there
are, of `MOST_AT_ONCE` of them, those first whose news is oldest: else a large room would grow by its square.
"""

from collections.abc import Callable
from itertools import islice

from app.room.codec import encode
from app.room.messages import Report, Reported, Reports
from signalling.backlog import News
from signalling.timers import Schedule, Timer

GATHER_S = 0.1  # what is reported at the same moment travels together
EVERY_S = 1.0
MOST_AT_ONCE = 100
BURST = 20
PER_S = 2.0


class Board:
    """The reports of a room. `tell` sends a frame to everybody, with whose it holds; times are room time in seconds."""

    def __init__(self, now: Callable[[], float], schedule: Schedule, tell: Callable[[bytes, News], None]) -> None:
        self._now = now
        self._schedule = schedule
        self._tell = tell
        self._latest: dict[str, Report] = {}
        self._news: dict[str, Report] = {}
        self._allowances: dict[str, tuple[float, float]] = {}
        self._told_at = now() - EVERY_S
        self._timer: Timer | None = None

    def take(self, member: str, report: Report, known: bool = True) -> bool:
        """Keep a report and pass it on soon; False if the member reports too often.

        One of a film that the room does not have (`known` False) counts, and is told to nobody.
        """
        now = self._now()
        left, since = self._allowances.get(member, (float(BURST), now))
        left = min(float(BURST), left + (now - since) * PER_S) - 1
        if left < 0:
            return False
        self._allowances[member] = (left, now)
        if known and self._latest.get(member) != report:
            self._latest[member] = self._news[member] = report
            self._arm(now)
        return True

    def latest(self, members: frozenset[str] | None = None) -> bytes | None:
        """The last reports of these members, or of everybody, as a frame; None if there is none."""
        chosen = {member: report for member, report in self._latest.items() if members is None or member in members}
        return _frame(chosen) if chosen else None

    @property
    def drifts_s(self) -> tuple[float, ...]:
        """How far each screen that plays is off the room, in seconds."""
        return tuple(report.drift_s for report in self._latest.values() if report.drift_s is not None)

    def forget(self, member: str) -> None:
        """The member has gone, and what it said with it. How often it spoke is remembered: it may come back at once."""
        self._latest.pop(member, None)
        self._news.pop(member, None)

    def forget_for_good(self, member: str) -> None:
        """The member does not come back."""
        self.forget(member)
        self._allowances.pop(member, None)

    def close(self) -> None:
        """Tell nobody anything any more."""
        if self._timer is not None:
            self._timer.cancel()
        self._latest.clear()
        self._news.clear()

    def _arm(self, now: float) -> None:
        if self._timer is None:
            due = max(now + GATHER_S, self._told_at + EVERY_S)
            self._timer = self._schedule(due - now, self._tell_news)

    def _tell_news(self) -> None:
        self._timer = None
        told = dict(islice(self._news.items(), MOST_AT_ONCE))
        for member in told:
            del self._news[member]
        if told:
            self._told_at = self._now()
            self._tell(_frame(told), News(frozenset(told)))
        if self._news:
            self._arm(self._told_at)


def _frame(reports: dict[str, Report]) -> bytes:
    return encode(Reports(tuple(Reported(member, report) for member, report in reports.items()))).encode()
