"""Reasons and close codes."""

from app.room.errors import FINAL_CLOSE_CODES, BadMessage, CloseCode


def test_a_restart_and_a_stale_ticket_are_not_final() -> None:
    assert not FINAL_CLOSE_CODES & {CloseCode.RESTART, CloseCode.TICKET, CloseCode.TOO_SLOW}
    assert CloseCode.REPLACED in FINAL_CLOSE_CODES


def test_a_bad_message_says_which_part() -> None:
    assert str(BadMessage("seek.position_s is missing")) == "seek.position_s is missing"
