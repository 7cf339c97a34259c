"""All films and all peers of one member, event by event. Whole evenings are played in `tests/simulation`."""

import pytest

from app.swarm import wire
from app.swarm.actions import (
    Action,
    AnswerMedia,
    DropPeer,
    KeepManifest,
    OpenStore,
    RefuseMedia,
    SendBlock,
    SendFrame,
    StorePiece,
)
from app.swarm.manifests import PATIENCE_S as MANIFEST_PATIENCE_S
from app.swarm.media import unavailable
from app.swarm.piece_map import PieceMap
from app.swarm.requests import PATIENCE_S
from app.swarm.swarm import Swarm
from app.swarm.uploads import MAX_QUEUED_JOBS
from app.swarm.wire import BLOCK_SIZE
from tests.support.builders import KIB, film, first

OF = film(9 * 256 * KIB, 256 * KIB)
ID = OF.film_id
ALL = wire.Bitfield(ID, 9, b"\xff\x80")
NONE = wire.Bitfield(ID, 9, b"\0\0")
ENCODED = OF.manifest.encode()


def source(*peers: str) -> Swarm:
    swarm = Swarm(first)
    swarm.offer(OF.facts, OF.manifest, None, 0.0)
    for peer in peers:
        swarm.peer_up(peer, 0.0)
    return swarm


def viewer(*peers: str, held: tuple[int, ...] = (), manifest: bytes | None = ENCODED) -> Swarm:
    """A member who wants the film, whose store has the manifest, and whose peers have everything."""
    swarm = Swarm(first)
    swarm.want(OF.facts, None, 0.0)
    pieces = PieceMap(9)
    for piece in held:
        pieces.add(piece)
    swarm.store_opened(ID, manifest, pieces.bitfield(), 0.0)
    for peer in peers:
        swarm.peer_up(peer, 0.0)
        swarm.frame(peer, ALL, 0.0)
    return swarm


def asked(swarm: Swarm) -> list[wire.Request]:
    """The requests in flight."""
    return [
        wire.Request(a.film_id, a.request, a.piece, a.offset, a.length, False)
        for a in swarm.fetching.book._asked.values()
    ]


def give(swarm: Swarm, peer: str, request: wire.Request, now: float = 1.0) -> list[Action]:
    """All blocks of a request."""
    return [
        action
        for offset in range(request.offset, request.offset + request.length, BLOCK_SIZE)
        for action in swarm.block(peer, request.request, request.piece, offset, BLOCK_SIZE, f"@{offset}", now)
    ]


def frames(actions: list[Action], kind: type) -> list[tuple[str, wire.Frame]]:
    return [(a.peer, a.frame) for a in actions if isinstance(a, SendFrame) and isinstance(a.frame, kind)]


def of_type(actions: list[Action], kind: type) -> list[Action]:
    return [action for action in actions if isinstance(action, kind)]


# --- films


def test_who_has_the_file_says_so() -> None:
    swarm = Swarm(first)
    swarm.peer_up("ada", 0.0)
    assert swarm.offer(OF.facts, OF.manifest, None, 0.0) == [SendFrame("ada", ALL)]
    assert swarm.peer_up("bo", 0.0) == [SendFrame("bo", ALL)]
    assert swarm.shares[ID].is_source
    assert swarm.next_wake(0.0) is None


def test_who_wants_a_film_looks_in_its_store_first() -> None:
    swarm = Swarm(first)
    swarm.peer_up("ada", 0.0)
    assert swarm.want(OF.facts, None, 0.0) == [OpenStore(ID, 9)]
    assert swarm.want(OF.facts, None, 0.0) == []
    assert swarm.frame("ada", ALL, 0.0) == []
    assert swarm.store_opened(ID, None, b"", 0.0) == [SendFrame("ada", wire.ManifestRequest(ID))]
    assert swarm.next_wake(0.0) == MANIFEST_PATIENCE_S
    assert swarm.store_opened(ID, None, b"", 0.0) == []
    assert swarm.fetching.focus == ID


def test_the_manifest_begins_the_fetching() -> None:
    swarm = viewer("ada", manifest=None)
    done = swarm.frame("ada", wire.ManifestChunk(ID, len(ENCODED), 0, ENCODED), 1.0)
    assert done[0] == KeepManifest(ID, ENCODED)
    assert done[1] == SendFrame("ada", NONE)
    assert len(frames(done, wire.Request)) == 4
    assert swarm.next_wake(1.0) == 1.0 + PATIENCE_S


def test_what_the_store_held_is_held_told_and_not_asked_for() -> None:
    swarm = Swarm(first)
    swarm.peer_up("ada", 0.0)
    swarm.want(OF.facts, None, 0.0)
    swarm.media(5, ID, "GET", None, 0.0)
    done = swarm.store_opened(ID, ENCODED, b"\xc0\0", 0.0)
    assert frames(done, wire.Bitfield) == [("ada", wire.Bitfield(ID, 9, b"\xc0\0"))]
    assert [action.request for action in of_type(done, AnswerMedia)] == [5]
    swarm.frame("ada", ALL, 0.0)
    assert {request.piece for request in asked(swarm)}.isdisjoint({0, 1})


def test_who_drops_the_same_file_asks_for_nothing_more() -> None:
    swarm = viewer("ada")
    owed = asked(swarm)
    swarm.media(5, ID, "GET", "bytes=2000000-", 0.0)
    done = swarm.offer(OF.facts, OF.manifest, None, 1.0)
    assert len(frames(done, wire.Cancel)) == len(owed) + 1
    assert [action.request for action in of_type(done, AnswerMedia)] == [5]
    assert frames(done, wire.Bitfield) == [("ada", ALL)]
    assert asked(swarm) == []
    assert give(swarm, "ada", owed[0]) == []


def test_a_store_that_answers_who_has_the_file_changes_nothing() -> None:
    swarm = source()
    assert swarm.store_opened(ID, ENCODED, b"\x80\0", 0.0) == []
    assert swarm.shares[ID].held.complete
    assert swarm.store_opened("cd" * 32, None, b"", 0.0) == []


def test_who_loses_the_file_says_so_and_looks_in_the_store() -> None:
    swarm = source("ada")
    swarm.frame("ada", wire.Request(ID, 7, 0, 0, 256 * KIB, False), 0.0)
    swarm.frame("ada", wire.Request(ID, 8, 1, 0, 256 * KIB, False), 0.0)
    for number in range(9, 20):
        swarm.frame("ada", wire.Request(ID, number, 2, 0, 256 * KIB, False), 0.0)
    done = swarm.lose_source(ID, 1.0)
    assert ("ada", wire.Absent(19)) in frames(done, wire.Absent)
    assert frames(done, wire.Bitfield) == [("ada", NONE)]
    assert done[-2:] == [KeepManifest(ID, ENCODED), OpenStore(ID, 9)]
    assert frames(swarm.frame("ada", ALL, 1.0), wire.Request) == []
    assert len(frames(swarm.store_opened(ID, None, b"", 1.0), wire.Request)) > 0
    assert swarm.lose_source(ID, 1.0) == []
    assert swarm.lose_source("cd" * 32, 1.0) == []


def test_a_viewer_who_had_the_file_too_looks_in_the_store_again_before_it_asks() -> None:
    swarm = viewer("ada", held=(3,))
    swarm.offer(OF.facts, OF.manifest, None, 1.0)
    assert frames(swarm.lose_source(ID, 2.0), wire.Request) == []
    swarm.store_opened(ID, ENCODED, b"\x18\0", 2.1)
    assert list(swarm.shares[ID].held) == [3, 4]
    assert asked(swarm)


def test_a_film_taken_off_is_neither_asked_for_nor_served() -> None:
    swarm = viewer("ada", held=(0,))
    swarm.media(5, ID, "GET", "bytes=2000000-", 0.0)
    owed = asked(swarm)
    for number in range(10):
        swarm.frame("ada", wire.Request(ID, number, 0, 0, 256 * KIB, False), 0.0)
    done = swarm.forget(ID, 1.0)
    assert [request for _, request in frames(done, wire.Cancel)] == [wire.Cancel(request.request) for request in owed]
    assert ("ada", wire.Absent(9)) in frames(done, wire.Absent)
    assert unavailable(5) in done
    assert swarm.forget(ID, 1.0) == []
    assert give(swarm, "ada", owed[0]) == []
    assert swarm.piece_stored(ID, 1, 1.0) == swarm.piece_rejected(ID, 1, 1.0) == swarm.store_failed(ID, 1) == []
    assert swarm.frame("ada", wire.Request(ID, 99, 0, 0, 10, False), 1.0) == [SendFrame("ada", wire.Absent(99))]
    assert swarm.next_wake(1.0) is None


def test_a_piece_that_was_cleared_away_is_fetched_again() -> None:
    swarm = viewer("ada", held=(0, 1))
    done = swarm.piece_lost(ID, 1, 1.0)
    assert 1 not in swarm.shares[ID].held
    assert [frame for _, frame in frames(done, wire.Bitfield)]
    assert swarm.piece_lost(ID, 1, 1.0) == swarm.piece_lost("00" * 32, 1, 1.0) == []


def test_when_there_is_room_again_fetching_goes_on() -> None:
    swarm = viewer("ada")
    swarm.store_failed(ID, None)
    assert swarm.open_store(ID) == [OpenStore(ID, swarm.shares[ID].count)]
    assert swarm.shares[ID].store_failed is False
    assert frames(swarm.store_opened(ID, None, b"", 1.0), wire.Request)


# --- pieces


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
    done = swarm.piece_stored(ID, 0, 1.0)
    assert 0 in swarm.shares[ID].held
    assert frames(done, wire.Have) == [("ada", wire.Have(ID, 0)), ("bo", wire.Have(ID, 0))]
    assert [action.request for action in of_type(done, AnswerMedia)] == [5]


def test_a_rejected_piece_is_asked_again_and_its_giver_dropped_the_second_time() -> None:
    swarm = viewer("ada", held=tuple(range(1, 9)))
    for turn in range(2):
        (request,) = asked(swarm)
        give(swarm, "ada", request)
        done = swarm.piece_rejected(ID, 0, 1.0)
        assert [frame.piece for _, frame in frames(done, wire.Request)] == [0]
        assert len(of_type(done, DropPeer)) == turn
    assert 0 not in swarm.shares[ID].held


def test_what_the_store_says_of_a_film_that_never_began_is_passed_over() -> None:
    swarm = viewer(manifest=None)
    assert swarm.piece_stored(ID, 0, 0.0) == swarm.piece_rejected(ID, 0, 0.0) == []


@pytest.mark.parametrize("piece", [0, None])
def test_a_store_that_fails_ends_the_asking_and_keeps_what_is_held(piece: int | None) -> None:
    swarm = viewer("ada", held=(8,))
    owed = asked(swarm)
    assert swarm.store_failed(ID, piece) == [SendFrame("ada", wire.Cancel(request.request)) for request in owed]
    assert swarm.tick(60.0) == []
    assert list(swarm.shares[ID].held) == [8]
    assert swarm.next_wake(60.0) is None


def test_a_store_that_fails_before_there_is_a_manifest() -> None:
    swarm = viewer(manifest=None)
    assert swarm.store_failed(ID, 3) == []


def test_a_store_that_was_cleared_is_looked_into_again() -> None:
    swarm = viewer("ada", held=(0, 8))
    owed = asked(swarm)
    lost = swarm.store_lost(ID, 1.0)
    assert lost[: len(owed)] == [SendFrame("ada", wire.Cancel(request.request)) for request in owed]
    assert lost[len(owed) :] == [SendFrame("ada", NONE), KeepManifest(ID, ENCODED), OpenStore(ID, 9)]
    assert swarm.store_opened(ID, ENCODED, b"\0\x80", 2.0)[0] == SendFrame("ada", wire.Bitfield(ID, 9, b"\0\x80"))
    assert list(swarm.shares[ID].held) == [8]
    assert give(swarm, "ada", owed[0], 2.5) == []
    swarm.media(5, ID, "GET", None, 3.0)
    assert 0 in {request.piece for request in asked(swarm)}


def test_what_the_store_does_not_keep_is_not_lost_with_it() -> None:
    sharing, waiting = source("ada"), viewer(manifest=None)
    assert sharing.store_lost(ID, 1.0) == waiting.store_lost(ID, 1.0) == []
    assert sharing.shares[ID].held.complete


# --- peers


def test_what_a_peer_asks_for_is_sent() -> None:
    swarm = source("ada")
    done = swarm.frame("ada", wire.Request(ID, 7, 3, BLOCK_SIZE, BLOCK_SIZE + 1, False), 0.0)
    assert done == [
        SendBlock("ada", ID, 7, 3, BLOCK_SIZE, BLOCK_SIZE),
        SendBlock("ada", ID, 7, 3, 2 * BLOCK_SIZE, 1),
    ]


def test_what_we_lack_is_absent() -> None:
    swarm = viewer("ada", held=(1,))
    for film_id, piece in [(ID, 0), (ID, 9), (ID, 0xFFFFFFFF), ("cd" * 32, 0)]:
        done = swarm.frame("ada", wire.Request(film_id, 7, piece, 0, 10, False), 0.0)
        assert frames(done, wire.Absent) == [("ada", wire.Absent(7))]


@pytest.mark.parametrize(("offset", "length"), [(256 * KIB, 1), (0, 256 * KIB + 1), (0xFFFFFFFF, 0xFFFFFFFF)])
def test_bytes_outside_a_piece_end_it(offset: int, length: int) -> None:
    done = source("ada").frame("ada", wire.Request(ID, 7, 3, offset, length, False), 0.0)
    assert done == [DropPeer("ada", "asked for bytes outside a piece")]


def test_a_flood_of_requests_ends_it() -> None:
    swarm = source("ada")
    done = [swarm.frame("ada", wire.Request(ID, n, 3, 0, 256 * KIB, False), 0.0) for n in range(MAX_QUEUED_JOBS + 5)]
    assert done[-1] == [DropPeer("ada", "asked for too much at once")]
    assert not of_type(done[MAX_QUEUED_JOBS - 1], DropPeer)


def test_what_is_taken_back_is_not_sent() -> None:
    swarm = source("ada")
    for number in range(2):
        swarm.frame("ada", wire.Request(ID, number, 3, 0, 256 * KIB, False), 0.0)
    swarm.frame("ada", wire.Cancel(1), 0.0)
    assert swarm.serving.sent("ada", 256 * KIB, 0.0) == []


def test_an_urgent_request_overtakes() -> None:
    swarm = source("ada")
    for number in range(6):
        swarm.frame("ada", wire.Request(ID, number, number, 0, 256 * KIB, False), 0.0)
    swarm.frame("ada", wire.Request(ID, 6, 6, 0, 256 * KIB, True), 0.0)
    done = swarm.serving.sent("ada", 256 * KIB, 0.0)
    assert of_type(done, SendBlock)[0].request == 6


def test_a_block_that_could_not_be_read_is_absent() -> None:
    swarm = source("ada")
    swarm.frame("ada", wire.Request(ID, 7, 3, 0, 256 * KIB, False), 0.0)
    assert swarm.serving.unsent("ada", 7, BLOCK_SIZE, 0.0) == [SendFrame("ada", wire.Absent(7))]
    for number in range(8, 11):
        swarm.frame("ada", wire.Request(ID, number, 3, 0, 256 * KIB, False), 0.0)
    done = swarm.serving.unsent("ada", 8, 3 * BLOCK_SIZE, 0.0)
    assert {action.request for action in of_type(done, SendBlock)} == {9}
    swarm.peer_down("ada", 0.0)
    assert swarm.serving.unsent("ada", 7, BLOCK_SIZE, 0.0) == []


def test_an_absence_is_asked_elsewhere() -> None:
    swarm = viewer("ada", held=tuple(range(1, 9)))
    (request,) = asked(swarm)
    swarm.peer_up("bo", 0.0)
    swarm.frame("bo", ALL, 0.0)
    swarm.frame("ada", wire.Absent(request.request), 0.0)
    elsewhere = [a.peer for a in swarm.fetching.book.for_piece(ID, request.piece)]
    assert elsewhere == ["bo"]


def test_a_peer_tells_of_one_piece_more() -> None:
    swarm = viewer()
    swarm.peer_up("ada", 0.0)
    swarm.frame("ada", NONE, 0.0)
    done = swarm.frame("ada", wire.Have(ID, 4), 0.0)
    assert [frame.piece for _, frame in frames(done, wire.Request)] == [4]


def test_who_asks_for_the_manifest_gets_it() -> None:
    done = source("ada").frame("ada", wire.ManifestRequest(ID), 0.0)
    assert done == [SendFrame("ada", wire.ManifestChunk(ID, len(ENCODED), 0, ENCODED))]


def test_one_who_is_gone_is_not_listened_to() -> None:
    swarm = viewer("ada")
    request = asked(swarm)[0]
    assert swarm.peer_down("ada", 0.0) == []
    assert swarm.frame("ada", ALL, 0.0) == []
    assert give(swarm, "ada", request) == []
    assert swarm.serving.sent("ada", BLOCK_SIZE, 0.0) == []
    assert swarm.peers == set()


def test_one_who_is_gone_is_neither_told_nor_counted_nor_served() -> None:
    swarm = viewer("ada", held=(0,))
    for number in range(10):
        swarm.frame("ada", wire.Request(ID, number, 0, 0, 256 * KIB, False), 0.0)
    swarm.peer_down("ada", 1.0)
    assert swarm.shares[ID].maps == {}
    assert swarm.piece_stored(ID, 3, 1.0) == []
    assert swarm.serving.sent("ada", 256 * KIB, 1.0) == []


def test_what_one_who_is_gone_owed_is_asked_of_others_at_once() -> None:
    swarm = viewer("ada", "bo")
    owed = {(r.piece, r.offset) for r in asked(swarm)}
    swarm.frame("bo", ALL, 0.0)
    done = swarm.peer_down("ada", 1.0)
    swarm.frame("bo", ALL, 1.0)
    assert {peer for peer, _ in frames(done, wire.Request)} <= {"bo"}
    assert owed & {(r.piece, r.offset) for r in asked(swarm)}


# --- the video, limits, time


def test_the_video_is_answered_at_once_from_what_is_held() -> None:
    done = source().media(5, ID, "GET", "bytes=10-19", 0.0)
    assert [(a.piece, a.offset, a.length, a.status) for a in of_type(done, AnswerMedia)] == [(0, 10, 10, 206)]


def test_the_video_waits_for_what_is_not_and_it_is_asked_first() -> None:
    swarm = viewer("ada")
    done = swarm.media(5, ID, "GET", f"bytes={6 * 256 * KIB}-", 0.0)
    assert [(f.piece, f.urgent) for _, f in frames(done, wire.Request)] == [(6, True)]


def test_a_piece_asked_for_behind_much_else_is_asked_again_in_front() -> None:
    swarm = viewer("ada")
    swarm.fetching.pace.got("ada", 100 * 256 * KIB, 0.0)
    swarm.tick(0.1)
    behind = asked(swarm)[-1]
    done = swarm.media(5, ID, "GET", f"bytes={behind.piece * 256 * KIB}-", 0.1)
    assert frames(done, wire.Cancel) == [("ada", wire.Cancel(behind.request))]
    assert [(f.piece, f.urgent) for _, f in frames(done, wire.Request)] == [(behind.piece, True)]


def test_where_the_video_reads_is_where_fetching_goes_on() -> None:
    long = film(100 * 256 * KIB, 256 * KIB)
    swarm = Swarm(first)
    swarm.want(long.facts, 10_000.0, 0.0)
    pieces = PieceMap(100)
    for piece in (0, 1, 50, 99):
        pieces.add(piece)
    swarm.store_opened(long.film_id, long.manifest.encode(), pieces.bitfield(), 0.0)
    assert of_type(swarm.media(5, long.film_id, "GET", f"bytes={50 * 256 * KIB}-", 0.0), AnswerMedia)
    swarm.peer_up("ada", 0.0)
    swarm.frame("ada", wire.Bitfield(long.film_id, 100, b"\xff" * 12 + b"\xf0"), 0.0)
    assert asked(swarm)[0].piece == 51


def test_the_video_is_refused_what_cannot_be() -> None:
    swarm = source()
    assert swarm.media(5, "cd" * 32, "GET", None, 0.0) == [unavailable(5, 404)]
    assert [a.status for a in of_type(swarm.media(6, ID, "GET", "bytes=99999999-", 0.0), RefuseMedia)] == [416]
    assert [a.status for a in of_type(swarm.media(7, ID, "HEAD", None, 0.0), RefuseMedia)] == [200]


def test_too_many_waiting_refuse_the_oldest() -> None:
    swarm = viewer()
    done = [swarm.media(request, ID, "GET", None, 0.0) for request in range(13)]
    assert done[:12] == [[]] * 12
    assert done[12] == [unavailable(0)]


def test_limits_are_set_and_lifted() -> None:
    swarm = source("ada")
    swarm.set_limits(None, BLOCK_SIZE, 0.0)
    assert len(swarm.frame("ada", wire.Request(ID, 7, 3, 0, 256 * KIB, False), 0.0)) == 1
    assert swarm.next_wake(0.0) == pytest.approx(1.001)
    assert len(swarm.tick(1.01)) == 1
    assert len(swarm.set_limits(None, None, 1.02)) == 2


def test_a_tick_gives_up_on_the_silent() -> None:
    swarm = viewer("ada")
    owed = asked(swarm)
    assert swarm.next_wake(0.0) == PATIENCE_S
    assert swarm.tick(PATIENCE_S) == [SendFrame("ada", wire.Cancel(request.request)) for request in owed]


def test_a_manifest_that_had_no_room_is_kept_when_there_is_room_again() -> None:
    swarm = viewer("ada")
    swarm.store_failed(ID, None)
    swarm.open_store(ID)
    done = swarm.store_opened(ID, None, b"", 1.0)
    assert of_type(done, KeepManifest) == [KeepManifest(ID, OF.manifest.encode())]
