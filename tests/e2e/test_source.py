"""Whoever gives the film never copies it: what becomes of that file while it is shared, and after a reload."""

import asyncio
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from playwright.async_api import expect

from tests.e2e.conftest import PICTURES, OpenProfile
from tests.e2e.test_trouble import CHANNELS
from tests.support.browsers import LiveServer, Profiles
from tests.support.films import Film
from tests.support.people import Person, person

# A real handle without a dialog: the browser's own private folder has files with handles, read unasked.
HANDLES = """
const folder = navigator.storage.getDirectory();
globalThis.lend = async (name) => {
  const handle = await (await folder).getFileHandle(name, { create: true });
  const out = await handle.createWritable();
  await document.getElementById("lent").files[0].stream().pipeTo(out);
};
globalThis.picked = null;
globalThis.showOpenFilePicker = async () => [await (await folder).getFileHandle(picked)];
"""
# The browser asks the person first, and the person says yes, once asked in a click.
ASKING = """
globalThis.allowed = false;
FileSystemFileHandle.prototype.queryPermission = async () => (allowed ? "granted" : "prompt");
FileSystemFileHandle.prototype.requestPermission = async () => {
  allowed = navigator.userActivation.isActive;
  return allowed ? "granted" : "denied";
};
"""
CHANGED = "ERR_FILE_NOT_FOUND|ERR_UPLOAD_FILE_CHANGED"
MIB = 1024 * 1024


async def two(profile: OpenProfile, server: LiveServer, film: Path, limit_MBps: float | None = None) -> list[Person]:
    """Anna gives `film`, Bo has come by her link."""
    anna, bo = await asyncio.gather(person(profile, "Anna"), person(profile, "Bo"))
    link = await anna.start_room(server.url, bo)
    await anna.limit("up", limit_MBps)
    await anna.choose(film)
    await anna.until_showing()
    await bo.join(link)
    return [anna, bo]


async def write(one: Person, name: str, film: Path) -> None:
    """The bytes of `film` under that name, where the browser has handles. They come through an input of the test's own:
    what is fetched may pass by the service worker, where no test can answer it."""
    await one.page.evaluate(_INPUT)
    await one.page.set_input_files("#lent", film)
    await one.page.evaluate("(name) => lend(name)", name)


_INPUT = """() => {
  document.getElementById("lent")?.remove();
  document.body.append(Object.assign(document.createElement("input"), { id: "lent", type: "file", hidden: true }));
}"""


async def kept_handles(one: Person) -> int:
    """How many files this browser could find again."""
    return int(await one.page.evaluate(_COUNT))


async def expect_handles(one: Person, count: int) -> None:
    await one.page.wait_for_function(f"async () => (await ({_COUNT})()) === {count}")


_COUNT = """async () => {
  const opened = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
  const database = await opened(indexedDB.open("matinee"));
  try {
    return await opened(database.transaction("handles").objectStore("handles").count());
  } finally { database.close(); }
}"""


def rewrite(file: Path, keep_time: bool) -> None:
    """Other bytes in the same place, behind the first piece; `keep_time` as some tools do it."""
    before = file.stat()
    with file.open("r+b") as out:
        out.seek(MIB)
        out.write(bytes(before.st_size - 2 * MIB))
    if keep_time:
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


async def rewritten_in_mid_transfer(
    profiles: Profiles, profile: OpenProfile, server: LiveServer, film: Film, folder: Path, keep_time: bool
) -> None:
    profiles.guard.allow(CHANGED)
    lent = Path(shutil.copy(film.path, folder / film.path.name))
    anna, bo = await two(profile, server, lent, limit_MBps=5)
    await bo.until_held(10)
    await asyncio.to_thread(rewrite, lent, keep_time)
    await anna.until_shown("has changed on disk")
    await bo.until_shown("Nobody here has the rest of")
    held = await bo.stored_pieces()
    assert held > 1
    await anna.limit("up", None)
    await anna.choose(film.path)
    await bo.until_complete()
    assert await bo.stored_sha256() == film.sha256


async def lend(one: Person, film: Path) -> None:
    """Put a film where the browser has handles for it, under its own name, to be picked next."""
    await write(one, film.name, film)
    await one.page.evaluate("(name) => { picked = name; }", film.name)


async def choose_with_handle(one: Person) -> None:
    """Pick the lent film in the dialog."""
    await one.page.locator("#lobby-film").dispatch_event("click")


async def reloaded(one: Person) -> None:
    await one.page.reload()
    await one.until("matinee.ready")


async def two_with_a_handle(
    profile: OpenProfile, server: LiveServer, film: Film, script: str = HANDLES
) -> tuple[Person, Person]:
    """Anna gives a film out of a file with a handle, slowly, and Bo has a part of it."""
    anna, bo = await asyncio.gather(person(profile, "Anna"), person(profile, "Bo"))
    await anna.page.add_init_script(script)
    await bo.page.add_init_script(CHANNELS)
    link = await anna.start_room(server.url, bo)
    await anna.is_in()
    await lend(anna, film.path)
    await anna.limit("up", 5)
    await choose_with_handle(anna)
    await anna.until_showing()
    await bo.join(link)
    await bo.until_held(20)
    return anna, bo


async def test_after_a_reload_the_film_goes_on_by_itself_where_the_browser_allows_it(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    film = films["faststart"]
    anna, bo = await two_with_a_handle(profile, server, film)
    await reloaded(anna)
    await anna.until_shown("The film is on this device")
    await bo.until_complete()
    assert await bo.stored_sha256() == film.sha256
    assert await bo.page.evaluate("received") < 1.03 * film.size
    assert await kept_handles(anna) == 1
    await anna.page.locator("[data-do=remove-item]").click()
    await anna.until("document.getElementById('show').hidden")
    await expect_handles(anna, 0)


async def test_after_a_reload_one_click_gives_the_film_back(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    film = films["faststart"]
    anna, bo = await two_with_a_handle(profile, server, film, HANDLES + ASKING)
    await reloaded(anna)
    await anna.until_shown("lies on this device")
    await anna.until_shown("Waiting for the film’s file on this device")
    await anna.picture(PICTURES / "give-back.png")
    await anna.page.get_by_role("button", name="Give the film back").click()
    await anna.until_shown("The film is on this device")
    await expect(anna.page.locator("#notice")).to_be_hidden()
    await bo.until_complete()
    assert await bo.stored_sha256() == film.sha256
    assert await bo.page.evaluate("received") < 1.03 * film.size


async def test_a_file_that_changed_while_the_page_was_closed_may_be_a_new_film(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    anna, _ = await two_with_a_handle(profile, server, films["faststart"], HANDLES + ASKING)
    await reloaded(anna)
    await anna.until_shown("lies on this device")
    await write(anna, films["faststart"].path.name, films["short"].path)
    await anna.page.get_by_role("button", name="Give the film back").click()
    await anna.until_shown("has changed on disk and is another film now")
    await anna.picture(PICTURES / "file-changed.png")
    await anna.page.get_by_role("button", name="Add as a new film").click()
    await expect(anna.page.locator("#queue .entry")).to_have_count(2)


async def test_without_handles_the_file_is_chosen_again_and_a_wrong_one_is_told_of(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    film = films["faststart"]
    anna, bo = await two(profile, server, film.path, limit_MBps=5)
    await bo.until_held(20)
    await reloaded(anna)
    await anna.until_shown("Choose “Fast Start.mp4” again")
    await anna.choose(films["short"].path)
    await anna.until_shown("That is not “Fast Start.mp4”")
    await anna.picture(PICTURES / "another-film.png")
    await expect(anna.page.locator("#queue .entry")).to_have_count(1)
    await anna.choose(film.path)
    await anna.until_shown("The film is on this device")
    await expect(anna.page.locator("#notice")).to_be_hidden()
    await bo.until_complete()
    assert await bo.stored_sha256() == film.sha256


async def test_whoever_has_the_film_already_is_told_and_gets_nothing_sent(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    film = films["faststart"]
    _, bo = await two(profile, server, film.path, limit_MBps=1)
    await bo.until_shown("Receiving")
    await bo.choose(film.path)
    await bo.until_shown("You have this film already: nothing needs to be sent")
    await bo.picture(PICTURES / "have-already.png")
    await bo.until_shown("The film is on this device")
    assert await bo.stored_pieces() < film.size // MIB // 2


async def test_a_file_rewritten_in_mid_transfer_is_told_of_and_given_anew(
    profiles: Profiles, profile: OpenProfile, server: LiveServer, films: Mapping[str, Film], tmp_path: Path
) -> None:
    await rewritten_in_mid_transfer(profiles, profile, server, films["faststart"], tmp_path, keep_time=False)


async def test_a_change_that_the_browser_does_not_see_is_seen_by_the_hashes(
    profiles: Profiles, profile: OpenProfile, server: LiveServer, films: Mapping[str, Film], tmp_path: Path
) -> None:
    await rewritten_in_mid_transfer(profiles, profile, server, films["faststart"], tmp_path, keep_time=True)
