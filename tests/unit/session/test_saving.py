"""Saving a film as a file of one's own. Bytes."""

from dataclasses import replace

import pytest

from app.session import events as ev
from app.session.effects import Effect, SaveFilm
from app.session.picture import Notice, ShelfFilm, Trouble
from app.session.saving import Saving, file_name, headers

NOTE = ev.Kept("ab" * 32, "Métropolis 1927.mp4", 2500, "video/mp4", 1000)
ID = NOTE.film_id
FILM = ShelfFilm(ID, NOTE.name, 2500, 2500, None, "", on=False, whole=True)
PART = replace(FILM, film_id="part", whole=False, held_bytes=1000)


def saving() -> Saving:
    shelf = {film.film_id: (film, NOTE) for film in (FILM, PART)}
    return Saving(lambda film_id, now: shelf.get(film_id))


def tell(saver: Saving, event: ev.Event) -> list[Effect]:
    return saver.handlers()[type(event)](event, 0.0)


def drawn(saver: Saving) -> tuple[float | None, bool]:
    film = saver.drawn([FILM])[0]
    return film.saved_share, film.saved


def test_a_whole_film_is_written_piece_by_piece() -> None:
    saver = saving()
    assert drawn(saver) == (None, False)
    assert tell(saver, ev.SavePressed(ID)) == [SaveFilm(ID, NOTE.name, 3, 1000, headers(NOTE.name, NOTE))]
    assert drawn(saver) == (0.0, False)
    assert tell(saver, ev.SavePressed(ID)) == []
    assert tell(saver, ev.SaveProgressed(ID, 1000)) == []
    assert drawn(saver) == (0.4, False)
    tell(saver, ev.SaveProgressed(ID, 3000))
    assert drawn(saver) == (1.0, False)
    assert tell(saver, ev.SaveEnded(ID)) == []
    assert drawn(saver) == (None, True)


def test_it_can_be_written_again() -> None:
    saver = saving()
    tell(saver, ev.SavePressed(ID))
    tell(saver, ev.SaveEnded(ID))
    assert tell(saver, ev.SavePressed(ID))
    assert drawn(saver) == (0.0, False)


def test_what_was_given_up_is_not_saved() -> None:
    saver = saving()
    tell(saver, ev.SavePressed(ID))
    tell(saver, ev.SaveEnded(ID, given_up=True))
    assert drawn(saver) == (None, False)
    assert saver.notice is None


def test_a_film_that_is_here_in_part_cannot_be_saved() -> None:
    saver = saving()
    assert tell(saver, ev.SavePressed("part")) == []
    assert saver.notice == Notice(Trouble.NOT_WHOLE, NOTE.name)
    assert tell(saver, ev.SavePressed("gone")) == []
    assert tell(saver, ev.SavePressed(ID))
    assert saver.notice is None


def test_a_failure_is_told() -> None:
    saver = saving()
    tell(saver, ev.SavePressed(ID))
    assert tell(saver, ev.SaveFailed(ID)) == []
    assert saver.notice == Notice(Trouble.NOT_SAVED, NOTE.name)
    assert drawn(saver) == (None, False)
    tell(saver, ev.SaveFailed("gone"))
    assert saver.notice == Notice(Trouble.NOT_SAVED, "")


@pytest.mark.parametrize(
    ("name", "mime", "expected"),
    [
        ("A: film? <1>.mkv", "", "A_ film_ _1_.mkv"),
        ("../../etc/passwd", "", "_.._etc_passwd"),
        ("", "video/webm", "Film.webm"),
        (" . ", "", "Film.mp4"),
    ],
)
def test_every_file_system_takes_the_name(name: str, mime: str, expected: str) -> None:
    assert file_name(replace(NOTE, name=name, mime=mime)) == expected


def test_a_download_says_its_name_its_type_and_its_length() -> None:
    found = dict(headers("Mé “x”;\r\n.mp4", NOTE))
    assert found["Content-Disposition"] == "attachment; filename*=UTF-8''M%C3%A9%20%E2%80%9Cx%E2%80%9D%3B%0D%0A.mp4"
    assert (found["Content-Type"], found["Content-Length"]) == ("video/mp4", "2500")
    assert dict(headers("x", replace(NOTE, mime="")))["Content-Type"] == "application/octet-stream"
