"""How the film travels between Ada and the others. Page time in seconds; a film of four pieces."""

from dataclasses import replace

import pytest

from app.peers.call import UNANSWERED_S
from app.room.state import Member, Role
from app.session import events as ev
from app.session import travel
from app.session.circle import MAX_DROPS, Circle
from app.session.picture import Peer, Way
from app.swarm.wire import BLOCK_SIZE
from tests.unit.room.rooms import ADA, BEN, CY, away, room
from tests.unit.session.parts import NOW, OF, PIECE, Parts, fetching, inside, showing


def lines(parts: Parts, now: float = NOW) -> dict[str, Peer]:
    return {peer.id: peer for peer in parts.picture(now).peers}


def with_ben() -> Parts:
    """Connected to Ben, not to Cy."""
    parts = inside()
    parts.exchange.connected(ev.PeerConnected("ben"), NOW)
    return parts


def way(parts: Parts, member: Member = BEN) -> Way:
    return travel.way_to(member, parts.exchange.circle)


def test_everybody_else_has_a_line() -> None:
    parts = with_ben()
    assert lines(parts) == {"ben": Peer("ben", "Ben", Way.DIRECT), "cy": Peer("cy", "Cy", Way.CONNECTING)}


@pytest.mark.parametrize(("relayed", "expected"), [(False, Way.DIRECT), (True, Way.RELAYED)])
def test_the_browser_knows_the_way(relayed: bool, expected: Way) -> None:
    parts = with_ben()
    parts.exchange.circle.path_measured(ev.PathMeasured("ben", relayed, 0.034), NOW)
    assert (lines(parts)["ben"].way, lines(parts)["ben"].rtt_s) == (expected, 0.034)


def test_a_way_that_is_lost_is_told() -> None:
    parts = with_ben()
    parts.exchange.shaken(ev.PeerShaken("ben", failed=False), NOW)
    assert way(parts) is Way.SHAKEN
    parts.exchange.steadied(ev.PeerSteadied("ben"), NOW)
    assert way(parts) is Way.DIRECT


def test_who_is_away_is_only_if_not_connected() -> None:
    parts = with_ben()
    assert way(parts, away(BEN)) is Way.DIRECT
    assert way(parts, away(CY)) is Way.AWAY


def test_who_cannot_be_reached_is_gone_around_if_anybody_is_reached() -> None:
    parts = with_ben()
    parts.exchange.tick(NOW + UNANSWERED_S - 1)
    parts.exchange.circle.pulse.heard("ben", NOW + UNANSWERED_S - 1)
    parts.exchange.tick(NOW + UNANSWERED_S)
    assert way(parts, CY) is Way.AROUND
    parts.exchange.circle.lost("ben", NOW)
    assert way(parts, CY) is Way.UNREACHABLE


def test_who_was_cut_off_is_told() -> None:
    parts = with_ben()
    for number in range(MAX_DROPS):
        parts.exchange.circle.cut("ben", NOW + 60 * number)
        parts.exchange.circle.tick(NOW + 60 * number + 30)
    assert way(parts) is Way.CUT_OFF


def test_in_a_large_room_some_are_reached_by_way_of_others() -> None:
    crowd = tuple(Member(f"m{number}", f"M{number}", Role.VIEWER, 0.0) for number in range(40))
    parts = inside(replace(showing(), members=(ADA, *crowd)), "m7")
    board = parts.exchange.circle.board
    assert board is not None
    found = {member.id: way(parts, member) for member in crowd if member.id != "m7"}
    assert {peer for peer, kind in found.items() if kind is Way.CONNECTING} == board.wanted - {"ada"}
    assert set(found.values()) == {Way.CONNECTING, Way.NO_NEIGHBOUR}


def test_out_of_a_room_everybody_is_still_to_be_called() -> None:
    assert travel.way_to(BEN, Circle(lambda: "page")) is Way.CONNECTING


def test_what_comes_and_goes_is_told_of_each() -> None:
    parts = fetching()
    parts.peer_tells("ben", 0, 1, 2, 3)
    parts.give()
    ben = lines(parts)["ben"]
    assert ben.receiving_Bps > 0
    assert (ben.sending_Bps, ben.share) == (0.0, 1.0)
    parts.exchange.swarm.serving.sent("ben", BLOCK_SIZE, NOW)
    assert lines(parts)["ben"].sending_Bps > 0
    assert parts.transfer().given_bytes == BLOCK_SIZE


def test_where_a_film_came_from() -> None:
    parts = fetching()
    share = parts.exchange.swarm.shares[OF.film_id]
    assert parts.transfer().from_viewers is None
    share.received.update(ben=PIECE)
    assert (parts.transfer().received_bytes, parts.transfer().from_viewers) == (PIECE, 0.0)
    share.received.update(cy=3 * PIECE)
    assert parts.transfer().from_viewers == 0.75
    assert travel.from_viewers(share, None) == 1.0


def test_the_members_are_those_of_the_room() -> None:
    parts = inside(room(ADA, CY))
    assert list(lines(parts)) == ["cy"]


def test_to_whom_there_can_be_no_connection_is_told_while_they_are_here() -> None:
    parts = inside(lacks="peer_connections")
    assert (way(parts), way(parts, away(BEN))) == (Way.UNABLE, Way.AWAY)
