"""How the film stands with us, as the others are told. A film of four pieces and 600 seconds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.room.bounds import MOST_AHEAD_S
from app.room.state import Standing
from app.session import events as ev
from app.session.circle import TOLD_WITHIN_S
from app.session.picture import Flow
from app.session.standing import _STANDINGS, ahead_s
from app.swarm.share import Bar, Share
from tests.support.builders import bits
from tests.unit.room.rooms import room
from tests.unit.session.parts import NOW, OF, Parts, fetching, inside, showing


def standing(parts: Parts, now: float = NOW) -> Standing:
    report = parts.report(now)
    assert report is not None
    return report.standing


def test_every_flow_has_its_standing() -> None:
    assert set(_STANDINGS) == set(Flow)


def test_where_nothing_is_on_there_is_nothing_to_report() -> None:
    parts = inside(room(on=None))
    assert parts.report() is None


def test_from_nobody_to_the_whole() -> None:
    parts = inside(showing("ben"))
    assert standing(parts) is Standing.CONNECTING
    parts = fetching()
    parts.peer_tells("ben", 0, 1)
    parts.exchange.connected(ev.PeerConnected("cy"), NOW)
    assert standing(parts, NOW + TOLD_WITHIN_S) is Standing.STALLED
    parts.peer_tells("ben", 0, 1, 2, 3)
    assert standing(parts) is Standing.RECEIVING
    parts.give()
    report = parts.report(NOW + 0.5)
    assert report is not None
    assert (report.share, report.rate_Bps > 0, report.ahead_s) == (0.5, True, 120.0)
    parts.exchange.swarm.pause(sending=False, receiving=True, now=NOW)
    assert standing(parts, NOW + 0.5) is Standing.PAUSED
    parts.store_tells()
    parts.exchange.swarm.shares[OF.film_id].held.bits = 0b1111
    assert standing(parts) is Standing.COMPLETE


def test_a_film_that_does_not_fit_has_no_space() -> None:
    parts = fetching()
    parts.exchange.swarm.keeping.bar(OF.film_id, Bar.NO_ROOM)
    assert standing(parts) is Standing.NO_SPACE


@pytest.mark.parametrize(("full", "expected"), [(True, Standing.WAITING_FOR_SPACE), (False, Standing.STORE_REFUSED)])
def test_a_store_that_keeps_nothing(full: bool, expected: Standing) -> None:
    parts = fetching()
    parts.exchange.stock.failed(ev.StoreFailed(OF.film_id, 2, full), NOW)
    assert standing(parts) is expected


def share(held: int, duration_s: float | None = 600.0) -> Share:
    made = Share(OF.facts, duration_s)
    made.held.bits = held
    return made


@pytest.mark.parametrize(
    ("pieces", "position_s", "expected"),
    [
        ((), 0.0, 0.0),
        ((0,), 100.0, 50.0),
        ((0, 2), 149.0, 1.0),
        ((1,), 100.0, 0.0),
        ((0, 1), 100.0, MOST_AHEAD_S),
        ((3,), 599.0, MOST_AHEAD_S),
        ((0, 1, 2), 440.0, 10.0),
    ],
)
def test_seconds_ahead_are_those_without_a_gap(pieces: tuple[int, ...], position_s: float, expected: float) -> None:
    assert ahead_s(share(bits(*pieces)), position_s) == pytest.approx(expected)


def test_without_a_length_only_the_whole_is_ahead() -> None:
    assert ahead_s(share(0b0111, None), 10.0) == 0.0
    assert ahead_s(share(0b1111, None), 10.0) == MOST_AHEAD_S


@given(st.integers(0, 15), st.floats(0, 600))
def test_seconds_ahead_stay_within_their_bounds(held: int, position_s: float) -> None:
    assert 0.0 <= ahead_s(share(held), position_s) <= MOST_AHEAD_S
