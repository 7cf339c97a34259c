"""What this browser knows of files it lent, and whether each is what it was."""

from dataclasses import replace

import pytest

from app.session import events as ev
from app.session.effects import FindFile, ReopenFile
from app.session.lent import MOST_FAILURES, Lent, Stand, as_chosen, fits, sample_of
from tests.support.builders import first
from tests.unit.session.parts import CODE, FILM, OF, PIECE

ID = FILM.film_id
SAMPLE = (0, OF.count - 1)
DIGESTS = tuple(OF.manifest.hash_of(piece) for piece in SAMPLE)
FOUND = ev.FileFound(ID, OF.manifest.encode(), permitted=True)
ASKED_FIRST = replace(FOUND, permitted=False)
REOPENED = ev.FileReopened(ID, "file", "handle", FILM.name, FILM.size, True, DIGESTS)
WITHHELD = ev.FileWithheld(ID, missing=False)
FIND, REOPEN = FindFile(ID, CODE), ReopenFile(ID, PIECE, SAMPLE)


def looking() -> Lent:
    """The film is wanted, and its file is looked for."""
    lent = Lent(first)
    assert lent.look(FILM, CODE) == [FIND]
    return lent


def opening() -> Lent:
    """The file is known, and being opened."""
    lent = looking()
    assert lent.found(FOUND) == [REOPEN]
    return lent


def test_nobody_asked_for_it() -> None:
    lent = Lent(first)
    assert (lent.stand(ID), lent.manifest(ID), lent.take_changed(ID)) == (None, None, None)
    assert (lent.found(FOUND), lent.open(ID), lent.reopened(REOPENED)) == ([], [], None)
    lent.withheld(WITHHELD)
    assert lent.stand(ID) is None


def test_a_file_is_looked_for_once() -> None:
    lent = looking()
    assert (lent.look(FILM, CODE), lent.stand(ID)) == ([], Stand.LOOKING)


def test_what_may_be_read_is_opened_at_once() -> None:
    lent = opening()
    assert (lent.stand(ID), lent.manifest(ID)) == (Stand.OPENING, OF.manifest)
    assert (lent.open(ID), lent.found(FOUND)) == ([], [])


def test_what_may_not_be_read_waits_for_a_click() -> None:
    lent = looking()
    assert (lent.found(ASKED_FIRST), lent.stand(ID)) == ([], Stand.KEPT)
    assert (lent.open(ID), lent.stand(ID)) == ([REOPEN], Stand.OPENING)


@pytest.mark.parametrize("manifest", [None, b"", b"of another film"], ids=["none", "empty", "another"])
def test_without_its_manifest_a_file_is_missed(manifest: bytes | None) -> None:
    lent = looking()
    assert lent.found(replace(FOUND, manifest=manifest)) == []
    assert (lent.stand(ID), lent.manifest(ID), lent.open(ID)) == (Stand.MISSED, None, [])


def test_what_is_as_it_was_is_given_at_once() -> None:
    lent = opening()
    assert lent.reopened(REOPENED) is Stand.GIVEN
    assert (lent.stand(ID), lent.take_changed(ID)) == (Stand.GIVEN, None)
    assert lent.reopened(REOPENED) is None


def test_what_was_touched_is_hashed_anew() -> None:
    lent = opening()
    assert lent.reopened(replace(REOPENED, unchanged=False)) is Stand.CHECKING
    lent.given(FILM)
    assert lent.stand(ID) is Stand.GIVEN


def test_what_failed_before_is_hashed_though_it_seems_the_same() -> None:
    lent = Lent(first)
    assert lent.failed(FILM, CODE) == [FIND]
    assert lent.found(FOUND) == [REOPEN]
    assert lent.reopened(REOPENED) is Stand.CHECKING


@pytest.mark.parametrize(
    "event",
    [
        replace(REOPENED, size=FILM.size + 1),
        replace(REOPENED, digests=DIGESTS[::-1]),
        replace(REOPENED, digests=DIGESTS[:1]),
    ],
    ids=["size", "pieces", "too few"],
)
def test_what_is_not_the_same_is_another_film(event: ev.FileReopened) -> None:
    lent = opening()
    assert lent.reopened(event) is Stand.CHANGED
    assert lent.take_changed(ID) == as_chosen(event)
    assert (lent.stand(ID), lent.take_changed(ID)) == (Stand.MISSED, None)


def test_the_right_file_after_another_is_given() -> None:
    lent = opening()
    lent.reopened(replace(REOPENED, size=1))
    lent.given(FILM)
    assert (lent.stand(ID), lent.take_changed(ID)) == (Stand.GIVEN, None)


def test_a_file_is_given_without_being_looked_for() -> None:
    lent = Lent(first)
    lent.given(FILM)
    assert (lent.stand(ID), lent.look(FILM, CODE)) == (Stand.GIVEN, [])


def test_what_failed_too_often_waits_for_a_click() -> None:
    lent = Lent(first)
    for _ in range(MOST_FAILURES - 1):
        lent.failed(FILM, CODE)
        assert lent.found(FOUND) == [REOPEN]
    assert lent.failed(FILM, CODE) == [FIND]
    assert (lent.found(FOUND), lent.stand(ID)) == ([], Stand.KEPT)
    assert lent.open(ID) == [REOPEN]


def test_what_cannot_be_opened_is_missed() -> None:
    lent = opening()
    lent.withheld(WITHHELD)
    assert (lent.stand(ID), lent.reopened(REOPENED)) == (Stand.MISSED, None)


def test_a_late_refusal_changes_nothing() -> None:
    lent = opening()
    lent.reopened(REOPENED)
    lent.withheld(WITHHELD)
    assert lent.stand(ID) is Stand.GIVEN


def test_out_of_the_room_all_is_forgotten() -> None:
    lent = opening()
    lent.clear()
    assert (lent.stand(ID), lent.look(FILM, CODE)) == (None, [FIND])


def test_an_opened_file_counts_as_chosen() -> None:
    assert as_chosen(REOPENED) == ev.FilmChosen("file", FILM.name, FILM.size, "", handle="handle")


def test_a_sample_has_both_ends_and_some_between() -> None:
    picks = iter([5, 3, 5])
    assert sample_of(9, lambda _: next(picks)) == (0, 3, 5, 8)
    assert sample_of(1, first) == (0,)


def test_digests_fit_their_own_pieces_only() -> None:
    assert fits(OF.manifest, SAMPLE, DIGESTS)
    assert not fits(OF.manifest, SAMPLE, (*DIGESTS, DIGESTS[0]))
    assert not fits(OF.manifest, (0, 1), DIGESTS)
