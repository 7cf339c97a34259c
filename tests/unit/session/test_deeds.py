"""What a command means to the people in the room."""

from dataclasses import replace

import pytest

from app.playback.timeline import Timeline
from app.room.messages import (
    Admit,
    Ban,
    Chat,
    Command,
    Decline,
    End,
    GoOn,
    Happened,
    Hold,
    Join,
    Kick,
    Knock,
    Leave,
    Pause,
    Play,
    QueueAdd,
    QueueMove,
    QueueRemove,
    React,
    RenewLink,
    Seek,
    SetPassword,
    SetPolicy,
    SetPresence,
    SetRate,
    SetRole,
    SetVisibility,
    Skip,
    SubtitleAdd,
    SubtitleRemove,
    TransferHost,
)
from app.room.said import Reaction
from app.room.state import Film, Policy, Presence, Role, Room, Visibility
from app.session.deeds import activity_of
from app.session.picture import Activity, Deed
from tests.unit.room.rooms import ADA, BEN, SUBTITLE, after, away, room

NEW = Film("cd" * 32, "Nosferatu.mp4", 1000, "video/mp4", 1024 * 1024)


def told(command: Command, by: str | None = "ada", before: Room | None = None, me: str = "zoe") -> Activity | None:
    before = before or room()
    return activity_of(before, after(before, command, by), Happened(8, 100.0, by, command), me, 5)


@pytest.mark.parametrize(
    ("command", "deed", "detail"),
    [
        (Play(), Deed.PLAYED, ""),
        (Pause(), Deed.PAUSED, ""),
        (Seek(61.5), Deed.SOUGHT, "61.5"),
        (SetRate(1.5), Deed.SET_RATE, "1.5"),
        (QueueAdd("four", NEW), Deed.ADDED, "Nosferatu.mp4"),
        (QueueRemove("two"), Deed.REMOVED, "Metropolis.mp4"),
        (QueueMove("two", "one"), Deed.MOVED, "Metropolis.mp4"),
        (SubtitleAdd("two", SUBTITLE), Deed.SUBTITLED, "Metropolis.en.srt"),
        (Skip("two"), Deed.SKIPPED, "Metropolis.mp4"),
        (SetPolicy(Policy()), Deed.SET_POLICY, ""),
        (Chat("Hello"), Deed.SAID, "Hello"),
        (React(Reaction.HEART), Deed.REACTED, "❤️"),
        (SetRole("ada", Role.COHOST), Deed.MADE_COHOST, ""),
        (SetRole("ada", Role.VIEWER), Deed.MADE_VIEWER, ""),
        (TransferHost("ada"), Deed.MADE_HOST, ""),
        (Kick("ada"), Deed.PUT_OUT, ""),
        (End(), Deed.ENDED, ""),
        (Leave(), Deed.LEFT, ""),
    ],
)
def test_who_did_what(command: Command, deed: Deed, detail: str) -> None:
    leads = replace(ADA, role=Role.COHOST), replace(BEN, role=Role.HOST)
    about_ada = isinstance(command, SetRole | TransferHost | Kick)
    by, before = ("ben", room(*leads)) if about_ada else ("ada", room())
    assert told(command, by, before) == Activity(5, deed, "Ada", mine=False, detail=detail)


def test_what_i_did_is_mine() -> None:
    line = told(Pause(), me="ada")
    assert line is not None
    assert line.mine


def test_who_came_is_named_though_not_in_the_room_before() -> None:
    assert told(Join("dee", "Dee", Role.VIEWER), by=None) == Activity(5, Deed.JOINED, "Dee", mine=False)


def test_who_was_taken_out_by_the_server_is_named_though_not_in_the_room_after() -> None:
    assert told(Leave("ben"), by=None) == Activity(5, Deed.LEFT, "Ben", mine=False)


def test_who_lost_the_connection_and_who_came_back() -> None:
    assert told(SetPresence("ben", Presence.AWAY), by=None) == Activity(5, Deed.AWAY, "Ben", mine=False)
    gone = room(ADA, away(BEN))
    assert told(SetPresence("ben", Presence.HERE), by=None, before=gone) == Activity(5, Deed.RETURNED, "Ben", False)


def test_a_presence_that_did_not_change_is_nothing_to_tell() -> None:
    assert told(SetPresence("ben", Presence.HERE), by=None) is None


def test_the_presence_of_a_stranger_is_nothing_to_tell() -> None:
    command = SetPresence("zoe", Presence.HERE)
    assert activity_of(room(), room(), Happened(8, 100.0, None, command), "ada", 5) is None


def test_what_nobody_did_was_done_by_nobody() -> None:
    assert told(Pause(), by=None) == Activity(5, Deed.PAUSED, "", mine=False)
    assert activity_of(room(), room(), Happened(8, 100.0, None, Leave()), "ada", 5) == Activity(5, Deed.LEFT, "", False)


def test_a_film_that_is_in_no_queue_has_no_name() -> None:
    line = activity_of(room(), room(), Happened(8, 100.0, "ada", Skip("lost")), "ada", 5)
    assert line is not None
    assert line.detail == ""


def test_subtitles_that_were_taken_off_are_named() -> None:
    taken = SubtitleRemove("two", SUBTITLE.film_id)
    with_words = after(room(), SubtitleAdd("two", SUBTITLE))
    assert told(taken, before=with_words) == Activity(5, Deed.UNSUBTITLED, "Ada", False, "Metropolis.en.srt")


@pytest.mark.parametrize("item", ["two", "lost"])
def test_subtitles_that_go_with_no_film_have_no_name(item: str) -> None:
    line = activity_of(room(), room(), Happened(8, 100.0, "ada", SubtitleRemove(item, SUBTITLE.film_id)), "ada", 5)
    assert line is not None
    assert line.detail == ""


def test_whom_the_room_waits_for_and_that_it_goes_on() -> None:
    running = replace(room(), timeline=Timeline("one", playing=True))
    assert told(Hold(("ben", "cy")), None, running) == Activity(5, Deed.HELD, "Ben", mine=False)
    assert told(Hold(("ben",)), None, running, me="ben") == Activity(5, Deed.HELD, "Ben", mine=True)
    assert activity_of(running, running, Happened(8, 100.0, None, Hold(())), "ada", 5) == Activity(
        5, Deed.HELD, "", False
    )
    held = after(running, Hold(("ben",)), None)
    assert told(GoOn(), None, held) == Activity(5, Deed.WENT_ON, "", mine=False)


def test_what_comes_by_itself_is_nobodys_deed() -> None:
    assert told(Skip("two"), None) == Activity(5, Deed.NEXT_CAME, "", mine=False, detail="Metropolis.mp4")
    assert told(Play(), None) == Activity(5, Deed.WENT_ON, "", mine=False)


def test_what_is_done_about_the_door() -> None:
    knocked = after(room(), Knock("yan", "Yan"), by=None)
    assert told(Knock("yan", "Yan"), None) == Activity(5, Deed.KNOCKED, "Yan", mine=False)
    assert told(Admit("yan"), "ada", knocked) == Activity(5, Deed.JOINED, "Yan", mine=False)
    assert told(Decline("yan"), "ada", knocked) == Activity(5, Deed.TURNED_AWAY, "Yan", mine=False)
    assert told(Ban("ben")) == Activity(5, Deed.PUT_OUT, "Ben", mine=False)
    for command, deed in (
        (SetVisibility(Visibility.PUBLIC), Deed.OPENED),
        (SetVisibility(Visibility.PRIVATE), Deed.CLOSED),
        (SetPassword(True), Deed.LOCKED),
        (SetPassword(False), Deed.UNLOCKED),
        (RenewLink("0123abcd"), Deed.RELINKED),
    ):
        assert told(command) == Activity(5, deed, "Ada", mine=False)


def test_the_host_comes_back_as_host() -> None:
    acting = after(room(), Leave("ada"), by=None)
    back = Join("ada", "Ada", Role.HOST)
    assert told(back, None, acting) == Activity(5, Deed.HOST_BACK, "Ada", mine=False)
