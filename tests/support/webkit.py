"""WebKit for tests: Debian's, on a screen of its own that nobody sees, driven over W3C WebDriver, watched by a `Guard`.

Playwright drives only a WebKit of its own making, which cannot be had from the package indexes; this one is the
system's. Whatever it asks beyond this machine goes to a proxy of ours, which tells the guard and answers nothing. Under
automation it writes no log, so what pages complain of is noted in the pages: from when their document is there, and not
in service workers.
"""

import asyncio
import os
import subprocess
import tempfile
from base64 import b64decode
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

from tests.support.browsers import Guard, free_port
from tests.support.driven import DrivenPage, NotYetError, PageLeftError, end
from tests.support.patience import READY_S
from tools.prepare import find_webkit

# One command takes at most this long: a WebKit that hangs fails the test that waits for it.
COMMAND_S = 60.0
WINDOW = (1280, 900)
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # what W3C calls its key
_NOT_YET = ("no such element", "element not interactable", "element click intercepted", "stale element reference")
_LEFT = ("no such frame", "no such window")
_WATCH = """
globalThis.noted ??= (() => {
  const noted = [], ask = globalThis.fetch;
  for (const kind of ["error", "warn"]) {
    const say = console[kind];
    console[kind] = (...words) => (noted.push(`console ${kind}: ${words.join(" ")}`), say.apply(console, words));
  }
  addEventListener("error", ({ message, filename }) => noted.push(`page error: ${message} (${filename})`));
  addEventListener("unhandledrejection", ({ reason }) => noted.push(`page error: ${reason}`));
  globalThis.fetch = async (...what) => {
    const answer = await ask(...what);
    if (!answer.ok) noted.push(`failed request: ${answer.url} (${answer.status})`);
    return answer;
  };
  return noted;
})();
arguments[0]({});
"""
_NOTED = "arguments[0](globalThis.noted?.splice(0) ?? [])"


class CommandError(Exception):
    """What the driver answered to a command, by its W3C name."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name


class WebKitPage(DrivenPage):
    """The page of a running WebKit."""

    browser = "WebKit"

    def __init__(self, driver: aiohttp.ClientSession, session: str, name: str, guard: Guard) -> None:
        super().__init__()
        self._driver = driver
        self._session = session
        self._name = name
        self._guard = guard

    async def goto(self, url: str) -> None:
        await self.tell()
        await self._do("POST", "url", url=url)
        await self.run_script(_WATCH)

    async def reload(self) -> None:
        await self.tell()
        await self._do("POST", "refresh")
        await self.run_script(_WATCH)

    async def tell(self) -> None:
        """Say to the guard what was noted in the page that is about to be left."""
        for words in await self.run_script(_NOTED):
            self._guard.note(self._name, words)

    async def quit(self) -> None:
        """End the browser."""
        await command(self._driver, "DELETE", f"/session/{self._session}", {})

    async def set_input_files(self, selector: str, files: Path) -> None:
        await self._do("POST", f"element/{await self._find(selector)}/value", text=str(files))

    async def run_script(self, script: str, *arguments: object) -> Any:
        try:
            return await self._do("POST", "execute/async", script=script, args=arguments)
        except CommandError as error:
            if error.name in _LEFT:
                raise PageLeftError(str(error)) from None
            raise

    async def click_now(self, selector: str) -> None:
        await self._do("POST", f"element/{await self._find(selector)}/click")

    async def write_now(self, selector: str, value: str) -> None:
        field = await self._find(selector)
        await self._do("POST", f"element/{field}/clear")
        await self._do("POST", f"element/{field}/value", text=value)

    async def screenshot(self, *, path: str | Path | None = None) -> bytes:
        picture = b64decode(await self._do("GET", "screenshot"))
        if path is not None:
            await asyncio.to_thread(Path(path).write_bytes, picture)
        return picture

    async def _find(self, selector: str) -> str:
        found = await self._do("POST", "element", using="css selector", value=selector)
        return str(found[_ELEMENT])

    async def _do(self, method: str, path: str, **body: object) -> Any:
        try:
            async with self.turn:
                return await command(self._driver, method, f"/session/{self._session}/{path}", body)
        except CommandError as error:
            if error.name in _NOT_YET:
                raise NotYetError(str(error)) from None
            raise


async def command(driver: aiohttp.ClientSession, method: str, path: str, body: dict[str, Any]) -> Any:
    """What the driver answers. Raises CommandError."""
    async with driver.request(method, path, json=body if method == "POST" else None) as answer:
        value = (await answer.json())["value"]
    if not answer.ok:
        raise CommandError(value["error"], value["message"])
    return value


class WebKit:
    """One person's WebKit. What it stores goes when it is closed.

    async with WebKit(folder, "Wim", guard) as wim:
        await wim.page.goto(server.url)
    """

    def __init__(self, folder: Path, name: str, guard: Guard) -> None:
        self._name = name
        self._guard = guard
        self._log = Path(tempfile.mkstemp(dir=folder, prefix=f"webkit-{name}-", suffix=".log")[1])
        self._processes: list[subprocess.Popen[bytes]] = []
        self._driver: aiohttp.ClientSession | None = None
        self._proxy: asyncio.Server | None = None
        self._page: WebKitPage | None = None

    @property
    def page(self) -> WebKitPage:
        """Its page. Raises RuntimeError while it is closed."""
        if self._page is None:
            raise RuntimeError("this WebKit is closed")
        return self._page

    async def open(self) -> WebKitPage:
        """Start it and take it over. Raises RuntimeError with the end of its log if it does not come up."""
        try:
            self._page = await asyncio.wait_for(self._start(), READY_S)
        except (OSError, TimeoutError, aiohttp.ClientError, CommandError) as error:
            await self._end()
            raise RuntimeError(f"WebKit did not come up: {error}\n{self._log.read_text()[-4000:]}") from error
        return self._page

    async def close(self) -> None:
        """Tell the guard what was noted last, and close it; whatever does not end is killed."""
        with suppress(aiohttp.ClientError, TimeoutError, CommandError):
            await self.page.tell()
        await self._end()

    async def _start(self) -> WebKitPage:
        found = find_webkit()
        if found is None:
            raise RuntimeError("there is no WebKit: run `make test`, which provides one where it can be had")
        driver, screen = found
        self._proxy = await asyncio.start_server(self._asked, "127.0.0.1", 0)
        port, display = free_port(), await asyncio.to_thread(self._show, screen)
        self._run([str(driver), f"--port={port}"], env={**os.environ, "DISPLAY": display})
        self._driver = aiohttp.ClientSession(
            f"http://127.0.0.1:{port}", timeout=aiohttp.ClientTimeout(COMMAND_S), trust_env=False
        )
        session = await self._open_session(self._driver, self._proxy.sockets[0].getsockname()[1])
        page = WebKitPage(self._driver, session, self._name, self._guard)
        await command(
            self._driver, "POST", f"/session/{session}/window/rect", {"width": WINDOW[0], "height": WINDOW[1]}
        )
        return page

    def _show(self, screen: Path) -> str:
        """Start the screen; its name."""
        told, tells = os.pipe()
        size = f"{WINDOW[0]}x{WINDOW[1]}x24"
        self._run([str(screen), "-displayfd", str(tells), "-screen", "0", size, "-nolisten", "tcp"], pass_fds=(tells,))
        os.close(tells)
        with os.fdopen(told) as number:
            return f":{number.readline().strip()}"

    def _run(self, line: list[str], **more: Any) -> None:
        with self._log.open("ab") as log:
            self._processes.append(subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **more))

    @staticmethod
    async def _open_session(driver: aiohttp.ClientSession, proxy_port: int) -> str:
        args = ["--automation", f"--proxy=http://127.0.0.1:{proxy_port}", "--ignore-host=127.0.0.1"]
        wanted = {
            "pageLoadStrategy": "normal",
            "strictFileInteractability": False,
            "webkitgtk:browserOptions": {"args": [*args, "--autoplay-policy=allow"]},
        }
        while True:
            try:
                opened = await command(driver, "POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
                return str(opened["sessionId"])
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.05)  # it does not say when it listens

    async def _asked(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Something beyond this machine is asked for."""
        asked = (await reader.readline()).decode(errors="replace").split()
        self._guard.note(self._name, f"foreign request: {' '.join(asked[:2])}")
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async def _end(self) -> None:
        """Close the window, then the driver, then the screen."""
        if self._driver is not None and self._page is not None:
            with suppress(aiohttp.ClientError, TimeoutError, CommandError):
                await self._page.quit()
        if self._driver is not None:
            await self._driver.close()
        for process in reversed(self._processes):
            process.terminate()
            await asyncio.to_thread(end, process)
        if self._proxy is not None:
            self._proxy.close()
        self._processes, self._driver, self._proxy, self._page = [], None, None, None

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
