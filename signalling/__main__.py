"""`python -m signalling serve | build`. What goes wrong is one sentence and exit code 2."""

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from aiohttp import web

from signalling import logs
from signalling.logs import note
from signalling.server import make_app
from signalling.settings import Build, Settings, SettingsError, parse
from signalling.store.base import StoreError
from signalling.version import VERSION

LOG = logging.getLogger("matinee.server")
SHUTDOWN_S = 5.0
TROUBLE = 2


class ServeError(Exception):
    """The server cannot start; `str()` is one sentence for the person."""


async def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM. Raises `ServeError`, `StoreError`."""
    if settings.site is not None:
        _check_site(settings.site)
    listening, began = _listen(settings.host, settings.port), time.monotonic()
    asyncio.get_running_loop().set_exception_handler(_note_stray)
    # Access logs keep addresses and codes; nobody here needs them.
    runner = web.AppRunner(
        make_app(settings), access_log=None, shutdown_timeout=SHUTDOWN_S, keepalive_timeout=settings.idle_s
    )
    try:
        await runner.setup()
        await web.SockSite(runner, listening).start()
        note(LOG, "server_started", version=VERSION)
        print(f"Matinee is at {_address(listening)}", flush=True)
        await _told_to_stop()
    finally:
        await runner.cleanup()
        listening.close()
    note(LOG, "server_stopped", duration_s=round(time.monotonic() - began, 3))


def _note_stray(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What failed where nobody waited for it. asyncio's own words may quote what a task was given."""
    LOG.error("task_failed", exc_info=context.get("exception"))


def main() -> int:
    """Run the task of the command line; the exit code."""
    logs.set_up()
    try:
        task = parse(sys.argv[1:], os.environ)
        if isinstance(task, Build):
            _build(task)
        else:
            _run(serve(task))
    except (SettingsError, ServeError, StoreError) as error:
        print(error, file=sys.stderr)
        return TROUBLE
    except KeyboardInterrupt:
        return 0
    return 0


def _run(serving: Coroutine[Any, Any, None]) -> None:
    """On uvloop where there is one: a tenth less processor time, and a room hears what happens sooner."""
    try:
        import uvloop
    except ImportError:
        asyncio.run(serving)
    else:
        uvloop.run(serving)


def _build(task: Build) -> None:
    # The builder needs a compressor that a server without a site does not.
    from signalling import site

    try:
        built = site.build(task.out, server=task.server)
    except site.SiteError as error:
        raise ServeError(str(error)) from None
    if built.slow_because:
        print(f"The page starts more slowly than it could: no memory of Python was made ({built.slow_because}).")


def _check_site(site: Path) -> None:
    if not (site / "index.html").is_file():
        raise ServeError(
            f"There is no site in {site}; make it with `make site` or `python -m signalling build --out {site}`."
        )


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=family, backlog=128)
    except socket.gaierror:
        raise ServeError(f"{host} is no address of this machine.") from None
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        hint = "Matinee may be running there already; choose another with --port"
        raise ServeError(f"Port {port} on {host} cannot be used ({reason}): {hint}.") from None


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}/"


async def _told_to_stop() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Windows has no such handlers; there Ctrl-C raises KeyboardInterrupt.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    await stop.wait()


if __name__ == "__main__":
    sys.exit(main())
