"""The figures of one server."""

import asyncio
import time

import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.room.errors import Reason
from app.room.messages import Admit, Ban, Command, Decline, End, Join, Kick, Knock, Leave, Pause, SetRate
from app.room.state import Role
from signalling import metrics as module
from signalling.metrics import Census, Metrics, watch_the_loop

EVERY_S = 0.01
HELD_UP_S = 0.2


def figures(metrics: Metrics) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every sample of the page by name and labels, as Prometheus reads them."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(metrics.page().decode())
        for sample in family.samples
    }


def test_what_members_ask_and_what_the_server_does_by_itself_are_told_apart() -> None:
    metrics = Metrics()
    metrics.happened(Pause(), "ada", 0.003)
    metrics.happened(SetRate(2.0), "ada", 0.02)
    metrics.happened(End(), "ada", None)
    metrics.happened(Pause(), None, None)
    told = figures(metrics)
    assert told["matinee_commands_total", (("command", "pause"),)] == 1
    assert told["matinee_commands_total", (("command", "set_rate"),)] == 1
    assert told["matinee_commands_total", (("command", "end"),)] == 1
    assert told["matinee_event_seconds_count", ()] == 2
    assert told["matinee_event_seconds_bucket", (("le", "0.005"),)] == 1


@pytest.mark.parametrize(
    ("command", "joins", "leaves"),
    [
        (Join("ben", "Ben", Role.VIEWER), 1, 0),
        (Admit("ben"), 1, 0),
        (Leave(), 0, 1),
        (Leave("ben"), 0, 1),
        (Kick("ben"), 0, 1),
        (Ban("ben"), 0, 1),
        (Knock("ben", "Ben"), 0, 0),
        (Decline("ben"), 0, 0),
        (Pause(), 0, 0),
    ],
    ids=str,
)
@pytest.mark.parametrize("took_s", [None, 0.001])
def test_joins_and_leaves_add_up(command: Command, joins: int, leaves: int, took_s: float | None) -> None:
    metrics = Metrics()
    metrics.happened(command, None if took_s is None else "ada", took_s)
    told = figures(metrics)
    assert (told["matinee_joins_total", ()], told["matinee_leaves_total", ()]) == (joins, leaves)


def test_refusals_and_closings_are_counted_by_their_code() -> None:
    metrics = Metrics()
    metrics.refused("command", Reason.NOT_FOUND)
    metrics.refused("request", Reason.ROOM_FULL)
    metrics.closed(4010)
    told = figures(metrics)
    assert told["matinee_refusals_total", (("reason", "not_found"), ("way", "command"))] == 1
    assert told["matinee_refusals_total", (("reason", "room_full"), ("way", "request"))] == 1
    assert told["matinee_closed_sockets_total", (("code", "4010"),)] == 1


def test_drift_counts_both_ways() -> None:
    metrics = Metrics()
    metrics.drifted(-0.005)
    metrics.drifted(0.03)
    told = figures(metrics)
    assert told["matinee_reported_drift_seconds_sum", ()] == pytest.approx(0.035)
    assert told["matinee_reported_drift_seconds_bucket", (("le", "0.008"),)] == 1


def test_a_census_is_taken_anew_for_every_page() -> None:
    metrics = Metrics()
    census = Census(1, 3, 2, (0.0, -0.01, 0.02))
    metrics.census(lambda: census)
    told = figures(metrics)
    assert (told["matinee_rooms", ()], told["matinee_members", ()], told["matinee_sockets", ()]) == (1, 3, 2)
    assert told["matinee_members_minus_sockets", ()] == 1
    assert told["matinee_drift_seconds", (("quantile", "0.5"),)] == pytest.approx(0.01)
    assert told["matinee_drift_seconds", (("quantile", "0.95"),)] == pytest.approx(0.02)
    assert told["matinee_screens", ()] == 3
    census = Census(0, 0, 0)
    assert figures(metrics)["matinee_rooms", ()] == 0


@pytest.mark.parametrize(("drifts", "p95"), [((), None), ((-0.25,), 0.25)])
def test_few_screens_have_quantiles_too(drifts: tuple[float, ...], p95: float | None) -> None:
    metrics = Metrics()
    metrics.census(lambda: Census(1, 1, 1, drifts))
    assert figures(metrics).get(("matinee_drift_seconds", (("quantile", "0.95"),))) == p95


def test_every_server_counts_for_itself() -> None:
    one, other = Metrics(), Metrics()
    one.happened(Join("ada", "Ada", Role.HOST), None, None)
    assert figures(other)["matinee_joins_total", ()] == 0


async def test_a_loop_that_is_held_up_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LAG_EVERY_S", EVERY_S)
    metrics = Metrics()
    measured, lagged = asyncio.Event(), metrics.lagged

    def note(late_s: float) -> None:
        lagged(late_s)
        measured.set()

    monkeypatch.setattr(metrics, "lagged", note)
    task = asyncio.create_task(watch_the_loop(metrics))
    await asyncio.sleep(0)  # it waits now
    time.sleep(EVERY_S + HELD_UP_S)  # and nothing else can happen  # noqa: ASYNC251
    await asyncio.wait_for(measured.wait(), 5)
    task.cancel()
    assert figures(metrics)["matinee_loop_lag_seconds_sum", ()] >= HELD_UP_S


def test_a_loop_that_wakes_early_is_not_late() -> None:
    metrics = Metrics()
    metrics.lagged(-0.001)
    told = figures(metrics)
    assert (told["matinee_loop_lag_seconds_count", ()], told["matinee_loop_lag_seconds_sum", ()]) == (1, 0)
