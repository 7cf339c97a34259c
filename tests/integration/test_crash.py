"""The power goes, at any moment, in the middle of writing: what was acknowledged is still there, and in order."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from random import Random

import aiohttp

from app.room.messages import Chat, Command, Do, Happened, SetPolicy
from app.room.reducer import Applied, apply
from app.room.state import Policy, Room
from signalling.store.base import KEPT_EVENTS
from tests.integration.clients import Entry, Line, Visitor
from tests.integration.server_process import ServerProcess

# `MATINEE_CRASHES=200` for a long night.
MOST_UNANSWERED = 50
CRASHES = int(os.environ.get("MATINEE_CRASHES", "6"))


def command(number: int) -> Command:
    return Chat(f"line {number}") if number % 100_000 == 0 else SetPolicy(Policy(viewers_may_seek=number % 2 == 0))


async def ask_without_end(line: Line, first: int, heard: dict[str, Happened]) -> None:
    """Commands as fast as they are answered, with some on their way at all times."""
    number = first
    while True:
        if number - first < len(heard) + MOST_UNANSWERED:
            await line.say(Do(f"n{number}", command(number)))
            number += 1
        else:
            await asyncio.sleep(0.001)


async def hear_until_the_end(line: Line, heard: dict[str, Happened]) -> None:
    """Every acknowledgement until the line breaks."""
    async for received in line.socket:
        if received.type is not aiohttp.WSMsgType.TEXT:
            return
        event = line.read(received.data)
        if isinstance(event, Happened) and event.command_id:
            heard[event.command_id] = event


async def crash(server: ServerProcess, line: Line, first: int, after_s: float) -> dict[str, Happened]:
    """What was acknowledged before the server was killed in mid-write."""
    heard: dict[str, Happened] = {}
    asking = asyncio.create_task(ask_without_end(line, first, heard))
    hearing = asyncio.create_task(hear_until_the_end(line, heard))
    await asyncio.sleep(after_s)
    await server.kill()
    await asyncio.wait([hearing], timeout=10)
    asking.cancel()
    await asyncio.gather(asking, hearing, return_exceptions=True)
    return heard


def replay(room: Room, events: list[Happened]) -> Room:
    for event in events:
        outcome = apply(room, event.command, event.by, event.at)
        assert isinstance(outcome, Applied)
        room = outcome.room
        assert room.revision == event.revision
    return room


async def come_back(folder: Path, http: aiohttp.ClientSession, entry: Entry) -> tuple[ServerProcess, Line, Room]:
    server = await ServerProcess.start(folder)
    visitor = Visitor(http, server.url)
    line, ready = await visitor.enter(await visitor.ticket(entry))
    return server, line, ready.room


async def test_what_was_acknowledged_outlives_a_crash(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    chance: Callable[[], float] = Random(20261121).random
    server = await ServerProcess.start(tmp_path)
    visitor = Visitor(http, server.url)
    _, entry = await visitor.make_room()
    line, ready = await visitor.enter(entry.ticket)
    before, first, acknowledged = ready.room, 0, 0
    for _ in range(CRASHES):
        heard = await crash(server, line, first, 0.02 + 0.3 * chance())
        server, line, after = await come_back(tmp_path, http, entry)
        events = sorted(heard.values(), key=lambda event: event.revision)
        seen = replay(before, events)
        assert after.revision >= seen.revision
        lines = {line.number: line for line in after.talk}
        oldest = min(lines, default=0)
        assert all(lines[said.number] == said for said in seen.talk if said.number >= oldest)
        # Somebody who did not hear the answer asks again; the last 300 are remembered.
        remembered = [event for event in events if event.revision > after.revision - KEPT_EVENTS]
        for event in remembered[-3:]:
            await line.do(command(0), event.command_id or "")
            assert await line.hear_a(Happened) == event
        acknowledged += len(heard)
        before, first = after, first + 100_000
    await server.kill()
    assert acknowledged > 20 * CRASHES
