"""Whom Ada keeps connections to, and whom she does not call any more. Page time in seconds."""

import json
from itertools import count
from typing import Any

import pytest

from app.peers.negotiation import AddCandidate, ApplyDescription, ClosePeer, MakeOffer, OpenPeer
from app.peers.switchboard import FIRST_RETRY_S, UNANSWERED_S, Action, Say
from app.peers.topology import DEGREE
from app.room.state import Member, Role, Room
from app.session import events as ev
from app.session.circle import MAX_DROPS, TOLD_WITHIN_S, Circle
from tests.unit.room.rooms import ADA, BEN, CY, away, room

NOW = 100.0
OFFER = ev.DescriptionMade("ben", "offer", "sdp")


def among(*members: Member, me: str = "ada") -> Circle:
    """In a room with these, calling."""
    numbers = count(1)
    circle = Circle(lambda: f"page{next(numbers)}")
    circle.room_changed(room(*members), me, NOW)
    return circle


def tell(circle: Circle, event: Any, now: float = NOW) -> list[Action]:
    return list(circle.handlers()[type(event)](event, now))


def said(actions: list[Action]) -> list[tuple[str, str]]:
    """(to whom, which kind) of what goes through the server."""
    return [(action.peer, json.loads(action.payload)["kind"]) for action in actions if isinstance(action, Say)]


def crowd(size: int) -> Room:
    return room(ADA, *(Member(f"m{number}", "M", Role.VIEWER, 2.0) for number in range(size - 1)))


def test_whoever_is_here_is_called_once() -> None:
    circle = Circle(lambda: "page")
    assert circle.room_changed(room(), "ada", NOW) == [OpenPeer("ben", True), OpenPeer("cy", True)]
    assert circle.room_changed(room(), "ada", NOW) == []
    assert (circle.up, circle.next_wake()) == (frozenset(), NOW + UNANSWERED_S)


def test_whoever_is_away_is_called_when_they_return() -> None:
    circle = among(ADA, away(BEN))
    assert circle.room_changed(room(ADA, BEN), "ada", NOW) == [OpenPeer("ben", True)]


def test_whoever_lost_only_the_server_stays() -> None:
    circle = among(ADA, BEN)
    assert circle.connected("ben", NOW)
    assert circle.room_changed(room(ADA, away(BEN)), "ada", NOW) == []
    assert circle.up == {"ben"}
    assert circle.room_changed(room(ADA), "ada", NOW) == [ClosePeer("ben")]


def test_from_an_offer_to_an_open_channel() -> None:
    circle = among(ADA, BEN)
    assert tell(circle, ev.NegotiationNeeded("ben")) == [MakeOffer("ben")]
    assert said(tell(circle, OFFER)) == [("ben", "offer")]
    assert said(tell(circle, ev.CandidateFound("ben", "{}"))) == [("ben", "candidate")]
    answer = json.dumps({"kind": "answer", "life": "theirs.1", "to": "page1.1", "body": "sdp"})
    assert circle.heard("ben", answer, NOW) == [ApplyDescription("ben", "answer", "sdp")]
    assert tell(circle, ev.DescriptionTaken("ben", "answer")) == []
    way = json.dumps({"kind": "candidate", "life": "theirs.1", "to": "page1.1", "body": "{}"})
    assert circle.heard("ben", way, NOW) == [AddCandidate("ben", "{}")]
    assert circle.connected("ben", NOW + 3)
    assert circle.told_by == NOW + 3 + TOLD_WITHIN_S


def test_a_description_that_failed_may_be_followed_by_another() -> None:
    circle = among(ADA, BEN)
    tell(circle, ev.NegotiationNeeded("ben"))
    assert tell(circle, ev.DescriptionFailed("ben")) == []
    assert tell(circle, ev.NegotiationNeeded("ben")) == [MakeOffer("ben")]


def test_channels_to_somebody_nobody_called_are_not_wanted() -> None:
    assert not among(ADA, BEN).connected("cy", NOW)
    assert not Circle(lambda: "page").connected("ben", NOW)


def test_who_is_lost_is_called_again() -> None:
    circle = among(ADA, BEN)
    circle.connected("ben", NOW)
    assert tell(circle, ev.PeerLost("ben")) == [ClosePeer("ben")]
    assert circle.tick(NOW + FIRST_RETRY_S) == [OpenPeer("ben", True)]


def test_who_breaks_the_rules_again_and_again_is_not() -> None:
    circle = among(ADA, BEN, CY)
    for number in range(MAX_DROPS):
        assert circle.cut_off == frozenset()
        assert circle.cut("ben", NOW + 60 * number) == [ClosePeer("ben")]
        circle.tick(NOW + 60 * number + 59)
    assert circle.cut_off == {"ben"}
    assert circle.board is not None
    assert circle.board.wanted == {"cy"}
    assert circle.cut("ben", NOW) == []
    circle.left(NOW)
    assert circle.cut_off == frozenset()


def test_under_a_new_name_everybody_is_called_anew() -> None:
    circle = among(ADA, BEN)
    assert circle.room_changed(room(BEN, CY), "cy", NOW)[0] == ClosePeer("ben")
    assert circle.board is not None
    assert (circle.board.me, circle.board.wanted) == ("cy", {"ben"})


def test_in_a_large_room_only_some_are_called() -> None:
    circle = Circle(lambda: "page")
    circle.room_changed(crowd(40), "m7", NOW)
    assert circle.board is not None
    assert len(circle.board.wanted) <= DEGREE + 1


@pytest.mark.parametrize("event", [OFFER, ev.PeerLost("ben"), ev.CandidateFound("ben", "{}")], ids=str)
def test_out_of_a_room_nothing_is_said(event: Any) -> None:
    circle = Circle(lambda: "page")
    assert (tell(circle, event), circle.tick(NOW), circle.heard("ben", "{}", NOW)) == ([], [], [])
    assert (circle.left(NOW), circle.next_wake()) == ([], None)


def test_who_leaves_the_room_hangs_up() -> None:
    circle = among(ADA, BEN)
    assert circle.left(NOW) == [ClosePeer("ben")]
    assert circle.board is None
