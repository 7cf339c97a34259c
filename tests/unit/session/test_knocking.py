"""At the door with a bare code. Page time in seconds."""

from dataclasses import replace

import pytest

from app.session import events as ev
from app.session.effects import AskAtDoor, AskCard, AskRooms, GiveUpSeat, JoinRoom, OpenSocket, RememberSeat
from app.session.entrance import Entrance
from app.session.knocking import ASK_EVERY_S, AT_ONCE, LIST_EVERY_S, LOOK_EVERY_S, Knocking
from app.session.picture import Card, Link, Notice, Screen, Trouble
from tests.unit.session.parts import CODE, NOW

SEAT = ev.Seat(CODE, "zoe", "r" * 22)
SOON = NOW + ASK_EVERY_S


def arriving() -> tuple[Entrance, Knocking]:
    entrance = Entrance(lambda: 0.5)
    assert entrance.opened(ev.PageOpened(CODE, "Zoe", None), NOW) == [AskCard(CODE)]
    entrance.carded(ev.CardReceived(CODE, "Friday", ("Ada",), None, needs_password=True))
    return entrance, Knocking(entrance)


def at_the_door() -> tuple[Entrance, Knocking]:
    entrance, knocking = arriving()
    assert entrance.join(ev.JoinPressed("", "sesame"), NOW)[1:] == [JoinRoom(CODE, "", "Zoe", "sesame")]
    assert knocking.knocked(ev.KnockTaken(SEAT), NOW) == []
    return entrance, knocking


def test_a_card_says_what_it_takes() -> None:
    entrance, _ = arriving()
    assert entrance.card == Card("Friday", ("Ada",), None, needs_password=True, knocks=True)
    entrance.carded(ev.CardReceived(CODE, "Friday", ("Ada",), None, public=True))
    assert entrance.card == Card("Friday", ("Ada",), None)


FULL = ev.CardReceived(CODE, "Friday", ("Ada",), None, public=True, full=True)


def test_before_a_full_room_its_card_is_looked_at_until_somebody_has_left() -> None:
    entrance, knocking = arriving()
    assert knocking.next_wake() is None
    for at in (NOW, NOW + LOOK_EVERY_S):
        assert knocking.carded(FULL, at) == []
        assert entrance.card == Card("Friday", ("Ada",), None, full=True)
        assert knocking.next_wake() == at + LOOK_EVERY_S
        assert knocking.tick(at + LOOK_EVERY_S - 0.1) == []
        assert knocking.tick(at + LOOK_EVERY_S) == [AskCard(CODE)]
    assert not entrance.busy
    assert knocking.next_wake() is None
    knocking.carded(replace(FULL, full=False), NOW + 60)
    assert (entrance.card, knocking.next_wake()) == (Card("Friday", ("Ada",), None), None)


def test_who_goes_elsewhere_or_tries_to_come_in_does_not_look_any_more() -> None:
    for event in (ev.LeavePressed(), ev.JoinPressed("Zoe")):
        entrance, knocking = arriving()
        knocking.carded(FULL, NOW)
        entrance.handlers()[type(event)](event, NOW)
        assert knocking.tick(NOW + LOOK_EVERY_S) == []
        assert knocking.next_wake() is None


def test_who_knocks_asks_again_and_again() -> None:
    entrance, knocking = at_the_door()
    assert (entrance.screen, entrance.busy, knocking.waits) == (Screen.ARRIVING, True, True)
    assert knocking.tick(SOON - 0.1) == []
    assert knocking.next_wake() == SOON
    assert knocking.tick(SOON) == [AskAtDoor(SEAT)]
    assert knocking.tick(SOON + 60) == []
    for code in ("waiting", "unreachable", "unavailable"):
        assert knocking.answered(ev.DoorAnswered(SEAT, code=code), SOON) == []
        assert knocking.next_wake() == SOON + ASK_EVERY_S


def test_who_is_let_in_is_in() -> None:
    entrance, knocking = at_the_door()
    effects = knocking.answered(ev.DoorAnswered(SEAT, "ticket"), SOON)
    assert effects == [RememberSeat(SEAT), OpenSocket()]
    assert (entrance.screen, entrance.line.state, knocking.waits) == (Screen.ROOM, Link.CONNECTING, False)
    assert knocking.next_wake() is None


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        ("unauthorized_command", Trouble.DECLINED),
        ("room_ended", Trouble.ROOM_ENDED),
        ("room_expired", Trouble.ROOM_EXPIRED),
        ("not_found", Trouble.NO_SUCH_ROOM),
    ],
)
def test_who_is_turned_away_is_told_and_can_knock_again(code: str, trouble: Trouble) -> None:
    entrance, knocking = at_the_door()
    assert knocking.answered(ev.DoorAnswered(SEAT, code=code), SOON) == []
    assert (entrance.notice, entrance.busy, knocking.waits) == (Notice(trouble), False, False)
    assert entrance.retry(ev.RetryPressed(), SOON) == [JoinRoom(CODE, "", "Zoe", "sesame")]


def test_who_goes_home_is_no_longer_at_the_door() -> None:
    entrance, knocking = at_the_door()
    entrance.leave(ev.LeavePressed(), NOW)
    assert knocking.tick(NOW) == [GiveUpSeat(SEAT)]
    assert (knocking.waits, knocking.tick(SOON)) == (False, [])
    assert knocking.answered(ev.DoorAnswered(SEAT, "ticket"), SOON) == []


@pytest.mark.parametrize(
    "goes", [ev.LeavePressed(), ev.FragmentChanged("XYZ789", None), ev.FragmentChanged("XYZ789", SEAT)]
)
@pytest.mark.parametrize(
    "answer", [ev.DoorAnswered(SEAT, "ticket"), ev.DoorAnswered(SEAT, code="unauthorized_command")]
)
def test_who_is_let_in_or_turned_away_after_going_elsewhere_is_no_longer_at_the_door(
    goes: ev.Event, answer: ev.DoorAnswered
) -> None:
    entrance, knocking = at_the_door()
    assert knocking.tick(SOON) == [AskAtDoor(SEAT)]
    entrance.handlers()[type(goes)](goes, SOON)
    screen, busy, seat = entrance.screen, entrance.busy, entrance.seat
    assert knocking.answered(answer, SOON) == [GiveUpSeat(SEAT)]
    assert (entrance.screen, entrance.busy, entrance.seat, entrance.notice) == (screen, busy, seat, None)
    assert (knocking.waits, knocking.next_wake()) == (False, None)


def test_a_knock_that_is_answered_too_late_is_given_up() -> None:
    entrance, knocking = arriving()
    entrance.leave(ev.LeavePressed(), NOW)
    assert knocking.knocked(ev.KnockTaken(SEAT), NOW) == [GiveUpSeat(SEAT)]
    assert not knocking.waits


def test_an_answer_to_another_knock_is_nothing() -> None:
    _, knocking = at_the_door()
    assert knocking.answered(ev.DoorAnswered(ev.Seat(CODE, "yan", "x" * 22), "ticket"), SOON) == []
    assert knocking.waits


def test_public_rooms_are_listed() -> None:
    entrance, knocking = arriving()
    entrance.unserved = True
    room = ev.CardReceived(CODE, "Friday", ("Ada",), "Metropolis.mp4", needs_password=True, public=True, full=True)
    assert knocking.listed(ev.RoomsListed((room,)), NOW) == []
    assert knocking.cards == (Card("Friday", ("Ada",), "Metropolis.mp4", needs_password=True, code=CODE, full=True),)
    assert not entrance.unserved


def test_where_no_server_answers_the_first_screen_asks_again_now_and_then() -> None:
    entrance = Entrance(lambda: 0.0)
    knocking = Knocking(entrance)
    assert knocking.next_wake() is None
    entrance.unserved = True
    assert knocking.next_wake() == AT_ONCE
    assert knocking.tick(NOW) == []
    for time in (1, 2):
        assert knocking.next_wake() == NOW + time * LIST_EVERY_S
        assert knocking.tick(NOW + time * LIST_EVERY_S - 0.1) == []
        assert knocking.tick(NOW + time * LIST_EVERY_S) == [AskRooms()]
    knocking.listed(ev.RoomsListed(()), NOW)
    assert knocking.next_wake() is None
    assert knocking.tick(NOW + 4 * LIST_EVERY_S) == []
