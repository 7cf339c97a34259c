"""A browser without connections says so, and calls nobody."""

import pytest

from app.peers.switchboard import Switchboard
from app.peers.unplugged import Unplugged
from tests.unit.peers.test_switchboard import ADA, BEN, said, word


def wim() -> Unplugged:
    """With Ada in the room, whom he has told."""
    board = Unplugged("wim", "wims-page")
    assert said(board.want(ADA, 0.0)) == {"kind": "unable", "life": "wims-page.0", "to": None, "body": ""}
    return board


@pytest.mark.parametrize("kind", ["knock", "offer"])
def test_whoever_asks_for_a_connection_is_told(kind: str) -> None:
    assert said(wim().heard("ada", word(kind), 1.0))["kind"] == "unable"


@pytest.mark.parametrize("payload", [word("answer"), word("candidate"), word("unable"), "nonsense"])
def test_all_else_is_passed_over(payload: str) -> None:
    assert wim().heard("ada", payload, 1.0) == []


def test_strangers_are_told_nothing() -> None:
    assert wim().heard("ben", word("knock"), 1.0) == []


def test_nobody_is_ever_called_and_who_comes_is_told() -> None:
    board = wim()
    assert (board.unable, board.wanted, board.up, board.unreachable) == (ADA, frozenset(), frozenset(), frozenset())
    assert (board.next_wake(), board.tick(1000.0), board.hurry(1001.0)) == (None, [], [])
    assert [action.peer for action in board.want(ADA | BEN, 1002.0) if hasattr(action, "payload")] == ["ben"]


def test_the_others_call_once_and_then_no_more() -> None:
    ada, board = Switchboard("ada", "adas-page"), wim()
    ada.want(frozenset({"wim"}), 0.0)
    ada.needed("wim")
    offer = said(ada.made("wim", "offer", "sdp"))
    (answer,) = board.heard("ada", word("offer", life=offer["life"]), 0.1)
    assert not isinstance(answer, str)
    ada.heard("wim", answer.payload, 0.2)
    assert (ada.unable, ada.next_wake()) == (frozenset({"wim"}), None)
