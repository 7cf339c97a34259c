"""The room as data."""

import dataclasses

import pytest

from app.room.state import CODE_ALPHABET, Programme, Room
from tests.unit.room.rooms import ADA, ITEMS, room


def test_codes_have_no_lookalikes() -> None:
    assert len(set(CODE_ALPHABET)) == len(CODE_ALPHABET) == 31
    assert not set(CODE_ALPHABET) & set("01ILO")


def test_finding_people_and_films() -> None:
    full = room()
    assert full.member("ada") is ADA
    assert full.member("nobody") is None
    assert full.programme.find("two") is ITEMS[1]
    assert full.programme.find(None) is None
    assert Programme().find("two") is None


def test_what_is_on() -> None:
    assert room(on="two").current is ITEMS[1]
    assert room(on="two").duration_s == 600.0
    assert room(on=None).current is None
    assert room(on=None).duration_s is None


def test_a_room_does_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Room("ABCDEF", "Friday", 0.0).title = "Saturday"  # type: ignore[misc]
