"""What the host decides is asked of the room: Ada is the host, Ben a viewer. Page time in seconds."""

from dataclasses import replace
from typing import Any

import pytest

from app.room.messages import (
    Admit,
    Ban,
    Command,
    Decline,
    Do,
    End,
    Kick,
    SetPolicy,
    SetRole,
    SetVisibility,
    TransferHost,
)
from app.room.state import Caller, Policy, Role, Visibility
from app.session import events as ev
from app.session.effects import Effect, SendToServer, SetRoomPassword
from tests.unit.room.rooms import room
from tests.unit.session.parts import NOW, SEAT, Parts, inside


def entered(parts: Parts) -> Parts:
    parts.entrance.line.up()
    return parts


def tell(parts: Parts, event: Any, now: float = NOW) -> list[Effect]:
    return parts.hosting.handlers()[type(event)](event, now)


@pytest.mark.parametrize(
    ("event", "command"),
    [
        (ev.PolicyPicked(Policy(False)), SetPolicy(Policy(False))),
        (ev.RoleGiven("ben", Role.COHOST), SetRole("ben", Role.COHOST)),
        (ev.HostGiven("ben"), TransferHost("ben")),
        (ev.MemberPutOut("ben"), Kick("ben")),
        (ev.MemberBanned("ben"), Ban("ben")),
        (ev.VisibilityPicked(public=True), SetVisibility(Visibility.PUBLIC)),
        (ev.VisibilityPicked(public=False), SetVisibility(Visibility.PRIVATE)),
        (ev.EndPressed(), End()),
    ],
    ids=str,
)
def test_every_decision_is_one_command(event: ev.Event, command: Command) -> None:
    assert tell(entered(inside()), event) == [SendToServer(Do("c1", command, 7))]


@pytest.mark.parametrize(
    ("event", "command"), [(ev.CallerAdmitted("zoe"), Admit("zoe")), (ev.CallerDeclined("zoe"), Decline("zoe"))]
)
def test_who_knocks_is_let_in_or_turned_away(event: ev.Event, command: Command) -> None:
    knocked = replace(room(), callers=(Caller("zoe", "Zoe", 1.0),))
    assert tell(entered(inside(knocked)), event) == [SendToServer(Do("c1", command, seen=7))]


def test_a_password_goes_with_our_own_place_and_without_one_nowhere() -> None:
    parts = inside()
    assert tell(parts, ev.PasswordGiven("open sesame")) == []
    parts.entrance.seat = SEAT
    assert tell(parts, ev.PasswordGiven("open sesame")) == [SetRoomPassword(SEAT, "open sesame")]
