"""What every browser's page can do for a `Person`: a few of the methods of Playwright's `Page`, by its names.

Playwright's own `Page` is a `Screen` as it is; `firefox.py` has another for the browser that Playwright cannot drive.
"""

from pathlib import Path
from typing import Any, Protocol


class Screen(Protocol):
    """A page in somebody's browser. Times are in milliseconds; whatever takes longer raises."""

    async def goto(self, url: str) -> object:
        """Go to an address and wait until the page is loaded."""

    async def reload(self) -> object:
        """Load the page again and wait until it is loaded."""

    async def fill(self, selector: str, value: str) -> None:
        """Replace what stands in a field."""

    async def click(self, selector: str, *, timeout: float | None = None) -> None:  # noqa: ASYNC109 - Playwright's
        """Click something as soon as it can be clicked."""

    async def set_input_files(self, selector: str, files: Path) -> None:
        """Choose a file where the page asks for one."""

    async def evaluate(self, expression: str, arg: Any = None) -> Any:
        """The value of a JavaScript expression; of a function, what it returns for `arg`. A promise is awaited."""

    async def wait_for_function(
        self,
        expression: str,
        *,
        polling: float | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - Playwright's
    ) -> object:
        """Wait until a JavaScript expression is true; looks every `polling` milliseconds."""

    async def screenshot(self, *, path: str | Path | None = None) -> bytes:
        """What can be seen, as PNG."""
