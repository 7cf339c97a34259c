"""Films are kept well: across versions, tabs and evenings."""

import asyncio
import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path

from playwright.async_api import Locator, Page, Route, expect

from app.swarm.manifest import MIB, Manifest
from tests.e2e.conftest import OpenProfile
from tests.support.browsers import LiveServer, Profiles
from tests.support.films import Film
from tests.support.people import Person, person

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


# A file dialog that always says yes, to a file of this origin's own.
PICKER = """
globalThis.broken = false;
globalThis.showSaveFilePicker = async ({ suggestedName }) => {
  globalThis.picked = suggestedName;
  const folder = await navigator.storage.getDirectory();
  const handle = await folder.getFileHandle("picked", { create: true });
  if (!broken) return handle;
  return { createWritable: async () => ({ write: () => Promise.reject(new Error("full")), abort: async () => {} }) };
};
"""
NO_PICKER = "delete globalThis.showSaveFilePicker;"
PICKED_SHA256 = """async () => {
  const folder = await navigator.storage.getDirectory();
  const file = await (await folder.getFileHandle("picked")).getFile();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  return [picked, [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("")];
}"""
KEEP_UNTIL = """(seconds) => new Promise((resolve) => {
  indexedDB.open("matinee").onsuccess = ({ target: { result: database } }) => {
    const transaction = database.transaction("films", "readwrite");
    transaction.objectStore("films").openCursor().onsuccess = ({ target: { result: cursor } }) => {
      cursor?.update({ ...cursor.value, until_s: Date.now() / 1000 + seconds });
      cursor?.continue();
    };
    transaction.oncomplete = () => {
      database.close();
      new BroadcastChannel("matinee.shelf").postMessage("no film at all");
      resolve();
    };
  };
})"""
NOTHING_KEPT = """() => new Promise((resolve) => {
  indexedDB.open("matinee").onsuccess = ({ target: { result: database } }) => {
    const counted = database.transaction("pieces").objectStore("pieces").count();
    counted.onsuccess = () => { database.close(); resolve(counted.result === 0); };
  };
})"""
ROOM = "globalThis.left = %d; navigator.storage.estimate = async () => ({ quota: left, usage: 0 });"
LARGE = 1_000_000_000
# A window in which nothing may be kept, in all the ways in which browsers say so.
NO_STORE = """
const refuse = () => { throw new DOMException("blocked", "SecurityError"); };
IDBFactory.prototype.open = refuse;
for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(globalThis, name, { get: refuse });
delete globalThis.caches;
delete Navigator.prototype.storage;
delete Navigator.prototype.serviceWorker;
"""


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


# --- the shelf


async def received(
    profile: OpenProfile, server: LiveServer, film: Film, script: str = ""
) -> tuple[Person, Person, str]:
    """Anna shares `film`, and Bo has all of it; and the link."""
    anna, bo = await asyncio.gather(person(profile, "Anna"), person(profile, "Bo"))
    if script:
        await bo.page.add_init_script(script)
    link = await anna.start_room(server.url, bo)
    await anna.choose(film.path)
    await anna.until_showing()
    await bo.join(link)
    await bo.until_complete()
    return anna, bo, link


def row(one: Person, place: str = "home") -> Locator:
    """The film on the shelf of that place."""
    return one.page.locator(f"#{place}-shelf .reel")


async def remove(one: Person, place: str = "home") -> None:
    """Remove the first film, having read what it means."""
    await row(one, place).first.get_by_role("button", name="Remove").click()
    await one.page.get_by_role("button", name="Remove it").click()


async def open_shelf(one: Person) -> None:
    """The shelf of the room."""
    await one.page.evaluate("document.getElementById('details').open = true")
    await one.page.get_by_role("button", name="Films on this device").click()


async def test_what_was_received_is_on_the_shelf_and_survives_a_reload(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    anna, bo, _ = await received(profile, server, films["short"])
    await open_shelf(bo)
    await expect(row(bo, "room")).to_contain_text("stays while this room is open")
    await bo.page.get_by_role("button", name="Close").click()
    await bo.page.get_by_role("button", name="Leave").click()
    for _ in range(2):
        await expect(row(bo)).to_have_count(1)
        await expect(row(bo)).to_contain_text("Trailer")
        await expect(row(bo)).to_contain_text("24 h left")
        await bo.page.reload()
        await bo.until("matinee.ready")
    await anna.page.get_by_role("button", name="Leave").click()
    await expect(anna.page.locator("#home-kept")).to_be_hidden()


async def test_a_film_is_saved_byte_for_byte_into_a_file(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    film = films["moov_at_end"]
    _, bo, _ = await received(profile, server, film, PICKER)
    await bo.page.get_by_role("button", name="Leave").click()
    await row(bo).get_by_role("button", name="Save").click()
    await expect(row(bo)).to_contain_text("Saved")
    assert await bo.page.evaluate(PICKED_SHA256) == [film.path.name, film.sha256]


async def test_a_film_is_saved_byte_for_byte_as_a_download(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film], tmp_path: Path
) -> None:
    film = films["moov_at_end"]
    _, bo, _ = await received(profile, server, film, NO_PICKER)
    await open_shelf(bo)
    async with bo.page.expect_download() as download:
        await row(bo, "room").get_by_role("button", name="Save").click()
    saved = await download.value
    await saved.save_as(tmp_path / "saved")
    assert saved.suggested_filename == film.path.name
    assert hashlib.sha256((tmp_path / "saved").read_bytes()).hexdigest() == film.sha256
    await expect(row(bo, "room")).to_contain_text("Saved")


async def test_a_file_that_cannot_be_written_is_told_of(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    _, bo, _ = await received(profile, server, films["short"], PICKER)
    await bo.page.get_by_role("button", name="Leave").click()
    await bo.page.evaluate("globalThis.broken = true")
    await row(bo).get_by_role("button", name="Save").click()
    await bo.until_shown("could not be saved")
    await bo.page.evaluate("globalThis.broken = false")
    await row(bo).get_by_role("button", name="Save").click()
    await expect(row(bo)).to_contain_text("Saved")


async def test_a_film_that_is_here_in_part_cannot_be_saved(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    anna, bo = await asyncio.gather(person(profile, "Anna"), person(profile, "Bo"))
    link = await anna.start_room(server.url, bo)
    await anna.limit("up", 1)
    await anna.choose(films["moov_at_end"].path)
    await anna.until_showing()
    await bo.join(link)
    await bo.until_held(3)
    await open_shelf(bo)
    await expect(row(bo, "room")).to_contain_text("MB of")
    save = row(bo, "room").locator("[data-do=save-film]")
    await expect(save).to_be_disabled()
    await expect(save).to_have_attribute("title", "Only whole films can be saved")


# --- leaving the shelf


async def test_a_removed_film_is_gone_and_does_not_come_back_by_itself(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    film = films["short"]
    anna, bo, _ = await received(profile, server, film)
    told = anna.page.locator("#people .person", has_text="Bo")
    await expect(told).to_contain_text("whole film")
    await open_shelf(bo)
    await row(bo, "room").get_by_role("button", name="Remove").click()
    await bo.until_shown("It stops playing here at once")
    await bo.page.get_by_role("button", name="Remove it").click()
    await expect(row(bo, "room")).to_have_count(0)
    await bo.page.get_by_role("button", name="Close").click()
    await bo.until_shown("Removed from this device")
    assert await bo.stored_pieces() == 0
    await expect(told).not_to_contain_text("whole film")
    await bo.page.reload()
    await bo.is_in()
    await bo.until_shown("Removed from this device")
    assert await bo.stored_pieces() == 0
    await bo.page.get_by_role("button", name="Fetch it again").click()
    await bo.until_complete()
    assert await bo.stored_sha256() == film.sha256
    await expect(bo.page.locator("#notice")).to_be_hidden()


async def test_what_is_past_its_time_goes_at_the_start_and_while_the_page_is_open(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    _, bo, link = await received(profile, server, films["short"])
    await bo.page.get_by_role("button", name="Leave").click()
    await expect(row(bo)).to_have_count(1)
    await bo.page.evaluate(KEEP_UNTIL, -1)
    await bo.page.reload()
    await bo.until("matinee.ready")
    await expect(bo.page.locator("#home-kept")).to_be_hidden()
    await until_nothing_stored(bo)
    await bo.join(link)
    await bo.until_complete()
    await bo.page.get_by_role("button", name="Leave").click()
    await expect(row(bo)).to_have_count(1)
    await bo.page.evaluate(KEEP_UNTIL, 3)
    await expect(row(bo)).to_contain_text("1 min left")
    await expect(row(bo)).to_have_count(0)
    await until_nothing_stored(bo)


async def until_nothing_stored(one: Person) -> None:
    """Wait until no pieces are kept."""
    await one.page.wait_for_function(NOTHING_KEPT)


async def test_at_the_end_of_the_room_a_film_is_saved_or_let_go(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    anna, bo, _ = await received(profile, server, films["short"], PICKER)
    await anna.page.evaluate("document.getElementById('details').open = true")
    await anna.page.locator("#end").click()
    await anna.page.get_by_role("button", name="End it").click()
    await bo.until_shown("This room has ended")
    await expect(row(bo, "closed")).to_contain_text("24 h left")
    await row(bo, "closed").get_by_role("button", name="Save").click()
    await expect(row(bo, "closed")).to_contain_text("Saved")
    await remove(bo, "closed")
    await expect(bo.page.locator("#closed-kept")).to_be_hidden()
    await until_nothing_stored(bo)
    await expect(anna.page.locator("#closed-kept")).to_be_hidden()


# --- no room


async def room_for(one: Person, server: LiveServer, quota: int) -> None:
    """The browser keeps so many bytes of this site, and refuses what is beyond."""
    browser = await one.page.context.new_cdp_session(one.page)
    await browser.send("Storage.overrideQuotaForOrigin", {"origin": server.url, "quotaSize": quota})


async def cramped(
    profile: OpenProfile, server: LiveServer, film: Film, says: int = 10_000_000
) -> tuple[Person, Person]:
    """Anna shares `film` with Bo, whose browser says that it has so much room."""
    anna, bo = await asyncio.gather(person(profile, "Anna"), person(profile, "Bo"))
    await bo.page.add_init_script(ROOM % says)
    link = await anna.start_room(server.url, bo)
    await anna.choose(film.path)
    await anna.until_showing()
    await bo.join(link)
    return anna, bo


async def test_a_film_that_does_not_fit_waits_and_begins_by_itself_when_there_is_room(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    film = films["short"]
    anna, bo = await cramped(profile, server, film)
    await bo.until_shown("more than there is room for on this device")
    await bo.until_shown("Waiting for space")
    await expect(anna.page.locator("#people .person", has_text="Bo")).to_contain_text("has no space for this film")
    assert await bo.stored_pieces() == 0
    await bo.page.get_by_role("button", name="Make room").click()
    await bo.until_shown("Remove films below or free some space elsewhere")
    await bo.page.evaluate("left = 1e9")
    await bo.until_complete()
    await expect(bo.page.locator("#lacking")).to_be_hidden()
    assert await bo.stored_sha256() == film.sha256


async def test_as_much_as_fits_is_kept_for_one_who_wants_it_so(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    _, bo = await cramped(profile, server, films["short"])
    await bo.page.get_by_role("button", name="Make room").click()
    await bo.page.get_by_role("button", name="Keep as much as fits").click()
    await bo.until_complete()


async def test_a_disk_that_is_full_in_mid_film_stops_one_person_and_nobody_else(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    film = films["short"]
    anna, bo, cy = await asyncio.gather(*(person(profile, name) for name in ("Anna", "Bo", "Cy")))
    link = await anna.start_room(server.url, bo)
    await anna.choose(film.path)
    await anna.until_showing()
    await room_for(bo, server, 3 * MIB)
    await bo.join(link)
    await bo.until_shown("This device has no room left for the film")
    await bo.until_shown("Waiting for space")
    await expect(anna.page.locator("#people .person", has_text="Bo")).to_contain_text("waiting for space")
    await cy.join(link)
    await cy.until_complete()
    assert await cy.stored_sha256() == film.sha256
    await room_for(bo, server, LARGE)
    await bo.until_complete()
    assert await bo.stored_sha256() == film.sha256
    await expect(bo.page.locator("#notice")).to_be_hidden()


async def test_a_film_removed_from_the_shelf_lets_the_next_one_in(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    second = films["short_webm"]
    anna, bo = await cramped(profile, server, films["short"], LARGE)
    await bo.until_complete()
    await bo.page.evaluate("left = 1e7")
    await anna.choose(second.path)
    await anna.page.locator("#queue .entry").nth(1).wait_for()
    await anna.page.locator("#queue .entry-pick").nth(1).click()
    await bo.until_shown("more than there is room for on this device")
    await bo.page.get_by_role("button", name="Make room").click()
    await bo.page.evaluate("left = 1e9")
    await remove(bo, "room")
    await bo.until_complete()
    assert await bo.stored_sha256() == second.sha256


async def test_a_browser_without_any_storage_says_so_and_nobody_else_is_harmed(
    profile: OpenProfile, profiles: Profiles, server: LiveServer, films: Mapping[str, Film]
) -> None:
    profiles.guard.allow("page error: blocked")  # PyScript wants a database for something that the page does not use
    film = films["short"]
    anna, bo, cy = await asyncio.gather(*(person(profile, name) for name in ("Anna", "Bo", "Cy")))
    await bo.page.add_init_script(NO_STORE)
    link = await anna.start_room(server.url, bo)
    await anna.choose(film.path)
    await anna.until_showing()
    await bo.join(link)
    await bo.until_shown("This window does not let Matinee play films from friends")
    await bo.page.get_by_role("button", name="Dismiss").click()
    await bo.until_shown("This browser keeps no films")
    await expect(anna.page.locator("#people .person", has_text="Bo")).to_contain_text("keeps no films")
    await open_shelf(bo)
    await bo.until_shown("Films from friends are kept here")
    await cy.join(link)
    await cy.until_complete()
    assert await cy.stored_sha256() == film.sha256


# --- large films


def as_large_as(path: Path, size: int, film: Film) -> Path:
    """A file that begins as the film does and takes no room on the disk."""
    with path.open("wb") as file:
        file.write(film.path.read_bytes())
        file.truncate(size)
    return path


async def test_a_large_film_is_brought_by_those_who_mean_it_and_one_that_is_too_large_by_nobody(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film], tmp_path: Path
) -> None:
    anna = await person(profile, "Anna")
    await anna.start_room(server.url)
    await anna.choose(as_large_as(tmp_path / "Huge.mp4", 5 * 1024**3 + 1, films["short"]))
    await anna.until_shown("larger than 5 GB, and that is more than a room takes")
    large = as_large_as(tmp_path / "Large.mp4", 2_000_000_001, films["short"])
    await anna.choose(large)
    await anna.until_shown("“Large.mp4” is larger than 2 GB")
    await anna.page.get_by_role("button", name="Leave it out").click()
    await expect(anna.page.locator("#notice")).to_be_hidden()
    await anna.choose(large)
    await anna.page.get_by_role("button", name="Add it").click()
    await anna.until_shown("Preparing “Large”")


# --- tabs


async def test_what_one_tab_removes_is_gone_in_the_other(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    _, bo, _ = await received(profile, server, films["short"])
    second = Person("Bo", await bo.page.context.new_page())
    await second.open(server.url)
    await expect(row(second)).to_have_count(1)
    await remove(second)
    await expect(row(second)).to_have_count(0)
    await bo.until_shown("Removed from this device")
    await until_nothing_stored(bo)
    await bo.page.get_by_role("button", name="Fetch it again").click()
    await bo.until_complete()


async def test_two_tabs_receive_the_same_film_at_once(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    film = films["short"]
    anna, cy, bo = await asyncio.gather(*(person(profile, name) for name in ("Anna", "Cy", "Bo")))
    links = [await one.start_room(server.url) for one in (anna, cy)]
    for one in (anna, cy):
        await one.choose(film.path)
        await one.until_showing()
    second = Person("Bo", await bo.page.context.new_page())
    await asyncio.gather(bo.join(links[0]), second.join(links[1]))
    await asyncio.gather(bo.until_complete(), second.until_complete())
    assert await bo.stored_sha256() == film.sha256


async def test_a_tab_that_takes_over_in_mid_transfer_goes_on(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    film = films["moov_at_end"]
    anna, bo = await asyncio.gather(person(profile, "Anna"), person(profile, "Bo"))
    link = await anna.start_room(server.url, bo)
    await anna.limit("up", 10)
    await anna.choose(film.path)
    await anna.until_showing()
    await bo.join(link)
    await bo.until_held(20)
    second = Person("Bo", await bo.page.context.new_page())
    await second.open(link)
    await second.until_held(20)
    await bo.until_shown("open in another tab")
    await anna.limit("up", None)
    await second.until_complete()
    assert await second.stored_sha256() == film.sha256
