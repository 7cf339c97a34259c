"""A room of five: one has the film, four pass it on to one another, and nobody waits for the one who goes."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.e2e.conftest import OpenProfile
from tests.support import films as film_shop
from tests.support.browsers import LiveServer, Profiles
from tests.support.films import MB, Film
from tests.support.people import WATCH_BLOCKS, Person, person

# Five browsers start on what may be two cores.
pytestmark = pytest.mark.alone
NAMES = ("Anna", "Bo", "Cleo", "Dan", "Eve")
SIZE = 20 * MB
UPLINK_MBps = 2
# Long after everybody would have had the film without any trouble, and long before the test is given up.
WITHIN_MS = 90_000.0


async def five(profile: OpenProfile, server: LiveServer) -> tuple[list[Person], str]:
    """Anna, Bo, Cleo, Dan and Eve are in her room, all with slow uplinks; and the link to it."""
    people = list(await asyncio.gather(*(person(profile, name) for name in NAMES)))
    for one in people:
        await one.page.add_init_script(WATCH_BLOCKS)
    link = await people[0].start_room(server.url, *people[1:])
    await asyncio.gather(*(one.join(link) for one in people[1:]))
    for one in people:
        await one.limit("up", UPLINK_MBps)
    return people, link


async def assert_all_have(film: Film, *people: Person) -> None:
    """Wait until everybody has the whole film, and compare what they keep with the file."""
    await asyncio.gather(*(one.until_complete(WITHIN_MS) for one in people))
    assert set(await asyncio.gather(*(one.stored_sha256() for one in people))) == {film.sha256}


async def counted(one: Person, what: str) -> int:
    """What a page has counted of `sent` or `received` film bytes."""
    return int(await one.page.evaluate(f"blocks.{what}"))


async def received_pieces(one: Person) -> set[int]:
    """Which pieces this page has received since it was loaded."""
    return set(await one.page.evaluate("[...blocks.receivedPieces]"))


async def test_one_is_killed_in_mid_film_and_comes_back(
    profiles: Profiles, profile: OpenProfile, server: LiveServer, films: Mapping[str, Film], tmp_path: Path
) -> None:
    film = film_shop.padded(films["short"], SIZE, tmp_path)
    (anna, bo, cleo, dan, eve), link = await five(profile, server)
    await anna.choose(film.path)
    await dan.until_held(25)
    kept = await dan.held_pieces()
    await profiles.kill("Dan")
    await anna.until_shown("Dan lost the connection")
    await assert_all_have(film, bo, cleo, eve)
    # Without passing on, Anna would have sent it three times over; what Dan had and nobody else, she sends again.
    assert await counted(anna, "sent") < 1.8 * film.size

    dan = await person(profile, "Dan")
    await dan.page.add_init_script(WATCH_BLOCKS)
    await dan.open(link)
    await assert_all_have(film, dan)
    assert kept
    assert not kept & await received_pieces(dan)


async def test_the_source_pauses_one_reloads_and_another_has_the_file_too(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film], tmp_path: Path
) -> None:
    film = film_shop.padded(films["short"], SIZE, tmp_path)
    (anna, bo, cleo, *others), _ = await five(profile, server)
    await bo.pause("receiving", on=True)
    await anna.choose(film.path)
    await cleo.until_held(25)
    await anna.pause("sending", on=True)
    await asyncio.gather(*(viewer.until_shown("Anna paused sending") for viewer in (cleo, *others)))
    sent = await counted(anna, "sent")
    assert 0 < sent < film.size

    kept = await cleo.held_pieces()
    await cleo.come_again()
    await bo.choose(film.path)
    await bo.until_shown("The film is on this device")
    await assert_all_have(film, cleo, *others)
    assert await counted(anna, "sent") == sent
    assert await counted(bo, "received") == 0
    assert await counted(bo, "sent") > 0
    assert kept
    assert not kept & await received_pieces(cleo)
