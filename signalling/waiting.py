"""Whether a room waits for members who have not enough of the film, and until when.

Laws: the rules are the gate's; here stand the clock, the reports and the orders that follow from them. Nobody is
waited for who is away, has said nothing of the film that is on, or does not take it. What was started anyway is not
stopped for those it was started without. Whoever has run dry has some seconds in hand before the room goes on, however
much of the film it holds: else it would stop again at once. Times are room time in seconds.
"""

from dataclasses import replace

from app.playback.gate import LEAST_S, Gate, Wait, WaitFor, Watcher, goes
from app.room.messages import Command, GoOn, Hold, Play, Report, Seek, Skip
from app.room.state import TAKING, WHOLE, Presence, Room
from signalling.desk import Desk
from signalling.timers import Alarm


class Waiting:
    """Private to the room."""

    def __init__(
        self,
        desk: Desk,
    ) -> None:
        self._now = desk.now
        self._tip = desk.tip
        self._order = desk.order
        self._gate = Gate()
        self._said: dict[str, Report] = {}
        self._unheard: set[str] = set()
        self._moved = 0
        self._end = Alarm(desk.schedule)
        self._until: float | None = None
        self._stall = False

    def before(self, command: Play | Seek) -> tuple[str, ...]:
        """For whom the room waits if it takes that command."""
        room, policy = self._tip(), self._tip().policy.wait_for
        if policy is WaitFor.NOBODY or (isinstance(command, Play) and command.anyway):
            return ()
        moved = room.revision + 1 if self._goes_elsewhere(command, room) else self._moved
        watchers = self._watchers()
        members = self._gate.lacking(watchers, moved)
        if isinstance(command, Seek):
            members = tuple(member for member in members if self._gate.caught_up(member) or _awaits(room, member))
        return () if goes(policy, len(watchers), len(members)) else members

    def reported(self, member: str, report: Report) -> None:
        """A member said how a film stands with it."""
        seen = min(report.seen, self._tip().revision)  # nobody has seen what is still to come
        self._said[member] = replace(report, seen=seen)
        self._unheard.discard(member)
        watcher = self._watchers().get(member)
        if watcher is not None:
            self._gate.heard(member, watcher, self._moved)
        self._act()

    def forget(self, member: str) -> None:
        """The member's connection is gone; it will tell anew."""
        self._said.pop(member, None)
        self._unheard.discard(member)

    def forget_for_good(self, member: str) -> None:
        """The member does not come back."""
        self.forget(member)
        self._gate.forget(member)

    def decided(self, command: Command, before: Room) -> None:
        """The room has carried out a command."""
        self._stall = isinstance(command, Hold) or (self._stall and self._tip().wait is not None)
        item = self._tip().timeline.item
        if before.timeline.item != item or isinstance(command, Skip):
            self._gate.elsewhere()
            self._moved = self._tip().revision
        elif isinstance(command, Play | Seek) and self._goes_elsewhere(command, before):
            self._moved = self._tip().revision
        if isinstance(command, Play) and command.anyway and not before.timeline.playing:
            self._gate.in_vain(self._gate.lacking(self._watchers(), self._moved))
        self.look()

    def revive(self) -> None:
        """The room comes out of the store, perhaps in a wait: those of it have yet to come back and to tell anew."""
        wait = self._tip().wait
        self._unheard = set(wait.members) if wait is not None else set()
        self.look()

    def look(self) -> None:
        """See to it that a wait has an end."""
        self._arm()
        self._act()

    def close(self) -> None:
        """Order nothing any more."""
        self._end.cancel()
        self._said.clear()

    def _goes_elsewhere(self, command: Play | Seek, room: Room) -> bool:
        if isinstance(command, Seek):
            return True
        return room.wait is None and room.timeline.has_ended(self._now(), room.duration_s)

    def _act(self) -> None:
        """Stop the room, or let it go on, if the time has come for either."""
        room = self._tip()
        if room.wait is not None:
            if goes(room.policy.wait_for, len(self._watchers()), len(self._waited_for(room.wait))):
                self._order(GoOn())
        elif room.timeline.playing and self._now() > room.timeline.anchor:
            self._stop_for_who_stalled(room)

    def _stop_for_who_stalled(self, room: Room) -> None:
        now = self._now()
        if room.timeline.has_ended(now, room.duration_s):
            return
        members = self._gate.stalled(self._watchers(), self._moved, room.policy.wait_for, now)
        if members:
            self._order(Hold(members))

    def _time_is_up(self) -> None:
        self._until = None
        wait = self._tip().wait
        if wait is not None:
            self._gate.in_vain(self._waited_for(wait))
            self._order(GoOn())

    def _waited_for(self, wait: Wait) -> tuple[str, ...]:
        """Those of the wait who are still here and not ready, or have not come back yet from a restart."""
        room, watchers = self._tip(), self._watchers()
        waited = {member: watchers[member] for member in wait.members if member in watchers}
        unheard = (member for member in wait.members if member in self._unheard and room.member(member))
        lacking = self._gate.lacking(waited, self._moved)
        short = (member for member in waited if self._stall and member not in lacking and self._is_short(member))
        return (*lacking, *short, *unheard)

    def _is_short(self, member: str) -> bool:
        """Whether so little is in hand that the member would run dry again at once."""
        report = self._said[member]
        return report.standing not in WHOLE and report.ahead_s < min(report.need_s, LEAST_S)

    def _watchers(self) -> dict[str, Watcher]:
        """Those here who take the film that is on, as they last reported."""
        room = self._tip()
        film = room.current.film.film_id if room.current else None
        here = (member.id for member in room.members if member.presence is Presence.HERE)
        said = {member: self._said[member] for member in here if member in self._said}
        return {
            member: Watcher(report.buffer, report.seen, report.standing in WHOLE)
            for member, report in said.items()
            if report.film_id == film and report.standing in TAKING
        }

    def _arm(self) -> None:
        wait = self._tip().wait
        until = wait.until if wait is not None else None
        if until == self._until:
            return
        self._until = until
        if until is None:
            self._end.cancel()
        else:
            self._end.set(until - self._now(), self._time_is_up)


def _awaits(room: Room, member: str) -> bool:
    return room.wait is not None and member in room.wait.members
