"""The REST face of the rooms, `/api/v1`: making one, looking at one, entering, leaving, tickets.

Laws: bodies are JSON objects of at most `MAX_BODY_BYTES`; every error is `application/problem+json` with a `code`
out of `Reason` and a sentence a person can read; secrets travel in bodies only, never in a URL.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from math import ceil
from typing import Any, TypeVar

from aiohttp import web

from app.room.bounds import MAX_NAME
from app.room.errors import Reason
from app.room.state import Room, Visibility
from signalling.admission import Admission, Wish
from signalling.hub import Hub
from signalling.limits import Limits, asker
from signalling.metrics import CONTENT_TYPE
from signalling.passwords import RETRY_AFTER_S, BusyError
from signalling.problems import METRICS, ProblemError, json_answer
from signalling.sentences import SENTENCES
from signalling.tokens import Claim, Tickets, digest
from signalling.version import VERSION

MAX_BODY_BYTES = 16 * 1024
MAX_PASSWORD = 128
BODY_WITHIN_S = 5.0

T = TypeVar("T")
# Of these ten in ten minutes are enough.
_FAILURES = (Reason.NOT_FOUND, Reason.UNAUTHORIZED_COMMAND, Reason.WRONG_PASSWORD, Reason.BANNED)
NO_ROOM = "There is no room with this code. Check the link, or start a room of your own."
WRONG_LINK = "This link does not open this room. Ask for the link again."
NOT_A_MEMBER = "You are not in this room any more. Open its link again."
TOO_OFTEN = "That was tried too often from here. Try again in {minutes} min."
NOT_MADE = "Your room could not be made just now. Try again in a moment."


class Rooms:
    """The handlers."""

    def __init__(
        self, hub: Hub, tickets: Tickets, now: Callable[[], float], limits: Limits, behind_proxy: bool = False
    ) -> None:
        self._hub = hub
        self._limits = limits
        self._behind_proxy = behind_proxy
        self._tickets = tickets
        self._now = now

    def routes(self) -> list[web.RouteDef]:
        """Every path but the WebSocket's and the site's."""
        room = "/api/v1/rooms/{code}"
        return [
            web.get("/metrics", metrics),
            web.get("/health", health),
            web.get("/api/v1/health", health),
            web.post("/api/v1/rooms", self.create),
            web.get("/api/v1/rooms", self.listed),
            web.get(room, self.card),
            web.post(f"{room}/join", self.join),
            web.post(f"{room}/ticket", self.ticket),
            web.post(f"{room}/password", self.password),
            web.post(f"{room}/link", self.link),
            web.delete(f"{room}/members/me", self.leave),
        ]

    async def create(self, request: web.Request) -> web.Response:
        """A new room with the caller as its host."""
        body = await _body(request)
        title = _text(body, "title", MAX_NAME) if body.get("title") is not None else None
        wish = Wish(_text(body, "name", MAX_NAME), device=_text(body, "device", 128, ""))
        _hold_back(self._limits.room(self._keys(request, wish), self._now()))
        made = await self._hub.create(wish, title)
        if isinstance(made, Reason):
            raise ProblemError(made, NOT_MADE)
        told = {"code": made.code, "link_secret": made.link_secret, **self._entry(made)}
        return json_answer(told, HTTPStatus.CREATED)

    async def card(self, request: web.Request) -> web.Response:
        """What somebody sees before entering."""
        live = await self._hub.find(_code(request))
        if isinstance(live, Reason):
            raise _problem(live)
        return json_answer(_card(live.room))

    async def join(self, request: web.Request) -> web.Response:
        """A new member."""
        body = await _body(request)
        wish = _wish(body)
        keys = self._keys(request, wish)
        _hold_back(self._limits.join(keys, self._now()))
        joined = await self._unless_busy(self._hub.join(_code(request), wish))
        if joined in _FAILURES:
            self._limits.failed(keys, self._now())
        if isinstance(joined, Reason):
            raise _problem(joined, WRONG_LINK)
        if joined.waiting:
            told = {"member": joined.member, "resume_secret": joined.resume_secret, "waiting": True}
            return json_answer(told, HTTPStatus.ACCEPTED)
        return json_answer(self._entry(joined), HTTPStatus.CREATED)

    async def ticket(self, request: web.Request) -> web.Response:
        """A fresh ticket for a member that comes back, or for a caller who was let in."""
        code, (member, resume_secret) = _code(request), _member(await _body(request))
        live = await self._hub.recognise(code, member, resume_secret)
        if isinstance(live, Reason):
            raise _problem(live, NOT_A_MEMBER)
        if live.waits(member):
            return json_answer({"waiting": True}, HTTPStatus.ACCEPTED)
        return json_answer({"ticket": self._tickets.issue(Claim(code, member), self._now())})

    async def password(self, request: web.Request) -> web.Response:
        """The host wants a password asked at the door; an empty one: none."""
        body = await _body(request)
        member, resume_secret = _member(body)
        password = _text(body, "password", MAX_PASSWORD, "")
        asked = self._hub.set_password(_code(request), member, resume_secret, password)
        refusal = await self._unless_busy(asked)
        if refusal is not None:
            raise _problem(refusal, SENTENCES[Reason.UNAUTHORIZED_COMMAND])
        return json_answer({"needs_password": bool(password)})

    async def link(self, request: web.Request) -> web.Response:
        """The host wants another link, and the old one to open nothing."""
        member, resume_secret = _member(await _body(request))
        renewed = await self._hub.renew_link(_code(request), member, resume_secret)
        if isinstance(renewed, Reason):
            raise _problem(renewed, SENTENCES[Reason.UNAUTHORIZED_COMMAND])
        return json_answer({"link_secret": renewed})

    def _keys(self, request: web.Request, wish: Wish) -> tuple[str, ...]:
        """What counts against the limits: address and device; nothing on the machine itself."""
        address = asker(request.remote, request.headers.get("X-Forwarded-For"), self._behind_proxy)
        if address is None:
            return ()
        return (address, f"device {digest(wish.device).hex()}") if wish.device else (address,)

    async def listed(self, _request: web.Request) -> web.Response:
        """The public rooms."""
        return json_answer({"rooms": [_card(room) for room in self._hub.public()]})

    @staticmethod
    async def _unless_busy(answer: Awaitable[T]) -> T:
        try:
            return await answer
        except BusyError:
            raise ProblemError(Reason.UNAVAILABLE, retry_after_s=RETRY_AFTER_S) from None

    async def leave(self, request: web.Request) -> web.Response:
        """The member goes for good."""
        code, (member, resume_secret) = _code(request), _member(await _body(request))
        refusal = await self._hub.leave(code, member, resume_secret)
        if refusal is not None:
            raise _problem(refusal, NOT_A_MEMBER)
        return web.Response(status=HTTPStatus.NO_CONTENT)

    def _entry(self, admission: Admission) -> dict[str, str]:
        ticket = self._tickets.issue(Claim(admission.code, admission.member), self._now())
        return {"member": admission.member, "resume_secret": admission.resume_secret, "ticket": ticket}


async def health(_request: web.Request) -> web.Response:
    """Whether the server answers, and which one it is."""
    return json_answer({"status": "ok", "version": VERSION})


async def metrics(request: web.Request) -> web.Response:
    """Figures for whoever runs the server."""
    headers = {"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"}
    return web.Response(body=request.app[METRICS].page(), headers=headers)


def _problem(reason: Reason, when_unauthorized: str = "") -> ProblemError:
    sentences = {Reason.NOT_FOUND: NO_ROOM, Reason.UNAUTHORIZED_COMMAND: when_unauthorized}
    return ProblemError(reason, sentences.get(reason))


def _card(room: Room) -> dict[str, Any]:
    return {
        "code": room.code,
        "title": room.title,
        "members": [member.name for member in room.members],
        "phase": room.phase,
        "on": room.current.film.name if room.current else None,
        "needs_password": room.has_password,
        "public": room.visibility is Visibility.PUBLIC,
    }


def _code(request: web.Request) -> str:
    return request.match_info["code"].upper()


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        async with asyncio.timeout(BODY_WITHIN_S):
            raw = await request.read()
    except TimeoutError:
        raise ProblemError(Reason.INVALID_COMMAND, "The request took too long to arrive. Try again.") from None
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        raise ProblemError(Reason.INVALID_COMMAND, "The request is not valid JSON.") from None
    if not isinstance(value, dict):
        raise ProblemError(Reason.INVALID_COMMAND, "The request is not a JSON object.")
    return value


def _member(body: dict[str, Any]) -> tuple[str, str]:
    return _text(body, "member", 64), _text(body, "resume_secret", 128)


def _hold_back(wait_s: int) -> None:
    if wait_s:
        raise ProblemError(Reason.RATE_LIMITED, TOO_OFTEN.format(minutes=ceil(wait_s / 60)), wait_s)


def _wish(body: dict[str, Any]) -> Wish:
    name, link_secret = _text(body, "name", MAX_NAME), _text(body, "link_secret", 128, "")
    return Wish(name, link_secret, _text(body, "password", MAX_PASSWORD, ""), _text(body, "device", 128, ""))


def _text(body: dict[str, Any], key: str, most: int, otherwise: str | None = None) -> str:
    value = body.get(key)
    if value in (None, "") and otherwise is not None:
        return otherwise
    if not isinstance(value, str) or not 1 <= len(value) <= most:
        raise ProblemError(Reason.INVALID_COMMAND, f"“{key}” must be a text of 1 to {most} characters.")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ProblemError(Reason.INVALID_COMMAND, f"“{key}” is not valid text.")
    return value
