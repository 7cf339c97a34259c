"""Crossing between Python and JavaScript: objects, listeners, tasks whose failure is seen."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from js import Object, console
from pyodide.ffi import JsException, create_once_callable, create_proxy, to_js

__all__ = ["JsException", "js", "listen", "settled", "spawn", "told"]

_tasks: set[asyncio.Task[None]] = set()


def js(**values: Any) -> Any:
    """A plain JavaScript object."""
    return to_js(values, dict_converter=Object.fromEntries)


def listen(target: Any, kind: str, listener: Callable[[Any], None]) -> None:
    """Hear `kind` events of `target` for as long as it lives; the proxy is never freed, so not for passing things."""
    target.addEventListener(kind, create_proxy(listener))


def spawn(work: Coroutine[Any, Any, None]) -> None:
    """Run `work` on its own; a failure nobody expected is told to the console."""
    task = asyncio.ensure_future(work)
    _tasks.add(task)
    task.add_done_callback(_finish)


def _finish(task: "asyncio.Task[None]") -> None:
    _tasks.discard(task)
    if not task.cancelled() and task.exception() is not None:
        console.error(f"Matinee: {task.exception()!r}")


def settled(request: Any) -> "asyncio.Future[Any]":
    """The result of an IndexedDB request, as a future. Fails with the request's JsException."""
    future: asyncio.Future[Any] = asyncio.get_event_loop().create_future()
    request.onsuccess = create_once_callable(lambda _: future.done() or future.set_result(request.result))
    request.onerror = create_once_callable(lambda _: future.done() or future.set_exception(request.error))
    return future


def told(target: Any, *kinds: str) -> "asyncio.Future[str]":
    """Which of these events of `target` comes first. For targets that are soon thrown away."""
    future: asyncio.Future[str] = asyncio.get_event_loop().create_future()
    for kind in kinds:
        target.addEventListener(kind, create_proxy(lambda _, kind=kind: future.done() or future.set_result(kind)))
    return future
