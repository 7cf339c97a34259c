"""Two swarms and one link between them."""

import random

import pytest

from app.swarm import wire
from app.swarm.fetching import MAX_UNWRITTEN, MOST_WINDOW, URGENT_SLACK
from app.swarm.manifest import MIB
from app.swarm.requests import PATIENCE_S
from tests.support.builders import KIB, Film, film
from tests.support.fake_swarm import MBPS, Member, Network, Store, altered, altered_sometimes, room


def pair(of: Film, seed: int = 0, uplink_Bps: float = 4 * MBPS) -> tuple[Network, Member, Member]:
    source, viewer = room(of, 1, seed, source=uplink_Bps)
    return source.network, source, viewer


@pytest.mark.parametrize(
    ("size", "piece_size"),
    [
        (1, 256 * KIB),
        (64 * KIB, 256 * KIB),
        (64 * KIB + 1, 256 * KIB),
        (256 * KIB, 256 * KIB),
        (256 * KIB + 1, 256 * KIB),
        (5 * MIB + 77, MIB),
        (9 * MIB - 1, 2 * MIB),
    ],
)
def test_a_film_of_any_length_arrives_whole(size: int, piece_size: int) -> None:
    of = film(size, piece_size)
    network, source, viewer = pair(of)
    assert network.run_until_complete(viewer)
    assert viewer.kept == of.data
    assert source.sent_bytes == size
    assert viewer.rejected == 0


def test_the_pipe_stays_full() -> None:
    of = film(20 * MIB, MIB)
    network, _, viewer = pair(of, uplink_Bps=8 * MBPS)
    began = network.now
    assert network.run_until_complete(viewer)
    assert network.now - began < 1.1 * len(of.data) / (8 * MBPS) + 0.5


def test_nothing_happens_once_all_is_there() -> None:
    network, source, viewer = pair(film())
    assert network.run_until_complete(viewer)
    assert network.run(seconds=3600.0)
    assert viewer.swarm.next_wake(network.now) is None
    assert source.swarm.next_wake(network.now) is None


def test_the_piece_the_video_asks_for_goes_first() -> None:
    of = film(30 * MIB)
    network, source, viewer = pair(of, uplink_Bps=MBPS)
    network.run(seconds=3.0)
    on_its_way = {asked.piece for asked in viewer.swarm.fetching.book._asked.values()}
    before = len(viewer.stored)
    asked_at, wanted = network.now, 100
    viewer.read(7, f"bytes={wanted * 256 * KIB}-")
    assert network.run(until=lambda: 7 in viewer.answers)
    assert viewer.answers[7].status == 206
    assert viewer.answers[7].data == of.piece(wanted)
    overtaken = {piece for _, piece in viewer.stored[before:]} - {wanted}
    assert overtaken <= on_its_way
    in_hand_s = (MIB + 256 * KIB) / MBPS
    assert network.now - asked_at < in_hand_s + 4 * network.delay_s + 0.1
    assert source.swarm.peers == {"v0"}


def test_a_piece_already_asked_for_behind_much_else_is_hurried() -> None:
    of = film(40 * MIB)
    network, _, viewer = pair(of, uplink_Bps=20 * MBPS)
    network.run(seconds=1.0)
    book = viewer.swarm.fetching.book
    last = book.for_film(of.film_id)[-1]
    assert last.untouched
    assert book.before(last) > URGENT_SLACK
    asked_at = network.now
    viewer.read(7, f"bytes={last.piece * 256 * KIB}-")
    assert {asked.urgent for asked in book.for_piece(of.film_id, last.piece)} == {True}
    assert network.run(until=lambda: 7 in viewer.answers)
    assert network.now - asked_at < (MIB + 512 * KIB) / (20 * MBPS) + 4 * network.delay_s + 0.05
    assert network.run_until_complete(viewer)
    assert viewer.dropped == []
    assert viewer.kept == of.data


def test_fetching_goes_on_from_where_the_video_reads() -> None:
    of = film(30 * MIB)
    network, _, viewer = pair(of, uplink_Bps=2 * MBPS)
    network.run(seconds=1.0)
    viewer.read(1, f"bytes={60 * 256 * KIB}-")
    network.run(seconds=1.5)
    behind = len(viewer.stored)
    network.run(seconds=2.0)
    assert {piece for _, piece in viewer.stored[behind:]} <= set(range(60, 60 + 64))


def test_altered_blocks_are_never_accepted_and_the_altering_peer_is_dropped() -> None:
    network, source, viewer = pair(film())
    source.tamper = altered
    network.run(seconds=60.0)
    assert viewer.store.pieces == {}
    assert viewer.rejected == 2
    assert [peer for peer, _ in viewer.dropped] == ["source"]


def test_a_piece_altered_once_is_asked_again() -> None:
    of = film()
    network, source, viewer = pair(of)
    once = iter([True])
    source.tamper = lambda header, payload: altered(header, payload) if next(once, False) else (header, payload)
    assert network.run_until_complete(viewer)
    assert viewer.rejected == 1
    assert viewer.kept == of.data
    assert viewer.dropped == []


def test_lost_blocks_are_asked_again() -> None:
    of = film()
    network, source, viewer = pair(of)
    dice = random.Random(3)
    source.tamper = lambda header, payload: None if dice.random() < 0.05 else (header, payload)
    assert network.run_until_complete(viewer)
    assert viewer.kept == of.data


def test_a_silent_source_is_asked_again_when_it_speaks() -> None:
    of = film()
    network, source, viewer = pair(of, uplink_Bps=MBPS)
    network.run(seconds=2.0)
    source.silent = True
    network.run(seconds=60.0)
    assert not viewer.complete
    assert viewer.ticks < 60
    source.silent = False
    assert network.run_until_complete(viewer, seconds=PATIENCE_S + 20.0)
    assert viewer.kept == of.data


def test_a_source_that_vanishes_and_returns_sends_nothing_twice() -> None:
    of = film()
    network, source, viewer = pair(of, uplink_Bps=MBPS)
    network.run(seconds=2.5)
    held = len(viewer.stored)
    network.leave(source)
    network.run(seconds=30.0)
    assert 0 < held <= len(viewer.stored) < of.count
    network.connect(source, viewer)
    assert network.run_until_complete(viewer)
    assert viewer.kept == of.data
    assert len(viewer.stored) == of.count
    assert viewer.got_bytes <= len(of.data) + MIB


def test_a_source_that_loses_its_file_says_so_and_comes_back() -> None:
    of = film()
    network, source, viewer = pair(of, uplink_Bps=MBPS)
    network.run(seconds=2.0)
    source.lose_source()
    network.run(seconds=30.0)
    assert viewer.share.maps["source"].bits == source.share.held.bits == viewer.share.held.bits != 0
    assert not viewer.complete
    source.offer(of)
    assert network.run_until_complete(viewer)
    assert viewer.kept == of.data


def test_a_source_that_loses_its_file_gets_the_film_from_its_viewer() -> None:
    of = film()
    network, source, viewer = pair(of)
    assert network.run_until_complete(viewer)
    source.lose_source()
    assert network.run_until_complete(source)
    assert source.kept == of.data


def test_a_source_that_loses_its_file_while_a_viewer_holds_pieces_it_kept_itself() -> None:
    """Its own store answers after its first requests might have gone out."""
    of = film()
    network, source, viewer = pair(of)
    assert network.run_until_complete(viewer)
    source.store = Store({0: of.piece(0), 3: of.piece(3)}, of.manifest.encode())
    source.lose_source()
    assert network.run_until_complete(source)
    assert source.kept == of.data
    assert {piece for _, piece in source.stored} == set(range(of.count)) - {0, 3}


def test_a_viewer_who_drops_the_same_file_and_loses_it_keeps_what_had_come() -> None:
    of = film()
    network, _, viewer = pair(of, uplink_Bps=MBPS)
    network.run(seconds=2.0)
    assert viewer.stored
    viewer.offer(of)
    network.run(seconds=1.0)
    assert viewer.complete
    viewer.lose_source()
    assert network.run_until_complete(viewer)
    assert viewer.kept == of.data
    assert len(viewer.stored) == of.count


def test_a_reload_fetches_nothing_twice() -> None:
    of = film()
    network, source, viewer = pair(of, uplink_Bps=MBPS)
    network.run(seconds=2.5)
    network.leave(viewer)
    network.run(seconds=1.0)
    held = set(viewer.store.pieces)
    again = network.member("v0 again")
    again.store = viewer.store
    again.want(of)
    network.connect(source, again)
    assert network.run_until_complete(again)
    assert again.kept == of.data
    assert {piece for _, piece in again.stored} == set(range(of.count)) - held


@pytest.mark.parametrize("manifest", [None, b"", b"garbage", film(seed=2).manifest.encode()])
def test_a_store_whose_manifest_is_not_the_films_is_passed_over(manifest: bytes | None) -> None:
    of = film()
    network = Network()
    source, viewer = network.member("source"), network.member("v0")
    viewer.store = Store({1: b"rubbish"}, manifest)
    source.offer(of)
    viewer.want(of)
    network.connect_all()
    assert network.run_until_complete(viewer)
    assert viewer.kept == of.data


def test_a_full_store_stops_the_transfer_and_keeps_what_is_there() -> None:
    of = film()
    network, source, viewer = pair(of)
    viewer.store.room = 5
    network.run(seconds=120.0)
    assert viewer.share.store_failed
    assert not viewer.share.fetching
    assert len(viewer.store.pieces) == len(viewer.share.held) == 5
    assert viewer.swarm.fetching.book.outstanding("source") == 0
    assert viewer.dropped == []
    assert source.dropped == []
    assert source.sent_bytes < 0.9 * len(of.data)
    viewer.read(1, f"bytes={viewer.stored[0][1] * 256 * KIB}-")
    assert viewer.answers[1].data == of.piece(viewer.stored[0][1])


def test_a_slow_store_does_not_fill_the_memory() -> None:
    of = film(60 * MIB, MIB)
    network, _, viewer = pair(of, uplink_Bps=40 * MBPS)
    viewer.store.takes_s = 0.2
    assert network.run_until_complete(viewer)
    assert viewer.most_unverified <= MAX_UNWRITTEN + MOST_WINDOW + MIB
    assert viewer.kept == of.data


@pytest.mark.parametrize("limit_Bps", [100 * KIB, 700 * KIB, 3 * MIB])
@pytest.mark.parametrize("side", ["upload", "download"])
def test_a_limit_holds_within_fifteen_per_cent(limit_Bps: int, side: str) -> None:
    of = film(min(24 * MIB, 20 * limit_Bps), MIB)
    network, source, viewer = pair(of, uplink_Bps=20 * MBPS)
    if side == "upload":
        source.limit(upload_Bps=limit_Bps)
    else:
        viewer.limit(download_Bps=limit_Bps)
    began = network.now
    assert network.run_until_complete(viewer)
    rate = len(of.data) / (network.now - began)
    assert 0.85 * limit_Bps < rate < 1.15 * limit_Bps
    assert viewer.ticks + source.ticks < 20 * len(of.data) / wire.BLOCK_SIZE


def test_a_limit_taken_away_lets_everything_through() -> None:
    of = film()
    network, source, viewer = pair(of)
    source.limit(upload_Bps=10 * KIB)
    network.run(seconds=20.0)
    assert not viewer.complete
    source.limit()
    assert network.run_until_complete(viewer, seconds=4.0)


def test_a_download_limit_survives_other_things_happening_at_its_moment() -> None:
    """A wake that was due while something else happened must not be forgotten."""
    of = film(2 * MIB)
    network, _, viewer = pair(of)
    viewer.limit(download_Bps=200 * KIB)
    for tenth in range(1, 600):
        moment = network.now + tenth / 10 + 0.0005
        network.at(moment, lambda: viewer._do(viewer.swarm.serving.sent("source", 0, network.now)))
    assert network.run_until_complete(viewer, seconds=14.0)


def test_the_same_seed_gives_the_same_evening() -> None:
    of = film()

    def evening() -> list[tuple[float, int]]:
        source, *viewers = room(of, 3, seed=5)
        dice = random.Random(1)
        viewers[0].tamper = altered_sometimes(0.1, dice)
        source.network.run(seconds=60.0)
        return [entry for viewer in viewers for entry in viewer.stored]

    assert evening() == evening()


def test_a_manifest_of_several_frames_arrives() -> None:
    of = film(1500, 1)
    network, _, viewer = pair(of)
    network.run(seconds=1.0)
    assert viewer.share.manifest == of.manifest


def test_a_film_taken_off_and_put_on_again_is_not_fetched_twice() -> None:
    of = film()
    network, _, viewer = pair(of, uplink_Bps=MBPS)
    network.run(seconds=2.0)
    viewer.forget()
    network.run(seconds=20.0)
    held = set(viewer.store.pieces)
    assert len(held) < of.count
    viewer.want(of)
    assert network.run_until_complete(viewer)
    assert viewer.kept == of.data
    assert len(viewer.stored) == of.count
    assert viewer.dropped == []


# --- pause


@pytest.mark.parametrize("whose", ["sending", "receiving"])
def test_a_pause_stops_the_film_and_its_end_lets_it_go_on(whose: str) -> None:
    of = film(20 * MIB)
    network, source, viewer = pair(of, uplink_Bps=2 * MBPS)
    network.run(seconds=2.0)
    paused = source if whose == "sending" else viewer
    paused.pause(**{whose: True})
    network.run(seconds=1.0)  # what is in the browser's hands and on the line still comes
    sent = source.sent_bytes
    assert sent < 3.5 * 2 * MBPS
    network.run(seconds=60.0)
    assert source.sent_bytes == sent
    assert not viewer.complete
    paused.pause()
    assert network.run_until_complete(viewer)
    assert viewer.kept == of.data
    assert viewer.dropped == source.dropped == []
    assert source.sent_bytes < len(of.data) + 2 * MIB


def test_who_comes_while_the_source_has_paused_waits_for_it() -> None:
    of = film()
    network = Network()
    source, late = network.member("source"), network.member("late")
    source.offer(of)
    source.pause(sending=True)
    late.want(of)
    network.connect(source, late)
    network.run(seconds=30.0)
    assert late.got_bytes == 0
    source.pause()
    assert network.run_until_complete(late, seconds=10.0)
