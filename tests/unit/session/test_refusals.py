"""Every refusal and every final goodbye means something to a person."""

import pytest

from app.room.errors import FINAL_CLOSE_CODES, CloseCode, Reason
from app.session.picture import Trouble
from app.session.refusals import CLOSE_TROUBLES, ENTRY_TROUBLES, FINAL_TROUBLES


def test_entry_is_refused_for_reasons_of_the_protocol() -> None:
    assert set(ENTRY_TROUBLES) - set(Reason) == {"unreachable"}


@pytest.mark.parametrize("code", sorted(FINAL_CLOSE_CODES - {CloseCode.KICKED}))
def test_every_final_close_code_has_words(code: int) -> None:
    assert code in CLOSE_TROUBLES


def test_only_final_close_codes_are_told() -> None:
    assert set(CLOSE_TROUBLES) <= FINAL_CLOSE_CODES


def test_a_room_that_is_gone_is_final_and_a_full_one_is_not() -> None:
    assert frozenset({Trouble.NO_SUCH_ROOM, Trouble.ROOM_ENDED}) == FINAL_TROUBLES
    assert set(ENTRY_TROUBLES.values()) >= FINAL_TROUBLES
    assert ENTRY_TROUBLES["room_full"] not in FINAL_TROUBLES
