"""All films and all peers of one member, event by event. Whole evenings are played in `tests/simulation`."""

import pytest

from app.swarm import wire
from app.swarm.actions import (
    AnswerMedia,
    DropPeer,
    KeepManifest,
    OpenStore,
    RefuseMedia,
    SendBlock,
    SendFrame,
)
from app.swarm.manifests import PATIENCE_S as MANIFEST_PATIENCE_S
from app.swarm.media import unavailable
from app.swarm.piece_map import PieceMap
from app.swarm.requests import PATIENCE_S, Asked
from app.swarm.swarm import Swarm
from app.swarm.uploads import MAX_QUEUED_JOBS
from app.swarm.wire import BLOCK_SIZE
from tests.support.builders import KIB, film, first
from tests.unit.swarm.members import ALL, ENCODED, ID, NONE, OF, asked, frames, give, of_type, source, viewer

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
    assert swarm.keeping.store_opened(ID, None, b"", 0.0) == [SendFrame("ada", wire.ManifestRequest(ID))]
    assert swarm.next_wake(0.0) == MANIFEST_PATIENCE_S
    assert swarm.keeping.store_opened(ID, None, b"", 0.0) == []
    assert swarm.fetching.focus == ID


def test_the_manifest_begins_the_fetching() -> None:
    swarm = viewer("ada", manifest=None)
    done = swarm.frame("ada", wire.ManifestChunk(ID, len(ENCODED), 0, ENCODED), 1.0)
    assert done[0] == KeepManifest(ID, ENCODED)
    assert done[1] == SendFrame("ada", NONE)
    assert [(f.piece, f.length) for _, f in frames(done, wire.Request)] == [(0, 256 * KIB), (1, 256 * KIB)]
    assert swarm.next_wake(1.0) == 1.0 + PATIENCE_S


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


def test_a_film_taken_off_is_neither_asked_for_nor_served() -> None:
    swarm = viewer("ada", held=(0,))
    swarm.media(5, ID, "GET", "bytes=2000000-", 0.0)
    owed = asked(swarm)
    for number in range(10):
        swarm.frame("ada", wire.Request(ID, number, 0, 0, 256 * KIB, False), 0.0)
    done = swarm.forget(ID, 1.0)
    assert [request for _, request in frames(done, wire.Cancel)] == [wire.Cancel(request.request) for request in owed]
    assert ("ada", wire.Absent(9)) in frames(done, wire.Absent)
    assert unavailable(5, 204) in done
    assert swarm.forget(ID, 1.0) == []
    assert give(swarm, "ada", owed[0]) == []
    assert (
        swarm.keeping.piece_stored(ID, 1, 1.0)
        == swarm.keeping.piece_rejected(ID, 1, 1.0)
        == swarm.keeping.store_failed(ID, 1)
        == []
    )
    assert swarm.frame("ada", wire.Request(ID, 99, 0, 0, 10, False), 1.0) == [SendFrame("ada", wire.Absent(99))]
    assert swarm.next_wake(1.0) is None


# --- pieces


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
    assert swarm.keeping.piece_stored(ID, 3, 1.0) == []
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
    a_second_ago = Asked(0, "ada", ID, 0, 0, 1, since=-1.0)
    swarm.fetching.pace.answered(a_second_ago, 0.0)
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
    for piece in (0, 1, 50, 96, 97, 98, 99):
        pieces.add(piece)
    swarm.keeping.store_opened(long.film_id, long.manifest.encode(), pieces.bitfield(), 0.0)
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


def test_of_one_who_rations_only_what_it_grants_is_asked() -> None:
    swarm = viewer(manifest=ENCODED)
    swarm.peer_up("ada", 0.0)
    swarm.frame("ada", NONE, 0.0)
    swarm.frame("ada", wire.Ration(ID, True), 0.0)
    assert frames(swarm.frame("ada", wire.Have(ID, 4), 0.0), wire.Request) == []
    granted = frames(swarm.frame("ada", wire.Grant(ID, 4), 0.0), wire.Request)
    assert [frame.piece for _, frame in granted if isinstance(frame, wire.Request)] == [4]


def test_one_who_has_paused_is_not_asked_until_it_goes_on() -> None:
    swarm = viewer("ada")
    swarm.frame("ada", wire.Choke(True), 0.0)
    assert asked(swarm) == []
    assert frames(swarm.frame("ada", wire.Choke(False), 1.0), wire.Request)


def test_our_own_pauses_stop_both_ways() -> None:
    swarm = viewer("ada")
    done = swarm.pause(sending=True, receiving=True, now=1.0)
    assert ("ada", wire.Choke(True)) in frames(done, wire.Choke)
    assert asked(swarm) == []
