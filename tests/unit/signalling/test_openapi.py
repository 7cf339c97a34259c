"""openapi.json against the server that it describes, and against the page that people read."""

import re
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from app.room.errors import Reason
from signalling import openapi
from signalling.operations import Operation, Text
from signalling.problems import json_answer
from signalling.schemas import TEXT, record
from signalling.server import make_app
from signalling.settings import Settings

PROTOCOL = (Path(__file__).parents[3] / "docs" / "protocol.md").read_text()


async def nothing(_request: web.Request) -> web.Response:
    return json_answer({})


@pytest.fixture(scope="module")
def app() -> web.Application:
    return make_app(Settings(site=None))


def routes(app: web.Application) -> set[tuple[str, str]]:
    found = {(route.method, route.resource.canonical) for route in app.router.routes() if route.resource}
    return {(method, path) for method, path in found if method != "HEAD" and path != "/api/v1/socket"}


async def told(app: web.Application) -> dict[str, Any]:
    for route in app.router.routes():
        if route.resource and route.resource.canonical == openapi.PATH:
            cells = [cell.cell_contents for cell in route.handler.__closure__ or ()]
            (document,) = [cell for cell in cells if isinstance(cell, dict)]
            return document
    raise AssertionError("it is not served")


async def test_it_tells_of_every_route_and_of_no_other(app: web.Application) -> None:
    document = await told(app)
    described = {(method.upper(), path) for path, ways in document["paths"].items() for method in ways}
    assert described == routes(app)


async def test_every_operation_has_a_name_of_its_own_and_links_to_real_ones(app: web.Application) -> None:
    operations = [way for ways in (await told(app))["paths"].values() for way in ways.values()]
    names = [way["operationId"] for way in operations]
    assert len(set(names)) == len(names)
    answers = [answer for way in operations for answer in way["responses"].values()]
    assert {name for answer in answers for name in answer.get("links", {})} <= set(names)


async def test_the_protocol_tells_of_every_route(app: web.Application) -> None:
    for method, path in routes(app):
        short = path.removeprefix("/api/v1/").removeprefix("/")
        assert re.search(rf"`{method} /?{re.escape(short)}[`?]", PROTOCOL), (method, path)


def test_a_body_of_texts_is_described_as_it_is_read() -> None:
    parts = {"name": Text(40), "device": Text(128, optional=True)}
    refusals = (Reason.NOT_FOUND, Reason.BANNED, Reason.WRONG_PASSWORD)
    links = {"see_room": "", "leave_room": "member"}
    answers: dict[int, Any] = {201: record(code=TEXT), 202: None}
    way = Operation("POST", "/api/v1/x/{code}", "x", nothing, "X.", answers, parts, refusals, {"q": "Why."}, links)
    described = openapi.document([way])["paths"]["/api/v1/x/{code}"]["post"]
    body = described["requestBody"]["content"]["application/json"]["schema"]
    assert body["required"] == ["name"]
    assert body["properties"]["name"] == {"type": "string", "minLength": 1, "maxLength": 40}
    assert body["properties"]["device"] == {"type": ["string", "null"], "maxLength": 128}
    assert sorted(described["responses"]) == ["201", "202", "400", "403", "404", "413", "500"]
    assert [(one["name"], one["in"], one["required"]) for one in described["parameters"]] == [
        ("code", "path", True),
        ("q", "query", False),
    ]
    (see, leave) = described["responses"]["201"]["links"].values()
    assert see == {"operationId": "see_room", "parameters": {"code": "$response.body#/code"}}
    assert leave["requestBody"] == {"member": "$response.body#/member"}
    assert "content" not in described["responses"]["202"]


def test_outside_the_api_nothing_is_a_problem_document() -> None:
    plain = Operation("GET", "/metrics", "metrics", nothing, "Figures.", {200: "text/plain"})
    described = openapi.document([plain])["paths"]["/metrics"]["get"]
    assert described["responses"] == {"200": {"description": "OK", "content": {"text/plain": {"schema": TEXT}}}}
    assert "parameters" not in described
