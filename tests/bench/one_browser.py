"""One Chromium with several people in it: a sender in a private window, a receiver in the profile on disk, and others.

All ends of every contestant share one browser, so that what is compared is the code and not how two browsers get in
each other's way on a small machine. What the receiver stores goes to disk.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.support.browsers import AUTOPLAY, FLAGS, Guard, chromium, free_port


@dataclass(frozen=True)
class OneBrowser:
    """Contexts that share nothing but the process."""

    sender: BrowserContext
    receiver: BrowserContext
    browser: Browser
    guard: Guard

    async def another(self, name: str) -> BrowserContext:
        """One more person in a private window."""
        context = await self.browser.new_context()
        self.guard.watch(context, name)
        return context


@asynccontextmanager
async def one_browser(folder: Path, origin: str, *also: str) -> AsyncIterator[OneBrowser]:
    """Start it with its profile below `folder`; at the end nothing may have gone wrong in it.

    It may reach `origin`, and the addresses that begin with one of `also`.
    """
    port = free_port()
    guard = Guard(origin)
    for address in also:
        guard.allow(f"foreign request: {re.escape(address)}")
    async with async_playwright() as playwright:
        kept = await playwright.chromium.launch_persistent_context(
            folder / "profile",
            executable_path=chromium(),
            args=[*FLAGS, AUTOPLAY, f"--remote-debugging-port={port}"],
        )
        browser = await playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        try:
            both = OneBrowser(await browser.new_context(), browser.contexts[0], browser, guard)
            guard.watch(both.sender, "sender")
            guard.watch(both.receiver, "receiver")
            yield both
            guard.check()
        finally:
            await browser.close()
            await kept.close()


async def give_file(page: Page, selector: str, path: Path) -> None:
    """Choose a file of any size: Playwright itself would copy it into the browser."""
    devtools = await page.context.new_cdp_session(page)
    document = await devtools.send("DOM.getDocument")
    node = await devtools.send("DOM.querySelector", {"nodeId": document["root"]["nodeId"], "selector": selector})
    await devtools.send("DOM.setFileInputFiles", {"files": [str(path)], "nodeId": node["nodeId"]})
    await devtools.detach()
