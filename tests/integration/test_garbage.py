"""What must not get in, and that it harms nobody else."""

import json

import aiohttp
import pytest

from app.room.codec import encode
from app.room.messages import Happened, Hello, Ping, Pong, Seek, SetPresence, SignalTo
from app.room.state import Presence
from tests.integration.clients import Visitor

HELLO = json.dumps({"type": "hello", "version": 1, "ticket": "x"})


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "nonsense",
        "[]",
        "null",
        '{"type":"happened"}',
        '{"type":"do","command_id":"a","command":{"type":"seek","position_s":NaN}}',
        '{"type":"do","command_id":"a","command":{"type":"seek","position_s":1e999}}',
        '{"type":"do","command_id":"a b","command":{"type":"pause"}}',
        '{"type":"ping","type":"ping","t0":1}',
        '{"type":"ping","t0":"1"}',
        "[" * 4000,
        json.dumps({"type": "ping", "t0": 1, "padding": "p" * 9000}),
        HELLO,
    ],
)
async def test_a_message_that_does_not_fit_closes_this_connection_only(visitor: Visitor, garbage: str) -> None:
    invitation, _, ada = await visitor.host()
    _, ben = await visitor.guest(invitation)
    await ben.socket.send_str(garbage)
    assert await ben.closed_with() == 4010
    await ada.do(Seek(3.0), "alive")
    await ada.hear_happen(Seek)


async def test_bytes_and_broken_text_close(visitor: Visitor) -> None:
    invitation, _, _ = await visitor.host()
    _, ben = await visitor.guest(invitation)
    await ben.socket.send_bytes(b"\x00\x01")
    assert await ben.closed_with() == 4010
    _, cy = await visitor.guest(invitation)
    await cy.socket.send_frame(b"\xff\xfe", aiohttp.WSMsgType.TEXT)
    assert await cy.closed_with() == 4010


async def test_frames_have_a_size(visitor: Visitor) -> None:
    _, entry, ada = await visitor.host()
    message = encode(SignalTo("nobody", "s"))
    await ada.socket.send_str(message + " " * (64 * 1024 - len(message)))
    await ada.say(Ping(1.0))
    await ada.hear_a(Pong)
    await ada.socket.send_str(message + " " * (64 * 1024 - len(message) + 1))
    assert await ada.closed_with() == 1009
    await visitor.enter(await visitor.ticket(entry))


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://127.0.0.1"])
async def test_another_sites_page_gets_no_socket(visitor: Visitor, origin: str) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
        await visitor.dial(origin)
    assert refusal.value.status == 403


async def test_a_socket_must_say_where_it_comes_from(visitor: Visitor) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
        await visitor.http.ws_connect(f"{visitor.url}/api/v1/socket")
    assert refusal.value.status == 403


async def test_a_ticket_is_good_once(visitor: Visitor) -> None:
    _, entry = await visitor.make_room()
    line, _ = await visitor.enter(entry.ticket)
    thief = await visitor.dial()
    await thief.say(Hello(1, entry.ticket))
    assert await thief.closed_with() == 4001
    await line.say(Ping(1.0))
    await line.hear_a(Pong)


@pytest.mark.parametrize("ticket", ["x", "a.b.c.d.e", "ABCDEF.m.99999999999999.n.", "é.é", "…" * 100])
async def test_a_forged_ticket_is_no_good(visitor: Visitor, ticket: str) -> None:
    line = await visitor.dial()
    await line.say(Hello(1, ticket))
    assert await line.closed_with() == 4001


async def test_an_altered_ticket_is_no_good(visitor: Visitor) -> None:
    _, entry = await visitor.make_room()
    _, other = await visitor.make_room()
    line = await visitor.dial()
    await line.say(Hello(1, entry.ticket.replace(entry.member, other.member)))
    assert await line.closed_with() == 4001


async def test_another_version_is_told_to_reload(visitor: Visitor) -> None:
    _, entry = await visitor.make_room()
    line = await visitor.dial()
    await line.say(Hello(2, entry.ticket))
    assert await line.closed_with() == 4002


async def test_hello_comes_first(visitor: Visitor) -> None:
    line = await visitor.dial()
    await line.say(Ping(1.0))
    assert await line.closed_with() == 4001


async def test_a_ticket_of_somebody_who_left_is_no_good(visitor: Visitor) -> None:
    _, entry = await visitor.make_room()
    unused = await visitor.ticket(entry)
    body = {"member": entry.member, "resume_secret": entry.resume_secret}
    await visitor.call("DELETE", f"/rooms/{entry.code}/members/me", body)
    line = await visitor.dial()
    await line.say(Hello(1, unused))
    assert await line.closed_with() == 4001


async def test_somebody_who_does_not_read_holds_up_nobody(visitor: Visitor) -> None:
    invitation, _, ada = await visitor.host()
    entry, ben = await visitor.guest(invitation)
    crowd = [ada, *[(await visitor.guest(invitation))[1] for _ in range(5)]]
    ben.stop_reading()
    for _ in range(80):
        for one in crowd:
            await one.say(SignalTo(entry.member, "s" * 60_000))
    await ada.do(Seek(3.0), "alive")
    # Which of the two comes first depends on how fast the crowd is heard.
    wanted = {Seek(3.0), SetPresence(entry.member, Presence.AWAY)}
    while wanted:
        wanted.discard((await ada.hear_a(Happened)).command)
    await visitor.enter(await visitor.ticket(entry))
