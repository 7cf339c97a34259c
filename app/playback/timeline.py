"""Where the film is, for everyone: a position anchored at a room time.

Laws: position never ticks, it is derived. An anchor in the future is a start
that is scheduled: until then the position stands still. Times are room time
in seconds; positions are seconds into the film.
"""

from dataclasses import dataclass, replace

MIN_RATE = 0.25
MAX_RATE = 4.0
MAX_POSITION_S = 48 * 3600.0

# A start needs the news on the way, some machines' tenth of a second from the order to the first frame, and a page that
# is busy now and then.
LEAST_LEAD_S = 0.25
MOST_LEAD_S = 0.5
# Most seeks into bytes that are held are done by then, so that everybody goes on at the same instant.
SEEK_LEAD_S = 0.5


@dataclass(frozen=True, slots=True)
class Timeline:
    """What the room says about the position of one programme item.

    `item` is the programme item's id, or None while nothing is on.
    """

    item: str | None = None
    position_s: float = 0.0
    playing: bool = False
    rate: float = 1.0
    anchor: float = 0.0

    def position_at(self, room_now: float, duration_s: float | None = None) -> float:
        """Seconds into the film at `room_now`, never outside the film."""
        elapsed = max(0.0, room_now - self.anchor) if self.playing else 0.0
        return clamp(self.position_s + elapsed * self.rate, duration_s)

    def has_ended(self, room_now: float, duration_s: float | None) -> bool:
        """Whether the film has run to its end (never, where its length is not known)."""
        return duration_s is not None and duration_s > 0 and self.position_at(room_now) >= duration_s


def clamp(position_s: float, duration_s: float | None) -> float:
    """The nearest position inside the film."""
    ceiling = duration_s or MAX_POSITION_S
    return min(max(position_s, 0.0), ceiling)


def start_lead(worst_rtt_s: float) -> float:
    """How far ahead a start is scheduled, so that the news reaches every screen before it."""
    return min(max(2 * worst_rtt_s, LEAST_LEAD_S), MOST_LEAD_S)


def play(timeline: Timeline, now: float, lead_s: float, duration_s: float | None) -> Timeline:
    """Playing from where it stands, beginning at `now + lead_s`; from the start if it had ended.

    Playing what already plays changes nothing.
    """
    if timeline.playing and not timeline.has_ended(now, duration_s):
        return timeline
    ended = timeline.has_ended(now, duration_s)
    position = 0.0 if ended else timeline.position_at(now, duration_s)
    return replace(timeline, position_s=position, playing=True, anchor=now + lead_s)


def pause(timeline: Timeline, now: float, duration_s: float | None) -> Timeline:
    """Standing still where it is at `now`."""
    if not timeline.playing:
        return timeline
    return replace(timeline, position_s=timeline.position_at(now, duration_s), playing=False, anchor=now)


def seek(timeline: Timeline, position_s: float, now: float, duration_s: float | None) -> Timeline:
    """At `position_s` from `now` on, paused as before, or playing on from `SEEK_LEAD_S` later."""
    anchor = now + SEEK_LEAD_S if timeline.playing else now
    return replace(timeline, position_s=clamp(position_s, duration_s), anchor=anchor)


def set_rate(timeline: Timeline, rate: float, now: float, duration_s: float | None) -> Timeline:
    """At another speed from `now` on; the position is continuous.

    A start that is still ahead keeps its moment.
    """
    return replace(
        timeline,
        position_s=timeline.position_at(now, duration_s),
        rate=rate,
        anchor=max(now, timeline.anchor) if timeline.playing else now,
    )
