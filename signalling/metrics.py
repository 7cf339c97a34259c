"""What whoever runs the server may count, for Prometheus to fetch from `/metrics`.

Laws: numbers only: no code, no name, no id of a person, a room or a film is ever a label, so nobody learns from here
who watches what. Every server has a registry of its own. Times are seconds.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from app.playback.median import median, percentile
from app.room.codec import type_name
from app.room.errors import Reason
from app.room.messages import Admit, Ban, Command, Join, Kick, Leave

CONTENT_TYPE = CONTENT_TYPE_LATEST
LAG_EVERY_S = 0.25
# Around half a frame at 60 Hz, one at 60, 30 and 24 Hz, and what begins to be heard as an echo.
DRIFT_STEPS_S = (0.004, 0.008, 0.012, 0.017, 0.025, 0.042, 0.06, 0.1, 0.25, 0.5, 1, 5)
LATENCY_STEPS_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
_NAMES = {command: type_name(command) for command in get_args(Command)}


@dataclass(frozen=True, slots=True)
class Census:
    """What there is at this moment. `drifts_s`: how far each screen that plays is off its room, as last reported."""

    rooms: int
    members: int
    sockets: int
    drifts_s: tuple[float, ...] = ()


class Metrics:
    """The counters of one server."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._commands = self._counter("commands", "Commands of members that were carried out.", "command")
        self._refusals = self._counter("refusals", "Commands and REST requests that were refused.", "way", "reason")
        self._joins = self._counter("joins", "Members that came into a room.")
        self._leaves = self._counter("leaves", "Members that left a room for good.")
        self._closed = self._counter("closed_sockets", "WebSockets that the server closed, by close code.", "code")
        self._latency = self._histogram(
            "event_seconds", "From a decoded command to its event on all connections.", LATENCY_STEPS_S
        )
        self._drift = self._histogram(
            "reported_drift_seconds", "How far screens are off their room, report by report.", DRIFT_STEPS_S
        )
        self._lag = self._histogram(
            "loop_lag_seconds", "How much later than asked the event loop wakes.", LATENCY_STEPS_S
        )
        ProcessCollector(registry=self.registry)

    def census(self, count: Callable[[], Census]) -> None:
        """From now on `count` tells what there is whenever somebody asks."""
        self.registry.register(_Taker(count))

    def happened(self, command: Command, by: str | None, took_s: float | None) -> None:
        """A command is carried out and told; `by` a member, None where the server gave it itself.

        `took_s` since it was asked for over a WebSocket, None if it was not.
        """
        if by is not None:
            self._commands.labels(_NAMES[type(command)]).inc()
        if took_s is not None:
            self._latency.observe(took_s)
        if isinstance(command, Join | Admit):
            self._joins.inc()
        elif isinstance(command, Leave | Kick | Ban):
            self._leaves.inc()

    def refused(self, way: str, reason: Reason) -> None:
        """Somebody was refused something, by a `command` or a `request`."""
        self._refusals.labels(way, reason.value).inc()

    def closed(self, code: int) -> None:
        """The server closed a connection."""
        self._closed.labels(str(code)).inc()

    def drifted(self, drift_s: float) -> None:
        """A member's screen is that far off the room."""
        self._drift.observe(abs(drift_s))

    def lagged(self, late_s: float) -> None:
        """The event loop woke so much later than it was asked to."""
        self._lag.observe(max(0.0, late_s))

    def page(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self.registry)

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(f"matinee_{name}", meaning, labels, registry=self.registry)

    def _histogram(self, name: str, meaning: str, steps: tuple[float, ...]) -> Histogram:
        return Histogram(f"matinee_{name}", meaning, buckets=steps, registry=self.registry)


class _Taker(Collector):
    """Counts anew whenever it is asked: nothing that is there can be forgotten or counted twice."""

    def __init__(self, count: Callable[[], Census]) -> None:
        self._count = count

    def collect(self) -> Iterable[Metric]:
        census = self._count()
        yield _gauge("rooms", "Rooms in memory.", census.rooms)
        yield _gauge("members", "Members of all rooms, connected or expected back.", census.members)
        yield _gauge("sockets", "Open WebSockets.", census.sockets)
        missing = census.members - census.sockets
        yield _gauge("members_minus_sockets", "Members without a connection; stays near 0.", missing)
        yield from _drift_now(census.drifts_s)


def _drift_now(drifts_s: tuple[float, ...]) -> Iterator[Metric]:
    off = [abs(drift_s) for drift_s in drifts_s]
    told = GaugeMetricFamily("matinee_drift_seconds", "How far screens are off their room now.", labels=["quantile"])
    if off:
        told.add_metric(["0.5"], median(off))
        told.add_metric(["0.95"], percentile(off, 0.95))
    yield told
    yield _gauge("screens", "Screens that play and say how far they are off.", len(off))


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"matinee_{name}", meaning, value=value)


async def watch_the_loop(metrics: Metrics) -> None:
    """Measure for ever how punctual the event loop is."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + LAG_EVERY_S
        await asyncio.sleep(LAG_EVERY_S)
        metrics.lagged(loop.time() - due)
