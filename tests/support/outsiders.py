"""A server of somebody else on loopback, in whatever mood a test wants it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

Mood = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Outsider:
    """Answers every request by its `mood`; `asked` are those that came, with their bodies."""

    mood: Mood
    url: str = ""
    asked: list[tuple[web.Request, bytes]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """What the mood says."""
        self.asked.append((request, await request.read()))
        return await self.mood(request)


@asynccontextmanager
async def outsider(mood: Mood) -> AsyncIterator[Outsider]:
    """Such a server for a while."""
    server = Outsider(mood)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()


def says(value: object) -> Mood:
    """JSON, at once."""
    return lambda _: _soon(web.json_response(value))


def answers(status: int = 200, text: str = "", **headers: str) -> Mood:
    """Any answer; underscores in the names of headers stand for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: _soon(web.Response(status=status, text=text, headers=named))


async def never(_: web.Request) -> web.StreamResponse:
    """Takes the question and says nothing."""
    await asyncio.Event().wait()
    raise AssertionError


async def hangs_up(request: web.Request) -> web.StreamResponse:
    """Closes the connection instead of an answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def floods(request: web.Request) -> web.StreamResponse:
    """A body without end, as fast as it is taken."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    while True:
        await response.write(b" " * 65536)


async def dribbles(request: web.Request) -> web.StreamResponse:
    """A body that begins well and does not end."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    await response.write(b'{"films": [')
    return await never(request)


async def _soon(response: web.StreamResponse) -> web.StreamResponse:
    return response
