"""How the REST face answers: JSON that nobody keeps, and errors as problem documents (RFC 9457).

Laws: every error is `application/problem+json` with a `code` out of `Reason` and a sentence a person can read, and is
counted.
"""

import logging
from http import HTTPStatus
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from app.room.errors import Reason
from signalling.access import MARK, REASON
from signalling.logs import note_error
from signalling.metrics import Metrics
from signalling.sentences import SENTENCES

LOG = logging.getLogger("matinee.rest")
METRICS: web.AppKey[Metrics] = web.AppKey("metrics", Metrics)
# When to come again, where nobody knows: a member's pace fills up all the time, and a page may be closed any moment.
SOON_S = 1

STATUS: dict[Reason, HTTPStatus] = {
    Reason.UNAUTHORIZED_COMMAND: HTTPStatus.FORBIDDEN,
    Reason.WRONG_PASSWORD: HTTPStatus.FORBIDDEN,
    Reason.BANNED: HTTPStatus.FORBIDDEN,
    Reason.INVALID_COMMAND: HTTPStatus.BAD_REQUEST,
    Reason.ROOM_ENDED: HTTPStatus.GONE,
    Reason.ROOM_EXPIRED: HTTPStatus.GONE,
    Reason.ROOM_FULL: HTTPStatus.CONFLICT,
    Reason.RATE_LIMITED: HTTPStatus.TOO_MANY_REQUESTS,
    Reason.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Reason.CONFLICT: HTTPStatus.CONFLICT,
    Reason.STALE: HTTPStatus.CONFLICT,
    Reason.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Reason.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}


class ProblemError(Exception):
    """A request that ends in an error; `detail` is for a person."""

    def __init__(self, reason: Reason, detail: str | None = None, retry_after_s: int | None = None) -> None:
        super().__init__(reason)
        self.retry_after_s = retry_after_s
        self.reason = reason
        self.detail = detail or SENTENCES[reason]


def json_answer(value: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> web.Response:
    """JSON that is to be asked for anew each time."""
    return web.json_response(value, status=status, headers={"Cache-Control": "no-store"})


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn whatever goes wrong below `/api` into a problem document."""
    if not request.path.startswith("/api/"):
        return await handler(request)
    try:
        return await handler(request)
    except ProblemError as problem:
        response = _document(request, STATUS[problem.reason], problem.reason, problem.detail)
        if problem.retry_after_s is not None:
            response.headers["Retry-After"] = str(problem.retry_after_s)
        return response
    except web.HTTPRequestEntityTooLarge:
        return _document(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, Reason.TOO_LARGE)
    except web.HTTPException as error:
        return _from_aiohttp(request, error)
    except ConnectionError:
        raise  # nobody is there to be told
    except Exception:  # noqa: BLE001 - logged, and told to whoever asked
        note_error(LOG, "request_failed", request=request[MARK])
        sentence = "Something went wrong on the server. Try again in a moment."
        return _document(request, HTTPStatus.INTERNAL_SERVER_ERROR, Reason.UNAVAILABLE, sentence)


def _from_aiohttp(request: web.Request, error: web.HTTPException) -> web.Response:
    reason = Reason.NOT_FOUND if error.status == HTTPStatus.NOT_FOUND else Reason.INVALID_COMMAND
    response = _document(request, HTTPStatus(error.status), reason)
    if "Allow" in error.headers:
        response.headers["Allow"] = error.headers["Allow"]
    return response


def _document(request: web.Request, status: HTTPStatus, reason: Reason, detail: str | None = None) -> web.Response:
    request.app[METRICS].refused("request", reason)
    request[REASON] = reason.value
    sentence = detail or SENTENCES[reason]
    told = {"type": "about:blank", "title": status.phrase, "status": status, "code": reason, "detail": sentence}
    response = json_answer(told, status)
    response.content_type = "application/problem+json"
    return response
