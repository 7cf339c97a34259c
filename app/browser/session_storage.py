"""What this tab remembers until it is closed: how its person reads subtitles this evening, and what they think of
films unless that is kept for longer."""

import json
from dataclasses import asdict

from js import window
from pyodide.ffi import JsException

from app.session.effects import RememberSubtitles
from app.session.events import SubtitleChoice, SubtitlesRecalled

_SUBTITLES = "matinee.subtitles"
_TASTE = "matinee.taste"
# Blocked, `window.sessionStorage` throws when it is looked at; in some windows it is missing or null.
_REFUSED = (JsException, AttributeError)


def subtitles() -> SubtitlesRecalled:
    """How the person reads, as far as it is known."""
    try:
        kept = json.loads(str(window.sessionStorage.getItem(_SUBTITLES)))
        shifts = tuple((str(film_id), int(shift_ms)) for film_id, shift_ms in kept["shifts"])
        return SubtitlesRecalled(SubtitleChoice(kept["film_id"], str(kept["language"]), str(kept["size"]), shifts))
    except (*_REFUSED, ValueError, KeyError, TypeError):
        return SubtitlesRecalled(SubtitleChoice())


def remember_subtitles(effect: RememberSubtitles) -> None:
    """Keep how the person reads."""
    try:
        window.sessionStorage.setItem(_SUBTITLES, json.dumps(asdict(effect.choice)))
    except _REFUSED:
        return


def taste() -> str:
    """What the person said of films this evening, as it was kept."""
    try:
        kept = window.sessionStorage.getItem(_TASTE)
    except _REFUSED:
        return ""
    return kept if isinstance(kept, str) else ""


def remember_taste(kept: str) -> None:
    """Keep that until the tab is closed."""
    try:
        window.sessionStorage.setItem(_TASTE, kept)
    except _REFUSED:
        return
