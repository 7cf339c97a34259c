"""How soon a room has a film, against what its uplinks allow, and how often the film leaves its source.

The fluid bound (Kumar, Ross, "Peer-assisted file distribution", 2006): no way of sharing F bytes among N viewers is
faster than max(F / u_s, N F / (u_s + sum u_i)), where u are the uplinks.
"""

from dataclasses import dataclass
from itertools import combinations

import pytest

from app.peers.topology import neighbours
from app.swarm.manifest import MIB
from tests.support.builders import film
from tests.support.fake_swarm import MBPS, Member, Network, room


@dataclass(frozen=True, slots=True)
class Outcome:
    """Time over the fluid bound; bytes out of the source, and into a viewer on average, over the film's."""

    time: float
    source: float
    into: float


def shared(
    viewers: int, source_Bps: float, each_Bps: float, size: int, *, limits: bool = False, seed: int = 0
) -> Outcome:
    """Everybody joins at once, and every video asks for both ends of the film. With `limits`, it is the members' own
    upload limits that are slow, and not their lines."""
    of = film(size, MIB)
    line = 50 if limits else 1
    source, *others = room(of, viewers, seed, source=source_Bps * line, each=each_Bps * line)
    network = source.network
    if limits:
        source.limit(upload_Bps=int(source_Bps))
        for viewer in others:
            viewer.limit(upload_Bps=int(each_Bps))
    began = network.now
    for viewer in others:
        viewer.read(1, "bytes=0-")
        viewer.read(2, f"bytes={size - 1000}-")
    assert network.run_until_complete(*others)
    assert all(viewer.kept == of.data for viewer in others)
    assert all(member.dropped == [] for member in (source, *others))
    bound = max(size / source_Bps, viewers * size / (source_Bps + viewers * each_Bps))
    into = sum(viewer.got_bytes for viewer in others) / size / viewers
    return Outcome((network.now - began) / bound, source.sent_bytes / size, into)


@pytest.mark.parametrize("limits", [False, True])
@pytest.mark.parametrize(("viewers", "megabytes"), [(2, 32), (4, 32), (7, 64)])
def test_in_a_room_of_equals_the_film_leaves_its_source_about_once(viewers: int, megabytes: int, limits: bool) -> None:
    outcome = shared(viewers, 2 * MBPS, 2 * MBPS, megabytes * MBPS, limits=limits)
    assert outcome.time < 1.15
    assert outcome.source < 1.15
    assert outcome.into < 1.02


@pytest.mark.parametrize("limits", [False, True])
def test_where_viewers_can_give_little_the_source_gives_the_rest(limits: bool) -> None:
    outcome = shared(4, 8 * MBPS, MBPS // 2, 32 * MBPS, limits=limits)
    assert outcome.time < 1.2
    assert outcome.into < 1.02


def test_a_thin_source_is_all_that_holds_up_a_room_of_fat_viewers() -> None:
    outcome = shared(4, MBPS // 2, 8 * MBPS, 32 * MBPS)
    assert outcome.time < 1.15
    assert outcome.source < 1.15


def test_slow_lines_do_not_count_as_dead_ones() -> None:
    outcome = shared(3, 0.3 * MBPS, 0.3 * MBPS, 24 * MBPS)
    assert outcome.time < 1.25
    assert outcome.source < 1.25


def network_of(members: list[Member]) -> Network:
    return members[0].network


@pytest.mark.parametrize("seed", range(4))
def test_a_viewer_that_leaves_costs_the_others_little(seed: int) -> None:
    of = film(32 * MIB, MIB)
    source, *viewers = members = list(room(of, 4, seed, source=2 * MBPS, each=2 * MBPS))
    network = network_of(members)
    began = network.now
    network.run(seconds=6.0)
    network.leave(viewers[0])
    assert network.run_until_complete(*viewers[1:])
    assert network.now - began < 1.4 * len(of.data) / (2 * MBPS)
    assert source.sent_bytes < 1.35 * len(of.data)


def test_a_viewer_that_passes_nothing_on_is_worked_around() -> None:
    of = film(32 * MIB, MIB)
    source, mean, *viewers = members = list(room(of, 4, source=2 * MBPS, each=2 * MBPS))
    mean.tamper = lambda header, payload: None
    assert network_of(members).run_until_complete(*viewers)
    assert all(viewer.kept == of.data for viewer in viewers)
    assert source.sent_bytes < 2 * len(of.data)


def test_a_second_source_halves_the_work() -> None:
    of = film(32 * MIB, MIB)
    source, second, *viewers = members = list(room(of, 4, source=MBPS, each=MBPS))
    second.offer(of)
    network = network_of(members)
    began = network.now
    assert network.run_until_complete(*viewers)
    assert network.now - began < 0.8 * len(of.data) / MBPS
    assert source.sent_bytes + second.sent_bytes < 1.6 * len(of.data)


@pytest.mark.parametrize(("members", "time"), [(20, 3.0), (100, 5.5)])
def test_a_room_too_large_for_everybody_to_know_everybody(members: int, time: float) -> None:
    """Connected as the topology says. The smaller the film, the more the way through the room counts."""
    of = film(16 * MIB, MIB)
    network = Network(delay_s=0.02)
    names = [f"m{number}" for number in range(members)]
    source, *viewers = [network.member(name, 2 * MBPS) for name in names]
    source.offer(of)
    for viewer in viewers:
        viewer.want(of)
    near = {name: neighbours(name, names, [source.name]) for name in names}
    for one, other in combinations(network.members.values(), 2):
        if other.name in near[one.name]:
            network.connect(one, other)
    began = network.now
    assert network.run_until_complete(*viewers)
    assert network.now - began < time * len(of.data) / (2 * MBPS)
    assert all(viewer.kept == of.data for viewer in viewers)
