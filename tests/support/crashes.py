"""The power goes, at any moment, in the middle of writing: what was acknowledged is still there, and in order.

The test does it a few times, the bench (`python -m tests.bench crash`) some hundred.
"""

import asyncio
from pathlib import Path
from random import Random

import aiohttp

from app.room.messages import Chat, Command, Do, Happened, SetPolicy
from app.room.reducer import Applied, apply
from app.room.state import Policy, Room
from signalling.paces import OTHERS
from signalling.store.base import KEPT_EVENTS
from tests.integration.clients import Entry, Line, Visitor
from tests.integration.server_process import ServerProcess

MOST_UNANSWERED = 8
# As many as one host may ask in a go, by a server that has just started.
MOST_ACKNOWLEDGED = int(OTHERS.burst) - MOST_UNANSWERED


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


async def hear(line: Line, heard: dict[str, Happened], enough: asyncio.Event, most: int) -> None:
    """Every acknowledgement until the line breaks; `enough` once there are so many."""
    async for received in line.socket:
        if received.type is not aiohttp.WSMsgType.TEXT:
            break
        event = line.read(received.data)
        if isinstance(event, Happened) and event.command_id:
            heard[event.command_id] = event
        if len(heard) >= most:
            enough.set()


async def crash(server: ServerProcess, line: Line, first: int, most: int) -> dict[str, Happened]:
    """What was acknowledged by a server that is killed in mid-write, as soon as it has acknowledged so many."""
    heard: dict[str, Happened] = {}
    enough = asyncio.Event()
    asking = asyncio.create_task(ask_without_end(line, first, heard))
    hearing = asyncio.create_task(hear(line, heard, enough, most))
    await asyncio.wait_for(enough.wait(), 30)
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


async def crash_often(folder: Path, http: aiohttp.ClientSession, times: int) -> dict[str, int]:
    """Kill the server that often, and check each time what is there; how many were acknowledged, and how many more were
    written although nobody had heard so yet. Raises `AssertionError`."""
    chance = Random(20261121)
    server = await ServerProcess.start(folder)
    visitor = Visitor(http, server.url)
    _, entry = await visitor.make_room()
    line, ready = await visitor.enter(entry.ticket)
    before, acknowledged, unheard = ready.room, 0, 0
    for number in range(times):
        heard = await crash(server, line, number * 100_000, chance.randint(1, MOST_ACKNOWLEDGED))
        server, line, after = await come_back(folder, http, entry)
        events = sorted(heard.values(), key=lambda event: event.revision)
        seen = replay(before, events)
        check(seen, after)
        # Somebody who did not hear the answer asks again; the last 300 are remembered.
        remembered = [event for event in events if event.revision > after.revision - KEPT_EVENTS]
        for event in remembered[-3:]:
            await line.do(command(0), event.command_id or "")
            assert await line.hear_a(Happened) == event
        acknowledged += len(heard)
        unheard += after.revision - seen.revision
        before = after
    await server.kill()
    return {"crashes": times, "acknowledged": acknowledged, "written_unheard": unheard, "lost": 0}


def check(seen: Room, after: Room) -> None:
    """Whether all that was seen is there."""
    assert after.revision >= seen.revision
    lines = {line.number: line for line in after.talk}
    oldest = min(lines, default=0)
    assert all(lines[said.number] == said for said in seen.talk if said.number >= oldest)
