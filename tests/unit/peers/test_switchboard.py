"""All connections of one member, event by event. Ada initiates, Ben is polite. Times in seconds."""

import json
from typing import Any

import pytest

from app.peers.call import CROSSING_S, HEAL_S, MEND_S, UNANSWERED_S
from app.peers.negotiation import AddCandidate, ApplyDescription, ClosePeer, MakeOffer, OpenPeer, RestartIce
from app.peers.switchboard import (
    POLITE_WAIT_S,
    Action,
    Say,
    Switchboard,
)
from app.peers.unreached import FIRST_RETRY_S, MOST_RETRY_S
from app.peers.words import KINDS

BEN, CY = frozenset({"ben"}), frozenset({"cy"})
ADA = frozenset({"ada"})


def word(kind: str, life: str = "far.1", to: str | None = None, body: str = "") -> str:
    return json.dumps({"kind": kind, "life": life, "to": to, "body": body})


def said(actions: list[Action]) -> dict[str, Any]:
    """The one thing that was said."""
    (spoken,) = [action for action in actions if isinstance(action, Say)]
    heard: dict[str, Any] = json.loads(spoken.payload)
    return heard


def ada(*, calling: bool = True) -> Switchboard:
    """Impolite, with Ben in the room."""
    board = Switchboard("ada", "adas-page")
    if calling:
        board.want(BEN, 0.0)
    return board


def ben() -> Switchboard:
    """Polite, with Ada in the room."""
    board = Switchboard("ben", "bens-page")
    board.want(ADA, 0.0)
    return board


def offering() -> Switchboard:
    """Ada has said her offer, as life adas-page.1."""
    board = ada()
    board.needed("ben")
    board.made("ben", "offer", "sdp")
    return board


def connected() -> Switchboard:
    """Ada's call to Ben, life far.1, is up."""
    board = offering()
    board.heard("ben", word("answer", to="adas-page.1"), 0.1)
    board.taken("ben", "answer")
    assert board.connected("ben")
    return board


# --- whom to call


def test_the_initiator_calls_and_the_polite_one_knocks() -> None:
    assert ada(calling=False).want(BEN, 0.0) == [OpenPeer("ben", initiate=True)]
    knock = Switchboard("ben", "bens-page").want(ADA, 0.0)
    assert said(knock) == {"kind": "knock", "life": "bens-page.0", "to": None, "body": ""}
    assert knock == [Say("ada", json.dumps(said(knock), separators=(",", ":")))]


def test_wanting_the_same_again_does_nothing() -> None:
    assert ada().want(BEN, 1.0) == []
    assert ben().want(ADA, 1.0) == []


def test_who_is_not_wanted_any_more_is_closed() -> None:
    board = connected()
    assert board.want(CY, 1.0) == [ClosePeer("ben"), OpenPeer("cy", initiate=True)]
    assert board.up == frozenset()


def test_who_comes_back_is_called_again_under_another_life() -> None:
    board = offering()
    board.want(frozenset(), 1.0)
    assert board.want(BEN, 2.0) == [OpenPeer("ben", initiate=True)]
    board.needed("ben")
    assert said(board.made("ben", "offer", "sdp"))["life"] == "adas-page.2"


def test_calls_are_opened_in_the_same_order_on_every_machine() -> None:
    opened = ada(calling=False).want(frozenset({"dee", "ben", "cy"}), 0.0)
    assert opened == [OpenPeer(peer, initiate=True) for peer in ("ben", "cy", "dee")]


# --- one call, from offer to open channels


def test_a_call_made() -> None:
    board = ada()
    assert board.needed("ben") == [MakeOffer("ben")]
    assert said(board.made("ben", "offer", "mine")) == {
        "kind": "offer",
        "life": "adas-page.1",
        "to": None,
        "body": "mine",
    }
    assert said(board.candidate("ben", "way")) == {
        "kind": "candidate",
        "life": "adas-page.1",
        "to": None,
        "body": "way",
    }
    answered = board.heard("ben", word("answer", to="adas-page.1", body="theirs"), 0.2)
    assert answered == [ApplyDescription("ben", "answer", "theirs")]
    assert board.taken("ben", "answer") == []
    assert said(board.candidate("ben", "way"))["to"] == "far.1"
    assert board.connected("ben")
    assert board.up == BEN


def test_a_call_taken() -> None:
    board = ben()
    came = board.heard("ada", word("offer", body="theirs"), 0.2)
    assert came == [OpenPeer("ada", initiate=False), ApplyDescription("ada", "offer", "theirs")]
    assert said(board.made("ada", "answer", "mine")) == {
        "kind": "answer",
        "life": "bens-page.1",
        "to": "far.1",
        "body": "mine",
    }
    assert board.heard("ada", word("candidate", to="bens-page.1", body="way"), 0.3) == [AddCandidate("ada", "way")]
    assert board.taken("ada", "offer") == []
    assert board.connected("ada")


def test_a_connection_that_wants_another_offer_gets_one() -> None:
    board = connected()
    assert board.needed("ben") == [MakeOffer("ben")]
    assert board.needed("ben") == []
    assert said(board.made("ben", "offer", "again"))["to"] == "far.1"


def test_when_both_offer_the_impolite_one_stands_by_hers_and_hears_no_candidates() -> None:
    board = offering()
    assert board.heard("ben", word("offer"), 0.1) == []
    assert board.heard("ben", word("candidate"), 0.1) == []
    assert board.heard("ben", word("answer", to="adas-page.1"), 0.2) == [ApplyDescription("ben", "answer", "")]
    assert board.heard("ben", word("candidate", body="way"), 0.3) == [AddCandidate("ben", "way")]


def test_an_offer_that_another_overtook_is_not_said() -> None:
    board = ben()
    board.tick(POLITE_WAIT_S)
    board.needed("ada")
    board.heard("ada", word("offer"), 5.0)
    assert board.made("ada", "offer", "sdp") == []


def test_an_answer_nobody_waits_for_is_not_applied() -> None:
    assert connected().heard("ben", word("answer", to="adas-page.1"), 1.0) == []


def test_when_both_offer_the_polite_one_gives_way() -> None:
    board = ben()
    board.tick(POLITE_WAIT_S)
    board.needed("ada")
    board.made("ada", "offer", "sdp")
    assert board.heard("ada", word("offer", body="hers"), 5.0) == [ApplyDescription("ada", "offer", "hers")]


def test_an_answer_is_said_once() -> None:
    board = ben()
    board.heard("ada", word("offer"), 0.1)
    board.made("ada", "answer", "sdp")
    assert board.made("ada", "answer", "sdp") == []


def test_a_description_the_browser_refused_can_be_made_anew() -> None:
    board = ada()
    board.needed("ben")
    assert board.failed("ben") == []
    assert board.needed("ben") == [MakeOffer("ben")]


def test_of_a_closed_call_nothing_is_said() -> None:
    board = ada(calling=False)
    assert board.needed("ben") == []
    assert board.made("ben", "offer", "sdp") == []
    assert board.taken("ben", "answer") == []
    assert board.failed("ben") == []
    assert board.candidate("ben", "way") == []
    assert board.lost("ben", 1.0) == []
    assert not board.connected("ben")


# --- whose words count


def test_strangers_are_not_heard() -> None:
    assert ada().heard("zoe", word("offer"), 1.0) == []


def test_words_for_an_earlier_page_of_ours_are_not_taken() -> None:
    board = offering()
    assert board.heard("ben", word("answer", to="adas-old-page.1"), 1.0) == []
    assert board.heard("ben", word("answer", to="adas-page.0"), 1.0) == []
    assert ben().heard("ada", word("offer", to="bens-old-page.1"), 1.0) == []


@pytest.mark.parametrize("kind", ["answer", "candidate"])
def test_only_an_offer_or_a_knock_begins_anything(kind: str) -> None:
    assert ben().heard("ada", word(kind), 1.0) == []
    assert connected().heard("ben", word(kind, life="new.1"), 1.0) == []


def test_an_offer_of_a_reloaded_page_replaces_the_call() -> None:
    board = connected()
    assert board.heard("ben", word("offer", life="new.0", body="theirs"), 1.0) == [
        ClosePeer("ben"),
        OpenPeer("ben", initiate=False),
        ApplyDescription("ben", "offer", "theirs"),
    ]
    assert board.up == frozenset()


def test_an_offer_of_a_later_attempt_replaces_the_call() -> None:
    board = connected()
    assert ClosePeer("ben") in board.heard("ben", word("offer", life="far.10"), 1.0)


def test_an_offer_of_an_earlier_attempt_does_not() -> None:
    board = offering()
    board.heard("ben", word("answer", life="far.10", to="adas-page.1"), 0.1)
    board.connected("ben")
    assert board.heard("ben", word("offer", life="far.9"), 1.0) == []
    assert board.up == BEN


def test_a_knock_is_answered_by_a_call() -> None:
    board = ben()
    assert board.heard("ada", word("knock"), 1.0) == [OpenPeer("ada", initiate=True)]


def test_a_knock_of_a_reloaded_page_replaces_the_call() -> None:
    board = connected()
    assert board.heard("ben", word("knock", life="new.0"), 1.0) == [ClosePeer("ben"), OpenPeer("ben", initiate=True)]


def test_a_knock_says_that_an_offer_was_made_to_nobody() -> None:
    board = offering()
    assert board.heard("ben", word("knock", life="far.0"), 1.0) == [ClosePeer("ben"), OpenPeer("ben", initiate=True)]
    board.needed("ben")
    assert said(board.made("ben", "offer", "again"))["life"] == "adas-page.2"
    assert board.heard("ben", word("answer", to="adas-page.1"), 1.1) == []
    assert board.heard("ben", word("answer", to="adas-page.2"), 1.1) == [ApplyDescription("ben", "answer", "")]


def test_a_knock_that_crosses_an_offer_waits_for_the_answer() -> None:
    board = offering()
    assert board.heard("ben", word("knock", life="far.0"), CROSSING_S - 0.1) == []
    assert board.next_wake() == CROSSING_S
    assert board.tick(CROSSING_S - 0.1) == []
    assert board.heard("ben", word("answer", life="far.1", to="adas-page.1"), 0.45)
    assert board.tick(CROSSING_S) == []
    assert board.next_wake() == 0.45 + UNANSWERED_S


def test_an_offer_that_crossed_no_knock_is_made_anew() -> None:
    board = offering()
    assert board.heard("ben", word("knock", life="far.0"), 0.1) == []
    assert board.tick(CROSSING_S) == [ClosePeer("ben"), OpenPeer("ben", initiate=True)]
    assert board.next_wake() == CROSSING_S + UNANSWERED_S


def test_a_knock_of_whom_we_are_calling_already_is_passed_over() -> None:
    board = ada()
    assert board.heard("ben", word("knock", life="far.0"), 0.1) == []
    board.needed("ben")
    assert board.heard("ben", word("knock", life="far.0"), 0.1) == []
    board.made("ben", "offer", "sdp")
    board.heard("ben", word("answer", life="far.1", to="adas-page.1"), 1.1)
    assert board.heard("ben", word("knock", life="far.0"), 1.2) == []
    assert connected().heard("ben", word("knock", life="far.0"), 1.0) == []


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "not json",
        "[" * 100_000,
        "null",
        "[]",
        '"knock"',
        word("hangup"),
        json.dumps({"kind": "knock", "body": "", "to": None}),
        json.dumps({"kind": "offer", "life": "far.1", "body": ""}),
        json.dumps({"kind": "knock", "life": "far.1", "to": None}),
        json.dumps({"kind": "knock", "life": 7, "to": None, "body": ""}),
        json.dumps({"kind": "offer", "life": "far.1", "to": 7, "body": ""}),
        json.dumps({"kind": "offer", "life": "far.1", "to": None, "body": {}}),
        json.dumps({"kind": ["offer"], "life": "far.1", "to": None, "body": ""}),
        word("offer", life="far"),
        word("offer", life="far."),
        word("offer", life="far.-1"),
        word("offer", life="far." + "9" * 5000),
        word("offer", life="fa.r.1"),
        word("offer", life="far.\N{SUPERSCRIPT TWO}"),
    ],
)
def test_what_does_not_fit_is_passed_over(garbage: str) -> None:
    assert ben().heard("ada", garbage, 1.0) == []


def test_there_are_four_kinds_of_words() -> None:
    assert frozenset({"knock", "offer", "answer", "candidate", "unable"}) == KINDS


# --- when to try again


def test_nothing_to_do_means_nothing_to_wake_for() -> None:
    assert ada(calling=False).next_wake() is None
    assert connected().next_wake() is None
    assert connected().tick(1000.0) == []


def test_a_call_nobody_answers_is_closed_and_tried_again() -> None:
    board = offering()
    assert board.next_wake() == UNANSWERED_S
    assert board.tick(UNANSWERED_S - 0.01) == []
    assert board.tick(UNANSWERED_S) == [ClosePeer("ben")]
    assert board.next_wake() == UNANSWERED_S + FIRST_RETRY_S
    assert board.tick(UNANSWERED_S + FIRST_RETRY_S) == [OpenPeer("ben", initiate=True)]
    assert board.next_wake() == 2 * UNANSWERED_S + FIRST_RETRY_S


def test_a_call_that_was_lost_is_tried_again() -> None:
    board = connected()
    assert board.lost("ben", 50.0) == [ClosePeer("ben")]
    assert board.next_wake() == 50.0 + FIRST_RETRY_S


def delays(board: Switchboard, peer: str, count: int) -> list[float]:
    """From each failure to the next attempt."""
    found, now = [], 100.0
    for _ in range(count):
        board.lost(peer, now)
        again = board.next_wake()
        assert again is not None
        assert board.tick(again) == [OpenPeer(peer, initiate=True)]
        found.append(again - now)
        now = again
    return found


def test_the_delay_doubles_up_to_the_most() -> None:
    assert delays(ada(), "ben", 6) == [1.0, 2.0, 4.0, 8.0, MOST_RETRY_S, MOST_RETRY_S]


def test_success_begins_the_delays_anew() -> None:
    board = ada()
    delays(board, "ben", 3)
    board.connected("ben")
    assert delays(board, "ben", 2) == [1.0, 2.0]


def test_the_polite_one_leaves_the_other_time_to_call() -> None:
    board = ben()
    assert board.next_wake() == POLITE_WAIT_S
    assert board.tick(POLITE_WAIT_S - 0.01) == []
    assert board.tick(POLITE_WAIT_S) == [OpenPeer("ada", initiate=True)]
    assert delays(board, "ada", 2) == [POLITE_WAIT_S + 1.0, POLITE_WAIT_S + 2.0]


def test_whoever_was_called_meanwhile_does_not_call() -> None:
    board = ben()
    board.heard("ada", word("offer"), 1.0)
    assert board.tick(POLITE_WAIT_S) == []
    assert board.next_wake() == 1.0 + UNANSWERED_S


def test_who_has_left_is_not_tried_again() -> None:
    board = connected()
    board.want(frozenset(), 1.0)
    assert board.lost("ben", 2.0) == []
    assert board.next_wake() is None


def test_a_retry_is_forgotten_with_the_peer() -> None:
    board = ada()
    board.lost("ben", 1.0)
    board.want(frozenset(), 2.0)
    assert board.next_wake() is None
    assert board.tick(100.0) == []


# --- a way that is lost


def answering() -> Switchboard:
    """Ben's call from Ada, life far.1, is up."""
    board = ben()
    board.heard("ada", word("offer"), 0.1)
    board.made("ada", "answer", "sdp")
    assert board.connected("ada")
    return board


def test_a_way_that_is_lost_is_replaced_under_the_same_channels() -> None:
    board = connected()
    assert board.shaky("ben", False, 1.0) == []
    assert (board.up, board.shaken) == (BEN, BEN)
    assert board.next_wake() == 1.0 + HEAL_S
    assert board.tick(1.0 + HEAL_S) == [RestartIce("ben"), MakeOffer("ben")]
    assert said(board.made("ben", "offer", "new"))["to"] == "far.1"
    answer = word("answer", to="adas-page.1", body="new")
    assert board.heard("ben", answer, 5.0) == [ApplyDescription("ben", "answer", "new")]
    board.taken("ben", "answer")
    assert board.steady("ben") == []
    assert (board.shaken, board.next_wake()) == (frozenset(), None)


def test_one_that_failed_is_replaced_at_once() -> None:
    assert connected().shaky("ben", True, 1.0) == [RestartIce("ben"), MakeOffer("ben")]


def test_the_polite_side_takes_the_new_way_and_seeks_none() -> None:
    board = answering()
    assert board.shaky("ada", True, 1.0) == []
    assert board.heard("ada", word("offer", to="bens-page.1", body="new"), 2.0) == [
        ApplyDescription("ada", "offer", "new")
    ]
    assert said(board.made("ada", "answer", "mine"))["kind"] == "answer"
    board.steady("ada")
    assert board.next_wake() is None


def test_where_no_way_is_found_in_time_the_call_is_made_anew() -> None:
    board = connected()
    board.shaky("ben", True, 1.0)
    assert board.tick(1.0 + MEND_S) == [ClosePeer("ben")]
    assert board.tick(1.0 + MEND_S + FIRST_RETRY_S) == [OpenPeer("ben", initiate=True)]


def test_a_call_that_never_was_up_is_not_mended() -> None:
    board = offering()
    assert board.shaky("ben", False, 1.0) == []
    assert board.shaky("ben", True, 1.0) == [ClosePeer("ben")]
    assert (board.shaky("ben", True, 1.0), board.steady("ben")) == ([], [])


def test_a_knock_from_the_same_page_ends_a_call_whose_way_is_lost() -> None:
    board = connected()
    assert board.heard("ben", word("knock"), 1.0) == []
    board.shaky("ben", False, 1.0)
    assert board.heard("ben", word("knock"), 1.0) == [ClosePeer("ben"), OpenPeer("ben", initiate=True)]


def test_when_words_get_through_again_everybody_who_is_not_reached_is_called() -> None:
    board = connected()
    board.want(BEN | CY, 1.0)
    assert board.hurry(2.0) == [ClosePeer("cy"), OpenPeer("cy", initiate=True)]
    board.shaky("ben", False, 3.0)
    assert board.hurry(3.0)[-2:] == [RestartIce("ben"), MakeOffer("ben")]
    assert said(ben().hurry(1.0))["kind"] == "knock"


def test_who_was_called_in_vain_is_known_until_they_are_reached() -> None:
    board = offering()
    assert board.unreachable == frozenset()
    board.tick(UNANSWERED_S)
    assert board.unreachable == BEN
    board.tick(UNANSWERED_S + FIRST_RETRY_S)
    board.connected("ben")
    assert board.unreachable == frozenset()
    board.lost("ben", 60.0)
    assert board.unreachable == frozenset(), "it was reached"
    board.tick(100.0)
    board.tick(200.0)
    assert board.unreachable == BEN
    board.want(frozenset(), 200.0)
    assert board.unreachable == frozenset()


# --- who can make no connection


def test_who_can_make_none_is_not_called_again_until_they_call() -> None:
    board = offering()
    assert board.heard("ben", word("unable", life="far.0"), 1.0) == [ClosePeer("ben")]
    assert (board.unable, board.wanted, board.unreachable) == (BEN, frozenset(), frozenset())
    assert (board.next_wake(), board.tick(100.0), board.hurry(101.0)) == (None, [], [])
    assert board.heard("ben", word("knock", life="elsewhere.0"), 102.0) == [OpenPeer("ben", initiate=True)]
    assert (board.unable, board.wanted) == (frozenset(), BEN)


def test_who_could_make_none_and_has_gone_is_called_when_they_return() -> None:
    board = ben()
    assert board.heard("ada", word("unable"), 1.0) == []
    assert board.want(frozenset(), 2.0) == []
    assert said(board.want(ADA, 3.0))["kind"] == "knock"
