"""A page that has been kept: it opens without a network and shows the films that are here, mends itself, and a new
build waits for the film to end."""

import asyncio
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.async_api import expect

from signalling import site as static_site
from tests.e2e.conftest import PICTURES, ROOT, OpenProfile
from tests.e2e.test_manners import assert_accessible
from tests.support.browsers import LiveServer, Profiles
from tests.support.films import Film
from tests.support.patience import PATIENCE_MS, POLL_MS
from tests.support.people import Person, person

PAGE_IS_KEPT = "window.pageIsKept"  # what Marionette runs has another global object
# What the page does by itself a minute after it has come; and then look until the last file is there.
KEEP = """async () => {
  const { waiting, active } = await navigator.serviceWorker.ready;
  (waiting ?? active).postMessage({ type: "keep" });
  const look = async () => {
    const ours = (await caches.keys()).filter((name) => name.startsWith("matinee "));
    const pages = ours.map((cacheName) => caches.match(location.origin + "/", { cacheName }));
    window.pageIsKept = (await Promise.all(pages)).some(Boolean);
    if (!window.pageIsKept) setTimeout(look, 50);
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
CACHES = "caches.keys().then((names) => names.filter((name) => name.startsWith('matinee ')).length)"
WHOLE = """(async () => {
  const ours = (await caches.keys()).filter((name) => name.startsWith("matinee "));
  const pages = await Promise.all(ours.map((cacheName) => caches.match(location.origin + "/", { cacheName })));
  return pages.filter(Boolean).length;
})()"""
# What the page does a minute after it has come, it does when it is told that the minute is over.
A_MINUTE = """
globalThis.afterAMinute = [];
const wait = setTimeout;
globalThis.setTimeout = (then, ms, ...given) =>
  ms === 60_000 ? afterAMinute.push(() => then(...given)) : wait(then, ms, ...given);
"""
A_MINUTE_LATER = "afterAMinute.splice(0).forEach((then) => then())"
# What an early version may have left in a browser: a worker that knows few words, and a page that it has kept.
OLD_PAGE = "<!doctype html><link rel='icon' href='data:,'><script src='old.js'></script>An old page"
OLD_SCRIPT = "navigator.serviceWorker.register('sw.js');"
OLD_WORKER = """
addEventListener("install", (event) => event.waitUntil(caches.open("old films").then((cache) => cache.add("./"))));
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", ({ request }) => request.method);
"""
ONE_WAITS = "navigator.serviceWorker.getRegistration().then(({ waiting }) => Boolean(waiting))"
FETCH_OWN_SCRIPT = """async () => {
  const { src } = [...document.scripts].find(({ src }) => src.endsWith("/boot.mjs"));
  return (await fetch(src, { cache: "no-store" })).ok;
}"""
SERVER = "document.querySelector('[name=signalling]').content"
KEPT_FILM = "document.getElementById('kept-film')"
FLAGS = ("--mute-audio",)  # of one's own: such a browser is used by no other test


class Proxy(BaseHTTPRequestHandler):
    """What stands in front of a server that is away."""

    def do_GET(self) -> None:
        self.send_error(502)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        del format, args


@contextmanager
def proxy(port: int) -> Iterator[None]:
    """A host of which nothing but the proxy is there."""
    with ThreadingHTTPServer(("127.0.0.1", port), Proxy) as answering:
        thread = threading.Thread(target=answering.serve_forever)
        thread.start()
        yield
        answering.shutdown()
        thread.join()


def copied(build: Path, to: Path) -> Path:
    """A folder to serve, in place of what lies there."""
    shutil.rmtree(to, ignore_errors=True)
    return Path(shutil.copytree(build, to, copy_function=lambda source, target: Path(target).hardlink_to(source)))


async def until_told(one: Person, answer: str, wanted: object) -> None:
    """Wait until what a promise comes to is that: to `until` every promise is true."""
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while await one.page.evaluate(answer) != wanted:  # noqa: ASYNC110 - it is the page that is asked
            await asyncio.sleep(POLL_MS / 1000)


async def keep(one: Person[Any]) -> None:
    await one.page.evaluate(KEEP)
    await one.until(PAGE_IS_KEPT)


async def forget_what_http_caches(one: Person) -> None:
    devtools = await one.page.context.new_cdp_session(one.page)
    await devtools.send("Network.clearBrowserCache")
    await devtools.detach()


async def watch_alone(one: Person, film: Film) -> None:
    """The film of the shelf, from the store: moved by keys, left, taken up again, and then gone."""
    await one.page.screenshot(path=PICTURES / "home-shelf.png", full_page=True)
    await one.page.get_by_role("button", name="Watch alone").click()
    await one.until(f"{KEPT_FILM}.currentTime > 0.3 && !{KEPT_FILM}.paused")
    assert abs(float(await one.page.evaluate(f"{KEPT_FILM}.duration")) - film.seconds) < 0.2
    await assert_accessible(one)
    await one.page.keyboard.press("l")
    await one.until(f"{KEPT_FILM}.currentTime > 10 && !{KEPT_FILM}.seeking && {KEPT_FILM}.readyState > 2")
    await one.page.keyboard.press("k")
    await one.until(f"{KEPT_FILM}.paused")
    await one.picture(PICTURES / "screening.png")
    await one.page.get_by_role("button", name="Back").click()
    await expect(one.page.locator("#home")).to_be_visible()
    await expect(one.page.locator("#home-shelf .reel")).to_contain_text("left")
    await one.page.get_by_role("button", name="Watch alone").click()
    await one.until(f"{KEPT_FILM}.currentTime > 10")

    # What was kept is cleared away meanwhile.
    devtools = await one.page.context.new_cdp_session(one.page)
    cleared = {"origin": await one.page.evaluate("location.origin"), "storageTypes": "indexeddb"}
    await devtools.send("Storage.clearDataForOrigin", cleared)
    await one.until_shown("That film is not on this device any more")
    await expect(one.page.locator("#home")).to_be_visible()
    await expect(one.page.locator("#home-kept")).to_be_hidden()


async def test_what_is_kept_opens_without_a_network_and_is_fetched_anew_when_it_is_broken(
    site: Path, profile: OpenProfile, profiles: Profiles, films: Mapping[str, Film], tmp_path: Path
) -> None:
    anna, bo = await asyncio.gather(*(person(profile, name, flags=FLAGS) for name in ("Anna", "Bo")))
    served = tmp_path / "site"
    served.mkdir()
    server = LiveServer(tmp_path, served)
    profiles.guard.known.add(server.url)
    profiles.guard.allow(
        "ERR_CONNECTION_REFUSED|Failed to fetch|ERR_FAILED|WebSocket connection|icon from the Manifest"
    )
    for name, text in (("index.html", OLD_PAGE), ("old.js", OLD_SCRIPT), ("sw.js", OLD_WORKER)):
        (served / name).write_text(text)
    with server:
        await anna.page.goto(server.url)
        await anna.until("navigator.serviceWorker.controller")
    copied(site, served)
    with server:
        # The new page comes at once, but the old worker stays as long as a page is open.
        await anna.open(server.url)
        await anna.until_shown("Part of an older Matinee is still at work here")
        await anna.page.goto("about:blank")
        link = await bo.start_room(server.url, anna)
        await bo.choose(films["moov_at_end"].path)
        await asyncio.gather(anna.join(link), bo.until_showing())
        await anna.until_complete()
        await anna.page.get_by_role("button", name="Leave").click()
        await asyncio.gather(keep(anna), bo.page.goto("about:blank"))
    # A broken interpreter is forgotten with all else that was kept, and fetched at the next start.
    profiles.guard.allow("page error|console error")
    await forget_what_http_caches(anna)
    await anna.page.evaluate(BREAK, "/pyodide.mjs")
    await anna.page.reload()
    await anna.until_shown("could not start")
    await until_told(anna, CACHES, 0)
    with server:
        await anna.come_again()
        await keep(anna)

    # A broken memory is done without, and a host in trouble is like none.
    await forget_what_http_caches(anna)
    await anna.page.evaluate(BREAK, "python.bin")
    profiles.guard.allow("net::ERR_")  # a request may be under way when the proxy goes
    with proxy(server.port):
        await anna.come_again()
    await anna.page.fill("#home-name", "Anna")
    await anna.page.click("#start")
    await anna.until_shown("cannot be reached")
    await anna.picture(PICTURES / "offline.png")
    await anna.page.get_by_role("button", name="Dismiss").click()
    await anna.until_shown("No server answers")
    await watch_alone(anna, films["moov_at_end"])


async def test_a_new_build_leaves_a_running_film_alone_and_is_there_at_the_next_visit(
    site: Path, profile: OpenProfile, profiles: Profiles, films: Mapping[str, Film], tmp_path: Path
) -> None:
    served = copied(site, tmp_path / "site")
    server = LiveServer(tmp_path, served)
    profiles.guard.known.add(server.url)
    profiles.guard.allow("ERR_CONNECTION_REFUSED|WebSocket connection|Failed to fetch")
    with server:
        anna = await person(profile, "Anna", flags=FLAGS)
        await anna.page.add_init_script(A_MINUTE)
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
        await until_told(anna, ONE_WAITS, True)
        here = await anna.position()
        await anna.until_playing_past(here + 1.0)
        assert await anna.page.evaluate("sameLife")
        assert await anna.page.evaluate(FETCH_OWN_SCRIPT), "which the host has no more"

        # The old worker serves whoever is here, the new page too, which has itself kept beside what is kept.
        await anna.come_again()
        assert await anna.page.evaluate(SERVER) == f"{server.url}/"
        await anna.page.evaluate(A_MINUTE_LATER)
        await until_told(anna, WHOLE, 2)
    # As long as it waits, the old one at work has all that it needs.
    await forget_what_http_caches(anna)
    await anna.come_again()
    assert await anna.page.evaluate(SERVER) == ""

    # A browser that is closed and opened begins with the newer, still without a network.
    await profiles.close("Anna")
    anna = await person(profile, "Anna", flags=FLAGS)
    await anna.open(server.url)
    assert await anna.page.evaluate(SERVER) == f"{server.url}/"
    await until_told(anna, CACHES, 1)
    assert await anna.page.evaluate(WHOLE) == 1
