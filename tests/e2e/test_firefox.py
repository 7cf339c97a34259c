"""Firefox and Chromium in one room: a film goes both ways and plays in step, whoever has it."""

import asyncio
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import PICTURES, OpenFirefox, OpenProfile
from tests.e2e.test_offline import keep
from tests.e2e.test_subtitles import until_reads
from tests.support import films as film_shop
from tests.support.browsers import LiveServer, Profiles
from tests.support.films import Film
from tests.support.firefox import FirefoxPage
from tests.support.people import WATCH_BLOCKS, Person, person
from tests.support.scenes import choose_together, press, say

pytestmark = pytest.mark.alone

MIB = 1024 * 1024
PLACE = "() => { const { currentTime } = document.getElementById('film');"
PLACE += " return [performance.timeOrigin + performance.now(), currentTime]; }"
# Firefox moves its position on at every frame.
SAME_PLACE_S = 0.25
TOGETHER_WITHIN_S = 10.0


CONNECTION = "document.getElementById('connection')"
RUNS_EARLY = """(film => !film.paused && !film.seeking && film.currentTime > 2 && film.currentTime < 15)
                (document.getElementById("film"))"""


async def in_firefox(firefox: OpenFirefox, name: str) -> Person[FirefoxPage]:
    """Somebody whose browser is Firefox."""
    return Person(name, (await firefox(name)).page)


async def come_together(one: Person[Any], other: Person[Any]) -> None:
    """Two films that run are at the same place, or soon will be. Raises TimeoutError when they are not."""
    async with asyncio.timeout(TOGETHER_WITHIN_S):
        while await apart_s(one, other) >= SAME_PLACE_S:
            pass


async def apart_s(one: Person[Any], other: Person[Any]) -> float:
    """How far two films that run are apart."""
    places = await asyncio.gather(one.page.evaluate(PLACE), other.page.evaluate(PLACE))
    (here_ms, here), (there_ms, there) = places
    return abs((there - here) - (there_ms - here_ms) / 1000)


@pytest.mark.parametrize("host", ["Firefox", "Chromium"])
async def test_a_film_goes_from_one_to_the_other(
    host: str, firefox: OpenFirefox, profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    film = films["webm"]
    fay, cleo = await asyncio.gather(in_firefox(firefox, "Fay"), person(profile, "Cleo"))
    giver, taker = (fay, cleo) if host == "Firefox" else (cleo, fay)
    link = await giver.start_room(server.url)
    await giver.limit("up", 2)
    await giver.choose(film.path)
    await asyncio.gather(taker.join(link), giver.until_showing())

    await giver.press_play_or_pause()
    await asyncio.gather(giver.until_playing_past(0.4), taker.until_playing_past(0.4))
    assert await taker.stored_pieces() < film.size / MIB / 2
    await asyncio.gather(
        fay.picture(PICTURES / f"fay-while-{host}-hosts.png"), cleo.picture(PICTURES / f"cleo-while-{host}-hosts.png")
    )

    for presser, other in ((giver, taker), (taker, giver)):
        await presser.press_play_or_pause()
        await asyncio.gather(giver.until_paused(), taker.until_paused())
        await other.until_shown(f"{presser.name} paused")
        assert abs(await giver.position() - await taker.position()) < 0.1
        ahead = await presser.position() + 20
        await presser.seek(ahead)
        await presser.press_play_or_pause()
        await asyncio.gather(giver.until_playing_past(ahead + 0.3), taker.until_playing_past(ahead + 0.3))

    await giver.limit("up", None)
    await taker.until_complete()
    assert await taker.stored_sha256() == film.sha256
    if host == "Chromium":
        await is_where_the_room_is_at_the_back(fay, cleo)


async def is_where_the_room_is_at_the_back(fay: Person[FirefoxPage], cleo: Person) -> None:
    """Fay looks at another tab: her sound goes on, stops, and starts with Cleo's, though her timers ring once a
    second; and when she is back her picture is in step."""
    # Far from the end of the film: at its end, a press that is to pause it would begin it anew.
    await cleo.seek(2)
    await asyncio.gather(*(one.until(RUNS_EARLY) for one in (cleo, fay)))
    await fay.page.go_to_the_back()
    await cleo.press_play_or_pause()
    await asyncio.gather(cleo.until_paused(), fay.until_paused())
    assert abs(await fay.position() - await cleo.position()) < 0.1
    await cleo.seek(5)
    await cleo.press_play_or_pause()
    # Her timers ring once a second: a start that came late is soon seen, and put right.
    await asyncio.gather(cleo.until_playing_past(10), fay.until_playing_past(10))
    await come_together(fay, cleo)
    await fay.page.come_to_the_front()
    await fay.until("'inStep' in document.getElementById('drift').dataset")
    assert await apart_s(fay, cleo) < SAME_PLACE_S


async def test_a_reload_in_mid_film_fetches_nothing_again(
    firefox: OpenFirefox, profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    film = films["webm"]
    fay, cleo = await asyncio.gather(in_firefox(firefox, "Fay"), person(profile, "Cleo"))
    await cleo.page.add_init_script(WATCH_BLOCKS)
    link = await cleo.start_room(server.url)
    await cleo.limit("up", 10)
    await cleo.choose(film.path)
    await asyncio.gather(fay.join(link), cleo.until_showing())
    await cleo.press_play_or_pause()
    await fay.until_playing_past(0.4)
    await fay.until_held(30)
    held = await fay.held_pieces()
    await fay.page.goto("about:blank")
    await cleo.until_shown("Fay lost the connection")
    await cleo.page.evaluate("blocks.sentPieces.clear()")
    await fay.open(link)
    await fay.is_in()
    here = await cleo.position()
    await asyncio.gather(cleo.until_playing_past(here + 0.5), fay.until_playing_past(here + 0.5))
    await cleo.limit("up", None)
    await fay.until_complete()
    assert await fay.stored_sha256() == film.sha256
    assert not held & set(await cleo.page.evaluate("[...blocks.sentPieces]"))


async def test_an_evening_as_in_chromium(
    firefox: OpenFirefox,
    profile: OpenProfile,
    profiles: Profiles,
    server: LiveServer,
    films: Mapping[str, Film],
    tmp_path: Path,
) -> None:
    profiles.guard.allow("status of 403|CONNECTION_REFUSED|WebSocket|804b00|/socket|NetworkError")
    browser = await firefox("Fay")
    fay, cleo = Person("Fay", browser.page), await person(profile, "Cleo")
    link = await cleo.start_room(server.url)
    await come_in_by_the_code_and_by_a_link_with_a_password(fay, cleo, link)
    await say(fay, "Hello from Firefox", cleo)
    await say(cleo, "Hello, Fay", fay)
    await press(fay, "[data-do=react]")
    await cleo.until("document.getElementById('reactions').textContent")
    await choose_together(cleo, fay)

    film = films["webm"]
    await cleo.choose(film.path)
    await asyncio.gather(cleo.until_showing(), fay.until_complete())
    await cleo.choose(film_shop.srt(tmp_path, "Open Reel.en.srt", [(0.0, 45.0, "Good evening.")]))
    await cleo.choose(films["live_webm"].path)
    await cleo.press_play_or_pause()
    await asyncio.gather(cleo.until_playing_past(0.2), fay.until_playing_past(0.2), until_reads(fay, "Good evening."))
    await keep_save_and_remove(fay, film, browser.downloads)

    # The server goes away in mid-film and comes back; then the next film comes by itself.
    await cleo.seek(2.0)
    await asyncio.to_thread(server.kill)
    await asyncio.gather(*(one.until_shown("Connection lost") for one in (fay, cleo)))
    await asyncio.to_thread(server.start)
    await asyncio.gather(*(one.until(f"{CONNECTION}.hidden") for one in (fay, cleo)))
    await cleo.seek(film.seconds - 1.0)
    await asyncio.gather(*(one.until_shown("Next: “Recorded”") for one in (fay, cleo)))
    await asyncio.gather(*(one.until_playing_past(0.3) for one in (fay, cleo)))

    await fay.page.turn_to_another_tab()
    await fay.open(link)
    await fay.is_in()
    await fay.page.turn_to_the_first_tab()
    await fay.until_shown("open in another tab")

    # Without a server the page opens all the same, if not by Marionette's reload, which asks the server itself.
    await keep(fay)
    await asyncio.to_thread(server.kill)
    await fay.page.goto("about:blank")
    await fay.open(link)
    await fay.until_shown("Trying again")


async def come_in_by_the_code_and_by_a_link_with_a_password(fay: Person[FirefoxPage], cleo: Person, link: str) -> None:
    """Fay knocks and is let in, leaves, and comes by the link, which asks for the password that Cleo has set."""
    await fay.open(link.rpartition(".")[0])
    await fay.page.fill("#join-name", "Fay")
    await fay.page.click("#join")
    await fay.until_shown("You have knocked")
    await cleo.page.get_by_role("button", name="Let in Fay").click()
    await fay.is_in()
    await press(fay, "[data-do=leave]")
    await cleo.page.evaluate("document.getElementById('details').open = true")
    await cleo.page.fill("#room-password", "sesame")
    await cleo.page.keyboard.press("Enter")
    await cleo.until_shown("A password is asked")
    await fay.page.goto(link)
    await fay.page.fill("#join-password", "barley")
    await fay.page.click("#join")
    await fay.until_shown("That is not the password of this room.")
    await fay.page.fill("#join-password", "sesame")
    await fay.page.click("#join")
    await fay.is_in()


async def keep_save_and_remove(fay: Person[FirefoxPage], film: Film, downloads: Path) -> None:
    """What came is on the shelf, is saved byte for byte, is removed, and comes again when it is wanted."""
    await fay.page.evaluate("document.getElementById('details').open = true")
    await press(fay, "[data-do=shelf]")
    await press(fay, "#room-shelf [data-do=save-film]")
    await fay.until("document.getElementById('room-shelf').textContent.includes('Saved')")
    saved = downloads / film.path.name
    assert hashlib.sha256(await asyncio.to_thread(saved.read_bytes)).hexdigest() == film.sha256
    await press(fay, "#room-shelf [data-do=ask-remove]")
    await fay.page.click("#remove-film")
    await fay.until("!document.querySelector('#room-shelf .reel')")
    await press(fay, "#shelf-dialog [type=submit]")
    await fay.until_shown("You removed “Open Reel.webm” from this device")
    await fay.page.click("#notice-step")
    await fay.until_complete()
