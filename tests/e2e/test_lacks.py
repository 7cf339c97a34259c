"""Where a browser does not give what Matinee needs, or takes it away, one sentence says so and the rest goes on."""

import asyncio
import shutil
from collections.abc import Mapping
from pathlib import Path

from playwright.async_api import expect

from tests.e2e.conftest import OpenProfile
from tests.support import films as film_shop
from tests.support.browsers import LiveServer, Profiles
from tests.support.films import Film
from tests.support.people import person

PLAIN = "http://film.test"
NOTHING_BUT_THE_PAGE = """
delete globalThis.RTCPeerConnection;
Object.defineProperty(globalThis, "localStorage", { get() { throw new DOMException("blocked", "SecurityError"); } });
"""
# While `refusing`, whatever is to be written is given up without a reason.
ABORTING = """
globalThis.refusing = true;
const begin = IDBDatabase.prototype.transaction;
IDBDatabase.prototype.transaction = function (names, mode, options) {
  const transaction = begin.call(this, names, mode, options);
  if (refusing && mode === "readwrite" && names === "pieces") queueMicrotask(() => transaction.abort());
  return transaction;
};
"""


async def test_an_address_that_is_not_secure(site: Path, films: Mapping[str, Film], tmp_path: Path) -> None:
    with LiveServer(tmp_path, site, ("--origin", PLAIN)) as server:
        async with Profiles(tmp_path, PLAIN) as profiles:
            resolved = f"--host-resolver-rules=MAP film.test 127.0.0.1:{server.port}"
            anna = await person(profiles.open, "Anna", flags=(resolved,))
            await anna.start_room(PLAIN)
            await anna.is_in()
            await anna.until_shown("secure addresses only")
            await anna.choose(films["short"].path)
            await anna.until_shown("secure addresses only")
            profiles.guard.check()


async def test_no_connections_and_no_memory(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    anna, bo = await asyncio.gather(person(profile, "Anna"), person(profile, "Bo"))
    await bo.page.add_init_script(NOTHING_BUT_THE_PAGE)
    link = await anna.start_room(server.url)
    await bo.join(link)
    await bo.until_shown("cannot connect to your friends")
    await bo.page.get_by_role("button", name="Dismiss").click()
    await expect(bo.page.locator("#notice")).to_be_hidden()
    await expect(anna.page.locator("#people .person")).to_have_count(2)
    # The film does not come, but its file is as good, and then they watch together.
    await anna.choose(films["short"].path)
    await anna.until_shown("It cannot reach Bo")
    await bo.until_shown("cannot come into this browser")
    await bo.choose(films["short"].path)
    await asyncio.gather(anna.until_showing(), bo.until_showing())
    await bo.press_play_or_pause()
    await asyncio.gather(anna.until_playing_past(0.3), bo.until_playing_past(0.3))
    await expect(bo.page.locator("#notice")).to_be_hidden()


async def test_a_store_that_gives_up_is_told_of_and_tried_again(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    anna, bo = await asyncio.gather(person(profile, "Anna"), person(profile, "Bo"))
    await bo.page.add_init_script(ABORTING)
    link = await anna.start_room(server.url)
    await anna.choose(films["short"].path)
    await anna.until_showing()
    await bo.join(link)
    await bo.until_shown("This browser keeps no films")
    await bo.until_shown("because this device keeps no more")
    await bo.page.evaluate("refusing = false")
    await bo.page.get_by_role("button", name="Try again").click()
    await bo.until_complete()
    assert await bo.stored_sha256() == films["short"].sha256
    await expect(bo.page.locator("#notice")).to_be_hidden()


async def test_the_hosts_own_file_vanishes_and_is_chosen_again(
    profiles: Profiles, profile: OpenProfile, server: LiveServer, films: Mapping[str, Film], tmp_path: Path
) -> None:
    profiles.guard.allow("ERR_FILE_NOT_FOUND|ERR_UPLOAD_FILE_CHANGED")
    # Longer than what <video> reads ahead.
    film = film_shop.looped(films["moov_at_end"], 2 * films["moov_at_end"].size, tmp_path)
    lent = Path(shutil.copy(film.path, tmp_path / "Lent.mp4"))
    anna = await person(profile, "Anna")
    await anna.start_room(server.url)
    await anna.choose(lent)
    await anna.until_showing()
    await anna.press_play_or_pause()
    await anna.until_playing_past(0.5)
    await asyncio.to_thread(lent.unlink)
    ahead = 0.4 * film.seconds
    await anna.seek(ahead)
    await anna.until_shown("cannot be read. Was it moved")
    await anna.choose(film.path)
    await anna.until_playing_past(ahead)
    await expect(anna.page.locator("#notice")).to_be_hidden()
