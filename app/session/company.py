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
    PROTOCOL_VERSION,
    Command,
    DrawLots,
    Happened,
    Hello,
    Limits,
    Pause,
    Play,
    Ready,
    RefusedCommand,
    Resume,
    Resumed,
    Seek,
    SetRate,
    Skip,
    SyncRequest,
)
from app.room.reducer import Applied, apply
from app.room.state import Room
from app.session.deeds import activity_of
from app.session.effects import Effect, SendToServer
from app.session.events import Seat
from app.session.pending import Pending, asked_again
from app.session.picture import Activity, Deed

MAX_PENDING = 50
KEPT_ACTIVITY = 30


class Company:
    """Mutable, and private to the session. `moved` is the revision at which the film went elsewhere for the last time,
    or a later one; `limits` are what the server takes of us."""

    def __init__(self, new_id: Callable[[], str]) -> None:
        self._new_id = new_id
        self._confirmed: Room | None = None
        self._pending: list[Pending] = []
        self.room: Room | None = None
        self.me = self._epoch = ""
        self.moved = 0
        self.limits = Limits()
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

    def greeting(self, seat: Seat, ticket: str) -> Hello | Resume:
        """The first word to the server: up to where we hold the room in which that is our seat, if we do."""
        held = self._confirmed
        if held is None or (held.code, self.me) != (seat.code, seat.member):
            return Hello(PROTOCOL_VERSION, ticket)
        return Resume(PROTOCOL_VERSION, ticket, self._epoch, held.revision)

    def ready(self, message: Ready, room_now: float) -> list[Effect]:
        """The server told the whole room; what we asked for is asked again, unless it was another room, or stands among
        what the room has told beside itself."""
        before, self._confirmed = self._confirmed, message.room
        if before is not None and before.code != message.room.code:
            self._pending.clear()
        self._epoch, self.me, self.limits = message.epoch, message.you, message.limits
        for missed in message.missed:
            self._note(before or message.room, message.room, missed)
            self._settle(missed.by, missed.command_id)
        self.moved = message.room.revision
        return self._ask_again(before is not None and _course(before) != _course(message.room), room_now)

    def resumed(self, message: Resumed, room_now: float) -> list[Effect]:
        """The server told what we have missed; what of ours is not in it is asked again."""
        self.limits, moved = message.limits, False
        for event in message.events:
            before, after = self._confirmed, self._follow(event)
            if before is None or after is None:
                return [SendToServer(SyncRequest())]
            moved = moved or (event.by != self.me and _course(before) != _course(after))
            self._settle(event.by, event.command_id)
        return self._ask_again(moved, room_now)

    def happened(self, message: Happened) -> list[Effect]:
        """The server accepted a command, ours or somebody's."""
        before = self._confirmed
        if before is None:
            return []
        if message.revision > before.revision:
            after = self._follow(message)
            if after is None:
                return [SendToServer(SyncRequest())]
            self._note(before, after, message)
        # Else it is the first answer to a command that was asked again: the room has it already.
        self._settle(message.by, message.command_id)
        self._rebase()
        return []

    def refused(self, message: RefusedCommand) -> Command | None:
        """The server refused a command: which, if it was one we were waiting for."""
        found = next((one.command for one in self._pending if one.command_id == message.command_id), None)
        self._settle(self.me, message.command_id)
        self._rebase()
        return found

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

    def _follow(self, message: Happened) -> Room | None:
        """The confirmed room after the next event; None if it is not the next, or cannot be."""
        before = self._confirmed
        if before is None or message.revision != before.revision + 1:
            return None
        outcome = apply(before, message.command, message.by, message.at)
        if not isinstance(outcome, Applied):
            return None
        self._confirmed = outcome.room
        if isinstance(message.command, Play | Seek | Skip) or before.timeline.item != outcome.room.timeline.item:
            self.moved = message.revision
        return outcome.room

    def _ask_again(self, moved: bool, room_now: float) -> list[Effect]:
        """All that is not answered, for the line was down."""
        there = self.room.timeline.position_at(room_now, self.room.duration_s) if self.room else 0.0
        self._pending = asked_again(self._pending, moved, room_now, there)
        self._rebase()
        return [pending.asked for pending in self._pending if pending.sent]

    def _settle(self, by: str | None, command_id: str | None) -> None:
        if by == self.me:
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
