"""Real browsers and the real server for tests and benches.

`Profiles` opens Chromium profiles that share nothing, as two people's machines would; a `Guard` watches all of them and
objects to console errors, failed requests and anything that leaves the origin; `LiveServer` is the server as people
start it, in a process of its own that a test may kill and start again on the same port and database.
"""

import asyncio
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import psutil
from playwright.async_api import (
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    async_playwright,
)
from playwright.async_api import Error as PlaywrightError

from tests.support.patience import PATIENCE_MS, READY_S
from tools.prepare import find_chromium

ROOT = Path(__file__).resolve().parents[2]
HEALTH = "/api/v1/health"
STOP_S = 10.0
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # All pages of a test count as being in front: nobody's timers are slowed down.
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
    # mDNS names for local addresses do not resolve between profiles on a machine without a network.
    "--disable-features=WebRtcHideLocalIpsWithMdns",
)
VIEWPORT = (1280, 800)
# As many as the largest room of the tests has.
MOST_IDLE = 5
AUTOPLAY = "--autoplay-policy=no-user-gesture-required"


# ---- the server ----------------------------------------------------------------------------------------------------


class LiveServer:
    """`python -m signalling serve` as a process, with its database and log in `folder`.

    The port is chosen at the first start and kept, so that `kill()` and `start()` are a restart as a browser sees it.
    """

    def __init__(self, folder: Path, site: Path, options: tuple[str, ...] = ()) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = folder / "server.log"
        command = [sys.executable, "-m", "signalling", "serve", "--port", str(self.port)]
        self._command = [*command, "--db", str(folder / "rooms.sqlite3"), "--site", str(site), *options]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it answers. Raises RuntimeError with the end of its log if it does not."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, cwd=ROOT, stdout=log, stderr=log)
        deadline = time.monotonic() + READY_S
        while not answers(self.port):
            if self._process.poll() is not None:
                raise RuntimeError(f"the server ended with {self._process.returncode}:\n{self.log[-4000:]}")
            if time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"the server did not answer within {READY_S:.0f} s:\n{self.log[-4000:]}")
            time.sleep(0.02)

    def stop(self) -> int:
        """End it as a person would, with SIGTERM; its exit code. Raises TimeoutExpired if it hangs."""
        return self._end(signal.SIGTERM)

    def kill(self) -> int:
        """End it without a warning, as a crash would."""
        return self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Crash and come back with the same database on the same port."""
        self.kill()
        self.start()

    @property
    def is_running(self) -> bool:
        """Whether it has been started, and neither stopped nor killed by us."""
        return self._process is not None

    @property
    def log(self) -> str:
        """Everything it has printed so far, over all its lives."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def _end(self, number: signal.Signals) -> int:
        if self._process is None:
            return 0
        self._process.send_signal(number)
        try:
            code = self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise
        self._process = None
        return code

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    """Whether a server on this port says that it is well."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", HEALTH)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


# ---- the browsers --------------------------------------------------------------------------------------------------

Note = Callable[[str], None]


def chromium() -> Path:
    """The Chromium that `make test` found or fetched. Raises RuntimeError if there is none."""
    found = find_chromium()
    if found is None:
        raise RuntimeError("there is no Chromium: run `make test`, which provides one")
    return found


@dataclass
class Guard:
    """Notes all that must not happen in a browser. What a test expects, it allows by regular expression."""

    origin: str
    noted: list[str] = field(default_factory=list)
    # Other origins that belong to what is tested.
    known: set[str] = field(default_factory=set)
    _allowed: list[re.Pattern[str]] = field(default_factory=list)
    _names: dict[BrowserContext, str] = field(default_factory=dict)

    def allow(self, pattern: str) -> None:
        """From now on and backwards: complaints that match are expected in this test."""
        self._allowed.append(re.compile(pattern))

    def watch(self, context: BrowserContext, name: str) -> None:
        """Watch all pages of a profile, and its service worker; watched again, it has a new name."""
        if context in self._names:
            self._names[context] = name
            return
        self._names[context] = name
        note = partial(self._note_of, context)
        context.on("console", partial(self._console, note))
        context.on("weberror", lambda error: note(f"page error: {error.error}"))
        context.on("request", lambda request: self._reached(note, request.url))
        context.on("requestfailed", partial(self._failed, note))
        context.on("page", partial(self._watch_sockets, note))
        for page in context.pages:
            self._watch_sockets(note, page)

    def forget(self) -> None:
        """Begin again: nothing is noted, and nothing allowed."""
        self.noted.clear()
        self.known.clear()
        self._allowed.clear()

    def note(self, name: str, words: str) -> None:
        """Something happened in somebody's browser that must not happen."""
        self.noted.append(f"{name}: {words}")

    def is_ours(self, url: str) -> bool:
        """Whether a page may ask for this address."""
        parts = urlsplit(url)
        ours = {urlsplit(origin).netloc for origin in (self.origin, *self.known)}
        return parts.scheme in ("data", "blob", "about") or parts.netloc in ours

    def complaints(self) -> list[str]:
        """What was noted and not allowed."""
        return [note for note in self.noted if not any(allowed.search(note) for allowed in self._allowed)]

    def check(self) -> None:
        """Raises AssertionError with everything that was noted and not allowed."""
        complaints = self.complaints()
        assert not complaints, "\n".join(["the browsers complained:", *complaints])

    def _note_of(self, context: BrowserContext, words: str) -> None:
        self.note(self._names[context], words)

    def _console(self, note: Note, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            note(f"console {message.type}: {message.text}")

    def _failed(self, note: Note, request: Request) -> None:
        # <video> drops a request whenever it has read enough, and a closing page drops all of its own.
        if request.failure != "net::ERR_ABORTED":
            note(f"failed request: {request.url} ({request.failure})")

    def _watch_sockets(self, note: Note, page: Page) -> None:
        page.on("websocket", lambda socket: self._reached(note, socket.url))

    def _reached(self, note: Note, url: str) -> None:
        if not self.is_ours(url):
            note(f"foreign request: {url}")


@dataclass(frozen=True)
class Profile:
    """One person's browser, with the page it opened first."""

    name: str
    context: BrowserContext
    page: Page


class Profiles:
    """Opens Chromium profiles below `folder` and closes them all at the end.

    async with Profiles(folder, server.url) as profiles:
        ann = await profiles.open("Ann")
        await ann.page.goto(server.url)
        profiles.guard.check()

    Starting a browser and its first page costs more than most tests do, so `begin_again` keeps some for others: emptied
    of all that the origin stored, with one new page and the code it has compiled. Not one with flags of its own.
    Set MATINEE_HEADED=1 to watch.
    """

    def __init__(self, folder: Path, origin: str) -> None:
        self.guard = Guard(origin)
        self.opened: dict[str, Profile] = {}
        self._origin = origin
        self._folder = folder
        self._folders: dict[str, Path] = {}
        self._kept: set[BrowserContext] = set()
        self._idle: list[tuple[BrowserContext, Path]] = []
        self._launched = 0
        self._manager = async_playwright()
        self._playwright: Playwright | None = None

    async def __aenter__(self) -> Self:
        self._playwright = await self._manager.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close_all()
        await self._manager.__aexit__(kind, error, trace)

    async def open(
        self,
        name: str,
        *,
        autoplay: bool = True,
        viewport: tuple[int, int] = VIEWPORT,
        flags: tuple[str, ...] = (),
    ) -> Profile:
        """Open a profile, new or again by the same name with all that it had stored.

        `autoplay=False` keeps the browser's own policy, under which play() with sound is refused before a click.
        """
        plain = autoplay and not flags
        if plain and name not in self._folders and self._idle:
            context, self._folders[name] = self._idle.pop()
        else:
            context = await self._launch(name, (*((AUTOPLAY,) if autoplay else ()), *flags))
        if plain:
            self._kept.add(context)
        self.guard.watch(context, name)
        page = context.pages[0] if context.pages else await context.new_page()
        await page.set_viewport_size({"width": viewport[0], "height": viewport[1]})
        self.opened[name] = Profile(name, context, page)
        return self.opened[name]

    async def _launch(self, name: str, flags: tuple[str, ...]) -> BrowserContext:
        assert self._playwright is not None, "use `async with`"
        if name not in self._folders:
            self._launched += 1
            self._folders[name] = self._folder / f"profile-{self._launched}-{name}"
        context = await self._playwright.chromium.launch_persistent_context(
            self._folders[name],
            executable_path=chromium(),
            headless=not os.environ.get("MATINEE_HEADED"),
            args=[*FLAGS, *flags],
            viewport={"width": VIEWPORT[0], "height": VIEWPORT[1]},
        )
        context.set_default_timeout(PATIENCE_MS)
        return context

    def folder(self, name: str) -> Path:
        """Where the open profile of that name keeps what it stores."""
        return self._folders[name]

    async def close(self, name: str) -> None:
        """Close a profile as a person closes their browser; what it stored stays. One that hangs is killed."""
        await self._close(self.opened.pop(name).context, self._folders[name])

    async def kill(self, name: str) -> None:
        """End a profile's browser without a warning, as a crash would."""
        context = self.opened.pop(name).context
        self._kept.discard(context)
        gone = asyncio.Event()
        context.on("close", lambda _: gone.set())
        _kill_all(self._folders[name])
        await asyncio.wait_for(gone.wait(), STOP_S)

    async def close_all(self) -> None:
        """Close every profile, those that wait for somebody too."""
        for name in list(self.opened):
            await self.close(name)
        while self._idle:
            await self._close(*self._idle.pop())
        self._folders.clear()

    async def begin_again(self) -> None:
        """Nobody is there any more, the guard has noted nothing, and some browsers wait, empty, for the next."""
        for name in list(self.opened):
            context = self.opened[name].context
            if context in self._kept and len(self._idle) < MOST_IDLE and await self._emptied(context):
                self._idle.append((context, self._folders[name]))
                del self.opened[name]
            else:
                await self.close(name)
        self._folders.clear()
        self.guard.forget()

    async def _close(self, context: BrowserContext, folder: Path) -> None:
        self._kept.discard(context)
        try:
            await asyncio.wait_for(context.close(), STOP_S)
        except (PlaywrightError, TimeoutError):
            _kill_all(folder)

    async def _emptied(self, context: BrowserContext) -> bool:
        """Whether it is like new; not if it has crashed or hangs."""
        try:
            await asyncio.wait_for(self._empty(context), STOP_S)
        except (PlaywrightError, TimeoutError):
            return False
        return True

    async def _empty(self, context: BrowserContext) -> None:
        await context.unroute_all()
        await context.clear_permissions()
        await context.set_offline(False)
        blank, *others = [await context.new_page(), *context.pages]
        for page in others:
            if page != blank:
                await page.close()
        browser = await context.new_cdp_session(blank)
        await browser.send("Storage.clearDataForOrigin", {"origin": self._origin, "storageTypes": "all"})
        await browser.detach()


def _kill_all(folder: Path) -> None:
    """Kill our own child processes that use this folder as their profile."""
    place = f"--user-data-dir={folder}"
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if place in process.cmdline():
                process.kill()
