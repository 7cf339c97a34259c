"""One film from one browser to another, beside a bare data-channel loop and beside WebTorrent.

Each contestant runs in two contexts of one fresh Chromium and moves the same file. The clock starts at the first byte
of the film that reaches the receiver and stops when it has all of it: for the bare loop the last byte received, for
WebTorrent its `done`, for us the last piece verified and stored.
"""

import asyncio
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.async_api import Page

from signalling import site
from tests.bench.common import MB, PAGES, ROOT, Figures, Options, page_server, tell
from tests.bench.one_browser import OneBrowser, give_file, one_browser
from tests.support import films
from tests.support.browsers import LiveServer
from tests.support.people import Person
from tools.prepare import node_command

LIMIT_S = 300.0
WEBTORRENT = ROOT / "node_modules" / "webtorrent" / "dist" / "webtorrent.min.js"
# Notes when the first block arrived and when the last piece was on disk, in milliseconds of the page's clock.
WATCH_OURS = """
globalThis.noted = { first: null, stored: null };
const watch = (channel) => channel.addEventListener("message", ({ data }) => {
  if ((data.byteLength ?? 0) > 16384) noted.first ??= performance.now();
});
const create = RTCPeerConnection.prototype.createDataChannel;
RTCPeerConnection.prototype.createDataChannel = function (...args) {
  const channel = create.apply(this, args);
  watch(channel);
  return channel;
};
const begin = IDBDatabase.prototype.transaction;
IDBDatabase.prototype.transaction = function (names, mode, options) {
  const transaction = begin.call(this, names, mode, options);
  if (mode === "readwrite") transaction.addEventListener("complete", () => (noted.stored = performance.now()));
  return transaction;
};
"""


@dataclass(frozen=True, slots=True)
class Round:
    """What every contestant gets: the same film, an empty folder for its profiles, and the addresses it needs."""

    film: films.Film
    folder: Path
    pages: str
    tracker: str
    site: Path


Contestant = Callable[[Round], Awaitable[float]]


async def bare(stage: Round) -> float:
    """Milliseconds for a bare JavaScript loop without storage."""
    async with one_browser(stage.folder, stage.pages) as browser:
        sender, receiver = await two_pages(browser, f"{stage.pages}/bare.html")
        await give_file(sender, "#file", stage.film.path)
        offer = await sender.evaluate("bare.offer()")
        answer = await receiver.evaluate("([offer, size]) => bare.answer(offer, size)", [offer, stage.film.size])
        await sender.evaluate("answer => bare.accept(answer)", answer)
        return float(await receiver.evaluate("bare.milliseconds()"))


async def webtorrent(stage: Round) -> float:
    """Milliseconds for WebTorrent with its own store and a local tracker. Raises RuntimeError if nothing was stored."""
    async with one_browser(stage.folder, stage.pages, stage.tracker) as browser:
        sender, receiver = await two_pages(browser, f"{stage.pages}/webtorrent.html")
        await give_file(sender, "#file", stage.film.path)
        torrent = await sender.evaluate("tracker => torrent.seed(tracker)", stage.tracker)
        await receiver.evaluate("bytes => torrent.add(bytes)", torrent)
        milliseconds = float(await receiver.evaluate("torrent.milliseconds()"))
        stored = int(await receiver.evaluate("torrent.stored()"))
        if stored < stage.film.size / 2:
            raise RuntimeError(f"WebTorrent stored {stored} of {stage.film.size} bytes: this is not its OPFS store")
        return milliseconds


async def ours(stage: Round) -> float:
    """Milliseconds for the app itself: a host drops the film, a guest joins by the link."""
    with LiveServer(stage.folder, stage.site) as server:
        async with one_browser(stage.folder, server.url) as browser:
            host = Person("Host", await browser.sender.new_page())
            await host.open(server.url)
            await give_file(host.page, "#home-drop input", stage.film.path)
            link = await host.invite()
            await host.until_showing()
            await browser.receiver.add_init_script(WATCH_OURS)
            guest = Person("Guest", await browser.receiver.new_page())
            await guest.join(link)
            await guest.until_complete()
            noted = await guest.page.evaluate("noted")
            return float(noted["stored"] - noted["first"])


CONTESTANTS: dict[str, Contestant] = {"ours": ours, "bare": bare, "webtorrent": webtorrent}


async def run(options: Options) -> Figures:
    """Rounds interleaved, each starting with another contestant so that none is always the first; medians."""
    rates: dict[str, list[float]] = {name: [] for name in CONTESTANTS}
    with tempfile.TemporaryDirectory(prefix="matinee-pair-") as folder:
        film = films.padded(films.get(films.SHORT), options.size, Path(folder))
        built = site.build(ROOT / "build" / "bench-site").out
        async with page_server({WEBTORRENT.name: WEBTORRENT}) as pages, tracker() as announce:
            names = list(CONTESTANTS)
            for number in range(options.rounds):
                for name in names[number % len(names) :] + names[: number % len(names)]:
                    own = Path(tempfile.mkdtemp(dir=folder))
                    stage = Round(film, own, pages, announce, built)
                    milliseconds = await asyncio.wait_for(CONTESTANTS[name](stage), LIMIT_S)
                    rates[name].append(film.size / MB / (milliseconds / 1000))
                    tell(f"round {number + 1}: {name} {rates[name][-1]:.1f} MB/s")
    return figures(rates)


def figures(rates: dict[str, list[float]]) -> Figures:
    """Medians of the rounds in MB/s, and ours as a share of each peer's.

    >>> figures({"ours": [9.0, 10.0, 30.0], "bare": [20.0], "webtorrent": [8.0]})["ours_over_webtorrent"]
    1.25
    """
    middle = {name: median(each) for name, each in rates.items()}
    result = {f"{name}_MBps": round(rate, 2) for name, rate in middle.items()}
    for peer in ("bare", "webtorrent"):
        result[f"ours_over_{peer}"] = round(middle["ours"] / middle[peer], 3)
    return result


async def two_pages(browser: OneBrowser, url: str) -> tuple[Page, Page]:
    """A sender's and a receiver's page, each in a context of its own."""
    sender, receiver = await browser.sender.new_page(), await browser.receiver.new_page()
    for page in (sender, receiver):
        await page.goto(url)
    return sender, receiver


@asynccontextmanager
async def tracker() -> AsyncIterator[str]:
    """A WebTorrent tracker on loopback, as its announce URL."""
    process = await asyncio.create_subprocess_exec(
        *node_command(), str(PAGES / "tracker.mjs"), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        port = int(await asyncio.wait_for(process.stdout.readline(), 20))
        yield f"ws://127.0.0.1:{port}"
    finally:
        process.stdin.close()
        await process.wait()
