"""Languages that file names tell."""

import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.room.bounds import Language, Matches
from app.session.tongues import language_of

(FORM,) = [bound for bound in get_args(Language) if isinstance(bound, Matches)]


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("Metropolis.en.srt", "en"),
        ("Metropolis.1927.ENG.srt", "en"),
        ("metropolis_de.ass", "de"),
        ("Metropolis - German.srt", "de"),
        ("Metropolis (1927) [French].vtt", "fr"),
        ("Metropolis Italian.srt", "it"),
        ("Metropolis.pt-BR.srt", "pt-BR"),
        ("Metropolis.zh-hant.srt", "zh-Hant"),
        ("Metropolis.ger.forced.srt", "de"),
        ("Metropolis.en.hi.srt", "en"),
        ("Metropolis.hi.srt", "hi"),
        ("Metropolis.es.SDH.full.srt", "es"),
        ("en.srt", "en"),
        ("Metropolis.srt", ""),
        ("Catch Me If You Can It.srt", ""),
        ("Das.Boot.1981.srt", ""),
        ("Metropolis.en-1234.srt", ""),
        ("Metropolis.de.1080p.srt", ""),
        (".srt", ""),
        ("", ""),
    ],
)
def test_a_language_is_guessed_where_the_name_tells_it(name: str, language: str) -> None:
    assert language_of(name) == language


@given(st.text(alphabet="enghidforc.-_ ()[]1é", max_size=30))
def test_whatever_the_name_the_room_takes_the_guess(stem: str) -> None:
    assert re.fullmatch(FORM.pattern, language_of(f"{stem}.srt"))
