"""Text from people, made safe to show: names, titles and file names are text and nothing else."""

import unicodedata

# Bidirectional overrides and isolates can make a name read as another one.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Unassigned characters (Cn) stay: which they are depends on the Unicode of the Python at hand, and the server's and
# the browsers' differ. They are mostly newer emoji.
_DROPPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
# Letters and symbols by category, but nothing to see: Hangul fillers, the empty Braille pattern.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
# A name needs something to see besides marks and joiners.
_INVISIBLE_CATEGORIES = _DROPPED_CATEGORIES | {"Zs", "Mn", "Mc", "Me"}
# Joiners are format characters too, but emoji and several scripts need them.
_KEPT = frozenset("\u200c\u200d")


def clean(text: str, most: int, otherwise: str) -> str:
    """One line of at most `most` characters without control or bidi characters; `otherwise` if nothing is left."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())[:most].strip() or otherwise
    spaced = "".join(" " if character.isspace() else character for character in text)
    shown = "".join(character for character in spaced if _may_show(character))
    normal = unicodedata.normalize("NFC", " ".join(shown.split()))[:most].strip()
    return normal if any(map(_can_be_seen, normal)) else otherwise


def _can_be_seen(character: str) -> bool:
    return character not in _BLANK and unicodedata.category(character) not in _INVISIBLE_CATEGORIES


def _may_show(character: str) -> bool:
    if character in _KEPT:
        return True
    return character not in _BIDI and unicodedata.category(character) not in _DROPPED_CATEGORIES
