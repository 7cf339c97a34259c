"""The server goes down and comes back; rooms do not notice much."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from app.playback.timeline import LEAST_LEAD_S
from app.room.errors import Reason
from app.room.messages import (
    PROTOCOL_VERSION,
    Happened,
    Hello,
    Leave,
    Play,
    RefusedCommand,
    Seek,
    SetPolicy,
    SetPresence,
    SubtitleAdd,
)
from app.room.state import Policy, Presence
from tests.integration.clients import SUBTITLE, Entry, Visitor
from tests.integration.server_process import ServerProcess


@dataclass
class Evening:
    """Two people in a playing room whose server was killed and started again."""

    server: ServerProcess
    visitor: Visitor
    ada: Entry
    ben: Entry
    played: Happened


@pytest.fixture
async def evening(tmp_path: Path, http: aiohttp.ClientSession) -> AsyncIterator[Evening]:
    first = await ServerProcess.start(tmp_path)
    visitor = Visitor(http, first.url)
    invitation, ada, line = await visitor.host()
    ben, bens = await visitor.guest(invitation)
    await line.do(SetPolicy(Policy(viewers_may_seek=False)), "policy")
    await line.do(SubtitleAdd("film", SUBTITLE), "words")
    await line.do(Play(), "play")
    played = await line.hear_happen(Play)
    await first.kill()
    assert await bens.closed_with() == aiohttp.WSCloseCode.ABNORMAL_CLOSURE
    second = await ServerProcess.start(tmp_path)
    yield Evening(second, Visitor(http, second.url), ada, ben, played)
    await second.kill()


async def test_a_killed_server_brings_its_rooms_back(evening: Evening) -> None:
    visitor, played = evening.visitor, evening.played
    ada, ready = await visitor.enter(await visitor.ticket(evening.ada))
    room = ready.room
    assert room.current
    assert room.current.subtitles == (SUBTITLE,)
    assert (room.timeline.playing, room.policy.viewers_may_seek) == (True, False)
    assert room.timeline.anchor == played.at + LEAST_LEAD_S
    assert [member.presence for member in room.members] == [Presence.HERE, Presence.AWAY]
    assert room.revision == played.revision + 3  # both away, one back
    await visitor.enter(await visitor.ticket(evening.ben))
    assert (await ada.hear_happen(SetPresence)).at > played.at


async def test_answers_outlive_the_server(evening: Evening) -> None:
    visitor = evening.visitor
    ada, _ = await visitor.enter(await visitor.ticket(evening.ada))
    ben, _ = await visitor.enter(await visitor.ticket(evening.ben))
    await ada.hear_happen(SetPresence)
    await ada.do(Play(), "play")
    assert await ada.hear_a(Happened) == evening.played
    await ben.do(Seek(1.0), "no")
    refused = await ben.hear_a(RefusedCommand)
    assert (refused.command_id, refused.reason) == ("no", Reason.UNAUTHORIZED_COMMAND)


async def test_a_ticket_of_the_old_process_is_no_good(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    first = await ServerProcess.start(tmp_path)
    _, entry = await Visitor(http, first.url).make_room()
    await first.kill()
    second = await ServerProcess.start(tmp_path)
    try:
        line = await Visitor(http, second.url).dial()
        await line.socket.send_json({"type": "hello", "version": 1, "ticket": entry.ticket})
        assert await line.closed_with() == 4001
    finally:
        await second.kill()


async def test_stopping_is_graceful(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    server = await ServerProcess.start(tmp_path)
    visitor = Visitor(http, server.url)
    _, _, ada = await visitor.host()
    silent = await visitor.dial()
    ended = tuple(await asyncio.gather(server.terminate(), ada.closed_with(), silent.closed_with()))
    assert ended == (0, 1012, 1012)


async def test_whoever_does_not_come_back_leaves(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    server = await ServerProcess.start(tmp_path, "--away", "2")
    visitor = Visitor(http, server.url)
    try:
        invitation, ada_entry, ada = await visitor.host()
        entry, ben = await visitor.guest(invitation)
        await ben.socket.close()
        left = await ada.hear_happen(Leave)
        assert (left.command, left.by) == (Leave(entry.member), None)
        absent = await visitor.join(invitation)
        assert (await ada.hear_happen(Leave)).command == Leave(absent.member)
        assert ada_entry.member not in (entry.member, absent.member)
    finally:
        await server.kill()


async def test_a_room_ends_by_itself(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    server = await ServerProcess.start(tmp_path, "--longest-room", "1")
    visitor = Visitor(http, server.url)
    try:
        invitation, entry = await visitor.make_room()
        line = await visitor.dial()
        await line.say(Hello(PROTOCOL_VERSION, entry.ticket))  # on a slow machine the room may be over by now
        assert await line.closed_with() == 4005
        status, problem = await visitor.call("GET", f"/rooms/{invitation.code}")
        assert (status, problem["code"]) == (410, "room_expired")
    finally:
        await server.kill()
