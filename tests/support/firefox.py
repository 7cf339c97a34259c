"""Firefox for tests: started by us, driven over Marionette, watched by the same `Guard` as Chromium.

Playwright drives only a Firefox of its own making, which cannot be had from the package indexes; this one is the
system's. What happens in it goes to its log, which is read to the guard at the end: Firefox itself writes there the
errors of pages and what they write to their console, and an observer that runs with its own rights writes which
requests pages make and which of them fail.
"""

import asyncio
import json
import re
import subprocess
import tempfile
import time
import warnings
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from tests.support.browsers import Guard
from tests.support.driven import STOP_S, DrivenPage, NotYetError, PageLeftError, end
from tests.support.patience import READY_S
from tools.prepare import find_firefox

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # one of its parts asks which Linux this is in an old way
    from marionette_driver import By, errors
    from marionette_driver.marionette import Marionette

# One command takes at most this long: a Firefox that hangs fails the test that waits for it.
COMMAND_S = 30.0
PREFERENCES: dict[str, bool | int | str] = {
    "marionette.port": 0,
    # mDNS names for local addresses do not resolve between profiles on a machine without a network.
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    "media.autoplay.default": 0,
    # A script that runs while its page is left may finish: cut short, it would be told of as an error of ours.
    "dom.abort_script_on_child_shutdown": False,
    # Errors of scripts, what pages write to their console, and what we have it tell is written to the log.
    "browser.dom.window.dump.enabled": True,
    "devtools.console.stdout.content": True,
    # Firefox itself is to leave the network alone.
    "app.normandy.enabled": False,
    "browser.newtabpage.enabled": False,
    "browser.startup.homepage": "about:blank",
    "browser.region.network.url": "",
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,nowhere/v1",
}
_REQUEST, _FAILED = "matinee-request", "matinee-failed"
_OPENING, _CLOSING = "matinee-opening", "matinee-closing"
# The browser's own requests are made by its own principal. <video> drops a request whenever it has read enough
# (NS_ERROR_PARSED_DATA_CACHED), and so does a page that is left (NS_BINDING_ABORTED).
_TELL_REQUESTS = f"""
const ofPages = (channel) => !channel.loadInfo.loadingPrincipal?.isSystemPrincipal
  && !channel.loadInfo.triggeringPrincipal?.isSystemPrincipal;
const dropped = [Cr.NS_BINDING_ABORTED, Cr.NS_ERROR_PARSED_DATA_CACHED];
const tell = {{
  observe(subject, topic) {{
    const channel = subject.QueryInterface(Ci.nsIHttpChannel);
    if (!ofPages(channel)) return;
    if (topic === "http-on-opening-request") dump(`{_REQUEST} ${{channel.URI.spec}}\\n`);
    else if (!Components.isSuccessCode(channel.status) && !dropped.includes(channel.status))
      dump(`{_FAILED} ${{channel.URI.spec}} ${{channel.status.toString(16)}}\\n`);
  }},
}};
for (const topic of ["http-on-opening-request", "http-on-stop-request"]) Services.obs.addObserver(tell, topic);
"""
_NOT_YET = (
    errors.NoSuchElementException,
    errors.ElementNotInteractableException,
    errors.ElementClickInterceptedException,
    errors.StaleElementException,
)
# Firefox puts a page's own words in quotes; the name of a part of Firefox that complains stands there without.
_CONSOLE = re.compile(r"console\.(error|warn): [^A-Za-z]")
_PAGE_ERROR = re.compile(r"JavaScript (?:error|warning): https?://")
T = TypeVar("T")


def firefox() -> Path:
    """The Firefox that `make test` found or fetched. Raises RuntimeError if there is none."""
    found = find_firefox()
    if found is None:
        raise RuntimeError("there is no Firefox: run `make test`, which provides one")
    return found


class FirefoxPage(DrivenPage):
    """The page of a running Firefox."""

    browser = "Firefox"

    def __init__(self, marionette: Marionette) -> None:
        super().__init__()
        self._marionette = marionette

    async def goto(self, url: str) -> None:
        await self._do(lambda: self._marionette.navigate(url))

    async def reload(self) -> None:
        await self._do(self._marionette.refresh)

    async def set_input_files(self, selector: str, files: Path) -> None:
        await self._do(lambda: self._marionette.find_element(By.CSS_SELECTOR, selector).send_keys(str(files)))

    async def run_script(self, script: str, *arguments: object) -> Any:
        answer = await self._do(
            lambda: self._marionette.execute_async_script(script, script_args=arguments, sandbox=None)
        )
        if answer is None:
            raise PageLeftError("in Firefox the page was left meanwhile")
        return answer

    async def click_now(self, selector: str) -> None:
        await self._try(lambda: self._marionette.find_element(By.CSS_SELECTOR, selector).click())

    async def write_now(self, selector: str, value: str) -> None:
        def write() -> None:
            field = self._marionette.find_element(By.CSS_SELECTOR, selector)
            field.clear()
            field.send_keys(value)

        await self._try(write)

    async def go_to_the_back(self) -> None:
        """Another tab comes to the front, as long as that lasts: this one is hidden, and its timers ring seldom."""
        await self._do(lambda: self._marionette.open(type="tab", focus=True))
        await self.wait_for_function("document.hidden")

    async def come_to_the_front(self) -> None:
        """The other tabs are closed."""

        def close() -> None:
            own = self._marionette.current_window_handle
            for other in self._marionette.window_handles:
                if other != own:
                    self._marionette.switch_to_window(other)
                    self._marionette.close()
            self._marionette.switch_to_window(own)

        await self._do(close)
        await self.wait_for_function("!document.hidden")

    async def turn_to_another_tab(self) -> None:
        """A new tab, in which everything happens from now on."""
        opened = await self._do(lambda: self._marionette.open(type="tab", focus=True))
        await self._do(lambda: self._marionette.switch_to_window(opened["handle"]))

    async def turn_to_the_first_tab(self) -> None:
        """Back to where everything happened before."""
        await self._do(lambda: self._marionette.switch_to_window(self._marionette.window_handles[0]))

    async def screenshot(self, *, path: str | Path | None = None) -> bytes:
        picture = b64decode(await self._do(lambda: self._marionette.screenshot(full=False)))
        if path is not None:
            await asyncio.to_thread(Path(path).write_bytes, picture)
        return picture

    async def _try(self, command: Callable[[], object]) -> None:
        try:
            await self._do(command)
        except _NOT_YET as error:
            raise NotYetError(str(error)) from None

    async def _do(self, command: Callable[[], T]) -> T:
        async with self.turn:
            return await asyncio.to_thread(command)


class Firefox:
    """One person's Firefox, with a profile of its own below `folder` that stays when it is closed, and `downloads`.

    async with Firefox(folder, "Bo", guard) as bo:
        await bo.page.goto(server.url)
    """

    def __init__(self, folder: Path, name: str, guard: Guard) -> None:
        self.downloads = folder / f"downloads-{name}"
        self._name = name
        self._guard = guard
        self._profile = folder / f"firefox-{name}"
        self._log = Path(tempfile.mkstemp(dir=folder, prefix=f"firefox-{name}-", suffix=".log")[1])
        self._process: subprocess.Popen[bytes] | None = None
        self._marionette: Marionette | None = None
        self._page: FirefoxPage | None = None

    @property
    def page(self) -> FirefoxPage:
        """Its page. Raises RuntimeError while it is closed."""
        if self._page is None:
            raise RuntimeError("this Firefox is closed")
        return self._page

    async def open(self) -> FirefoxPage:
        """Start it and take it over. Raises RuntimeError with the end of its log if it does not come up."""
        try:
            self._marionette = await asyncio.to_thread(self._start)
        except BaseException:
            await self.kill()
            raise
        self._page = FirefoxPage(self._marionette)
        return self._page

    async def close(self) -> None:
        """Close it as a person does; what it stored stays. Whatever does not end is killed."""
        if self._marionette:
            with suppress(OSError, errors.MarionetteException):
                await asyncio.to_thread(self._quit, self._marionette)
        await asyncio.to_thread(self._end)

    async def kill(self) -> None:
        """End it without a warning, as a crash would."""
        await asyncio.to_thread(self._end, 0)

    def tell(self) -> None:
        """Read its log to the guard, whatever was said since it was last opened."""
        for words in complaints(self._log.read_text(errors="replace"), self._guard):
            self._guard.note(self._name, words)

    def _start(self) -> Marionette:
        self._profile.mkdir(exist_ok=True)
        # 2: in the folder that is named.
        preferences = {**PREFERENCES, "browser.download.folderList": 2, "browser.download.dir": str(self.downloads)}
        lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in preferences.items())
        (self._profile / "user.js").write_text("".join(lines))
        told = self._profile / "MarionetteActivePort"
        told.unlink(missing_ok=True)
        command = [str(firefox()), "--headless", "--marionette", "--remote-allow-system-access", "--no-remote"]
        with self._log.open("ab") as log:
            log.write(f"{_OPENING}\n".encode())
            log.flush()
            self._process = subprocess.Popen(
                [*command, "--profile", str(self._profile)], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        deadline = time.monotonic() + READY_S
        while not (told.exists() and told.read_text().strip()):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Firefox did not come up:\n{self._log.read_text(errors='replace')[-4000:]}")
            time.sleep(0.05)
        marionette = Marionette(host="127.0.0.1", port=int(told.read_text()), socket_timeout=2 * COMMAND_S)
        marionette.start_session({"strictFileInteractability": False}, timeout=READY_S)
        marionette.timeout.script = marionette.timeout.page_load = COMMAND_S
        marionette.set_window_rect(width=1280, height=900)
        with marionette.using_context("chrome"):
            marionette.execute_script(_TELL_REQUESTS, sandbox="system")
        return marionette

    def _quit(self, marionette: Marionette) -> None:
        with marionette.using_context("chrome"):
            marionette.execute_script(f"dump('{_CLOSING}\\n')", sandbox="system")
        marionette._send_message("Marionette:Quit", {"flags": ["eForceQuit"]})

    def _end(self, patience_s: float = STOP_S) -> None:
        process, self._process, self._page = self._process, None, None
        if self._marionette:
            self._marionette.delete_session(send_request=False)
            self._marionette = None
        if process is not None:
            end(process, patience_s)

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
        self.tell()


def complaints(log: str, guard: Guard) -> Iterator[str]:
    """What a log tells of that a guard of Chromium would have noted; not of scripts that the closing cut short."""
    closing = False
    for line in log.splitlines():
        kind, _, rest = line.partition(" ")
        closing = kind == _CLOSING or (closing and kind != _OPENING)
        if kind == _REQUEST and not guard.is_ours(rest):
            yield f"foreign request: {rest}"
        elif kind == _FAILED:
            yield f"failed request: {rest}"
        elif _CONSOLE.match(line):
            yield line
        elif _PAGE_ERROR.match(line) and not closing:
            yield f"page error: {line}"
