"""How often one address may have this server look something up or work something out, in a room or not.

Laws: every kind of question has a count of its own; whoever is refused is told when to come again. Times are seconds of
a clock that does not jump.
"""

from collections.abc import Callable
from time import monotonic

from aiohttp import web
from aiohttp.typedefs import Handler

from app.room.errors import Reason
from signalling.access import asking
from signalling.limits import Rule, Window
from signalling.problems import ProblemError

TOO_OFTEN = "That was asked too often from here. Try again in {seconds} s."


class Turnstile:
    """Stands before handlers; the machine's own browser is not counted."""

    def __init__(self, now: Callable[[], float] = monotonic, behind_proxy: bool = False) -> None:
        self._now = now
        self._behind_proxy = behind_proxy

    def guard(self, rule: Rule, handler: Handler) -> Handler:
        """The handler, for whoever asks no more often than that."""
        window = Window(rule)

        async def guarded(request: web.Request) -> web.StreamResponse:
            address = asking(request, self._behind_proxy)
            if address is not None:
                wait_s = window.wait_s(address, self._now())
                if wait_s:
                    raise ProblemError(Reason.RATE_LIMITED, TOO_OFTEN.format(seconds=wait_s), wait_s)
                window.count(address, self._now())
            return await handler(request)

        return guarded
