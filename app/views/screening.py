"""The kept film that somebody watches alone: the browser's own player, and the room's keys."""

from collections.abc import Callable
from typing import Any

from app.session.picture import Picture
from app.views.gestures import SMALL_STEP_S, STEP_S
from app.views.here import nothing
from app.views.paper import Paper
from app.views.shelf import title
from app.views.words import Words

_VOLUME_STEP = 0.1


class Screening:
    """`deeds` are the names that `hands` passes on."""

    def __init__(self, paper: Paper, words: Words) -> None:
        self._paper = paper
        self._words = words
        self.deeds: dict[str, Callable[[], None]] = {
            "toggle": self._play_or_pause,
            "back": lambda: self._step(-STEP_S),
            "forward": lambda: self._step(STEP_S),
            "nudge-back": lambda: self._step(-SMALL_STEP_S),
            "nudge-forward": lambda: self._step(SMALL_STEP_S),
            "louder": lambda: self._change_volume(_VOLUME_STEP),
            "softer": lambda: self._change_volume(-_VOLUME_STEP),
            "mute": self._mute,
            "fullscreen": self._fullscreen,
        }

    def draw(self, picture: Picture) -> None:
        """Say which film it is."""
        if picture.screening is not None:
            self._paper.text("screening-title", title(self._words, picture.screening))

    @property
    def _film(self) -> Any:
        return self._paper.element("kept-film")

    def _play_or_pause(self) -> None:
        if self._film.paused:
            self._film.play().catch(nothing)
        else:
            self._film.pause()

    def _step(self, by_s: float) -> None:
        self._film.currentTime = max(0.0, self._film.currentTime + by_s)

    def _change_volume(self, by: float) -> None:
        self._film.volume = min(1.0, max(0.0, self._film.volume + by))

    def _mute(self) -> None:
        self._film.muted = not self._film.muted

    def _fullscreen(self) -> None:
        from js import document

        if document.fullscreenElement:
            document.exitFullscreen()
        elif hasattr(self._film, "requestFullscreen"):
            self._film.requestFullscreen().catch(nothing)
