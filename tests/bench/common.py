"""What benches share: their options, the shape of their figures, and a tiny server for the pages of the peers."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

ROOT = Path(__file__).resolve().parents[2]
PAGES = Path(__file__).parent / "pages"
MB = 1_000_000

Figures = dict[str, Any]  # numbers, or such figures for each of several engines


@dataclass(frozen=True, slots=True)
class Options:
    """How much to measure; `size` in bytes. All that was recorded goes into the file `dump`, if the bench has such."""

    rounds: int
    size: int
    dump: Path | None = None


def tell(words: str) -> None:
    """Progress for the person who waits; stdout is for the figures alone."""
    print(words, file=sys.stderr, flush=True)


@asynccontextmanager
async def page_server(extra: dict[str, Path]) -> AsyncIterator[str]:
    """Serve `tests/bench/pages`, and `extra` files by URL path, on loopback; gives the origin."""

    async def serve(request: web.Request) -> web.FileResponse:
        path = request.match_info["path"]
        file = extra.get(path) or PAGES / path
        if not file.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(file)

    app = web.Application()
    app.router.add_get("/{path:[^/]+}", serve)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
