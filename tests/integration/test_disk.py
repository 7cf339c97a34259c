"""A disk that is full and a database that somebody holds: what cannot be kept is shed with a code, nothing that was
acknowledged is lost, rooms that ask for nothing notice nothing, and all goes on when there is space again.
"""

import resource
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from app.room.messages import PROTOCOL_VERSION, Happened, Hello, Ping, Pong, SetPolicy
from app.room.state import Policy
from signalling.server import make_app
from signalling.settings import Settings
from signalling.store import sqlite
from tests.integration.clients import Entry, Line, Visitor
from tests.integration.server_process import ServerProcess

MOST_ASKED = 200
RESTORED = 1012


@dataclass(frozen=True, slots=True)
class Shed:
    """What a member had acknowledged before the room could keep no more."""

    acknowledged: list[Happened]
    lost: str


async def ask_until_shed(line: Line, prefix: str) -> Shed:
    """Ask for one thing after another until the line is closed."""
    heard: list[Happened] = []
    for number in range(MOST_ASKED):
        command_id = f"{prefix}{number}"
        await line.do(SetPolicy(Policy(viewers_may_seek=number % 2 == 0)), command_id)
        received = await line.socket.receive(10)
        if received.type is not aiohttp.WSMsgType.TEXT:
            assert line.socket.close_code == RESTORED
            return Shed(heard, command_id)
        message = line.read(received.data)
        assert isinstance(message, Happened), message
        heard.append(message)
    raise AssertionError("there was space for everything")


async def is_shed_again(visitor: Visitor, entry: Entry) -> bool:
    """Whether somebody who comes back meanwhile is sent away until later."""
    line = await visitor.dial()
    await line.say(Hello(PROTOCOL_VERSION, await visitor.ticket(entry)))
    return await line.closed_with() == RESTORED


async def notices_nothing(line: Line) -> None:
    await line.say(Ping(1.0))
    assert isinstance(await line.hear(), Pong)


async def everything_is_there(visitor: Visitor, entry: Entry, shed: Shed) -> None:
    """Whatever was acknowledged, nothing of what was not; asked again, it happens."""
    line, ready = await visitor.enter(await visitor.ticket(entry))
    last = shed.acknowledged[-1]
    assert isinstance(last.command, SetPolicy)
    assert ready.room.policy == last.command.policy
    for event in shed.acknowledged[-3:]:
        await line.do(SetPolicy(Policy(viewers_may_add=False)), event.command_id or "")
        assert await line.hear_a(Happened) == event
    await line.do(SetPolicy(Policy(viewers_may_add=False)), shed.lost)
    made = await line.hear_happen(SetPolicy)
    assert (made.command_id, made.revision > last.revision) == (shed.lost, True)


async def test_a_full_disk_loses_nothing_that_was_acknowledged(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    server = await ServerProcess.start(tmp_path)
    visitor = Visitor(http, server.url)
    try:
        _, ada_entry, ada = await visitor.host()
        _, _, ben = await visitor.host()
        taken = (tmp_path / "db-wal").stat().st_size
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (taken + 64 * 1024, resource.RLIM_INFINITY))
        shed = await ask_until_shed(ada, "a")
        assert shed.acknowledged
        status, problem = await visitor.call("POST", "/rooms", {"name": "Cy"})
        assert (status, problem["code"]) == (503, "unavailable")
        assert problem["detail"].endswith(".")
        assert await is_shed_again(visitor, ada_entry)
        await notices_nothing(ben)
        failed = {line["event"]: line.get("why", "") for line in server.log if line["level"] == "error"}
        assert failed.keys() == {"commit_failed", "room_given_up", "room_not_made"}
        assert all("disk" in why for why in failed.values())
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        await everything_is_there(visitor, ada_entry, shed)
        await ben.do(SetPolicy(Policy()), "on")
        assert (await ben.hear_happen(SetPolicy)).command_id == "on"
    finally:
        await server.kill()


async def test_nobody_else_can_lock_the_database_of_a_running_server(tmp_path: Path, visitor: Visitor) -> None:
    _, _, ada = await visitor.host()
    with closing(sqlite3.connect(tmp_path / "db", timeout=0)) as other:
        for step in ("BEGIN EXCLUSIVE", "SELECT * FROM room"):
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute(step)
    await ada.do(SetPolicy(Policy()), "on")
    assert (await ada.hear_happen(SetPolicy)).command_id == "on"


class Shared(sqlite3.Connection):
    """A connection that leaves the file to others between its transactions, as on a file system without locks."""

    def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
        return super().execute("SELECT 1" if statement == "PRAGMA locking_mode=EXCLUSIVE" else statement, *values)


@pytest.fixture
async def shared(
    tmp_path: Path, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Visitor]:
    """A visitor of a server, in this process, whose database others can lock."""
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite.sqlite3, "connect", lambda *at, **how: connect(*at, **how, factory=Shared))
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_S", 0.2)
    runner = web.AppRunner(make_app(Settings(db=tmp_path / "db", site=None)))
    await runner.setup()
    monkeypatch.undo()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield Visitor(http, f"http://127.0.0.1:{runner.addresses[0][1]}")
    await runner.cleanup()


async def test_a_locked_database_loses_nothing_that_was_acknowledged(
    tmp_path: Path, shared: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    _, ada_entry, ada = await shared.host()
    _, _, ben = await shared.host()
    await ada.do(SetPolicy(Policy(viewers_may_seek=False)), "before")
    before = await ada.hear_happen(SetPolicy)
    with closing(sqlite3.connect(tmp_path / "db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        shed = await ask_until_shed(ada, "a")
        assert (shed.acknowledged, shed.lost) == ([], "a0")
        status, problem = await shared.call("POST", "/rooms", {"name": "Cy"})
        assert (status, problem["code"]) == (503, "unavailable")
        assert "locked" in caplog.text
        await notices_nothing(ben)
        other.execute("ROLLBACK")
    await everything_is_there(shared, ada_entry, Shed([before], "a0"))
    await ben.do(SetPolicy(Policy()), "on")
    assert (await ben.hear_happen(SetPolicy)).command_id == "on"
