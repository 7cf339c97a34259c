"""Which language a file's name tells: `Film.en.srt`, `Film.pt-BR.forced.srt`, `Film_German.ass`."""

import re

# ISO 639-1, the codes that ISO 639-2 and people who name files use for the same, and the English name.
_TABLE = """
ar ara arabic|bg bul bulgarian|bn ben bengali|bs bos bosnian|ca cat catalan|cs cze ces czech|da dan danish
de ger deu german|el gre ell greek|en eng english|es spa spanish|et est estonian|eu baq eus basque|fa per fas persian
fi fin finnish|fr fre fra french|ga gle irish|gl glg galician|he heb hebrew|hi hin hindi|hr hrv croatian
hu hun hungarian|hy arm hye armenian|id ind indonesian|is ice isl icelandic|it ita italian|ja jpn japanese
ka geo kat georgian|kk kaz kazakh|ko kor korean|lt lit lithuanian|lv lav latvian|mk mac mkd macedonian|ml mal malayalam
ms may msa malay|nb nob|nl dut nld dutch|nn nno|no nor norwegian|pl pol polish|pt por portuguese|ro rum ron romanian
ru rus russian|sk slo slk slovak|sl slv slovenian|sq alb sqi albanian|sr srp serbian|sv swe swedish|ta tam tamil
te tel telugu|th tha thai|tl tgl tagalog|tr tur turkish|uk ukr ukrainian|ur urd urdu|vi vie vietnamese
zh chi zho chinese
"""
_CODES = {word: words.split()[0] for words in re.split(r"[|\n]", _TABLE) for word in words.split()}
# What stands behind the language, or between it and the ending, and is none.
_KINDS = frozenset({"forced", "sdh", "cc", "full", "subs", "sub", "subtitle", "subtitles", "default"})
# `hi` behind a language is "hearing impaired", not Hindi.
_HEARING_IMPAIRED = "hi"
_SCRIPTS = frozenset({"hans", "hant", "latn", "cyrl"})
_MOST_WORDS = 4


def language_of(name: str) -> str:
    """The language tag (RFC 5646) that a file's name tells, or nothing."""
    words = [word for word in re.split(r"[._\[\]()]+|\s+-\s+", name.rpartition(".")[0]) if word]
    if words and " " in words[-1]:
        words = [*words[:-1], *_last_of_title(words[-1])]
    found = ""
    for word in reversed(words[-_MOST_WORDS:]):
        tag = _tag(word.strip())
        if tag == _HEARING_IMPAIRED and not found:
            found = tag
        elif tag:
            return tag
        elif word.strip().lower() not in _KINDS:
            break
    return found


def _last_of_title(words: str) -> list[str]:
    """Of words with blanks only a language's full name counts: `It` may end a title, `Italian` hardly does."""
    title, _, last = words.rpartition(" ")
    return [title, last] if len(last) > 3 else [words]


def _tag(word: str) -> str:
    """`en`, `ENG` and `English` are `en`; `pt-br` is `pt-BR`."""
    language, _, rest = word.lower().replace("_", "-").partition("-")
    code = _CODES.get(language, "")
    if not code or not rest:
        return code
    if rest in _SCRIPTS:
        return f"{code}-{rest.title()}"
    return f"{code}-{rest.upper()}" if re.fullmatch("[a-z]{2}", rest) else ""
