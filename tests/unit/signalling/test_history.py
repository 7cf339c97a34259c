"""What is told to whoever comes back: all that was missed, or nothing."""

from dataclasses import replace

import pytest

from app.room.messages import Chat, Happened, Resume
from app.room.state import Room
from signalling.history import History
from signalling.store.base import KEPT_EVENTS
from tests.unit.room.rooms import ADA, BEN, room

AT = 50.0  # long after everybody came in


def events(first: int, last: int) -> tuple[Happened, ...]:
    return tuple(Happened(revision, AT + revision, "ada", Chat("Hm")) for revision in range(first, last + 1))


def at(revision: int) -> Room:
    return replace(room(ADA, BEN), revision=revision)


def missed(history: History, since: int, now: int, epoch: str = "epoch") -> list[int] | None:
    """The revisions that are told to Ben."""
    found = history.missed(Resume(1, "ticket", epoch, since), at(now), "ben")
    return None if found is None else [event.revision for event in found]


@pytest.mark.parametrize(("since", "told"), [(9, []), (8, [9]), (5, [6, 7, 8, 9])])
def test_all_that_was_missed_is_told_in_order(since: int, told: list[int]) -> None:
    history = History("epoch", events(6, 8))
    (latest,) = events(9, 9)
    history.note(latest)
    assert missed(history, since, 9) == told


@pytest.mark.parametrize(("since", "epoch"), [(4, "epoch"), (0, "epoch"), (10, "epoch"), (8, "another")])
def test_what_cannot_be_told_as_a_whole_is_not_told(since: int, epoch: str) -> None:
    assert missed(History("epoch", events(6, 9)), since, 9, epoch) is None


def test_so_many_are_kept_and_no_more() -> None:
    history = History("epoch", ())
    for event in events(1, KEPT_EVENTS + 5):
        history.note(event)
    now = KEPT_EVENTS + 5
    assert missed(history, 5, now) == list(range(6, now + 1))
    assert missed(history, 4, now) is None


def test_a_room_in_which_nothing_has_happened_yet() -> None:
    assert missed(History("epoch", ()), 0, 0) == []
    assert missed(History("epoch", ()), 0, 1) is None


def test_a_store_that_lost_an_event_in_the_middle_is_not_believed() -> None:
    assert missed(History("epoch", (*events(5, 6), *events(8, 9))), 4, 9) is None


def test_nobody_is_told_what_happened_before_they_came_in() -> None:
    history = History("epoch", events(1, 9))
    late = replace(BEN, joined_at=AT + 5)
    resumes = [Resume(1, "ticket", "epoch", since) for since in (3, 4)]
    told = [history.missed(resume, replace(at(9), members=(ADA, late)), "ben") for resume in resumes]
    assert told == [None, events(5, 9)]


def test_nobody_else_is_told_anything() -> None:
    assert History("epoch", events(1, 9)).missed(Resume(1, "ticket", "epoch", 8), at(9), "nobody") is None
