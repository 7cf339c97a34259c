"""TextTrack: the cues of subtitles on the film, which the browser draws. Words go in as words, never as markup."""

from typing import Any

from js import VTTCue, document

from app.session.effects import ShowCues

ELEMENT = "film"
_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


class TextTrack:
    """One track for all subtitles; a track that was added to an element can never be taken away."""

    def __init__(self) -> None:
        self._track: Any = None
        self._shown: dict[int, tuple[str, Any]] = {}

    def show(self, effect: ShowCues) -> None:
        """Hold these cues. One that stays keeps its object: a new time alone does not make it flicker."""
        if self._track is None:
            if not effect.cues:
                return
            self._track = document.getElementById(ELEMENT).addTextTrack("subtitles")
        # A disabled track holds no active cues, and its list cannot be read.
        self._track.mode = "showing"
        wanted = {cue.number: cue.text for cue in effect.cues}
        for number, (text, shown) in list(self._shown.items()):
            if wanted.get(number) != text:
                self._track.removeCue(shown)
                del self._shown[number]
        for cue in effect.cues:
            self._put(cue.number, cue.start_ms / 1000, cue.end_ms / 1000, cue.text)
        self._track.mode = "showing" if effect.cues else "hidden"

    def _put(self, number: int, start_s: float, end_s: float, text: str) -> None:
        if number in self._shown:
            _, shown = self._shown[number]
            shown.startTime, shown.endTime = start_s, end_s
        else:
            shown = VTTCue.new(start_s, end_s, text.translate(_ESCAPED))
            self._track.addCue(shown)
            self._shown[number] = (text, shown)
