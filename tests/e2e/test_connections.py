"""Connections between browsers that break: the film goes on by itself, and nothing that is here is fetched again."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.async_api import WebSocketRoute, expect

from tests.e2e.conftest import PICTURES, OpenProfile
from tests.support.browsers import LiveServer, Profiles
from tests.support.films import Film
from tests.support.people import Person, person

pytestmark = pytest.mark.alone

# Keeps what a page makes, counts what it receives, and swallows what is sent on channels that are `dead`.
KEEPING = """
Object.assign(globalThis, { connections: [], channels: [], received: 0, dead: new Set() });
const Native = RTCPeerConnection;
globalThis.RTCPeerConnection = class extends Native {
  constructor(...args) { super(...args); connections.push(this); }
  createDataChannel(...args) {
    const channel = super.createDataChannel(...args);
    channels.push(channel);
    channel.addEventListener("message", ({ data }) => (received += data.byteLength ?? 0));
    return channel;
  }
};
const send = RTCDataChannel.prototype.send;
RTCDataChannel.prototype.send = function (data) { if (!dead.has(this)) send.call(this, data); };
globalThis.ufrag = () => connections.at(-1).localDescription.sdp.match(/a=ice-ufrag:(.*)/)[1];
globalThis.pretend = (state) => {
  const connection = connections.at(-1);
  if (state) Object.defineProperty(connection, "connectionState", { value: state, configurable: true });
  else delete connection.connectionState;
  connection.dispatchEvent(new Event("connectionstatechange"));
};
"""
# Headers, news and blocks that were under way are little beside the film.
ONCE = 1.02


async def sharing(profile: OpenProfile, server: LiveServer, film: Path, limit_MBps: float) -> tuple[Person, Person]:
    """Bo has a fifth of what Anna shares."""
    anna, bo = await asyncio.gather(person(profile, "Anna"), person(profile, "Bo"))
    for one in (anna, bo):
        await one.page.add_init_script(KEEPING)
    link = await anna.start_room(server.url, bo)
    await anna.limit("up", limit_MBps)
    await anna.choose(film)
    await anna.until_showing()
    await bo.join(link)
    await bo.until_held(20)
    return anna, bo


async def until_whole(anna: Person, bo: Person, film: Film) -> None:
    """Bo gets the rest, and nothing twice."""
    await anna.limit("up", None)
    await bo.until_complete()
    assert await bo.stored_sha256() == film.sha256
    assert await bo.page.evaluate("received") < ONCE * film.size


async def test_channels_that_are_silently_dead_are_noticed_and_replaced(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    film = films["moov_at_end"]
    anna, bo = await sharing(profile, server, film.path, limit_MBps=5)
    await anna.page.evaluate("channels.forEach((channel) => dead.add(channel))")
    await bo.until("channels.length > 2")
    await until_whole(anna, bo, film)


async def test_a_connection_that_is_closed_while_the_server_is_down_comes_back(
    profiles: Profiles, profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    profiles.guard.allow("ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|WebSocket connection|ERR_EMPTY_RESPONSE")
    film = films["moov_at_end"]
    anna, bo = await sharing(profile, server, film.path, limit_MBps=5)
    await asyncio.to_thread(server.kill)
    await anna.page.evaluate("connections.at(-1).close()")
    await asyncio.gather(anna.until_shown("Connection lost"), bo.until_shown("Connection lost"))
    await asyncio.to_thread(server.start)
    for one in (anna, bo):
        await expect(one.page.locator("#connection")).to_be_hidden()
    await until_whole(anna, bo, film)


async def test_a_way_that_failed_is_replaced_under_the_same_channels(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    film = films["moov_at_end"]
    anna, bo = await sharing(profile, server, film.path, limit_MBps=5)
    before = [await one.page.evaluate("ufrag()") for one in (anna, bo)]
    for one in (anna, bo):
        await one.page.evaluate("pretend('failed')")
    for one, old in zip((anna, bo), before, strict=True):
        await one.until(f"ufrag() !== '{old}' && connections.at(-1).signalingState === 'stable'")
        await one.page.evaluate("pretend(null)")
    await until_whole(anna, bo, film)
    assert await bo.page.evaluate("channels.length") == 2


def unheard(socket: WebSocketRoute, name: str) -> None:
    """Let this page and the member of that name not get a word to each other."""
    server = socket.connect_to_server()
    members: dict[str, str] = {}

    def to_server(message: str | bytes) -> None:
        said = json.loads(message)
        if said["type"] != "signal_to" or said["to"] != members.get(name):
            server.send(message)

    def to_page(message: str | bytes) -> None:
        said = json.loads(message)
        if said["type"] == "ready":
            members.update({member["name"]: member["id"] for member in said["room"]["members"]})
        if said["type"] != "signal_from" or said["sender"] != members.get(name):
            socket.send(message)

    socket.on_message(to_server)
    server.on_message(to_page)


async def test_a_pair_that_cannot_connect_is_served_by_way_of_others(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    film = films["moov_at_end"]
    anna, bo, cy = await asyncio.gather(*(person(profile, name) for name in ("Anna", "Bo", "Cy")))
    link = await anna.start_room(server.url, bo)
    await anna.choose(film.path)
    await anna.until_showing()
    await bo.join(link)
    await cy.page.route_web_socket("**/socket", lambda socket: unheard(socket, "Anna"))
    await cy.join(link)
    await cy.until_complete()
    assert await cy.stored_sha256() == film.sha256
    for one, other in ((cy, "Anna"), (anna, "Cy")):
        await one.page.evaluate("document.getElementById('details').open = true")
        line = one.page.locator("#peers .peer", has_text=other)
        await expect(line).to_contain_text("cannot be reached, so the film goes by way of others")
    await expect(cy.page.locator("#peers .peer", has_text="Bo")).to_contain_text("connected directly")
    await expect(cy.page.locator("#from-viewers")).to_have_text("100 %")
    await anna.page.locator("#peers .peer").last.scroll_into_view_if_needed()
    await anna.picture(PICTURES / "details-anna.png")
    await cy.page.set_viewport_size({"width": 390, "height": 844})
    await cy.page.locator("#peers").scroll_into_view_if_needed()
    await cy.picture(PICTURES / "details-cy-phone.png")
