"""Giving the film back, after a reload and after its file was changed. Page time in seconds."""

from dataclasses import replace
from typing import Any

import pytest

from app.room.messages import Do, QueueAdd, Ready
from app.room.state import Programme, Room
from app.session import events as ev
from app.session.effects import (
    AttachSource,
    Effect,
    FindFile,
    ForgetFile,
    KeepFile,
    LoadFilm,
    PeekFile,
    ReopenFile,
    SampleFile,
    SendToServer,
)
from app.session.lent import Stand
from app.session.picture import Deed, Notice, Trouble
from app.session.returning import MAX_HANDLES, Returning
from app.session.weighing import LARGE_BYTES
from tests.support.builders import KIB, film, first
from tests.unit.room.rooms import ITEMS, room
from tests.unit.session.parts import (
    FILM,
    NOW,
    OF,
    PIECE,
    Parts,
    fetching,
    inside,
    showing,
    waiting_for_the_file,
)

ID, ENCODED = FILM.film_id, OF.manifest.encode()
SAMPLE = (0, OF.count - 1)
DIGESTS = tuple(OF.manifest.hash_of(piece) for piece in SAMPLE)
FILE, HANDLE = object(), object()
CHOSEN = ev.FilmChosen(FILE, FILM.name, FILM.size, FILM.mime, handle=HANDLE)
PREPARED = ev.FilmPrepared(FILE, FILM.name, FILM.size, FILM.mime, PIECE, OF.manifest.hashes, FILM.duration_s)
OTHER = film(3 * 256 * KIB, seed=2)
OTHER_PREPARED = replace(PREPARED, name="Nosferatu.mp4", size=OTHER.facts.size, hashes=OTHER.manifest.hashes)
REOPENED = ev.FileReopened(ID, FILE, HANDLE, FILM.name, FILM.size, True, DIGESTS)
SAMPLED = ev.FileSampled(ID, DIGESTS)
FOUND = ev.FileFound(ID, ENCODED)
FIND, REOPEN = FindFile(ID, "ABCDEF"), ReopenFile(ID, PIECE, SAMPLE)
KEEP = KeepFile(ID, FILE, HANDLE, ENCODED, "ABCDEF")
EMPTY = replace(room(on=None), programme=Programme())
ADD, GIVE_BACK = ev.AddAsNewPressed(), ev.GiveBackPressed()


class Back:
    """Returning, among a session's other parts."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.it = Returning(parts.company, parts.exchange, parts.projection, parts.bringing, first)

    def tell(self, event: Any) -> list[Effect]:
        return self.it.handlers()[type(event)](event, NOW)

    def enter(self, seen: Room | None) -> list[Effect]:
        """The room is this now."""
        if seen is None:
            self.parts.company.clear()
        else:
            self.parts.company.ready(Ready(seen, "ada", "epoch"), 100.0)
            self.parts.exchange.room_changed(seen, "ada", NOW)
        return self.it.room_changed(seen)

    @property
    def stand(self) -> Stand | None:
        return self.parts.exchange.lent.stand(ID)

    @property
    def is_source(self) -> bool:
        return self.parts.exchange.swarm.shares[ID].is_source

    @property
    def known(self) -> bool:
        current = self.parts.exchange.preparation.current
        return current is not None and current.known

    def deeds(self) -> list[tuple[Deed, str]]:
        return [(each.deed, each.detail) for each in self.parts.company.activity]


def of_kind(effects: list[Effect], kind: type) -> list[Effect]:
    return [effect for effect in effects if isinstance(effect, kind)]


def asked(by: str = "ada") -> Back:
    """Reloaded, in the room of a film put on by that member: its file is kept here, and may be opened by a click."""
    back = Back(waiting_for_the_file() if by == "ada" else fetching(by=by))
    assert back.it.room_changed(back.parts.company.room) == [FIND]
    assert back.tell(FOUND) == []
    return back


def opening(by: str = "ada") -> Back:
    """The person clicked."""
    back = asked(by)
    assert back.tell(GIVE_BACK) == [REOPEN]
    return back


def giving() -> Back:
    """Ada's file is given."""
    back = opening()
    back.tell(REOPENED)
    assert back.is_source
    return back


def test_what_looks_like_the_film_on_is_sampled() -> None:
    back = Back(fetching())
    effects = back.tell(CHOSEN)
    assert of_kind(effects, PeekFile)
    assert effects[-1] == SampleFile(ID, FILE, PIECE, SAMPLE)
    assert not back.known
    assert back.tell(SAMPLED) == []
    assert back.known


@pytest.mark.parametrize(
    "event", [replace(SAMPLED, digests=DIGESTS[::-1]), replace(SAMPLED, film_id="ef" * 32)], ids=["wrong", "unknown"]
)
def test_a_sample_of_something_else_tells_nothing(event: ev.FileSampled) -> None:
    back = Back(fetching())
    back.tell(CHOSEN)
    assert back.tell(event) == []
    assert not back.known


def test_a_sample_without_a_manifest_tells_nothing() -> None:
    back = Back(inside())
    assert of_kind(back.tell(CHOSEN), SampleFile) == []
    back.tell(SAMPLED)
    assert not back.known


@pytest.mark.parametrize("parts", [Parts(), inside(EMPTY)], ids=["at home", "nothing on"])
def test_without_a_film_on_there_is_nothing_to_compare(parts: Parts) -> None:
    effects = Back(parts).tell(CHOSEN)
    assert of_kind(effects, PeekFile)
    assert of_kind(effects, SampleFile) == []


def test_another_size_is_another_film() -> None:
    assert of_kind(Back(fetching()).tell(replace(CHOSEN, size=FILM.size + 1)), SampleFile) == []


def test_what_is_given_already_is_not_compared() -> None:
    assert of_kind(giving().tell(CHOSEN), SampleFile) == []


def test_a_file_that_waits_its_turn_is_not_sampled_yet() -> None:
    back = Back(fetching())
    back.tell(CHOSEN)
    assert back.tell(replace(CHOSEN, file=object())) == []


@pytest.mark.parametrize(("by", "deed"), [("ada", Deed.GAVE_BACK), ("ben", Deed.HAD_ALREADY)])
def test_the_missed_file_is_given_back_and_kept(by: str, deed: Deed) -> None:
    back = Back(fetching(by=by))
    back.tell(CHOSEN)
    effects = back.tell(PREPARED)
    assert of_kind(effects, AttachSource) == [AttachSource(ID, FILE, PIECE, OF.manifest.hashes)]
    assert of_kind(effects, KeepFile) == [KEEP]
    assert (back.stand, back.is_source) == (Stand.GIVEN, True)
    assert back.deeds() == [(deed, FILM.name)]


def test_a_new_film_is_kept_once_it_is_in_the_room() -> None:
    back = Back(inside(EMPTY))
    back.tell(CHOSEN)
    assert of_kind(back.tell(PREPARED), KeepFile) == []
    assert back.deeds() == []
    assert back.enter(showing()) == [KEEP]
    assert back.enter(showing()) == []


def test_without_a_handle_nothing_is_kept() -> None:
    back = Back(fetching())
    back.tell(replace(CHOSEN, handle=None))
    assert of_kind(back.tell(PREPARED), KeepFile) == []
    assert back.is_source


def test_of_very_many_files_the_first_is_not_kept() -> None:
    back = Back(fetching())
    back.tell(CHOSEN)
    for number in range(MAX_HANDLES):
        back.tell(replace(CHOSEN, file=f"file {number}"))
    assert of_kind(back.tell(PREPARED), KeepFile) == []


def test_a_film_that_was_given_up_is_not_given() -> None:
    back = Back(fetching())
    back.tell(CHOSEN)
    back.parts.exchange.preparation.give_up()
    assert back.tell(PREPARED) == []
    assert (back.stand, back.is_source) == (None, False)


def test_the_file_of_the_film_on_is_looked_for_once() -> None:
    back = asked()
    assert back.stand is Stand.KEPT
    assert back.it.room_changed(back.parts.company.room) == []


@pytest.mark.parametrize("parts", [giving().parts, inside(EMPTY)], ids=["given", "nothing on"])
def test_what_is_not_missed_is_not_looked_for(parts: Parts) -> None:
    parts.exchange.lent.clear()
    assert Back(parts).it.room_changed(parts.company.room) == []


def test_what_is_out_of_the_room_is_forgotten() -> None:
    back = asked()
    gone = replace(showing(), programme=Programme(ITEMS[1:]), timeline=room(on=None).timeline)
    assert back.enter(gone) == [ForgetFile(ID)]


@pytest.mark.parametrize("chosen", [True, False], ids=["chosen", "reopened"])
def test_what_comes_back_into_the_queue_is_kept_anew(chosen: bool) -> None:
    back = Back(inside(EMPTY)) if chosen else opening()
    if chosen:
        back.tell(CHOSEN)
        back.tell(PREPARED)
        back.enter(showing())
    else:
        back.tell(REOPENED)
    assert ForgetFile(ID) in back.enter(EMPTY)
    assert back.stand is None
    assert of_kind(back.enter(showing()), KeepFile) == [KEEP]


def test_a_file_that_failed_is_not_kept_anew() -> None:
    back = giving()
    back.tell(ev.SourceFailed(ID))
    back.enter(EMPTY)
    assert of_kind(back.enter(showing()), KeepFile) == []


def test_who_leaves_keeps_what_the_browser_knows_and_lends_it_to_the_next_room() -> None:
    back = Back(inside(EMPTY))
    back.tell(CHOSEN)
    back.tell(PREPARED)
    assert back.enter(None) == []
    assert back.stand is None
    assert of_kind(back.enter(showing()), KeepFile) == [KEEP]


def test_what_may_be_opened_is_opened_at_once() -> None:
    back = Back(waiting_for_the_file())
    back.it.room_changed(back.parts.company.room)
    assert back.tell(replace(FOUND, permitted=True)) == [REOPEN]


@pytest.mark.parametrize("parts", [Parts(), inside(EMPTY)], ids=["at home", "nothing on"])
def test_nothing_on_is_nothing_to_give(parts: Parts) -> None:
    back = Back(parts)
    assert (back.tell(GIVE_BACK), back.tell(ADD)) == ([], [])


@pytest.mark.parametrize(("by", "deed"), [("ada", Deed.GAVE_BACK), ("ben", Deed.HAD_ALREADY)])
def test_a_file_that_is_as_it_was_is_given_at_once(by: str, deed: Deed) -> None:
    back = opening(by)
    effects = back.tell(REOPENED)
    assert effects[0] == AttachSource(ID, FILE, PIECE, OF.manifest.hashes)
    assert effects[-1] == LoadFilm(ID)
    assert (back.stand, back.is_source, back.deeds()) == (Stand.GIVEN, True, [(deed, FILM.name)])


def test_a_file_that_was_touched_is_hashed_first() -> None:
    back = opening()
    effects = back.tell(replace(REOPENED, unchanged=False))
    assert of_kind(effects, PeekFile)
    assert (back.stand, back.is_source, back.deeds()) == (Stand.CHECKING, False, [])
    assert of_kind(back.tell(PREPARED), KeepFile) == [KEEP]
    assert (back.stand, back.is_source) == (Stand.GIVEN, True)
    assert back.deeds() == [(Deed.GAVE_BACK, FILM.name)]


def test_a_file_that_is_another_now_is_added_only_on_demand() -> None:
    back = opening()
    assert back.tell(replace(REOPENED, size=OTHER.facts.size, name="Nosferatu.mp4")) == []
    assert (back.stand, back.is_source) == (Stand.CHANGED, False)
    assert of_kind(back.tell(ADD), PeekFile)
    assert back.stand is Stand.MISSED
    back.tell(OTHER_PREPARED)
    added = back.parts.exchange.prepared[0]
    assert added.film_id == OTHER.film_id
    back.parts.entrance.line.up()
    assert back.parts.bringing.put_in_queue(NOW) == [SendToServer(Do("c1", QueueAdd("new", added), 7))]
    assert back.tell(ADD) == []


def test_what_was_held_back_is_added_on_demand() -> None:
    back = asked()
    back.parts.entrance.line.up()
    back.tell(OTHER_PREPARED)
    held = back.parts.exchange.prepared[0]
    assert back.parts.bringing.put_in_queue(NOW) == []
    assert back.tell(ADD) == [SendToServer(Do("c1", QueueAdd("new", held), 7))]
    assert back.tell(ADD) == []


def test_what_was_held_back_and_is_not_asked_about_any_more_is_not_added_in_place_of_a_changed_file() -> None:
    back = asked()
    back.parts.entrance.line.up()
    back.tell(OTHER_PREPARED)
    assert back.parts.bringing.put_in_queue(NOW) == []
    back.parts.told.dismissed(ev.NoticeDismissed(), NOW)
    back.tell(GIVE_BACK)
    back.tell(replace(REOPENED, size=FILM.size + 1))
    assert back.stand is Stand.CHANGED
    effects = back.tell(ADD)
    assert of_kind(effects, PeekFile)
    assert not of_kind(effects, SendToServer)


def test_a_file_nobody_waits_for_is_left_alone() -> None:
    back = asked()
    assert back.tell(REOPENED) == []
    assert (back.stand, back.is_source) == (Stand.KEPT, False)


def test_a_file_whose_film_is_out_of_the_room_is_left_alone() -> None:
    back = opening()
    back.enter(EMPTY)
    assert back.tell(REOPENED) == []
    assert back.deeds() == []


@pytest.mark.parametrize("missing", [True, False], ids=["missing", "not allowed"])
def test_a_file_that_is_gone_is_told_of(missing: bool) -> None:
    back = opening()
    assert back.tell(ev.FileWithheld(ID, missing)) == []
    told = Notice(Trouble.UNREADABLE_FILE, FILM.name) if missing else None
    assert (back.stand, back.parts.exchange.lending.notice) == (Stand.MISSED, told)


def test_a_missing_file_of_no_film_here_is_not_told_of() -> None:
    back = Back(Parts())
    assert back.tell(ev.FileWithheld(ID, missing=True)) == []
    assert back.parts.exchange.lending.notice is None


def test_a_file_that_fails_is_looked_for_and_hashed_again() -> None:
    back = giving()
    assert back.tell(ev.SourceFailed(ID, changed=True))[-1] == FIND
    assert back.parts.exchange.lending.notice == Notice(Trouble.SOURCE_CHANGED, FILM.name)
    assert (back.stand, back.is_source) == (Stand.LOOKING, False)
    assert back.tell(replace(FOUND, permitted=True)) == [REOPEN]
    assert of_kind(back.tell(REOPENED), PeekFile)
    assert (back.stand, back.parts.exchange.lending.notice) == (Stand.CHECKING, None)


@pytest.mark.parametrize("parts", [Parts(), inside(EMPTY)], ids=["at home", "not in the room"])
def test_a_failing_file_of_no_film_here_is_not_looked_for(parts: Parts) -> None:
    back = Back(parts)
    assert of_kind(back.tell(ev.SourceFailed(ID)), FindFile) == []
    assert back.stand is None


# --- large files


def test_a_large_film_is_asked_about_before_anything_is_read_of_it() -> None:
    back = Back(inside(EMPTY))
    large = replace(CHOSEN, name="Satantango.mkv", size=LARGE_BYTES + 1)
    assert back.tell(large) == []
    assert back.parts.told.notice(NOW) == Notice(Trouble.LARGE_FILE, "Satantango.mkv")
    assert PeekFile in [type(effect) for effect in back.tell(ev.BringPressed())]
    assert back.parts.told.notice(NOW) is None
    assert back.tell(ev.BringPressed()) == []


def test_a_large_film_that_the_room_has_already_is_given_back_without_a_question() -> None:
    back = Back(waiting_for_the_file())
    share = back.parts.exchange.swarm.shares[ID]
    share.facts = replace(share.facts, size=LARGE_BYTES + 1)
    assert back.tell(replace(CHOSEN, size=LARGE_BYTES + 1)) != []


def test_a_question_about_a_large_file_is_not_hidden_by_a_link_that_was_bad() -> None:
    back = Back(Parts())
    back.parts.entrance.notice = Notice(Trouble.BAD_LINK)
    back.tell(replace(CHOSEN, size=LARGE_BYTES + 1))
    assert back.parts.told.notice(NOW) == Notice(Trouble.LARGE_FILE, FILM.name)
