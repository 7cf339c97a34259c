"""Passes for TURN servers."""

import time

from app.room.messages import TurnPass
from signalling.turn import PASS_LIFE_S, TurnServers

URLS = ("turn:t.example",)


def test_a_pass_is_as_coturn_makes_it() -> None:
    # printf 4600:ada | openssl dgst -sha1 -hmac north -binary | base64
    given = TurnServers(URLS, "north", lambda: 1000.0).pass_for("ada")
    assert given == TurnPass(URLS, "4600:ada", "0JJtCRGEP3odSXCX4I+WMiRVGmw=")


def test_without_a_server_or_a_secret_there_is_none() -> None:
    assert TurnServers((), "north").pass_for("ada") is None
    assert TurnServers(URLS, "").pass_for("ada") is None


def test_everybody_and_every_moment_has_another() -> None:
    moments = iter([0.0, 0.0, 10.0, 10.0])
    servers = TurnServers(URLS, "north", lambda: next(moments))
    assert len({servers.pass_for(who) for _ in range(2) for who in ("ada", "ben")}) == 4


def test_the_hour_is_of_the_clock_by_which_a_turn_server_looks_at_it() -> None:
    given = TurnServers(URLS, "north").pass_for("ada")
    assert given is not None
    assert abs(int(given.username.partition(":")[0]) - PASS_LIFE_S - time.time()) < 5
