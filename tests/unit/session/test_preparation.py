"""Files on their way to becoming films."""

import pytest

from app.room.bounds import MAX_FILM_BYTES
from app.session import events as ev
from app.session.effects import PeekFile, PrepareFilm
from app.session.picture import Notice, Preparing, Trouble
from app.session.preparation import Preparation
from app.swarm.container import HEAD_BYTES

MP4 = b"\0\0\0\x18ftypisom\0\0\2\0isomiso2"


def chosen(name: str = "A.mp4", size: int = 1000) -> ev.FilmChosen:
    return ev.FilmChosen(f"file {name}", name, size, "")


def test_a_film_is_looked_at_then_hashed() -> None:
    of = Preparation()
    assert of.chosen(chosen(), 0.0) == [PeekFile("file A.mp4", "A.mp4", 1000, HEAD_BYTES)]
    assert of.current == Preparing("A.mp4", 0, 1000)
    peeked = ev.FilePeeked("file A.mp4", "A.mp4", 1000, MP4)
    assert of.peeked(peeked, 0.0) == [PrepareFilm("file A.mp4", "A.mp4", 1000, "video/mp4", 1024 * 1024)]
    of.progressed(ev.PrepareProgressed(400), 0.0)
    assert of.current == Preparing("A.mp4", 400, 1000)
    assert of.next(0.0) == []
    assert of.current is None
    of.progressed(ev.PrepareProgressed(500), 0.0)
    assert of.current is None


@pytest.mark.parametrize(("size", "trouble"), [(0, Trouble.EMPTY_FILE), (MAX_FILM_BYTES + 1, Trouble.TOO_LARGE)])
def test_sizes_that_cannot_be(size: int, trouble: Trouble) -> None:
    of = Preparation()
    assert of.chosen(chosen(size=size), 0.0) == []
    assert of.notice == Notice(trouble, "A.mp4")
    assert of.current is None


def test_what_is_no_film_makes_way_for_the_next() -> None:
    of = Preparation()
    of.chosen(chosen("Notes.mp4"), 0.0)
    assert of.chosen(chosen("B.mp4"), 0.0) == []
    effects = of.peeked(ev.FilePeeked("file Notes.mp4", "Notes.mp4", 1000, b"Dear diary"), 0.0)
    assert effects == [PeekFile("file B.mp4", "B.mp4", 1000, HEAD_BYTES)]
    assert of.notice == Notice(Trouble.NOT_A_FILM, "Notes.mp4")
    assert of.current == Preparing("B.mp4", 0, 1000)


def test_events_and_handlers() -> None:
    assert set(Preparation().handlers()) == {ev.FilmChosen, ev.FilePeeked, ev.PrepareProgressed, ev.PrepareFailed}
