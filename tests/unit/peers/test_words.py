"""What members say through the server: there and back, and what does not fit."""

import json
from typing import Any

import pytest

from app.peers.words import Word, encode, is_earlier, page_of, parse

FITS = {"kind": "offer", "life": "page.7", "to": None, "body": "sdp"}


def test_a_word_arrives_as_it_was_said() -> None:
    word = Word("answer", "page.1", "other.2", "sdp")
    assert parse(encode(word)) == word
    assert json.loads(encode(word)) == {"kind": "answer", "life": "page.1", "to": "other.2", "body": "sdp"}


def test_more_than_is_known_is_passed_over() -> None:
    assert parse(json.dumps(FITS | {"more": 1})) == Word("offer", "page.7", None, "sdp")


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "shout"}, {"kind": 1}, {"life": "page"}, {"life": 7}, {"life": "a.b.1"}, {"to": 3}, {"body": None}],
    ids=str,
)
def test_what_does_not_fit_is_nothing(wrong: dict[str, Any]) -> None:
    assert parse(json.dumps(FITS | wrong)) is None


@pytest.mark.parametrize("payload", ["", "{", "[]", "null", '{"kind": "offer"}', "[" * 100_000])
def test_neither_is_what_is_no_word(payload: str) -> None:
    assert parse(payload) is None


def test_of_two_attempts_of_one_page_the_earlier_is_known() -> None:
    assert page_of("page.12") == "page"
    assert is_earlier("page.2", "page.12")
    assert not is_earlier("page.12", "page.2")
    assert not is_earlier("page.2", "other.12")
    assert not is_earlier("page.2", None)
