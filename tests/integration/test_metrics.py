"""What whoever runs the server can see of it, over HTTP."""

import tomllib
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.room.messages import Leave, Pause, Play, RefusedCommand, Report, Skip
from app.room.state import Standing
from signalling.version import VERSION
from tests.integration.clients import FILM, Visitor

Figures = dict[tuple[str, tuple[tuple[str, str], ...]], float]


async def figures(visitor: Visitor) -> Figures:
    """Every sample of `/metrics`, as Prometheus reads them."""
    page = await text(visitor)
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


async def text(visitor: Visitor) -> str:
    """The page as it comes."""
    async with visitor.http.get(f"{visitor.url}/metrics") as response:
        assert (response.status, response.content_type) == (200, "text/plain")
        assert response.headers["Cache-Control"] == "no-store"
        return await response.text()


async def test_health_tells_the_version_at_both_addresses(visitor: Visitor) -> None:
    pyproject = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    assert pyproject["project"]["version"] == VERSION
    for path in ["/health", "/api/v1/health"]:
        async with visitor.http.get(visitor.url + path) as response:
            assert (response.status, await response.json()) == (200, {"status": "ok", "version": VERSION})


async def test_an_evening_in_figures(visitor: Visitor) -> None:
    invitation, host, ada = await visitor.host()
    guest, ben = await visitor.guest(invitation)
    await ada.do(Play(), "play")
    await ben.do(Skip("nowhere"), "skip")
    await ben.hear_a(RefusedCommand)
    for line, drift_s in ((ada, 0.004), (ben, -0.012)):
        await line.say(Report(FILM.film_id, Standing.COMPLETE, 1.0, 0.0, 120.0, drift_s=drift_s))
        await line.do(Pause(), "pause")
        await line.hear_happen(Pause)
    await visitor.call("GET", "/rooms/AAAAAA")
    told = await figures(visitor)
    assert told["matinee_commands_total", (("command", "play"),)] == 1
    assert told["matinee_commands_total", (("command", "pause"),)] == 2
    assert ("matinee_commands_total", (("command", "set_presence"),)) not in told
    assert told["matinee_event_seconds_count", ()] == 4
    assert (told["matinee_joins_total", ()], told["matinee_leaves_total", ()]) == (2, 0)
    assert told["matinee_refusals_total", (("reason", "unauthorized_command"), ("way", "command"))] == 1
    assert told["matinee_refusals_total", (("reason", "not_found"), ("way", "request"))] == 1
    assert (told["matinee_rooms", ()], told["matinee_members", ()], told["matinee_sockets", ()]) == (1, 2, 2)
    assert told["matinee_members_minus_sockets", ()] == 0
    assert told["matinee_drift_seconds", (("quantile", "0.5"),)] == pytest.approx(0.008)
    assert told["matinee_reported_drift_seconds_count", ()] == 2
    page = await text(visitor)
    assert not [secret for secret in (*secrets_of(host), *secrets_of(guest), invitation.link_secret) if secret in page]
    assert "Ada" not in page


def secrets_of(entry: object) -> list[str]:
    """What nobody else may know: where, who, and by what right."""
    return [getattr(entry, part) for part in ("code", "member", "resume_secret", "ticket")]


async def test_who_goes_is_counted_and_who_is_away_is_missing(visitor: Visitor) -> None:
    invitation, _, ada = await visitor.host()
    _, ben = await visitor.guest(invitation)
    _, cy = await visitor.guest(invitation)
    _, dan = await visitor.guest(invitation)
    await ada.do(Leave(), "bye")
    assert await ada.closed_with() == 1000
    await ben.socket.send_str("nonsense")
    assert await ben.closed_with() == 4010
    await dan.socket.send_str(" " * (64 * 1024 + 1))
    assert await dan.closed_with() == 1009
    told = await figures(visitor)
    while told["matinee_sockets", ()] > 1:
        told = await figures(visitor)
    assert (told["matinee_members", ()], told["matinee_members_minus_sockets", ()]) == (3, 2)
    assert told["matinee_leaves_total", ()] == 1
    assert not cy.socket.closed
    for code in ("4010", "1009"):
        assert told["matinee_closed_sockets_total", (("code", code),)] == 1


async def test_the_event_loop_is_watched(visitor: Visitor) -> None:
    while (await figures(visitor))["matinee_loop_lag_seconds_count", ()] == 0:
        pass
    assert ("process_cpu_seconds_total", ()) in await figures(visitor)
