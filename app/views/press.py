"""A finger on a row of a list: until its click has come, nothing is drawn anew under it.

A browser tells of a click only where the finger left the element on which it came down. A row that moves or goes in
between, because an answer came or somebody joined, would swallow the click or give it to its neighbour.
"""

from collections.abc import Callable
from typing import Any

# Who holds longer than this does not press.
LONGEST_MS = 1000
# After a finger is lifted its click comes at once with a mouse, and within this on a screen.
CLICK_WITHIN_MS = 100
_ON_A_ROW = "li [data-do]"


class Press:
    """`released` is called when things may be drawn again."""

    def __init__(self, document: Any, released: Callable[[], None]) -> None:
        from pyodide.ffi import create_proxy

        self.on = False
        self._released = released
        self._timer: Any = None
        self._end_proxy = create_proxy(self._end)
        document.addEventListener("pointerdown", create_proxy(self._begin), True)
        document.addEventListener("pointerup", create_proxy(lambda _: self._wait(CLICK_WITHIN_MS)), True)
        document.addEventListener("pointercancel", self._end_proxy, True)
        # On the way up: by then the click has been taken for what it means.
        document.addEventListener("click", self._end_proxy)

    def _begin(self, event: Any) -> None:
        if event.target.closest(_ON_A_ROW):
            self.on = True
            self._wait(LONGEST_MS)

    def _wait(self, ms: int) -> None:
        from js import clearTimeout, setTimeout

        if self.on:
            clearTimeout(self._timer)
            self._timer = setTimeout(self._end_proxy, ms)

    def _end(self, _: Any = None) -> None:
        from js import clearTimeout

        if self.on:
            clearTimeout(self._timer)
            self.on = False
            self._released()
