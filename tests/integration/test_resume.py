"""Coming back to a room that one still holds, over real WebSockets: all that was missed, or the whole room."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from app.room.messages import Happened, Pause, Play, Ready, Resume, Resumed, SetPresence
from app.room.state import Presence
from signalling.store.base import KEPT_EVENTS
from tests.integration.clients import Entry, Invitation, Line, Visitor
from tests.integration.server_process import ServerProcess
from tests.unit.room.rooms import followed


@dataclass
class Absence:
    """Ada in her room, and Ben who held it, as `held`, when his line was lost."""

    server: ServerProcess
    visitor: Visitor
    invitation: Invitation
    ada: Line
    ben: Entry
    held: Ready

    async def is_noticed(self) -> None:
        """The others hear that Ben is away."""
        await self.ada.hear_happen(SetPresence, lambda command: command.presence is Presence.AWAY)


@pytest.fixture
async def absence(tmp_path: Path, http: aiohttp.ClientSession) -> AsyncIterator[Absence]:
    server = await ServerProcess.start(tmp_path, "--members", "1000")
    visitor = Visitor(http, server.url)
    invitation, _, ada = await visitor.host()
    entry = await visitor.join(invitation)
    line, held = await visitor.enter(entry.ticket)
    await line.socket.close()
    found = Absence(server, visitor, invitation, ada, entry, held)
    yield found
    await found.server.kill()


async def test_all_that_was_missed_is_told_up_to_three_hundred_events(absence: Absence) -> None:
    visitor, held = absence.visitor, absence.held.room
    await absence.is_noticed()
    # With him going and coming back as many as are kept.
    joins = [visitor.join(absence.invitation, f"Guest {n}") for n in range(KEPT_EVENTS - 2)]
    await asyncio.gather(*joins)
    now = held.revision + KEPT_EVENTS
    for missed in (KEPT_EVENTS, 5, 0):
        _, resumed = await visitor.resume(absence.ben, absence.held.epoch, now - missed)
        assert isinstance(resumed, Resumed)
        assert [event.revision for event in resumed.events] == list(range(now - missed + 1, now + 1))
        if missed == KEPT_EVENTS:
            room = followed(held, resumed.events)
    for epoch, revision in [(absence.held.epoch, held.revision - 1), (absence.held.epoch, now + 1), ("other", now)]:
        _, ready = await visitor.resume(absence.ben, epoch, revision)
        assert isinstance(ready, Ready)
        assert ready.room == room
        assert (ready.you, ready.epoch) == (absence.ben.member, absence.held.epoch)


async def test_what_comes_after_it_follows_without_a_gap(absence: Absence) -> None:
    line, resumed = await absence.visitor.resume(absence.ben, absence.held.epoch, absence.held.room.revision)
    assert isinstance(resumed, Resumed)
    room = followed(absence.held.room, resumed.events)
    await absence.ada.do(Pause(), "pause")
    assert (await line.hear_a(Happened)).revision == room.revision + 1


async def test_a_server_that_was_started_again_tells_it_too(
    absence: Absence, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    await absence.ada.do(Play(), "play")
    await absence.ada.hear_happen(Play)
    await absence.server.kill()
    absence.server = await ServerProcess.start(tmp_path)
    visitor = Visitor(http, absence.server.url)
    _, resumed = await visitor.resume(absence.ben, absence.held.epoch, absence.held.room.revision)
    assert isinstance(resumed, Resumed)
    room = followed(absence.held.room, resumed.events)
    assert room.timeline.playing
    _, ready = await visitor.enter(await visitor.ticket(absence.ben))
    assert ready.room == room


async def test_a_ticket_that_was_used_resumes_nothing(absence: Absence) -> None:
    line = await absence.visitor.dial()
    await line.say(Resume(1, absence.ben.ticket, absence.held.epoch, absence.held.room.revision))
    assert await line.closed_with() == 4001


async def test_nobody_resumes_a_room_they_were_not_in_yet(absence: Absence) -> None:
    late = await absence.visitor.join(absence.invitation, "Cy")
    _, ready = await absence.visitor.resume(late, absence.held.epoch, absence.held.room.revision)
    assert isinstance(ready, Ready)
