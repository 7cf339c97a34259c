"""Passes for TURN servers."""

from app.room.messages import TurnPass
from signalling.turn import TurnServers

URLS = ("turn:t.example",)


def test_a_pass_is_as_coturn_makes_it() -> None:
    # printf 4600:ada | openssl dgst -sha1 -hmac north -binary | base64
    given = TurnServers(URLS, "north").pass_for("ada", 1000.0)
    assert given == TurnPass(URLS, "4600:ada", "0JJtCRGEP3odSXCX4I+WMiRVGmw=")


def test_without_a_server_or_a_secret_there_is_none() -> None:
    assert TurnServers((), "north").pass_for("ada", 1000.0) is None
    assert TurnServers(URLS, "").pass_for("ada", 1000.0) is None


def test_everybody_and_every_moment_has_another() -> None:
    servers = TurnServers(URLS, "north")
    made = {servers.pass_for(who, now) for who in ("ada", "ben") for now in (0.0, 10.0)}
    assert len(made) == 4
