"""Films are kept well: across versions, tabs and evenings."""

import asyncio
import base64
import hashlib
from collections.abc import Mapping

from playwright.async_api import Page, Route, expect

from app.swarm.manifest import MIB, Manifest
from tests.e2e.conftest import OpenProfile
from tests.support.browsers import LiveServer
from tests.support.films import Film
from tests.support.people import person

BARE = "<!doctype html><link rel='icon' href='data:,'>"
OPEN_AS_BEFORE = """() => new Promise((resolve, reject) => {
  const request = indexedDB.open("matinee", 1);
  request.onupgradeneeded = () => ["films", "pieces"].forEach((name) => request.result.createObjectStore(name));
  request.onsuccess = () => resolve((globalThis.database = request.result));
  request.onerror = () => reject(request.error);
}).then(() => undefined)"""
PUT = """([store, key, base64]) => new Promise((resolve, reject) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const transaction = database.transaction(store, "readwrite");
  transaction.objectStore(store).put(store === "films" ? { manifest: bytes } : bytes.buffer, key);
  transaction.oncomplete = () => resolve();
  transaction.onerror = () => reject(transaction.error);
})"""


async def bare(page: Page, url: str) -> None:
    """Go to a page of our origin without any of our code."""

    async def answer(route: Route) -> None:
        await route.fulfill(content_type="text/html", body=BARE)

    await page.route("**/bare", answer)
    await page.goto(f"{url}/bare")


async def keep_as_before(page: Page, url: str, film: Film) -> str:
    """What version 1 of the page left behind when it had received `film`; the film's id. Its database stays open."""
    data = film.path.read_bytes()
    pieces = [data[at : at + MIB] for at in range(0, len(data), MIB)]
    manifest = Manifest(len(data), MIB, b"".join(hashlib.sha256(piece).digest() for piece in pieces))
    await bare(page, url)
    await page.evaluate(OPEN_AS_BEFORE)
    for number, piece in enumerate(pieces):
        await page.evaluate(PUT, ["pieces", [manifest.film_id, number], base64.b64encode(piece).decode()])
    await page.evaluate(PUT, ["films", manifest.film_id, base64.b64encode(manifest.encode()).decode()])
    return manifest.film_id


# --- older and newer pages


async def test_a_film_kept_by_an_older_page_is_still_there(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    film = films["short"]
    anna, bo = await asyncio.gather(person(profile, "Anna"), person(profile, "Bo"))
    await keep_as_before(bo.page, server.url, film)
    link = await anna.start_room(server.url)
    await anna.pause("sending", on=True)
    await anna.choose(film.path)
    await anna.until_showing()
    await bo.join(link)
    await bo.until_complete()
    assert await bo.stored_sha256() == film.sha256


async def test_a_tab_that_holds_the_old_store_is_told_of_and_waited_for(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    film = films["short"]
    anna, bo = await asyncio.gather(person(profile, "Anna"), person(profile, "Bo"))
    before = await bo.page.context.new_page()
    await bare(before, server.url)
    await before.evaluate(OPEN_AS_BEFORE)
    link = await anna.start_room(server.url)
    await anna.choose(film.path)
    await anna.until_showing()
    await bo.join(link)
    await bo.until_shown("holds your films")
    await before.evaluate("database.close()")
    await bo.until_complete()
    await expect(bo.page.locator("#notice")).to_be_hidden()
    assert await bo.stored_sha256() == film.sha256


async def test_a_page_that_is_older_than_the_store_says_so(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    anna, bo = await asyncio.gather(person(profile, "Anna"), person(profile, "Bo"))
    await bare(bo.page, server.url)
    await bo.page.evaluate("new Promise((done) => (indexedDB.open('matinee', 99).onsuccess = () => done()))")
    link = await anna.start_room(server.url)
    await anna.choose(films["short"].path)
    await anna.until_showing()
    await bo.join(link)
    await bo.until_shown("Matinee has been renewed in another tab")
