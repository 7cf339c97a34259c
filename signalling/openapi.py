"""openapi.json (OpenAPI 3.1), made from the table of operations whenever the server starts."""

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from aiohttp import web

from app.room.errors import Reason
from app.room.state import CODE_ALPHABET
from signalling.operations import Operation, Schema
from signalling.problems import STATUS, json_answer
from signalling.schemas import PROBLEM, TEXT, record
from signalling.version import VERSION

PATH = "/api/v1/openapi.json"
# Another site's page; our own mistake.
_ANY = {HTTPStatus.FORBIDDEN, HTTPStatus.INTERNAL_SERVER_ERROR}
_DESCRIPTION = (
    "Making, entering and leaving rooms. What happens inside a room travels over the WebSocket at /api/v1/socket, "
    "which docs/protocol.md describes."
)


def document(operations: Iterable[Operation]) -> dict[str, Any]:
    """The whole document."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _described(operation)
    schemas = {"Problem": PROBLEM}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Matinee", "version": VERSION, "description": _DESCRIPTION, "license": {"name": "MIT"}},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": schemas},
    }


def itself(operations: tuple[Operation, ...]) -> Operation:
    """The operation that tells of all, itself included."""
    told: dict[str, Any] = {}

    async def openapi(_request: web.Request) -> web.Response:
        return json_answer(told)

    answers = {200: record(openapi=TEXT, info={}, servers={}, paths={}, components={})}
    own = Operation("GET", PATH, "openapi", openapi, "This description.", answers)
    told |= document([*operations, own])
    return own


def _described(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {"operationId": operation.name, "summary": operation.summary}
    parameters = [_parameter(name, "path", *_IN_PATHS[name]) for name in re.findall(r"{(\w+)}", operation.path)]
    parameters += [_parameter(name, "query", TEXT, why) for name, why in operation.query.items()]
    if parameters:
        described["parameters"] = parameters
    if operation.body_schema is not None:
        described["requestBody"] = {"required": True, "content": _content(operation.body_schema)}
    described["responses"] = {str(status): _answer(operation, status) for status in operation.answers}
    for status in sorted(_refused_with(operation)):
        described["responses"][str(int(status))] = _refusal(status)
    return described


_CODE = {"type": "string", "pattern": f"^[{CODE_ALPHABET}{CODE_ALPHABET.lower()}]{{6}}$"}


_FILM = {"type": "string", "pattern": "^[0-9]{1,9}$"}
_IN_PATHS = {"code": (_CODE, "The code of a room."), "film": (_FILM, "The number of a film.")}


def _parameter(name: str, where: str, schema: Schema, why: str) -> dict[str, Any]:
    return {"name": name, "in": where, "required": where == "path", "schema": schema, "description": why}


def _answer(operation: Operation, status: int) -> dict[str, Any]:
    told = operation.answers[status]
    answer: dict[str, Any] = {"description": HTTPStatus(status).phrase}
    if isinstance(told, str):
        answer["content"] = {told: {"schema": TEXT}}
    elif told is not None:
        answer["content"] = _content(told)
    if operation.links and status == min(operation.answers):
        names = {"code": "$response.body#/code"}
        answer["links"] = {
            name: {"operationId": name, "parameters": names, **_linked(names_body)}
            for name, names_body in operation.links.items()
        }
    return answer


def _linked(parts: str) -> dict[str, Any]:
    """What of the answer goes into the body of what is linked, by name."""
    body = {name: f"$response.body#/{name}" for name in parts.split()}
    return {"requestBody": body} if body else {}


def _refused_with(operation: Operation) -> set[HTTPStatus]:
    if not operation.path.startswith("/api/"):
        return set()
    asked = {STATUS[reason] for reason in operation.refusals}
    with_body = {STATUS[Reason.INVALID_COMMAND], STATUS[Reason.TOO_LARGE]} if operation.body is not None else set()
    return _ANY | asked | with_body


def _refusal(status: HTTPStatus) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": status.phrase, "content": content}


def _content(schema: Schema) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
