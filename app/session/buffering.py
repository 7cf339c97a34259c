"""Whether we hold enough of the film to watch on, as the others are told; and for whom the room waits.

Positions and times in seconds.
"""

from dataclasses import replace
from math import ceil

from app.playback.follow import Follower
from app.playback.gate import buffer_of, need_s
from app.playback.median import median
from app.room.bounds import MOST_AHEAD_S
from app.room.messages import Report
from app.room.state import WHOLE, Room
from app.session.picture import Apart, Awaited, Person


def with_buffer(report: Report, room: Room, follower: Follower, revision: int, position_s: float) -> Report:
    """Our report with what it means for watching on, the server's room being at `revision` and `position_s`."""
    film, length = room.current.film if room.current else None, room.duration_s
    whole = report.standing in WHOLE
    ahead_s, needed_s = None, 0.0
    if film is not None and length:
        ahead_s = report.ahead_s
        used_up = film.size / length * room.timeline.rate
        needed_s = 0.0 if whole else need_s(used_up, report.rate_Bps, length - position_s)
    return replace(
        report,
        need_s=min(needed_s, float(MOST_AHEAD_S)),
        buffer=buffer_of(ahead_s, needed_s, report.share, follower.starves),
        seen=0 if whole else revision,
        drift_s=follower.drift_s,
    )


def apart(people: tuple[Person, ...]) -> Apart | None:
    """How far off the room everybody's screen is, as they say; None while nobody plays."""
    off = sorted(abs(person.drift_s) * 1000 for person in people if person.drift_s is not None)
    if not off:
        return None
    return Apart(median(off), off[ceil(0.95 * len(off)) - 1])


def awaited(room: Room, people: tuple[Person, ...]) -> tuple[Awaited, ...]:
    """For whom the room waits: those of the wait who are not ready, or all of them while nobody knows."""
    wait = room.wait
    if wait is None:
        return ()
    named = [person for person in people if person.id in wait.members]
    lacking = [person for person in named if person.ahead_s < person.need_s]
    return tuple(Awaited(person.name, person.me, person.ahead_s, person.need_s) for person in lacking or named)
