"""A room of four viewers on slow lines: how soon the last has the film, and how often the film leaves its source.

Five people in one Chromium, every upload limited to 2 MB/s by the contestant's own limit. The clock starts at the first
bytes that reach any viewer and stops when the last viewer has all of them, verified and stored. The fluid bound is
what no way of sharing can beat: max(F / u_s, N F / (u_s + sum u_i)) (Kumar, Ross 2006).
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.async_api import BrowserContext

from signalling import site
from tests.bench.common import MB, ROOT, Figures, Options, page_server, tell
from tests.bench.one_browser import OneBrowser, give_file, one_browser
from tests.bench.pair import WATCH_OURS, WEBTORRENT, Round, tracker
from tests.support import films
from tests.support.browsers import LiveServer
from tests.support.people import Person

VIEWERS = 4
UPLINK_MBps = 2
FILM_MB = 32
LIMIT_S = 300.0
# Counts the film bytes that go out on the channel for blocks; what stands before them is 16 bytes a message.
WATCH_SENT = """
globalThis.sentBytes = 0;
const send = RTCDataChannel.prototype.send;
RTCDataChannel.prototype.send = function (data) {
  if (this.label === "blocks") sentBytes += data.byteLength - 16;
  return send.call(this, data);
};
"""
TIMES = "[noted.first, noted.stored].map((time) => performance.timeOrigin + time)"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One contestant's round: seconds from the first bytes to the last, and bytes the source sent."""

    seconds: float
    sent: float


async def ours(stage: Round) -> Outcome:
    """The app itself: everybody is in the room before the host drops the film."""
    with LiveServer(stage.folder, stage.site) as server:
        async with one_browser(stage.folder, server.url) as browser:
            await browser.sender.add_init_script(WATCH_SENT)
            host = Person("Host", await browser.sender.new_page())
            link = await host.start_room(server.url)
            await host.limit("up", UPLINK_MBps)
            guests = []
            for number, context in enumerate(await others(browser)):
                await context.add_init_script(WATCH_OURS)
                guest = Person(f"Guest {number + 1}", await context.new_page())
                await guest.join(link)
                await guest.limit("up", UPLINK_MBps)
                guests.append(guest)
            await give_file(host.page, "#any-film", stage.film.path)
            await asyncio.gather(*(guest.until_complete() for guest in guests))
            times = [await guest.page.evaluate(TIMES) for guest in guests]
            return outcome(times, float(await host.page.evaluate("sentBytes")))


async def webtorrent(stage: Round) -> Outcome:
    """WebTorrent with its own limits, its own store and a local tracker."""
    async with one_browser(stage.folder, stage.pages, stage.tracker) as browser:
        url = f"{stage.pages}/webtorrent.html?upload={UPLINK_MBps * MB}"
        sender = await browser.sender.new_page()
        await sender.goto(url)
        await give_file(sender, "#file", stage.film.path)
        torrent = await sender.evaluate("tracker => torrent.seed(tracker)", stage.tracker)
        viewers = [await context.new_page() for context in await others(browser)]
        for viewer in viewers:
            await viewer.goto(url)
        await asyncio.gather(*(viewer.evaluate("bytes => torrent.add(bytes)", torrent) for viewer in viewers))
        times = [await viewer.evaluate("torrent.times()") for viewer in viewers]
        return outcome(times, float(await sender.evaluate("torrent.uploaded()")))


CONTESTANTS: dict[str, Callable[[Round], Awaitable[Outcome]]] = {"ours": ours, "webtorrent": webtorrent}


async def others(browser: OneBrowser) -> list[BrowserContext]:
    """The viewers' contexts."""
    return [browser.receiver, *[await browser.another(f"viewer {number}") for number in range(2, VIEWERS + 1)]]


def outcome(times: list[list[float]], sent: float) -> Outcome:
    """From each viewer's first and last moment, in milliseconds of one clock."""
    return Outcome((max(last for _, last in times) - min(first for first, _ in times)) / 1000, sent)


def fluid_s(size: int) -> float:
    """Seconds that no way of sharing can beat, with every uplink at `UPLINK_MBps`."""
    uplink = UPLINK_MBps * MB
    return max(size / uplink, VIEWERS * size / (uplink * (VIEWERS + 1)))


def figures(found: dict[str, list[Outcome]], size: int) -> Figures:
    """Medians: time over the fluid bound, and bytes out of the source over the film's."""
    result: Figures = {"viewers": VIEWERS}
    for name, outcomes in found.items():
        result[f"{name}_over_fluid"] = round(median(each.seconds for each in outcomes) / fluid_s(size), 3)
        result[f"{name}_source_ratio"] = round(median(each.sent for each in outcomes) / size, 3)
    return result


async def run(options: Options) -> Figures:
    """Rounds interleaved; the film has 32 MB, whatever `--megabytes` says."""
    found: dict[str, list[Outcome]] = {name: [] for name in CONTESTANTS}
    with tempfile.TemporaryDirectory(prefix="matinee-swarm-") as folder:
        film = films.padded(films.get(films.SHORT), FILM_MB * MB, Path(folder))
        built = site.build(ROOT / "build" / "bench-site").out
        async with page_server({WEBTORRENT.name: WEBTORRENT}) as pages, tracker() as announce:
            for number in range(options.rounds):
                for name, contestant in CONTESTANTS.items():
                    stage = Round(film, Path(tempfile.mkdtemp(dir=folder)), pages, announce, built)
                    found[name].append(await asyncio.wait_for(contestant(stage), LIMIT_S))
                    tell(f"round {number + 1}: {name} {found[name][-1]}")
    return figures(found, FILM_MB * MB)
