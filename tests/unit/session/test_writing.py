"""What a subtitle file's bytes say."""

import codecs
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.playback.cues import MAX_CUES
from app.room.bounds import MAX_SUBTITLE_BYTES
from app.room.state import Film, Subtitle, SubtitleFormat
from app.session.writing import film_of, for_parsing, format_of, has_too_many, is_subtitle, lines_in, text_of, written
from app.swarm.manifest import PIECE_SIZE

SRT = "1\n00:00:01,000 --> 00:00:02,000\nGrüße, Zoë – “hello” …\n"


@pytest.mark.parametrize("name", ["a.srt", "A.SRT", "a.en.ass", "a.ssa", "a.vtt"])
def test_such_names_want_to_be_looked_at(name: str) -> None:
    assert is_subtitle(name)


@pytest.mark.parametrize("name", ["a.mp4", "srt", "a.srt.mp4", "a.txt", ""])
def test_such_names_do_not(name: str) -> None:
    assert not is_subtitle(name)


@pytest.mark.parametrize(
    "data",
    [
        SRT.encode(),
        codecs.BOM_UTF8 + SRT.encode(),
        codecs.BOM_UTF16_LE + SRT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + SRT.encode("utf-16-be"),
        SRT.encode("utf-16-le"),
        SRT.encode("utf-16-be"),
        SRT.encode("cp1252"),
        SRT.replace("\n", "\r\n").encode(),
        SRT.replace("\n", "\r").encode(),
    ],
)
def test_text_is_found_in_every_usual_encoding(data: bytes) -> None:
    assert text_of(data) == SRT


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 9, b"\0" * 64, codecs.BOM_UTF8 + b"\xff", b"PK\x03\x04 a zip"]
)
def test_what_is_no_text_is_none(data: bytes) -> None:
    assert text_of(data) is None


def test_a_byte_that_no_encoding_knows_costs_one_letter() -> None:
    assert text_of(b"caf\xe9 \x81 noir") == "café \ufffd noir"


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_none(data: bytes) -> None:
    text = text_of(data)
    assert text is None or "\r" not in text


@given(st.text(alphabet=st.characters(min_codepoint=32, exclude_categories=("Cs",)), max_size=80))
def test_what_was_written_in_utf_8_is_read_as_it_was_meant(text: str) -> None:
    assert text_of(codecs.BOM_UTF8 + text.encode()) == text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (SRT, SubtitleFormat.SRT),
        ("\nWEBVTT - words\n", SubtitleFormat.VTT),
        ("[Script Info]\nTitle: x", SubtitleFormat.ASS),
        ("[V4+ Styles]\n", SubtitleFormat.ASS),
        ("anything", SubtitleFormat.SRT),
    ],
)
def test_the_content_tells_the_format(text: str, kind: SubtitleFormat) -> None:
    assert format_of(text) is kind


def test_of_webvtt_only_the_cues_are_left() -> None:
    text = (
        "WEBVTT\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nNOTE\nnot --> this\n\n"
        "name\n00:01.000 --> 00:02.000 line:0\nfirst\nand more\n\n\n00:03.000 --> 00:04.000\nsecond\n\nstray\n"
    )
    expected = "WEBVTT\n\n00:01.000 --> 00:02.000 line:0\nfirst\nand more\n\n00:03.000 --> 00:04.000\nsecond\n"
    assert for_parsing(text, SubtitleFormat.VTT) == expected
    assert for_parsing(SRT, SubtitleFormat.SRT) == SRT


def test_what_holds_more_than_a_page_shows_is_known_before_it_is_parsed() -> None:
    assert lines_in(SRT + "\nDialogue: 0\nDialogue: 1") == 3
    assert not has_too_many("-->" * MAX_CUES)
    assert has_too_many("-->" * (MAX_CUES + 1))


def test_subtitles_are_a_small_film() -> None:
    data = (SRT * 20_000).encode()
    found = written("file", "Metropolis.de.SRT", data)
    assert found is not None
    assert (found.file, found.data, found.text) == ("file", data, SRT * 20_000)
    assert found.manifest.pieces == 2
    assert found.manifest.hash_of(1) == hashlib.sha256(data[PIECE_SIZE:]).digest()
    due = Subtitle(found.manifest.film_id, "Metropolis.de.SRT", len(data), SubtitleFormat.SRT, "de")
    assert found.subtitle == due
    assert found.film == film_of(due) == Film(due.film_id, due.name, due.size, "text/plain", PIECE_SIZE)


@pytest.mark.parametrize("data", [b"", b"x" * (MAX_SUBTITLE_BYTES + 1), b"\0\1\2"])
def test_what_cannot_be_subtitles_is_none(data: bytes) -> None:
    assert written("file", "a.srt", data) is None
