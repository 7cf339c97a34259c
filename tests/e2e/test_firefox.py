"""Firefox and Chromium in one room: a film goes both ways and plays in step, whoever has it."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from tests.e2e.conftest import PICTURES, OpenFirefox, OpenProfile
from tests.support.browsers import LiveServer
from tests.support.films import Film
from tests.support.firefox import FirefoxPage
from tests.support.people import WATCH_BLOCKS, Person, person

pytestmark = pytest.mark.alone

MIB = 1024 * 1024
PLACE = "() => { const { currentTime } = document.getElementById('film');"
PLACE += " return [performance.timeOrigin + performance.now(), currentTime]; }"
# Firefox moves its position on at every frame; and of what is hidden nobody sees that it is a little off.
SAME_PLACE_S = 0.25
IN_STEP_WITHIN_MS = 20_000


async def in_firefox(firefox: OpenFirefox, name: str) -> Person[FirefoxPage]:
    """Somebody whose browser is Firefox."""
    return Person(name, (await firefox(name)).page)


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
    await fay.page.go_to_the_back()
    await cleo.press_play_or_pause()
    await asyncio.gather(cleo.until_paused(), fay.until_paused())
    assert abs(await fay.position() - await cleo.position()) < 0.1
    await cleo.seek(5)
    await cleo.press_play_or_pause()
    await asyncio.gather(cleo.until_playing_past(7), fay.until_playing_past(7))
    assert await apart_s(fay, cleo) < SAME_PLACE_S
    await fay.page.come_to_the_front()
    await fay.until("'inStep' in document.getElementById('drift').dataset", IN_STEP_WITHIN_MS)
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
