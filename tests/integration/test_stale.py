"""Commands that were meant for a room as it no longer is, through a server with its clock in the test's hands."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from app.room.errors import Reason
from app.room.messages import Do, Happened, Pause, Ready, RefusedCommand, Seek, SyncRequest
from signalling.moves import FRESH_S
from signalling.room_time import RoomTime
from signalling.server import make_app
from signalling.settings import Settings
from tests.integration.clients import Visitor


class Clock:
    """The machine's, and as much ahead as the test says. Seconds."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def now(self) -> float:
        return time.monotonic() + self.ahead_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def visitor(clock: Clock, http: aiohttp.ClientSession, tmp_path: Path) -> AsyncIterator[Visitor]:
    """Somebody who can call a server that goes by that clock."""
    settings = Settings(port=0, db=tmp_path / "db", site=None)
    runner = web.AppRunner(make_app(settings, RoomTime(monotonic=clock.now)))
    await runner.setup()
    site = web.TCPSite(runner, settings.host, 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    yield Visitor(http, f"http://{host}:{port}")
    await http.close()
    await runner.cleanup()


async def test_who_was_cut_off_does_not_take_the_others_back(visitor: Visitor, clock: Clock) -> None:
    invitation, _, ada = await visitor.host()
    entry, ben = await visitor.guest(invitation)
    await ben.say(SyncRequest())
    seen = (await ben.hear_a(Ready)).room.revision
    await ben.socket.close()
    await ada.do(Seek(300.0), "there")
    await ada.hear_happen(Seek)
    clock.ahead_s += FRESH_S
    back, ready = await visitor.enter(await visitor.ticket(entry))
    for number, command in enumerate((Pause(), Seek(10.0))):
        await back.say(Do(f"old{number}", command, seen))
        refused = await back.hear_a(RefusedCommand)
        assert (refused.command_id, refused.reason) == (f"old{number}", Reason.STALE)
    await back.say(Do("new", Pause(), ready.room.revision))
    assert (await back.hear_a(Happened)).command_id == "new"
    await back.say(SyncRequest())
    assert (await back.hear_a(Ready)).room.timeline.position_s == 300.0
