"""Whoever brings a large film is asked first."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.room.bounds import MAX_FILM_BYTES
from app.session import events as ev
from app.session.picture import Notice, Trouble
from app.session.weighing import LARGE_BYTES, Weighing, is_large

SMALL = ev.FilmChosen("small", "Trailer.mp4", LARGE_BYTES, "video/mp4")
LARGE = ev.FilmChosen("large", "Satantango.mkv", LARGE_BYTES + 1, "")
WORDS = ev.FilmChosen("words", "Satantango.srt", 40_000, "", follows=True)


@pytest.mark.parametrize(
    ("size", "large"),
    [(0, False), (LARGE_BYTES, False), (LARGE_BYTES + 1, True), (MAX_FILM_BYTES, True), (MAX_FILM_BYTES + 1, False)],
)
def test_what_is_large_is_asked_about_and_what_is_too_large_is_not(size: int, large: bool) -> None:
    assert is_large(replace(LARGE, size=size)) is large


def test_a_small_film_goes_through() -> None:
    weighing = Weighing()
    assert not weighing.holds(SMALL, known=False)
    assert weighing.notice is None
    assert weighing.release() == []


def test_a_large_one_waits_with_what_came_after_it_until_its_person_means_it() -> None:
    weighing = Weighing()
    assert weighing.holds(LARGE, known=False)
    assert weighing.holds(WORDS, known=False)
    assert weighing.notice == Notice(Trouble.LARGE_FILE, LARGE.name)
    assert weighing.release() == [LARGE, WORDS]
    assert weighing.notice is None
    assert weighing.release() == []


def test_one_that_is_left_out_is_forgotten() -> None:
    weighing = Weighing()
    weighing.holds(LARGE, known=False)
    weighing.clear()
    assert weighing.notice is None
    assert not weighing.holds(WORDS, known=False)


def test_what_the_room_has_already_needs_no_question() -> None:
    assert not Weighing().holds(LARGE, known=True)


@given(st.lists(st.tuples(st.sampled_from([SMALL, LARGE, WORDS]), st.booleans())))
def test_what_waits_is_of_the_last_drop_and_there_is_a_question_exactly_then(
    chosen: list[tuple[ev.FilmChosen, bool]],
) -> None:
    weighing = Weighing()
    expected: list[ev.FilmChosen] = []
    for event, known in chosen:
        if not event.follows:
            expected = []
        waits = bool(expected) or (event is LARGE and not known)
        assert weighing.holds(event, known) is waits
        expected += [event] * waits
        assert (weighing.notice is not None) is bool(expected)
    assert weighing.release() == expected
