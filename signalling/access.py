"""What is logged of a request to the API: its route, and never its path, which holds codes, its query or its body."""

import logging
from time import monotonic

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from signalling.limits import named_asker
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
            address = named_asker(request.remote, forwarded_for(request), behind_proxy)
            _note(request, response.status, monotonic() - began, address)
        return response

    return visit


def forwarded_for(request: web.Request) -> str | None:
    """All X-Forwarded-For headers as one; None without. Whoever asks may have sent some; the proxy's comes last."""
    said = request.headers.getall("X-Forwarded-For", ())
    return ", ".join(said) if said else None


def _note(request: web.Request, status: int, took_s: float, address: str | None) -> None:
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
        address=network_of(address),
        duration_s=round(took_s, 4),
    )
