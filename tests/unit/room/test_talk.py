"""What is said, and what floats."""

from dataclasses import replace

import pytest

from app.playback.timeline import Timeline
from app.room.messages import Chat, React
from app.room.said import Line, Reaction
from app.room.talk import KEPT_LINES
from tests.unit.room.rooms import after, refusal, room

HELLO = Chat("Hello")


def test_a_line_says_who_what_and_where_the_film_was() -> None:
    playing = replace(room(), timeline=Timeline(item="one", playing=True, anchor=40.0))
    assert after(playing, HELLO, by="ben", now=100.0).talk == (Line(8, "ben", "Ben", "Hello", 60.0),)
    assert after(room(on=None), HELLO, by="ben").talk == (Line(8, "ben", "Ben", "Hello"),)


def test_the_name_of_a_line_stays_when_its_speaker_goes() -> None:
    said = after(room(), HELLO, by="ben")
    assert replace(said, members=()).talk[0].name == "Ben"


def test_the_last_hundred_lines_stay() -> None:
    said = room()
    for number in range(KEPT_LINES + 5):
        said = after(said, Chat(f"line {number}"))
    assert [line.text for line in said.talk] == [f"line {number}" for number in range(5, KEPT_LINES + 5)]
    assert len({line.number for line in said.talk}) == KEPT_LINES


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_nothing_is_not_said(text: str) -> None:
    assert refusal(room(), Chat(text)) == "invalid_command"


@pytest.mark.parametrize("reaction", Reaction)
def test_nobody_keeps_a_reaction(reaction: Reaction) -> None:
    assert after(room(), React(reaction), by="ben") == replace(room(), revision=8)


def test_a_stranger_says_nothing() -> None:
    assert (
        refusal(room(), HELLO, by="zoe") == refusal(room(), React(Reaction.HEART), by="zoe") == "unauthorized_command"
    )
