"""The REST face of the rooms, `/api/v1`: making one, looking at one, entering, leaving, tickets.

Laws: bodies are JSON objects of at most `MAX_BODY_BYTES`; every error is `application/problem+json` with a `code`
out of `Reason` and a sentence a person can read; secrets travel in bodies only, never in a URL.
"""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from math import ceil
from typing import Any, TypeVar

from aiohttp import web

from app.room.bounds import MAX_NAME
from app.room.errors import Reason
from app.room.people import is_full
from app.room.state import Room, Visibility
from signalling.access import asking
from signalling.admission import Admission, Wish
from signalling.hub import Hub
from signalling.limits import Limits
from signalling.live_room import LiveRoom
from signalling.metrics import CONTENT_TYPE
from signalling.operations import Operation, Text, read_texts
from signalling.passwords import RETRY_AFTER_S, BusyError
from signalling.problems import METRICS, SOON_S, ProblemError, json_answer
from signalling.schemas import (
    AT_THE_DOOR,
    CARD,
    CARDS,
    ENTRY,
    HEALTH,
    MADE,
    NEEDS_PASSWORD,
    RENEWED,
    STILL_WAITING,
    TICKET,
)
from signalling.sentences import SENTENCES
from signalling.tokens import Claim, Tickets, digest
from signalling.version import VERSION

MAX_BODY_BYTES = 16 * 1024
MAX_SECRET = 128
_SEAT = "member resume_secret"

_DEVICE = Text(MAX_SECRET, optional=True)
NEW_ROOM = {"name": Text(MAX_NAME), "title": Text(MAX_NAME, optional=True), "device": _DEVICE}
JOIN = {
    "name": Text(MAX_NAME),
    "link_secret": Text(MAX_SECRET, optional=True),
    "password": Text(MAX_SECRET, optional=True),
    "device": _DEVICE,
}
SEAT = {"member": Text(64), "resume_secret": Text(MAX_SECRET)}
PASSWORD = {**SEAT, "password": Text(MAX_SECRET, optional=True)}
_LOOK = (Reason.NOT_FOUND, Reason.ROOM_ENDED, Reason.RATE_LIMITED, Reason.UNAVAILABLE)

T = TypeVar("T")
# Of these ten in ten minutes are enough.
_FAILURES = (Reason.NOT_FOUND, Reason.UNAUTHORIZED_COMMAND, Reason.WRONG_PASSWORD, Reason.BANNED)
_OVER = (Reason.ROOM_ENDED, Reason.ROOM_EXPIRED)
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

    def operations(self) -> tuple[Operation, ...]:
        """Every path but the WebSocket's, the films' and the site's."""
        room, seat = "/api/v1/rooms/{code}", (Reason.UNAUTHORIZED_COMMAND, *_LOOK)
        into = (*seat, Reason.ROOM_FULL)
        of_seat = dict.fromkeys(("get_ticket", "leave_room", "end_room"), _SEAT)
        links = {"see_room": "", "join_room": "link_secret", **of_seat}
        return (
            Operation("GET", "/metrics", "metrics", metrics, "Figures for Prometheus.", {200: "text/plain"}),
            Operation("GET", "/health", "health", health, "Whether the server answers.", {200: HEALTH}),
            Operation("GET", "/api/v1/health", "api_health", health, "The same, for pages.", {200: HEALTH}),
            Operation(
                "POST",
                "/api/v1/rooms",
                "make_room",
                self.create,
                "Make a room, as its host.",
                {201: MADE},
                NEW_ROOM,
                (Reason.RATE_LIMITED, Reason.UNAVAILABLE),
                links=links,
            ),
            Operation("GET", "/api/v1/rooms", "list_rooms", self.listed, "The public rooms.", {200: CARDS}),
            Operation("GET", room, "see_room", self.card, "What is seen before entering.", {200: CARD}, None, _LOOK),
            Operation(
                "POST",
                f"{room}/join",
                "join_room",
                self.join,
                "Come in, or knock.",
                {201: ENTRY, 202: AT_THE_DOOR},
                JOIN,
                into,
            ),
            Operation(
                "POST",
                f"{room}/ticket",
                "get_ticket",
                self.ticket,
                "A ticket for the WebSocket.",
                {200: TICKET, 202: STILL_WAITING},
                SEAT,
                seat,
            ),
            Operation(
                "POST",
                f"{room}/password",
                "set_password",
                self.password,
                "Ask for a password at the door.",
                {200: NEEDS_PASSWORD},
                PASSWORD,
                seat,
            ),
            Operation("POST", f"{room}/link", "renew_link", self.link, "Another link.", {200: RENEWED}, SEAT, seat),
            Operation(
                "POST", f"{room}/end", "end_room", self.end, "Close the room for everybody.", {204: None}, SEAT, seat
            ),
            Operation(
                "DELETE", f"{room}/members/me", "leave_room", self.leave, "Go for good.", {204: None}, SEAT, seat
            ),
        )

    async def create(self, request: web.Request) -> web.Response:
        """A new room with the caller as its host."""
        asked = await read_texts(request, NEW_ROOM)
        wish = Wish(asked["name"], device=asked["device"])
        _hold_back(self._limits.room(self._keys(request, wish), self._now()))
        made = await self._hub.create(wish, asked["title"] or None)
        if isinstance(made, Reason):
            raise ProblemError(made, NOT_MADE)
        told = {"code": made.code, "link_secret": made.link_secret, **self._entry(made)}
        return json_answer(told, HTTPStatus.CREATED)

    async def card(self, request: web.Request) -> web.Response:
        """What somebody sees before entering."""
        keys = self._keys(request)
        _hold_back(self._limits.look(keys, self._now()))
        live = await self._guessed(request, keys, self._hub.find(_code(request)))
        if isinstance(live, Reason):
            raise _problem(live)
        return json_answer(_card(live.room))

    async def join(self, request: web.Request) -> web.Response:
        """A new member."""
        wish = Wish(**await read_texts(request, JOIN))
        keys = self._keys(request, wish)
        _hold_back(self._limits.join(keys, self._now()))
        joined = await self._guessed(request, keys, self._unless_busy(self._hub.join(_code(request), wish)))
        if isinstance(joined, Reason):
            raise _problem(joined, WRONG_LINK)
        if joined.waiting:
            told = {"member": joined.member, "resume_secret": joined.resume_secret, "waiting": True}
            return json_answer(told, HTTPStatus.ACCEPTED)
        return json_answer(self._entry(joined), HTTPStatus.CREATED)

    async def ticket(self, request: web.Request) -> web.Response:
        """A fresh ticket for a member that comes back, or for a caller who was let in."""
        seat = await read_texts(request, SEAT)
        live, member = await self._of_seat(request, seat), seat["member"]
        if live.waits(member):
            return json_answer({"waiting": True}, HTTPStatus.ACCEPTED)
        return json_answer({"ticket": self._tickets.issue(Claim(_code(request), member), self._now())})

    async def password(self, request: web.Request) -> web.Response:
        """The host wants a password asked at the door; an empty one: none."""
        asked = await read_texts(request, PASSWORD)
        await self._of_seat(request, asked)
        refusal = await self._unless_busy(self._hub.set_password(_code(request), **asked))
        if refusal is not None:
            raise _problem(refusal, SENTENCES[Reason.UNAUTHORIZED_COMMAND])
        return json_answer({"needs_password": bool(asked["password"])})

    async def link(self, request: web.Request) -> web.Response:
        """The host wants another link, and the old one to open nothing."""
        seat = await read_texts(request, SEAT)
        await self._of_seat(request, seat)
        renewed = await self._hub.renew_link(_code(request), **seat)
        if isinstance(renewed, Reason):
            raise _problem(renewed, SENTENCES[Reason.UNAUTHORIZED_COMMAND])
        return json_answer({"link_secret": renewed})

    async def leave(self, request: web.Request) -> web.Response:
        """The member goes for good."""
        seat = await read_texts(request, SEAT)
        await self._of_seat(request, seat)
        refusal = await self._hub.leave(_code(request), **seat)
        if refusal is not None:
            raise _problem(refusal, NOT_A_MEMBER)
        return web.Response(status=HTTPStatus.NO_CONTENT)

    async def end(self, request: web.Request) -> web.Response:
        """The host closes the room for everybody."""
        seat = await read_texts(request, SEAT)
        await self._of_seat(request, seat)
        refusal = await self._hub.end(_code(request), **seat)
        if refusal is not None:
            raise _problem(refusal, SENTENCES[Reason.UNAUTHORIZED_COMMAND])
        return web.Response(status=HTTPStatus.NO_CONTENT)

    async def _of_seat(self, request: web.Request, seat: Mapping[str, str]) -> LiveRoom:
        """The room, for whoever shows a member's secret, however often others failed from there.

        Who has failed too often is told so whatever they fail at, and costs the store nothing.
        """
        code, keys = _code(request), self._keys(request)
        is_known = self._hub.knows(code)
        if not is_known:
            _hold_back(self._limits.look(keys, self._now()))
        recognised = self._hub.recognise(code, seat["member"], seat["resume_secret"])
        found = await (recognised if is_known else self._guessed(request, keys, recognised))
        if isinstance(found, LiveRoom):
            return found
        if is_known:
            # Asked only now: whoever has the right secret was let by, and others may have failed meanwhile.
            _hold_back(self._limits.look(keys, self._now()) if found in (*_FAILURES, *_OVER) else 0)
            self._count(request, keys, found)
        raise _problem(found, NOT_A_MEMBER)

    async def _guessed(self, request: web.Request, keys: tuple[str, ...], answer: Awaitable[T | Reason]) -> T | Reason:
        """The answer to what may be a guess, and has failed until it is there: of many at once no more are told than
        of as many one after another."""
        at = self._now()
        self._limits.failed(keys, at)
        told: T | Reason = Reason.UNAVAILABLE
        try:
            told = await answer
        finally:
            self._limits.forgive(keys, at)
        if isinstance(told, Reason):
            self._count(request, keys, told)
        return told

    def _count(self, request: web.Request, keys: tuple[str, ...], reason: Reason) -> None:
        """What was refused for that reason counts, if it may have been a guess."""
        if reason in _FAILURES:
            self._limits.failed(keys, self._now())
        elif reason in _OVER:
            self._limits.over(keys, _code(request), self._now())

    def _keys(self, request: web.Request, wish: Wish | None = None) -> tuple[str, ...]:
        """What counts against the limits: address and device; nothing on the machine itself."""
        address = asking(request, self._behind_proxy)
        if address is None:
            return ()
        return (address, f"device {digest(wish.device).hex()}") if wish and wish.device else (address,)

    async def listed(self, _request: web.Request) -> web.Response:
        """The public rooms."""
        return json_answer({"rooms": [_card(room) for room in self._hub.public()]})

    @staticmethod
    async def _unless_busy(answer: Awaitable[T]) -> T:
        try:
            return await answer
        except BusyError:
            raise ProblemError(Reason.UNAVAILABLE, retry_after_s=RETRY_AFTER_S) from None

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
    return ProblemError(reason, sentences.get(reason), SOON_S if reason is Reason.RATE_LIMITED else None)


def _card(room: Room) -> dict[str, Any]:
    return {
        "code": room.code,
        "title": room.title,
        "members": [member.name for member in room.members],
        "phase": room.phase,
        "on": room.current.film.name if room.current else None,
        "needs_password": room.has_password,
        "public": room.visibility is Visibility.PUBLIC,
        "full": is_full(room),
    }


def _code(request: web.Request) -> str:
    return request.match_info["code"].upper()


def _hold_back(wait_s: int) -> None:
    if wait_s:
        raise ProblemError(Reason.RATE_LIMITED, TOO_OFTEN.format(minutes=ceil(wait_s / 60)), wait_s)
