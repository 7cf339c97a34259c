"""Pages of other origins that this server was told of may ask its API (Fetch standard, "CORS protocol").

Who may not is refused before anything is answered (`origins`); here only the browsers of those who may are told so.
"""

from collections.abc import Awaitable, Callable

from aiohttp import web

METHODS = "GET, POST, DELETE"
HEADERS = "Content-Type"
# How long a browser may remember the answer. Chromium's own limit is two hours, Firefox's a day.
MAX_AGE_S = 7200

Prepare = Callable[[web.Request, web.StreamResponse], Awaitable[None]]


def allow(origins: tuple[str, ...]) -> Prepare:
    """Tells the browser, beside every answer of the API, that a page of one of these `origins` may read it."""

    async def prepare(request: web.Request, response: web.StreamResponse) -> None:
        if not request.path.startswith("/api/"):
            return
        response.headers.add("Vary", "Origin")
        origin = request.headers.get("Origin", "")
        if origin.lower() in origins:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = "Retry-After"

    return prepare


def is_preflight(request: web.Request) -> bool:
    """Whether a browser asks what a page may ask."""
    is_asking = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
    return is_asking and request.path.startswith("/api/")


async def preflight(_request: web.Request) -> web.StreamResponse:
    """What pages may ask."""
    headers = {
        "Access-Control-Allow-Methods": METHODS,
        "Access-Control-Allow-Headers": HEADERS,
        "Access-Control-Max-Age": str(MAX_AGE_S),
    }
    return web.Response(status=204, headers=headers)
