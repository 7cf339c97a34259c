"""The server, as the browser reaches it: a few requests, and one WebSocket."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from js import URL, AbortSignal, WebSocket, document, encodeURIComponent, fetch

from app.browser import local_storage
from app.browser.clock import now
from app.browser.ffi import JsException, Listeners, js, spawn
from app.room.codec import BadMessage, decode_from_server, encode
from app.session.effects import (
    AskAtDoor,
    AskCard,
    AskFilm,
    AskRooms,
    AskTicket,
    CreateRoom,
    Effect,
    GiveUpSeat,
    JoinRoom,
    RenewRoomLink,
    SearchFilms,
    SendToServer,
    SetRoomPassword,
)
from app.session.events import (
    CardReceived,
    DoorAnswered,
    Event,
    FilmLore,
    FilmsFound,
    FilmTold,
    KnockTaken,
    KnownFilm,
    LinkRenewed,
    MessageReceived,
    MessageUnreadable,
    RequestFailed,
    RoomCreated,
    RoomsListed,
    Seat,
    SeatTaken,
    SocketClosed,
    SocketOpened,
)

_UNREACHABLE = "unreachable"
ANSWER_WITHIN_MS = 10_000


class SignallingClient:
    """`emit` takes what came of it."""

    def __init__(self, emit: Callable[[Event], None]) -> None:
        self._emit = emit
        self._base = str(URL.new("api/v1/", _server()).href)
        self._socket: Any = None
        self._listeners = Listeners()

    # --- requests

    def create(self, effect: CreateRoom) -> None:
        """POST a room."""
        self._ask("POST", "rooms", {"name": effect.name, "device": local_storage.device()}, effect, _created)

    def rooms(self, effect: AskRooms) -> None:
        """GET the public rooms."""
        self._ask("GET", "rooms", None, effect, _listed)

    def card(self, effect: AskCard) -> None:
        """GET a room's card."""
        self._ask("GET", f"rooms/{effect.code}", None, effect, _carded)

    def join(self, effect: JoinRoom) -> None:
        """POST our way in."""
        body = {"name": effect.name, "link_secret": effect.link_secret, "password": effect.password}
        body["device"] = local_storage.device()
        self._ask("POST", f"rooms/{effect.code}/join", body, effect, lambda said: _seated(effect.code, said))

    def ticket(self, effect: AskTicket) -> None:
        """POST for a ticket."""
        seat = effect.seat
        self._ask("POST", f"rooms/{seat.code}/ticket", _proof(seat), effect, lambda said: _returned(seat, said))

    def door(self, effect: AskAtDoor) -> None:
        """POST for a ticket, which we get once somebody has let us in."""
        seat = effect.seat
        then = self._fetch(
            "POST", f"rooms/{seat.code}/ticket", _proof(seat), partial(_answered, seat), partial(_refused, seat)
        )
        spawn(then)

    def password(self, effect: SetRoomPassword) -> None:
        """POST what is to be asked at the door."""
        seat = effect.seat
        body = {**_proof(seat), "password": effect.password}
        self._ask("POST", f"rooms/{seat.code}/password", body, effect, _nothing)

    def renew_link(self, effect: RenewRoomLink) -> None:
        """POST for another link."""
        code = effect.seat.code
        self._ask(
            "POST",
            f"rooms/{code}/link",
            _proof(effect.seat),
            effect,
            lambda said: LinkRenewed(code, said["link_secret"]),
        )

    def give_up(self, effect: GiveUpSeat) -> None:
        """DELETE our membership; if it fails, the room notices in half a minute by itself."""
        seat = effect.seat
        spawn(self._delete(f"rooms/{seat.code}/members/me", _proof(seat)))

    def search(self, effect: SearchFilms) -> None:
        """GET films of the catalogue; it is no matter for the way in if that fails."""
        query = effect.query
        path = f"catalogue?q={encodeURIComponent(query)}"
        spawn(self._fetch("GET", path, None, lambda said: _films(query, said), lambda *_: FilmsFound(query, None)))

    def film(self, effect: AskFilm) -> None:
        """GET what is known of a film, and its poster: as bytes, so that the page shows nothing from another origin."""
        film = effect.film
        failed = partial(_untold, film)
        spawn(self._fetch("GET", f"films/{film}", None, lambda said: self._film_told(film, said), failed))

    def _film_told(self, film: int, said: Any) -> Event:
        """The words at once; the picture follows."""
        lore = FilmLore(said["overview"], said["minutes"], said["rating"], tuple(said["platforms"]), said["where"])
        if said["poster"]:
            spawn(self._fetch_poster(film, lore))
        return FilmTold(film, lore)

    async def _fetch_poster(self, film: int, lore: FilmLore) -> None:
        try:
            response = await fetch(f"{self._base}films/{film}/poster", js(signal=AbortSignal.timeout(ANSWER_WITHIN_MS)))
            poster = str(URL.createObjectURL(await response.blob())) if response.ok else ""
        except JsException:
            poster = ""
        self._emit(FilmTold(film, replace(lore, poster=poster)))

    def _ask(
        self, method: str, path: str, body: dict[str, str] | None, effect: Effect, then: Callable[[Any], Event | None]
    ) -> None:
        spawn(self._fetch(method, path, body, then, partial(RequestFailed, effect)))

    async def _fetch(
        self,
        method: str,
        path: str,
        body: dict[str, str] | None,
        then: Callable[[Any], Event | None],
        failed: Callable[[str, int], Event],
    ) -> None:
        """`failed` is told the server's reason, and in how many seconds it may be asked again; 0 where nobody says."""
        try:
            response = await fetch(self._base + path, _options(method, body))
            said = json.loads(await response.text())
            event = (
                then(said) if response.ok else failed(str(said["code"]), int(response.headers.get("Retry-After") or 0))
            )
        except JsException:
            event = failed(_UNREACHABLE, 0)
        except (ValueError, KeyError, TypeError):
            event = failed("unreadable", 0)
        if event is not None:
            self._emit(event)

    async def _delete(self, path: str, body: dict[str, str]) -> None:
        try:
            await fetch(self._base + path, _options("DELETE", body))
        except JsException:
            return

    # --- the socket

    def open(self, _: object) -> None:
        """Open the WebSocket, closing the one before."""
        self.close(None)
        socket = WebSocket.new(self._base.replace("http", "ws", 1) + "socket")
        self._socket = socket
        self._listeners.on(socket, "open", lambda _: self._emit(SocketOpened()))
        self._listeners.on(socket, "message", lambda event: self._emit(_read(event.data)))
        self._listeners.on(socket, "close", lambda event: self._emit(SocketClosed(int(event.code))))

    def close(self, _: object) -> None:
        """Close it and hear nothing more of it."""
        self._listeners.stop()
        socket, self._socket = self._socket, None
        if socket is not None:
            socket.close()

    def send(self, effect: SendToServer) -> None:
        """Say it, if the socket is up; what must not be lost is said again after the next ready."""
        if self._socket is not None and self._socket.readyState == WebSocket.OPEN:
            self._socket.send(encode(effect.message))


def _server() -> str:
    """Where the server is: beside the page, unless the page was built for one elsewhere."""
    named = document.querySelector("meta[name=signalling]")
    return (named and str(named.content)) or str(document.baseURI)


def _proof(seat: Seat) -> dict[str, str]:
    """What shows that the seat is ours."""
    return {"member": seat.member, "resume_secret": seat.resume_secret}


def _options(method: str, body: dict[str, str] | None) -> Any:
    if body is None:
        return js(method=method, cache="no-store", signal=AbortSignal.timeout(ANSWER_WITHIN_MS))
    headers = {"Content-Type": "application/json"}
    signal = AbortSignal.timeout(ANSWER_WITHIN_MS)
    return js(method=method, headers=headers, body=json.dumps(body), keepalive=method == "DELETE", signal=signal)


def _read(data: Any) -> Event:
    at = now()
    try:
        return MessageReceived(decode_from_server(data), at)
    except BadMessage as error:
        return MessageUnreadable(str(error))


def _created(said: Any) -> Event:
    seat = Seat(said["code"], said["member"], said["resume_secret"])
    return RoomCreated(seat, said["link_secret"], said["ticket"])


def _seated(code: str, said: Any) -> Event:
    seat = Seat(code, said["member"], said["resume_secret"])
    return KnockTaken(seat) if said.get("waiting") else SeatTaken(seat, said["ticket"])


def _returned(seat: Seat, said: Any) -> Event:
    return SeatTaken(seat, said["ticket"], again=True)


def _answered(seat: Seat, said: Any) -> Event:
    return DoorAnswered(seat, code="waiting") if said.get("waiting") else DoorAnswered(seat, said["ticket"])


def _refused(seat: Seat, code: str, _: int) -> Event:
    return DoorAnswered(seat, code=code)


def _listed(said: Any) -> Event:
    return RoomsListed(tuple(_carded(card) for card in said["rooms"]))


def _nothing(_: Any) -> None:
    """The room itself tells what came of it."""


def _carded(said: Any) -> CardReceived:
    names = tuple(said["members"])
    asks, public, full = said["needs_password"], said["public"], bool(said.get("full"))
    return CardReceived(said["code"], said["title"], names, said["on"], asks, public, full)


def _untold(film: int, code: str, _: int) -> Event:
    return FilmTold(film, failed=code != "not_found")


def _films(query: str, said: Any) -> FilmsFound:
    films = tuple(KnownFilm(film["film"], film["title"], film["year"]) for film in said["films"])
    return FilmsFound(query, films, tuple(said["genres"]), bool(said.get("more")))
