"""Who will see the film: what a browser cannot play and what a person declines is not fetched, and both sides know."""

import asyncio
from collections.abc import Mapping

from playwright.async_api import Locator, expect

from tests.e2e.conftest import PICTURES, OpenProfile
from tests.e2e.test_trouble import CHANNELS
from tests.support.browsers import LiveServer
from tests.support.films import Film
from tests.support.people import Person, person

# A browser that knows H.264 neither by the element nor by MediaSource.
WITHOUT_H264 = """
const knows = HTMLMediaElement.prototype.canPlayType;
HTMLMediaElement.prototype.canPlayType = function (type) { return /avc1/.test(type) ? "" : knows.call(this, type); };
const supports = MediaSource.isTypeSupported;
MediaSource.isTypeSupported = (type) => !/avc1/.test(type) && supports.call(MediaSource, type);
"""
MIB = 1024 * 1024


def entry(one: Person, name: str) -> Locator:
    """That person in the roster."""
    return one.page.locator("#people .person", has_text=name)


async def expect_told(one: Person, name: str, words: str) -> None:
    await expect(entry(one, name)).to_contain_text(words)


async def received(one: Person) -> int:
    """Bytes that came over data channels of this person's own making."""
    return int(await one.page.evaluate("received"))


async def two(
    profile: OpenProfile, server: LiveServer, film: Film, script: str = "", limit_MBps: float | None = None
) -> tuple[Person, Person]:
    """Anna gives a film, Bo comes; `script` is what is different about his browser."""
    anna, bo = await asyncio.gather(person(profile, "Anna"), person(profile, "Bo"))
    await bo.page.add_init_script(CHANNELS + script)
    link = await anna.start_room(server.url, bo)
    await anna.limit("up", limit_MBps)
    await anna.choose(film.path)
    await anna.until_showing()
    await bo.join(link)
    return anna, bo


async def test_what_a_member_declines_is_not_sent_until_it_is_wanted_after_all(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    film = films["faststart"]
    anna, bo = await two(profile, server, film, limit_MBps=1)
    await bo.until_shown("Receiving")
    await bo.page.get_by_role("button", name="Decline").click()
    await bo.until_shown("You declined this film")
    await expect_told(anna, "Bo", "declined")
    await expect(anna.page.locator("#line")).to_contain_text("Bo declined it")
    await anna.limit("up", None)
    await bo.page.reload()
    await bo.until("matinee.ready")
    await bo.is_in()
    await bo.until_shown("You declined this film")
    await expect_told(anna, "Bo", "declined")
    await bo.picture(PICTURES / "declined-bo.png")
    await anna.picture(PICTURES / "declined-anna.png")
    assert await received(bo) < MIB
    await bo.page.get_by_role("button", name="Fetch it after all").click()
    await bo.until_complete()
    await expect_told(anna, "Bo", "has the whole film")
    await expect(anna.page.locator("#line")).not_to_contain_text("declined")
    assert await bo.stored_sha256() == film.sha256


async def test_what_a_browser_cannot_play_is_fetched_only_on_demand_and_both_sides_are_told(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    film = films["faststart"]
    anna, bo = await two(profile, server, film, WITHOUT_H264)
    await bo.until_shown("This browser cannot play H.264")
    await expect_told(anna, "Bo", "cannot play H.264")
    await expect(anna.page.locator("#line")).to_contain_text("Bo’s browser cannot play H.264")
    await bo.picture(PICTURES / "cannot-play-bo.png")
    await anna.picture(PICTURES / "cannot-play-anna.png")
    assert await received(bo) < MIB
    assert await bo.stored_pieces() == 0
    await bo.page.get_by_role("button", name="Fetch it anyway").click()
    await bo.until_complete()
    assert await bo.stored_sha256() == film.sha256
    await expect_told(anna, "Bo", "cannot play H.264")
