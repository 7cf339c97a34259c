"""The one impure circle: event → session → effects → the one timer.

Laws: one event at a time; what comes while one is handled waits its turn. A
failure in our own code is told to the console and does not stop the evening.
"""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from app.browser.clock import Alarm, Frame, now
from app.session.effects import Effect, Render
from app.session.events import Event, TimerFired
from app.session.picture import Picture
from app.session.session import Session

# A mistake that happens at every tick is told once a second, not a thousand times.
AFTER_FAILURE_S = 1.0


class Loop:
    """`complain` is told what went wrong in our own code."""

    def __init__(self, session: Session, complain: Callable[[str], None]) -> None:
        self._session = session
        self._complain = complain
        self._events: deque[Event] = deque()
        self._busy = False
        self._failed_until: float | None = None
        self._alarm = Alarm(lambda: self.emit(TimerFired()))
        self._frame = Frame(self._draw_now)
        self._perform: Mapping[type, Callable[[Any], None]] = {}
        self._draw: Callable[[Picture], None] = lambda _: None

    def connect(self, perform: Mapping[type, Callable[[Any], None]], draw: Callable[[Picture], None]) -> None:
        """Who does what: one callable for each type of effect, and one that shows a picture."""
        self._perform = {**perform, Render: lambda _: self._frame.ask()}
        self._draw = draw

    def emit(self, event: Event) -> None:
        """Something happened."""
        self._events.append(event)
        if self._busy:
            return
        self._busy = True
        try:
            while self._events:
                self._handle(self._events.popleft())
        finally:
            self._busy = False
        self._set_alarm()

    def _set_alarm(self) -> None:
        try:
            moment = self._session.next_timer(now())
        except Exception as error:  # noqa: BLE001 - without an alarm everything would stand still
            self._complain(f"next_timer: {error!r}")
            moment = now() + AFTER_FAILURE_S
        if moment is not None and self._failed_until is not None:
            moment = max(moment, self._failed_until)
        self._alarm.set(moment)

    def _handle(self, event: Event) -> None:
        self._failed_until = None
        try:
            effects = self._session.handle(event, now())
        except Exception as error:  # noqa: BLE001 - a mistake of ours must not end the evening
            self._complain(f"{type(event).__name__}: {error!r}")
            self._failed_until = now() + AFTER_FAILURE_S
            return
        for effect in effects:
            self._do(effect)

    def _do(self, effect: Effect) -> None:
        try:
            self._perform[type(effect)](effect)
        except Exception as error:  # noqa: BLE001 - one effect that fails must not take the others along
            self._complain(f"{type(effect).__name__}: {error!r}")

    def _draw_now(self) -> None:
        self._draw(self._session.picture(now()))
