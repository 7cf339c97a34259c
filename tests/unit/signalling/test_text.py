"""Text from people."""

import pytest

from signalling.text import clean


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ada", "Ada"),
        ("  Ada \t\n Lovelace\u2028 ", "Ada Lovelace"),
        ("A\x00d\x1ba", "Ada"),
        ("\u202eadA", "adA"),
        ("\u2066Ada\u2069", "Ada"),
        ("Ada\ud800", "Ada"),
        ("Ada\ue000", "Ada"),
        ("e\u0301", "é"),
        ("<b>Ada</b>", "<b>Ada</b>"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
        ("\U000323af", "\U000323af"),  # unassigned in some Unicodes, a letter in others
    ],
)
def test_cleaning(text: str, shown: str) -> None:
    assert clean(text, 40, "Guest") == shown


@pytest.mark.parametrize(
    "text", ["", "  ", "\u200d\u200c", "\u0301", "\u202e", "\u200b\u2060", "\x00", "\u3164", "\u2800 \u2800"]
)
def test_nothing_to_see(text: str) -> None:
    assert clean(text, 40, "Guest") == "Guest"


def test_length() -> None:
    assert clean("abc def", 4, "Guest") == "abc"
    assert clean("x" * 100, 40, "Guest") == "x" * 40


@pytest.mark.parametrize("text", ["Ada", " a  b ", "e\u0301" * 50, "\u0958" * 30, "ab\u0301 " * 30])
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text, 40, "Guest")
    assert clean(once, 40, "Guest") == once
    assert 1 <= len(once) <= 40
