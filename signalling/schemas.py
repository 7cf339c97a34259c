"""What REST answers look like, as JSON Schema says it."""

from typing import Any

from app.room.errors import Reason
from app.room.state import CODE_ALPHABET, CODE_LENGTH, Phase
from signalling.operations import Schema

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
TRUTH: Schema = {"type": "boolean"}
CODE: Schema = {"type": "string", "pattern": f"^[{CODE_ALPHABET}]{{{CODE_LENGTH}}}$"}
MAYBE_TEXT: Schema = {"type": ["string", "null"]}


def record(**parts: Any) -> Schema:
    """An object with exactly these parts."""
    return {"type": "object", "properties": parts, "required": list(parts), "additionalProperties": False}


def many(schema: Schema, **bounds: int) -> Schema:
    """A list."""
    return {"type": "array", "items": schema, **bounds}


ENTRY = record(member=TEXT, resume_secret=TEXT, ticket=TEXT)
MADE = record(code=CODE, link_secret=TEXT, member=TEXT, resume_secret=TEXT, ticket=TEXT)
AT_THE_DOOR = record(member=TEXT, resume_secret=TEXT, waiting={"const": True})
STILL_WAITING = record(waiting={"const": True})
TICKET = record(ticket=TEXT)
RENEWED = record(link_secret=TEXT)
NEEDS_PASSWORD = record(needs_password=TRUTH)
HEALTH = record(status={"const": "ok"}, version=TEXT)
CARD = record(
    code=CODE,
    title=TEXT,
    members=many(TEXT),
    phase={"enum": [phase.value for phase in Phase]},
    on=MAYBE_TEXT,
    needs_password=TRUTH,
    public=TRUTH,
    full=TRUTH,
)
CARDS = record(rooms=many(CARD))
_FILM: dict[str, Any] = {
    "film": WHOLE,
    "title": TEXT,
    "year": {"type": ["integer", "null"]},
    "genres": many(TEXT),
}
CATALOGUE = record(films=many(record(**_FILM)), genres=many(TEXT), more=TRUTH)
DECK = record(films=many(record(**_FILM, reasons=many(record(who=TEXT, title=TEXT, loved=TRUTH)))))
_NUMBERS = many(WHOLE)
_TASTE: Schema = {"type": "object", "properties": {"loved": _NUMBERS, "liked": _NUMBERS, "hated": _NUMBERS}}


def tastes(most_people: int) -> Schema:
    """What a deck is asked for with: what up to so many people think of films, and what was shown and skipped."""
    people = {"type": "object", "minProperties": 1, "maxProperties": most_people, "additionalProperties": _TASTE}
    parts = {"tastes": people, "shown": _NUMBERS, "skipped": _NUMBERS}
    return {"type": "object", "properties": parts, "required": ["tastes"]}


PROBLEM: Schema = record(
    type=TEXT, title=TEXT, status=WHOLE, code={"enum": [reason.value for reason in Reason]}, detail=TEXT
)

FACTS = record(
    overview=TEXT,
    minutes=WHOLE,
    rating={"type": "number"},
    platforms=many(TEXT),
    where=TEXT,
    poster=TRUTH,
)
