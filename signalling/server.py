"""The aiohttp application: routes, start-up, shutdown. It decides nothing.

Laws: every response carries the security headers; nothing of the API answers a foreign origin; shutdown closes
sockets first, then waits for the rooms, then for the store.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from http import HTTPStatus
from time import monotonic

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from app.room.errors import CloseCode, Reason
from signalling import cors, openapi, operations, static
from signalling.access import MARK, asking, asking_network, noted
from signalling.connection import Connection, keep_little, open_socket
from signalling.hub import Hub
from signalling.limits import Limits, Sockets
from signalling.logs import MOST_ORIGIN, note, note_error, room_shadow
from signalling.lore import Lore, Told
from signalling.metrics import Metrics, watch_the_loop
from signalling.operations import Operation
from signalling.origins import Origins
from signalling.problems import METRICS, SOON_S, ProblemError, problems
from signalling.recommendations import Films, Recommendations
from signalling.rest import MAX_BODY_BYTES, Rooms
from signalling.room_time import RoomTime
from signalling.settings import Settings
from signalling.store.sqlite import SqliteStore
from signalling.tokens import Tickets
from signalling.turnstile import Turnstile
from signalling.world import World

LOG = logging.getLogger("matinee.server")
SOCKET = "/api/v1/socket"
CONNECTIONS: web.AppKey[set[Connection]] = web.AppKey("connections", set[Connection])

TOO_MANY_SOCKETS = "Too many pages of this address are open. Close one of them and try again."
STRANGE_ORIGIN = "This server does not know the page that asks; whoever runs it can add its address with --origin."

# 'unsafe-eval', because PyScript's hooks are made with Function.
CSP = (
    "default-src 'self'; script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval'; style-src 'self'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; worker-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def make_app(settings: Settings, time: RoomTime | None = None) -> web.Application:
    """The whole server, by `time` or a clock of its own. Starting it raises `StoreError` where the database fails."""
    time, store, metrics = time or RoomTime(), SqliteStore(settings.db), Metrics()
    given = (settings.lifetimes, settings.ice, settings.most_members, settings.turn)
    tmdb = settings.film_lore.tmdb()
    lore = Lore(tmdb, store, lambda film: films.film(film)) if tmdb else None
    films = Recommendations(adviser=settings.model.adviser(), dealt=lore.dealt if lore else None)
    world = World(store, time.now, _call_later, *given, metrics, films)
    hub = Hub(world, time)
    tickets = Tickets(secrets.token_bytes(32))
    app = web.Application(
        middlewares=[noted(settings.behind_proxy), problems, _own_origin(settings)], client_max_size=MAX_BODY_BYTES
    )
    app[METRICS], app[CONNECTIONS] = metrics, set()
    metrics.census(lambda: hub.census(len(app[CONNECTIONS])))
    app.on_response_prepare.append(_add_security_headers)
    app.on_response_prepare.append(cors.allow(settings.origins))
    app.on_shutdown.append(_close_sockets)
    app.cleanup_ctx.append(_keep(store, hub))
    app.cleanup_ctx.append(_watch_the_loop)
    app.cleanup_ctx.append(_warm(films))
    app.on_cleanup.append(_let_go(films, lore))
    operations.add(app.router, _operations(hub, tickets, time, settings.behind_proxy, lore))
    app.router.add_get(SOCKET, _socket(hub, tickets, time, settings))
    if settings.site is not None:
        app.router.add_post("/shared", static.shared)
        app.router.add_get("/{path:(?!api/).*}", static.serve(static.table(settings.site)))
    return app


def _operations(
    hub: Hub, tickets: Tickets, time: RoomTime, behind_proxy: bool, lore: Lore | None
) -> tuple[Operation, ...]:
    rooms = Rooms(hub, tickets, time.now, Limits(), behind_proxy).operations()
    turnstile = Turnstile(time.now, behind_proxy)
    told = (*rooms, *Films(hub.recommendations, turnstile).operations(), *Told(lore, turnstile).operations())
    return (*told, openapi.itself(told))


def _call_later(delay_s: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
    return asyncio.get_running_loop().call_later(delay_s, callback)


def _keep(store: SqliteStore, hub: Hub) -> Callable[[web.Application], AsyncIterator[None]]:
    async def keep(_app: web.Application) -> AsyncIterator[None]:
        await store.open()
        try:
            await hub.start()
            yield
            await hub.close()
        finally:
            await store.close()

    return keep


def _warm(films: Recommendations) -> Callable[[web.Application], AsyncIterator[None]]:
    async def warm(_app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(asyncio.to_thread(films.warm))
        yield
        await task

    return warm


def _let_go(films: Recommendations, lore: Lore | None) -> Callable[[web.Application], Awaitable[None]]:
    async def let_go(_app: web.Application) -> None:
        await films.close()
        if lore is not None:
            await lore.close()

    return let_go


async def _watch_the_loop(app: web.Application) -> AsyncIterator[None]:
    task = asyncio.create_task(watch_the_loop(app[METRICS]))
    yield
    task.cancel()
    await asyncio.wait([task])


def _socket(hub: Hub, tickets: Tickets, time: RoomTime, settings: Settings) -> Handler:
    counted = Sockets()

    async def socket(request: web.Request) -> web.StreamResponse:
        address = asking(request, settings.behind_proxy)
        if not counted.enter(address):
            raise ProblemError(Reason.RATE_LIMITED, TOO_MANY_SOCKETS, SOON_S)
        try:
            connection = await open_for(request)
        except BaseException:
            counted.leave(address)
            raise
        connection.socket.talk = talk(connection, address, request.app)
        return connection.socket

    async def open_for(request: web.Request) -> Connection:
        opened, wire = open_socket(), request.transport
        await opened.prepare(request)
        opened.headers.clear()  # they are sent, and would stay as long as the socket
        if wire is None:
            raise ConnectionResetError
        keep_little(wire)
        connection = Connection(opened, wire, hub, tickets, time.now)
        note(
            LOG,
            "socket_opened",
            connection=connection.mark,
            request=request[MARK],
            address=asking_network(request, settings.behind_proxy),
        )
        return connection

    async def talk(connection: Connection, address: str | None, app: web.Application) -> None:
        began = monotonic()
        app[CONNECTIONS].add(connection)
        try:
            await connection.serve(settings.hello_timeout_s)
        except Exception:  # noqa: BLE001 - logged; no middleware is left that would do it
            note_error(LOG, "socket_failed", connection=connection.mark)
        finally:
            counted.leave(address)
            app[CONNECTIONS].discard(connection)
            if connection.close_code is not None:
                app[METRICS].closed(connection.close_code)
            _note_closed(connection, connection.socket.close_code, monotonic() - began)

    return socket


def _note_closed(connection: Connection, code: int | None, lasted_s: float) -> None:
    ours, claim = connection.close_code, connection.claim
    note(
        LOG,
        "socket_closed",
        connection=connection.mark,
        room=room_shadow(claim.code) if claim else None,
        member=claim.member if claim else None,
        code=ours or code,
        by="server" if ours else "client",
        duration_s=round(lasted_s, 3),
    )


async def _close_sockets(app: web.Application) -> None:
    open_now: set[Connection] = app[CONNECTIONS]
    connections = tuple(open_now)
    note(LOG, "server_stopping", connections=len(connections))
    for connection in connections:
        connection.close(CloseCode.RESTART, "the server restarts")
    if connections:
        await asyncio.wait([connection.finished for connection in connections])


def _own_origin(settings: Settings) -> Middleware:
    """Refuse API requests that another site's page makes; a WebSocket must say where it comes from."""
    origins = Origins(settings.host, settings.origins)

    @web.middleware
    def own_origin(request: web.Request, handler: Handler) -> Awaitable[web.StreamResponse]:
        origin = request.headers.get("Origin")
        if origin is None:
            is_welcome = request.path != SOCKET
        else:
            is_welcome = origins.know(origin, request.scheme, request.host, _port(request))
        if request.path.startswith("/api/") and not is_welcome:
            note(LOG, "origin_refused", origin=(origin or "none")[:MOST_ORIGIN], request=request[MARK])
            raise ProblemError(Reason.UNAUTHORIZED_COMMAND, STRANGE_ORIGIN)
        return cors.preflight(request) if cors.is_preflight(request) else handler(request)

    return own_origin


def _port(request: web.Request) -> int | None:
    """The port it came in at; None if the connection is gone."""
    address = request.get_extra_info("sockname")
    return address[1] if address else None


async def _add_security_headers(_request: web.Request, response: web.StreamResponse) -> None:
    if response.status != HTTPStatus.SWITCHING_PROTOCOLS:  # nothing to show, and headers stay as long as the socket
        response.headers.update(SECURITY_HEADERS)
