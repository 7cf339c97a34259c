"""What other programs hand over: a film that is shared with Matinee or opened with it does what a drop does."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from playwright.async_api import CDPSession, expect

from tests.e2e.conftest import PICTURES, OpenProfile
from tests.support.browsers import LiveServer, Profiles
from tests.support.films import Film
from tests.support.people import Person, person

# As a phone posts what is shared; nothing here goes through the page's own fields.
SHARE = """([file, words]) => {
  const form = Object.assign(document.createElement("form"), {
    id: "sharing", action: "shared", method: "post", enctype: "multipart/form-data" });
  form.append(Object.assign(document.createElement("input"), { type: file ? "file" : "hidden", name: "film" }));
  form.append(Object.assign(document.createElement("textarea"), { name: "text", value: words }));
  document.body.append(form);
}"""
NOTHING_KEPT = "caches.keys().then((names) => !names.some((name) => name.endsWith('/shared')))"
GONE = "Gone.mp4"
READ_ALL_BUT_GONE = f"""
const handles = globalThis.FileSystemFileHandle?.prototype ?? {{}}; // which an empty page has not
const getFile = handles.getFile;
handles.getFile = function () {{
  return this.name === "{GONE}" ? Promise.reject(new DOMException("gone", "NotFoundError")) : getFile.call(this);
}};
"""


async def share(one: Person, film: Path | None, words: str = "") -> None:
    """Share a film with Matinee, or words, from another program."""
    await one.page.evaluate(SHARE, [film is not None, words])
    if film is not None:
        await one.page.set_input_files("#sharing input", film)
    async with one.page.expect_navigation():
        await one.page.evaluate("document.getElementById('sharing').submit()")
    await one.until("matinee.ready")


async def test_what_is_shared_or_opened_with_matinee_does_what_a_drop_does(
    profile: OpenProfile, profiles: Profiles, server: LiveServer, films: Mapping[str, Film], tmp_path: Path
) -> None:
    anna = await person(profile, "Anna", flags=("--mute-audio",))  # of her own: Matinee is installed in it
    await anna.page.context.add_init_script(READ_ALL_BUT_GONE)
    await anna.open(server.url)
    await anna.until("navigator.serviceWorker.controller")
    await share(anna, films["short"].path)
    await anna.until_showing()
    await expect(anna.page.locator("#queue .entry")).to_contain_text("Trailer")
    link = await anna.invite()
    assert link.startswith(f"{server.url}/#")
    await anna.until(NOTHING_KEPT)
    await anna.page.get_by_role("button", name="Leave").click()

    # Words that are an invite open its door, others are no film, and neither is nothing at all.
    await share(anna, None, link)
    await expect(anna.page.locator("#arriving")).to_be_visible()
    await share(anna, None, "a song")
    await anna.until_shown("not a link to a room")
    await share(anna, None)
    await anna.until_shown("That is no film")

    # Where there was no worker yet, or no room to keep it, the page is opened and finds nothing.
    await anna.open(f"{server.url}/?shared")
    await anna.until_shown("did not arrive here")
    assert await anna.page.evaluate("location.search") == ""

    # An installed Matinee is opened with a film that is gone by now, then with one that is there.
    app = {"manifestId": f"{server.url}/"}
    profiles.guard.allow("ERR_FAILED")  # the browser looks at the page it installs, and does not stay for all of it
    browser = await anna.page.context.new_cdp_session(anna.page)
    await browser.send("PWA.install", {**app, "installUrlOrBundleUrl": f"{server.url}/"})
    opened = await open_with(anna, browser, app, Path(shutil.copy(films["short"].path, tmp_path / GONE)))
    await opened.until_shown("did not arrive here")
    opened = await open_with(anna, browser, app, films["short_webm"].path)
    await opened.until_showing()
    await expect(opened.page.locator("#queue .entry")).to_contain_text("Short Reel")
    await opened.picture(PICTURES / "opened-with.png")


async def open_with(one: Person, browser: CDPSession, app: dict[str, str], film: Path) -> Person:
    """Open a film with the installed Matinee, as a desktop does; the window that comes."""
    async with one.page.context.expect_page() as coming:
        await browser.send("PWA.launchFilesInApp", {**app, "files": [str(film)]})
    opened = Person(one.name, await coming.value)
    await opened.until("globalThis.matinee?.ready")
    return opened
