"""The queue."""

from dataclasses import replace

import pytest

from app.playback.timeline import Timeline
from app.room.messages import QueueAdd, QueueRemove, Skip
from app.room.programme import put_on, queue_add, queue_remove, skip
from app.room.state import Item, Phase, Room
from tests.unit.room.rooms import FILM, room

EMPTY = Room("ABCDEF", "Friday", 0.0)


def names(of: Room) -> list[str]:
    return [item.id for item in of.programme.items]


def test_the_first_film_is_on_at_once() -> None:
    added = queue_add(EMPTY, QueueAdd("a", FILM), "ben", 5.0)
    assert added.programme.items == (Item("a", FILM, "ben"),)
    assert added.phase is Phase.ACTIVE
    assert added.timeline == Timeline(item="a", anchor=5.0)


def test_a_further_film_waits() -> None:
    added = queue_add(room(), QueueAdd("four", FILM), "ada", 5.0)
    assert names(added) == ["one", "two", "three", "four"]
    assert added.timeline == room().timeline


def test_a_film_is_on_again_after_nothing_was() -> None:
    assert queue_add(room(on=None), QueueAdd("four", FILM), "ada", 5.0).timeline.item == "four"


@pytest.mark.parametrize("name", ["a\u202eb\n.mp4" + "x" * 240, "\u200b", "e\u0301.mp4"])
def test_a_file_name_stands_as_the_server_sent_it(name: str) -> None:
    film = replace(FILM, name=name)
    assert queue_add(EMPTY, QueueAdd("a", film), "ada", 5.0).programme.items[0].film == film


def test_removing_what_is_not_on_leaves_the_film_alone() -> None:
    removed = queue_remove(room(), QueueRemove("two"), 5.0)
    assert names(removed) == ["one", "three"]
    assert removed.timeline == room().timeline


def test_removing_what_is_on_puts_on_its_neighbour() -> None:
    assert queue_remove(room(), QueueRemove("one"), 5.0).timeline == Timeline(item="two", anchor=5.0)
    assert queue_remove(room(on="two"), QueueRemove("two"), 5.0).timeline.item == "three"
    assert queue_remove(room(on="three"), QueueRemove("three"), 5.0).timeline.item == "two"


def test_removing_the_last_leaves_nothing_on() -> None:
    alone = queue_add(EMPTY, QueueAdd("a", FILM), "ada", 5.0)
    removed = queue_remove(alone, QueueRemove("a"), 6.0)
    assert (names(removed), removed.current, removed.timeline) == ([], None, Timeline(anchor=6.0))


def test_skipping_starts_at_the_beginning_paused_at_the_usual_speed() -> None:
    playing = replace(room(), timeline=Timeline("one", 50.0, True, 2.0, 3.0))
    assert skip(playing, Skip("three"), 5.0).timeline == Timeline(item="three", anchor=5.0)
    assert put_on(playing, None, 5.0).timeline == Timeline(anchor=5.0)
