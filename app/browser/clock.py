"""The page's monotonic clock, its one timer, and the next frame."""

from collections.abc import Callable
from time import perf_counter

from js import clearTimeout, document, performance, requestAnimationFrame, setTimeout
from pyodide.ffi import create_proxy

LEAST_DELAY_MS = 1
LEAST_BETWEEN_DRAWS_MS = 80
MOST_WAIT_S = 0.03
# The interpreter's clock is `performance.now` too, and asking it does not cross into JavaScript: a tenth of the price.
_OFFSET_S = float(performance.now()) / 1000 - perf_counter()


def now() -> float:
    """Seconds since the page began (`performance.now`)."""
    return perf_counter() + _OFFSET_S


def wait_until(at: float) -> None:
    """Return at page time `at` to the millisecond. The page stands still until then, so only for some milliseconds."""
    latest = now() + MOST_WAIT_S
    while now() < min(at, latest):
        pass


class Alarm:
    """One timer that is set again and again; `ring` is called when it goes off."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._proxy = create_proxy(self._rung)
        self._id: int | None = None
        self._at = 0.0

    def set(self, at: float | None) -> None:
        """Go off at page time `at` or earlier; None: not before it is set again. An alarm too early is harmless."""
        if at is None or (self._id is not None and self._at <= at):
            return
        if self._id is not None:
            clearTimeout(self._id)
        self._at = at
        self._id = setTimeout(self._proxy, max(LEAST_DELAY_MS, (at - now()) * 1000))

    def _rung(self) -> None:
        self._id = None
        self._ring()


class Frame:
    """Calls `draw` at the next frame after it was asked for, however often it was asked, and not all the time."""

    def __init__(self, draw: Callable[[], None]) -> None:
        self._draw = draw
        self._proxy = create_proxy(self._drawn)
        self._later = create_proxy(self._ask)
        self._asked = False
        self._last = 0.0

    def ask(self) -> None:
        """Draw soon. A hidden page has no frames, so there a timer serves."""
        if self._asked:
            return
        self._asked = True
        wait = LEAST_BETWEEN_DRAWS_MS - (now() - self._last) * 1000
        if wait > 0:
            setTimeout(self._later, wait)
        else:
            self._ask()

    def _ask(self) -> None:
        if document.hidden:
            setTimeout(self._proxy, 0)
        else:
            requestAnimationFrame(self._proxy)

    def _drawn(self, *_: object) -> None:
        self._asked = False
        self._last = now()
        self._draw()
