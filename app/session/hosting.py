"""What the host, and whoever stands in, asks of the room: who may what, who comes in, who goes, when it ends.

Laws: secrets of the room, its password and its link, go over REST and are part of no command. Whoever has a link that
is not the room's any more hands on the bare code, which knocks.
"""

from app.room.door import mark_of
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
from app.room.state import Room, Visibility
from app.session import events as ev
from app.session.company import Company
from app.session.effects import Effect, Handler, RenewRoomLink, SetRoomPassword
from app.session.entrance import Entrance
from app.session.invite import Invite
from app.session.picture import Notice, Trouble
from app.session.told import Told
from app.session.wishes import Wishes


class Hosting:
    """Private to the session."""

    def __init__(self, entrance: Entrance, company: Company, told: Told, wishes: Wishes) -> None:
        self._entrance = entrance
        self._company = company
        self._told = told
        self._wishes = wishes
        self._link = ""

    def handlers(self) -> dict[type, Handler]:
        """What this part does about which event."""
        ask = self._wishes.ask
        return {
            ev.PolicyPicked: lambda picked, now: ask(SetPolicy(picked.policy), now),
            ev.RoleGiven: lambda given, now: ask(SetRole(given.member, given.role), now),
            ev.HostGiven: lambda given, now: ask(TransferHost(given.member), now),
            ev.MemberPutOut: lambda out, now: ask(Kick(out.member), now),
            ev.MemberBanned: self.ban,
            ev.CallerAdmitted: lambda let, now: ask(Admit(let.caller), now),
            ev.CallerDeclined: lambda let, now: ask(Decline(let.caller), now),
            ev.VisibilityPicked: self.visibility,
            ev.PasswordGiven: self.password,
            ev.NewLinkPressed: self.new_link,
            ev.LinkRenewed: self.renewed,
            ev.EndPressed: lambda _, now: ask(End(), now),
        }

    def ban(self, event: ev.MemberBanned, now: float) -> list[Effect]:
        """Out, and that device in no more. The link would still do on another one: a new link is the next step."""
        room = self._company.room
        member = room.member(event.member) if room else None
        effects = self._wishes.ask(Ban(event.member), now)
        if room and member and self._told.refusal is None and room.visibility is Visibility.PRIVATE:
            self._told.offer = Notice(Trouble.KEPT_OUT, member.name)
        return effects

    def visibility(self, event: ev.VisibilityPicked, now: float) -> list[Effect]:
        """Whether everybody may come in."""
        return self._wishes.ask(SetVisibility(Visibility.PUBLIC if event.public else Visibility.PRIVATE), now)

    def password(self, event: ev.PasswordGiven, now: float) -> list[Effect]:
        """What is to be asked at the door of our room."""
        return [SetRoomPassword(self._entrance.seat, event.password)] if self._entrance.seat else []

    # --- the link

    def new_link(self, _: ev.NewLinkPressed, now: float) -> list[Effect]:
        """Another link, in place of the one before."""
        self._told.offer = None
        return [RenewRoomLink(self._entrance.seat)] if self._entrance.seat else []

    def renewed(self, event: ev.LinkRenewed, now: float) -> list[Effect]:
        """It is ours to hand on; unless we have gone elsewhere meanwhile."""
        seat = self._entrance.seat
        if seat is None or seat.code != event.code:
            return []
        return self._entrance.invite_is(Invite(event.code, event.link_secret))

    def room_changed(self, room: Room) -> list[Effect]:
        """See whether the link we have is the room's."""
        news, self._link = room.link != self._link, room.link
        invite = self._entrance.invite
        if not (news and room.link and invite and invite.link_secret) or mark_of(invite.link_secret) == room.link:
            return []
        return self._entrance.invite_is(Invite(invite.code, ""))
