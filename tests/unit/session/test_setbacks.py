"""Requests that come to nothing on the way in. Page time in seconds."""

import pytest

from app.room.errors import CloseCode
from app.room.messages import SyncRequest
from app.session import events as ev
from app.session.effects import (
    AskCard,
    AskRooms,
    AskTicket,
    CloseSocket,
    CreateRoom,
    Effect,
    ForgetSeat,
    JoinRoom,
    Log,
    OpenSocket,
    RememberName,
    RememberSeat,
    RenewRoomLink,
    SendToServer,
    SetRoomPassword,
)
from app.session.invite import Invite
from app.session.picture import Link, Notice, Screen, Trouble
from tests.unit.session.test_entrance import (
    AGAIN,
    CODE,
    NOW,
    SEAT,
    SECRET,
    arriving,
    at_home,
    coming_again,
    inside,
    returning,
    trouble,
    waiting,
)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("unreachable", Trouble.SERVER_UNREACHABLE),
        ("unauthorized_command", Trouble.WRONG_LINK),
        ("unavailable", Trouble.SERVER_BUSY),
        ("something else", Trouble.SERVER_STRANGE),
    ],
)
def test_a_refusal_at_the_door_is_told_and_can_be_tried_again(code: str, told: Trouble) -> None:
    entrance = arriving()
    asked = entrance.join(ev.JoinPressed("Ada"), NOW)[1]
    assert entrance.setbacks.failed(ev.RequestFailed(AGAIN, code), NOW) == []
    assert (entrance.notice, entrance.busy, entrance.screen) == (Notice(told, code), False, Screen.ARRIVING)
    assert entrance.retry(ev.RetryPressed(), NOW) == [asked]
    assert (entrance.notice, entrance.busy) == (None, True)
    assert entrance.retry(ev.RetryPressed(), NOW) == []


@pytest.mark.parametrize(
    ("code", "unserved"), [("unreachable", True), ("unreadable", True), ("rate_limited", False), ("unavailable", False)]
)
def test_the_first_screen_knows_whether_there_is_a_server(code: str, unserved: bool) -> None:
    entrance = at_home()
    assert entrance.setbacks.failed(ev.RequestFailed(AskRooms(), code), NOW) == []
    assert (entrance.unserved, entrance.notice) == (unserved, None)
    entrance.ready()
    assert not entrance.unserved


def test_who_guesses_too_often_is_told_for_how_long_and_can_try_again() -> None:
    entrance = arriving()
    asked = entrance.join(ev.JoinPressed("Ada"), NOW)[1]
    assert entrance.setbacks.failed(ev.RequestFailed(AGAIN, "rate_limited", 540), NOW) == []
    assert (entrance.notice, entrance.screen) == (Notice(Trouble.TOO_OFTEN, "9"), Screen.ARRIVING)
    assert entrance.retry(ev.RetryPressed(), NOW) == [asked]


def test_who_comes_back_too_often_comes_back_later() -> None:
    entrance = coming_again()
    assert entrance.setbacks.failed(ev.RequestFailed(AGAIN, "rate_limited", 540), NOW) == []
    assert (entrance.screen, entrance.line.state) == (Screen.ROOM, Link.WAITING)


def test_a_full_room_has_a_screen_of_its_own_and_can_be_tried_again() -> None:
    entrance = arriving()
    asked = entrance.join(ev.JoinPressed("Ada"), NOW)[1]
    entrance.setbacks.failed(ev.RequestFailed(AGAIN, "room_full"), NOW)
    assert (entrance.screen, trouble(entrance), entrance.busy) == (Screen.CLOSED, Trouble.ROOM_FULL, False)
    assert entrance.retry(ev.RetryPressed(), NOW) == [asked]
    assert (entrance.screen, entrance.notice, entrance.busy) == (Screen.ARRIVING, None, True)
    entrance.seated(ev.SeatTaken(SEAT, "ticket"), NOW)
    assert entrance.screen is Screen.ROOM


@pytest.mark.parametrize(("code", "told"), [("room_ended", Trouble.ROOM_ENDED), ("room_expired", Trouble.ROOM_EXPIRED)])
def test_from_a_room_that_is_over_one_step_leads_into_a_new_one(code: str, told: Trouble) -> None:
    entrance = arriving(name="Ada")
    entrance.setbacks.failed(ev.RequestFailed(AskCard(CODE), code), NOW)
    assert (entrance.screen, trouble(entrance)) == (Screen.CLOSED, told)
    assert entrance.start(ev.StartPressed(""), NOW) == [RememberName("Ada"), CreateRoom("Ada")]
    new = ev.Seat("XYZ234", "ada", "r" * 22)
    entrance.created(ev.RoomCreated(new, "n" * 22, "ticket"), NOW)
    assert (entrance.screen, entrance.invite, entrance.notice) == (Screen.ROOM, Invite("XYZ234", "n" * 22), None)


OF_THE_HOST = [SetRoomPassword(SEAT, "sesame"), RenewRoomLink(SEAT)]


@pytest.mark.parametrize("asked", OF_THE_HOST, ids=["password", "link"])
def test_what_the_host_asked_of_the_door_in_vain_is_told_and_changes_nothing(asked: Effect) -> None:
    entrance = inside()
    assert entrance.setbacks.failed(ev.RequestFailed(asked, "unavailable"), NOW) == []
    assert (entrance.screen, entrance.notice) == (Screen.ROOM, Notice(Trouble.REFUSED, "unavailable"))


@pytest.mark.parametrize("code", ["not_found", "room_ended", "room_expired"])
def test_a_room_that_is_no_more_is_the_end(code: str) -> None:
    entrance = arriving()
    entrance.setbacks.failed(ev.RequestFailed(AskCard(CODE), code), NOW)
    assert entrance.screen is Screen.CLOSED
    assert trouble(entrance) in (Trouble.NO_SUCH_ROOM, Trouble.ROOM_ENDED, Trouble.ROOM_EXPIRED)


def test_at_home_no_answer_closes_anything() -> None:
    entrance = at_home()
    entrance.start(ev.StartPressed("Ada"), NOW)
    entrance.setbacks.failed(ev.RequestFailed(CreateRoom("Ada"), "not_found"), NOW)
    assert entrance.screen is Screen.HOME


def test_a_refusal_that_another_request_overtook_is_passed_over() -> None:
    entrance = arriving()
    entrance.join(ev.JoinPressed("Ada"), NOW)
    entrance.setbacks.failed(ev.RequestFailed(AskCard(CODE), "unreachable"), NOW)
    assert (entrance.notice, entrance.busy) == (None, True)


def test_a_refusal_about_a_room_that_was_left_is_passed_over() -> None:
    entrance = arriving()
    entrance.opened(ev.FragmentChanged("XYZ789." + SECRET, None), NOW)
    entrance.setbacks.failed(ev.RequestFailed(AskCard(CODE), "not_found"), NOW)
    assert (entrance.screen, entrance.notice) == (Screen.ARRIVING, None)
    entrance.join(ev.JoinPressed("Ada"), NOW)
    entrance.setbacks.failed(ev.RequestFailed(AGAIN, "room_ended"), NOW)
    assert (entrance.screen, entrance.notice, entrance.busy) == (Screen.ARRIVING, None, True)
    entrance.setbacks.failed(ev.RequestFailed(AskCard("XYZ789"), "not_found"), NOW)
    assert (entrance.screen, entrance.notice, entrance.busy) == (Screen.ARRIVING, None, True)


def test_a_ticket_refused_to_another_place_takes_nothing_from_this_one() -> None:
    entrance = returning()
    mine = ev.Seat("XYZ789", "ada2", "q" * 22)
    entrance.opened(ev.FragmentChanged("XYZ789." + SECRET, mine), NOW)
    assert entrance.setbacks.failed(ev.RequestFailed(AskTicket(SEAT), "not_found"), NOW) == []
    assert (entrance.seat, entrance.busy, entrance.line.state) == (mine, True, Link.CONNECTING)


def test_a_ticket_refused_after_another_was_given_breaks_nothing() -> None:
    entrance = inside()
    assert entrance.setbacks.failed(ev.RequestFailed(AskTicket(SEAT), "unreachable"), NOW) == []
    assert entrance.line.state is Link.UP
    entrance.socket_closed(ev.SocketClosed(CloseCode.REPLACED), NOW)
    assert entrance.setbacks.failed(ev.RequestFailed(AskTicket(SEAT), "unreachable"), NOW) == []
    assert (entrance.screen, entrance.line.state) == (Screen.CLOSED, Link.NONE)


@pytest.mark.parametrize("asked", OF_THE_HOST, ids=["password", "link"])
def test_what_the_host_of_a_room_asked_in_vain_is_not_told_elsewhere(asked: Effect) -> None:
    entrance = inside()
    entrance.leave(ev.LeavePressed(), NOW)
    entrance.setbacks.failed(ev.RequestFailed(asked, "unavailable"), NOW)
    assert entrance.notice is None


def test_a_server_that_cannot_be_reached_is_tried_again() -> None:
    entrance = returning()
    assert entrance.setbacks.failed(ev.RequestFailed(AskTicket(SEAT), "unreachable"), NOW) == []
    assert (entrance.line.state, entrance.busy, entrance.screen) == (Link.WAITING, False, Screen.ROOM)


@pytest.mark.parametrize("code", ["not_found", "unauthorized_command"])
def test_a_place_that_was_lost_is_taken_anew(code: str) -> None:
    entrance = returning()
    effects = entrance.setbacks.failed(ev.RequestFailed(AskTicket(SEAT), code), NOW)
    assert effects == [ForgetSeat(CODE), JoinRoom(CODE, SECRET, "Ada")]
    assert entrance.busy


@pytest.mark.parametrize(
    ("code", "told"),
    [("unreachable", None), ("unavailable", None), ("unreadable", None), ("room_full", Trouble.ROOM_FULL)],
)
def test_a_new_place_is_asked_for_until_there_is_one(code: str, told: Trouble | None) -> None:
    entrance = coming_again()
    for _ in range(3):
        assert entrance.setbacks.failed(ev.RequestFailed(AGAIN, code), NOW) == []
        assert (entrance.screen, entrance.line.state, entrance.busy) == (Screen.ROOM, Link.WAITING, False)
        assert trouble(entrance) is told
        assert entrance.line.retry_at is not None
        assert entrance.tick(entrance.line.retry_at) == [AGAIN]
        assert (entrance.line.state, entrance.busy) == (Link.CONNECTING, True)
    another = ev.Seat(CODE, "ada2", "q" * 22)
    assert entrance.seated(ev.SeatTaken(another, "ticket"), NOW) == [RememberSeat(another), OpenSocket()]
    entrance.ready()
    assert (entrance.notice, entrance.busy, entrance.line.state) == (None, False, Link.UP)


def test_the_person_need_not_wait_for_a_new_place_either() -> None:
    entrance = coming_again()
    assert entrance.retry(ev.RetryPressed(), NOW) == []
    entrance.setbacks.failed(ev.RequestFailed(AGAIN, "unreachable"), NOW)
    assert entrance.retry(ev.RetryPressed(), NOW) == [AGAIN]
    assert entrance.line.state is Link.CONNECTING
    entrance.setbacks.failed(ev.RequestFailed(AGAIN, "unreachable"), NOW)
    assert entrance.network_changed(ev.NetworkChanged(True), NOW) == [AGAIN]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("unauthorized_command", Trouble.WRONG_LINK),
        ("not_found", Trouble.NO_SUCH_ROOM),
        ("room_ended", Trouble.ROOM_ENDED),
        ("room_expired", Trouble.ROOM_EXPIRED),
    ],
)
def test_a_new_place_that_will_never_be_is_told(code: str, told: Trouble) -> None:
    entrance = coming_again()
    assert entrance.setbacks.failed(ev.RequestFailed(AGAIN, code), NOW) == []
    assert (entrance.screen, entrance.line.state, trouble(entrance)) == (Screen.CLOSED, Link.NONE, told)
    assert entrance.tick(1e9) == []


def test_a_place_that_was_lost_by_somebody_without_a_name_is_asked_for_at_the_door() -> None:
    entrance = returning(name="")
    effects = entrance.setbacks.failed(ev.RequestFailed(AskTicket(SEAT), "not_found"), NOW)
    assert effects == [ForgetSeat(CODE), AskCard(CODE)]
    assert (entrance.screen, entrance.line.state) == (Screen.ARRIVING, Link.NONE)
    assert entrance.tick(1e9) == []


@pytest.mark.parametrize(("code", "told"), [("room_ended", Trouble.ROOM_ENDED), ("room_expired", Trouble.ROOM_EXPIRED)])
def test_in_a_room_that_is_over_there_is_no_place(code: str, told: Trouble) -> None:
    entrance = returning()
    assert entrance.setbacks.failed(ev.RequestFailed(AskTicket(SEAT), code), NOW) == [ForgetSeat(CODE)]
    assert (entrance.screen, trouble(entrance)) == (Screen.CLOSED, told)


def test_a_ticket_refused_to_somebody_who_left_is_of_no_interest() -> None:
    entrance = waiting()
    entrance.leave(ev.LeavePressed(), NOW)
    assert entrance.setbacks.failed(ev.RequestFailed(AskTicket(SEAT), "not_found"), NOW) == []
    assert entrance.screen is Screen.HOME


def test_a_lost_place_without_an_invite_is_the_end() -> None:
    entrance = returning()
    entrance.invite = None
    assert entrance.setbacks.failed(ev.RequestFailed(AskTicket(SEAT), "not_found"), NOW) == [ForgetSeat(CODE)]
    assert (entrance.screen, trouble(entrance)) == (Screen.CLOSED, Trouble.NO_SUCH_ROOM)


def test_a_password_that_the_room_would_not_take_is_told() -> None:
    entrance = inside()
    assert entrance.setbacks.failed(ev.RequestFailed(SetRoomPassword(SEAT, "sesame"), "unavailable"), NOW) == []
    assert (entrance.notice, entrance.screen) == (Notice(Trouble.REFUSED, "unavailable"), Screen.ROOM)


def test_whose_place_is_gone_is_asked_for_the_password() -> None:
    entrance = inside()
    entrance.socket_closed(ev.SocketClosed(1006), NOW)
    entrance.setbacks.failed(ev.RequestFailed(AskTicket(SEAT), "unauthorized_command"), NOW)
    entrance.setbacks.failed(ev.RequestFailed(AGAIN, "wrong_password"), NOW)
    assert (entrance.screen, entrance.busy) == (Screen.ARRIVING, False)
    assert entrance.notice is not None
    assert entrance.notice.trouble is Trouble.WRONG_PASSWORD
    assert entrance.line.state is Link.NONE


@pytest.mark.parametrize("code", ["banned", "room_ended"])
def test_whom_the_room_does_not_want_is_told_for_good(code: str) -> None:
    entrance = arriving()
    entrance.join(ev.JoinPressed("Ada"), NOW)
    entrance.setbacks.failed(ev.RequestFailed(AGAIN, code), NOW)
    assert entrance.screen is Screen.CLOSED


UNREADABLE = ev.MessageUnreadable("too long")


def test_what_cannot_be_read_is_asked_again_once_until_something_can() -> None:
    entrance = inside()
    log = Log("The server said what cannot be read: too long")
    again = [log, SendToServer(SyncRequest())]
    assert [entrance.setbacks.unreadable(UNREADABLE, NOW) for _ in range(3)] == [again, [log], [log]]
    entrance.line.heard()
    assert entrance.setbacks.unreadable(UNREADABLE, NOW) == again


def test_a_server_that_cannot_be_understood_from_the_start_is_left() -> None:
    entrance = coming_again()
    entrance.setbacks.unreadable(UNREADABLE, NOW)
    assert CloseSocket() in entrance.setbacks.unreadable(UNREADABLE, NOW)
    assert (entrance.screen, trouble(entrance)) == (Screen.CLOSED, Trouble.SERVER_STRANGE)
