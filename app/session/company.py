"""The room as we agree on it: what the server confirmed, and what we asked for on top.

Laws: the confirmed room changes only by what the server says. What we asked
for is applied on top at once and again after every change, until the server
confirms or refuses it; a refusal undoes it by leaving it out. A command's
answer may come twice or never; its id makes that harmless. Whoever is cut off
pauses and seeks alone, starts nothing and sets no speed: a film that has stood
begins, and one that runs runs faster, when the others can hear of it, so that
nobody is taken back. A line may seem up and be dead, so a start or a speed that
the server does not answer in time is held back too. What has not gone out yet
gives way to what is asked after it, where only the last counts. Room time only.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import replace

from app.room.errors import Reason
from app.room.messages import (
    Command,
    DrawLots,
    Happened,
    Move,
    Pause,
    Play,
    Ready,
    RefusedCommand,
    Seek,
    SetRate,
    Skip,
    SyncRequest,
)
from app.room.reducer import Applied, apply
from app.room.state import Room
from app.session.deeds import activity_of
from app.session.effects import Effect, SendToServer
from app.session.pending import Pending
from app.session.picture import Activity, Deed

MAX_PENDING = 50
# So many moves of the film are asked again at once, well within what the server takes; the rest one by one.
AGAIN_AT_ONCE = 3
KEPT_ACTIVITY = 30


class Company:
    """Mutable, and private to the session. `moved` is the revision at which the film went elsewhere for the last time,
    or a later one."""

    def __init__(self, new_id: Callable[[], str]) -> None:
        self._new_id = new_id
        self._confirmed: Room | None = None
        self._pending: list[Pending] = []
        self.room: Room | None = None
        self.me = ""
        self.moved = 0
        self.activity: deque[Activity] = deque(maxlen=KEPT_ACTIVITY)
        self._numbered = 0

    @property
    def revision(self) -> int:
        """Up to where we have heard of the room."""
        return self._confirmed.revision if self._confirmed else 0

    @property
    def pending(self) -> int:
        """How many of our commands the server has not answered."""
        return len(self._pending)

    @property
    def holds(self) -> bool:
        """Whether some of them have not gone out yet."""
        return any(not pending.sent for pending in self._pending)

    def clear(self) -> None:
        """We are in no room."""
        self._confirmed = self.room = None
        self._pending.clear()
        self.activity.clear()
        self.me = ""
        self.moved = 0

    def ask(self, command: Command, room_now: float, up: bool, held: bool = False) -> list[Effect] | Reason:
        """Ask the room for something; the reason if we know already that it will be refused.

        While the connection is down (`up` False) the command waits, and is asked when it is back. One that is `held`
        shows here at once, and goes out when it is released.
        """
        if self.room is None or self._confirmed is None:
            return Reason.NOT_FOUND
        overtaken = self._pending[-1:] if self._pending and self._pending[-1].gives_way_to(command) else []
        if len(self._pending) - len(overtaken) >= MAX_PENDING:
            return Reason.RATE_LIMITED
        outcome = apply(self.room, command, self.me, room_now)
        if not isinstance(outcome, Applied):
            return outcome.reason
        if not up and isinstance(command, Play) and self._takes_back():
            return []
        # How lots fall is the server's word; what starts unheard would be taken back.
        waits = isinstance(command, DrawLots) or (not up and isinstance(command, Play | SetRate))
        sent = up and not held
        pending = Pending(self._new_id(), command, room_now, self._confirmed.revision, sent, waits)
        self._pending = [*(one for one in self._pending if one not in overtaken), pending]
        self._rebase()
        return [pending.asked] if sent else []

    def release(self) -> list[Effect]:
        """The first that has not gone out yet goes out."""
        at = next((at for at, pending in enumerate(self._pending) if not pending.sent), None)
        if at is None:
            return []
        self._pending[at] = replace(self._pending[at], sent=True)
        return [self._pending[at].asked]

    def next_wake(self) -> float | None:
        """When `hold_back` is wanted next, in room time."""
        return min((until for pending in self._pending if (until := pending.shows_until) is not None), default=None)

    def hold_back(self, room_now: float) -> None:
        """A start, or another speed, that the server has not answered by now does not show until it does."""
        due = self.next_wake()
        if due is None or room_now < due:
            return
        self._pending = [
            replace(pending, waits=True) if pending.is_late(room_now) else pending for pending in self._pending
        ]
        self._rebase()

    def ready(self, message: Ready, room_now: float) -> list[Effect]:
        """The server told the whole room; what we asked for is asked again."""
        before, self._confirmed = self._confirmed, message.room
        self.me, self.moved = message.you, message.room.revision
        moved = before is not None and _course(before) != _course(message.room)
        self._pending = [self._renewed(pending, moved, room_now) for pending in self._pending]
        later = [pending for pending in self._pending if isinstance(pending.command, Move)][AGAIN_AT_ONCE:]
        self._pending = [replace(pending, sent=pending not in later) for pending in self._pending]
        self._rebase()
        return [pending.asked for pending in self._pending if pending.sent]

    def happened(self, message: Happened) -> list[Effect]:
        """The server accepted a command, ours or somebody's."""
        if self._confirmed is None:
            return []
        if message.revision <= self._confirmed.revision:
            # The first answer to a command that was asked again: the room has it already.
            self._settle_mine(message)
            return []
        outcome = apply(self._confirmed, message.command, message.by, message.at)
        if message.revision != self._confirmed.revision + 1 or not isinstance(outcome, Applied):
            return [SendToServer(SyncRequest())]
        self._note(self._confirmed, outcome.room, message)
        before, self._confirmed = self._confirmed, outcome.room
        if isinstance(message.command, Play | Seek | Skip) or before.timeline.item != outcome.room.timeline.item:
            self.moved = message.revision
        self._settle_mine(message)
        return []

    def refused(self, message: RefusedCommand) -> bool:
        """The server refused a command; whether it was one we were waiting for."""
        before = len(self._pending)
        self._settle(message.command_id)
        self._rebase()
        return len(self._pending) < before

    def doubts(self, message: RefusedCommand) -> list[Effect]:
        """Ask for the whole room, if a refusal says of the same revision that the film stands elsewhere than here."""
        confirmed = self._confirmed
        if confirmed is None or message.timeline is None or message.revision != confirmed.revision:
            return []
        return [] if message.timeline == confirmed.timeline else [SendToServer(SyncRequest())]

    def _takes_back(self) -> bool:
        """Whether a play asks for nothing but that our own pause, of which nobody has heard, be forgotten; or again for
        what is asked already."""
        if any(isinstance(pending.command, Play) and pending.waits for pending in self._pending):
            return True
        unheard = [pending for pending in self._pending if isinstance(pending.command, Pause) and not pending.sent]
        if not unheard or self._confirmed is None or not self._confirmed.going:
            return False
        self._pending = [pending for pending in self._pending if pending not in unheard]
        self._rebase()
        return True

    def _renewed(self, pending: Pending, moved: bool, room_now: float) -> Pending:
        """A command that is asked again. If the room has `moved` since, it may be stale: the server knows."""
        if not isinstance(pending.command, Move):
            return replace(pending, sent=True)
        if moved or isinstance(pending.command, SetRate):
            return replace(pending, sent=True, waits=True)
        if isinstance(pending.command, Play):
            return replace(pending, sent=True, waits=False, at=room_now)
        if isinstance(pending.command, Seek) and self.room is not None and pending is self._last_journey():
            # Whoever went there alone may have watched on: the others come to where that is by now.
            there = self.room.timeline.position_at(room_now, self.room.duration_s)
            return replace(pending, sent=True, command=Seek(there), at=room_now)
        return replace(pending, sent=True)

    def _last_journey(self) -> Pending | None:
        journeys = (pending for pending in reversed(self._pending) if isinstance(pending.command, Seek | Skip))
        return next(journeys, None)

    def _settle_mine(self, message: Happened) -> None:
        if message.by == self.me:
            self._settle(message.command_id)
        self._rebase()

    def _settle(self, command_id: str | None) -> None:
        self._pending = [pending for pending in self._pending if pending.command_id != command_id]

    def _rebase(self) -> None:
        room = self._confirmed
        for pending in self._pending:
            outcome = apply(room, pending.command, self.me, pending.at) if room and not pending.waits else None
            if isinstance(outcome, Applied):
                room = outcome.room
        self.room = room

    def note_own(self, deed: Deed, detail: str) -> None:
        """Something only this person is told of."""
        self._numbered += 1
        self.activity.append(Activity(self._numbered, deed, "", True, detail))

    def _note(self, before: Room, after: Room, message: Happened) -> None:
        found = activity_of(before, after, message, self.me, self._numbered + 1)
        if found is not None:
            self._numbered += 1
            self.activity.append(found)


def _course(room: Room) -> object:
    return (room.timeline, room.wait)
