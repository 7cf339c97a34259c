"""What this browser remembers of a person: name and seats. A private window may refuse; then nothing is kept."""

import json
from dataclasses import asdict

from js import window
from pyodide.ffi import JsException

from app.session.effects import ForgetSeat, RememberName, RememberSeat
from app.session.events import Seat

_NAME = "matinee.name"
_SEAT = "matinee.seat."
# Blocked, `window.localStorage` throws when it is looked at; in some windows it is missing or null.
_REFUSED = (JsException, AttributeError)


def name() -> str:
    """The person's name, empty if none is kept."""
    return _get(_NAME) or ""


def remember_name(effect: RememberName) -> None:
    """Keep the person's name."""
    _set(_NAME, effect.name)


def seat(code: str) -> Seat | None:
    """Our place in a room."""
    try:
        kept = json.loads(_get(_SEAT + code) or "null")
        return Seat(code, kept["member"], kept["resume_secret"], kept.get("link_secret", "")) if kept else None
    except (ValueError, KeyError, TypeError):
        return None


def remember_seat(effect: RememberSeat) -> None:
    """Keep our place in a room."""
    kept = asdict(effect.seat)
    _set(_SEAT + kept.pop("code"), json.dumps(kept))


def forget_seat(effect: ForgetSeat) -> None:
    """Our place in a room is gone."""
    try:
        window.localStorage.removeItem(_SEAT + effect.code)
    except _REFUSED:
        return


def _get(key: str) -> str | None:
    try:
        value = window.localStorage.getItem(key)
    except _REFUSED:
        return None
    return value if isinstance(value, str) else None


def _set(key: str, value: str) -> None:
    try:
        window.localStorage.setItem(key, value)
    except _REFUSED:
        return
