"""Who may do what when, and what comes of it."""

from dataclasses import replace

import pytest

from app.playback.timeline import Timeline
from app.room.bounds import USUAL_MEMBERS
from app.room.deck import Ballot, Card, Stage, Wish
from app.room.messages import (
    Admit,
    AskForCards,
    Ban,
    CastVote,
    Chat,
    CloseBallot,
    Command,
    Deal,
    Decline,
    End,
    GoOn,
    Hold,
    Join,
    Kick,
    Knock,
    Leave,
    OpenBallot,
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
    StepOut,
    SubtitleAdd,
    SubtitleRemove,
    TasteGiven,
    TransferHost,
)
from app.room.programme import MAX_ITEMS
from app.room.said import Reaction
from app.room.state import Item, Member, Phase, Policy, Presence, Programme, Role, Room, Visibility
from tests.unit.room.rooms import ADA, BEN, FILM, ITEMS, SUBTITLE, after, refusal, room

ALL: list[Command] = [
    Play(),
    Pause(),
    Seek(5.0),
    SetRate(2.0),
    QueueAdd("new", FILM),
    QueueRemove("two"),
    QueueMove("two"),
    Skip("two"),
    SetPolicy(Policy()),
    SetRole("ben", Role.COHOST),
    TransferHost("ben"),
    Kick("ben"),
    Ban("ben"),
    Knock("zoe", "Zoe"),
    SetVisibility(Visibility.PUBLIC),
    SetPassword(True),
    RenewLink("0123abcd"),
    Join("dee", "Dee", Role.VIEWER),
    SetPresence("ben", Presence.AWAY),
    Leave("ben"),
    End(),
]


@pytest.mark.parametrize("command", ALL)
def test_the_server_may_everything_and_each_is_one_revision(command: Command) -> None:
    assert after(room(), command, by=None).revision == 8


@pytest.mark.parametrize("command", ALL)
def test_a_stranger_may_nothing(command: Command) -> None:
    assert refusal(room(), command, by="stranger") == "unauthorized_command"


@pytest.mark.parametrize("command", ALL)
@pytest.mark.parametrize("by", ["ada", None])
def test_after_the_end_nothing_happens(command: Command, by: str | None) -> None:
    ended = replace(room(), phase=Phase.ENDED)
    assert refusal(ended, command, by) == "room_ended"
    assert refusal(replace(ended, phase=Phase.EXPIRED), command, by) == "room_expired"


@pytest.mark.parametrize("command", [Join("dee", "Dee", Role.VIEWER), SetPresence("ben", Presence.AWAY)])
def test_what_only_the_server_says(command: Command) -> None:
    assert refusal(room(), command, by="ada") == "unauthorized_command"


def test_playing() -> None:
    timeline = after(room(), Play(0.2), now=100.0).timeline
    assert (timeline.playing, timeline.anchor, timeline.position_at(110.2)) == (True, 100.2, 10.0)


def test_pausing_seeking_and_speed() -> None:
    playing = after(room(), Play(0.0), now=100.0)
    assert after(playing, Pause(), now=130.0).timeline.position_s == 30.0
    assert after(playing, Seek(9999.0), now=130.0).timeline.position_s == 600.0
    faster = after(playing, SetRate(2.0), now=130.0).timeline
    assert faster.position_at(140.0) == 50.0


@pytest.mark.parametrize("command", [Play(), Pause(), Seek(1.0), SetRate(1.0)])
def test_nothing_on_nothing_to_steer(command: Command) -> None:
    assert refusal(room(on=None), command) == "not_found"


def test_a_viewer_without_permission_is_refused() -> None:
    strict = after(room(), SetPolicy(Policy(False, False, False)))
    for command in (Play(), Pause(), SetRate(2.0), Seek(1.0), QueueAdd("new", FILM), Skip("two")):
        assert refusal(strict, command, by="ben") == "unauthorized_command"
    assert after(strict, Leave(), by="ben").member("ben") is None


@pytest.mark.parametrize("command", [Skip("none"), QueueRemove("none")])
def test_films_that_are_not_there(command: Command) -> None:
    assert refusal(room(), command) == "not_found"


def test_the_queue_has_distinct_items_and_an_end() -> None:
    assert refusal(room(), QueueAdd("two", FILM)) == "conflict"
    assert refusal(room(), QueueAdd("new", ITEMS[0].film)) == "conflict"
    items = tuple(Item(f"i{number}", ITEMS[0].film, "ada") for number in range(MAX_ITEMS))
    assert refusal(replace(room(), programme=Programme(items)), QueueAdd("new", FILM)) == "too_large"


def test_queueing() -> None:
    assert after(room(), QueueAdd("new", FILM), by="ben").programme.items[-1] == Item("new", FILM, "ben")
    assert after(room(), QueueRemove("one")).timeline.item == "two"
    assert after(room(), Skip("three")).timeline == Timeline(item="three", anchor=100.0)


def test_joining() -> None:
    assert after(room(), Join("dee", "Dee", Role.VIEWER), by=None).member("dee") is not None
    assert refusal(room(), Join("ben", "Ben", Role.VIEWER), by=None) == "conflict"
    members = tuple(Member(f"m{number}", "M", Role.VIEWER, 0.0) for number in range(USUAL_MEMBERS))
    assert refusal(room(*members), Join("dee", "Dee", Role.VIEWER), by=None) == "room_full"


def test_there_is_one_host() -> None:
    assert refusal(room(), Join("dee", "Dee", Role.HOST), by=None) == "conflict"
    empty = after(room(ADA), Leave())
    assert after(empty, Join("dee", "Dee", Role.HOST), by=None).members[0].role is Role.HOST


def test_presence_of_somebody_who_is_not_there() -> None:
    assert refusal(room(), SetPresence("dee", Presence.AWAY), by=None) == "not_found"
    assert after(room(), SetPresence("ben", Presence.AWAY), by=None).members[1].presence is Presence.AWAY


def test_leaving() -> None:
    assert after(room(), Leave(), by="ben").member("ben") is None
    assert after(room(), Leave("ben"), by="ben").member("ben") is None
    assert refusal(room(), Leave("cy"), by="ben") == "unauthorized_command"
    assert refusal(room(), Leave("ben"), by="ada") == "unauthorized_command"
    assert refusal(room(), Leave("dee"), by=None) == "not_found"
    assert refusal(room(), Leave(), by=None) == "not_found"
    assert after(room(ADA, BEN), Leave()).members[0].role is Role.HOST


# --- what belongs to the door, to talk and to subtitles


def test_who_knocks_is_let_in_or_sent_away() -> None:
    knocked = after(room(), Knock("zoe", "Zoe"), None)
    assert knocked.caller("zoe") is not None
    for command, has_come in ((Admit("zoe"), True), (Decline("zoe"), False)):
        answered = after(knocked, command, "cy")
        assert (answered.caller("zoe"), answered.member("zoe") is not None) == (None, has_come)
        assert refusal(knocked, command, "ben") == "unauthorized_command"
        assert refusal(room(), command) == "not_found"


def test_what_is_said_is_kept_and_what_floats_is_not() -> None:
    said = after(room(), Chat("Look!"), "ben")
    assert [(line.by, line.text) for line in said.talk] == [("ben", "Look!")]
    assert after(room(), React(Reaction.CLAP), "ben") == replace(room(), revision=8)
    assert refusal(room(), Chat(""), "ben") == "invalid_command"


def test_a_subtitle_comes_and_goes() -> None:
    titled = after(room(), SubtitleAdd("one", SUBTITLE), "ben")
    assert [item.subtitles for item in titled.programme.items] == [(SUBTITLE,), (), ()]
    assert after(titled, SubtitleRemove("one", SUBTITLE.film_id)).programme == room().programme
    assert refusal(room(), SubtitleRemove("one", SUBTITLE.film_id)) == "not_found"


# --- waiting


def test_the_server_holds_the_film_and_lets_it_go_on() -> None:
    playing = after(room(), Play(0.0), now=100.0)
    held = after(playing, Hold(("ben",)), None, now=130.0)
    assert (held.timeline.playing, held.timeline.position_s, held.wait is not None) == (False, 30.0, True)
    on = after(held, GoOn(0.0), None, now=140.0)
    assert (on.wait, on.timeline.position_at(150.0)) == (None, 40.0)
    assert refusal(room(), GoOn(), None) == "conflict"
    for command in (Hold(("ben",)), GoOn()):
        assert refusal(held, command, "ada") == "unauthorized_command"


def test_only_who_leads_starts_without_the_others() -> None:
    waiting = after(room(), Play(0.0, waits_for=("ben",)), "ben")
    assert waiting.wait is not None
    assert refusal(waiting, Play(anyway=True), "ben") == "unauthorized_command"
    for leader in ("ada", "cy"):
        assert after(waiting, Play(0.0, anyway=True), leader).wait is None


# --- choosing


def choosing() -> Room:
    """Ada and Ben have told their tastes, Cy has not."""
    opened = after(room(), OpenBallot())
    return after(after(opened, TasteGiven("ada"), None), TasteGiven("ben"), None)


def ballot_of(shown: Room) -> Ballot:
    assert shown.ballot is not None
    return shown.ballot


def test_who_leads_may_have_cards_dealt_without_those_who_told_no_taste() -> None:
    assert refusal(choosing(), AskForCards(), "ben") == "unauthorized_command"
    assert ballot_of(after(choosing(), AskForCards(), "cy")).stage is Stage.DEALING
    dealt = after(after(choosing(), AskForCards()), Deal(()), None)
    assert ballot_of(after(dealt, AskForCards(), "ben")).stage is Stage.DEALING


def test_choosing_has_an_end() -> None:
    assert ballot_of(after(choosing(), StepOut(), "ben")).voters == ("ada",)
    assert after(choosing(), StepOut(), "ada").ballot is None
    assert after(choosing(), CloseBallot(), "cy").ballot is None
    assert after(choosing(), End()).ballot is None
    assert refusal(room(), CloseBallot()) == "not_found"


@pytest.mark.parametrize("command", [Leave("ben"), Kick("ben"), Ban("ben")], ids=str)
def test_who_has_gone_votes_no_more(command: Command) -> None:
    assert ballot_of(after(choosing(), command, None)).voters == ("ada",)


def test_a_film_that_was_found_and_brought_ends_the_choosing() -> None:
    dealt = after(after(choosing(), AskForCards()), Deal((Card(1, "Metropolis", 1927),)), None)
    found = after(after(dealt, CastVote(1, Wish.WATCH)), CastVote(1, Wish.WATCH), "ben")
    assert ballot_of(found).stage is Stage.MATCHED
    assert after(found, QueueAdd("new", FILM)).ballot is None
    assert after(dealt, QueueAdd("new", FILM)).ballot is not None


def test_the_end_stops_the_film() -> None:
    ended = after(after(room(), Play(0.0), now=100.0), End(), now=160.0)
    assert (ended.phase, ended.timeline.playing, ended.timeline.position_s) == (Phase.ENDED, False, 60.0)


def test_what_the_server_ends_has_expired() -> None:
    assert after(room(), End(), by=None).phase is Phase.EXPIRED
