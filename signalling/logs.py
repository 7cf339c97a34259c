"""What the server says of itself, on stderr: one event a line, as JSON, or as key=value where a person looks on.

Laws: a line holds the parts that `PARTS` names and no others, and none of them can be a secret, a ticket, a password, a
name, a title or a word that somebody said. Of a room there is a hash, of an address its network. What libraries log is
told without their words, which may quote what was sent: who, where, and which error. Of an error there is its class
and its place; its words only where the store or the system wrote them.
"""

import hashlib
import json
import logging
import secrets
import sqlite3
import sys
import traceback
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from typing import Any, TextIO

from signalling.store.base import StoreError

PARTS = (
    *("at", "level", "event", "request", "connection", "room", "member", "address", "command", "by", "origin"),
    *("method", "path", "status", "code", "duration_s", "rooms", "connections", "version", "logger", "place", "why"),
    *("error", "trace", "untold"),
)
OURS = "matinee"
MOST_ORIGIN = 100
# Whose words are about the machine and never about what somebody sent.
_PLAIN_ERRORS = (StoreError, sqlite3.OperationalError, OSError)
_KEY = secrets.token_bytes(16)  # another one in each process: nobody finds a code by hashing them all
_V4_BITS, _V6_BITS = 24, 48


def note(log: logging.Logger, event: str, level: int = logging.INFO, **parts: Any) -> None:
    """Something happened; parts that are None are left out."""
    log.log(level, event, extra={"parts": parts})


def note_error(log: logging.Logger, event: str, error: BaseException | None = None, **parts: Any) -> None:
    """Something failed, by `error` or the exception at hand."""
    log.error(event, extra={"parts": parts}, exc_info=error or True)


def room_shadow(code: str) -> str:
    """What is logged of a room: the same for the same code as long as this process lives, and no way back to it."""
    return hashlib.blake2s(code.encode("utf-8", "replace"), key=_KEY, digest_size=5).hexdigest()


def network_of(address: str | None) -> str | None:
    """What is logged of an address: the network it is in."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return None
    return str(ip_network((found, _V4_BITS if found.version == 4 else _V6_BITS), strict=False))


def new_mark() -> str:
    """A name for a request or a connection, for the log alone."""
    return secrets.token_hex(4)


class JsonLines(logging.Formatter):
    """A JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return json.dumps(parts_of(record), ensure_ascii=True, separators=(",", ":"), default=str)


class KeyValues(logging.Formatter):
    """The same for a person: `key=value`, texts with blanks or odd characters in quotes."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        parts = parts_of(record)
        head = f"{parts.pop('at')} {parts.pop('level')} {parts.pop('event')}"
        return " ".join([head, *(f"{name}={_shown(value)}" for name, value in parts.items())])


def set_up(stream: TextIO | None = None) -> None:
    """From now on everything that is logged goes to `stream`, stderr if None."""
    where = stream or sys.stderr
    handler = logging.StreamHandler(where)
    handler.setFormatter(KeyValues() if where.isatty() else JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def parts_of(record: logging.LogRecord) -> dict[str, Any]:
    """What may be told of a record, in the order of `PARTS`."""
    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    parts = {"at": at, "level": record.levelname.lower(), **_said(record), **_failure(record)}
    return {name: parts[name] for name in PARTS if parts.get(name) is not None}


def _said(record: logging.LogRecord) -> dict[str, Any]:
    if record.name.split(".")[0] != OURS:
        return {"event": "library", "logger": record.name, "place": f"{record.module}.{record.funcName}"}
    parts: dict[str, Any] = getattr(record, "parts", {})
    return {"event": record.msg, **parts}


def _failure(record: logging.LogRecord) -> dict[str, Any]:
    kind, error, trace = record.exc_info or (None, None, None)
    if kind is None or error is None:
        return {}
    places = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in traceback.extract_tb(trace)]
    why = str(error)[:200] if isinstance(error, _PLAIN_ERRORS) else None
    return {"error": kind.__name__, "why": why, "trace": " ".join(places) or None}


def _shown(value: Any) -> str:
    text = str(value)
    return text if text.isascii() and text.isprintable() and not set(text) & set(' "=') else json.dumps(text)
