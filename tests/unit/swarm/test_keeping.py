"""What the store says of pieces and films, and a source that fails."""

import pytest

from app.swarm import wire
from app.swarm.actions import (
    AnswerMedia,
    DropPeer,
    KeepManifest,
    OpenStore,
    SendFrame,
    StorePiece,
)
from app.swarm.share import Bar
from app.swarm.swarm import Swarm
from app.swarm.wire import BLOCK_SIZE
from tests.support.builders import KIB, first
from tests.unit.swarm.members import ALL, ENCODED, ID, NONE, OF, asked, frames, give, of_type, source, viewer


def test_what_the_store_held_is_held_told_and_not_asked_for() -> None:
    swarm = Swarm(first)
    swarm.peer_up("ada", 0.0)
    swarm.want(OF.facts, None, 0.0)
    swarm.media(5, ID, "GET", None, 0.0)
    done = swarm.keeping.store_opened(ID, ENCODED, b"\xc0\0", 0.0)
    assert frames(done, wire.Bitfield) == [("ada", wire.Bitfield(ID, 9, b"\xc0\0"))]
    assert [action.request for action in of_type(done, AnswerMedia)] == [5]
    swarm.frame("ada", ALL, 0.0)
    assert {request.piece for request in asked(swarm)}.isdisjoint({0, 1})


def test_a_store_that_answers_who_has_the_file_changes_nothing() -> None:
    swarm = source()
    assert swarm.keeping.store_opened(ID, ENCODED, b"\x80\0", 0.0) == []
    assert swarm.shares[ID].held.complete
    assert swarm.keeping.store_opened("cd" * 32, None, b"", 0.0) == []


def test_who_loses_the_file_says_so_and_looks_in_the_store() -> None:
    swarm = source("ada")
    swarm.frame("ada", wire.Request(ID, 7, 0, 0, 256 * KIB, False), 0.0)
    swarm.frame("ada", wire.Request(ID, 8, 1, 0, 256 * KIB, False), 0.0)
    for number in range(9, 20):
        swarm.frame("ada", wire.Request(ID, number, 2, 0, 256 * KIB, False), 0.0)
    done = swarm.keeping.lose_source(ID, 1.0)
    assert ("ada", wire.Absent(19)) in frames(done, wire.Absent)
    assert frames(done, wire.Bitfield) == [("ada", NONE)]
    assert done[-2:] == [KeepManifest(ID, ENCODED), OpenStore(ID, 9)]
    assert frames(swarm.frame("ada", ALL, 1.0), wire.Request) == []
    assert len(frames(swarm.keeping.store_opened(ID, None, b"", 1.0), wire.Request)) > 0
    assert swarm.keeping.lose_source(ID, 1.0) == []
    assert swarm.keeping.lose_source("cd" * 32, 1.0) == []


def test_a_viewer_who_had_the_file_too_looks_in_the_store_again_before_it_asks() -> None:
    swarm = viewer("ada", held=(3,))
    swarm.offer(OF.facts, OF.manifest, None, 1.0)
    assert frames(swarm.keeping.lose_source(ID, 2.0), wire.Request) == []
    swarm.keeping.store_opened(ID, ENCODED, b"\x18\0", 2.1)
    assert list(swarm.shares[ID].held) == [3, 4]
    assert asked(swarm)


def test_a_piece_that_was_cleared_away_is_fetched_again() -> None:
    swarm = viewer("ada", held=(0, 1))
    done = swarm.keeping.piece_lost(ID, 1, 1.0)
    assert 1 not in swarm.shares[ID].held
    assert [frame for _, frame in frames(done, wire.Bitfield)]
    assert swarm.keeping.piece_lost(ID, 1, 1.0) == swarm.keeping.piece_lost("00" * 32, 1, 1.0) == []


def test_when_there_is_room_again_fetching_goes_on() -> None:
    swarm = viewer("ada")
    swarm.keeping.store_failed(ID, None)
    assert swarm.keeping.open_store(ID) == [OpenStore(ID, swarm.shares[ID].count)]
    assert swarm.shares[ID].store_failed is False
    assert frames(swarm.keeping.store_opened(ID, None, b"", 1.0), wire.Request)


def test_a_piece_goes_to_the_store_and_is_told_when_it_is_written() -> None:
    swarm = viewer("ada", "bo")
    swarm.frame("bo", NONE, 0.0)
    swarm.media(5, ID, "GET", None, 0.0)
    request = next(r for r in asked(swarm) if r.piece == 0)
    store = of_type(give(swarm, "ada", request), StorePiece)
    assert store == [
        StorePiece(
            ID, 0, 256 * KIB, tuple((o, f"@{o}") for o in range(0, 256 * KIB, BLOCK_SIZE)), OF.manifest.hash_of(0)
        )
    ]
    assert 0 not in swarm.shares[ID].held
    done = swarm.keeping.piece_stored(ID, 0, 1.0)
    assert 0 in swarm.shares[ID].held
    assert frames(done, wire.Have) == [("ada", wire.Have(ID, 0)), ("bo", wire.Have(ID, 0))]
    assert [action.request for action in of_type(done, AnswerMedia)] == [5]


def test_a_rejected_piece_is_asked_again_and_its_giver_dropped_the_second_time() -> None:
    swarm = viewer("ada", held=tuple(range(1, 9)))
    for turn in range(2):
        (request,) = asked(swarm)
        give(swarm, "ada", request)
        done = swarm.keeping.piece_rejected(ID, 0, 1.0)
        assert [frame.piece for _, frame in frames(done, wire.Request)] == [0]
        assert len(of_type(done, DropPeer)) == turn
    assert 0 not in swarm.shares[ID].held


def test_what_the_store_says_of_a_film_that_never_began_is_passed_over() -> None:
    swarm = viewer(manifest=None)
    assert swarm.keeping.piece_stored(ID, 0, 0.0) == swarm.keeping.piece_rejected(ID, 0, 0.0) == []


@pytest.mark.parametrize("piece", [0, None])
def test_a_store_that_fails_ends_the_asking_and_keeps_what_is_held(piece: int | None) -> None:
    swarm = viewer("ada", held=(8,))
    owed = asked(swarm)
    assert swarm.keeping.store_failed(ID, piece) == [SendFrame("ada", wire.Cancel(request.request)) for request in owed]
    assert swarm.tick(60.0) == []
    assert list(swarm.shares[ID].held) == [8]
    assert swarm.next_wake(60.0) is None


def test_a_store_that_fails_before_there_is_a_manifest() -> None:
    swarm = viewer(manifest=None)
    assert swarm.keeping.store_failed(ID, 3) == []


def test_a_store_that_was_cleared_is_looked_into_again() -> None:
    swarm = viewer("ada", held=(0, 8))
    owed = asked(swarm)
    lost = swarm.keeping.store_lost(ID, 1.0)
    assert lost[: len(owed)] == [SendFrame("ada", wire.Cancel(request.request)) for request in owed]
    assert lost[len(owed) :] == [SendFrame("ada", NONE), KeepManifest(ID, ENCODED), OpenStore(ID, 9)]
    assert swarm.keeping.store_opened(ID, ENCODED, b"\0\x80", 2.0)[0] == SendFrame(
        "ada", wire.Bitfield(ID, 9, b"\0\x80")
    )
    assert list(swarm.shares[ID].held) == [8]
    assert give(swarm, "ada", owed[0], 2.5) == []
    swarm.media(5, ID, "GET", None, 3.0)
    assert 0 in {request.piece for request in asked(swarm)}


def test_what_the_store_does_not_keep_is_not_lost_with_it() -> None:
    sharing, waiting = source("ada"), viewer(manifest=None)
    assert sharing.keeping.store_lost(ID, 1.0) == waiting.keeping.store_lost(ID, 1.0) == []
    assert sharing.shares[ID].held.complete


def test_a_manifest_that_had_no_room_is_kept_when_there_is_room_again() -> None:
    swarm = viewer("ada")
    swarm.keeping.store_failed(ID, None)
    swarm.keeping.open_store(ID)
    done = swarm.keeping.store_opened(ID, None, b"", 1.0)
    assert of_type(done, KeepManifest) == [KeepManifest(ID, OF.manifest.encode())]


def test_a_film_that_is_barred_is_not_asked_for_until_it_is_allowed() -> None:
    swarm = viewer("ada", held=(8,))
    owed = asked(swarm)
    barred = swarm.keeping.bar(ID, Bar.NO_ROOM)
    assert barred == [SendFrame("ada", wire.Cancel(request.request)) for request in owed]
    assert swarm.tick(60.0) == []
    assert list(swarm.shares[ID].held) == [8]
    assert frames(swarm.keeping.allow(ID, 61.0), wire.Request)


def test_a_film_that_was_removed_is_held_no_longer_and_everybody_hears_it() -> None:
    swarm = viewer("ada", held=(0, 8))
    (first_asked, *_) = asked(swarm)
    swarm.frame("ada", wire.Request(ID, 7, 8, 0, BLOCK_SIZE, False), 0.5)
    removed = swarm.keeping.remove(ID, 1.0)
    assert SendFrame("ada", NONE) in removed
    assert swarm.shares[ID].held_bytes() == 0
    assert asked(swarm) == []
    assert give(swarm, "ada", first_asked) == []
    assert swarm.keeping.piece_stored(ID, 1, 2.0) == []
    assert 1 not in swarm.shares[ID].held


def test_a_film_without_a_manifest_can_be_removed() -> None:
    swarm = viewer(manifest=None)
    assert swarm.keeping.remove(ID, 1.0) == []
    assert swarm.shares[ID].bar is Bar.REMOVED
