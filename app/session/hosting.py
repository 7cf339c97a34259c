"""What the host, and whoever stands in, asks of the room: who may what, who comes in, who goes, when it ends.

Law: secrets of the room, its password and its link, go over REST and are part of no command.
"""

from app.room.messages import (
    Admit,
    Ban,
    Decline,
    End,
    Kick,
    SetPolicy,
    SetRole,
    SetVisibility,
    TransferHost,
)
from app.room.state import Visibility
from app.session import events as ev
from app.session.effects import Effect, Handler
from app.session.entrance import Entrance
from app.session.wishes import Wishes


class Hosting:
    """Private to the session."""

    def __init__(self, entrance: Entrance, wishes: Wishes) -> None:
        self._entrance = entrance
        self._wishes = wishes

    def handlers(self) -> dict[type, Handler]:
        """What this part does about which event."""
        ask = self._wishes.ask
        return {
            ev.PolicyPicked: lambda picked, now: ask(SetPolicy(picked.policy), now),
            ev.RoleGiven: lambda given, now: ask(SetRole(given.member, given.role), now),
            ev.HostGiven: lambda given, now: ask(TransferHost(given.member), now),
            ev.MemberPutOut: lambda out, now: ask(Kick(out.member), now),
            ev.MemberBanned: lambda out, now: ask(Ban(out.member), now),
            ev.CallerAdmitted: lambda let, now: ask(Admit(let.caller), now),
            ev.CallerDeclined: lambda let, now: ask(Decline(let.caller), now),
            ev.VisibilityPicked: self.visibility,
            ev.PasswordGiven: lambda given, now: self._entrance.password_given(given.password),
            ev.EndPressed: lambda _, now: ask(End(), now),
        }

    def visibility(self, event: ev.VisibilityPicked, now: float) -> list[Effect]:
        """Whether everybody may come in."""
        return self._wishes.ask(SetVisibility(Visibility.PUBLIC if event.public else Visibility.PRIVATE), now)
