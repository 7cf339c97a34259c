"""The log of an evening: it tells who came, went and was refused, and holds no secret of anybody."""

import contextlib
import json
import logging
import sqlite3
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from app.room.messages import (
    PROTOCOL_VERSION,
    Chat,
    Hello,
    Kick,
    Pause,
    RefusedCommand,
    SetPolicy,
    SetPresence,
    SetRate,
    SignalTo,
)
from app.room.state import Policy, Presence
from signalling.live_room import LiveRoom
from signalling.logs import PARTS
from signalling.server import make_app
from signalling.settings import Settings
from tests.integration.clients import Visitor
from tests.integration.server_process import ServerProcess

PASSWORD, DEVICE, TITLE, WORDS = "pass-sesame", "device-sesame", "title-sesame", "chat-sesame"
NAME, GUESS, PAYLOAD, QUERY = "name-sesame", "guess-sesame", "signal-sesame", "query-sesame"


async def test_an_evening_leaves_no_secret_in_the_log(
    tmp_path: Path, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATINEE_TURN_SECRET", "turn-sesame")
    server = await ServerProcess.start(tmp_path, "--behind-proxy", "--turn", "turn:t.example")
    http.headers["X-Forwarded-For"] = "192.0.2.77"
    visitor = Visitor(http, server.url)
    try:
        secrets = await evening(visitor)
    finally:
        assert await server.terminate() == 0
    text = (tmp_path / "log").read_text()
    assert [secret for secret in secrets if secret in text] == []
    assert "sesame" not in text
    assert "192.0.2.77" not in text
    assert "192.0.2.0/24" in text
    check(server)


async def evening(visitor: Visitor) -> list[str]:
    """Everything that has to do with secrets; all those that the server gave out."""
    invitation, ada_entry = await visitor.make_room(NAME, title=TITLE, device=DEVICE)
    at, me = f"/rooms/{invitation.code}", {"member": ada_entry.member, "resume_secret": ada_entry.resume_secret}
    ada, ready = await visitor.enter(ada_entry.ticket)
    await visitor.call("POST", f"{at}/password", {**me, "password": PASSWORD})
    wish = {"name": NAME, "link_secret": invitation.link_secret, "device": DEVICE}
    assert (await visitor.call("POST", f"{at}/join", {**wish, "password": GUESS}))[0] == 403
    assert (await visitor.call("POST", f"{at}/join", {**wish, "link_secret": GUESS}))[0] == 403
    status, told = await visitor.call("POST", f"{at}/join", {**wish, "password": PASSWORD})
    assert status == 201
    ben, _ = await visitor.enter(told["ticket"])
    assert (await visitor.call("POST", f"{at}/ticket", {"member": told["member"], "resume_secret": GUESS}))[0] == 403
    await visitor.call("GET", f"/catalogue?q={QUERY}")
    await visitor.call("POST", "/rooms", [GUESS])
    for ticket in (ada_entry.ticket, GUESS):
        thief = await visitor.dial()
        await thief.say(Hello(PROTOCOL_VERSION, ticket))
        assert await thief.closed_with() == 4001
    await ada.do(Chat(WORDS), "chat")
    await ada.say(SignalTo(told["member"], PAYLOAD))
    await ada.do(SetPolicy(Policy(viewers_may_play_pause=False)), "policy")
    await ada.hear_happen(SetPolicy)
    await ben.do(Pause(), "no")
    await ben.do(SetRate(2.0), "nor")
    for _ in range(2):
        await ben.hear_a(RefusedCommand)
    await ada.do(Kick(told["member"]), "out")
    assert await ben.closed_with() == 4003
    cy = await visitor.dial()
    await cy.socket.send_str(json.dumps({"type": "do", "ticket": GUESS, GUESS: GUESS}))
    assert await cy.closed_with() == 4010
    await visitor.call("DELETE", f"{at}/members/me", me)
    assert ready.turn is not None
    given = [invitation.link_secret, ada_entry.resume_secret, ada_entry.ticket, ready.turn.credential]
    return [*given, told["resume_secret"], told["ticket"], invitation.code]


def check(server: ServerProcess) -> None:
    """What is there instead."""
    log = server.log
    assert {part for line in log for part in line} <= set(PARTS)
    events = [line["event"] for line in log]
    assert events[:2] == ["rooms_back", "server_started"]
    assert [event for event in events if event.startswith("server_")][1:] == ["server_stopping", "server_stopped"]
    (kicked,) = [line for line in log if line["event"] == "kick"]
    closed = [line for line in log if line["event"] == "socket_closed"]
    (put_out,) = [line for line in closed if line["code"] == 4003]
    assert (put_out["member"], put_out["room"], put_out["by"]) == (kicked["member"], kicked["room"], "server")
    assert put_out["duration_s"] > 0
    opened = {line["connection"] for line in log if line["event"] == "socket_opened"}
    assert opened == {line["connection"] for line in closed}
    assert sorted(line["code"] for line in closed) == [1000, 4001, 4001, 4003, 4010]
    refused = [(line["command"], line["code"]) for line in log if line["event"] == "command_refused"]
    assert refused == [("pause", "unauthorized_command"), ("set_rate", "unauthorized_command")]
    asked = {(line.get("path"), line["status"], line.get("code")) for line in log if line["event"] == "request"}
    assert ("/api/v1/rooms/{code}/join", 403, "wrong_password") in asked
    assert ("/api/v1/rooms/{code}/ticket", 403, "unauthorized_command") in asked
    assert ("/api/v1/rooms", 201, None) in asked


async def test_a_room_that_cannot_be_brought_back_is_not_named(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    server = await ServerProcess.start(tmp_path)
    invitation, _, line = await Visitor(http, server.url).host()
    await server.kill()
    await line.closed_with()
    with contextlib.closing(sqlite3.connect(tmp_path / "db")) as db:
        db.execute("DELETE FROM event WHERE revision = 2")
        db.commit()
    server = await ServerProcess.start(tmp_path)
    assert (await Visitor(http, server.url).call("GET", f"/rooms/{invitation.code}"))[0] == 503
    assert await server.terminate() == 0
    (first, *_) = [line for line in server.log if line["event"] == "room_broken"]
    assert first["why"] == "The room cannot be brought from revision 1 to 3."
    assert invitation.code not in (tmp_path / "log").read_text()


async def test_what_fails_on_one_socket_is_told_and_the_others_stay(
    tmp_path: Path, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(LiveRoom, "signal", None)
    caplog.set_level(logging.INFO)
    runner = web.AppRunner(make_app(Settings(db=tmp_path / "db", site=None)), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        visitor = Visitor(http, f"http://127.0.0.1:{runner.addresses[0][1]}")
        invitation, entry, ada = await visitor.host()
        _, ben = await visitor.guest(invitation)
        await ada.say(SignalTo(entry.member, PAYLOAD))
        assert await ada.closed_with() == 1006
        away = await ben.hear_happen(SetPresence, lambda command: command == SetPresence(entry.member, Presence.AWAY))
        assert away.by is None
    finally:
        await http.close()
        await runner.cleanup()
    events = [record.msg for record in caplog.records]
    assert (events.count("socket_failed"), events.count("socket_closed")) == (1, 2)
    assert not [record for record in caplog.records if not record.name.startswith("matinee")]
