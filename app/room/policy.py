"""What each role may do. The table stands here and nowhere else.

A host may everything that is in the table; what is not in it, only the server says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.room.messages import (
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
from app.room.state import Policy, Role


class Grant(StrEnum):
    """What lets a viewer do something: the field of the policy, or one of the two that no policy changes."""

    ALWAYS = "always"
    NEVER = "never"
    PLAY_PAUSE = "viewers_may_play_pause"
    SEEK = "viewers_may_seek"
    ADD = "viewers_may_add"


@dataclass(frozen=True, slots=True)
class Row:
    """Whether a cohost may, and what a viewer needs for it."""

    cohost: bool
    viewer: Grant


TABLE: Mapping[type[Command], Row] = {
    Play: Row(True, Grant.PLAY_PAUSE),
    Pause: Row(True, Grant.PLAY_PAUSE),
    SetRate: Row(True, Grant.PLAY_PAUSE),
    Seek: Row(True, Grant.SEEK),
    Skip: Row(True, Grant.NEVER),
    QueueAdd: Row(True, Grant.ADD),
    QueueRemove: Row(True, Grant.NEVER),
    QueueMove: Row(True, Grant.NEVER),
    SubtitleAdd: Row(True, Grant.ADD),
    SubtitleRemove: Row(True, Grant.ADD),
    SetPolicy: Row(False, Grant.NEVER),
    SetRole: Row(False, Grant.NEVER),
    TransferHost: Row(False, Grant.NEVER),
    Kick: Row(False, Grant.NEVER),
    Ban: Row(False, Grant.NEVER),
    Admit: Row(True, Grant.NEVER),
    Decline: Row(True, Grant.NEVER),
    SetVisibility: Row(False, Grant.NEVER),
    SetPassword: Row(False, Grant.NEVER),
    RenewLink: Row(False, Grant.NEVER),
    Chat: Row(True, Grant.ALWAYS),
    React: Row(True, Grant.ALWAYS),
    Leave: Row(True, Grant.ALWAYS),
    End: Row(False, Grant.NEVER),
    OpenBallot: Row(True, Grant.ADD),
    AskForCards: Row(True, Grant.ALWAYS),
    CastVote: Row(True, Grant.ALWAYS),
    UndoCard: Row(True, Grant.ALWAYS),
    FindAnother: Row(True, Grant.ALWAYS),
    StepOut: Row(True, Grant.ALWAYS),
    SetVoteRule: Row(True, Grant.NEVER),
    DrawLots: Row(True, Grant.NEVER),
    CloseBallot: Row(True, Grant.NEVER),
}


def can(role: Role, action: type[Command], policy: Policy) -> bool:
    """Whether a member of that role may ask for that command under the room's policy."""
    row = TABLE.get(action)
    if row is None:
        return False
    if role is Role.VIEWER:
        return row.viewer is Grant.ALWAYS or bool(getattr(policy, row.viewer, False))
    return role is Role.HOST or row.cohost


def may_overrule(role: Role) -> bool:
    """Whether a member of that role may go ahead without those who are not ready: to the film, or to cards."""
    return role is not Role.VIEWER
