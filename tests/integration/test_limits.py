"""Too often, over HTTP and real WebSockets."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from app.room.errors import Reason
from app.room.messages import Happened, RefusedCommand, Seek, SignalTo
from tests.integration.clients import Visitor
from tests.integration.server_process import ServerProcess


async def post(visitor: Visitor, path: str, body: dict[str, Any], address: str) -> tuple[int, int, Any]:
    """Status, Retry-After and answer, as a proxy passes it on from that address."""
    headers = {"X-Forwarded-For": f"10.0.0.1, {address}"}
    async with visitor.http.post(f"{visitor.url}/api/v1{path}", json=body, headers=headers) as response:
        return response.status, int(response.headers.get("Retry-After", 0)), await response.json(content_type=None)


@pytest.fixture
async def behind_proxy(tmp_path: Path, http: aiohttp.ClientSession) -> Any:
    server = await ServerProcess.start(tmp_path, "--behind-proxy")
    yield Visitor(http, server.url)
    await server.kill()


async def test_one_address_makes_ten_rooms_an_hour(behind_proxy: Visitor) -> None:
    answers = [await post(behind_proxy, "/rooms", {"name": "A"}, "192.0.2.1") for _ in range(11)]
    assert [status for status, _, _ in answers] == [201] * 10 + [429]
    _, retry_after_s, problem = answers[-1]
    assert 3500 < retry_after_s <= 3600
    assert (problem["code"], problem["detail"]) == (
        "rate_limited",
        "That was tried too often from here. Try again in 60 min.",
    )
    assert (await post(behind_proxy, "/rooms", {"name": "B"}, "192.0.2.2"))[0] == 201


async def test_guesses_of_a_link_are_soon_over_and_the_friend_next_door_gets_in(behind_proxy: Visitor) -> None:
    invitation, _ = await behind_proxy.make_room()
    path = f"/rooms/{invitation.code}/join"
    wrong = {"name": "E", "link_secret": "x" * 22}
    assert [(await post(behind_proxy, path, wrong, "192.0.2.1"))[0] for _ in range(11)] == [403] * 10 + [429]
    right = {"name": "B", "link_secret": invitation.link_secret}
    assert (await post(behind_proxy, path, right, "192.0.2.1"))[0] == 429
    assert (await post(behind_proxy, path, right, "192.0.2.2"))[0] == 201


async def test_the_machine_itself_is_not_limited(visitor: Visitor) -> None:
    for _ in range(12):
        await visitor.make_room()


async def test_who_moves_the_film_too_fast_is_refused_and_told_where_it_is(visitor: Visitor) -> None:
    _, _, ada = await visitor.host()
    for number in range(12):
        await ada.do(Seek(float(number + 1)), f"s{number}")
    refused = await ada.hear_a(RefusedCommand)
    assert (refused.command_id, refused.reason) == ("s10", Reason.RATE_LIMITED)
    assert refused.timeline is not None
    assert refused.timeline.position_s == 10.0


async def test_who_signals_too_much_is_closed(visitor: Visitor) -> None:
    invitation, _, ada = await visitor.host()
    entry, ben = await visitor.guest(invitation)
    for _ in range(200):
        await ada.say(SignalTo(entry.member, "{}"))
    assert await ada.closed_with() == 4029
    assert isinstance(await ben.hear_a(Happened), Happened)
