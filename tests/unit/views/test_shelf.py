"""What the shelf says of a film."""

from dataclasses import replace

import pytest

from app.session.picture import ShelfFilm
from app.views.english import ENGLISH
from app.views.shelf import consequence, of_room, state, stay, title
from app.views.words import Words

WORDS = Words(ENGLISH)
FILM = ShelfFilm("ab" * 32, "the.third.man.1949.mkv", 2_100_000_000, 2_100_000_000, 82_800.0, "ABC234", False, True)


def test_a_film_is_told_with_its_size_and_its_time() -> None:
    assert title(WORDS, FILM) == "The Third Man"
    assert state(WORDS, FILM) == "2.1 GB · 23 h left"


def test_a_film_whose_name_is_not_known_has_one_too() -> None:
    assert title(WORDS, replace(FILM, name="")) == "A film from before"


def test_a_part_is_told_as_a_part() -> None:
    assert state(WORDS, replace(FILM, whole=False, held_bytes=340_000_000)).startswith("340 MB of 2.1 GB · ")


def test_saving_is_told_while_it_lasts_and_when_it_is_done() -> None:
    assert state(WORDS, replace(FILM, saved_share=0.41)).endswith(" · Saving, 41 %")
    assert state(WORDS, replace(FILM, saved=True)).endswith(" · Saved")
    assert state(WORDS, replace(FILM, saved=True, saved_share=0.0)).endswith(" · Saving, 0 %")


@pytest.mark.parametrize(
    ("left_s", "words"),
    [
        (None, "stays while this room is open, and a day longer"),
        (86_400.0, "24 h left"),
        (5400.0, "2 h left"),
        (5399.0, "89 min left"),
        (3.0, "1 min left"),
        (0.0, "1 min left"),
    ],
)
def test_how_long_it_stays(left_s: float | None, words: str) -> None:
    assert stay(WORDS, replace(FILM, left_s=left_s)) == words


def test_what_removing_means_depends_on_where_the_film_is() -> None:
    told = [consequence(film) for film in (FILM, replace(FILM, left_s=None), replace(FILM, left_s=None, on=True))]
    assert told == ["remove_kept_only", "remove_here", "remove_on"]
    assert all(WORDS.phrase(key) for key in told)


def test_at_the_end_only_the_films_of_that_room_are_shown() -> None:
    other = replace(FILM, room="XYZ234")
    assert of_room([FILM, other], "ABC234") == [FILM]
