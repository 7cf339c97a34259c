"""Every refusal and every final goodbye means something to a person."""

import pytest

from app.room.errors import FINAL_CLOSE_CODES, CloseCode, Reason
from app.session.effects import AskCard, CreateRoom, Effect, JoinRoom
from app.session.events import RequestFailed
from app.session.picture import Notice, Trouble
from app.session.refusals import (
    CLOSE_TROUBLES,
    ENTRY_TROUBLES,
    FINAL_TROUBLES,
    LINE_TROUBLES,
    NO_WAY_BACK,
    entry_trouble,
    notice_of,
)

CODE = "ABC234"
JOIN, CREATE = JoinRoom(CODE, "s" * 22, "Ada"), CreateRoom("Ada")


def test_entry_is_refused_for_reasons_of_the_protocol() -> None:
    assert set(ENTRY_TROUBLES) - set(Reason) == {"unreachable"}


@pytest.mark.parametrize("code", sorted(FINAL_CLOSE_CODES - {CloseCode.KICKED}))
def test_every_final_close_code_has_words(code: int) -> None:
    assert code in CLOSE_TROUBLES


def test_only_final_close_codes_are_told() -> None:
    assert set(CLOSE_TROUBLES) <= FINAL_CLOSE_CODES


def test_a_room_that_is_gone_is_final_and_a_full_one_is_not() -> None:
    over = {Trouble.NO_SUCH_ROOM, Trouble.ROOM_ENDED, Trouble.ROOM_EXPIRED, Trouble.PUT_OUT}
    assert over == FINAL_TROUBLES
    assert set(ENTRY_TROUBLES.values()) >= FINAL_TROUBLES
    assert ENTRY_TROUBLES["room_full"] not in FINAL_TROUBLES


def test_what_is_tried_again_is_not_final() -> None:
    assert not LINE_TROUBLES & FINAL_TROUBLES


def test_there_is_a_way_back_from_what_is_tried_again_or_taken_back() -> None:
    assert not NO_WAY_BACK & (LINE_TROUBLES | {Trouble.REPLACED, Trouble.ROOM_FULL, Trouble.NEW_VERSION})
    assert NO_WAY_BACK > FINAL_TROUBLES


@pytest.mark.parametrize(
    ("asked", "code", "trouble"),
    [
        (JOIN, "unauthorized_command", Trouble.WRONG_LINK),
        (CREATE, "unauthorized_command", Trouble.FOREIGN_ADDRESS),
        (CREATE, "unavailable", Trouble.SERVER_BUSY),
        (AskCard(CODE), "not_found", Trouble.NO_SUCH_ROOM),
        (JOIN, "rate_limited", Trouble.TOO_OFTEN),
        (CREATE, "unreadable", Trouble.SERVER_STRANGE),
    ],
)
def test_what_a_refusal_means_depends_on_what_was_asked(asked: Effect, code: str, trouble: Trouble) -> None:
    assert entry_trouble(asked, code) is trouble


@pytest.mark.parametrize(("wait_s", "minutes"), [(600, "10"), (541, "10"), (60, "1"), (1, "1"), (0, "1")])
def test_too_often_says_in_how_many_minutes_not(wait_s: int, minutes: str) -> None:
    assert notice_of(RequestFailed(JOIN, "rate_limited", wait_s)) == Notice(Trouble.TOO_OFTEN, minutes)


def test_whatever_else_is_told_with_its_reason() -> None:
    assert notice_of(RequestFailed(JOIN, "unavailable", 3)) == Notice(Trouble.SERVER_BUSY, "unavailable")
