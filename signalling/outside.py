"""What this server asks of servers of others: one HTTP client with manners.

Laws: nobody is asked longer, or for more bytes, than was said; a redirect is not followed, since a key might go
along; who says 429 is left alone for as long as it says; neither keys nor addresses are ever logged.
Whatever goes wrong is an `OutsideError`. Times are seconds.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from time import monotonic, time
from typing import Any

import aiohttp

USUALLY_WITHIN_S = 3.0
MOST_BYTES = 512 * 1024
# Where 429 comes without a time, and the longest we believe.
PAUSE_S, LONGEST_PAUSE_S = 5.0, 3600.0
_CHUNK_BYTES = 16 * 1024
_UNAUTHORIZED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


class OutsideError(Exception):
    """Somebody else's server did not help; `str()` says why, for the log."""


@dataclass(frozen=True, slots=True)
class Call:
    """What to ask. `body` goes as JSON, by POST where there is one; `patient`: our own turn does not count."""

    url: str
    params: Mapping[str, str] | None = None
    headers: Mapping[str, str] | None = None
    body: Mapping[str, Any] | None = None
    within_s: float = USUALLY_WITHIN_S
    most_bytes: int = MOST_BYTES
    patient: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What came, whole."""

    data: bytes
    content_type: str


class Outside:
    """One server of others: at most `at_once` questions at a time and `per_s` a second; `now` is monotonic."""

    def __init__(self, at_once: int = 6, per_s: float = 20.0, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._turns = asyncio.Semaphore(at_once)
        self._gap_s = 1 / per_s
        self._next_at = self._silent_until = 0.0
        self._session: aiohttp.ClientSession | None = None

    async def json(self, call: Call) -> Any:
        """A JSON answer. Raises `OutsideError`."""
        answer = await self.ask(call)
        try:
            return json.loads(answer.data)
        except (ValueError, RecursionError):
            raise OutsideError("what it says is no JSON") from None

    async def ask(self, call: Call) -> Answer:
        """Any answer. Raises `OutsideError`."""
        if self.silent:
            raise OutsideError("it asked to be left alone for a while")
        try:
            async with asyncio.timeout(None if call.patient else call.within_s) as limit, self._turns:
                await self._pace()
                if call.patient:
                    limit.reschedule(asyncio.get_running_loop().time() + call.within_s)
                return await self._asked(call)
        except TimeoutError:
            raise OutsideError("it did not answer in time") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise OutsideError(f"it cannot be reached ({type(error).__name__})") from None

    @property
    def silent(self) -> bool:
        """Whether it asked to be left alone for a while."""
        return self._now() < self._silent_until

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()

    async def _pace(self) -> None:
        """Wait for our turn, so that no second has too many questions."""
        at = max(self._now(), self._next_at)
        self._next_at = at + self._gap_s
        if at > self._now():
            await asyncio.sleep(at - self._now())
        if self.silent:
            raise OutsideError("it asked to be left alone for a while")

    async def _asked(self, call: Call) -> Answer:
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        method = "GET" if call.body is None else "POST"
        given = {"params": call.params, "headers": call.headers, "json": call.body, "allow_redirects": False}
        async with self._session.request(method, call.url, **given) as response:  # type: ignore[arg-type]
            if response.status == HTTPStatus.TOO_MANY_REQUESTS:
                self._silent_until = self._now() + _pause_s(response.headers.get("Retry-After"))
            if response.status in _UNAUTHORIZED:
                raise OutsideError(f"it does not take our key ({response.status})")
            if response.status != HTTPStatus.OK:
                raise OutsideError(f"it answered {response.status}")
            return Answer(await _read(response, call.most_bytes), response.content_type)


async def _read(response: aiohttp.ClientResponse, most: int) -> bytes:
    """The body, as it comes: what it says of its length is not to be trusted."""
    found = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
        found += chunk
        if len(found) > most:
            raise OutsideError("it says too much")
    return bytes(found)


def _pause_s(said: str | None) -> float:
    """`Retry-After` in seconds: a number, or a date."""
    try:
        wait_s = float(said or PAUSE_S)
    except ValueError:
        try:
            wait_s = parsedate_to_datetime(said or "").timestamp() - time()
        except (ValueError, OverflowError):
            wait_s = PAUSE_S
    return min(max(wait_s, 1.0), LONGEST_PAUSE_S) if wait_s == wait_s else PAUSE_S
