"""Films served out of the person's own files. A film of four pieces."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.session import events as ev
from app.session.effects import AttachSource, Effect
from app.session.lending import Lending
from app.session.picture import Notice, Trouble
from app.session.writing import MIME
from app.swarm.actions import Action
from app.swarm.swarm import Swarm
from tests.support.builders import first
from tests.unit.session.parts import FILM, NOW, OF, PIECE

ID = OF.film_id


class Lender:
    """Somebody with a file, and the swarm it goes to."""

    def __init__(self) -> None:
        self.swarm = Swarm(first)
        self.it = Lending(self.swarm, self._carry_out)

    @staticmethod
    def _carry_out(actions: Sequence[Action], now: float) -> list[Effect]:
        assert now == NOW
        return list(actions)

    def lend(self) -> list[Effect]:
        return self.it.lend(FILM, OF.manifest, "file", NOW)

    @property
    def is_source(self) -> bool:
        share = self.swarm.shares.get(ID)
        return share is not None and share.is_source


def test_a_film_is_served_out_of_its_file() -> None:
    lender = Lender()
    assert AttachSource(ID, "file", PIECE, OF.manifest.hashes) in lender.lend()
    assert lender.is_source
    assert lender.it.room_changed([ID], NOW) == []


def test_a_film_that_comes_back_into_the_room_is_served_again() -> None:
    lender = Lender()
    lender.lend()
    lender.swarm.forget(ID, NOW)
    lender.it.room_changed(["another"], NOW)
    assert not lender.is_source
    lender.it.room_changed([ID], NOW)
    assert lender.is_source


@pytest.mark.parametrize(("changed", "trouble"), [(False, Trouble.UNREADABLE_FILE), (True, Trouble.SOURCE_CHANGED)])
def test_a_file_that_fails_is_told_of_until_it_is_lent_again(changed: bool, trouble: Trouble) -> None:
    lender = Lender()
    lender.lend()
    assert lender.it.source_failed(ev.SourceFailed(ID, changed), NOW)
    assert (lender.is_source, lender.it.notice) == (False, Notice(trouble, FILM.name))
    assert lender.it.room_changed([ID], NOW) == []
    lender.lend()
    assert lender.it.notice is None


def test_a_file_nobody_knows_fails_without_a_name() -> None:
    lender = Lender()
    assert lender.it.source_failed(ev.SourceFailed(ID), NOW) == []
    assert lender.it.notice == Notice(Trouble.UNREADABLE_FILE, "")


def test_of_subtitles_that_fail_nothing_is_told_for_they_are_kept() -> None:
    lender = Lender()
    lender.it.lend(replace(FILM, mime=MIME), OF.manifest, "file", NOW)
    lender.it.source_failed(ev.SourceFailed(ID), NOW)
    assert lender.it.notice is None
