"""The room waits for who has not enough of the film, for a while, and says so."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import pytest
from playwright.async_api import expect

from app.playback.gate import WAIT_S
from tests.e2e.conftest import PICTURES, OpenFirefox, OpenProfile
from tests.support.browsers import LiveServer
from tests.support.films import Film
from tests.support.people import Person, person

pytestmark = pytest.mark.alone

# The films use up 0.7 or 1 MB a second: at 1 MB/s they start soon and go on, at twice the speed they run dry.
ENOUGH_MBPS, TOO_LITTLE_MBPS = 1, 0.5
IN_STEP_WITHIN_MS = 60_000
AWAITED = "waited for · "
# By how much of the film the playhead has passed what is held, which is drawn twice a second; the bytes of a film are
# not spread quite evenly.
WATCH_PLAYHEAD = """() => { setInterval(() => {
  const film = document.getElementById("film"), held = parseFloat(document.getElementById("held").textContent) / 100;
  const { passed = -1 } = film.dataset, now = film.currentTime / film.duration - held || -1;
  film.dataset.passed = Math.max(Number(passed), now);
}, 100); }"""
PASSED = "Number(document.getElementById('film').dataset.passed)"
UNEVEN = 0.04


async def two_people(profile: OpenProfile, server: LiveServer, film: Film, limit_MBps: float) -> tuple[Person, Person]:
    """Anna shares `film` with at most so many MB a second; Bo has come in, and the film has begun to arrive."""
    anna, bo = await asyncio.gather(person(profile, "Anna"), person(profile, "Bo"))
    link = await anna.start_room(server.url)
    await anna.limit("up", limit_MBps)
    await bo.join(link)
    await anna.choose(film.path)
    await anna.until_showing()
    await bo.until_held(1)
    return anna, bo


@pytest.mark.parametrize("browser", ["Chromium", "Firefox"])
async def test_the_room_waits_for_who_runs_dry_and_goes_on_without(
    browser: str, firefox: OpenFirefox, profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    bo: Person[Any]
    bo = Person("Bo", (await firefox("Bo")).page) if browser == "Firefox" else await person(profile, "Bo")
    anna = await person(profile, "Anna")
    link = await anna.start_room(server.url)
    await bo.join(link)
    await bo.limit("down", ENOUGH_MBPS)
    await anna.choose(films["heavy"].path)
    await anna.until_showing()
    await bo.until_held(1)
    await bo.page.evaluate(WATCH_PLAYHEAD)
    await anna.press_play_or_pause()
    await asyncio.gather(anna.until_playing_past(0.3), bo.until_playing_past(0.3))
    await anna.set_rate(2)
    await asyncio.gather(anna.until_shown("Waiting for Bo · "), bo.until_shown("Waiting for your download · "))
    await anna.pause("sending", True)
    await asyncio.gather(anna.until_paused(), anna.until_shown("The room waits for Bo"), anna.until_shown(AWAITED))
    since = time.monotonic()
    await asyncio.gather(
        anna.picture(PICTURES / f"waiting-{browser}.png"), bo.picture(PICTURES / f"waited_for-{browser}.png")
    )
    stood = await anna.position()
    await anna.until_playing_past(stood + 0.5)
    assert WAIT_S / 2 < time.monotonic() - since < 2 * WAIT_S
    await anna.set_rate(1)  # so that the film is not over before Bo is with her again
    await asyncio.gather(bo.until_shown("Waiting for download"), anna.until_shown("waiting for download"))
    await anna.picture(PICTURES / f"waits_no_longer-{browser}.png")
    assert await bo.page.evaluate(PASSED) < UNEVEN
    await anna.pause("sending", False)
    await bo.limit("down", None)
    await bo.until("'inStep' in document.getElementById('drift').dataset", IN_STEP_WITHIN_MS)
    assert abs(await bo.position() - await anna.position()) < 2


async def test_a_start_waits_and_the_host_may_start_without_them(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    anna, bo = await two_people(profile, server, films["faststart"], TOO_LITTLE_MBPS)
    await bo.press_play_or_pause()
    await asyncio.gather(anna.until_shown("Waiting for Bo"), bo.until_shown("Waiting for your download"))
    assert await anna.position() == await bo.position() == 0
    await expect(bo.page.locator("#anyway")).to_be_hidden()
    await anna.page.get_by_role("button", name="Start without them").click()
    await anna.until_playing_past(0.5)
    await bo.until_shown("Waiting for download")
    await anna.press_play_or_pause()
    await anna.until_shown("Paused by you")


async def test_a_seek_waits_where_it_went(profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]) -> None:
    anna, bo = await two_people(profile, server, films["faststart"], ENOUGH_MBPS)
    await anna.press_play_or_pause()
    await asyncio.gather(anna.until_playing_past(0.5), bo.until_playing_past(0.5))
    await anna.seek(30)
    await anna.until_shown("Waiting for Bo")
    await anna.until_paused()
    assert await anna.position() == 30
    await asyncio.gather(anna.until_playing_past(30.2), bo.until_playing_past(30.2))
    assert abs(await bo.position() - await anna.position()) < 1


async def test_the_next_film_comes_by_itself(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    anna, bo = await asyncio.gather(person(profile, "Anna"), person(profile, "Bo"))
    link = await anna.start_room(server.url)
    await bo.join(link)
    # The first has no length that anybody knows, the second has one.
    await anna.choose(films["live_webm"].path)
    await anna.until_showing()
    await anna.choose(films["short"].path)
    await anna.choose(films["short_faststart"].path)
    await expect(anna.page.locator("#queue .entry")).to_have_count(3)
    up = anna.page.get_by_role("button", name="Move Second Trailer up")
    await up.focus()
    await anna.page.keyboard.press("Enter")
    await bo.until_shown("Anna moved “Second Trailer” in the queue")
    await expect(up).to_be_focused()
    await expect(bo.page.locator("#queue .entry strong").nth(1)).to_have_text("Second Trailer")
    await expect(bo.page.get_by_role("button", name="Move Second Trailer up")).to_be_hidden()
    await anna.picture(PICTURES / "queue.png")
    await bo.until_complete()
    await anna.press_play_or_pause()
    await asyncio.gather(*(one.until_shown("Next: “Second Trailer”") for one in (anna, bo)))
    await asyncio.gather(*(one.until_playing_past(0.3) for one in (anna, bo)))
    await anna.seek(9)
    await asyncio.gather(*(one.until_shown("Next: “Trailer”") for one in (anna, bo)))
    await asyncio.gather(*(one.until_playing_past(0.3) for one in (anna, bo)))
    await asyncio.gather(*(expect(one.page.locator("#film-name")).to_have_text("Trailer") for one in (anna, bo)))
