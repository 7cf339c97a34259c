"""Whom Ada keeps connections to, and whom she does not call any more. Page time in seconds."""

import json
from itertools import count
from typing import Any

import pytest

from app.peers.call import HEAL_S, UNANSWERED_S
from app.peers.negotiation import AddCandidate, ApplyDescription, ClosePeer, MakeOffer, OpenPeer, RestartIce
from app.peers.paths import FIRST_S, MeasurePath, Path
from app.peers.pulse import ANSWER_S, BEAT_S, SILENT_S
from app.peers.switchboard import Say
from app.peers.topology import DEGREE
from app.peers.unreached import FIRST_RETRY_S
from app.room.state import Member, Role, Room
from app.session import events as ev
from app.session.circle import MAX_DROPS, TOLD_WITHIN_S, Action, Circle
from app.swarm.actions import SendFrame
from app.swarm.wire import Heartbeat
from tests.unit.room.rooms import ADA, BEN, CY, away, room

NOW = 100.0
SIGN, QUESTION = SendFrame("ben", Heartbeat(asks=False)), SendFrame("ben", Heartbeat(asks=True))
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


def with_ben() -> Circle:
    """Connected to Ben, whose way was looked at."""
    circle = among(ADA, BEN)
    circle.connected("ben", NOW)
    assert circle.tick(NOW + FIRST_S) == [MeasurePath("ben")]
    return circle


def test_which_way_a_connection_goes_is_known_while_it_lasts() -> None:
    circle = with_ben()
    assert tell(circle, ev.PathMeasured("ben", True, 0.1)) == []
    assert circle.paths.of("ben") == Path(relayed=True, rtt_s=0.1)
    circle.lost("ben", NOW)
    assert circle.paths.of("ben") is None


def test_who_is_silent_is_asked_then_lost_and_called_again() -> None:
    circle = with_ben()
    assert circle.tick(NOW + BEAT_S) == [SIGN]
    assert QUESTION in circle.tick(NOW + SILENT_S)
    assert ClosePeer("ben") in circle.tick(NOW + SILENT_S + ANSWER_S)
    assert circle.up == frozenset()
    assert circle.tick(NOW + SILENT_S + ANSWER_S + FIRST_RETRY_S) == [OpenPeer("ben", True)]


def test_who_asks_for_a_sign_gets_one() -> None:
    circle = with_ben()
    assert circle.beaten("ben", Heartbeat(asks=True)) == [SIGN]
    assert circle.beaten("ben", Heartbeat(asks=False)) == []


def test_when_the_network_changes_everybody_is_asked() -> None:
    assert with_ben().probe(NOW + 1) == [QUESTION]


def test_while_a_way_is_sought_silence_condemns_nobody() -> None:
    circle = with_ben()
    assert tell(circle, ev.PeerShaken("ben", failed=False)) == []
    assert circle.shaken_peers == {"ben"}
    assert circle.probe(NOW) == []
    assert [RestartIce("ben"), MakeOffer("ben")] == circle.tick(NOW + HEAL_S)
    assert tell(circle, ev.PeerSteadied("ben"), NOW + 5) == []
    assert circle.shaken_peers == frozenset()
    assert circle.probe(NOW + 5) == [QUESTION]


def test_who_was_called_in_vain_is_told_and_called_at_once_when_words_get_through() -> None:
    circle = among(ADA, BEN)
    circle.tick(NOW + UNANSWERED_S)
    assert circle.unreachable == {"ben"}
    assert circle.hurry(NOW + UNANSWERED_S + 0.1) == [OpenPeer("ben", True)]
    assert (Circle(lambda: "page").unreachable, Circle(lambda: "page").shaken_peers) == (frozenset(), frozenset())


def test_whoever_was_cut_off_is_trusted_again_when_the_person_wants_it() -> None:
    circle = among(ADA, BEN)
    assert circle.forgive(NOW) == []
    for number in range(MAX_DROPS):
        circle.cut("ben", NOW + 60 * number)
        circle.tick(NOW + 60 * number + 59)
    assert circle.forgive(NOW + 300)[0] == OpenPeer("ben", True)
    assert circle.cut_off == frozenset()


def test_a_browser_without_connections_calls_nobody_and_says_so() -> None:
    circle = Circle(lambda: "page")
    assert (circle.plugged, circle.unable) == (True, frozenset())
    circle.unplug()
    assert said(circle.room_changed(room(ADA, BEN), "ada", NOW)) == [("ben", "unable")]
    assert (circle.plugged, circle.unable, circle.next_wake()) == (False, {"ben"}, None)
    assert circle.forgive(NOW) == []
