"""Connections that break, in rooms of real sessions: the film goes on, and nothing that is here is fetched again.

`Seatmate` itself asserts that no piece is stored twice. Times in seconds, sizes in bytes.
"""

import itertools

import pytest

from app.peers.call import MEND_S
from app.peers.negotiation import ClosePeer, RestartIce
from app.peers.pulse import ANSWER_S, SILENT_S
from app.session import events as ev
from app.session.picture import Flow, Peer, Way
from app.swarm.actions import SendFrame
from app.swarm.wire import Request
from tests.support.pair import Evening, FakeFile, Seatmate

MIB = 1024 * 1024
FILM = FakeFile.mp4("Metropolis.mp4", 10 * MIB + 345, duration_s=240.0)
SEEDS = range(8)


def room(evening: Evening, *guests: str) -> list[Seatmate]:
    """Anna has a room and a film in it, the others are in it."""
    anna = evening.mate("Anna", uplink_Bps=1e6)
    anna.emit(ev.StartPressed("Anna"))
    evening.run_until(lambda: anna.picture.link == "up")
    anna.drop_film(FILM)
    evening.run_until(lambda: anna.picture.current is not None)
    return [anna, *(enter(evening, anna, name) for name in guests)]


def enter(evening: Evening, host: Seatmate, name: str) -> Seatmate:
    mate = evening.mate(name, uplink_Bps=1e6)
    mate.open_page(host.address)
    evening.run_until(lambda: mate.picture.card is not None)
    mate.emit(ev.JoinPressed(name))
    evening.run_until(lambda: mate.picture.link == "up")
    return mate


def complete(*mates: Seatmate) -> bool:
    flows = [mate.picture.transfer.flow for mate in mates if mate.picture.transfer]
    return len(flows) == len(mates) and set(flows) <= {Flow.SOURCE, Flow.COMPLETE}


def held(mate: Seatmate) -> float:
    return mate.picture.transfer.held_bytes / len(FILM.data) if mate.picture.transfer else 0.0


def asked_bytes(mate: Seatmate) -> int:
    frames = [effect.frame for effect in mate.performed if isinstance(effect, SendFrame)]
    return sum(frame.length for frame in frames if isinstance(frame, Request))


def line(mate: Seatmate, other: str) -> Peer:
    return next(peer for peer in mate.picture.peers if peer.name == other)


def count(mate: Seatmate, kind: type) -> int:
    return sum(isinstance(effect, kind) for effect in mate.performed)


def test_a_pair_that_can_never_connect_is_served_by_way_of_others() -> None:
    evening = Evening()
    evening.part("Anna", "Dora")
    evening.part("Bo", "Cy")
    mates = room(evening, "Bo", "Cy", "Dora")
    evening.run_until(lambda: complete(*mates), within=90.0)
    anna, bo, _, dora = mates
    assert dora.picture.transfer is not None
    assert dora.picture.transfer.from_viewers == 1.0
    evening.run(15.0)
    assert line(dora, "Anna").way is line(anna, "Dora").way is line(bo, "Cy").way is Way.AROUND
    assert line(dora, "Bo").way is Way.DIRECT


@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_a_link_that_is_silently_dead_is_noticed_and_replaced(share: float) -> None:
    evening = Evening()
    anna, bo = room(evening, "Bo")
    evening.run_until(lambda: held(bo) > share)
    evening.part("Anna", "Bo")
    before = held(bo)
    evening.run(SILENT_S + ANSWER_S + 1)
    assert bo.picture.people[0].connected is False
    evening.rejoin("Anna", "Bo")
    evening.run_until(lambda: complete(anna, bo), within=60.0)
    assert held(bo) >= before
    assert asked_bytes(bo) < len(FILM.data) + 4 * MIB, "only what was never answered is asked for again"


@pytest.mark.parametrize("away_s", [2.0, 6.0, 9.0])
def test_a_short_loss_that_is_noticed_costs_no_connection(away_s: float) -> None:
    evening = Evening()
    anna, bo = room(evening, "Bo")
    evening.run_until(lambda: held(bo) > 0.3)
    evening.part("Anna", "Bo", noticed_after_s=1.0)
    evening.run(away_s)
    assert line(bo, "Anna").way is Way.SHAKEN
    evening.rejoin("Anna", "Bo")
    evening.run_until(lambda: complete(anna, bo), within=60.0)
    assert line(bo, "Anna").way is Way.DIRECT
    assert count(anna, ClosePeer) == count(bo, ClosePeer) == 0
    assert count(anna, RestartIce) == (away_s > 4.0)
    assert count(bo, RestartIce) == 0, "the polite side seeks no way"


def test_a_loss_that_lasts_ends_in_another_connection() -> None:
    evening = Evening()
    anna, bo = room(evening, "Bo")
    evening.run_until(lambda: held(bo) > 0.3)
    evening.part("Anna", "Bo", noticed_after_s=1.0)
    evening.run(MEND_S + 2)
    assert bo.picture.people[0].connected is False
    evening.rejoin("Anna", "Bo")
    evening.run_until(lambda: complete(anna, bo), within=60.0)


def test_what_a_shaken_peer_owes_comes_from_another() -> None:
    evening = Evening()
    anna, bo, cy = room(evening, "Bo", "Cy")
    evening.run_until(lambda: complete(cy), within=90.0)
    dora = enter(evening, anna, "Dora")
    evening.run_until(lambda: held(dora) > 0.1)
    evening.part("Anna", "Dora", noticed_after_s=1.0)
    evening.run_until(lambda: complete(dora), within=60.0)
    assert line(dora, "Anna").way is not Way.DIRECT
    assert complete(bo) or held(bo) > 0


def test_a_machine_that_slept_drops_nobody() -> None:
    evening = Evening()
    anna, bo = room(evening, "Bo")
    evening.run_until(lambda: held(bo) > 0.3)
    bo.clock_ahead += 3600.0
    bo.emit(ev.TimerFired())
    evening.run_until(lambda: complete(anna, bo), within=60.0)
    evening.run(30.0)
    assert count(anna, ClosePeer) == count(bo, ClosePeer) == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_is_lost_and_found_everybody_has_the_film_in_the_end(seed: int) -> None:
    evening = Evening(seed, jitter_s=0.02)
    mates = room(evening, "Bo", "Cy", "Dora")
    pairs = list(itertools.combinations([mate.name for mate in mates], 2))
    for _ in range(8):
        pair = evening.chance.choice(pairs)
        evening.part(*pair, noticed_after_s=evening.chance.choice([None, 1.0, 4.0]))
        evening.run(evening.chance.choice([0.5, 3.0, 9.0, 20.0]))
        evening.rejoin(*evening.chance.choice(pairs))
        if evening.chance.random() < 0.2:
            evening.server.go_down()
            evening.run(evening.chance.choice([1.0, 12.0]))
            evening.server.come_back()
    for pair in pairs:
        evening.rejoin(*pair)
    evening.run_until(lambda: complete(*mates), within=180.0)
