"""What the host decides is asked of the room: Ada is the host, Ben a viewer. Page time in seconds."""

from dataclasses import replace
from typing import Any

import pytest

from app.room.door import mark_of
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
from app.session.effects import Effect, RememberSeat, RenewRoomLink, SendToServer, SetRoomPassword, ShowAddress
from app.session.invite import Invite
from app.session.picture import Notice, Trouble
from tests.unit.room.rooms import room
from tests.unit.session.parts import CODE, NOW, SEAT, SECRET, Parts, inside


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


# --- the link

NEW = "n" * 22


def linked(me: str = "ada", secret: str = SECRET) -> Parts:
    """In a room with a link, by that secret."""
    parts = entered(inside(me=me))
    parts.entrance.seat, parts.entrance.invite = replace(SEAT, link_secret=secret), Invite(CODE, secret)
    return parts


def test_a_new_link_is_asked_for_and_handed_on_from_then_on() -> None:
    parts = linked()
    assert tell(parts, ev.NewLinkPressed()) == [RenewRoomLink(parts.entrance.seat)] if parts.entrance.seat else []
    told = tell(parts, ev.LinkRenewed(CODE, NEW))
    assert told == [RememberSeat(replace(SEAT, link_secret=NEW)), ShowAddress(f"{CODE}.{NEW}")]
    assert isinstance(told[0], RememberSeat)
    assert told[0].seat.link_secret == NEW
    assert parts.entrance.invite == Invite(CODE, NEW)
    assert parts.hosting.room_changed(replace(room(), link=mark_of(NEW))) == []


def test_the_new_link_of_a_room_we_have_left_is_of_no_interest() -> None:
    assert tell(Parts(), ev.LinkRenewed(CODE, NEW)) == []
    assert tell(linked(), ev.LinkRenewed("XYZ234", NEW)) == []
    assert tell(Parts(), ev.NewLinkPressed()) == []


def test_whoever_has_a_link_that_opens_nothing_any_more_hands_on_the_code() -> None:
    parts = linked("ben")
    assert parts.hosting.room_changed(replace(room(), link=mark_of(SECRET))) == []
    effects = parts.hosting.room_changed(replace(room(), link=mark_of(NEW)))
    assert effects == [RememberSeat(SEAT), ShowAddress(CODE)]
    assert parts.entrance.seat is not None
    assert parts.entrance.seat.link_secret == ""
    assert parts.entrance.invite == Invite(CODE, "")
    assert parts.hosting.room_changed(replace(room(), link=mark_of("again"))) == []


def test_the_answer_may_come_before_the_rooms_own_word() -> None:
    parts = linked()
    parts.hosting.room_changed(replace(room(), link=mark_of(SECRET)))
    tell(parts, ev.LinkRenewed(CODE, NEW))
    assert parts.hosting.room_changed(replace(room(), link=mark_of(SECRET), revision=8)) == []
    assert parts.hosting.room_changed(replace(room(), link=mark_of(NEW), revision=9)) == []
    assert parts.entrance.invite == Invite(CODE, NEW)


def test_a_room_of_an_older_server_has_no_mark_and_its_link_stays() -> None:
    parts = linked()
    assert parts.hosting.room_changed(room()) == []
    assert parts.entrance.invite == Invite(CODE, SECRET)


def test_after_a_ban_the_next_step_is_a_new_link() -> None:
    parts = linked()
    tell(parts, ev.MemberBanned("ben"))
    assert parts.told.notice(NOW) == Notice(Trouble.KEPT_OUT, "Ben")
    tell(parts, ev.NewLinkPressed())
    assert parts.told.notice(NOW) is None


def test_where_the_code_lets_everybody_in_a_new_link_is_no_help() -> None:
    parts = entered(inside(replace(room(), visibility=Visibility.PUBLIC)))
    tell(parts, ev.MemberBanned("ben"))
    assert parts.told.offer is None


@pytest.mark.parametrize(("me", "whom"), [("ben", "cy"), ("ada", "lost")])
def test_a_ban_that_is_refused_offers_nothing(me: str, whom: str) -> None:
    parts = linked(me)
    tell(parts, ev.MemberBanned(whom))
    assert parts.told.offer is None
    assert parts.told.refusal is not None
    assert tell(Parts(), ev.MemberBanned("ben")) == []
