"""Who leads, who comes in and who is put out: people in one room, without a film."""

from pathlib import Path

from playwright.async_api import expect

from tests.e2e.conftest import OpenProfile
from tests.e2e.test_manners import assert_accessible
from tests.support.browsers import LiveServer
from tests.support.people import Person, person

ROOT = Path(__file__).resolve().parents[2]
LOOKED_AT = ROOT / "build" / "looked-at"


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
