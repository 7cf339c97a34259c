"""The queue."""

from dataclasses import replace

import pytest

from app.playback.timeline import Timeline
from app.room.errors import Reason
from app.room.messages import QueueAdd, QueueMove, QueueRemove, Skip, SubtitleAdd, SubtitleRemove
from app.room.programme import (
    MAX_ITEMS,
    MAX_SUBTITLES,
    Order,
    changed,
    following,
    objection,
    put_on,
    queue_add,
    queue_move,
    queue_remove,
    skip,
    subtitle_add,
    subtitle_remove,
)
from app.room.state import Item, Phase, Programme, Room
from tests.unit.room.rooms import FILM, ITEMS, SHOWN, SUBTITLE, after, refusal, room

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


@pytest.mark.parametrize(
    ("item", "before", "order"),
    [
        ("three", "one", ["three", "one", "two"]),
        ("three", "two", ["one", "three", "two"]),
        ("one", "three", ["two", "one", "three"]),
        ("one", None, ["two", "three", "one"]),
        ("two", "three", ["one", "two", "three"]),
        ("three", None, ["one", "two", "three"]),
    ],
)
def test_a_film_moves_in_front_of_another_and_what_is_on_stays_on(
    item: str, before: str | None, order: list[str]
) -> None:
    for on in ("one", "three"):
        moved = queue_move(room(on=on), QueueMove(item, before))
        assert names(moved) == order
        assert moved.timeline == room(on=on).timeline
        assert {one.id: one for one in moved.programme.items} == {one.id: one for one in ITEMS}


def test_two_who_sort_at_once_both_get_what_they_meant() -> None:
    either = after(after(room(), QueueMove("three", "one")), QueueMove("two"), "cy")
    other = after(after(room(), QueueMove("two"), "cy"), QueueMove("three", "one"))
    assert names(either) == names(other) == ["three", "one", "two"]


def test_what_follows_is_what_stands_behind_after_a_move() -> None:
    assert following(queue_move(room(), QueueMove("three", "two"))) == ITEMS[2]
    assert following(queue_move(room(), QueueMove("one"))) is None


def subtitles(of: Room, item: str = "one") -> list[str]:
    found = of.programme.find(item)
    return [subtitle.film_id for subtitle in found.subtitles] if found else []


def test_subtitles_go_with_their_film_in_order() -> None:
    other = replace(SUBTITLE, film_id="6c" * 32, name="Metropolis.de.ass")
    both = subtitle_add(subtitle_add(room(), SubtitleAdd("one", SUBTITLE)), SubtitleAdd("one", other))
    assert subtitles(both) == [SUBTITLE.film_id, other.film_id]
    assert subtitles(both, "two") == []
    assert both.timeline == room().timeline
    removed = subtitle_remove(both, SubtitleRemove("one", SUBTITLE.film_id))
    assert subtitles(removed) == [other.film_id]


def test_the_same_subtitles_may_go_with_several_films_and_with_each_once() -> None:
    added = after(room(), SubtitleAdd("one", SUBTITLE), "ben")
    assert subtitles(after(added, SubtitleAdd("two", SUBTITLE)), "two") == [SUBTITLE.film_id]
    assert refusal(added, SubtitleAdd("one", replace(SUBTITLE, name="Another name.srt"))) == "conflict"


def test_a_film_has_so_many_subtitles_and_no_more() -> None:
    full = room()
    for number in range(MAX_SUBTITLES):
        full = after(full, SubtitleAdd("one", replace(SUBTITLE, film_id=f"{number:064x}")))
    assert refusal(full, SubtitleAdd("one", SUBTITLE)) == "too_large"
    emptier = after(full, SubtitleRemove("one", f"{3:064x}"), "ben")
    assert len(subtitles(after(emptier, SubtitleAdd("one", SUBTITLE)))) == MAX_SUBTITLES


@pytest.mark.parametrize(
    "command",
    [
        SubtitleAdd("nine", SUBTITLE),
        SubtitleRemove("nine", SUBTITLE.film_id),
        SubtitleRemove("two", SUBTITLE.film_id),
    ],
)
def test_what_is_not_there_has_no_subtitles(command: SubtitleAdd | SubtitleRemove) -> None:
    assert refusal(after(room(), SubtitleAdd("one", SUBTITLE)), command) == "not_found"


def test_removing_a_film_takes_its_subtitles_along() -> None:
    added = after(room(), SubtitleAdd("one", SUBTITLE))
    assert SUBTITLE not in [one for item in after(added, QueueRemove("one")).programme.items for one in item.subtitles]


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (QueueAdd("one", FILM), Reason.CONFLICT),
        (QueueAdd("four", SHOWN[0]), Reason.CONFLICT),
        (QueueAdd("four", FILM), None),
        (QueueRemove("none"), Reason.NOT_FOUND),
        (QueueRemove("one"), None),
        (QueueMove("none"), Reason.NOT_FOUND),
        (QueueMove("one", "none"), Reason.NOT_FOUND),
        (QueueMove("one", "one"), Reason.INVALID_COMMAND),
        (QueueMove("one"), None),
        (QueueMove("one", "two"), None),
        (Skip("none"), Reason.NOT_FOUND),
        (Skip("two"), None),
        (SubtitleAdd("none", SUBTITLE), Reason.NOT_FOUND),
        (SubtitleAdd("one", SUBTITLE), None),
        (SubtitleRemove("one", SUBTITLE.film_id), Reason.NOT_FOUND),
    ],
    ids=str,
)
def test_what_the_programme_does_not_take(command: Order, reason: Reason | None) -> None:
    assert objection(room(), command) == reason


def test_a_full_queue_takes_no_more() -> None:
    many = tuple(Item(f"i{number}", replace(FILM, film_id=f"{number:064x}"), "ada") for number in range(MAX_ITEMS))
    assert objection(replace(room(), programme=Programme(many)), QueueAdd("more", FILM)) == Reason.TOO_LARGE


def test_every_order_changes_the_programme() -> None:
    assert names(changed(room(), QueueAdd("four", FILM), "ada", 5.0))[-1] == "four"
    assert names(changed(room(), QueueRemove("two"), "ada", 5.0)) == ["one", "three"]
    assert names(changed(room(), QueueMove("two", "one"), "ada", 5.0)) == ["two", "one", "three"]
    assert changed(room(), Skip("two"), "ada", 5.0).timeline.item == "two"
    titled = changed(room(), SubtitleAdd("one", SUBTITLE), "ada", 5.0)
    assert titled.programme.items[0].subtitles == (SUBTITLE,)
    assert changed(titled, SubtitleRemove("one", SUBTITLE.film_id), "ada", 6.0) == room()


def test_what_comes_after_the_film_that_is_on() -> None:
    assert following(room()) == ITEMS[1]
    assert following(room(on="three")) is None
    assert following(room(on=None)) is None
