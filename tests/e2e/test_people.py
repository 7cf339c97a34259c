"""Who leads, who comes in and who is put out: people in one room, without a film."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from playwright.async_api import expect

from tests.e2e.conftest import OpenProfile
from tests.e2e.test_manners import assert_accessible
from tests.support.browsers import LiveServer, Profiles
from tests.support.films import Film
from tests.support.people import Person, person

ROOT = Path(__file__).resolve().parents[2]
LOOKED_AT = ROOT / "build" / "looked-at"
_SAID = "document.getElementById('chat').textContent"


async def manage(host: Person, name: str, label: str) -> None:
    """What the host does about somebody, by the roster's dialog."""
    await host.page.get_by_role("button", name=f"Manage {name}").click()
    await host.page.locator("#person-dialog").get_by_role("button", name=label).click()
    await expect(host.page.locator("#person-dialog")).to_be_hidden()


async def test_roles_and_being_removed(profile: OpenProfile, server: LiveServer) -> None:
    anna, bo, cy = [await person(profile, name) for name in ("Anna", "Bo", "Cy")]
    link = await anna.start_room(server.url)
    await bo.join(link)
    await cy.join(link)
    assert await bo.page.get_by_role("button", name="Manage").count() == 0
    await anna.page.get_by_role("button", name="Manage Bo").click()
    await assert_accessible(anna)
    await anna.picture(LOOKED_AT / "manage.png")
    await anna.page.keyboard.press("Escape")
    await manage(anna, "Bo", "Make cohost")
    await bo.until_shown("Cohost")
    await manage(anna, "Bo", "Hand the room over")
    await manage(bo, "Cy", "Remove from the room")
    await cy.until_shown("You were removed from this room by its host.")
    await assert_accessible(cy)
    await expect(anna.page.locator("#people .person")).to_have_count(2)
    await cy.page.get_by_role("button", name="Go home").first.click()
    await cy.until("document.documentElement.dataset.screen === 'home'")


async def test_talking(profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]) -> None:
    anna, bo = [await person(profile, name) for name in ("Anna", "Bo")]
    await bo.join(await anna.start_room(server.url))
    await anna.choose(films["short"].path)
    await bo.until_showing()
    await bo.page.locator("#play-pause").focus()
    await bo.page.keyboard.press("c")
    await bo.page.keyboard.type("Is that a lighthouse?")
    await bo.page.keyboard.press("Enter")
    await expect(anna.page.get_by_role("listitem").filter(has_text="Is that a lighthouse?")).to_contain_text("Bo 0:00")
    await expect(bo.page.locator("#chat-text")).to_have_value("")
    await bo.page.get_by_role("button", name="Heart").click()
    await expect(anna.page.locator("#reactions")).to_have_text("❤️")
    await anna.picture(LOOKED_AT / "talk.png")
    await assert_accessible(anna)
    await expect(anna.page.locator("#reactions span")).to_have_count(0)
    await until_refused(bo, "It is, and it shines over the whole of the bay, over the boats and over us. " * 3)
    await assert_keys_scroll_the_chat(bo)
    await bo.come_again()
    await expect(bo.page.locator("#chat")).to_contain_text("Is that a lighthouse?")


async def until_refused(one: Person, words: str) -> None:
    """Say that as often as the server takes it; what it does not take is back where it was written."""
    field = one.page.locator("#chat-text")
    for number in range(11):
        await field.fill(f"{number} {words}")
        await one.page.keyboard.press("Enter")
        await one.until(f"!document.getElementById('notice').hidden || {_SAID}.includes('{number} {words[:8]}')")
        await expect(one.page.locator("#pending")).to_be_hidden()
        if await one.page.locator("#notice").is_visible():
            break
    await one.until_shown("That was a little fast.")
    await expect(field).to_have_value(re.compile(rf"^\d+ {re.escape(words)}$"))
    await expect(one.page.locator("#chat")).not_to_contain_text(await field.input_value())


async def assert_keys_scroll_the_chat(one: Person) -> None:
    """They go up and down in what was said, and change neither the film nor its sound."""
    sound = await one.page.evaluate("document.getElementById('film').volume")
    await one.page.evaluate("document.getElementById('chat').scrollTop = 0")
    await one.page.focus("#chat")
    for key in ("ArrowDown", " "):
        before = await one.page.evaluate("document.getElementById('chat').scrollTop")
        await one.page.keyboard.press(key)
        await one.until(f"document.getElementById('chat').scrollTop > {before}")
    await one.page.keyboard.press("ArrowUp")
    assert await one.page.evaluate("document.getElementById('film').volume") == sound
    assert await one.page.evaluate("document.getElementById('film').paused")
    await expect(one.page.locator("#play-pause")).to_have_attribute("aria-label", "Play")


async def test_the_door(profile: OpenProfile, profiles: Profiles, server: LiveServer) -> None:
    profiles.guard.allow("status of (403|409|503)")  # turned away, a wrong password, banned, an old link, full
    anna, bo, cy = [await person(profile, name) for name in ("Anna", "Bo", "Cy")]
    link = await anna.start_room(server.url)
    code = link.partition("#")[2].partition(".")[0]
    await bo.open(server.url)
    await bo.page.get_by_label("Have a link or a code?").fill(code.lower())
    await bo.page.keyboard.press("Enter")
    await bo.page.get_by_role("button", name="Knock").wait_for()
    await bo.page.fill("#join-name", "Bo")
    await bo.page.get_by_role("button", name="Knock").click()
    await bo.until_shown("You have knocked")
    await anna.until_shown("is at the door")
    await assert_accessible(anna)
    await anna.picture(LOOKED_AT / "door.png")
    await bo.picture(LOOKED_AT / "knocking.png")
    await anna.page.get_by_role("button", name="Turn Bo away").click()
    await bo.until_shown("Nobody has let you in.")
    await bo.page.get_by_role("button", name="Knock again").click()
    await anna.page.get_by_role("button", name="Let in Bo").click()
    await bo.is_in()
    await anna.page.evaluate("document.getElementById('details').open = true")
    await anna.page.get_by_label("open to everyone, and listed").check()
    await anna.page.fill("#room-password", "sesame")
    await anna.page.route("**/password", lambda route: route.fulfill(status=503), times=1)
    await anna.page.keyboard.press("Enter")
    await expect(anna.page.locator("#notice")).to_be_visible()
    await expect(anna.page.locator("#room-password")).to_have_value("sesame")
    await anna.page.get_by_role("button", name="Dismiss").click()
    await anna.page.locator("#room-password").press("Enter")
    await anna.until_shown("A password is asked")
    await expect(anna.page.locator("#room-password")).to_have_value("")
    await assert_accessible(anna)
    await cy.open(server.url)
    await cy.page.get_by_role("button", name="Anna’s room").click()
    await cy.until_shown("Password of the room")
    await cy.page.fill("#join-password", "barley")
    await cy.page.click("#join")
    await cy.until_shown("That is not the password of this room.")
    await assert_accessible(cy)
    await cy.picture(LOOKED_AT / "password.png")
    await cy.page.fill("#join-password", "sesame")
    await cy.page.click("#join")
    await cy.is_in()
    await anna.page.get_by_label("open to everyone, and listed").uncheck()
    await manage(anna, "Bo", "Remove, and keep out")
    await anna.until_shown("Bo stays out on that device.")
    await assert_accessible(anna)
    await anna.picture(LOOKED_AT / "kept_out.png")
    await anna.page.get_by_role("button", name="Make a new link", exact=True).click()
    await cy.until_shown("Anna made a new link")
    # Hers comes by another way than the news of it.
    await anna.until(f"document.getElementById('invite-link').value !== {json.dumps(link)}")
    assert cy.page.url.endswith(f"#{code}")
    await bo.until_shown("You were removed from this room by its host.")
    await bo.open(f"{server.url}/#{code}")
    await bo.page.reload()
    await bo.until("matinee.ready")
    await bo.page.fill("#join-password", "sesame")
    await bo.page.click("#join")
    await bo.until_shown("You were removed from this room by its host.")
    # Whoever is banned may forget who they are: then the old link is no help, and the new one is no secret of theirs.
    await bo.page.evaluate("localStorage.clear()")
    await bo.page.goto("about:blank")
    await bo.open(link)
    await bo.page.fill("#join-name", "Bo")
    await bo.page.fill("#join-password", "sesame")
    await bo.page.click("#join")
    await bo.until_shown("This link does not fit the room any more.")
    await anna.page.select_option("#places", "2")
    await bo.page.goto("about:blank")
    await bo.open(await anna.invite())
    await bo.until_shown("Every seat in this room is taken.")
    await expect(bo.page.locator("#join")).to_be_disabled()
    await assert_accessible(bo)
    await bo.picture(LOOKED_AT / "full.png")
    await bo.page.fill("#join-name", "Bo")
    await bo.page.fill("#join-password", "sesame")
    await anna.page.select_option("#places", "")
    await expect(bo.page.locator("#arriving-full")).to_be_hidden()
    await bo.page.click("#join")
    await bo.is_in()
