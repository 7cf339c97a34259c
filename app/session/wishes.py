"""What the person asks of the room: play, pause, seek, the queue, a word.

Laws: what the room would refuse is not asked, and the reason is told at once. What moves the film shows here at once
and goes out at the pace the server takes it: of many steps in a row, as a key that is held down makes them, only the
last of each moment, and the very last always. Positions in seconds, times the page's.
"""

from app.playback.clock import RoomClock
from app.room.errors import Reason
from app.room.messages import (
    Chat,
    Command,
    Move,
    Pause,
    Play,
    QueueMove,
    QueueRemove,
    React,
    Seek,
    SetRate,
    Skip,
    SubtitleRemove,
)
from app.session import events as ev
from app.session.company import Company
from app.session.effects import Effect, Handler
from app.session.entrance import Entrance
from app.session.picture import Link
from app.session.told import Told


class Wishes:
    """Private to the session."""

    def __init__(self, entrance: Entrance, company: Company, told: Told, clock: RoomClock) -> None:
        self._entrance = entrance
        self._company = company
        self._told = told
        self._clock = clock
        self._free_at = 0.0

    def handlers(self) -> dict[type, Handler]:
        """What this part does about which event."""
        ask = self.ask
        return {
            ev.PlayPressed: lambda _, now: ask(Play(), now),
            ev.AnywayPressed: lambda _, now: ask(Play(anyway=True), now),
            ev.PausePressed: lambda _, now: ask(Pause(), now),
            ev.SeekPressed: lambda pressed, now: ask(Seek(max(0.0, pressed.position_s)), now),
            ev.StepPressed: self.step,
            ev.RatePicked: lambda picked, now: ask(SetRate(picked.rate), now),
            ev.ChatSent: self.say,
            ev.Reacted: lambda reacted, now: ask(React(reacted.reaction), now),
            ev.ItemPicked: lambda picked, now: ask(Skip(picked.item), now),
            ev.ItemRemoved: lambda removed, now: ask(QueueRemove(removed.item), now),
            ev.ItemMoved: self.move,
            ev.SubtitleTakenOff: lambda taken, now: ask(SubtitleRemove(taken.item, taken.film_id), now),
        }

    @property
    def _move_every_s(self) -> float:
        return 1 / self._company.limits.moves_per_s

    def ask(self, command: Command, now: float) -> list[Effect]:
        """Ask the room, now or as soon as the server can be reached."""
        moves, up = isinstance(command, Move), self._entrance.line.state is Link.UP
        held = moves and (now < self._free_at or self._company.holds)
        outcome = self._company.ask(command, self._clock.room_now(now), up, held)
        if isinstance(outcome, Reason):
            self._told.refused(outcome, command)
            return []
        self._told.refusal = None
        if moves and outcome:
            self._free_at = now + self._move_every_s
        return outcome

    def tick(self, now: float) -> list[Effect]:
        """What was held back goes out, if it is time."""
        due = self.next_wake()
        if due is None or now < due:
            return []
        self._free_at = now + self._move_every_s
        return self._company.release()

    def next_wake(self) -> float | None:
        """When the next of what was held back goes out."""
        return self._free_at if self._company.holds and self._entrance.line.state is Link.UP else None

    def say(self, event: ev.ChatSent, now: float) -> list[Effect]:
        """Say something to everybody, as long as the server takes it."""
        text = event.text[: self._company.limits.chat_characters]
        return self.ask(Chat(text), now) if text.strip() else []

    def move(self, event: ev.ItemMoved, now: float) -> list[Effect]:
        """That film up or down in the queue; at its ends there is nowhere to go."""
        items = [item.id for item in self._company.room.programme.items] if self._company.room else []
        if event.item not in items:
            return []
        place = items.index(event.item) + event.by
        if not 0 <= place < len(items):
            return []
        items.remove(event.item)
        return self.ask(QueueMove(event.item, (*items, None)[place]), now)

    def step(self, event: ev.StepPressed, now: float) -> list[Effect]:
        """Everyone that many seconds on, from where the room is now."""
        room = self._company.room
        if room is None:
            return []
        here = room.timeline.position_at(self._clock.room_now(now), room.duration_s)
        return self.ask(Seek(max(0.0, here + event.by_s)), now)
