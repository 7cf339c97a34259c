"""Roles, roster, succession."""

from typing import get_args

import pytest

from app.room.messages import (
    Command,
    End,
    GoOn,
    Hold,
    Join,
    Leave,
    Pause,
    Play,
    QueueAdd,
    QueueRemove,
    Seek,
    SetPolicy,
    SetPresence,
    SetRate,
    Skip,
    SubtitleAdd,
    SubtitleRemove,
)
from app.room.people import can, join, leave, set_presence
from app.room.state import Member, Policy, Presence, Role, Room
from tests.unit.room.rooms import ADA, BEN, CY, away, room

NOTHING = Policy(viewers_may_play_pause=False, viewers_may_seek=False, viewers_may_add=False)
ADDING = {QueueAdd, SubtitleAdd, SubtitleRemove}
BY_SERVER = {Join, SetPresence, Hold, GoOn}


def allowed(role: Role, policy: Policy) -> set[type]:
    return {command for command in get_args(Command) if can(role, command, policy)}


def test_the_host_may_everything() -> None:
    assert allowed(Role.HOST, NOTHING) == set(get_args(Command)) - BY_SERVER


def test_a_cohost_steers() -> None:
    assert allowed(Role.COHOST, NOTHING) == {Play, Pause, Seek, SetRate, Skip, QueueRemove, Leave} | ADDING


@pytest.mark.parametrize(
    ("policy", "commands"),
    [
        (NOTHING, set()),
        (Policy(True, False, False), {Play, Pause, SetRate}),
        (Policy(False, True, False), {Seek}),
        (Policy(False, False, True), ADDING),
        (Policy(), {Play, Pause, SetRate, Seek} | ADDING),
    ],
)
def test_a_viewer_may_what_the_policy_lets_them(policy: Policy, commands: set[type]) -> None:
    assert allowed(Role.VIEWER, policy) == commands | {Leave}
    assert End not in allowed(Role.VIEWER, policy)
    assert SetPolicy not in allowed(Role.VIEWER, policy)


def test_a_newcomer_is_last_and_away() -> None:
    joined = join(room(), Join("dee", "Dee", Role.VIEWER), 9.0)
    assert joined.members == (ADA, BEN, CY, Member("dee", "Dee", Role.VIEWER, 9.0, Presence.AWAY))


@pytest.mark.parametrize("name", [" D\x00ee ", "\u200b", "e\u0301", "\U000323af"])
def test_a_name_stands_as_the_server_sent_it(name: str) -> None:
    assert join(room(), Join("dee", name, Role.VIEWER), 9.0).members[-1].name == name


def test_whoever_comes_into_an_empty_room_is_its_host() -> None:
    empty = Room("ABCDEF", "Friday", 0.0)
    assert join(empty, Join("dee", "Dee", Role.VIEWER), 9.0).members[0].role is Role.HOST


def test_presence() -> None:
    gone = set_presence(room(), SetPresence("ben", Presence.AWAY))
    assert gone.members == (ADA, away(BEN), CY)
    assert set_presence(gone, SetPresence("ben", Presence.HERE)) == room()


@pytest.mark.parametrize(
    ("members", "heir"),
    [
        ((ADA, BEN, CY), "cy"),
        ((ADA, BEN), "ben"),
        ((ADA, BEN, away(CY)), "ben"),
        ((ADA, away(BEN), away(CY)), "cy"),
        ((ADA, Member("dee", "Dee", Role.VIEWER, 5.0), BEN), "ben"),
    ],
)
def test_succession(members: tuple[Member, ...], heir: str) -> None:
    rest = leave(room(*members), "ada").members
    assert [member.id for member in rest if member.role is Role.HOST] == [heir]


def test_leaving() -> None:
    assert leave(room(), "ben").members == (ADA, CY)
    assert leave(room(ADA), "ada").members == ()
