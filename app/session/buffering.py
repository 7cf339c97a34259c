"""Whether we hold enough of the film to watch on, as the others are told; and for whom the room waits.

Positions and times in seconds.
"""

from dataclasses import replace

from app.playback.gate import DRY_S, FLOOR_SHARE, LEAST_S, Buffer, buffer_of, need_s
from app.playback.median import median, percentile
from app.room.bounds import MOST_AHEAD_S
from app.room.messages import Report
from app.room.state import WHOLE, Room
from app.session.picture import Apart, Awaited, Person, Player, Playing, Watching
from app.session.projection import Projection

# What anybody sees without a ruler.
OFF_S = 0.25


def with_buffer(report: Report, room: Room, projection: Projection, moved: int, position_s: float) -> Report:
    """Our report with what it means for watching on, the server's room being at `position_s`, where it went at revision
    `moved`. Who has every byte can watch anywhere, and only tells its end anew.

    What is held ahead is a guess by an even spread of bytes; the element that runs knows better, where it has more.
    """
    film, length = room.current.film if room.current else None, room.duration_s
    whole = report.standing in WHOLE
    ahead_s, needed_s, starving = None, 0.0, projection.follower.starves
    in_hand_s = projection.in_hand_s
    if film is not None and length:
        ahead_s = max(report.ahead_s, in_hand_s or 0.0)
        used_up = film.size / length * room.timeline.rate
        needed_s = 0.0 if whole else need_s(used_up, report.rate_Bps, length - position_s)
        if report.share >= FLOOR_SHARE:
            needed_s = min(needed_s, LEAST_S)
        starving = starving or (in_hand_s is not None and ahead_s < min(DRY_S, needed_s))
    return replace(
        report,
        ahead_s=min(report.ahead_s if ahead_s is None else ahead_s, float(MOST_AHEAD_S)),
        need_s=min(needed_s, float(MOST_AHEAD_S)),
        buffer=buffer_of(ahead_s, needed_s, report.share, starving),
        seen=0 if whole and not projection.ended else moved,
        drift_s=projection.follower.drift_s,
        ended=projection.ended,
    )


def watching(member: str, room: Room, said: Report | None) -> Watching | None:
    """What keeps a member, who said that, from watching in step, or that it has stopped the film for everyone."""
    if room.wait is not None and member in room.wait.members:
        return Watching.AWAITED
    if not room.going:
        return Watching.PAUSED_IT if member == room.paused_by else None
    if said is None or said.standing in WHOLE or said.buffer is not Buffer.DRY:
        return _off(said.drift_s if said is not None else None)
    return Watching.DRY


def starved(player: Player | None, own: Report | None) -> Player | None:
    """The film on this screen, where catching up means waiting: some browsers do not say that they have nothing more to
    show."""
    dry = own is not None and own.standing not in WHOLE and own.buffer is Buffer.DRY
    if player is None or not dry or player.playing is not Playing.CATCHING_UP:
        return player
    return replace(player, playing=Playing.WAITING_FOR_DOWNLOAD)


def _off(drift_s: float | None) -> Watching | None:
    if drift_s is None or abs(drift_s) <= OFF_S:
        return None
    return Watching.AHEAD if drift_s > 0 else Watching.BEHIND


def apart(people: tuple[Person, ...]) -> Apart | None:
    """How far off the room everybody's screen is, as they say; None while nobody plays."""
    off = sorted(abs(person.drift_s) * 1000 for person in people if person.drift_s is not None)
    if not off:
        return None
    return Apart(median(off), percentile(off, 0.95))


def awaited(room: Room, people: tuple[Person, ...]) -> tuple[Awaited, ...]:
    """For whom the room waits: those of the wait who are not ready, or all of them while nobody knows."""
    wait = room.wait
    if wait is None:
        return ()
    named = [person for person in people if person.id in wait.members]
    lacking = [person for person in named if person.ahead_s < person.need_s]
    return tuple(Awaited(person.name, person.me, person.ahead_s, person.need_s) for person in lacking or named)
