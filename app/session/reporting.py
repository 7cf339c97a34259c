"""How the film stands with everybody: what the others have reported, and what we report.

Laws: a new standing is told at once, and so is that the film went elsewhere, but nothing faster than the server listens
for long; mere figures at most every `EVERY_S`, and nothing twice. What is shown of somebody is never older than their
connection. Times are the page's, in seconds.
"""

from dataclasses import replace
from math import ceil

from app.room.messages import Limits, Report, Reports
from app.room.state import Presence, Room
from app.session.effects import Effect, SendToServer

EVERY_S = 2.0
SEEN_S = 0.005


class Reporting:
    """Mutable, and private to the session. `others` are the last reports by member, `own` how it stands here now."""

    def __init__(self) -> None:
        self.others: dict[str, Report] = {}
        self.own: Report | None = None
        self._told: Report | None = None
        self._told_at = 0.0
        self._limits = Limits()

    def ready(self, limits: Limits) -> None:
        """The server has let us in: it knows nothing of us, and tells everything of the others."""
        self._limits = limits
        self.others.clear()
        self._told = None

    def heard(self, message: Reports) -> None:
        """News of some."""
        self.others |= {one.member: one.report for one in message.reports}

    def room_changed(self, room: Room) -> None:
        """Who has gone takes the report along."""
        here = {member.id for member in room.members if member.presence is Presence.HERE}
        self.others = {member: report for member, report in self.others.items() if member in here}

    def of(self, member: str, film_id: str) -> Report | None:
        """How that film stands with a member, as far as we were told."""
        report = self.others.get(member)
        return report if report is not None and report.film_id == film_id else None

    def tell(self, now: float) -> list[Effect]:
        """Say how it stands here, if that is news."""
        report = rounded(self.own) if self.own else None
        if report is None or _is_same(report, self._told):
            return []
        if self._told is not None:
            least_s = 1 / self._limits.reports_per_s
            pause_s = max(EVERY_S, least_s) if _kind(report) == _kind(self._told) else least_s
            if now < self._told_at + pause_s:
                return []
        self._told, self._told_at = report, now
        return [SendToServer(report)]


def rounded(report: Report) -> Report:
    """As exact as anybody wants to know: what changes less is no news."""
    return replace(
        report,
        share=int(report.share * 1000) / 1000,
        rate_Bps=float(round(report.rate_Bps, -4)),
        ahead_s=float(int(report.ahead_s)),
        need_s=float(ceil(report.need_s)),
        drift_s=None if report.drift_s is None else round(report.drift_s, 3),
    )


def _is_same(report: Report, told: Report | None) -> bool:
    """Whether nothing is new but a drift that nobody sees."""
    if told is None or report.drift_s is None or told.drift_s is None:
        return report == told
    return abs(report.drift_s - told.drift_s) < SEEN_S and replace(report, drift_s=told.drift_s) == told


def _kind(report: Report) -> tuple[str, str, str, str, int, bool]:
    return (report.film_id, report.standing, report.lacks, report.buffer, report.seen, report.ended)
