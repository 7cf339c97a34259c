"""Which media types this browser plays: `HTMLMediaElement.canPlayType` and `MediaSource.isTypeSupported`."""

from collections.abc import Callable

from js import document, window

from app.browser import local_storage
from app.session.effects import LookAtFilm
from app.session.events import Event, FilmLookedAt


class Playable:
    """Answers at once."""

    def __init__(self, emit: Callable[[Event], None]) -> None:
        self._emit = emit
        self._element = document.createElement("video")

    def look(self, effect: LookAtFilm) -> None:
        """Say which of the types can be played, and what the person chose of the film before."""
        plays = tuple(self._plays(kind) for kind in effect.types)
        self._emit(FilmLookedAt(effect.film_id, plays, local_storage.choice(effect.film_id)))

    def _plays(self, kind: str) -> bool:
        # An empty answer is the only no; the others are "maybe" and "probably".
        if self._element.canPlayType(kind):
            return True
        return hasattr(window, "MediaSource") and bool(window.MediaSource.isTypeSupported(kind))
