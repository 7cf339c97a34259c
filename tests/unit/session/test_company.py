"""The room as we agree on it: confirmed by the server, with what we asked for on top. Room time in seconds."""

from dataclasses import replace
from itertools import count

import pytest

from app.playback.timeline import MOST_LEAD_S, SEEK_LEAD_S
from app.room.deck import Ballot, Card, Stage, Vote, Wish
from app.room.errors import Reason
from app.room.messages import (
    Chat,
    Command,
    Do,
    DrawLots,
    Happened,
    Hello,
    Kick,
    Limits,
    Pause,
    Play,
    QueueRemove,
    Ready,
    RefusedCommand,
    Resume,
    Resumed,
    Seek,
    SetPolicy,
    SetPresence,
    SetRate,
    Skip,
    SyncRequest,
)
from app.room.state import Phase, Policy, Presence, Room
from app.session.company import KEPT_ACTIVITY, MAX_PENDING, Company
from app.session.effects import SendToServer
from app.session.events import Seat
from app.session.pending import AGAIN_AT_ONCE, HEARD_WITHIN_S
from app.session.picture import Deed
from tests.unit.room.rooms import ADA, BEN, room

NOW = 100.0


def ben(confirmed: Room | None = None) -> Company:
    """Ben, a viewer, in a room at revision 7."""
    ids = count(1)
    company = Company(lambda: f"b{next(ids)}")
    company.ready(Ready(confirmed or room(), "ben", "epoch"), NOW)
    return company


def happened(
    company: Company, command: Command, by: str | None = "ada", at: float = NOW, **other: object
) -> list[object]:
    """The server accepts a command, the next one after what it said before."""
    assert company._confirmed is not None
    message = Happened(company._confirmed.revision + 1, at, by, command)
    return list(company.happened(replace(message, **other)))  # type: ignore[arg-type]


def position(company: Company, at: float) -> float:
    assert company.room is not None
    return company.room.timeline.position_at(at)


def test_what_a_whole_room_was_told_in_place_of_is_told_here_too() -> None:
    company = ben(replace(room(), revision=6))
    said = Happened(7, NOW, "ada", Kick("cy")), Happened(8, NOW, "ada", Chat("Bye, Cy"))
    now = replace(room(ADA, BEN), revision=9)
    assert company.ready(Ready(now, "ben", "epoch", missed=said), NOW) == []
    assert [(one.deed, one.who, one.detail) for one in company.activity] == [
        (Deed.PUT_OUT, "Cy", ""),
        (Deed.SAID, "Ada", "Bye, Cy"),
    ]
    assert company.room == now


def test_what_i_asked_for_and_is_among_that_is_not_asked_again() -> None:
    company = ben()
    (asked,) = company.ask(Chat("Hi"), NOW, up=True)
    assert isinstance(asked, SendToServer)
    assert isinstance(asked.message, Do)
    assert company.room is not None
    said = Happened(company.room.revision + 1, NOW, "ben", Chat("Hi"), asked.message.command_id)
    assert company.ready(Ready(replace(room(), revision=said.revision), "ben", "epoch", missed=(said,)), NOW) == []


# --- asking


def test_what_i_ask_for_is_seen_at_once_and_sent() -> None:
    company = ben()
    assert company.ask(Seek(30.0), NOW, up=True) == [SendToServer(Do("b1", Seek(30.0), 7))]
    assert position(company, NOW) == 30.0
    assert company.pending == 1


def test_lots_fall_nowhere_before_the_server_has_drawn_them() -> None:
    votes = (Vote("ada", Wish.WATCH), Vote("ben", Wish.SKIP))
    cards = (Card(1, "Metropolis", 1927), Card(2, "M", 1931))
    tied = Ballot(Stage.VOTING, voters=("ada", "ben"), cards=cards, votes=votes)
    ada = Company(lambda: "a1")
    ada.ready(Ready(replace(room(), ballot=tied), "ada", "epoch"), NOW)
    assert ada.ask(DrawLots(1), NOW, up=True) == [SendToServer(Do("a1", DrawLots(1), 7))]
    assert ada.room is not None
    assert ada.room.ballot == tied
    happened(ada, DrawLots(1, Wish.WATCH), command_id="a1")
    assert ada.room.ballot is not None
    assert ada.room.ballot.stage is Stage.MATCHED


def test_what_would_be_refused_is_not_asked() -> None:
    company = ben()
    assert company.ask(SetPolicy(Policy(False)), NOW, up=True) is Reason.UNAUTHORIZED_COMMAND
    assert company.pending == 0


def test_in_no_room_there_is_nobody_to_ask() -> None:
    company = ben()
    company.clear()
    assert company.ask(Play(), NOW, up=True) is Reason.NOT_FOUND


def test_too_much_at_once_is_not_asked() -> None:
    company = ben()
    for n in range(MAX_PENDING):
        assert company.ask((Pause(), Seek(float(n)))[n % 2], NOW, up=False) == []
    assert company.ask(Pause(), NOW, up=False) is Reason.RATE_LIMITED
    assert company.ask(Seek(1.0), NOW, up=False) == []
    assert company.pending == MAX_PENDING


# --- in haste


def test_what_is_held_shows_at_once_and_gives_way_to_what_comes_after_it() -> None:
    company = ben()
    company.ask(Seek(10.0), NOW, up=True)
    assert not company.holds
    for n in (20.0, 30.0):
        assert company.ask(Seek(n), NOW, up=True, held=True) == []
        assert position(company, NOW) == n
    assert (company.pending, company.holds) == (2, True)
    assert company.release() == [SendToServer(Do("b3", Seek(30.0), 7))]
    assert (company.pending, company.holds) == (2, False)
    assert company.release() == []


@pytest.mark.parametrize(
    ("first", "then", "left"),
    [
        (SetRate(1.5), SetRate(2.0), [SetRate(2.0)]),
        (Seek(1.0), SetRate(2.0), [Seek(1.0), SetRate(2.0)]),
        (Pause(), Pause(), [Pause(), Pause()]),
    ],
    ids=str,
)
def test_only_what_says_where_to_gives_way(first: Command, then: Command, left: list[Command]) -> None:
    company = ben()
    company.ask(first, NOW, up=True, held=True)
    company.ask(then, NOW, up=True, held=True)
    released = [asked for _ in range(3) for asked in company.release()]
    assert [asked.message.command for asked in released] == left  # type: ignore[attr-defined]


def test_what_has_gone_out_gives_way_to_nothing() -> None:
    company = ben()
    company.ask(Seek(1.0), NOW, up=True)
    company.ask(Seek(2.0), NOW, up=True)
    assert company.pending == 2


def test_of_many_moves_a_few_are_asked_again_at_once_and_the_rest_one_by_one() -> None:
    company = ben()
    company.ask(Pause(), NOW, up=False)
    for n in range(AGAIN_AT_ONCE):
        company.ask((Pause(), Seek(float(n)))[n % 2], NOW, up=False)
    asked = company.ready(Ready(room(), "ben", "epoch"), NOW)
    assert len(asked) == AGAIN_AT_ONCE
    assert company.holds
    assert len(company.release()) == 1
    assert not company.holds


# --- cut off


def running() -> Room:
    """A room whose film has run from its beginning since NOW."""
    seen = room()
    return replace(seen, timeline=replace(seen.timeline, playing=True, anchor=NOW))


def stands(company: Company) -> bool:
    assert company.room is not None
    return not company.room.timeline.playing


def test_without_a_connection_it_is_done_here_and_asked_in_order_when_it_is_back() -> None:
    company = ben(running())
    assert company.ask(SetRate(2.0), NOW, up=False) == []
    assert company.ask(Pause(), NOW + 10, up=False) == []
    assert (company.pending, position(company, NOW + 99)) == (2, 10.0)
    assert company.ready(Ready(running(), "ben", "epoch"), NOW + 20) == [
        SendToServer(Do("b1", SetRate(2.0), 7)),
        SendToServer(Do("b2", Pause(), 7)),
    ]
    assert position(company, NOW + 99) == 10.0


def test_a_film_that_stands_does_not_start_alone() -> None:
    company = ben()
    company.ask(Play(), NOW, up=False)
    assert company.ask(Play(), NOW + 1, up=False) == []
    assert (company.pending, stands(company)) == (1, True)
    assert company.ready(Ready(room(), "ben", "epoch"), NOW + 20) == [SendToServer(Do("b1", Play(), 7))]
    assert position(company, NOW + 20) == 0.0
    assert position(company, NOW + 30) == pytest.approx(10.0 - MOST_LEAD_S)


@pytest.mark.parametrize("command", [Play(), SetRate(2.0)])
def test_what_the_server_does_not_answer_in_time_is_held_back_until_it_does(command: Command) -> None:
    company = ben(room() if isinstance(command, Play) else running())
    before = company.room
    company.ask(command, NOW, up=True)
    shown = company.room
    assert shown != before
    assert company.next_wake() == NOW + HEARD_WITHIN_S
    company.hold_back(NOW + HEARD_WITHIN_S - 0.01)
    assert company.room is shown
    company.hold_back(NOW + HEARD_WITHIN_S)
    assert (company.room, company.pending, company.next_wake()) == (before, 1, None)
    happened(company, command, by="ben", command_id="b1")
    assert (company.room == before, company.pending) == (False, 0)


def test_a_start_is_held_back_before_it_begins() -> None:
    assert HEARD_WITHIN_S < MOST_LEAD_S


def test_what_need_not_wait_for_an_answer_is_not_held_back() -> None:
    company = ben(running())
    company.ask(SetRate(2.0), NOW, up=True)
    company.ask(Pause(), NOW + 0.1, up=True)
    company.hold_back(NOW + 60)
    assert position(company, NOW + 99) == pytest.approx(0.1)


def test_who_pauses_alone_and_plays_again_has_asked_for_nothing() -> None:
    company = ben(running())
    company.ask(Pause(), NOW + 1, up=False)
    assert company.ask(Play(), NOW + 5, up=False) == []
    assert (company.pending, position(company, NOW + 6)) == (0, 6.0)


def test_a_pause_that_may_have_been_heard_is_not_taken_back() -> None:
    company = ben(running())
    company.ask(Pause(), NOW + 1, up=True)
    company.ask(Play(), NOW + 5, up=False)
    assert (company.pending, stands(company)) == (2, True)


def test_a_pause_of_a_film_that_stood_is_not_taken_back_either() -> None:
    company = ben()
    company.ask(Pause(), NOW + 1, up=False)
    company.ask(Play(), NOW + 5, up=False)
    assert company.pending == 2


@pytest.mark.parametrize(("pauses", "there_s"), [(False, 30.0 - SEEK_LEAD_S + 20), (True, 30.0 - SEEK_LEAD_S + 5)])
def test_whoever_went_elsewhere_alone_and_watched_on_does_not_jump_back(pauses: bool, there_s: float) -> None:
    company = ben(running())
    company.ask(Seek(10.0), NOW - 1, up=False)
    company.ask(Seek(30.0), NOW, up=False)
    if pauses:
        company.ask(Pause(), NOW + 5, up=False)
    asked = company.ready(Ready(running(), "ben", "epoch"), NOW + 20)
    assert asked[0] == SendToServer(Do("b2", Seek(there_s), 7))
    assert position(company, NOW + 20) == there_s


def test_a_seek_before_another_film_came_on_stays_what_it_was() -> None:
    company = cy()
    company.ask(Seek(10.0), NOW, up=False)
    company.ask(Skip("two"), NOW + 1, up=False)
    asked = company.ready(Ready(running(), "cy", "epoch"), NOW + 20)
    assert asked[0] == SendToServer(Do("c1", Seek(10.0), 7))


def cy() -> Company:
    """Cy, a cohost, in a room at revision 7 whose film runs."""
    ids = count(1)
    company = Company(lambda: f"c{next(ids)}")
    company.ready(Ready(running(), "cy", "epoch"), NOW)
    return company


@pytest.mark.parametrize("command", [Pause(), Seek(30.0), SetRate(2.0)])
def test_what_the_room_may_have_overruled_does_not_show_before_the_server_says_so(command: Command) -> None:
    company = ben(running())
    company.ask(command, NOW, up=False)
    later = replace(running(), revision=9, timeline=replace(running().timeline, position_s=200.0))
    assert company.ready(Ready(later, "ben", "epoch"), NOW + 20) == [SendToServer(Do("b1", command, 7))]
    assert (company.room, company.pending) == (later, 1)
    assert company.refused(RefusedCommand("b1", Reason.STALE)) == command
    assert (company.room, company.pending) == (later, 0)


def test_what_does_not_move_the_film_shows_all_the_same() -> None:
    company = cy()
    company.ask(QueueRemove("two"), NOW, up=False)
    later = replace(running(), revision=9, timeline=replace(running().timeline, position_s=200.0))
    asked = company.ready(Ready(later, "cy", "epoch"), NOW + 20)
    assert asked == [SendToServer(Do("c1", QueueRemove("two"), 7))]
    assert company.room is not None
    assert [item.id for item in company.room.programme.items] == ["one", "three"]


# --- answers


def test_what_the_server_confirms_is_not_waited_for_any_more() -> None:
    company = ben()
    company.ask(Seek(30.0), NOW, up=True)
    assert happened(company, Seek(30.0), by="ben", command_id="b1") == []
    assert company.pending == 0
    assert position(company, NOW) == 30.0


def test_what_the_server_refuses_is_undone() -> None:
    company = ben()
    company.ask(Seek(30.0), NOW, up=True)
    assert company.refused(RefusedCommand("b1", Reason.UNAUTHORIZED_COMMAND)) == Seek(30.0)
    assert (company.pending, position(company, NOW)) == (0, 0.0)


def test_a_refusal_that_tells_of_another_film_position_has_the_room_asked_for() -> None:
    company = ben()
    revision = company.revision
    assert company.room is not None
    here = company.room.timeline
    asked = [SendToServer(SyncRequest())]
    assert company.doubts(RefusedCommand("b1", Reason.CONFLICT, revision, replace(here, position_s=9.0))) == asked
    assert company.doubts(RefusedCommand("b1", Reason.CONFLICT, revision, here)) == []
    assert company.doubts(RefusedCommand("b1", Reason.CONFLICT, revision - 1, replace(here, position_s=9.0))) == []
    assert company.doubts(RefusedCommand("b1", Reason.CONFLICT)) == []


def test_a_refusal_undoes_only_what_was_refused() -> None:
    company = ben()
    company.ask(Play(0.0), NOW, up=True)
    company.ask(Seek(30.0), NOW, up=True)
    company.refused(RefusedCommand("b2", Reason.RATE_LIMITED))
    assert position(company, NOW + 5) == 5.0


def test_a_refusal_of_something_else_is_not_ours() -> None:
    company = ben()
    company.ask(Seek(30.0), NOW, up=True)
    assert company.refused(RefusedCommand("b9", Reason.RATE_LIMITED)) is None
    assert company.pending == 1


def test_the_same_id_of_somebody_else_is_not_ours() -> None:
    company = ben()
    company.ask(Seek(30.0), NOW, up=True)
    happened(company, Seek(30.0), by="ada", command_id="b1")
    assert company.pending == 1


# --- what others do


def test_what_somebody_does_happens_here_too() -> None:
    company = ben()
    assert happened(company, Play(0.0)) == []
    assert position(company, NOW + 10) == 10.0
    assert company.activity[-1].deed is Deed.PLAYED


def test_what_i_asked_for_stays_on_top_of_what_others_do() -> None:
    company = ben()
    company.ask(Seek(30.0), NOW, up=True)
    happened(company, Seek(99.0), at=NOW - 0.05)
    assert position(company, NOW) == 30.0
    company.refused(RefusedCommand("b1", Reason.RATE_LIMITED))
    assert position(company, NOW) == 99.0


def test_what_is_not_possible_any_more_is_left_out_and_waits_for_its_answer() -> None:
    company = ben()
    company.ask(Pause(), NOW, up=True)
    happened(company, SetPolicy(Policy(viewers_may_play_pause=False)))
    assert company.pending == 1
    assert company.room == company._confirmed


def test_the_room_is_confirmed_in_the_servers_order_and_time() -> None:
    company = ben()
    company.ask(Play(0.0), NOW, up=True)
    happened(company, Play(0.5), by="ben", at=NOW + 0.1, command_id="b1")
    assert position(company, NOW + 1.6) == 1.0


# --- twice, never, out of order


def test_what_is_told_twice_happens_once() -> None:
    company = ben()
    message = Happened(8, NOW, "ada", Seek(30.0))
    company.happened(message)
    before = company.room
    assert company.happened(message) == []
    assert company.room == before
    assert len(company.activity) == 1


def test_an_answer_the_room_has_already_settles_the_command() -> None:
    company = ben()
    company.ask(Seek(30.0), NOW, up=False)
    company.ready(Ready(replace(room(), revision=9), "ben", "epoch"), NOW)
    company.happened(Happened(8, NOW, "ben", Seek(30.0), "b1"))
    assert (company.pending, position(company, NOW)) == (0, 0.0)


def test_a_gap_is_filled_by_asking_for_the_whole_room() -> None:
    company = ben()
    assert company.happened(Happened(9, NOW, "ada", Seek(30.0))) == [SendToServer(SyncRequest())]
    assert position(company, NOW) == 0.0
    company.ready(Ready(replace(room(), revision=9), "ben", "epoch"), NOW)
    assert happened(company, Seek(40.0)) == []
    assert position(company, NOW) == 40.0


def test_what_cannot_have_happened_is_asked_about() -> None:
    company = ben()
    assert happened(company, Seek(30.0), by="nobody") == [SendToServer(SyncRequest())]


def test_before_the_room_is_known_nothing_happens() -> None:
    company = Company(lambda: "id")
    assert company.happened(Happened(1, NOW, "ada", Play())) == []
    assert company.refused(RefusedCommand("id", Reason.RATE_LIMITED)) is None
    assert company.room is None


def test_a_room_that_went_back_in_time_is_believed() -> None:
    company = ben()
    company.ready(Ready(replace(room(), revision=2), "ben", "a new epoch"), NOW)
    assert happened(company, Seek(30.0)) == []
    assert position(company, NOW) == 30.0


# --- back after the line was down

SEAT = Seat(room().code, "ben", "r" * 22)
AWAY = Happened(8, NOW + 1, None, SetPresence("ben", Presence.AWAY))


def back(company: Company, *events: Happened, limits: Limits | None = None) -> list[object]:
    """The line is up again, and these events were missed."""
    return list(company.resumed(Resumed(events, "ben", "epoch", limits=limits or Limits()), NOW + 20))


@pytest.mark.parametrize("seat", [replace(SEAT, code="XYZ789"), replace(SEAT, member="cy")])
def test_who_holds_the_room_says_up_to_where_and_nothing_of_another(seat: Seat) -> None:
    assert Company(str).greeting(SEAT, "ticket") == Hello(1, "ticket")
    company = ben()
    company.ask(Seek(30.0), NOW, up=True)
    assert company.greeting(seat, "ticket") == Hello(1, "ticket")
    assert company.greeting(SEAT, "ticket") == Resume(1, "ticket", "epoch", 7)
    company.clear()
    assert company.greeting(SEAT, "ticket") == Hello(1, "ticket")


def test_what_was_missed_makes_the_room_that_the_others_are_in() -> None:
    company, there = ben(), ben()
    events = [
        Happened(8, NOW, "ada", Seek(30.0)),
        Happened(9, NOW + 1, "ada", Play(0.5)),
        Happened(10, NOW, "cy", Chat("Hm")),
    ]
    for event in events:
        there.happened(event)
    assert back(company, *events) == []
    assert (company.room, company.revision, company.moved) == (there.room, 10, 9)
    # It was there for whoever looked; nobody is told of it as of news.
    assert list(company.activity) == []
    assert company.happened(Happened(11, NOW + 21, "ada", Pause())) == []
    assert company.revision == 11


def test_nothing_missed_is_nothing_changed() -> None:
    company = ben()
    before = company.room
    assert back(company) == []
    assert (company.room, company.revision) == (before, 7)


def test_what_was_done_unheard_is_not_asked_again_and_the_rest_is_once() -> None:
    company = ben()
    company.ask(Seek(30.0), NOW, up=True)
    company.ask(Chat("Look!"), NOW, up=True)
    assert back(company, Happened(8, NOW, "ben", Seek(30.0), "b1"), replace(AWAY, revision=9)) == [
        SendToServer(Do("b2", Chat("Look!"), 7))
    ]
    assert (company.pending, position(company, NOW + 20)) == (1, 30.0)


def test_who_went_elsewhere_alone_is_not_taken_back_by_their_own_pause_of_which_they_hear_now() -> None:
    company = ben(running())
    company.ask(Pause(), NOW + 5, up=True)
    company.ask(Seek(30.0), NOW + 6, up=False)
    assert back(company, Happened(8, NOW + 5, "ben", Pause(), "b1"), replace(AWAY, revision=9)) == [
        SendToServer(Do("b2", Seek(30.0), 7))
    ]
    assert position(company, NOW + 20) == 30.0


def test_what_others_may_have_overruled_meanwhile_waits_for_the_servers_word() -> None:
    company = ben(running())
    company.ask(Seek(30.0), NOW, up=False)
    assert back(company, Happened(8, NOW + 5, "ada", Seek(200.0))) == [SendToServer(Do("b1", Seek(30.0), 7))]
    assert position(company, NOW + 5 + SEEK_LEAD_S) == 200.0


@pytest.mark.parametrize(
    "event", [Happened(9, NOW, "ada", Seek(30.0)), Happened(8, NOW, "nobody", Seek(30.0))], ids=["gap", "impossible"]
)
def test_what_does_not_follow_is_made_good_by_the_whole_room(event: Happened) -> None:
    company = ben()
    company.ask(Chat("Look!"), NOW, up=False)
    assert back(company, event) == [SendToServer(SyncRequest())]
    again = company.ready(Ready(replace(room(), revision=9), "ben", "epoch"), NOW + 21)
    assert again == [SendToServer(Do("b1", Chat("Look!"), 7))]


def test_nobody_resumes_who_holds_nothing() -> None:
    assert back(Company(str), AWAY) == [SendToServer(SyncRequest())]


def test_in_another_room_nothing_is_asked_that_was_meant_for_the_one_before() -> None:
    company = ben()
    company.ask(Chat("Look!"), NOW, up=False)
    assert company.ready(Ready(replace(room(), code="XYZ789"), "ben", "epoch"), NOW) == []
    assert company.pending == 0


def test_the_servers_limits_are_those_it_told_last() -> None:
    company = ben()
    assert company.limits == Limits()
    back(company, limits=Limits(moves_per_s=1.0))
    assert company.limits.moves_per_s == 1.0
    company.ready(Ready(room(), "ben", "epoch", limits=Limits(moves_per_s=2.0)), NOW)
    assert company.limits.moves_per_s == 2.0


# --- activity


def test_activity_is_numbered_and_kept_for_a_while() -> None:
    company = ben()
    for n in range(KEPT_ACTIVITY + 5):
        happened(company, Seek(float(n)))
    numbers = [line.number for line in company.activity]
    assert numbers == list(range(6, KEPT_ACTIVITY + 6))


def test_what_is_nothing_to_tell_takes_no_number() -> None:
    company = ben()
    happened(company, SetPresence("ada", Presence.HERE), by=None)
    happened(company, Pause())
    assert [line.number for line in company.activity] == [1]


def test_whoever_is_out_has_nothing_left() -> None:
    company = ben()
    company.ask(Seek(30.0), NOW, up=True)
    happened(company, Pause())
    company.clear()
    assert (company.room, company.me, company.pending, list(company.activity)) == (None, "", 0, [])


def test_in_a_room_that_ended_nothing_can_be_asked() -> None:
    assert ben(replace(room(), phase=Phase.ENDED)).ask(Play(), NOW, up=True) is Reason.ROOM_ENDED


def test_it_is_known_up_to_where_the_server_told() -> None:
    assert Company(str).revision == 0
    company = ben()
    company.ask(Pause(), NOW, up=True)
    assert company.revision == 7
    company.happened(Happened(8, NOW, "ada", Pause()))
    assert company.revision == 8


@pytest.mark.parametrize("command", [Play(), Seek(3.0), Skip("one"), Skip("two"), QueueRemove("one")], ids=str)
def test_it_is_known_when_the_film_went_elsewhere(command: Command) -> None:
    company = ben()
    assert company.moved == 7
    happened(company, Pause())
    assert company.moved == 7
    happened(company, command)
    happened(company, QueueRemove("three"))
    happened(company, SetPresence("ada", Presence.AWAY), by=None)
    assert (company.moved, company.revision) == (9, 11)
    company.clear()
    assert company.moved == 0


def test_whoever_stopped_the_film_while_we_were_away_is_known() -> None:
    company = ben()
    happened(company, Play(), by="ada")
    happened(company, Pause(), by="ada")
    assert company.room is not None
    assert company.room.paused_by == "ada"
    stands = replace(company.room, revision=12, paused_by="cy")
    company.ready(Ready(stands, "ben", "epoch"), NOW + 60)
    assert company.room.paused_by == "cy"


def test_whoever_pauses_alone_has_stopped_the_film() -> None:
    company = ben()
    happened(company, Play(), by="ada")
    company.ask(Pause(), NOW + 5, up=False)
    assert company.room is not None
    assert company.room.paused_by == "ben"


def test_who_is_cut_off_keeps_the_rooms_speed_until_the_others_can_hear() -> None:
    company = ben()
    happened(company, Play(0.0), by="ada")
    assert company.ask(SetRate(2.0), NOW + 10, up=False) == []
    assert (position(company, NOW + 70), company.pending) == (70.0, 1)
    assert company.room is not None
    company.ready(Ready(company.room, "ben", "epoch"), NOW + 70)
    assert position(company, NOW + 71) == 71.0
    happened(company, SetRate(2.0), by="ben", at=NOW + 70.1, command_id="b1")
    assert position(company, NOW + 71) == pytest.approx(71.9)
