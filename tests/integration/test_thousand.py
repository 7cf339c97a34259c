"""A room of as many as a room can have, over HTTP and real WebSockets."""

import asyncio
from pathlib import Path

import aiohttp

from app.room.bounds import MAX_MEMBERS
from app.room.codec import encode
from app.room.messages import MAX_FRAME_BYTES, Join, Leave, Resumed
from tests.integration.clients import Entry, Visitor
from tests.integration.server_process import ServerProcess

AT_ONCE = 20
MOST_READY_BYTES = 256 * 1024  # what may wait for a slow reader: twice what it takes


async def test_a_thousand_come_in_and_the_next_one_does_not(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    server = await ServerProcess.start(tmp_path, "--members", str(MAX_MEMBERS), "--away", "600")
    visitor = Visitor(http, server.url)
    try:
        invitation, host = await visitor.make_room()
        lanes = asyncio.Semaphore(AT_ONCE)

        async def come_in(name: str) -> Entry:
            async with lanes:
                return await visitor.join(invitation, name)

        guests = await asyncio.gather(*(come_in(f"Guest number {n}") for n in range(MAX_MEMBERS - 1)))
        path, late = f"/rooms/{invitation.code}", {"name": "Late", "link_secret": invitation.link_secret}
        status, problem = await visitor.call("POST", f"{path}/join", late)
        assert (status, problem["code"]) == (409, "room_full")
        ada, ready = await visitor.enter(host.ticket)
        assert (len(ready.room.members), ready.room.most_members) == (MAX_MEMBERS, MAX_MEMBERS)
        assert len(encode(ready).encode()) < MOST_READY_BYTES
        last = {"member": guests[-1].member, "resume_secret": guests[-1].resume_secret}
        assert (await visitor.call("DELETE", f"{path}/members/me", last))[0] == 204
        assert (await visitor.call("POST", f"{path}/join", late))[0] == 201
        # What the others hear of it is as long as in a room of two.
        for command in (Leave, Join):
            assert len(encode(await ada.hear_happen(command)).encode()) < MAX_FRAME_BYTES / 16
        _, resumed = await visitor.resume(guests[0], ready.epoch, ready.room.revision)
        assert isinstance(resumed, Resumed)
        assert len(encode(resumed).encode()) < MAX_FRAME_BYTES
    finally:
        await server.kill()
