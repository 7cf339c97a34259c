"""What this browser remembers of a person: name, seats, taste, and films not wanted or wanted all the same.

A private window may refuse; then nothing is kept.
"""

import json
import secrets
from dataclasses import asdict

from js import window
from pyodide.ffi import JsException

from app.browser import session_storage
from app.session.effects import ForgetSeat, KeepTaste, RememberChoice, RememberName, RememberSeat, RememberTaste
from app.session.events import Choice, KnownFilm, Rated, Seat, TasteRecalled, Verdict

_NAME = "matinee.name"
_DEVICE = "matinee.device"
_SEAT = "matinee.seat."
_CHOICES = "matinee.choices"
_MOST_CHOICES = 50
_TASTE = "matinee.taste"
_TASTE_WORD = "matinee.taste.kept"
_DONE = "matinee.done."
# Blocked, `window.localStorage` throws when it is looked at; in some windows it is missing or null.
_REFUSED = (JsException, AttributeError)


def name() -> str:
    """The person's name, empty if none is kept."""
    return _get(_NAME) or ""


def remember_name(effect: RememberName) -> None:
    """Keep the person's name."""
    _set(_NAME, effect.name)


def device() -> str:
    """The secret by which this browser is known to rooms; nobody is told which person it is."""
    kept = _get(_DEVICE)
    if kept is None:
        kept = secrets.token_urlsafe(16)
        _set(_DEVICE, kept)
    return kept


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


def choice(film_id: str) -> Choice | None:
    """What the person chose of a film."""
    try:
        return Choice(_choices()[film_id])
    except (KeyError, ValueError):
        return None


def remember_choice(effect: RememberChoice) -> None:
    """Keep what the person chose of a film; the oldest choices go."""
    kept = {film_id: chosen for film_id, chosen in _choices().items() if film_id != effect.film_id}
    if effect.choice is not None:
        kept[effect.film_id] = effect.choice.value
    _set(_CHOICES, json.dumps(dict(list(kept.items())[-_MOST_CHOICES:])))


def _choices() -> dict[str, str]:
    try:
        kept = json.loads(_get(_CHOICES) or "{}")
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}


def taste() -> TasteRecalled:
    """What the person said of films, and whether it is to be kept."""
    word = {"yes": True, "no": False}.get(_get(_TASTE_WORD) or "")
    try:
        kept = json.loads(_get(_TASTE) or session_storage.taste() or "[]")
        rated = [Rated(KnownFilm(int(film), str(title), int(year)), Verdict(said)) for film, title, year, said in kept]
    except (ValueError, TypeError):
        return TasteRecalled((), word)
    return TasteRecalled(tuple(rated), word)


def remember_taste(effect: RememberTaste) -> None:
    """Keep what the person said of films: here, or until the tab is closed."""
    rated = [(one.known.film, one.known.title, one.known.year, one.verdict.value) for one in effect.rated]
    kept = json.dumps(rated, ensure_ascii=False)
    _set(_TASTE, kept if effect.lasting else "")
    session_storage.remember_taste("" if effect.lasting else kept)


def keep_taste(effect: KeepTaste) -> None:
    """Keep the person's word on it."""
    _set(_TASTE_WORD, "yes" if effect.on else "no")


def first_time(what: str) -> bool:
    """Whether it was not done before in this browser, as far as it remembers."""
    if _get(_DONE + what):
        return False
    _set(_DONE + what, "yes")
    return True


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
