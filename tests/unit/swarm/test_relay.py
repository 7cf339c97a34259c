"""Who gets the first copy of a piece. Pieces are 1 MiB; the film has ten unless it says otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from app.swarm.actions import Action, SendFrame
from app.swarm.manifest import MIB
from app.swarm.picker import Choose
from app.swarm.piece_map import PieceMap
from app.swarm.relay import AMONG, LEAST_GRANTS, MOST_PASS_ON_S, NO_SHOW_S, PASS_ON_S, TELL_EVERY_S, Relay
from app.swarm.share import Share
from app.swarm.uploads import Uploads
from app.swarm.wire import Grant, Ration, Request
from tests.support.builders import FILM_ID, facts, first, manifest

COUNT = 10


@dataclass
class Desk:
    """A source with its viewers."""

    relay: Relay
    share: Share
    uploads: Uploads
    shares: dict[str, Share]

    def grants(self, now: float = 0.0) -> list[tuple[str, int]]:
        """What is granted now."""
        return granted(self.relay.act(now))

    def has(self, peer: str, *pieces: int) -> None:
        for piece in pieces:
            self.share.add_have(peer, piece)


def granted(actions: list[Action]) -> list[tuple[str, int]]:
    return [(a.peer, a.frame.piece) for a in actions if isinstance(a, SendFrame) and isinstance(a.frame, Grant)]


def rations(actions: list[Action]) -> list[tuple[str, bool]]:
    return [(a.peer, a.frame.on) for a in actions if isinstance(a, SendFrame) and isinstance(a.frame, Ration)]


def asks(piece: int, request: int = 1) -> Request:
    return Request(FILM_ID, request, piece, 0, MIB, True)


def desk(*viewers: str, count: int = COUNT, choose: Choose = first) -> Desk:
    share = Share(facts(count * MIB), None)
    share.adopt(manifest(count * MIB))
    share.held.bits = PieceMap.full(count).bits
    uploads = Uploads()
    for viewer in viewers:
        share.set_map(viewer, PieceMap(count))
        uploads.open(viewer)
    shares = {FILM_ID: share}
    return Desk(Relay(shares, uploads, choose), share, uploads, shares)


def test_one_viewer_is_not_rationed() -> None:
    at = desk("ada")
    assert at.relay.act(0.0) == []
    assert not at.relay.defers("ada", asks(0), 0.0)
    assert at.relay.next_wake() is None


def test_one_who_holds_a_part_does_not_ration() -> None:
    at = desk("ada", "bo")
    at.share.held.discard(4)
    assert at.relay.act(0.0) == []


def test_each_piece_goes_to_one_viewer_the_index_first() -> None:
    at = desk("ada", "bo", "cy")
    first = at.relay.act(0.0)
    assert rations(first) == [("ada", True), ("bo", True), ("cy", True)]
    assert granted(first) == [("ada", 0), ("bo", 1), ("cy", COUNT - 1)]
    assert at.grants() == []


def test_from_the_playhead_on_and_then_from_the_beginning() -> None:
    at = desk("ada", "bo")
    at.share.read_at(7)
    order = []
    while grants := at.grants():
        order += [piece for _, piece in grants]
        for peer, piece in grants:
            at.has(peer, piece)
    assert order == [0, 1, 9, 7, 8, 2, 3, 4, 5, 6]


def test_whoever_passes_on_most_gets_most() -> None:
    at = desk("ada", "bo")
    assert at.grants() == [("ada", 0), ("bo", 1), ("ada", 9)]
    at.has("ada", 0, 9)
    at.has("bo", 0, 9, 1)
    assert at.grants() == [("ada", 2), ("bo", 3), ("ada", 4)]
    at.has("ada", 2, 4)
    at.has("bo", 2, 4)
    assert at.grants() == [("ada", 5), ("ada", 6)]


def test_a_faster_uplink_has_more_granted() -> None:
    at = desk("ada", "bo", count=100)
    for tick in range(20):
        at.uploads.sent("ada", 2 * MIB, tick / 10)
    assert len(at.grants(1.9)) == 16 > LEAST_GRANTS


def test_a_viewer_that_comes_later_is_told() -> None:
    at = desk("ada", "bo")
    at.relay.act(0.0)
    at.share.set_map("cy", PieceMap(COUNT))
    assert rations(at.relay.act(1.0)) == [("cy", True)]


def test_it_is_said_again_now_and_then() -> None:
    at = desk("ada", "bo")
    at.relay.act(0.0)
    assert at.relay.next_wake() == TELL_EVERY_S
    assert rations(at.relay.act(TELL_EVERY_S - 0.1)) == []
    assert rations(at.relay.act(TELL_EVERY_S)) == [("ada", True), ("bo", True)]


def test_rationing_ends_when_every_piece_is_with_some_viewer() -> None:
    at = desk("ada", "bo")
    at.relay.act(0.0)
    at.has("ada", *range(0, COUNT, 2))
    at.has("bo", *range(1, COUNT, 2))
    assert rations(at.relay.act(1.0)) == [("ada", False), ("bo", False)]
    assert at.relay.act(1.0) == []
    assert at.relay.next_wake() is None


def test_rationing_ends_when_one_viewer_is_left() -> None:
    at = desk("ada", "bo")
    at.relay.act(0.0)
    at.relay.close("bo")
    at.share.drop_peer("bo")
    assert rations(at.relay.act(1.0)) == [("ada", False)]


def test_a_viewer_that_does_not_come_is_passed_over_for_a_while() -> None:
    at = desk("ada", "bo")
    assert at.grants() == [("ada", 0), ("bo", 1), ("ada", 9)]
    assert not at.relay.defers("bo", asks(1), 1.0)
    at.has("bo", 1)
    assert at.grants(1.0) == [("bo", 2)]
    at.has("bo", 2)
    assert at.grants(NO_SHOW_S) == [("bo", 0), ("bo", 9), ("bo", 3)]
    at.share.drop_peer("bo")
    at.share.set_map("cy", PieceMap(COUNT))
    at.relay.close("bo")
    assert at.grants(NO_SHOW_S) == [("cy", 0), ("cy", 1), ("cy", 9)]
    at.has("cy", 0, 1, 9)
    assert ("ada", 2) in at.grants(2 * NO_SHOW_S)


def test_one_who_is_being_served_has_come() -> None:
    at = desk("ada", "bo")
    at.grants()
    at.uploads.ask("ada", FILM_ID, 1, 0, 0, MIB, False)
    at.uploads.ask("ada", FILM_ID, 2, 9, 0, MIB, False)
    at.has("bo", 1)
    at.has("ada", 1)
    assert at.grants(NO_SHOW_S) == [("bo", 2)]
    assert at.relay.defers("bo", asks(0), NO_SHOW_S) is False
    assert at.relay.defers("bo", asks(0), 0.1)


def test_what_another_is_about_to_have_waits_a_moment() -> None:
    at = desk("ada", "bo")
    at.grants()
    assert not at.relay.defers("ada", asks(0), 0.0)
    assert at.relay.defers("bo", asks(0), 0.1)
    assert at.relay.due(PASS_ON_S - 0.1) == []
    assert at.relay.next_wake() == PASS_ON_S
    assert not at.relay.defers("bo", asks(1, 2), 0.2)
    assert at.relay.defers("ada", asks(1, 3), 0.3)


@pytest.mark.parametrize(("rate_Bps", "due"), [(MIB, 3.0), (10 * MIB, PASS_ON_S), (1000, MOST_PASS_ON_S)])
def test_the_moment_is_as_long_as_passing_on_takes(rate_Bps: int, due: float) -> None:
    at = desk("ada", "bo")
    for tick in range(20):
        at.uploads.sent("ada", rate_Bps // 10, tick / 10 - 1.9)
    at.grants()
    assert at.relay.defers("bo", asks(0), 0.0)
    assert at.relay.due(due * 0.95) == []
    assert at.relay.due(due * 1.05) == [("bo", asks(0))]


def test_a_request_that_has_waited_is_given_back() -> None:
    at = desk("ada", "bo")
    for tick in range(20):
        at.uploads.sent("ada", 4 * MIB, tick / 10)
    now = 2.0
    assert at.grants(now)
    assert at.relay.defers("bo", asks(0), now)
    assert at.relay.next_wake() == now + PASS_ON_S
    assert at.relay.due(now + PASS_ON_S) == [("bo", asks(0))]
    assert at.relay.due(now + PASS_ON_S) == []
    assert not at.relay.defers("bo", asks(0), now + PASS_ON_S)


@pytest.mark.parametrize("how", ["cancelled", "gone"])
def test_a_request_that_is_not_wanted_any_more_is_not_given_back(how: str) -> None:
    at = desk("ada", "bo")
    at.grants()
    assert at.relay.defers("bo", asks(0, 7), 0.0)
    if how == "cancelled":
        at.relay.cancel("bo", 8)
        at.relay.cancel("ada", 7)
        at.relay.cancel("bo", 7)
    else:
        at.relay.close("bo")
    assert at.relay.due(1e9) == []


def test_what_waits_is_given_back_at_once_when_the_film_is_forgotten() -> None:
    at = desk("ada", "bo")
    at.grants()
    assert at.relay.defers("bo", asks(0), 0.0)
    at.shares.clear()
    assert at.relay.act(0.0) == []
    assert at.relay.due(0.0) == [("bo", asks(0))]
    assert at.relay.next_wake() is None


def test_an_urgent_piece_that_was_not_granted_yet_is_whoever_asks_first() -> None:
    at = desk("ada", "bo")
    at.grants()
    assert not at.relay.defers("bo", asks(5), 0.0)
    assert at.relay.defers("ada", asks(5), 0.0)
    at.has("ada", 0, 9)
    at.has("bo", 1)
    assert 5 not in [piece for _, piece in at.grants()]


def test_two_sources_leave_it_to_chance_which_pieces_they_give() -> None:
    def last(among: Sequence[int]) -> int:
        return among[-1]

    at = desk("ada", "bo", count=100, choose=last)
    assert [piece for _, piece in at.grants()] == [0, 1, 99]
    at.has("ada", 0, 1, 99)
    at.share.set_map("cy", PieceMap.full(100))
    assert [piece for _, piece in at.grants()] == [AMONG + 1, AMONG + 2, AMONG + 3]
