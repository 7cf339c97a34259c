"""The pass for TURN servers is renewed in time. Page time in seconds."""

from app.room.messages import SyncRequest, TurnPass
from app.session.effects import SendToServer
from app.session.relay_pass import AGAIN_S, RENEW_S, RelayPass

PASS = TurnPass(("turn:turn.example",), "1:ada", "mac")
ASKED = [SendToServer(SyncRequest())]


def test_where_there_are_no_turn_servers_nothing_is_asked() -> None:
    relay_pass = RelayPass()
    relay_pass.given(PASS, 0.0)
    relay_pass.given(None, 1.0)
    assert relay_pass.next_wake() is None
    assert relay_pass.tick(2 * RENEW_S, heard=True) == []


def test_a_new_one_is_asked_for_before_the_hour_is_over() -> None:
    relay_pass = RelayPass()
    relay_pass.given(PASS, 10.0)
    assert relay_pass.next_wake() == 10.0 + RENEW_S < 3600.0
    assert relay_pass.tick(9.0 + RENEW_S, heard=True) == []
    assert relay_pass.tick(10.0 + RENEW_S, heard=True) == ASKED
    relay_pass.given(PASS, 11.0 + RENEW_S)
    assert relay_pass.next_wake() == 11.0 + 2 * RENEW_S


def test_who_is_not_heard_or_not_answered_asks_again_later() -> None:
    relay_pass = RelayPass()
    relay_pass.given(PASS, 0.0)
    assert relay_pass.tick(RENEW_S, heard=False) == []
    assert relay_pass.tick(RENEW_S + AGAIN_S, heard=True) == ASKED
    assert relay_pass.next_wake() == RENEW_S + 2 * AGAIN_S
