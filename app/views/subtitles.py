"""The subtitles' menu: which, how large, how much later, on this screen; and adding and removing, for everyone."""

from typing import Any

from app.session.picture import Picture, SubtitleLine
from app.views.paper import Paper
from app.views.stage import Stage
from app.views.words import Words

_SIZES = ("small", "medium", "large")
_GAP_PX = 8


class Subtitles:
    """Draws the menu, and tells a new shift where the menu is closed."""

    def __init__(self, paper: Paper, words: Words, stage: Stage) -> None:
        self._paper = paper
        self._words = words
        self._stage = stage
        self._told: tuple[str | None, int] = (None, 0)
        self._languages: Any = None

    def draw(self, picture: Picture) -> None:
        """Bring the menu to the picture."""
        paper, seen = self._paper, picture.subtitles
        paper.rows("subtitle-list", "subtitle-row", [line.film_id for line in seen.lines])
        for line in seen.lines:
            self._draw_line(line, line.film_id == seen.shown, picture)
        paper.attribute("subtitle-off", "aria-pressed", _yes(seen.shown is None))
        paper.attribute("subtitles", "data-on", "" if seen.shown else None)
        for size in _SIZES:
            paper.attribute(f"subtitle-{size}", "aria-pressed", _yes(size == seen.size))
        paper.attribute("film", "data-words", seen.size)
        self._draw_shift(seen.shown, seen.shift_ms)
        paper.property("subtitle-file", "disabled", not picture.may.add)
        paper.attribute("subtitle-add", "title", None if picture.may.add else self._words.phrase("only_host_adds"))

    def _draw_line(self, line: SubtitleLine, shown: bool, picture: Picture) -> None:
        paper, row = self._paper, f"subtitle-list/{line.film_id}"
        name, state = self._words.subtitle(line, self._language(line.language))
        paper.text(f"{row}/name", name)
        paper.text(f"{row}/state", state)
        for part in ("pick", "remove"):
            paper.attribute(f"{row}/{part}", "data-item", line.film_id)
        paper.attribute(f"{row}/pick", "aria-pressed", _yes(shown))
        paper.shown(f"{row}/remove", picture.may.add)
        label = self._words.phrase("remove_words", name=line.name)
        paper.attribute(f"{row}/remove", "aria-label", label)
        paper.attribute(f"{row}/remove", "title", label)

    def _draw_shift(self, shown: str | None, shift_ms: int) -> None:
        shift = self._words.shift(shift_ms)
        self._paper.text("subtitle-shift", shift)
        for name in ("subtitles-earlier", "subtitles-later"):
            self._paper.property(name, "disabled", shown is None)
        if shown is not None and shown == self._told[0] and shift_ms != self._told[1]:
            self._stage.say(self._words.phrase("words_shift", shift=shift))
        self._told = (shown, shift_ms)

    def _language(self, tag: str) -> str:
        """A language's name in the page's own, as the browser knows it."""
        from js import Intl, Object
        from pyodide.ffi import to_js

        if not tag:
            return ""
        if self._languages is None:
            kind = to_js({"type": "language"}, dict_converter=Object.fromEntries)
            self._languages = Intl.DisplayNames.new("en", kind)
        return str(self._languages.of(tag))


def place(paper: Paper) -> None:
    """Put the menu over its button and aside, so that the words stay in sight.

    On small screens the style lets it rise from the lower edge.
    """
    from js import window

    button = paper.element("subtitles").getBoundingClientRect()
    stage = paper.element("stage").getBoundingClientRect()
    paper.style("subtitle-menu", "--right", f"{max(0, window.innerWidth - stage.right + _GAP_PX):.0f}px")
    paper.style("subtitle-menu", "--bottom", f"{max(0, window.innerHeight - button.top + _GAP_PX):.0f}px")


def _yes(on: bool) -> str:
    return "true" if on else "false"
