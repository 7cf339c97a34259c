"""Too often, over HTTP and real WebSockets."""

import asyncio
import time
from collections import Counter
from http import HTTPStatus
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from multidict import CIMultiDict

from app.room.errors import Reason
from app.room.messages import Happened, RefusedCommand, Seek, SignalTo
from signalling.hub import new_code
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


async def test_an_address_that_says_it_is_another_is_still_itself(behind_proxy: Visitor) -> None:
    """Both ways: a header of one's own before the proxy's, and the next address of one's own network."""

    async def make(said: str, seen: str) -> int:
        headers = CIMultiDict([("X-Forwarded-For", said), ("X-Forwarded-For", seen)])
        address = f"{behind_proxy.url}/api/v1/rooms"
        async with behind_proxy.http.post(address, json={"name": "A"}, headers=headers) as response:
            return response.status

    assert [await make(f"192.0.2.{n}", f"2001:db8::{n}") for n in range(11)] == [201] * 10 + [429]
    assert await make("192.0.2.1", "2001:db8:0:1::1") == 201


async def test_guesses_of_a_link_are_soon_over_and_the_friend_next_door_gets_in(behind_proxy: Visitor) -> None:
    invitation, _ = await behind_proxy.make_room()
    path = f"/rooms/{invitation.code}/join"
    wrong = {"name": "E", "link_secret": "x" * 22}
    assert [(await post(behind_proxy, path, wrong, "192.0.2.1"))[0] for _ in range(11)] == [403] * 10 + [429]
    right = {"name": "B", "link_secret": invitation.link_secret}
    assert (await post(behind_proxy, path, right, "192.0.2.1"))[0] == 429
    assert (await post(behind_proxy, path, right, "192.0.2.2"))[0] == 201


async def get(visitor: Visitor, code: str, address: str) -> int:
    """The status of a look at a room's card, from that address."""
    headers = {"X-Forwarded-For": address}
    async with visitor.http.get(f"{visitor.url}/api/v1/rooms/{code}", headers=headers) as response:
        return response.status


async def test_who_comes_late_to_a_room_that_is_over_is_told_so_and_who_tries_many_codes_is_held_back(
    behind_proxy: Visitor,
) -> None:
    codes = []
    for number in range(11):
        _, _, made = await post(behind_proxy, "/rooms", {"name": "A"}, f"192.0.2.{number}")
        seat = {"member": made["member"], "resume_secret": made["resume_secret"]}
        assert await behind_proxy.call("POST", f"/rooms/{made['code']}/end", seat) == (204, None)
        codes.append(made["code"])
    assert [await get(behind_proxy, codes[0], "198.51.100.1") for _ in range(20)] == [410] * 20
    late = {"name": "B", "member": "ben", "resume_secret": "r" * 22}
    for path in ("join", "ticket"):
        assert (await post(behind_proxy, f"/rooms/{codes[0]}/{path}", late, "198.51.100.1"))[0] == 410
    assert [await get(behind_proxy, code, "198.51.100.1") for code in codes] == [410] * 10 + [429]
    assert await get(behind_proxy, codes[0], "198.51.100.2") == 410


async def test_guesses_that_come_all_at_once_are_told_no_more_than_others(behind_proxy: Visitor) -> None:
    invitation, host = await behind_proxy.make_room()
    locked = {"member": host.member, "resume_secret": host.resume_secret, "password": "sesame"}
    assert (await behind_proxy.call("POST", f"/rooms/{invitation.code}/password", locked))[0] == 200

    def guess(number: int) -> dict[str, Any]:
        return {"name": "E", "link_secret": invitation.link_secret, "password": f"{number}"}

    async def at_once(*asked: Any) -> Counter[int]:
        return Counter(await asyncio.gather(*asked))

    async def status(path: str, body: dict[str, Any], address: str) -> int:
        return (await post(behind_proxy, path, body, address))[0]

    codes = [new_code() for _ in range(60)]
    assert await at_once(*(get(behind_proxy, code, "192.0.2.1") for code in codes)) == {404: 10, 429: 50}
    seat = {"member": "eve", "resume_secret": "x" * 22}
    seats = (status(f"/rooms/{code}/ticket", seat, "192.0.2.2") for code in codes)
    assert await at_once(*seats) == {404: 10, 429: 50}
    join = f"/rooms/{invitation.code}/join"
    passwords = [status(join, guess(number), "192.0.2.3") for number in range(25)]
    right = status(join, {**guess(0), "password": "sesame"}, "192.0.2.3")
    assert await at_once(*passwords, right) == {403: 10, 429: 16}


async def test_what_was_no_guess_counts_as_none(behind_proxy: Visitor) -> None:
    invitation, host = await behind_proxy.make_room()
    friend = {"name": "B", "link_secret": invitation.link_secret}
    for _ in range(12):
        assert await get(behind_proxy, invitation.code, "192.0.2.1") == 200
        assert (await post(behind_proxy, f"/rooms/{invitation.code}/join", friend, "192.0.2.1"))[0] == 201
    mine = {"member": host.member, "resume_secret": host.resume_secret}
    seats = (post(behind_proxy, f"/rooms/{invitation.code}/ticket", mine, "192.0.2.1") for _ in range(40))
    assert {status for status, _, _ in await asyncio.gather(*seats)} == {200}


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


async def dribble(url: str, head: bytes) -> bytes:
    """What a server says to a request that arrives byte by byte and never ends."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(head)

    async def go_on() -> None:
        while not writer.is_closing():
            writer.write(b"x")
            await asyncio.sleep(0.05)

    going = asyncio.create_task(go_on())
    try:
        async with asyncio.timeout(15):
            return await reader.read(4096)
    finally:
        going.cancel()
        writer.close()


async def test_a_request_that_dribbles_in_is_cut_off_and_others_are_not(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    server = await ServerProcess.start(tmp_path, "--idle", "2")
    visitor = Visitor(http, server.url)
    try:
        _, _, ada = await visitor.host()
        assert await dribble(server.url, b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ") == b""
        await ada.do(Seek(3.0), "alive")
        assert (await ada.hear_happen(Seek)).command_id == "alive"
    finally:
        await server.kill()


async def test_a_body_that_dribbles_in_is_refused(visitor: Visitor) -> None:
    head = b"POST /api/v1/rooms HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n"
    answer = await dribble(visitor.url, head)
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"took too long" in answer


async def test_an_address_has_only_so_many_pages_open(behind_proxy: Visitor) -> None:
    headers = {"X-Forwarded-For": "192.0.2.1", "Origin": behind_proxy.url}
    address = f"{behind_proxy.url}/api/v1/socket"
    opened = [await behind_proxy.http.ws_connect(address, headers=headers) for _ in range(64)]
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await behind_proxy.http.ws_connect(address, headers=headers)
    assert (refused.value.status, (refused.value.headers or {})["Retry-After"]) == (429, "1")
    await opened.pop().close()
    async with asyncio.timeout(10):
        while await refusal(behind_proxy.http, address, headers) == 429:  # noqa: ASYNC110
            await asyncio.sleep(0.02)  # the server notices in its own time
    for socket in opened:
        await socket.close()


async def test_who_renews_the_link_too_often_is_told_when_to_come_again(visitor: Visitor) -> None:
    _, entry, _ = await visitor.host()
    path = f"{visitor.url}/api/v1/rooms/{entry.code}/link"
    seat = {"member": entry.member, "resume_secret": entry.resume_secret}
    status = HTTPStatus.OK
    while status == HTTPStatus.OK:
        async with visitor.http.post(path, json=seat) as response:
            status, retry_after = HTTPStatus(response.status), response.headers.get("Retry-After")
    assert (status, retry_after) == (429, "1")


async def refusal(http: aiohttp.ClientSession, address: str, headers: dict[str, str]) -> int:
    """The status of a handshake: 101 if it succeeds, and then the socket is closed again."""
    try:
        async with http.ws_connect(address, headers=headers):
            return 101
    except aiohttp.WSServerHandshakeError as error:
        return error.status


async def test_members_get_a_pass_for_the_relay(
    tmp_path: Path, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATINEE_TURN_SECRET", "north")
    server = await ServerProcess.start(tmp_path, "--turn", "turn:t.example")
    visitor = Visitor(http, server.url)
    try:
        _, entry = await visitor.make_room()
        _, ready = await visitor.enter(entry.ticket)
        assert ready.turn is not None
        until, _, member = ready.turn.username.partition(":")
        assert member == entry.member
        assert 3590 < int(until) - time.time() <= 3600
    finally:
        await server.kill()
