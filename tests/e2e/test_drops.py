"""What is let go over the page is taken in, or told of."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from playwright.async_api import expect

from tests.e2e.conftest import OpenProfile
from tests.support import films as film_shop
from tests.support.browsers import LiveServer
from tests.support.films import Film
from tests.support.people import Person, hold_python_back, person


async def drop(one: Person, files: Sequence[Path] = (), words: str = "") -> None:
    """Let go of files, or of words, in the middle of the page."""
    items = [{"mimeType": "text/plain", "data": words}] if words else []
    data = {"items": items, "files": [str(file) for file in files], "dragOperationsMask": 1}
    browser = await one.page.context.new_cdp_session(one.page)
    for kind in ("dragEnter", "dragOver", "drop"):
        await browser.send("Input.dispatchDragEvent", {"type": kind, "x": 640, "y": 420, "data": data})
    await browser.detach()


async def test_what_is_no_film_is_told_of_each_by_name(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film], tmp_path: Path
) -> None:
    folder = tmp_path / "A Folder"
    folder.mkdir()
    film = films["short"].path
    anna = await person(profile, "Anna")
    await anna.open(server.url)
    await drop(anna, words="These are words")
    await anna.until_shown("not a link to a room")
    await drop(anna, [folder])
    await anna.until_shown("“A Folder” is a folder")
    notes, nothing = film_shop.not_a_film(tmp_path), film_shop.empty(tmp_path)
    await drop(anna, [nothing, film, folder, notes])
    await anna.until_shown("These were not added: Nothing.mp4, A Folder and Not a Film.mp4.")
    await anna.until_showing()
    await drop(anna, words="These are words")
    await anna.until_shown("That is no film")
    await drop(anna, [film])
    await anna.until_shown("is in the queue already")
    await expect(anna.page.locator("#queue .entry")).to_have_count(1)


async def test_an_invite_can_be_dropped(profile: OpenProfile, server: LiveServer) -> None:
    anna, bo = await person(profile, "Anna"), await person(profile, "Bo")
    link = await anna.start_room(server.url)
    await bo.open(server.url)
    await drop(bo, words=link)
    await bo.until_shown("Anna is waiting")


async def test_where_a_room_has_ended_a_dropped_film_makes_another_and_nothing_else_goes_along(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film], tmp_path: Path
) -> None:
    anna = await person(profile, "Anna")
    first = await anna.start_room(server.url)
    await drop(anna, [film_shop.empty(tmp_path)])
    await anna.until_shown("“Nothing.mp4” is empty")
    await anna.page.evaluate("document.getElementById('details').open = true")
    await anna.page.locator("#end").click()
    await anna.page.get_by_role("button", name="End it").click()
    await anna.until_shown("This room has ended")
    await drop(anna, [film_shop.empty(tmp_path)])
    await anna.until_shown("“Nothing.mp4” is empty")
    await drop(anna, [films["short"].path])
    await anna.until_showing()
    assert await anna.invite() != first
    await expect(anna.page.locator("#notice")).to_be_hidden()
    await expect(anna.page.locator("#queue .entry")).to_have_count(1)


async def test_from_room_to_room_by_the_address_nothing_goes_along(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    anna, bo = await person(profile, "Anna"), await person(profile, "Bo")
    theirs, mine = await bo.start_room(server.url), await anna.start_room(server.url)
    await anna.choose(films["short"].path)
    await anna.until_showing()
    go = "link => { location.hash = new URL(link).hash; }"
    await anna.page.evaluate(go, theirs)
    await anna.until_shown("Bo is waiting")
    await anna.page.click("#join")
    await expect(anna.page.locator("#people > li")).to_have_count(2)
    await expect(anna.page.locator("#queue .entry")).to_have_count(0)
    await anna.page.evaluate(go, mine)
    await anna.until_showing()
    await anna.page.evaluate(go, theirs)
    await expect(anna.page.locator("#queue .entry")).to_have_count(0)
    await bo.until_shown("Anna")


async def test_what_comes_while_the_page_starts_is_told_of_too(
    profile: OpenProfile, server: LiveServer, tmp_path: Path
) -> None:
    folder = tmp_path / "A Folder"
    folder.mkdir()
    anna = await person(profile, "Anna")
    started = await hold_python_back(anna.page)
    await anna.page.goto(server.url, wait_until="commit")
    await anna.until("'matinee' in globalThis && !matinee.ready")
    await anna.choose(film_shop.empty(tmp_path))
    assert await anna.page.input_value("#any-film") == "", "the same file, chosen again, would be no change"
    assert await anna.page.evaluate("matinee.early.at(-1).carried[0].file.name") == "Nothing.mp4"
    await drop(anna, [folder])
    started.set()
    await anna.until("matinee.ready")
    await anna.until_shown("“A Folder” is a folder")
