"""Rooms of several swarms: some slow, some leaving, some lying."""

import random

import pytest

from app.swarm import wire
from app.swarm.download import MAX_IDLE_PIECES
from app.swarm.fetching import MAX_UNASKED, MOST_WINDOW
from app.swarm.manifest import MIB
from app.swarm.requests import PATIENCE_S
from app.swarm.uploads import MAX_QUEUED_JOBS
from tests.support.builders import KIB, Film, film
from tests.support.fake_swarm import MBPS, Member, Network, altered, altered_sometimes, room


def honest_evening(of: Film, *members: Member) -> None:
    """All hold the film, to the byte, each piece written once, and nobody was dropped."""
    for member in members:
        assert member.kept == of.data
        assert len(member.stored) == of.count
        assert member.dropped == []
        assert member.rejected == 0


@pytest.mark.parametrize("seed", range(6))
def test_everyone_gets_the_film(seed: int) -> None:
    of = film(8 * MIB + 5)
    dice = random.Random(seed)
    uplinks = {f"v{i}": dice.uniform(0.2, 8) * MBPS for i in range(5)}
    source, *viewers = room(of, 5, seed, source=3 * MBPS, **uplinks)
    assert source.network.run_until_complete(*viewers)
    honest_evening(of, *viewers)


def test_viewers_serve_each_other_past_the_window_in_order() -> None:
    of = film(60 * MIB)
    source, *viewers = room(of, 3, source=2 * MBPS, each=8 * MBPS)
    assert source.network.run_until_complete(*viewers)
    honest_evening(of, *viewers)
    assert source.sent_bytes < 2.4 * len(of.data)
    assert all(viewer.sent_bytes > 0 for viewer in viewers)


def test_viewers_finish_without_the_source_once_they_hold_everything_between_them() -> None:
    of = film()
    network = Network()
    viewers = [network.member(f"v{i}") for i in range(3)]
    for index, viewer in enumerate(viewers):
        viewer.store.manifest = of.manifest.encode()
        viewer.store.pieces = {piece: of.piece(piece) for piece in range(index, of.count, 3)}
        viewer.want(of)
    network.connect_all()
    assert network.run_until_complete(*viewers)
    assert all(viewer.kept == of.data for viewer in viewers)
    assert sum(len(viewer.stored) for viewer in viewers) == 2 * of.count


def test_the_manifest_travels_by_way_of_a_viewer() -> None:
    of = film()
    network = Network()
    source, middle, far = (network.member(name) for name in ("source", "middle", "far"))
    source.offer(of)
    middle.want(of)
    far.want(of)
    network.connect(source, middle)
    network.connect(middle, far)
    assert network.run_until_complete(middle, far)
    honest_evening(of, middle, far)
    assert set(far.got_from) == {"middle"}


def test_pieces_told_of_before_the_room_spoke_of_the_film_are_known() -> None:
    of = film()
    network = Network()
    source, early, late = (network.member(name) for name in ("source", "early", "late"))
    source.offer(of)
    early.want(of)
    network.connect_all()
    assert network.run_until_complete(early)
    network.leave(source)
    late.want(of)
    assert network.run_until_complete(late, seconds=30.0)
    honest_evening(of, late)


@pytest.mark.parametrize("seed", range(8))
def test_comings_and_goings(seed: int) -> None:
    """Viewers and the source leave and return for a minute; whoever stays to the end has it all."""
    of = film(10 * MIB)
    source, *viewers = room(of, 4, seed, source=MBPS, each=2 * MBPS)
    network, dice = source.network, random.Random(seed)

    def shake() -> None:
        member = dice.choice(list(network.members.values()))
        network.leave(member)
        network.at(network.now + dice.uniform(0.0, 4.0), lambda: back(member))

    def back(member: Member) -> None:
        for other in network.members.values():
            if other is not member and (member.name, other.name) not in network.links:
                network.connect(member, other)

    for _ in range(20):
        network.at(network.now + dice.uniform(0.0, 60.0), shake)
    network.run(seconds=70.0)
    assert network.run_until_complete(*viewers)
    honest_evening(of, *viewers)


@pytest.mark.parametrize("seed", range(4))
def test_a_source_that_leaves_for_good_leaves_what_it_gave(seed: int) -> None:
    """Whatever anyone holds when it goes, everyone gets, and then all is quiet."""
    of = film(10 * MIB)
    source, *viewers = room(of, 3, seed, source=MBPS)
    network = source.network
    network.run(seconds=5.0)
    network.leave(source)
    network.run(seconds=60.0)
    held = {viewer.share.held.bits for viewer in viewers}
    assert len(held) == 1
    assert 0 < held.pop().bit_count() < of.count
    ticks = sum(viewer.ticks for viewer in viewers)
    network.run(seconds=600.0)
    assert sum(viewer.ticks for viewer in viewers) == ticks
    network.connect(source, viewers[0])
    assert network.run_until_complete(*viewers)
    honest_evening(of, *viewers)


def test_what_a_silent_peer_owes_is_asked_of_others() -> None:
    of = film(10 * MIB)
    source, silent, viewer = room(of, 2, source=MBPS)
    network = source.network
    silent.offer(of)
    network.run(seconds=1.5)
    owed = {asked.piece for asked in viewer.swarm.fetching.book._asked.values() if asked.peer == "v0"}
    assert owed
    silent.silent = True
    silent_at = network.now
    assert network.run(until=lambda: owed <= set(viewer.store.pieces))
    assert network.now - silent_at < PATIENCE_S + 3.0
    assert network.run_until_complete(viewer)
    honest_evening(of, viewer)


def test_one_who_trickles_does_not_hold_up_the_piece_the_video_waits_for() -> None:
    of = film(10 * MIB)
    source, trickler, viewer = room(of, 2, source=4 * MBPS, v0=40 * KIB)
    network = source.network
    trickler.offer(of)
    network.run(seconds=0.6)
    owed = [asked.piece for asked in viewer.swarm.fetching.book._asked.values() if asked.peer == "v0" and asked.missing]
    assert owed
    asked_at = network.now
    viewer.read(1, f"bytes={owed[-1] * 256 * KIB}-")
    assert network.run(until=lambda: 1 in viewer.answers)
    assert network.now - asked_at < PATIENCE_S


def test_one_who_trickles_holds_up_the_whole_film_by_little() -> None:
    of = film(10 * MIB)
    source, trickler, viewer = room(of, 2, source=4 * MBPS, v0=30 * KIB)
    trickler.offer(of)
    began = source.network.now
    assert source.network.run_until_complete(viewer)
    assert source.network.now - began < 3 * PATIENCE_S
    assert viewer.kept == of.data


def test_a_viewer_whose_store_fills_up_is_told_and_holds_up_nobody() -> None:
    of = film(10 * MIB)
    source, full, *viewers = room(of, 3)
    full.store.room = 4
    assert source.network.run_until_complete(*viewers)
    source.network.run(seconds=60.0)
    assert full.share.store_failed
    assert len(full.share.held) == 4
    assert sum(full.got_from.values()) < 0.9 * len(of.data)
    honest_evening(of, *viewers)


def test_an_upload_limit_is_shared_fairly() -> None:
    of = film(30 * MIB)
    source, *viewers = room(of, 3, source=20 * MBPS, each=1)
    source.limit(upload_Bps=600 * KIB)
    source.network.run(seconds=20.0)
    got = [viewer.got_from["source"] for viewer in viewers]
    assert max(got) < 1.1 * min(got)
    assert 0.85 < source.sent_bytes / (20.0 * 600 * KIB) < 1.15


# --- those who do not keep to the protocol


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("piece_size", [256 * KIB, MIB])
def test_one_who_alters_every_block_is_found_out(seed: int, piece_size: int) -> None:
    """Small blocks of several givers make one piece, so that a bad piece does not say who spoilt it."""
    of = film(40 * MIB, piece_size)
    source, altering, *viewers = room(of, 3, seed, source=MBPS, each=MBPS)
    altering.tamper = altered
    network = source.network
    altering.offer(of)
    assert network.run_until_complete(*viewers, seconds=120.0)
    for viewer in viewers:
        assert viewer.kept == of.data
        assert {peer for peer, _ in viewer.dropped} == {"v0"}
        assert viewer.rejected < 10


@pytest.mark.parametrize("seed", range(4))
def test_one_who_alters_now_and_then_costs_time_and_no_truth(seed: int) -> None:
    of = film(10 * MIB, 512 * KIB)
    source, altering, *viewers = room(of, 3, seed, source=MBPS, each=MBPS)
    altering.tamper = altered_sometimes(0.05, random.Random(seed))
    altering.offer(of)
    assert source.network.run_until_complete(*viewers, seconds=300.0)
    for viewer in viewers:
        assert viewer.kept == of.data
        assert {peer for peer, _ in viewer.dropped} <= {"v0"}


class Liar:
    """A peer with no swarm behind it, who says whatever the test likes."""

    def __init__(self, network: Network, victim: Member) -> None:
        self.network, self.victim = network, victim
        self.member = network.member("liar")
        self.member.silent = True
        network.connect(self.member, victim)

    def says(self, *frames: wire.Frame) -> None:
        for frame in frames:
            if self.connected:
                self.victim.hears("liar", wire.decode(wire.encode(frame)))

    def sends(self, header: wire.BlockHeader, payload: bytes) -> None:
        if self.connected:
            self.victim.gets_block("liar", header, payload)

    @property
    def connected(self) -> bool:
        self.network.run(seconds=0.001)
        return ("liar", self.victim.name) in self.network.links

    @property
    def caught(self) -> bool:
        return not self.connected


@pytest.fixture
def honest() -> tuple[Film, Member, Member]:
    """A slow pair in mid-transfer; what the viewer has least is piece 11."""
    of = film(4 * MIB)
    source, viewer = room(of, 1, source=MBPS)
    source.network.run(seconds=1.0)
    assert 11 not in viewer.share.held
    return of, source, viewer


def unharmed(of: Film, source: Member, viewer: Member) -> None:
    assert source.network.run_until_complete(viewer)
    assert viewer.kept == of.data
    assert len(viewer.stored) == of.count
    assert {peer for peer, _ in viewer.dropped} <= {"liar"}


def lie(of: Film) -> dict[str, list[wire.Frame]]:
    count = of.count
    everything = wire.Bitfield(of.film_id, count, b"\xff" * (count // 8))
    return {
        "too long a bitfield": [wire.Bitfield(of.film_id, count + 8, bytes(count // 8 + 1))],
        "too short a bitfield": [wire.Bitfield(of.film_id, count - 8, bytes(count // 8 - 1))],
        "another count in as many bytes": [wire.Bitfield(of.film_id, count - 1, bytes(count // 8))],
        "a piece behind the end": [everything, wire.Have(of.film_id, count)],
        "bytes outside a piece": [wire.Request(of.film_id, 1, 0, 256 * KIB - 1, 2, False)],
        "an endless piece": [wire.Request(of.film_id, 1, 0, 0, 0xFFFFFFFF, False)],
        "a flood of requests": [
            wire.Request(of.film_id, number, 0, 0, 256 * KIB, number % 2 == 0) for number in range(MAX_QUEUED_JOBS + 20)
        ],
        "manifests without end": [wire.ManifestRequest(of.film_id)] * 100,
    }


@pytest.mark.parametrize("kind", lie(film(4 * MIB)))
def test_a_lie_ends_the_connection_and_nothing_else(kind: str, honest: tuple[Film, Member, Member]) -> None:
    of, source, viewer = honest
    liar = Liar(source.network, viewer)
    liar.says(*lie(of)[kind])
    assert liar.caught
    unharmed(of, source, viewer)


@pytest.mark.parametrize(
    "frames",
    [
        [wire.Cancel(number) for number in range(3000)],
        [wire.Absent(number) for number in range(3000)],
        [wire.Have(film(4 * MIB).film_id, 0xFFFFFFFF)],
        [wire.Have("00" * 32, 0)] * 50,
        [wire.ManifestRequest(f"{number:064x}") for number in range(50)],
        [wire.ManifestChunk("00" * 32, 10, 0, b"0123456789")],
        [wire.ManifestChunk(film(4 * MIB).film_id, 10, 0, b"0123456789")],
        [wire.Bitfield(f"{number:064x}", 8, b"\xff") for number in range(500)],
        [wire.Request(film(4 * MIB).film_id, number, 11, 0, 1, True) for number in range(2000)],
    ],
    ids=["cancels", "absences", "have without a bitfield", "have of a film unknown", "manifests of films unknown",
         "a manifest nobody wants", "a manifest nobody asked for", "bitfields of films unknown",
         "requests for what we lack"],
)  # fmt: skip
def test_idle_talk_is_borne(frames: list[wire.Frame], honest: tuple[Film, Member, Member]) -> None:
    of, source, viewer = honest
    liar = Liar(source.network, viewer)
    liar.says(*frames)
    assert not liar.caught
    unharmed(of, source, viewer)


def test_requests_and_cancels_without_end_cost_no_memory(honest: tuple[Film, Member, Member]) -> None:
    of, source, viewer = honest
    liar = Liar(source.network, source)
    for number in range(3000):
        liar.says(wire.Request(of.film_id, number, 0, 0, 256 * KIB, False), wire.Cancel(number))
    assert len(source.swarm.serving.uploads._queues.get("liar", ())) <= 1
    unharmed(of, source, viewer)


def test_blocks_nobody_asked_for_end_the_connection(honest: tuple[Film, Member, Member]) -> None:
    of, source, viewer = honest
    liar = Liar(source.network, viewer)
    for number in range(MAX_UNASKED + 1):
        assert liar.connected
        liar.sends(wire.BlockHeader(3, 0, number), of.block(3, 0))
    assert liar.caught
    unharmed(of, source, viewer)


@pytest.mark.parametrize("how", ["overlong", "short", "at another place", "of another piece", "twice"])
def test_a_block_that_is_not_what_was_asked_is_not_taken(how: str, honest: tuple[Film, Member, Member]) -> None:
    of, source, viewer = honest
    network = source.network
    network.leave(source)
    liar = Liar(network, viewer)
    liar.says(wire.Bitfield(of.film_id, of.count, b"\xff" * (of.count // 8)))
    asked = next(asked for asked in viewer.swarm.fetching.book._asked.values() if asked.peer == "liar")
    block = of.block(asked.piece, asked.offset)
    owed = viewer.swarm.fetching.book.outstanding("liar")
    header, payload = {
        "overlong": (wire.BlockHeader(asked.piece, asked.offset, asked.request), block + b"!"),
        "short": (wire.BlockHeader(asked.piece, asked.offset, asked.request), block[:-1]),
        "at another place": (wire.BlockHeader(asked.piece, asked.offset + 1, asked.request), block),
        "of another piece": (wire.BlockHeader(asked.piece + 1, asked.offset, asked.request), block),
        "twice": (wire.BlockHeader(asked.piece, asked.offset, asked.request), block),
    }[how]
    taken = len(block) if how == "twice" else 0
    for _ in range(MAX_UNASKED + 1 + (how == "twice")):
        liar.sends(header, payload)
    assert liar.caught
    assert viewer.most_unverified <= taken + 4 * 256 * KIB
    assert owed > 0
    network.connect(source, viewer)
    unharmed(of, source, viewer)


def test_a_manifest_of_another_film_ends_the_connection() -> None:
    of, other = film(4 * MIB), film(4 * MIB, seed=9)
    network = Network()
    viewer = network.member("v0")
    viewer.want(of)
    network.run(seconds=0.1)
    liar = Liar(network, viewer)
    liar.says(wire.Bitfield(of.film_id, of.count, b"\xff" * (of.count // 8)))
    encoded = other.manifest.encode()
    liar.says(wire.ManifestChunk(of.film_id, len(encoded), 0, encoded))
    assert liar.caught
    source = network.member("source")
    source.offer(of)
    network.connect(source, viewer)
    unharmed(of, source, viewer)


def test_a_peer_that_promises_a_manifest_and_sends_none_is_passed_over() -> None:
    of = film(4 * MIB)
    network = Network()
    viewer = network.member("v0")
    viewer.want(of)
    network.run(seconds=0.1)
    liar = Liar(network, viewer)
    liar.says(wire.Bitfield(of.film_id, of.count, b"\xff" * (of.count // 8)))
    source = network.member("source")
    source.offer(of)
    network.connect(source, viewer)
    unharmed(of, source, viewer)


def test_one_who_gives_all_of_each_piece_but_the_last_block_fills_no_memory() -> None:
    of = film(60 * MIB, MIB)
    network = Network()
    viewer = network.member("v0")
    viewer.store.manifest = of.manifest.encode()
    viewer.want(of)
    network.run(seconds=0.1)
    liar = Liar(network, viewer)
    liar.says(wire.Bitfield(of.film_id, of.count, PieceBits.all(of.count)))
    book = viewer.swarm.fetching.book
    while owed := [asked for asked in book._asked.values() if asked.peer == "liar"]:
        asked = owed[0]
        last = max(asked.missing)
        for offset in sorted(asked.missing - {last}):
            liar.sends(wire.BlockHeader(asked.piece, offset, asked.request), of.block(asked.piece, offset))
        liar.says(wire.Absent(asked.request))
    assert viewer.most_unverified <= MAX_IDLE_PIECES * MIB + MOST_WINDOW + MIB
    source = network.member("source")
    source.offer(of)
    network.connect(source, viewer)
    unharmed(of, source, viewer)


class PieceBits:
    """Bitfields for those who have no piece map."""

    @staticmethod
    def all(count: int) -> bytes:
        return ((1 << count) - 1 << -count % 8).to_bytes((count + 7) // 8, "big")
