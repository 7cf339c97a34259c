"""The forms of identifiers, and limits that must fit each other."""

import re
from typing import Any, get_args

import pytest

from app.room.bounds import (
    MAX_FILM_BYTES,
    MAX_SIGNAL_BYTES,
    FilmId,
    Identifier,
    Lead,
    Matches,
    MimeType,
    PieceBytes,
    Position,
    Within,
)
from app.room.messages import MAX_SIGNAL_FRAME_BYTES


def fits(annotation: Any, text: str) -> bool:
    (bound,) = [bound for bound in get_args(annotation) if isinstance(bound, Matches)]
    return re.fullmatch(bound.pattern, text) is not None


def range_of(annotation: Any) -> Within:
    (bound,) = [bound for bound in get_args(annotation) if isinstance(bound, Within)]
    return bound


@pytest.mark.parametrize("text", ["a", "A-_9", "x" * 64])
def test_identifiers(text: str) -> None:
    assert fits(Identifier, text)


@pytest.mark.parametrize("text", ["", "a b", "é", "x" * 65, "a\n", "a.b", "../a"])
def test_what_is_no_identifier(text: str) -> None:
    assert not fits(Identifier, text)


def test_film_ids_and_types() -> None:
    assert fits(FilmId, "0f" * 32)
    assert not fits(FilmId, "0F" * 32)
    assert fits(MimeType, "video/x-matroska")
    assert not fits(MimeType, "video/mp4; codecs=x")


def test_a_signal_fits_its_frame() -> None:
    assert MAX_SIGNAL_BYTES < MAX_SIGNAL_FRAME_BYTES


def test_ranges() -> None:
    assert range_of(Position).least == 0
    assert range_of(Lead) == Within(0, 1)
    assert range_of(PieceBytes).most < MAX_FILM_BYTES
