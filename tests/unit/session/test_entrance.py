"""Getting in and staying connected, event by event. Times in seconds."""

from dataclasses import replace

import pytest

from app.room.errors import CloseCode
from app.session import events as ev
from app.session.effects import (
    AskCard,
    AskTicket,
    CloseSocket,
    CreateRoom,
    FollowLink,
    ForgetSeat,
    GiveUpSeat,
    JoinRoom,
    OpenSocket,
    RememberName,
    RememberSeat,
    ShowAddress,
)
from app.session.entrance import DEFAULT_GUEST_NAME, DEFAULT_HOST_NAME, Entrance
from app.session.invite import Invite
from app.session.line import ANSWER_WITHIN_S, SILENT_S
from app.session.picture import Card, Link, Notice, Screen, Trouble

CODE, SECRET = "ABC234", "s" * 22
INVITE = Invite(CODE, SECRET)
SEAT = ev.Seat(CODE, "ada", "r" * 22)
AGAIN = JoinRoom(CODE, SECRET, "Ada")
NOW = 100.0


def at_home() -> Entrance:
    entrance = Entrance(lambda: 0.5)
    entrance.opened(ev.PageOpened("", "", None), NOW)
    return entrance


def arriving(name: str = "") -> Entrance:
    """At the door of somebody's room."""
    entrance = Entrance(lambda: 0.5)
    assert entrance.opened(ev.PageOpened(INVITE.fragment, name, None), NOW) == [AskCard(CODE)]
    return entrance


def seated() -> Entrance:
    """With a place, and the socket being opened."""
    entrance = arriving()
    entrance.join(ev.JoinPressed("Ada"), NOW)
    entrance.seated(ev.SeatTaken(SEAT, "ticket"), NOW)
    return entrance


def inside() -> Entrance:
    """In the room."""
    entrance = seated()
    entrance.ready()
    return entrance


def returning(name: str = "Ada") -> Entrance:
    """Reloaded: the browser remembers our place."""
    entrance = Entrance(lambda: 0.5)
    assert entrance.opened(ev.PageOpened(INVITE.fragment, name, SEAT), NOW) == [AskTicket(SEAT)]
    return entrance


def waiting() -> Entrance:
    """The connection is lost, and will be tried again."""
    entrance = inside()
    entrance.socket_closed(ev.SocketClosed(1006), NOW)
    assert entrance.line.state is Link.WAITING
    return entrance


def trouble(entrance: Entrance) -> Trouble | None:
    return entrance.notice.trouble if entrance.notice else None


# --- the page opens


def test_without_an_invite_it_is_home() -> None:
    entrance = Entrance(lambda: 0.5)
    assert entrance.opened(ev.PageOpened("", "Ada", None), NOW) == []
    assert (entrance.screen, entrance.name) == (Screen.HOME, "Ada")


def test_with_an_invite_it_asks_what_room_that_is_and_joining_need_not_wait() -> None:
    entrance = arriving()
    assert entrance.screen is Screen.ARRIVING
    assert not entrance.busy
    assert entrance.invite == INVITE


def test_with_a_remembered_place_it_goes_in_at_once() -> None:
    entrance = returning()
    assert (entrance.screen, entrance.line.state, entrance.busy) == (Screen.ROOM, Link.CONNECTING, True)


def test_a_mangled_invite_is_told() -> None:
    entrance = Entrance(lambda: 0.5)
    assert entrance.opened(ev.PageOpened("nonsense", "", None), NOW) == []
    assert (entrance.screen, entrance.notice) == (Screen.HOME, Notice(Trouble.BAD_LINK))


def test_another_invite_in_the_address_leaves_this_room() -> None:
    entrance = inside()
    effects = entrance.opened(ev.FragmentChanged("XYZ789." + SECRET, None), NOW)
    assert effects == [CloseSocket(), AskCard("XYZ789")]
    assert (entrance.screen, entrance.line.state, entrance.name) == (Screen.ARRIVING, Link.NONE, "Ada")


def test_an_emptied_address_goes_home() -> None:
    entrance = inside()
    assert entrance.opened(ev.FragmentChanged("", None), NOW) == [CloseSocket()]
    assert entrance.screen is Screen.HOME


def test_a_pasted_link_is_followed() -> None:
    entrance = at_home()
    effects = entrance.link_entered(ev.LinkEntered(f"https://x/#{INVITE.fragment}"), NOW)
    assert effects == [FollowLink(INVITE.fragment)]
    assert entrance.screen is Screen.HOME


def test_a_pasted_nonsense_is_told_and_nothing_left() -> None:
    entrance = at_home()
    assert entrance.link_entered(ev.LinkEntered("hello"), NOW) == []
    assert trouble(entrance) is Trouble.BAD_LINK


# --- a room of our own


def test_starting_a_room() -> None:
    entrance = at_home()
    assert entrance.start(ev.StartPressed("  Ada "), NOW) == [RememberName("Ada"), CreateRoom("Ada")]
    assert entrance.busy
    created = entrance.created(ev.RoomCreated(SEAT, SECRET, "ticket"), NOW)
    assert created == [ShowAddress(INVITE.fragment), RememberSeat(SEAT), OpenSocket()]
    assert (entrance.screen, entrance.line.state) == (Screen.ROOM, Link.CONNECTING)


def test_pressed_twice_it_is_one_room() -> None:
    entrance = at_home()
    entrance.start(ev.StartPressed("Ada"), NOW)
    assert entrance.start(ev.StartPressed("Ada"), NOW) == []


def test_who_gives_no_name_has_one() -> None:
    assert at_home().start(ev.StartPressed(" "), NOW)[1] == CreateRoom(DEFAULT_HOST_NAME)
    assert arriving().join(ev.JoinPressed(""), NOW)[1] == JoinRoom(CODE, SECRET, DEFAULT_GUEST_NAME)
    assert arriving("Ada").join(ev.JoinPressed(""), NOW)[1] == JoinRoom(CODE, SECRET, "Ada")


def test_a_room_that_comes_after_the_person_went_elsewhere_is_given_back() -> None:
    entrance = at_home()
    entrance.start(ev.StartPressed("Ada"), NOW)
    entrance.opened(ev.FragmentChanged("", None), NOW)
    assert entrance.created(ev.RoomCreated(SEAT, SECRET, "ticket"), NOW) == [GiveUpSeat(SEAT)]
    assert entrance.screen is Screen.HOME


# --- somebody's room


def test_the_card_of_the_room() -> None:
    entrance = arriving()
    entrance.carded(ev.CardReceived(CODE, "Friday", ("Bo",), "Metropolis"))
    assert entrance.card == Card("Friday", ("Bo",), "Metropolis")


def test_the_card_of_another_room_is_passed_over() -> None:
    for entrance in (arriving(), at_home()):
        entrance.carded(ev.CardReceived("XYZ789", "Friday", (), None))
        assert entrance.card is None


def test_joining() -> None:
    entrance = arriving()
    assert entrance.join(ev.JoinPressed("Ada"), NOW) == [RememberName("Ada"), JoinRoom(CODE, SECRET, "Ada")]
    assert entrance.busy
    assert entrance.join(ev.JoinPressed("Ada"), NOW) == []
    assert entrance.seated(ev.SeatTaken(SEAT, "ticket"), NOW) == [RememberSeat(SEAT), OpenSocket()]
    assert entrance.ticket == "ticket"
    entrance.ready()
    assert (entrance.line.state, entrance.busy, entrance.card) == (Link.UP, False, None)


def test_without_an_invite_there_is_nothing_to_join() -> None:
    assert at_home().join(ev.JoinPressed("Ada"), NOW) == []


def test_a_place_that_comes_after_the_person_went_home_is_given_back() -> None:
    entrance = arriving()
    entrance.join(ev.JoinPressed("Ada"), NOW)
    entrance.leave(ev.LeavePressed(), NOW)
    assert entrance.seated(ev.SeatTaken(SEAT, "ticket"), NOW) == [GiveUpSeat(SEAT)]
    assert entrance.screen is Screen.HOME


def test_a_place_in_another_room_is_not_taken_for_the_one_asked_for() -> None:
    entrance = arriving()
    entrance.join(ev.JoinPressed("Ada"), NOW)
    elsewhere = ev.Seat("XYZ789", "ada", "r" * 22)
    assert entrance.seated(ev.SeatTaken(elsewhere, "ticket"), NOW) == [GiveUpSeat(elsewhere)]
    assert entrance.seated(ev.SeatTaken(SEAT, "ticket"), NOW) == [RememberSeat(SEAT), OpenSocket()]


def test_a_late_ticket_for_a_remembered_place_gives_nothing_up() -> None:
    entrance = returning()
    entrance.opened(ev.FragmentChanged("XYZ789." + SECRET, None), NOW)
    entrance.join(ev.JoinPressed("Ada"), NOW)
    assert entrance.seated(ev.SeatTaken(SEAT, "ticket", again=True), NOW) == []
    assert entrance.screen is Screen.ARRIVING


def test_with_nothing_asked_there_is_nothing_to_retry() -> None:
    assert at_home().retry(ev.RetryPressed(), NOW) == []


def test_the_place_is_the_room_that_one_is_in_or_may_yet_come_into() -> None:
    entrance = at_home()
    assert entrance.place == ""
    entrance.opened(ev.FragmentChanged(INVITE.fragment, None), NOW)
    assert entrance.place == CODE
    entrance.join(ev.JoinPressed("Ada"), NOW)
    entrance.close_for(Trouble.ROOM_FULL)
    assert entrance.place == CODE
    entrance.retry(ev.RetryPressed(), NOW)
    entrance.seated(ev.SeatTaken(SEAT, "ticket"), NOW)
    assert entrance.place == CODE
    entrance.close_for(Trouble.REPLACED)
    assert entrance.place == CODE
    for over in (Trouble.ROOM_ENDED, Trouble.LEFT, Trouble.WRONG_LINK):
        entrance.opened(ev.FragmentChanged(INVITE.fragment, SEAT), NOW)
        entrance.close_for(over)
        assert entrance.place == ""


def test_an_emptied_address_leads_nowhere() -> None:
    entrance = inside()
    entrance.opened(ev.FragmentChanged("", None), NOW)
    assert (entrance.invite, entrance.join(ev.JoinPressed("Ada"), NOW)) == (None, [])


def test_a_password_is_told_to_the_room_it_was_typed_for_and_to_no_other() -> None:
    entrance = arriving()
    entrance.join(ev.JoinPressed("Ada", "sesame"), NOW)
    other = Invite("XYZ789", SECRET)
    entrance.opened(ev.FragmentChanged(other.fragment, SEAT), NOW)
    assert entrance.way_in(other) == JoinRoom("XYZ789", SECRET, "Ada")
    assert entrance.way_in(INVITE) == JoinRoom(CODE, SECRET, "Ada", "sesame")


@pytest.mark.parametrize("code", [CloseCode.GONE, CloseCode.EXPIRED, CloseCode.KICKED])
def test_where_a_room_is_over_there_is_no_place_to_come_back_to(code: int) -> None:
    entrance = inside()
    entrance.socket_closed(ev.SocketClosed(code), NOW)
    assert entrance.retry(ev.RetryPressed(), NOW) == []
    entrance.start(ev.StartPressed(""), NOW)
    entrance.setbacks.failed(ev.RequestFailed(CreateRoom("Ada"), "unreachable"), NOW)
    assert entrance.retry(ev.RetryPressed(), NOW) == [CreateRoom("Ada")]
    assert entrance.screen is Screen.CLOSED


# --- leaving


def test_leaving_gives_the_place_up() -> None:
    entrance = inside()
    left = entrance.leave(ev.LeavePressed(), NOW)
    assert left == [GiveUpSeat(SEAT), ForgetSeat(CODE), CloseSocket(), ShowAddress("")]
    assert (entrance.screen, entrance.invite, entrance.line.state) == (Screen.HOME, None, Link.NONE)


def test_leaving_before_being_in() -> None:
    assert arriving().leave(ev.LeavePressed(), NOW) == [ShowAddress("")]


def test_leaving_does_not_take_the_place_from_the_other_tab() -> None:
    entrance = inside()
    entrance.socket_closed(ev.SocketClosed(CloseCode.REPLACED), NOW)
    assert entrance.leave(ev.LeavePressed(), NOW) == [CloseSocket(), ShowAddress("")]


# --- staying connected


def test_a_lost_connection_is_tried_again_later_and_later() -> None:
    entrance, waits = inside(), []
    for _ in range(3):
        entrance.socket_closed(ev.SocketClosed(1006), NOW)
        assert entrance.line.retry_at is not None
        waits.append(entrance.line.retry_at - NOW)
        assert entrance.tick(entrance.line.retry_at - 0.001) == []
        assert entrance.tick(entrance.line.retry_at) == [AskTicket(SEAT)]
        assert entrance.line.state is Link.CONNECTING
    assert waits == [0.25, 0.5, 1.0]
    assert entrance.screen is Screen.ROOM


def test_a_new_ticket_opens_the_socket_again() -> None:
    entrance = waiting()
    entrance.tick(NOW + 1)
    assert entrance.seated(ev.SeatTaken(SEAT, "another"), NOW + 1) == [RememberSeat(SEAT), OpenSocket()]
    assert entrance.ticket == "another"


def test_an_answer_that_does_not_come_is_not_waited_for_for_ever() -> None:
    entrance = returning()
    assert entrance.tick(NOW + ANSWER_WITHIN_S - 0.1) == []
    assert entrance.tick(NOW + ANSWER_WITHIN_S) == [AskTicket(SEAT)]


def test_a_dead_line_is_given_up() -> None:
    entrance = inside()
    entrance.line.pinged(NOW)
    assert entrance.tick(NOW + SILENT_S - 0.1) == []
    assert entrance.tick(NOW + SILENT_S) == [CloseSocket()]
    assert entrance.line.state is Link.WAITING


def test_without_a_place_nothing_is_tried() -> None:
    assert at_home().tick(1e9) == []


def test_back_on_a_network_nobody_waits() -> None:
    entrance = waiting()
    assert entrance.network_changed(ev.NetworkChanged(False), NOW) == []
    assert entrance.network_changed(ev.NetworkChanged(True), NOW) == [AskTicket(SEAT)]
    assert entrance.network_changed(ev.NetworkChanged(True), NOW) == []


def test_the_person_need_not_wait_either() -> None:
    assert waiting().retry(ev.RetryPressed(), NOW) == [AskTicket(SEAT)]


def test_connected_there_is_nothing_to_retry() -> None:
    assert inside().retry(ev.RetryPressed(), NOW) == []


def test_the_server_is_told_of_while_it_is_away_and_not_after() -> None:
    for told in (Trouble.SERVER_UNREACHABLE, Trouble.SERVER_STRANGE, Trouble.SERVER_BUSY, Trouble.ROOM_FULL):
        entrance = inside()
        entrance.notice = Notice(told)
        entrance.ready()
        assert entrance.notice is None


def test_what_has_nothing_to_do_with_the_server_stays_told() -> None:
    entrance = seated()
    entrance.notice = Notice(Trouble.BAD_LINK)
    entrance.ready()
    assert entrance.notice == Notice(Trouble.BAD_LINK)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (CloseCode.VERSION, Trouble.NEW_VERSION),
        (CloseCode.KICKED, Trouble.PUT_OUT),
        (CloseCode.REPLACED, Trouble.REPLACED),
        (CloseCode.BAD_MESSAGE, Trouble.SERVER_STRANGE),
    ],
)
def test_a_final_close_is_not_tried_again(code: int, told: Trouble) -> None:
    entrance = inside()
    forgotten = [ForgetSeat(CODE)] if code == CloseCode.KICKED else []
    assert entrance.socket_closed(ev.SocketClosed(code), NOW) == forgotten
    assert (entrance.screen, entrance.line.state, entrance.notice) == (Screen.CLOSED, Link.NONE, Notice(told))
    assert entrance.tick(1e9) == []


def test_a_room_that_ended_is_forgotten() -> None:
    for code in (CloseCode.GONE, CloseCode.EXPIRED, CloseCode.KICKED):
        assert inside().socket_closed(ev.SocketClosed(code), NOW) == [ForgetSeat(CODE)]


def test_this_tab_instead_of_the_other_one() -> None:
    entrance = inside()
    entrance.socket_closed(ev.SocketClosed(CloseCode.REPLACED), NOW)
    assert entrance.retry(ev.RetryPressed(), NOW) == [AskTicket(SEAT)]
    assert (entrance.screen, entrance.busy, entrance.notice) == (Screen.ROOM, True, None)


def test_a_socket_nobody_wants_any_more_may_close() -> None:
    entrance = inside()
    entrance.leave(ev.LeavePressed(), NOW)
    assert entrance.socket_closed(ev.SocketClosed(1006), NOW) == []
    assert entrance.line.state is Link.NONE


# --- a ticket is refused


def coming_again() -> Entrance:
    """In the room with the place lost; a new one is asked for."""
    entrance = waiting()
    entrance.tick(NOW + 1)
    assert entrance.setbacks.failed(ev.RequestFailed(AskTicket(SEAT), "unauthorized_command"), NOW + 1)[1:] == [AGAIN]
    assert (entrance.screen, entrance.line.state, entrance.busy) == (Screen.ROOM, Link.CONNECTING, True)
    return entrance


def test_every_event_of_the_entrance_has_its_handler() -> None:
    handlers = at_home().handlers()
    assert handlers[ev.PageOpened](ev.PageOpened(INVITE.fragment, "", None), NOW) == [AskCard(CODE)]
    assert len(handlers) == 13


def test_a_link_that_was_altered_is_not_handed_on() -> None:
    entrance = Entrance(lambda: 0.5)
    seat = replace(SEAT, link_secret=SECRET)
    altered = f"{CODE}.{'x' * 22}"
    assert entrance.opened(ev.PageOpened(altered, "Ada", seat), NOW) == [AskTicket(seat), ShowAddress(INVITE.fragment)]
    assert entrance.invite == INVITE


def test_a_place_keeps_the_secret_of_the_link_it_was_taken_by() -> None:
    entrance = inside()
    [remembered] = [e for e in entrance.seated(ev.SeatTaken(SEAT, "again"), NOW) if isinstance(e, RememberSeat)]
    assert remembered.seat.link_secret == SECRET


def test_another_way_into_our_room_is_shown_and_remembered() -> None:
    entrance = inside()
    new = Invite(CODE, "n" * 22)
    assert entrance.invite_is(new) == [RememberSeat(SEAT), ShowAddress(new.fragment)]
    assert entrance.seat is not None
    assert (entrance.invite, entrance.seat.link_secret) == (new, new.link_secret)
    home = at_home()
    assert home.invite_is(new) == []


def test_before_a_closed_door_one_may_try_again() -> None:
    entrance = arriving()
    asked = entrance.join(ev.JoinPressed("Ada"), NOW)[1]
    entrance.close_for(Trouble.ROOM_FULL)
    assert entrance.retry(ev.RetryPressed(), NOW) == [asked]
    assert (entrance.screen, entrance.busy, entrance.notice) == (Screen.ARRIVING, True, None)
    entrance.at_the_door()
    assert (entrance.screen, entrance.busy, entrance.line.state) == (Screen.ARRIVING, True, Link.NONE)
