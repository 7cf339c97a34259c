"""Crossing between Python and JavaScript: objects, listeners, tasks whose failure is seen."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from js import Object, console
from pyodide.ffi import JsException, create_proxy, to_js

__all__ = ["BrowserError", "JsException", "Listeners", "as_error"]
__all__ += ["call", "first_of", "js", "listen", "promised", "settled", "spawn"]

_tasks: set[asyncio.Task[None]] = set()


class BrowserError(Exception):
    """An error that Pyodide takes for none, and so can neither raise nor await; `name` is the browser's.

    Chromium's QuotaExceededError is one: a class of its own, without a stack where it comes from storage.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def as_error(error: Any) -> Exception:
    """Something to raise for what the browser says went wrong."""
    return error if isinstance(error, Exception) else BrowserError(str(getattr(error, "name", error)))


async def promised(promise: Any) -> Any:
    """What a promise comes to, whatever it is rejected with. Raises JsException or BrowserError."""
    future: asyncio.Future[Any] = asyncio.get_event_loop().create_future()
    kept = create_proxy(lambda value: future.done() or future.set_result(value))
    broken = create_proxy(lambda error: future.done() or future.set_exception(as_error(error)))
    promise.then(kept, broken)
    try:
        return await future
    finally:
        asyncio.get_event_loop().call_soon(kept.destroy)
        asyncio.get_event_loop().call_soon(broken.destroy)


def js(**values: Any) -> Any:
    """A plain JavaScript object."""
    return to_js(values, dict_converter=Object.fromEntries)


def listen(target: Any, kind: str, listener: Callable[[Any], None]) -> None:
    """Hear `kind` events of `target` for as long as the page lives; for things that pass, there is `Listeners`."""
    target.addEventListener(kind, create_proxy(listener))


class Listeners:
    """Listeners that end together. What JavaScript holds of Python is never collected by itself."""

    def __init__(self) -> None:
        self._all: list[tuple[Any, str, Any]] = []

    def on(self, target: Any, kind: str, listener: Callable[[Any], None]) -> None:
        """Hear `kind` events of `target` until `stop`."""
        proxy = create_proxy(listener)
        target.addEventListener(kind, proxy)
        self._all.append((target, kind, proxy))

    def stop(self) -> None:
        """Hear nothing more. May be called by a listener: they are freed once it has returned."""
        ended, self._all = self._all, []
        for target, kind, proxy in ended:
            target.removeEventListener(kind, proxy)
            asyncio.get_event_loop().call_soon(proxy.destroy)


def spawn(work: Coroutine[Any, Any, None]) -> None:
    """Run `work` on its own; a failure nobody expected is told to the console."""
    task = asyncio.ensure_future(work)
    _tasks.add(task)
    task.add_done_callback(_finish)


def _finish(task: "asyncio.Task[None]") -> None:
    _tasks.discard(task)
    if not task.cancelled() and task.exception() is not None:
        console.error(f"Matinee: {task.exception()!r}")


def call(then: Callable[[Any], None], value: Any) -> None:
    """Tell one of several who wait; a failure of one must not keep it from the others."""
    try:
        then(value)
    except Exception as error:  # noqa: BLE001 - whatever it was, the console is told and the others are served
        console.error(f"Matinee: {error!r}")


def settled(request: Any) -> "asyncio.Future[Any]":
    """The result of an IndexedDB request. Fails with its error, a JsException or BrowserError."""
    return asyncio.ensure_future(_result(request, first_of(request, "success", "error")))


async def _result(request: Any, settled: "asyncio.Future[str]") -> Any:
    if await settled == "error":
        raise as_error(request.error)
    return request.result


def first_of(target: Any, *kinds: str) -> "asyncio.Future[str]":
    """Which of these events of `target` comes first, from now on."""
    future: asyncio.Future[str] = asyncio.get_event_loop().create_future()
    listeners = Listeners()

    def came(event: Any) -> None:
        listeners.stop()
        if not future.done():
            future.set_result(str(event.type))

    for kind in kinds:
        listeners.on(target, kind, came)
    return future
