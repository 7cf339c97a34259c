"""One film as it stands here and with the peers."""

import pytest

from app.swarm.manifest import MIB
from app.swarm.media import MediaRequest
from app.swarm.piece_map import PieceMap
from app.swarm.share import Bar, Share
from tests.support.builders import bits, facts, manifest

COUNT = 10


def share(duration_s: float | None = 1000.0) -> Share:
    return Share(facts(), duration_s)


def test_it_begins_with_nothing() -> None:
    of = share()
    assert of.film_id == facts().film_id
    assert of.count == COUNT
    assert of.held_bytes() == 0
    assert not of.fetching


def test_it_fetches_while_something_is_missing_and_can_be_kept() -> None:
    of = share()
    of.store_open = True
    assert not of.fetching
    of.adopt(manifest())
    assert of.manifest == manifest()
    assert of.fetching
    of.store_failed = True
    assert not of.fetching
    of.store_failed = False
    of.store_open = False
    assert not of.fetching
    of.store_open = True
    of.bar = Bar.NO_ROOM
    assert not of.fetching
    of.bar = None
    of.held.bits = PieceMap.full(COUNT).bits
    assert not of.fetching


def test_rarity_follows_what_peers_hold() -> None:
    of = share()
    everything = PieceMap.full(COUNT).bits
    of.set_map("ada", PieceMap.full(COUNT))
    of.set_map("bo", PieceMap(COUNT, bits(1, 2)))
    assert of.rarity.rarest(everything) == everything & ~bits(1, 2)
    of.add_have("bo", 5)
    of.add_have("bo", 5)
    assert of.rarity.rarest(bits(1, 2, 5, 7)) == bits(7)
    of.lacks("bo", 1)
    of.lacks("bo", 1)
    of.lacks("nobody", 1)
    assert of.rarity.rarest(bits(1, 2, 5)) == bits(1)
    of.set_map("bo", PieceMap(COUNT))
    assert of.rarity.rarest(everything) == everything
    of.drop_peer("bo")
    of.drop_peer("bo")
    of.drop_peer("ada")
    assert of.rarity.rarest(everything) == 0
    assert of.maps == {}


def test_the_playhead_is_where_the_video_reads() -> None:
    of = share()
    assert of.wants().playhead == 0
    of.read_at(2)
    assert of.wants().playhead == 2


def test_what_the_video_waits_for_is_urgent() -> None:
    of = share()
    of.waiting.add(MediaRequest(1, 3 * MIB, 4 * MIB))
    of.waiting.add(MediaRequest(2, 7 * MIB, 8 * MIB))
    assert of.wants().urgent == (7, 3)


@pytest.mark.parametrize(
    ("held", "size"), [((), 0), ((0,), MIB), ((9,), 5), ((0, 9), MIB + 5), (range(10), 9 * MIB + 5)]
)
def test_held_bytes_are_exact(held: tuple[int, ...], size: int) -> None:
    of = Share(facts(9 * MIB + 5), None)
    of.held.bits = bits(*held)
    assert of.held_bytes() == size
