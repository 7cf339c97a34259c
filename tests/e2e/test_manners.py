"""Everybody can use it: every screen passes axe, in both themes and on a phone, and a keyboard is enough."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import OpenProfile
from tests.support.browsers import LiveServer
from tests.support.films import Film
from tests.support.people import Person, person

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# What moves in or out is half transparent meanwhile: its contrast counts once it has arrived.
_SETTLED = """Promise.allSettled(document.getAnimations()
  .filter((each) => each.effect.getComputedTiming().endTime < Infinity).map((each) => each.finished))"""
WIDTHS = (320, 360, 390, 800)
_STICKS_OUT = """[...document.querySelectorAll("main *, .bar *")]
  .filter((each) => each.checkVisibility() && !each.closest("svg, .unseen"))
  .filter((each) => each.getBoundingClientRect().width && each.getBoundingClientRect().right > innerWidth + 1)
  .map((each) => each.id || each.className || each.tagName)"""
PRESS_IN_HELP = """document.getElementById("help").dispatchEvent(
  new KeyboardEvent("keydown", { key: "k", bubbles: true, cancelable: true }))"""
RULES = "{ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }"


async def assert_accessible(one: Person) -> None:
    """No violation of WCAG 2.2 AA that axe can see, and nothing that is wider than the screen."""
    await one.page.evaluate(AXE.read_text())
    await one.page.evaluate(f"{_SETTLED}.then(() => null)")
    found = await one.page.evaluate(f"axe.run(document, {RULES}).then(({{ violations }}) => violations)")
    assert [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in found] == []
    assert await one.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("theme", "viewport"), [("dark", (1280, 800)), ("light", (390, 844))])
async def test_every_screen_is_accessible(
    theme: str, viewport: tuple[int, int], profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    anna = await person(profile, "Anna", viewport=viewport)
    bo = await person(profile, "Bo", viewport=viewport)
    for one in (anna, bo):
        await one.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    await anna.open(server.url)
    await assert_accessible(anna)
    link = await anna.start_room(server.url)
    await assert_accessible(anna)
    await bo.open(link)
    await bo.until_shown("Anna is waiting")
    await assert_accessible(bo)
    await bo.join(link)
    await anna.choose(films["short"].path)
    await bo.until_complete()
    await bo.page.evaluate("document.getElementById('details').open = true")
    await assert_accessible(bo)
    await bo.page.get_by_role("button", name="Films on this device").click()
    await assert_accessible(bo)
    await bo.page.locator("#room-shelf").get_by_role("button", name="Remove").click()
    await assert_accessible(bo)
    await bo.page.get_by_role("button", name="Keep it").click()
    await bo.page.locator("#shelf-dialog").get_by_role("button", name="Close").click()
    await anna.page.keyboard.press("?")
    await assert_accessible(anna)
    await anna.page.keyboard.press("Escape")
    await anna.page.evaluate("document.getElementById('details').open = true")
    await anna.page.click("#end")
    await anna.page.get_by_role("button", name="End it").click()
    await bo.until_shown("has ended")
    await bo.page.locator("#closed-shelf .reel").wait_for()
    await assert_accessible(bo)
    await bo.page.locator("#closed-home").click()
    await bo.page.locator("#home-shelf .reel").wait_for()
    await assert_accessible(bo)


async def assert_nothing_sticks_out(one: Person, width: int) -> None:
    """Nothing that is shown ends beyond the right edge of a screen that wide."""
    await one.page.set_viewport_size({"width": width, "height": 700})
    assert await one.page.evaluate(_STICKS_OUT) == []


async def test_names_without_a_gap_fit_a_small_screen(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film], tmp_path: Path
) -> None:
    anna, bo = await asyncio.gather(person(profile, "W" * 40), person(profile, "M" * 40))
    film = tmp_path / ("ü" * 90 + ".mp4")
    film.write_bytes(films["short"].path.read_bytes())
    link = await anna.start_room(server.url)
    await anna.choose(film)
    await anna.until_showing()
    await bo.open(link)
    await bo.until_shown("is waiting")
    for width in WIDTHS:
        await assert_nothing_sticks_out(bo, width)
    await bo.join(link)
    await bo.until_complete()
    await bo.press_play_or_pause()
    for one in (anna, bo):
        await one.until_playing_past(0.1)
        await one.page.evaluate("document.getElementById('details').open = true")
        for width in WIDTHS:
            await assert_nothing_sticks_out(one, width)


async def test_a_keyboard_is_enough(profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]) -> None:
    anna = await person(profile, "Anna")
    await anna.open(server.url)
    await anna.page.focus("#home-name")
    await anna.page.keyboard.type("Anna")
    await anna.page.keyboard.press("Enter")
    await anna.is_in()
    await expect(anna.page.locator("#room-title")).to_be_focused()
    await anna.choose(films["short"].path)
    await anna.until_showing()
    await anna.page.keyboard.press("k")
    await anna.until_playing_past(0.3)
    await anna.page.keyboard.press("ArrowRight")
    await anna.until_playing_past(5.0)
    await anna.page.keyboard.press(" ")
    await anna.until_paused()
    for _ in range(20):
        await anna.page.keyboard.down("ArrowLeft")  # again without letting go: the key repeats
    await anna.page.keyboard.up("ArrowLeft")
    await anna.until("document.getElementById('seek').value === '0'")
    await expect(anna.page.locator("#pending")).to_be_hidden()
    await expect(anna.page.locator("#notice")).to_be_hidden()
    await anna.page.keyboard.press("?")
    await expect(anna.page.locator("#help")).to_be_visible()
    assert await anna.page.evaluate(PRESS_IN_HELP), "a dialog that is open has the keys, wherever in it the focus is"
