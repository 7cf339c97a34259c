"""What comes after a film: the next of the queue, put on by itself and started after an intermission.

Laws: nobody is asked and nobody is overruled: whoever plays, pauses, seeks or picks in the meantime has the last word.
What is to start does so although the server restarts, and waits for somebody to see it.
A film whose length nobody knows is over when more than half of those who watch have come to its end, or `ALONE_S` after
whoever gave it: nobody ends it alone for the others but with their own film. Times are room time in seconds.
"""

from collections.abc import Iterable

from app.room.messages import Command, GoOn, Happened, Hold, Move, Play, Report, Seek, Skip
from app.room.programme import following
from app.room.state import TAKING, Presence, Room
from signalling.desk import Desk
from signalling.timers import Alarm

# The last frame of the slowest screen, and the first report on the film that is on now.
CREDITS_S = 1.0
INTERMISSION_S = 5.0
# For those who are behind.
ALONE_S = 10.0
_TOUCHES = Move | Hold | GoOn


class Usher:
    """Private to the room. `events` are those it begins with."""

    def __init__(
        self,
        desk: Desk,
        events: Iterable[Happened] = (),
    ) -> None:
        self._now = desk.now
        self._tip = desk.tip
        self._order = desk.order
        self._end = Alarm(desk.schedule)
        self._start = Alarm(desk.schedule)
        self._item = desk.tip().timeline.item
        self._starts_at = _start_after(events, self._item)
        self._takes: dict[str, str] = {}
        self._ended: dict[str, float] = {}

    def decided(self, command: Command) -> None:
        """The room has carried out a command."""
        before, self._item = self._item, self._tip().timeline.item
        if isinstance(command, _TOUCHES) or self._item != before:
            self._starts_at = None
        # A member does not say twice that it is at the end: that is forgotten only where the film goes elsewhere.
        if isinstance(command, Seek | Skip) or self._item != before:
            self._ended.clear()
        elif isinstance(command, Play):
            self._ended = dict.fromkeys(self._ended, self._now())
        self.look()

    def reported(self, member: str, report: Report) -> None:
        """A member said how a film stands with it, and whether it has come to its end."""
        self._takes.pop(member, None)
        if report.standing in TAKING:
            self._takes[member] = report.film_id
        current = self._tip().current
        if report.ended and current is not None and current.film.film_id == report.film_id:
            self._ended.setdefault(member, self._now())
        else:
            self._ended.pop(member, None)
        self.look()

    def forget(self, member: str) -> None:
        """The member's connection is gone; it will tell anew."""
        self._takes.pop(member, None)
        self._ended.pop(member, None)
        self.look()

    def look(self) -> None:
        """See to it that the end of the film is noticed, and the next one started."""
        if self._starts_at is None or not _somebody_is_here(self._tip()):
            self._start.cancel()
        else:
            self._start.set(self._starts_at - self._now(), self._intermission_is_over)
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
        if not (timeline.playing and _somebody_is_here(room) and following(room)):
            return None
        if not length:
            return self._found_over_at(room)
        return timeline.anchor + (length - timeline.position_s) / timeline.rate

    def _found_over_at(self, room: Room) -> float | None:
        """When those who watch a film of unknown length have found it over, as far as that can be told by now."""
        current = room.current
        film, giver = (current.film.film_id, current.added_by) if current else ("", "")
        watching = [member for member, taken in self._takes.items() if taken == film]
        ended = sorted(self._ended[member] for member in watching if member in self._ended)
        half = len(watching) // 2
        moments = ended[half : half + 1]
        if giver in watching and giver in self._ended:
            moments.append(self._ended[giver] + ALONE_S)
        return min(moments, default=None)

    def _film_is_over(self) -> None:
        item = following(self._tip())
        if item is not None:
            self._order(Skip(item.id))
            self._starts_at = self._now() + INTERMISSION_S
            self.look()

    def _intermission_is_over(self) -> None:
        self._starts_at = None
        self._order(Play())


def _somebody_is_here(room: Room) -> bool:
    return any(member.presence is Presence.HERE for member in room.members)


def _start_after(events: Iterable[Happened], item: str | None) -> float | None:
    """When the film that is on starts by itself, if the last that was done to it is that the server put it on."""
    last = next((event for event in reversed(tuple(events)) if isinstance(event.command, _TOUCHES)), None)
    if last is None or not isinstance(last.command, Skip) or last.by is not None or last.command.to != item:
        return None
    return last.at + INTERMISSION_S
