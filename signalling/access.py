"""Who asks, and what is logged of it: the route, and never the path, which holds codes, the query or the body."""

import logging
from time import monotonic

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from signalling.limits import asker, named_asker
from signalling.logs import network_of, new_mark, note, room_shadow

LOG = logging.getLogger("matinee.rest")
MARK: web.RequestKey[str] = web.RequestKey("mark", str)
REASON: web.RequestKey[str] = web.RequestKey("reason", str)
_UPGRADED = 101
_SERVER_ERROR = 500


def noted(behind_proxy: bool) -> Middleware:
    """Log every request to the API, and give it a mark; what ends as a WebSocket is logged there."""

    @web.middleware
    async def visit(request: web.Request, handler: Handler) -> web.StreamResponse:
        request[MARK], began = new_mark(), monotonic()
        response = await handler(request)
        if request.path.startswith("/api/") and response.status != _UPGRADED:
            _note(request, response.status, monotonic() - began, asking_network(request, behind_proxy))
        return response

    return visit


def asking(request: web.Request, behind_proxy: bool) -> str | None:
    """The address of whoever asks, as it is counted; None for this machine's own."""
    return asker(request.remote, _forwarded_for(request), behind_proxy)


def asking_network(request: web.Request, behind_proxy: bool) -> str | None:
    """The network of whoever asks, as it is logged; None if the connection is gone."""
    return network_of(named_asker(request.remote, _forwarded_for(request), behind_proxy))


def _forwarded_for(request: web.Request) -> str | None:
    """All X-Forwarded-For headers as one; None without. Whoever asks may have sent some; the proxy's comes last."""
    said = request.headers.getall("X-Forwarded-For", ())
    return ", ".join(said) if said else None


def _note(request: web.Request, status: int, took_s: float, network: str | None) -> None:
    resource = request.match_info.route.resource
    code = request.match_info.get("code")
    note(
        LOG,
        "request",
        logging.INFO if status < _SERVER_ERROR else logging.WARNING,
        request=request[MARK],
        method=request.method if resource else None,
        path=resource.canonical if resource else None,
        status=status,
        code=request.get(REASON),
        room=room_shadow(code.upper()) if code else None,
        address=network,
        duration_s=round(took_s, 4),
    )
