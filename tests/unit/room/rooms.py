"""Rooms to test on."""

from collections.abc import Iterable
from dataclasses import replace

from app.playback.timeline import Timeline
from app.room.messages import Command, Happened
from app.room.reducer import Applied, Refused, apply
from app.room.state import (
    Film,
    Item,
    Member,
    Phase,
    Presence,
    Programme,
    Role,
    Room,
    Subtitle,
    SubtitleFormat,
)

FILM = Film("ab" * 32, "Metropolis.mp4", 5_000_000, "video/mp4", 1024 * 1024, 600.0)
SUBTITLE = Subtitle("5b" * 32, "Metropolis.en.srt", 40_000, SubtitleFormat.SRT, "en")
ADA = Member("ada", "Ada", Role.HOST, 1.0)
BEN = Member("ben", "Ben", Role.VIEWER, 2.0)
CY = Member("cy", "Cy", Role.COHOST, 3.0)
SHOWN = [replace(FILM, film_id=digit * 64) for digit in "123"]
ITEMS = tuple(Item(name, film, "ada") for name, film in zip(("one", "two", "three"), SHOWN, strict=True))


def room(*members: Member, on: str | None = "one") -> Room:
    """A room with three films, paused at the start of the first."""
    return Room(
        "ABCDEF",
        "Friday",
        0.0,
        phase=Phase.ACTIVE,
        members=members or (ADA, BEN, CY),
        programme=Programme(ITEMS),
        timeline=Timeline(item=on, anchor=10.0),
        revision=7,
    )


def away(member: Member) -> Member:
    """The same person without a connection."""
    return Member(member.id, member.name, member.role, member.joined_at, Presence.AWAY)


def after(before: Room, command: Command, by: str | None = "ada", now: float = 100.0) -> Room:
    """The room after a command that must be accepted."""
    applied = apply(before, command, by, now)
    assert isinstance(applied, Applied), applied
    return applied.room


def followed(room: Room, messages: Iterable[object]) -> Room:
    """The room after the events among those messages, which follow each other; one it holds already changes nothing."""
    for message in messages:
        if isinstance(message, Happened) and message.revision > room.revision:
            assert message.revision == room.revision + 1
            room = after(room, message.command, message.by, message.at)
    return room


def refusal(before: Room, command: Command, by: str | None = "ada") -> str:
    """Why a command that must be refused is refused."""
    refused = apply(before, command, by, 100.0)
    assert isinstance(refused, Refused), refused
    return refused.reason.value
