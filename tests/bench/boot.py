"""How soon the page answers, beside PyScript's own smallest page: one button, from the same server, in the same run.

A click is answered when Python has changed the page. Matinee keeps a click that comes before Python is up, so one is
made as soon as there is a button; the other page is clicked every few milliseconds until it answers. Each engine visits
both pages in turn, each time with a profile that has never been used (`cold`), and then once more (`warm`).

- `cold_ms`, `warm_ms`: of the whole app, and `hello_…` of the other page; ratios are medians over rounds.
- `first_paint_ms`: when something of the app could first be seen, cold.
- `transfer_kib`: all that the server sends for a first visit, headers too, as it goes over the wire.
"""

import asyncio
import json
import os
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from playwright.async_api import async_playwright

from signalling import site
from tests.bench.common import PAGES, ROOT, Figures, Options, tell
from tests.support.browsers import FLAGS, Guard, LiveServer, chromium
from tests.support.counted_line import counted_line
from tests.support.firefox import Firefox
from tests.support.screen import Screen

MOST_S = 60.0
# Between two visits browsers write down what they have compiled.
SETTLE_S = 3.0
OURS, HELLO = "", "hello.html"
PROBE = '<script src="probe.js"></script>'
ANSWERED = "probe.answered !== null && probe.paint !== null"

Open = Callable[[Path], AbstractAsyncContextManager[Screen]]


@dataclass(frozen=True, slots=True)
class Visit:
    """Milliseconds since the page was asked for."""

    answered: float
    paint: float


@dataclass(frozen=True, slots=True)
class Round:
    """One first and one second visit to each of both pages."""

    cold: Visit
    warm: Visit
    hello_cold: Visit
    hello_warm: Visit


async def run(options: Options) -> Figures:
    """Both engines, or the one that MATINEE_ENGINE names."""
    engines: dict[str, Open] = {"chromium": in_chromium, "firefox": in_firefox}
    wanted = os.environ.get("MATINEE_ENGINE")
    found: Figures = {}
    with tempfile.TemporaryDirectory(prefix="matinee-boot-") as name:
        folder = Path(name)
        built = make_site(folder / "site")
        with LiveServer(folder, built) as server:
            for engine, opened in engines.items():
                if wanted in (None, engine):
                    rounds = [await one_round(opened, server.url, folder, number) for number in range(options.rounds)]
                    sent = await transfer(opened, server.port, folder)
                    found[engine] = figures(rounds, sent)
    return found


def make_site(out: Path) -> Path:
    """The built site with the probe in its page, and the other page beside it."""
    built = site.build(ROOT / "build" / "bench-site").out
    for source in built.rglob("*"):
        if source.is_file():
            target = out / source.relative_to(built)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.hardlink_to(source)
    page = (built / "index.html").read_text()
    for stale in (out / "index.html", out / "index.html.br", out / "index.html.gz"):
        stale.unlink(missing_ok=True)
    site.place(out / "index.html", page.replace("<head>", f"<head>\n  {PROBE}", 1).encode())
    for name in ("hello.html", "probe.js"):
        site.place(out / name, (PAGES / name).read_bytes())
    npm = ROOT / "node_modules"
    for source in (npm / "@pyscript" / "core" / "dist").iterdir():
        if source.suffix in (".js", ".css"):
            site.place(out / "runtime" / "hello" / source.name, source.read_bytes())
    for name in (*site.PYODIDE, site.LIBRARY, "pyodide-lock.json"):
        site.place(out / "runtime" / "hello" / name, (npm / "pyodide" / name).read_bytes())
    return out


async def one_round(opened: Open, origin: str, folder: Path, number: int) -> Round:
    """Both pages, the one that goes first by turns."""
    order = [OURS, HELLO] if number % 2 else [HELLO, OURS]
    visits = {page: await two_visits(opened, f"{origin}/{page}", folder) for page in order}
    found = Round(*visits[OURS], *visits[HELLO])
    tell(
        f"round {number + 1}: cold {found.cold.answered:.0f} ms, theirs {found.hello_cold.answered:.0f}; "
        f"warm {found.warm.answered:.0f}, theirs {found.hello_warm.answered:.0f}; paint {found.cold.paint:.0f}"
    )
    return found


async def two_visits(opened: Open, url: str, folder: Path) -> tuple[Visit, Visit]:
    """In a profile that has never been used."""
    async with opened(Path(tempfile.mkdtemp(dir=folder))) as page:
        first = await visit(page, url)
        await asyncio.sleep(SETTLE_S)
        await page.goto("about:blank")
        return first, await visit(page, url)


async def visit(page: Screen, url: str) -> Visit:
    """Go there and wait until Python has answered a click."""
    await page.goto(url)
    await page.wait_for_function(ANSWERED, polling=50, timeout=MOST_S * 1000)
    seen: Any = json.loads(await page.evaluate("JSON.stringify(probe)"))
    return Visit(seen["answered"], seen["paint"])


async def transfer(opened: Open, port: int, folder: Path) -> int:
    """Bytes that a first visit makes the server send, with all that comes after the page answers."""
    async with counted_line(port) as line, opened(Path(tempfile.mkdtemp(dir=folder))) as page:
        await visit(page, line.url)
        await line.until_quiet(SETTLE_S)
        return line.sent


@asynccontextmanager
async def in_chromium(folder: Path) -> AsyncIterator[Screen]:
    """A Chromium of its own."""
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            folder, executable_path=chromium(), args=list(FLAGS)
        )
        try:
            yield context.pages[0]
        finally:
            await context.close()


@asynccontextmanager
async def in_firefox(folder: Path) -> AsyncIterator[Screen]:
    """A Firefox of its own."""
    async with Firefox(folder, "Fay", Guard("")) as firefox:
        yield firefox.page


def figures(rounds: list[Round], sent: int) -> dict[str, float]:
    """Medians in milliseconds, medians of the rounds' ratios, and KiB."""

    def of(value: Callable[[Round], float], digits: int | None = None) -> float:
        return round(median(value(each) for each in rounds), digits)

    return {
        "cold_ms": of(lambda each: each.cold.answered),
        "warm_ms": of(lambda each: each.warm.answered),
        "hello_cold_ms": of(lambda each: each.hello_cold.answered),
        "hello_warm_ms": of(lambda each: each.hello_warm.answered),
        "cold_ratio": of(lambda each: each.cold.answered / each.hello_cold.answered, 3),
        "warm_ratio": of(lambda each: each.warm.answered / each.hello_warm.answered, 3),
        "first_paint_ms": of(lambda each: each.cold.paint),
        "transfer_kib": round(sent / 1024),
    }
