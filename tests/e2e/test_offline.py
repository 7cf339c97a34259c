"""A page that has been kept: it opens without a network, mends itself, and a new build waits for the film to end."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from signalling import site as static_site
from tests.e2e.conftest import PICTURES, ROOT, OpenProfile
from tests.support.browsers import LiveServer, Profiles
from tests.support.films import Film
from tests.support.people import Person, person

PAGE_IS_KEPT = "globalThis.pageIsKept"
# What the page does by itself a minute after it has come; and then look until the last file is there.
KEEP = """async () => {
  (await navigator.serviceWorker.ready).active.postMessage({ type: "keep" });
  const look = async () => {
    globalThis.pageIsKept = Boolean(await caches.match(location.origin + "/"));
    if (!pageIsKept) setTimeout(look, 50);
  };
  look();
}"""
BREAK = """async (ending) => {
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    const half = () => new Response("half of", { headers: { "Content-Type": "text/javascript" } });
    for (const { url } of await cache.keys()) if (url.endsWith(ending)) await cache.put(url, half());
  }
}"""
CACHES = "caches.keys().then((names) => names.length)"
FLAGS = ("--mute-audio",)  # of one's own: such a browser is used by no other test


def copied(build: Path, to: Path) -> Path:
    """A folder to serve, in place of what lies there."""
    shutil.rmtree(to, ignore_errors=True)
    return Path(shutil.copytree(build, to, copy_function=lambda source, target: Path(target).hardlink_to(source)))


async def keep(one: Person) -> None:
    await one.page.evaluate(KEEP)
    await one.until(PAGE_IS_KEPT)


async def forget_what_http_caches(one: Person) -> None:
    devtools = await one.page.context.new_cdp_session(one.page)
    await devtools.send("Network.clearBrowserCache")
    await devtools.detach()


async def test_what_is_kept_opens_without_a_network_and_is_fetched_anew_when_it_is_broken(
    site: Path, profile: OpenProfile, profiles: Profiles, tmp_path: Path
) -> None:
    anna = await person(profile, "Anna", flags=FLAGS)
    server = LiveServer(tmp_path, site)
    profiles.guard.known.add(server.url)
    profiles.guard.allow(
        "ERR_CONNECTION_REFUSED|Failed to fetch|ERR_FAILED|WebSocket connection|icon from the Manifest"
    )
    with server:
        await anna.open(server.url)
        await keep(anna)
    # A broken interpreter is forgotten with all else that was kept, and fetched at the next start.
    profiles.guard.allow("page error|console error")
    await forget_what_http_caches(anna)
    await anna.page.evaluate(BREAK, "/pyodide.mjs")
    await anna.page.reload()
    await anna.until_shown("could not start")
    await anna.until(f"{CACHES}.then((count) => count === 0)")
    with server:
        await anna.come_again()
        await keep(anna)

    # A broken memory is done without.
    await forget_what_http_caches(anna)
    await anna.page.evaluate(BREAK, "python.bin")
    await anna.come_again()
    await anna.page.fill("#home-name", "Anna")
    await anna.page.click("#start")
    await anna.until_shown("cannot be reached")
    await anna.picture(PICTURES / "offline.png")


async def test_a_new_build_leaves_a_running_film_alone_and_is_there_at_the_next_visit(
    site: Path, profile: OpenProfile, profiles: Profiles, films: Mapping[str, Film], tmp_path: Path
) -> None:
    served = copied(site, tmp_path / "site")
    server = LiveServer(tmp_path, served)
    profiles.guard.known.add(server.url)
    profiles.guard.allow("ERR_CONNECTION_REFUSED|WebSocket connection|Failed to fetch")
    with server:
        anna = await person(profile, "Anna", flags=FLAGS)
        await anna.start_room(server.url)
        await anna.choose(films["webm"].path)
        await anna.until_showing()
        await keep(anna)
        await anna.press_play_or_pause()
        await anna.until_playing_past(0.5)

        await anna.page.evaluate("globalThis.sameLife = true")
        server.kill()
        copied(static_site.build(ROOT / "build" / "e2e-site-elsewhere", server=f"{server.url}/").out, served)
        server.start()
        await anna.page.evaluate("navigator.serviceWorker.ready.then((registration) => registration.update())")
        await anna.until("navigator.serviceWorker.getRegistration().then((found) => Boolean(found.waiting))")
        here = await anna.position()
        await anna.until_playing_past(here + 1.0)
        assert await anna.page.evaluate("sameLife")

        # The old worker serves whoever is here, the new page too; with nobody left, the new one takes over.
        await anna.come_again()
        assert await anna.page.evaluate("document.querySelector('[name=signalling]').content") == f"{server.url}/"
        await anna.page.goto("about:blank")
        await anna.open(server.url)
        await anna.until("navigator.serviceWorker.getRegistration().then((found) => !found.waiting)")
        await anna.until(f"{CACHES}.then((count) => count === 0)")
        await keep(anna)
        assert await anna.page.evaluate(CACHES) == 1
