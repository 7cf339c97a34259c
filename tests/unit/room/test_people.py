"""Roster, roles, succession."""

from dataclasses import replace

import pytest

from app.room.messages import Ban, Join, Kick, Leave, SetPolicy, SetPresence, SetRole, TransferHost
from app.room.people import is_full, join, leave, set_presence
from app.room.state import Member, Policy, Presence, Regency, Role, Room
from tests.unit.room.rooms import ADA, BEN, CY, after, away, refusal, room

ADA_RETURNS = Join("ada", "Ada", Role.HOST)


def roles(of: Room) -> dict[str, Role]:
    return {member.id: member.role for member in of.members}


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


# --- roles


def test_the_host_makes_cohosts_and_viewers() -> None:
    made = after(room(), SetRole("ben", Role.COHOST))
    assert roles(made) == {"ada": Role.HOST, "ben": Role.COHOST, "cy": Role.COHOST}
    assert roles(after(made, SetRole("cy", Role.VIEWER)))["cy"] is Role.VIEWER


def test_the_host_hands_over_and_helps_on() -> None:
    assert roles(after(room(), TransferHost("ben"))) == {"ada": Role.COHOST, "ben": Role.HOST, "cy": Role.COHOST}


def test_the_host_puts_somebody_out() -> None:
    assert after(room(), Kick("cy")).members == after(room(), Ban("cy")).members == (ADA, BEN)


@pytest.mark.parametrize("make", [lambda who: SetRole(who, Role.COHOST), TransferHost, Kick, Ban])
def test_whom_that_cannot_be_done_to(make: object) -> None:
    assert callable(make)
    assert refusal(room(), make("ada")) == "conflict"
    assert refusal(room(), make("dee")) == "not_found"
    assert refusal(room(), make("ben"), by="cy") == "unauthorized_command"
    assert refusal(room(), make("cy"), by="ben") == "unauthorized_command"


def test_a_second_host_is_not_made() -> None:
    assert refusal(room(), SetRole("ben", Role.HOST)) == "invalid_command"


# --- somebody acts as host


def test_a_host_who_was_missed_is_host_again_on_coming_back() -> None:
    acting = after(room(), Leave("ada"), by=None)
    assert roles(acting) == {"ben": Role.VIEWER, "cy": Role.HOST}
    assert acting.regency == Regency("ada", "Ada", Role.COHOST)
    back = after(acting, ADA_RETURNS, by=None, now=200.0)
    assert roles(back) == {"ben": Role.VIEWER, "cy": Role.COHOST, "ada": Role.HOST}
    assert back.regency is None


def test_who_left_does_not_come_back_as_host() -> None:
    left = after(room(), Leave(), by="ada")
    assert left.regency is None
    assert refusal(left, ADA_RETURNS, by=None) == "conflict"


def test_acting_passes_on_and_everybody_is_again_what_they_were() -> None:
    acting = after(after(room(), Leave("ada"), by=None), Leave("cy"), by=None)
    assert roles(acting) == {"ben": Role.HOST}
    assert acting.regency == Regency("ada", "Ada", Role.VIEWER)
    assert roles(after(acting, ADA_RETURNS, by=None)) == {"ben": Role.VIEWER, "ada": Role.HOST}


def test_who_only_acts_cannot_hand_over() -> None:
    acting = after(room(), Leave("ada"), by=None)
    assert refusal(acting, TransferHost("ben"), by="cy") == "unauthorized_command"
    assert roles(after(acting, SetRole("ben", Role.COHOST), by="cy"))["ben"] is Role.COHOST


def test_an_empty_room_remembers_its_host() -> None:
    empty = after(room(ADA), Leave("ada"), by=None)
    assert empty.regency == Regency("ada", "Ada", Role.VIEWER)
    acting = after(empty, Join("ben", "Ben", Role.COHOST), by=None)
    assert roles(acting) == {"ben": Role.HOST}
    assert roles(after(acting, ADA_RETURNS, by=None)) == {"ben": Role.COHOST, "ada": Role.HOST}
    assert roles(after(empty, ADA_RETURNS, by=None)) == {"ada": Role.HOST}


def test_a_full_room_has_a_place_for_its_host() -> None:
    crowd = [Member(f"m{number}", "M", Role.VIEWER, 5.0) for number in range(99)]
    acting = after(room(ADA, *crowd), Leave("ada"), by=None)
    full = after(acting, Join("last", "Last", Role.VIEWER), by=None)
    assert refusal(full, Join("more", "More", Role.VIEWER), by=None) == "room_full"
    assert len(after(full, ADA_RETURNS, by=None).members) == 101


# --- what cannot be


def test_nobody_is_in_twice_and_nobody_else_leads() -> None:
    assert refusal(room(), Join("ben", "Ben", Role.VIEWER), by=None) == "conflict"
    assert refusal(room(), Join("dee", "Dee", Role.HOST), by=None) == "conflict"


def test_who_is_not_in_neither_comes_nor_goes() -> None:
    assert refusal(room(), SetPresence("dee", Presence.HERE), by=None) == "not_found"
    assert refusal(room(), Leave("dee"), by=None) == "not_found"
    assert after(room(), SetPresence("ben", Presence.AWAY), by=None).members == (ADA, away(BEN), CY)


@pytest.mark.parametrize(("wanted", "taken", "full"), [(1000, 3, True), (3, 100, True), (2, 100, True), (4, 4, False)])
def test_a_room_is_full_with_as_many_as_the_server_takes_or_the_host_wants(wanted: int, taken: int, full: bool) -> None:
    limited = replace(room(), policy=Policy(most_members=wanted), most_members=taken)
    assert is_full(limited) == full
    if full:
        assert refusal(limited, Join("dee", "Dee", Role.VIEWER), by=None) == "room_full"
        assert len(limited.members) == 3


def test_the_absent_host_has_a_place_in_a_full_room() -> None:
    missed = after(after(room(), SetPolicy(Policy(most_members=2))), Leave("ada"), by=None)
    assert is_full(missed)
    back = after(missed, Join("ada", "Ada", Role.HOST), by=None)
    assert [member.id for member in back.members if member.role is Role.HOST] == ["ada"]
