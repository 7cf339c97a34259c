"""Refused again and again."""

from typing import Any

import pytest

from app.room.errors import Reason
from app.room.messages import End
from signalling.paces import REFUSALS, TOLD_REFUSALS
from signalling.refusals import Refusals

LINES = int(TOLD_REFUSALS.burst)


def told(caplog: pytest.LogCaptureFixture) -> list[tuple[str, Any]]:
    """Each line, and how many refusals went without one."""
    return [(record.msg, getattr(record, "parts", {}).get("untold")) for record in caplog.records]


def refuse(refusals: Refusals, member: str, times: int, now: float = 0.0) -> int:
    """How many of them are borne with."""
    return sum(refusals.take(member, End, Reason.UNAUTHORIZED_COMMAND, now) for _ in range(times))


def test_a_few_are_told_one_by_one(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    refusals = Refusals("ABCDEF")
    assert refuse(refusals, "ben", 3) == 3
    refusals.went("ben")
    assert told(caplog) == [("command_refused", None)] * 3


def test_more_are_counted_and_the_next_line_says_how_many(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    refusals = Refusals("ABCDEF")
    refuse(refusals, "ben", LINES + 7)
    refuse(refusals, "ben", 1, now=1 / TOLD_REFUSALS.per_s)
    refuse(refusals, "ben", 2, now=1 / TOLD_REFUSALS.per_s)
    for _ in range(2):
        refusals.went("ben")
    refusals.went("nobody")
    lines = [("command_refused", None)] * LINES
    assert told(caplog) == [*lines, ("command_refused", 7), ("commands_refused", 2)]


def test_too_many_are_not_borne_with_and_others_are_no_worse_for_it() -> None:
    refusals = Refusals("ABCDEF")
    assert refuse(refusals, "ben", 1000) == REFUSALS.burst
    assert refuse(refusals, "ben", 1000, now=1.0) == REFUSALS.per_s
    assert refuse(refusals, "ada", 1) == 1


def test_whoever_is_gone_is_forgotten(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    refusals = Refusals("ABCDEF")
    refuse(refusals, "ben", 1000)
    refusals.forget("ben")
    assert told(caplog)[-1] == ("commands_refused", 1000 - LINES)
    assert refuse(refusals, "ben", 1000) == REFUSALS.burst
