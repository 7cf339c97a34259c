"""The rest of what must not get in: see also test_garbage, test_nonsense and test_limits."""

import asyncio
import json
from typing import Any

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
from tests.integration.clients import Line, Visitor
from tests.integration.test_limits import behind_proxy, post

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


async def test_guessed_codes_are_soon_over_on_every_path_and_the_neighbour_is_not(behind_proxy: Visitor) -> None:
    invitation, _ = await behind_proxy.make_room()
    guesser, neighbour = {"X-Forwarded-For": "192.0.2.1"}, {"X-Forwarded-For": "192.0.2.2"}

    async def look(code: str, headers: dict[str, str]) -> int:
        async with behind_proxy.http.get(f"{behind_proxy.url}/api/v1/rooms/{code}", headers=headers) as response:
            return response.status

    guesses = [await look(f"{number}ZZZZZ", guesser) for number in (2, 3, 4, 5, 6, 7, 8, 9)]
    seat = {"member": "m", "resume_secret": "r"}
    guesses += [(await post(behind_proxy, "/rooms/AZZZZZ/ticket", seat, "192.0.2.1"))[0]]
    guesses += [(await post(behind_proxy, "/rooms/BZZZZZ/join", {"name": "E"}, "192.0.2.1"))[0]]
    assert guesses == [404] * 10
    assert await look(invitation.code, guesser) == 429
    assert (await post(behind_proxy, f"/rooms/{invitation.code}/join", {"name": "E"}, "192.0.2.1"))[0] == 429
    assert (await post(behind_proxy, f"/rooms/{invitation.code}/ticket", seat, "192.0.2.1"))[0] == 429
    assert await look(invitation.code, neighbour) == 200


async def test_a_command_id_of_somebody_else_gets_no_answer_of_theirs(visitor: Visitor) -> None:
    invitation, _, ada = await visitor.host()
    entry, ben = await visitor.guest(invitation)
    await ada.do(Seek(3.0), "same")
    await ada.hear_happen(Seek)
    await ben.say(Do("same", Seek(5.0)))
    assert (await ben.hear_happen(Seek, lambda seek: seek.position_s == 5.0)).by == entry.member
