"""The table of what each role may do, against a second one written by hand, cell by cell."""

from dataclasses import replace
from itertools import product
from typing import get_args

import pytest

from app.room import policy as table
from app.room.messages import (
    SERVER_ONLY,
    Admit,
    AskForCards,
    Ban,
    CastVote,
    Chat,
    CloseBallot,
    Command,
    Decline,
    DrawLots,
    End,
    FindAnother,
    Kick,
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
    SetRate,
    SetRole,
    SetVisibility,
    SetVoteRule,
    Skip,
    StepOut,
    SubtitleAdd,
    SubtitleRemove,
    TransferHost,
    UndoCard,
)
from app.room.policy import Grant, Row, can, may_overrule
from app.room.state import Policy, Role

POLICIES = [Policy(*grants) for grants in product([False, True], repeat=3)]
STEERING = {Play, Pause, SetRate, Seek, Skip, QueueAdd, QueueRemove, QueueMove, SubtitleAdd, SubtitleRemove, Leave}
VOTING = {Chat, React, AskForCards, CastVote, UndoCard, FindAnother, StepOut}
STEERING |= VOTING | {OpenBallot, SetVoteRule, DrawLots, CloseBallot, Admit, Decline}
LEADING = {SetPolicy, SetRole, TransferHost, Kick, Ban, SetVisibility, SetPassword, RenewLink, End}


def due(role: Role, policy: Policy) -> set[type]:
    """What that role may, said in other words than the table's."""
    if role is Role.HOST:
        return STEERING | LEADING
    if role is Role.COHOST:
        return STEERING
    allowed: set[type] = {Leave, *VOTING}
    allowed |= {Play, Pause, SetRate} if policy.viewers_may_play_pause else set()
    allowed |= {Seek} if policy.viewers_may_seek else set()
    return allowed | ({QueueAdd, SubtitleAdd, SubtitleRemove, OpenBallot} if policy.viewers_may_add else set())


def wrong_cells() -> list[tuple[Role, type, Policy]]:
    """Every cell in which the table and the words differ."""
    return [
        (role, action, policy)
        for role, action, policy in product(Role, get_args(Command), POLICIES)
        if can(role, action, policy) != (action in due(role, policy))
    ]


def test_every_cell_is_as_it_should_be() -> None:
    assert wrong_cells() == []


def test_every_command_is_in_the_table_or_the_servers_own() -> None:
    assert set(table.TABLE) | set(SERVER_ONLY) == set(get_args(Command))
    assert not set(table.TABLE) & set(SERVER_ONLY)


@pytest.mark.parametrize("action", table.TABLE, ids=lambda action: action.__name__)
def test_a_cell_that_is_flipped_is_noticed(action: type, monkeypatch: pytest.MonkeyPatch) -> None:
    row = table.TABLE[action]
    flipped = [replace(row, cohost=not row.cohost)]
    flipped += [replace(row, viewer=grant) for grant in Grant if grant is not row.viewer]
    for other in flipped:
        monkeypatch.setattr(table, "TABLE", {**table.TABLE, action: other})
        assert {cell[1] for cell in wrong_cells()} == {action}


@pytest.mark.parametrize("action", table.TABLE, ids=lambda action: action.__name__)
def test_a_row_that_is_missing_is_noticed(action: type, monkeypatch: pytest.MonkeyPatch) -> None:
    rest = {other: row for other, row in table.TABLE.items() if other is not action}
    monkeypatch.setattr(table, "TABLE", rest)
    assert {cell[1] for cell in wrong_cells()} == {action}


@pytest.mark.parametrize("action", SERVER_ONLY, ids=lambda action: action.__name__)
def test_a_row_too_many_is_noticed(action: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "TABLE", {**table.TABLE, action: Row(False, Grant.NEVER)})
    assert {cell[1] for cell in wrong_cells()} == {action}


def test_viewers_do_not_overrule() -> None:
    assert [may_overrule(role) for role in (Role.HOST, Role.COHOST, Role.VIEWER)] == [True, True, False]
