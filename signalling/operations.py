"""The table of what REST takes and gives: each row is a route, and a paragraph of openapi.json.

Laws: a handler reads its body by the parts that its row names, so what is described and what is checked cannot differ.
Bodies are JSON objects; keys that no row names are ignored.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from aiohttp import web

from app.room.codec import strict_json
from app.room.errors import BadMessage, Reason
from signalling.problems import ProblemError

BODY_WITHIN_S = 5.0

Schema: TypeAlias = Mapping[str, Any]
Told: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Text:
    """A text of 1 to `most` characters; an optional one may be missing, null or empty too, which is all the same."""

    most: int
    optional: bool = False

    @property
    def schema(self) -> Schema:
        """As JSON Schema says it."""
        if self.optional:
            return {"type": ["string", "null"], "maxLength": self.most}
        return {"type": "string", "minLength": 1, "maxLength": self.most}


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked. `answers` by status are a schema, a content type, or None without a body; `body` are
    texts by name, or a schema; `refusals` are the codes it may end with beside those that any request may."""

    method: str
    path: str
    name: str
    handler: Told
    summary: str
    answers: Mapping[int, Schema | str | None]
    body: Mapping[str, Text] | Schema | None = None
    refusals: tuple[Reason, ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)

    @property
    def body_schema(self) -> Schema | None:
        """The body as JSON Schema says it."""
        if self.body is None or not any(isinstance(part, Text) for part in self.body.values()):
            return self.body
        texts = {name: part for name, part in self.body.items() if isinstance(part, Text)}
        required = [name for name, part in texts.items() if not part.optional]
        return {"type": "object", "properties": {n: part.schema for n, part in texts.items()}, "required": required}


def add(router: web.UrlDispatcher, operations: tuple[Operation, ...]) -> None:
    """Let the server answer them."""
    for operation in operations:
        router.add_route(operation.method, operation.path, operation.handler)


async def read_object(request: web.Request) -> dict[str, Any]:
    """The body, a JSON object. Raises `ProblemError`."""
    try:
        async with asyncio.timeout(BODY_WITHIN_S):
            raw = await request.read()
    except TimeoutError:
        raise ProblemError(Reason.INVALID_COMMAND, "The request took too long to arrive. Try again.") from None
    except web.RequestPayloadError:
        raise ProblemError(Reason.INVALID_COMMAND, "The request is not packed as it says.") from None
    return object_in(raw)


def object_in(raw: bytes) -> dict[str, Any]:
    """A JSON object. Raises `ProblemError`."""
    try:
        value = strict_json(raw)
    except BadMessage:
        raise ProblemError(Reason.INVALID_COMMAND, "The request is not valid JSON.") from None
    if not isinstance(value, dict):
        raise ProblemError(Reason.INVALID_COMMAND, "The request is not a JSON object.")
    return value


async def read_texts(request: web.Request, parts: Mapping[str, Text]) -> dict[str, str]:
    """The texts of the body by name, empty where one was not given. Raises `ProblemError`."""
    return texts_in(await read_object(request), parts)


def texts_in(body: Mapping[str, Any], parts: Mapping[str, Text]) -> dict[str, str]:
    """The texts of a body. Raises `ProblemError`."""
    return {name: _text(name, body.get(name), part) for name, part in parts.items()}


def _text(name: str, value: Any, part: Text) -> str:
    if part.optional and value in (None, ""):
        return ""
    if not isinstance(value, str) or not 1 <= len(value) <= part.most:
        raise ProblemError(Reason.INVALID_COMMAND, f"“{name}” must be a text of 1 to {part.most} characters.")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ProblemError(Reason.INVALID_COMMAND, f"“{name}” is not valid text.")
    return value
