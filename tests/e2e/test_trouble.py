"""What goes wrong ends in a sentence a person understands, and nothing is lost."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.async_api import Route, WebSocketRoute, expect

from tests.e2e.conftest import PICTURES, OpenProfile
from tests.support import films as film_shop
from tests.support.browsers import LiveServer, Profiles
from tests.support.films import Film
from tests.support.people import Person, person

MIB = 1024 * 1024
# Keeps the data channels a page makes, and lets a test have their messages altered.
CHANNELS = """
globalThis.channels = [];
globalThis.received = 0;
globalThis.alter = (channel, data) => data;
const create = RTCPeerConnection.prototype.createDataChannel;
RTCPeerConnection.prototype.createDataChannel = function (...args) {
  const channel = create.apply(this, args);
  channels.push(channel);
  channel.addEventListener("message", ({ data }) => (received += data.byteLength ?? 0));
  return channel;
};
const send = RTCDataChannel.prototype.send;
RTCDataChannel.prototype.send = function (data) { return send.call(this, alter(this, data)); };
"""
# Two blocks with another last byte, two without it.
SPOIL_BLOCKS = """
const altered = (block) => { block[block.length - 1] ^= 1; return block; };
const truncated = (block) => block.slice(0, -1);
globalThis.spoilt = [altered, altered, truncated, truncated];
globalThis.alter = (channel, data) => {
  if (channel.label !== "blocks" || spoilt.length === 0) return data;
  return spoilt.shift()(new Uint8Array(data));
};
"""
CLEAR = """new Promise((resolve, reject) => {
  const request = indexedDB.deleteDatabase("matinee");
  Object.assign(request, { onsuccess: () => resolve(), onerror: () => reject(request.error) });
})"""


async def sharing(
    profile: OpenProfile, server: LiveServer, film: Path, limit_MBps: float | None = None, script: str = ""
) -> tuple[Person, Person, str]:
    """Anna shares `film`, Bo has come by her link; and the link."""
    anna, bo = await asyncio.gather(person(profile, "Anna"), person(profile, "Bo"))
    if script:
        await anna.page.add_init_script(script)
    link = await anna.start_room(server.url, bo)
    await anna.limit("up", limit_MBps)
    await anna.choose(film)
    await anna.until_showing()
    await bo.join(link)
    return anna, bo, link


@pytest.mark.parametrize(
    ("fragment", "words"),
    [
        ("nonsense", "not a link to a room"),
        ("ABC234", "no such room"),
        ("ABC234.aaaaaaaaaaaaaaaaaaaaaa", "no such room"),
    ],
)
async def test_a_link_that_leads_nowhere(
    fragment: str, words: str, profiles: Profiles, profile: OpenProfile, server: LiveServer
) -> None:
    profiles.guard.allow("status of 404")
    bo = await person(profile, "Bo")
    await bo.open(f"{server.url}/#{fragment}")
    await bo.until_shown(words)


async def test_a_link_with_another_rooms_secret(profiles: Profiles, profile: OpenProfile, server: LiveServer) -> None:
    profiles.guard.allow("status of 403")
    anna, bo = await asyncio.gather(person(profile, "Anna"), person(profile, "Bo"))
    link = await anna.start_room(server.url, bo)
    await bo.open(link.rpartition(".")[0] + "." + "a" * 22)
    await bo.page.click("#join")
    await bo.until_shown("does not fit the room")


async def test_files_that_are_no_films(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film], tmp_path: Path
) -> None:
    anna = await person(profile, "Anna")
    await anna.start_room(server.url)
    notes, nothing = film_shop.not_a_film(tmp_path), film_shop.empty(tmp_path)
    broken = film_shop.cut(films["moov_at_end"], 5_000_000, tmp_path)
    for file, words in ((notes, "is not a film"), (nothing, "is empty"), (broken, "cannot play")):
        await anna.choose(file)
        await anna.until_shown(words)
    await anna.choose(films["short"].path)
    await anna.until_showing()
    await expect(anna.page.locator("#notice")).to_be_hidden()


async def test_a_second_tab_takes_over_and_gives_back(profile: OpenProfile, server: LiveServer) -> None:
    anna = await person(profile, "Anna")
    link = await anna.start_room(server.url)
    second = Person("Anna", await anna.page.context.new_page())
    await second.open(link)
    await second.is_in()
    await anna.until_shown("open in another tab")
    await anna.page.get_by_role("button", name="Use it here").click()
    await anna.is_in()
    await second.until_shown("open in another tab")
    await expect(anna.page.locator("#people .person")).to_have_count(1)


async def test_a_guest_closes_in_mid_transfer_and_comes_back(
    profiles: Profiles, profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    film = films["moov_at_end"]
    anna, bo, link = await sharing(profile, server, film.path, limit_MBps=10)
    await bo.until_held(20)
    await profiles.close("Bo")
    await anna.until_shown("Bo lost the connection")
    await anna.limit("up", None)
    bo = await person(profile, "Bo")
    await bo.page.add_init_script(CHANNELS)
    await bo.open(link)
    await bo.is_in()
    await bo.until_complete()
    assert await bo.stored_sha256() == film.sha256
    # A fifth was here before; headers and news are little beside it.
    assert await bo.page.evaluate("received") < 0.81 * film.size


async def test_who_comes_back_is_connected_at_once(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    anna, bo, _ = await sharing(profile, server, films["short"].path)
    await bo.until_complete()
    people = "document.getElementById('people').innerText"
    for coming in (bo, anna, bo):
        await coming.page.reload()
        await coming.until("matinee.ready")
        for one, other in ((anna, "Bo"), (bo, "Anna")):
            # A call to a page that was not there yet is given up after a dozen seconds only: a knock renews it.
            await one.until(f"(words => words.includes('{other}') && !/connecting|away/.test(words))({people})", 6000)


async def test_the_server_is_killed_in_mid_film(
    profiles: Profiles, profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    profiles.guard.allow("ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|WebSocket connection|ERR_EMPTY_RESPONSE")
    anna, bo, _ = await sharing(profile, server, films["faststart"].path, limit_MBps=5)
    await anna.press_play_or_pause()
    await asyncio.gather(anna.until_playing_past(0.5), bo.until_playing_past(0.5))
    await asyncio.to_thread(server.kill)
    await asyncio.gather(anna.until_shown("Connection lost"), bo.until_shown("Connection lost"))
    pieces = await bo.stored_pieces()
    heard: list[str] = []
    bo.page.on("websocket", lambda socket: socket.on("framereceived", lambda text: heard.append(str(text))))
    await bo.until_playing_past(await bo.position() + 1)
    await bo.press_play_or_pause()
    await asyncio.to_thread(server.start)
    # Nobody presses anything: both come back by themselves.
    await asyncio.gather(anna.until_paused(), bo.until_paused())
    await expect(anna.page.locator("#connection")).to_be_hidden()
    await expect(anna.page.locator("#people .person")).to_have_count(2)
    # Told what was missed, and never the whole room.
    greetings = [text.split(",")[0] for text in heard if text.startswith(('{"type":"ready"', '{"type":"resumed"'))]
    assert greetings == ['{"type":"resumed"']
    assert await bo.stored_pieces() > pieces
    await anna.press_play_or_pause()
    here = await bo.position()
    await asyncio.gather(anna.until_playing_past(here + 0.5), bo.until_playing_past(here + 0.5))


async def test_a_place_that_was_lost_is_taken_again(site: Path, films: Mapping[str, Film], tmp_path: Path) -> None:
    film = films["short"]
    sockets: list[WebSocketRoute] = []

    def listen_in(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        socket.connect_to_server()

    async def refuse(route: Route) -> None:
        await route.abort()

    with LiveServer(tmp_path, site, ("--away", "1", "--host-away", "3")) as server:
        async with Profiles(tmp_path, server.url) as profiles:
            profiles.guard.allow("ERR_FAILED|status of 403")
            anna, bo = await asyncio.gather(person(profiles.open, "Anna"), person(profiles.open, "Bo"))
            link = await anna.start_room(server.url)
            await anna.limit("up", 0.5)
            await anna.choose(film.path)
            await anna.until_showing()
            await bo.page.route_web_socket("**/socket", listen_in)
            await bo.join(link)
            await bo.until_held(20)
            await bo.page.route("**/ticket", refuse)
            await bo.page.route("**/join", refuse)
            await sockets[-1].close(code=4008)
            await anna.until_shown("Bo left")
            async with bo.page.expect_event("requestfailed", lambda request: request.url.endswith("/join")):
                await bo.page.unroute("**/ticket")
            await bo.until_shown("Connection lost")
            await bo.page.unroute("**/join")
            await expect(bo.page.locator("#connection")).to_be_hidden()
            await expect(bo.page.locator("#people .person")).to_have_count(2)
            await anna.limit("up", None)
            await bo.until_complete()
            assert await bo.stored_sha256() == film.sha256
            # The host goes, somebody acts, and the host is host again.
            await profiles.close("Anna")
            await bo.until_shown("Anna is away, and you act as host meanwhile.")
            await expect(bo.page.locator("#end")).not_to_have_attribute("hidden", "")
            anna = await person(profiles.open, "Anna")
            await anna.open(link)
            await bo.until_shown("Anna is back, and host again")
            await anna.is_in()
            await expect(bo.page.locator("#acting")).to_be_hidden()
            await expect(anna.page.locator("#people .person").filter(has_text="Anna")).to_contain_text("Host")
            profiles.guard.check()


async def test_a_room_that_has_expired_leads_into_a_new_one(site: Path, tmp_path: Path) -> None:
    with LiveServer(tmp_path, site, ("--longest-room", "4")) as server:
        async with Profiles(tmp_path, server.url) as profiles:
            profiles.guard.allow("status of 410")
            anna = await person(profiles.open, "Anna")
            link = await anna.start_room(server.url)
            await anna.until_shown("This room’s time is over.")
            await anna.page.goto("about:blank")
            await anna.open(link)
            await anna.until_shown("This room’s time is over.")
            await anna.picture(PICTURES / "expired.png")
            await anna.page.get_by_role("button", name="Start a new room").click()
            await expect(anna.page).not_to_have_url(link)
            await anna.until_shown("Bring your friends in")
            profiles.guard.check()


async def test_bad_blocks_are_rejected_and_asked_again(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    film = films["short"]
    anna, bo, _ = await sharing(profile, server, film.path, script=CHANNELS + SPOIL_BLOCKS)
    await bo.until_complete()
    assert await bo.stored_sha256() == film.sha256
    assert await anna.page.evaluate("spoilt.length") == 0


@pytest.mark.parametrize(
    ("channel", "garbage"),
    [
        ("control", "'nonsense'"),
        ("control", "new Uint8Array(40).fill(255)"),
        ("blocks", "'nonsense'"),
        ("blocks", "new Uint8Array(1)"),
    ],
)
async def test_garbage_from_a_peer_costs_a_reconnection_and_nothing_else(
    channel: str, garbage: str, profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    film = films["short"]
    anna, bo, _ = await sharing(profile, server, film.path, limit_MBps=0.5, script=CHANNELS)
    # The pair of the connection that holds: a first one may have been given up on a busy machine.
    await anna.until(
        "(pair => pair.length > 1 && pair.every(channel => channel.readyState === 'open'))(channels.slice(-2))"
    )
    before = await anna.page.evaluate(
        f"channels.slice(-2).find(channel => channel.label === '{channel}').send({garbage}), channels.length"
    )
    await anna.until(f"channels.length > {before}")
    await anna.limit("up", None)
    await bo.until_complete()
    assert await bo.stored_sha256() == film.sha256


async def test_a_service_worker_that_did_not_arrive_is_asked_for_again(
    profiles: Profiles, profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    profiles.guard.allow("ERR_FAILED|fetching the script")
    refused: list[str] = []

    async def refuse(route: Route) -> None:
        refused.append(route.request.url)
        await route.abort()

    anna, bo = await asyncio.gather(person(profile, "Anna"), person(profile, "Bo"))
    await bo.page.context.route("**/sw.js", refuse, times=2)
    link = await anna.start_room(server.url)
    await anna.choose(films["short"].path)
    await anna.until_showing()
    await bo.join(link)
    await bo.until_showing()
    assert len(refused) == 2
    await anna.press_play_or_pause()
    await bo.until_playing_past(0.5)


async def test_a_film_that_breaks_off_pauses_nobody(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film], tmp_path: Path
) -> None:
    anna, bo, _ = await sharing(profile, server, film_shop.cut(films["faststart"], 3_000_000, tmp_path))
    await anna.press_play_or_pause()
    await asyncio.gather(anna.until_shown("cannot play"), bo.until_shown("cannot play"))
    for one in (anna, bo):
        await expect(one.page.locator("#play-pause")).to_have_attribute("data-do", "pause")
        # The start may have waited for Bo, who was still looking at the film.
        told = ("You pressed play", "Anna pressed play", "The film goes on")
        assert await one.page.locator("#deed").text_content() in told
    await bo.seek(1)
    await asyncio.gather(anna.until_playing_past(1.2), bo.until_playing_past(1.2))


async def test_after_the_end_one_press_begins_again(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    anna, bo, _ = await sharing(profile, server, films["short"].path)
    await bo.until_complete()
    await anna.seek(9)
    await anna.press_play_or_pause()
    await asyncio.gather(anna.until_shown("The end"), bo.until_shown("The end"))
    await expect(bo.page.locator("#play-pause")).to_have_accessible_name("Play")
    await bo.press_play_or_pause()
    for one in (anna, bo):
        await one.until("(at => at > 0.3 && at < 8)(document.getElementById('film').currentTime)")
        await one.until_playing_past(0.3)
    await anna.until_shown("Bo pressed play")


async def test_a_film_whose_pieces_are_cleared_away_is_fetched_again(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    film = films["moov_at_end"]
    anna, bo, _ = await sharing(profile, server, film.path, limit_MBps=10)
    await anna.press_play_or_pause()
    await bo.until_playing_past(0.5)
    await bo.until_held(50)
    await bo.page.evaluate(CLEAR)
    await bo.seek(30)
    await asyncio.gather(anna.until_playing_past(30.3), bo.until_playing_past(30.3))
    await anna.limit("up", None)
    await bo.until_complete()
    assert await bo.stored_sha256() == film.sha256
    await bo.page.reload()
    await bo.until_complete()


async def test_nonsense_from_the_server_is_asked_again(profile: OpenProfile, server: LiveServer) -> None:
    anna = await person(profile, "Anna")
    sockets: list[WebSocketRoute] = []

    def listen_in(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        socket.connect_to_server()

    await anna.page.route_web_socket("**/socket", listen_in)
    await anna.start_room(server.url)
    await anna.is_in()
    for nonsense in ("{", '{"type":"happened"}', '{"type":"unheard_of"}', b"\xff\x00"):
        sockets[-1].send(nonsense)
    bo = await person(profile, "Bo")
    await bo.join(await anna.invite())
    await expect(anna.page.locator("#people .person")).to_have_count(2)


async def test_a_server_that_cannot_be_reached_is_told_and_tried_again(
    profiles: Profiles, profile: OpenProfile, server: LiveServer
) -> None:
    profiles.guard.allow("ERR_FAILED")
    anna = await person(profile, "Anna")
    await anna.open(server.url)

    async def refuse(route: Route) -> None:
        await route.abort()

    await anna.page.route("**/api/v1/rooms", refuse)
    await anna.page.click("#start")
    await anna.until_shown("cannot be reached")
    await anna.page.unroute("**/api/v1/rooms")
    await anna.page.get_by_role("button", name="Try again").click()
    await anna.is_in()
