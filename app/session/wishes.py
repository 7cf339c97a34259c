"""What the person asks of the room: play, pause, seek, the queue, the rules.

Laws: what the room would refuse is not asked, and the reason is told at once. Positions in seconds, times the page's.
"""

from app.playback.clock import RoomClock
from app.room.bounds import MAX_CHAT
from app.room.errors import Reason
from app.room.messages import (
    Admit,
    Ban,
    Chat,
    Command,
    Decline,
    End,
    Kick,
    Pause,
    Play,
    QueueRemove,
    React,
    Seek,
    SetPolicy,
    SetRate,
    SetRole,
    SetVisibility,
    Skip,
    SubtitleRemove,
    TransferHost,
)
from app.room.state import Visibility
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
            ev.PolicyPicked: lambda picked, now: ask(SetPolicy(picked.policy), now),
            ev.RoleGiven: lambda given, now: ask(SetRole(given.member, given.role), now),
            ev.HostGiven: lambda given, now: ask(TransferHost(given.member), now),
            ev.MemberPutOut: lambda out, now: ask(Kick(out.member), now),
            ev.MemberBanned: lambda out, now: ask(Ban(out.member), now),
            ev.CallerAdmitted: lambda let, now: ask(Admit(let.caller), now),
            ev.CallerDeclined: lambda let, now: ask(Decline(let.caller), now),
            ev.VisibilityPicked: self.visibility,
            ev.PasswordGiven: lambda given, now: self._entrance.password_given(given.password),
            ev.ChatSent: lambda said, now: ask(Chat(said.text[:MAX_CHAT]), now) if said.text.strip() else [],
            ev.Reacted: lambda reacted, now: ask(React(reacted.reaction), now),
            ev.ItemPicked: lambda picked, now: ask(Skip(picked.item), now),
            ev.ItemRemoved: lambda removed, now: ask(QueueRemove(removed.item), now),
            ev.SubtitleTakenOff: lambda taken, now: ask(SubtitleRemove(taken.item, taken.film_id), now),
            ev.EndPressed: lambda _, now: ask(End(), now),
        }

    def ask(self, command: Command, now: float) -> list[Effect]:
        """Ask the room, now or as soon as the server can be reached."""
        up = self._entrance.line.state is Link.UP
        outcome = self._company.ask(command, self._clock.room_now(now), up)
        if isinstance(outcome, Reason):
            self._told.refused(outcome)
            return []
        self._told.refusal = None
        return outcome

    def visibility(self, event: ev.VisibilityPicked, now: float) -> list[Effect]:
        """Whether everybody may come in."""
        return self.ask(SetVisibility(Visibility.PUBLIC if event.public else Visibility.PRIVATE), now)

    def step(self, event: ev.StepPressed, now: float) -> list[Effect]:
        """Everyone that many seconds on, from where the room is now."""
        room = self._company.room
        if room is None:
            return []
        here = room.timeline.position_at(self._clock.room_now(now), room.duration_s)
        return self.ask(Seek(max(0.0, here + event.by_s)), now)
