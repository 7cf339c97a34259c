"""Browsers that Playwright cannot drive: what their pages have in common, whatever way commands reach them."""

import asyncio
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

import psutil

from tests.support.patience import PATIENCE_MS, POLL_MS

# So long one look for a condition may hold the connection, on which others may wait to do what makes it true.
LOOK_MS = 250.0
STOP_S = 10.0
_EVALUATE = """
const [arg, done] = arguments;
const value = (%s);
Promise.resolve(typeof value === "function" ? value(arg) : value)
  .then((found) => done({ found }), (error) => done({ error: String(error) }));
"""
_LOOK = """
const [every, forMs, done] = arguments;
const end = performance.now() + forMs;
const look = () => {
  try {
    if (%s) done({ found: true });
    else if (performance.now() > end) done({ found: false });
    else setTimeout(look, every);
  } catch (error) { done({ error: String(error) }); }
};
look();
"""


class PageLeftError(Exception):
    """The page went while it was asked something."""


class NotYetError(Exception):
    """What a command is about is not there yet, or cannot be clicked or written to yet."""


class DrivenPage(ABC):
    """The one page of a browser, as a `Screen`. Commands to it wait for one another."""

    browser: ClassVar[str]

    def __init__(self) -> None:
        self.turn = asyncio.Lock()

    @abstractmethod
    async def goto(self, url: str) -> None:
        """Go to an address and wait until the page is loaded."""

    @abstractmethod
    async def reload(self) -> None:
        """Load the page again and wait until it is loaded."""

    @abstractmethod
    async def set_input_files(self, selector: str, files: Path) -> None:
        """Choose a file where the page asks for one, be the field visible or not."""

    @abstractmethod
    async def screenshot(self, *, path: str | Path | None = None) -> bytes:
        """What can be seen, as PNG."""

    @abstractmethod
    async def run_script(self, script: str, *arguments: object) -> Any:
        """What an asynchronous script says it has `done`, with the page's own globals. Raises PageLeftError."""

    @abstractmethod
    async def click_now(self, selector: str) -> None:
        """Click something. Raises NotYetError."""

    @abstractmethod
    async def write_now(self, selector: str, value: str) -> None:
        """Replace what stands in a field. Raises NotYetError."""

    async def fill(self, selector: str, value: str) -> None:
        """Replace what stands in a field, as soon as it can be written to."""
        await self._as_soon_as_possible(lambda: self.write_now(selector, value), f"fill {selector}")

    async def click(self, selector: str, *, timeout: float | None = None) -> None:  # noqa: ASYNC109 - Playwright's
        """Click something as soon as it can be clicked."""
        await self._as_soon_as_possible(lambda: self.click_now(selector), f"click {selector}", timeout)

    async def evaluate(self, expression: str, arg: Any = None) -> Any:
        """The value of a JavaScript expression; of a function, what it returns for `arg`. A promise is awaited."""
        return await self._ask(_EVALUATE % expression, arg)

    async def wait_for_function(
        self,
        expression: str,
        *,
        polling: float | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - Playwright's
    ) -> None:
        """Wait until a JavaScript expression is true, whatever page is loaded meanwhile."""
        end = time.monotonic() + (timeout or PATIENCE_MS) / 1000
        while not await self._looked(expression, polling or POLL_MS):
            if time.monotonic() > end:
                raise TimeoutError(f"in {self.browser} this did not come true in time: {expression}")

    async def _looked(self, expression: str, every_ms: float) -> bool:
        try:
            return bool(await self._ask(_LOOK % expression, every_ms, LOOK_MS))
        except PageLeftError:
            return False

    async def _ask(self, script: str, *arguments: object) -> Any:
        """Raises RuntimeError with what the script threw."""
        answer = await self.run_script(script, *arguments)
        if "error" in answer:
            raise RuntimeError(f"in {self.browser}: {answer['error']}")
        return answer.get("found")

    async def _as_soon_as_possible(
        self, act: Callable[[], Awaitable[None]], what: str, within_ms: float | None = None
    ) -> None:
        end = time.monotonic() + (within_ms or PATIENCE_MS) / 1000
        while True:
            try:
                await act()
            except NotYetError as error:
                if time.monotonic() > end:
                    raise TimeoutError(f"in {self.browser}, {what}: {error}") from None
                await asyncio.sleep(POLL_MS / 1000)  # nobody tells of a change
            else:
                return


def end(process: subprocess.Popen[bytes], patience_s: float = STOP_S) -> None:
    """Wait for the end of a browser and all of its processes, or kill them, each by its id."""
    with suppress(psutil.NoSuchProcess):
        family = [*psutil.Process(process.pid).children(recursive=True)]
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience_s)
        process.kill()
        process.wait(STOP_S)
        for child in psutil.wait_procs(family, STOP_S)[1]:
            with suppress(psutil.NoSuchProcess):
                child.kill()
