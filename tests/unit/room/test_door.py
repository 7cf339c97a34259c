"""Knocking, being let in or turned away; what the host says of the door."""

from dataclasses import replace

import pytest

from app.room.door import MARK_LENGTH, MAX_CALLERS, mark_of, over
from app.room.errors import Reason
from app.room.messages import Admit, Decline, Knock, RenewLink, SetPassword, SetVisibility
from app.room.state import Caller, Member, Phase, Presence, Role, Room, Visibility
from tests.unit.room.rooms import ADA, BEN, CY, after, refusal, room

ZOE = Caller("zoe", "Zoe", 100.0)


def knocked(before: Room | None = None, who: str = "zoe") -> Room:
    return after(before or room(), Knock(who, who.title()), by=None)


def test_who_knocks_is_at_the_door_and_not_in() -> None:
    at_the_door = knocked()
    assert at_the_door.callers == (ZOE,)
    assert at_the_door.caller("zoe") == ZOE
    assert at_the_door.member("zoe") is None
    assert refusal(at_the_door, Knock("zoe", "Zoe"), by=None) == "conflict"
    assert refusal(at_the_door, Knock("ada", "Ada"), by=None) == "conflict"
    assert refusal(room(), Knock("zoe", "Zoe"), by="ada") == "unauthorized_command"


@pytest.mark.parametrize("by", ["ada", "cy"])
def test_host_and_cohost_let_in_and_turn_away(by: str) -> None:
    let_in = after(knocked(), Admit("zoe"), by=by, now=200.0)
    assert let_in.callers == ()
    assert let_in.members == (ADA, BEN, CY, Member("zoe", "Zoe", Role.VIEWER, 200.0, Presence.AWAY))
    turned_away = after(knocked(), Decline("zoe"), by=by)
    assert (turned_away.callers, turned_away.members) == ((), (ADA, BEN, CY))


def test_others_wait_on() -> None:
    two = knocked(knocked(), "yan")
    assert [caller.id for caller in after(two, Admit("zoe")).callers] == ["yan"]
    assert [caller.id for caller in after(two, Decline("yan")).callers] == ["zoe"]


@pytest.mark.parametrize("command", [Admit("zoe"), Decline("zoe")])
def test_who_may_not_and_whom_not(command: Admit | Decline) -> None:
    assert refusal(knocked(), command, by="ben") == "unauthorized_command"
    assert refusal(knocked(), command, by="zoe") == "unauthorized_command"
    assert refusal(room(), command) == "not_found"


def test_the_server_turns_away_who_has_gone() -> None:
    assert after(knocked(), Decline("zoe"), by=None).callers == ()


def test_a_full_room_lets_nobody_in() -> None:
    full = replace(knocked(), most_members=3)
    assert refusal(full, Admit("zoe")) == "room_full"
    assert refusal(full, Knock("yan", "Yan"), by=None) == "room_full"


def test_a_crowd_at_the_door_is_a_crowd() -> None:
    crowd = tuple(Caller(f"c{number}", "C", 1.0) for number in range(MAX_CALLERS))
    assert refusal(replace(room(), callers=crowd), Knock("zoe", "Zoe"), by=None) == "room_full"
    assert len(knocked(replace(room(), callers=crowd[1:])).callers) == MAX_CALLERS


def test_what_the_host_says_of_the_door() -> None:
    assert after(room(), SetVisibility(Visibility.PUBLIC)).visibility is Visibility.PUBLIC
    assert after(room(), SetPassword(True)).has_password
    assert after(room(), RenewLink("0123abcd")).link == "0123abcd"
    for command in (SetVisibility(Visibility.PUBLIC), SetPassword(True), RenewLink("0123abcd")):
        assert refusal(room(), command, by="cy") == "unauthorized_command"


def test_a_link_is_known_by_its_mark_and_the_mark_is_not_the_secret() -> None:
    secrets = ["s" * 22, "t" * 22, ""]
    assert len({mark_of(secret) for secret in secrets}) == 3
    assert all(len(mark_of(secret)) == MARK_LENGTH and mark_of(secret) not in secret for secret in secrets)


def test_why_nobody_comes_into_a_room_any_more() -> None:
    reasons = {phase: over(replace(room(), phase=phase)) for phase in Phase}
    assert reasons == {
        Phase.LOBBY: None,
        Phase.ACTIVE: None,
        Phase.ENDED: Reason.ROOM_ENDED,
        Phase.EXPIRED: Reason.ROOM_EXPIRED,
    }
