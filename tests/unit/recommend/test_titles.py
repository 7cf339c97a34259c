"""Titles as people write them."""

import pytest

from app.recommend.titles import folded, names, same_series, series, shown


@pytest.mark.parametrize(
    ("title", "seen"),
    [
        ("Deer Hunter, The", "The Deer Hunter"),
        ("Beautiful Mind, A", "A Beautiful Mind"),
        ("Seven (a.k.a. Se7en)", "Seven"),
        ("Amelie (Fabuleux destin d'Amélie Poulain, Le)", "Amelie"),
        ("Avventura, L' (Adventure, The)", "L'Avventura"),
        ("Crouching Tiger, Hidden Dragon (Wo hu cang long)", "Crouching Tiger, Hidden Dragon"),
        ("Me, Myself & Irene", "Me, Myself & Irene"),
        ("(500) Days", "Days"),
        ("(Untitled)", "(Untitled)"),
    ],
)
def test_a_title_is_shown_as_a_poster_has_it(title: str, seen: str) -> None:
    assert shown(title) == seen


def test_other_names_of_a_film_are_known() -> None:
    assert names("Seven (a.k.a. Se7en)") == ("Seven", "Se7en")
    assert names("Léon: The Professional (a.k.a. The Professional) (Léon)") == (
        "Léon: The Professional",
        "The Professional",
        "Léon",
    )
    assert names("Name of the Rose, The (Name der Rose, Der)") == ("The Name of the Rose", "Der Name der Rose")
    assert names("Heat ()") == ("Heat",)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Amélie", "amelie"),
        ("  WALL·E ", "wall e"),
        ("Ocean’s Eleven", "oceans eleven"),
        ("Mr. & Mrs. Smith", "mr and mrs smith"),
        ("Straße", "strasse"),
        ("Alien³", "alien3"),
        ("___", ""),
    ],
)
def test_text_is_folded(text: str, plain: str) -> None:
    assert folded(text) == plain


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Star Wars: Episode IV - A New Hope", "Star Wars: Episode VI - Return of the Jedi"),
        ("Godfather, The", "Godfather: Part II, The"),
        ("Terminator, The", "Terminator 2: Judgment Day"),
        ("Lord of the Rings: The Two Towers, The", "Lord of the Rings: The Return of the King, The"),
        ("Harry Potter and the Chamber of Secrets", "Harry Potter and the Half-Blood Prince"),
        (
            "Raiders of the Lost Ark (Indiana Jones and the Raiders of the Lost Ark)",
            "Indiana Jones and the Last Crusade",
        ),
        ("Star Trek II: The Wrath of Khan", "Star Trek: First Contact"),
        ("Back to the Future", "Back to the Future Part III"),
        ("Ocean's Eleven", "Ocean's Twelve"),
        ("Batman", "Batman Forever"),
        ("Dark Knight, The", "Dark Knight Rises, The"),
    ],
)
def test_films_of_a_series_are_known(one: str, other: str) -> None:
    assert same_series(one, other)
    assert same_series(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Beauty and the Beast", "Beauty and the Barge"),
        ("American Beauty", "American Pie"),
        ("Heat", "Fargo"),
        ("Up", "Up in the Air"),
        ("Rock, The", "Rocky"),
    ],
)
def test_films_that_only_sound_alike_are_no_series(one: str, other: str) -> None:
    assert not same_series(one, other)


def test_a_number_alone_stays_a_name() -> None:
    assert series("2046") == {"2046 "}
    assert series("M") == frozenset()
