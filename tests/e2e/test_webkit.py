"""WebKit as Debian has it makes no connections: it comes in, talks and chooses, and nobody waits for it.

Its <video> is left alone: on a busy machine without a graphics card it gives up, or takes the page along. What follows
for a film, a Chromium without connections shows, in `test_lacks.py`.
"""

import asyncio
from collections.abc import Mapping

from tests.e2e.conftest import PICTURES, OpenProfile, OpenWebKit
from tests.support.browsers import LiveServer, Profiles
from tests.support.films import Film
from tests.support.people import Person, person
from tests.support.scenes import choose_together, say


async def test_an_evening_without_connections(
    webkit: OpenWebKit, profile: OpenProfile, profiles: Profiles, server: LiveServer, films: Mapping[str, Film]
) -> None:
    anna, browser = await asyncio.gather(person(profile, "Anna"), webkit("Wim"))
    wim = Person("Wim", browser.page)
    await wim.join(await anna.start_room(server.url))
    await wim.until_shown("cannot connect to your friends")
    await say(wim, "Hello from WebKit", anna)
    await say(anna, "Hello, Wim", wim)
    await choose_together(anna, wim)

    # The film does not come; the room does not wait for him, and calls him no more.
    await anna.choose(films["short_webm"].path)
    await asyncio.gather(anna.until_showing(), anna.until_shown("It cannot reach Wim"))
    await wim.until_shown("cannot come into this browser")
    await wim.picture(PICTURES / "webkit-without-the-film.png")
    await anna.press_play_or_pause()
    await anna.until_playing_past(0.3)
    for one in (anna, wim):
        await one.until("document.getElementById('peers').textContent.includes('one of the two browsers makes none')")

    # What a page complains of there is noted too.
    await wim.page.evaluate("console.error('for the guard')")
    await wim.page.tell()
    profiles.guard.allow("for the guard")
    assert any("for the guard" in noted for noted in profiles.guard.noted)
