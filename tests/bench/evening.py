"""Drives the real app as people do, for benches: a host with a film, and guests who come by the link."""

from pathlib import Path

from playwright.async_api import Page

from tests.support.browsers import LiveServer, Profile, Profiles

PATIENCE_MS = 60_000.0


async def open_room(profiles: Profiles, server: LiveServer, film: Path) -> tuple[Profile, str]:
    """A host who chose a film on the home page, and the room's invite link."""
    host = await profiles.open("host")
    await host.page.goto(server.url)
    await host.page.set_input_files("#home-drop input", film)
    filled = "() => document.getElementById('invite-link').value"
    link = await host.page.wait_for_function(filled, timeout=PATIENCE_MS)
    return host, str(await link.json_value())


async def join(profiles: Profiles, link: str, name: str, init_script: str = "") -> Profile:
    """A guest who opened the link and pressed Join; `init_script` runs in their page before anything else."""
    guest = await profiles.open(name)
    if init_script:
        await guest.context.add_init_script(init_script)
    await guest.page.goto(link)
    await guest.page.fill("#join-name", name)
    await guest.page.click("#join", timeout=PATIENCE_MS)
    return guest


async def until_complete(page: Page) -> None:
    """Wait until the page says that it holds the whole film."""
    await page.get_by_text("The whole film is here").first.wait_for(state="attached", timeout=5 * PATIENCE_MS)


async def press_play(page: Page) -> None:
    """Press the button that plays and pauses."""
    await page.locator("#play-pause").dispatch_event("click")


async def seek(page: Page, position_s: float) -> None:
    """Move the seek bar, at one go, since it moves by itself too."""
    move = """(bar, to) => {
      bar.value = to;
      for (const kind of ["input", "change"]) bar.dispatchEvent(new Event(kind, { bubbles: true }));
    }"""
    await page.locator("#seek").evaluate(move, position_s)
