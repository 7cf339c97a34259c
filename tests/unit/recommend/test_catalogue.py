"""Finding films by what people type."""

import time
from pathlib import Path
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.recommend.catalogue import MOST_SLIPS, Catalogue, near
from app.recommend.pack import read
from app.recommend.titles import shown
from tests.unit.recommend.packs import film, pack_of

PACK = Path(__file__).resolve().parents[3] / "packs" / "movielens" / "films.pack"
CATALOGUE = Catalogue(read(PACK.read_bytes()))


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("deer hunter", "The Deer Hunter"),
        ("The Deer Hunter", "The Deer Hunter"),
        ("deer hunter, the", "The Deer Hunter"),
        ("AMÉLIE", "Amelie"),
        ("leon", "Léon: The Professional"),
        ("fabuleux destin", "Amelie"),
        ("se7en", "Seven"),
        ("oceans eleven", "Ocean's Eleven"),
        ("godfahter", "The Godfather"),
        ("shawshenk", "The Shawshank Redemption"),
        ("schindlers lst", "Schindler's List"),
        ("pulp f", "Pulp Fiction"),
        ("matrix 1999", "The Matrix"),
        ("  fargo!! ", "Fargo"),
        ("heat", "Heat"),
    ],
)
def test_a_film_is_found_first(query: str, title: str) -> None:
    assert shown(CATALOGUE.search(query)[0].title) == title


@pytest.mark.parametrize("query", ["", "   ", "?!", "xq", "zzzzzzzzzz", "the qqqqqq", "1234567", "\x00"])
def test_what_means_nothing_finds_nothing(query: str) -> None:
    assert CATALOGUE.search(query) == ()


def test_only_so_many_slips_are_searched_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [one.title for one in CATALOGUE.search("lrod rigns fellwoship")][:1] == [
        one.title for one in CATALOGUE.search("lord rings fellowship")
    ][:1]
    compared: list[str] = []

    def counted(one: str, other: str, slips: int) -> bool:
        compared.append(one)
        return near(one, other, slips)

    monkeypatch.setattr("app.recommend.catalogue.near", counted)
    assert CATALOGUE.search("alein godfahter matirx") == ()  # no film is called all of that
    assert len(set(compared)) == 2  # and after two words that is known
    compared.clear()
    assert CATALOGUE.search("lrod rigns fellwoship retrun") == ()
    assert len(set(compared)) <= MOST_SLIPS


def test_the_better_known_of_equals_comes_first() -> None:
    found = CATALOGUE.search("star wars")
    assert [one.likes for one in found[:3]] == sorted((one.likes for one in found[:3]), reverse=True)


def test_at_most_so_many_are_found() -> None:
    assert len(CATALOGUE.search("the", 7)) == 7
    assert len(CATALOGUE.search("the " * 1000)) == 20


def test_search_takes_little_work() -> None:
    CATALOGUE.search("warm")
    took = []
    for query in (
        "the godfahter",
        "star w",
        "of the",
        "indianna jonnes",
        "schwartzenegger",
        "a",
        "e t extra terestrial",
    ):
        begin = time.process_time()
        CATALOGUE.search(query)
        took.append(time.process_time() - begin)
    assert median(took) < 0.02


def test_suggestions_are_well_known_and_varied() -> None:
    found = CATALOGUE.suggestions()
    assert len(found) == 24
    assert min(one.likes for one in found) > 40
    assert len({one.year // 10 for one in found}) >= 4
    assert sum(one.title.startswith("Star Wars") for one in found) == 1


def test_of_few_films_few_are_suggested() -> None:
    small = Catalogue(pack_of([film(1, "Alien"), film(2, "Alien 3"), film(3, "Heat")]))
    assert [one.number for one in small.suggestions()] == [1, 3]


@pytest.mark.parametrize(
    ("one", "other", "slips", "is_near"),
    [
        ("alien", "alien", 0, True),
        ("alein", "alien", 1, True),
        ("alin", "alien", 1, True),
        ("alienn", "alien", 1, True),
        ("olien", "alien", 1, True),
        ("olein", "alien", 1, False),
        ("olein", "alien", 2, True),
        ("ali", "alien", 1, False),
        ("abcdefgh", "hgfedcba", 2, False),
    ],
)
def test_slips_are_counted(one: str, other: str, slips: int, is_near: bool) -> None:
    assert near(one, other, slips) is is_near
    assert near(other, one, slips) is is_near


@given(st.text("abcd", min_size=5, max_size=9), st.integers(0, 8), st.sampled_from("abcdx"))
def test_one_changed_letter_is_one_slip(word: str, at: int, letter: str) -> None:
    place = at % len(word)
    assert near(word, word[:place] + letter + word[place + 1 :], 1)
    assert near(word, word[:place] + letter + word[place:], 1)
    assert near(word, word[:place] + word[place + 1 :], 1)
