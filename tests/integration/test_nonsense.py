"""Figures that cannot be: each is refused with a reason that names the part, and the room is as it was."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest

from app.playback.clock import RoomClock
from app.playback.gate import Buffer
from app.room.codec import encode
from app.room.messages import Ping, Play, Pong, Ready, Report, Seek, SetRate, SyncRequest
from app.room.state import Room, Standing
from tests.integration.clients import FILM, Line, Visitor

HOUR_S = 3600.0


def do(**command: Any) -> str:
    """A command, as text; what JSON has no number for is written as Python writes it, and many others read."""
    return json.dumps({"type": "do", "command_id": "nonsense", "command": command})


def report(**about: Any) -> str:
    said = Report(FILM.film_id, Standing.RECEIVING, 0.1, 1e6, 4.0, need_s=3.0, buffer=Buffer.FILLING)
    return json.dumps(json.loads(encode(said)) | about)


def nonsense() -> Iterator[tuple[str, str]]:
    """What somebody says, and the part of it that the answer names."""
    for position_s in (float("nan"), float("inf"), float("-inf"), -1, -1e-9, 1e9, "10", None, True, []):
        yield do(type="seek", position_s=position_s), "position_s"
    for rate in (float("nan"), 0, -1, 0.2499, 4.0001, 1e308, "2"):
        yield do(type="set_rate", rate=rate), "rate"
    yield do(type="play", lead_s=-1), "lead_s"
    yield do(type="jump"), "command"
    for about in (
        {"drift_s": 1e9},
        {"drift_s": float("nan")},
        {"ahead_s": -1},
        {"need_s": -3},
        {"share": 1.01},
        {"rate_Bps": -5},
        {"buffer": "overflowing"},
        {"standing": "dead"},
        {"seen": -1},
        {"seen": 1.5},
        {"ended": "yes"},
    ):
        yield report(**about), next(iter(about))
    for key, value in (("t0", 1e300), ("rtt_s", -1), ("rtt_s", float("inf"))):
        yield json.dumps({"type": "ping", "t0": 1.0} | {key: value}), key


async def room_of(line: Line) -> Room:
    await line.say(SyncRequest())
    return (await line.hear_a(Ready)).room


async def why_closed(line: Line) -> tuple[int, str]:
    """The close code, and the words that came with it."""
    while (received := await line.socket.receive(10)).type is aiohttp.WSMsgType.TEXT:
        pass
    assert received.type is aiohttp.WSMsgType.CLOSE, received
    return int(received.data), str(received.extra)


async def test_a_figure_that_cannot_be_is_refused_by_name_and_moves_nothing(visitor: Visitor) -> None:
    """Each by somebody else, for one who came back as often would be held back."""
    invitation, _, ada = await visitor.host()
    entry, ben = await visitor.guest(invitation)
    await ada.do(Play(), "play")
    await ada.hear_happen(Play)
    before, names = await room_of(ada), ["Ada", "Ben"]
    for said, part in nonsense():
        _, eve = await visitor.guest(invitation, "Eve")
        names.append("Eve")
        await eve.socket.send_str(said)
        code, why = await why_closed(eve)
        assert (code, part in why) == (4010, True) or (code, "is not a number" in why) == (4010, True), (said, why)
    after = await room_of(ada)
    assert (after.timeline, after.wait, after.programme) == (before.timeline, before.wait, before.programme)
    assert [member.name for member in after.members] == names
    await ben.do(Seek(30.0), "sense")
    assert (await ada.hear_happen(Seek)).by == entry.member


@pytest.mark.parametrize(("asked_s", "there_s"), [(601.0, 600.0), (100_000.0, 600.0), (0.0, 0.0)])
async def test_a_seek_ends_inside_the_film(visitor: Visitor, asked_s: float, there_s: float) -> None:
    _, _, ada = await visitor.host()
    await ada.do(Seek(asked_s), "seek")
    assert (await room_of(ada)).timeline.position_s == there_s


@pytest.mark.parametrize("rate", [0.25, 4.0])
async def test_the_slowest_and_the_fastest_are_allowed(visitor: Visitor, rate: float) -> None:
    _, _, ada = await visitor.host()
    await ada.do(SetRate(rate), "rate")
    assert (await room_of(ada)).timeline.rate == rate


@pytest.mark.parametrize("wrong_s", [-HOUR_S, HOUR_S, 1e9])
async def test_a_clock_that_is_wrong_by_an_hour_finds_room_time_all_the_same(visitor: Visitor, wrong_s: float) -> None:
    _, _, right = await visitor.host()
    _, _, ada = await visitor.host()
    clock, loop = RoomClock(), asyncio.get_running_loop()
    for _ in range(5):
        await ada.say(Ping(loop.time() + wrong_s))
        pong = await ada.hear_a(Pong)
        clock.sample(pong.t0, pong.t1, pong.t2, loop.time() + wrong_s)
    told = await right.clock()
    assert clock.room_now(loop.time() + wrong_s) == pytest.approx(told, abs=0.5)
    offset_s = clock.offset(loop.time() + wrong_s)
    assert offset_s == pytest.approx(told - loop.time() - wrong_s, abs=0.5)
