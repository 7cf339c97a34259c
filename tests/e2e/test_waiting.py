"""The room waits for who has not enough of the film, for a while, and says so."""

import asyncio
from collections.abc import Mapping

from playwright.async_api import expect

from tests.e2e.conftest import PICTURES, OpenProfile
from tests.support.browsers import LiveServer
from tests.support.films import Film
from tests.support.people import Person, person

# The film uses up 0.7 MB a second: at 1 MB/s it starts soon and goes on; at half of that and twice the speed it stops.
ENOUGH_MBPS, TOO_LITTLE_MBPS = 1, 0.5
IN_STEP_WITHIN_MS = 30_000


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


async def test_the_room_waits_for_who_runs_dry_and_goes_on_without(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    anna, bo = await two_people(profile, server, films["faststart"], ENOUGH_MBPS)
    await anna.press_play_or_pause()
    await asyncio.gather(anna.until_playing_past(0.5), bo.until_playing_past(0.5))
    await bo.limit("down", TOO_LITTLE_MBPS)
    await anna.set_rate(2)
    await asyncio.gather(anna.until_shown("Waiting for Bo"), bo.until_shown("Waiting for your download"))
    await asyncio.gather(anna.until_paused(), anna.until_shown("The room waits for Bo"))
    await asyncio.gather(anna.picture(PICTURES / "waiting.png"), bo.picture(PICTURES / "waited_for.png"))
    stood = await anna.position()
    await anna.until_playing_past(stood + 0.5)
    await bo.until_shown("Waiting for download")
    await bo.limit("down", None)
    await anna.limit("up", None)
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
    await anna.seek(60)
    await anna.until_shown("Waiting for Bo")
    await anna.until_paused()
    assert await anna.position() == 60
    await asyncio.gather(anna.until_playing_past(60.2), bo.until_playing_past(60.2))
    assert abs(await bo.position() - await anna.position()) < 1


async def test_the_next_film_comes_by_itself(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    anna, bo = await asyncio.gather(person(profile, "Anna"), person(profile, "Bo"))
    link = await anna.start_room(server.url)
    await bo.join(link)
    await anna.choose(films["short"].path)
    await anna.until_showing()
    await anna.choose(films["short_faststart"].path)
    await bo.until_complete()
    await anna.press_play_or_pause()
    await anna.seek(9)
    await asyncio.gather(*(one.until_shown("Next: “Second Trailer”") for one in (anna, bo)))
    await asyncio.gather(*(one.until_playing_past(0.3) for one in (anna, bo)))
    await asyncio.gather(*(expect(one.page.locator("#film-name")).to_have_text("Second Trailer") for one in (anna, bo)))
