"""How soon there is a picture: after joining, after a seek to what nobody has sent yet, and after a reload.

A host with a film of 1 GB, whose index stands at its end as cameras and encoders leave it, and a guest, in one Chromium
on loopback. A frame counts at the moment when it was to be shown (`requestVideoFrameCallback`, `expectedDisplayTime`).

- `first_frame`: from the guest's click on Join, with Python up, to the first frame: a place in the room, the socket,
  the connection to the host, the manifest, both ends of the film, and what the decoder wants.
- `seek`: while the film plays, from the guest's seek to a frame from there. The target is the middle of the longest
  part of which not a byte has come.
- `reload`: in mid-film, from `location.reload()` to a frame that lies behind the one that stood on the screen then,
  with the film running: boot, place, socket, connection and the way to where the room is by now.
- `refetched_pieces`: pieces that were stored before the reload and of which bytes came again after it. Blocks that were
  on their way at the reload were not kept, and are not counted.
"""

import asyncio
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

from playwright.async_api import Page

from app.swarm.manifest import PIECE_SIZE, piece_count
from signalling import site
from tests.bench.common import MB, ROOT, Figures, Options, tell
from tests.bench.one_browser import give_file, one_browser
from tests.support import films
from tests.support.browsers import LiveServer
from tests.support.people import Person

FILM_MB = 1000
SEEKS = 3
LIMIT_S = 240.0
PATIENCE_MS = 30_000.0
AFTER_RELOAD_PIECES = 100
# Notes moments in milliseconds of the one clock that all pages share: the click, frames as [shown, media time in s,
# paused], and the pieces whose bytes came. After a reload also which pieces the store held at its beginning.
WATCH = """
globalThis.seen = { clicked: null, frames: [], pieces: [], kept: null };
const wall = (time) => performance.timeOrigin + time;
addEventListener("click", ({ target, timeStamp }) => {
  if (target.closest?.("#join")) seen.clicked ??= wall(timeStamp);
}, true);
addEventListener("DOMContentLoaded", () => {
  const film = document.getElementById("film");
  const frame = (_, { expectedDisplayTime, mediaTime }) => {
    seen.frames.push([wall(expectedDisplayTime), mediaTime, film.paused]);
    film.requestVideoFrameCallback(frame);
  };
  film.requestVideoFrameCallback(frame);
});
const create = RTCPeerConnection.prototype.createDataChannel;
RTCPeerConnection.prototype.createDataChannel = function (label, options) {
  const channel = create.call(this, label, options);
  if (label === "blocks") channel.addEventListener("message", ({ data }) => {
    seen.pieces.push(new DataView(data).getUint32(4));
  });
  return channel;
};
if (location.hash && sessionStorage.reloadedAt) {
  const opening = indexedDB.open("matinee");
  opening.onsuccess = () => {
    const keys = opening.result.transaction("pieces").objectStore("pieces").getAllKeys();
    keys.onsuccess = () => {
      seen.kept = keys.result.map(([, piece]) => piece);
      opening.result.close();
    };
  };
}
"""
SEEK = """(to) => {
  const bar = document.getElementById("seek");
  bar.value = to;
  bar.dispatchEvent(new Event("input", { bubbles: true }));
  const at = performance.timeOrigin + performance.now();
  bar.dispatchEvent(new Event("change", { bubbles: true }));
  return at;
}"""
RELOAD = """() => {
  sessionStorage.reloadedAt = performance.timeOrigin + performance.now();
  setTimeout(() => location.reload());
}"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One round: milliseconds, and pieces that came again."""

    first_frame: float
    seeks: tuple[float, ...]
    reload: float
    refetched: int


async def run(options: Options) -> Figures:
    """Medians of the rounds; the film has 1 GB, whatever `--megabytes` says."""
    with tempfile.TemporaryDirectory(prefix="matinee-first-frame-") as folder:
        film = films.looped(films.get(films.LONG_MOOV_AT_END), FILM_MB * MB, Path(folder))
        built = site.build(ROOT / "build" / "bench-site").out
        outcomes = []
        for number in range(options.rounds):
            own = Path(tempfile.mkdtemp(dir=folder))
            outcomes.append(await asyncio.wait_for(one_round(own, built, film), LIMIT_S))
            tell(f"round {number + 1}: {outcomes[-1]}")
    return figures(outcomes)


def figures(outcomes: list[Outcome]) -> Figures:
    """Medians in milliseconds, and all pieces that came twice over any reload."""
    return {
        "first_frame_ms": round(median(each.first_frame for each in outcomes)),
        "seek_ms": round(median(took for each in outcomes for took in each.seeks)),
        "reload_ms": round(median(each.reload for each in outcomes)),
        "refetched_pieces": sum(each.refetched for each in outcomes),
    }


async def one_round(folder: Path, built: Path, film: films.Film) -> Outcome:
    """A new room in a new browser."""
    with LiveServer(folder, built) as server:
        async with one_browser(folder, server.url) as browser:
            host = Person("Host", await browser.sender.new_page())
            await host.open(server.url)
            await give_file(host.page, "#home-drop input", film.path)
            link = await host.invite()
            await host.until_showing()
            await browser.receiver.add_init_script(WATCH)
            guest = Person("Guest", await browser.receiver.new_page())
            joined = await first_frame(guest, link)
            await host.press_play_or_pause()
            await guest.until_playing_past(1.0)
            seeks = [await seek(guest, film) for _ in range(SEEKS)]
            reloaded, refetched = await reload(guest.page)
            return Outcome(joined, tuple(seeks), reloaded, refetched)


async def first_frame(guest: Person, link: str) -> float:
    """Milliseconds from the click on Join to a picture."""
    await guest.join(link)
    await guest.page.wait_for_function("seen.frames.length", timeout=PATIENCE_MS)
    shown = await guest.page.evaluate("seen.frames[0][0] - seen.clicked")
    return float(shown)


async def seek(guest: Person, film: films.Film) -> float:
    """Milliseconds from a seek to a picture from there."""
    count = piece_count(film.size, PIECE_SIZE)
    piece = untouched(await guest.page.evaluate("seen.pieces"), count)
    to = int((piece + 0.5) / count * film.seconds)
    at = await guest.page.evaluate(SEEK, to)
    found = f"seen.frames.find(([shown, media]) => shown > {at} && media >= {to} - 0.1 && media < {to} + 10)"
    shown = await guest.page.wait_for_function(found, timeout=PATIENCE_MS)
    took = float((await shown.json_value())[0]) - float(at)
    await guest.until_playing_past(to + 1.0)
    return took


def untouched(pieces: Iterable[int], count: int) -> int:
    """The middle of the longest run of pieces of which nothing has come. Raises ValueError if there is none.

    >>> untouched([0, 1, 2, 9], 10)
    5
    """
    edges = [-1, *sorted(set(pieces)), count]
    before, after = max(pairwise(edges), key=lambda run: run[1] - run[0])
    if after - before < 2:
        raise ValueError("every piece has been sent")
    return (before + after) // 2


async def reload(page: Page) -> tuple[float, int]:
    """Milliseconds from a reload to the film running on, and how many stored pieces came again."""
    left = float(await page.evaluate("seen.frames.at(-1)[1]"))
    async with page.expect_navigation():
        await page.evaluate(RELOAD)
    found = f"seen.frames.find(([, media, paused]) => media > {left} && !paused)"
    shown = await page.wait_for_function(found, timeout=PATIENCE_MS)
    began = float(await page.evaluate("Number(sessionStorage.reloadedAt)"))
    took = float((await shown.json_value())[0]) - began
    come = f"seen.kept && new Set(seen.pieces).size > {AFTER_RELOAD_PIECES}"
    await page.wait_for_function(come, timeout=PATIENCE_MS)
    kept, pieces = await page.evaluate("[seen.kept, seen.pieces]")
    if not kept:
        raise RuntimeError("nothing was stored before the reload")
    return took, len(set(kept) & set(pieces))
