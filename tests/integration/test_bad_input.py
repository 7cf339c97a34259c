"""The rest of what must not get in: see also test_garbage, test_nonsense and test_limits."""

import asyncio
import json
from typing import Any, cast

import aiohttp
import pytest

from app.room.deck import VoteRule
from app.room.errors import Reason
from app.room.messages import (
    Admit,
    Ban,
    CloseBallot,
    Command,
    Decline,
    Do,
    DrawLots,
    End,
    Happened,
    Kick,
    Ping,
    Play,
    QueueRemove,
    Ready,
    RefusedCommand,
    Seek,
    SetPassword,
    SetPolicy,
    SetRole,
    SetVisibility,
    SetVoteRule,
    Skip,
    SyncRequest,
    TransferHost,
)
from app.room.state import Policy, Role, Visibility
from signalling.hub import Hub
from signalling.limits import Limits
from signalling.rest import Rooms
from signalling.tokens import Tickets
from tests.integration.clients import Line, Visitor
from tests.integration.test_limits import behind_proxy

__all__ = ["behind_proxy"]


def leading(ada: str, ben: str) -> list[Command]:
    """What only who leads the room may, aimed at the host and at whoever asks."""
    led = [SetPolicy(Policy(viewers_may_add=False)), End(), Skip("film"), QueueRemove("film"), Play(anyway=True)]
    led += [SetVisibility(Visibility.PUBLIC), CloseBallot(), DrawLots(1), SetVoteRule(VoteRule.MAJORITY)]
    for who in (ada, ben):
        led += [Kick(who), Ban(who), TransferHost(who), SetRole(who, Role.COHOST), Admit(who), Decline(who)]
    return led


async def test_a_viewer_who_says_what_hosts_say_changes_nothing(visitor: Visitor) -> None:
    invitation, ada_entry, ada = await visitor.host()
    ben_entry, ben = await visitor.guest(invitation)
    await ada.say(SyncRequest())
    before = (await ada.hear_a(Ready)).room
    for number, command in enumerate(leading(ada_entry.member, ben_entry.member)):
        await ben.do(command, f"c{number}")
        refused = await ben.hear_a(RefusedCommand)
        assert (refused.command_id, refused.reason) == (f"c{number}", Reason.UNAUTHORIZED_COMMAND), command
    await ben.do(SetPassword(False), "word")
    assert (await ben.hear_a(RefusedCommand)).reason is Reason.INVALID_COMMAND
    await ada.say(SyncRequest())
    assert (await ada.hear_a(Ready)).room == before


@pytest.mark.parametrize("said", ["join", "set_presence", "knock", "hold", "go_on", "deal", "taste_given"])
async def test_what_only_the_server_says_is_refused_or_closes(visitor: Visitor, said: str) -> None:
    invitation, entry, ada = await visitor.host()
    _, ben = await visitor.guest(invitation)
    command = {"type": said, "member": entry.member, "name": "X", "role": "host", "caller": "x", "presence": "away"}
    more: dict[str, Any] = {"waits_for": [entry.member], "lead_s": 0.3, "cards": []}
    await ada.socket.send_str(json.dumps({"type": "do", "command_id": "x", "command": {**command, **more}}))
    received = await ada.socket.receive(10)
    while received.type is aiohttp.WSMsgType.TEXT and isinstance(Line.read(received.data), Happened):
        received = await ada.socket.receive(10)
    if received.type is aiohttp.WSMsgType.TEXT:
        assert isinstance(message := Line.read(received.data), RefusedCommand)
        assert message.reason in (Reason.UNAUTHORIZED_COMMAND, Reason.INVALID_COMMAND)
    else:
        assert ada.socket.close_code == 4010
    await ben.do(Seek(3.0), "alive")
    assert (await ben.hear_happen(Seek)).command_id == "alive"


async def test_a_flood_of_messages_closes_this_connection_only(visitor: Visitor) -> None:
    invitation, _, ada = await visitor.host()
    _, ben = await visitor.guest(invitation)
    flood = [Ping(1.0)] * 3000
    await asyncio.gather(*(ben.say(ping) for ping in flood), return_exceptions=True)
    assert await ben.closed_with() == 4029
    await ada.do(Seek(3.0), "alive")
    assert (await ada.hear_happen(Seek)).command_id == "alive"


async def test_who_asks_for_the_whole_room_over_and_over_is_closed(visitor: Visitor) -> None:
    _, entry, ada = await visitor.host()
    for _ in range(40):
        await ada.say(SyncRequest())
    assert await ada.closed_with() == 4029
    await visitor.enter(await visitor.ticket(entry))


@pytest.mark.parametrize("depth", [20, 900, 4000])
async def test_a_message_that_is_too_deep_closes(visitor: Visitor, depth: int) -> None:
    _, _, ada = await visitor.host()
    await ada.socket.send_str('{"type":"ping","t0":' + '{"a":' * depth + "1" + "}" * depth + "}")
    assert await ada.closed_with() == 4010


@pytest.mark.parametrize(
    "body",
    [
        b'{"name": "A", "name": "B"}',
        b'{"name": "A", "more": NaN}',
        b'{"name": "A", "more": Infinity}',
        b'{"name": "A", "more": ' + b"[" * 9000 + b"]" * 9000 + b"}",
        b'{"name": "\xff"}',
        b"\xef\xbb\xbf{",
    ],
)
@pytest.mark.parametrize("path", ["/rooms", "/recommendations"])
async def test_a_body_with_two_faces_is_refused(visitor: Visitor, path: str, body: bytes) -> None:
    async with visitor.http.post(f"{visitor.url}/api/v1{path}", data=body) as response:
        problem: dict[str, Any] = await response.json(content_type="application/problem+json")
    assert (response.status, problem["code"]) in [(400, "invalid_command"), (413, "too_large")]


async def test_a_body_that_is_not_packed_as_it_says_is_refused(visitor: Visitor) -> None:
    packed = {"Content-Encoding": "gzip"}
    async with visitor.http.post(f"{visitor.url}/api/v1/rooms", data=b"not gzip", headers=packed) as response:
        problem: dict[str, Any] = await response.json(content_type="application/problem+json")
    assert (response.status, problem["code"]) == (400, "invalid_command")


def by_code() -> list[tuple[str, str]]:
    """Method and path of all that names a room, out of the table that the server answers by."""
    rooms = Rooms(cast(Hub, None), Tickets(b""), float, Limits())
    told = [(each.method, each.path.removeprefix("/api/v1")) for each in rooms.operations()]
    return [(method, path) for method, path in told if "{code}" in path]


async def ask(visitor: Visitor, method: str, path: str, address: str, **seat: str) -> tuple[int, int]:
    """Status and Retry-After of a request from that address that says all that any row asks for."""
    body = {"name": "E", "member": "m", "resume_secret": "r", "password": ""} | seat
    about: Any = {"headers": {"X-Forwarded-For": address}} | ({} if method == "GET" else {"json": body})
    async with visitor.http.request(method, f"{visitor.url}/api/v1{path}", **about) as response:
        return response.status, int(response.headers.get("Retry-After", 0))


async def test_guessed_codes_are_soon_over_on_every_path_and_the_neighbour_is_not(behind_proxy: Visitor) -> None:
    invitation, _ = await behind_proxy.make_room()
    assert len(by_code()) >= 6
    for number, (method, path) in enumerate(by_code()):
        guesser, neighbour = f"192.0.2.{number}", f"198.51.100.{number}"
        guesses = [await ask(behind_proxy, method, path.format(code=f"{each}ZZZZZ"), guesser) for each in "23456789AB"]
        assert guesses == [(404, 0)] * 10, path
        for code in ("CZZZZZ", invitation.code):
            status, retry_after_s = await ask(behind_proxy, method, path.format(code=code), guesser)
            assert (status, 590 < retry_after_s <= 600) == (429, True), path
        assert (await ask(behind_proxy, method, path.format(code="CZZZZZ"), neighbour))[0] == 404, path


async def test_wrong_secrets_are_soon_over_on_every_path_and_the_right_one_always_passes(behind_proxy: Visitor) -> None:
    seats = [(method, path) for method, path in by_code() if method != "GET" and not path.endswith("/join")]
    for number, (method, path) in enumerate(seats):
        # Each its own room, for some of them end it or leave it.
        _, entry = await behind_proxy.make_room()
        asked = (behind_proxy, method, path.format(code=entry.code), f"192.0.2.{number}")
        guesses = [await ask(*asked, member=entry.member) for _ in range(11)]
        assert [status for status, _ in guesses] == [403] * 10 + [429], path
        status, _ = await ask(*asked, member=entry.member, resume_secret=entry.resume_secret)
        assert status in (200, 204), path


async def test_a_command_id_of_somebody_else_gets_no_answer_of_theirs(visitor: Visitor) -> None:
    invitation, _, ada = await visitor.host()
    entry, ben = await visitor.guest(invitation)
    await ada.do(Seek(3.0), "same")
    await ada.hear_happen(Seek)
    await ben.say(Do("same", Seek(5.0)))
    assert (await ben.hear_happen(Seek, lambda seek: seek.position_s == 5.0)).by == entry.member
