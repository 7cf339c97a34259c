"""What comes after a film: the next of the queue, put on by itself and started after an intermission.

Laws: nobody is asked and nobody is overruled: whoever plays, pauses, seeks or picks in the meantime has the last word.
A film whose length nobody knows has no end that the server could see. Times are room time in seconds.
"""

from collections.abc import Callable

from app.room.messages import Command, GoOn, Hold, Pause, Play, Seek, SetRate, Skip
from app.room.programme import following
from app.room.state import Presence, Room
from signalling.timers import Alarm, Schedule

# The last frame of the slowest screen, and the first report on the film that is on now.
CREDITS_S = 1.0
INTERMISSION_S = 5.0
_TOUCHES = Play | Pause | Seek | SetRate | Skip | Hold | GoOn


class Usher:
    """Private to the room. `tip` is the room with everything decided; `order` has it carry out a command of the
    server's own."""

    def __init__(
        self,
        now: Callable[[], float],
        schedule: Schedule,
        tip: Callable[[], Room],
        order: Callable[[Command], object],
    ) -> None:
        self._now = now
        self._tip = tip
        self._order = order
        self._end = Alarm(schedule)
        self._start = Alarm(schedule)
        self._next: str | None = None

    def decided(self, command: Command) -> None:
        """The room has carried out a command."""
        if isinstance(command, _TOUCHES) or self._tip().timeline.item != self._next:
            self._start.cancel()
        self.look()

    def look(self) -> None:
        """See to it that the end of the film is noticed."""
        due = self._over_at()
        if due is None:
            self._end.cancel()
        else:
            self._end.set(due + CREDITS_S - self._now(), self._film_is_over)

    def close(self) -> None:
        """Order nothing any more."""
        self._end.cancel()
        self._start.cancel()

    def _over_at(self) -> float | None:
        """When the film that runs is over, if another one follows and somebody is here to see it."""
        room = self._tip()
        timeline, length = room.timeline, room.duration_s
        if not (timeline.playing and length and _somebody_is_here(room) and following(room)):
            return None
        return timeline.anchor + (length - timeline.position_s) / timeline.rate

    def _film_is_over(self) -> None:
        item = following(self._tip())
        if item is not None:
            self._order(Skip(item.id))
            self._next = item.id
            self._start.set(INTERMISSION_S, self._intermission_is_over)

    def _intermission_is_over(self) -> None:
        if _somebody_is_here(self._tip()):
            self._order(Play())


def _somebody_is_here(room: Room) -> bool:
    return any(member.presence is Presence.HERE for member in room.members)
