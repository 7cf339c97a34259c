"""What a browser, a machine and a network do to a screen: each ends with everybody where the room is."""

import asyncio
import re
import urllib.request
from collections.abc import Callable, Mapping

import pytest
from playwright.async_api import WebSocketRoute, expect

from tests.e2e.conftest import PICTURES, OpenProfile
from tests.support.browsers import LiveServer, Profiles
from tests.support.films import Film
from tests.support.people import Person, person

pytestmark = pytest.mark.alone

# A clock that can leap, a browser that can want a gesture before it plays, and the greatest step back of the film while
# it was seen, in seconds.
STAGE = """
globalThis.leapMs = 0;
const clock = performance.now.bind(performance);
performance.now = () => clock() + leapMs;
globalThis.refuse = "nothing";
addEventListener("click", () => { if (refuse === "sound") refuse = "nothing"; }, true);
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
  const refused = refuse === "all" || (refuse === "sound" && !this.muted);
  if (refused) return Promise.reject(new DOMException("a gesture first", "NotAllowedError"));
  return play.call(this);
};
globalThis.stepBack = 0;
let last = 0;
const look = () => {
  const film = document.getElementById("film");
  if (film) { stepBack = Math.max(stepBack, last - film.currentTime); last = film.currentTime; }
  requestAnimationFrame(look);
};
look();
"""
FILM = "document.getElementById('film')"
HOUR_MS = 3_600_000
BROKEN = 4321  # which says nothing
SAME_PLACE_S = 0.3
IN_STEP_WITHIN_S = 60.0


async def watching(
    profile: OpenProfile, server: LiveServer, film: Film, on_socket: Callable[[WebSocketRoute], object] | None = None
) -> tuple[Person, Person]:
    """Anna has the film, Bo gets it, and it runs on both screens."""
    anna, bo = await asyncio.gather(person(profile, "Anna"), person(profile, "Bo"))
    await bo.page.add_init_script(STAGE)
    if on_socket is not None:
        await bo.page.route_web_socket("**/socket", on_socket)
    link = await anna.start_room(server.url)
    await anna.choose(film.path)
    await asyncio.gather(bo.join(link), anna.until_showing())
    await bo.until_held(50)
    await anna.press_play_or_pause()
    await asyncio.gather(anna.until_playing_past(0.5), bo.until_playing_past(0.5))
    return anna, bo


def commands(server: LiveServer) -> dict[str, float]:
    """How many commands of which kind the server has carried out."""
    with urllib.request.urlopen(f"{server.url}/metrics", timeout=5) as page:
        text = page.read().decode()
    return {kind: float(count) for kind, count in re.findall(r'matinee_commands_total\{command="(\w+)"\} (\S+)', text)}


def made_since(before: Mapping[str, float], server: LiveServer) -> dict[str, float]:
    """How many of which kind since then."""
    return {kind: count - before.get(kind, 0) for kind, count in commands(server).items() if count != before.get(kind)}


async def in_step(anna: Person, bo: Person) -> None:
    """Both run on, and come to the same place. Raises TimeoutError when they do not."""
    here = await anna.position()
    await asyncio.gather(anna.until_playing_past(here + 1), bo.until_playing_past(here + 1))
    async with asyncio.timeout(IN_STEP_WITHIN_S):
        while abs((await anna.position()) - (await bo.position())) > SAME_PLACE_S:
            pass


async def test_the_browsers_own_surface_and_a_clock_that_leaps(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    anna, bo = await watching(profile, server, films["faststart"])
    before = commands(server)
    await bo.page.evaluate(f"{FILM}.pause()")
    await asyncio.gather(anna.until_paused(), anna.until_shown("Bo paused"), anna.until_shown("paused the film"))
    await bo.page.evaluate(f"{FILM}.play().catch(() => 'the room says when')")
    await in_step(anna, bo)
    await bo.page.evaluate(f"{FILM}.currentTime = 10")
    await asyncio.gather(anna.until_playing_past(10.2), bo.until_playing_past(10.2))
    await bo.page.evaluate(f"{FILM}.playbackRate = 1.5")
    await asyncio.gather(*(expect(one.page.locator("#rate")).to_have_value("1.5") for one in (anna, bo)))
    await in_step(anna, bo)
    await anna.set_rate(1)
    await expect(bo.page.locator("#rate")).to_have_value("1")
    await bo.until(f"Math.abs({FILM}.playbackRate - 1) < 0.1")

    await bo.page.evaluate("stepBack = 0")
    await bo.page.evaluate(f"leapMs = {HOUR_MS}")
    await in_step(anna, bo)
    await in_step(anna, bo)
    assert await bo.page.evaluate("stepBack") < SAME_PLACE_S
    # A browser stops the film of a page that it freezes, and tells so when the page goes on.
    await bo.page.evaluate(f"(document.dispatchEvent(new Event('resume')), {FILM}.pause())")
    await in_step(anna, bo)
    assert made_since(before, server) == {"pause": 1, "play": 1, "seek": 1, "set_rate": 2}

    # A browser that wants a gesture: first for any film, then for one with sound. None of that is Bo's deed.
    before = commands(server)
    await anna.press_play_or_pause()
    await bo.until_paused()
    await bo.page.evaluate("refuse = 'all'")
    await anna.press_play_or_pause()
    await expect(bo.page.locator("#big-play")).to_be_visible()
    await bo.page.evaluate("refuse = 'sound'")
    await bo.picture(PICTURES / "gesture.png")
    await bo.page.locator("#big-play").click()
    await in_step(anna, bo)
    await anna.press_play_or_pause()
    await bo.until_paused()
    await bo.page.evaluate("refuse = 'sound'")
    await anna.press_play_or_pause()
    await in_step(anna, bo)
    assert await bo.page.evaluate(f"{FILM}.muted")
    await bo.picture(PICTURES / "muted.png")
    await bo.page.locator("#sound-on").click()
    await bo.until(f"!{FILM}.muted")
    await in_step(anna, bo)
    assert made_since(before, server) == {"pause": 2, "play": 2}


async def test_who_is_cut_off_watches_on_and_takes_nobody_back(
    profiles: Profiles, profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    profiles.guard.allow("ERR_INTERNET_DISCONNECTED|WebSocket connection")
    sockets: list[WebSocketRoute] = []

    def pass_on(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        socket.connect_to_server()

    anna, bo = await watching(profile, server, films["faststart"], pass_on)

    async def cut_off() -> None:
        await bo.page.context.set_offline(True)
        await sockets[-1].close(code=BROKEN)
        await asyncio.gather(bo.until_shown("Connection lost"), bo.until_shown("Your film plays on"))
        await bo.until_playing_past(await bo.position() + 1)

    await cut_off()
    await bo.press_play_or_pause()
    await asyncio.gather(bo.until_paused(), bo.until_shown("1 change on its way"))
    await bo.picture(PICTURES / "cut-off.png")
    await anna.seek(8)
    await anna.until_playing_past(11)
    await bo.page.context.set_offline(False)
    await asyncio.gather(bo.until_shown("The room had gone on by then"), in_step(anna, bo))
    assert await anna.position() > 11
    await bo.picture(PICTURES / "back.png")

    await cut_off()
    await bo.page.evaluate("stepBack = 0")
    await bo.seek(35)
    await bo.until_playing_past(36)
    assert await anna.position() < 35
    await bo.page.context.set_offline(False)
    await asyncio.gather(anna.until_playing_past(36), anna.until_shown("Bo went to 0:3"))
    await in_step(anna, bo)
    assert await bo.page.evaluate("stepBack") < 1
