"""What a person changes on this screen only: sound, size, the clipboard, a dialog. Nobody else hears of it."""

from collections.abc import Callable
from typing import Any

from app.views.paper import ROOT, Paper
from app.views.stage import Stage
from app.views.words import Words

_IDLE_AFTER_S = 2.6
_VOLUME_STEP = 0.1


class Here:
    """Does at once what needs no room. `deeds` are the names that `hands` passes on."""

    def __init__(self, paper: Paper, words: Words, stage: Stage, now: Callable[[], float]) -> None:
        self._paper = paper
        self._words = words
        self._stage = stage
        self._now = now
        self._moved_at = now()
        self._played = False
        self.deeds: dict[str, Callable[[], None]] = {
            "copy-invite": self.copy_invite,
            "share": self.share,
            "mute": self.mute,
            "louder": lambda: self._change_volume(_VOLUME_STEP),
            "softer": lambda: self._change_volume(-_VOLUME_STEP),
            "pip": self.picture_in_picture,
            "fullscreen": self.fullscreen,
            "theatre": self.theatre,
            "chat": lambda: self._paper.element("chat-text").focus(),
            "help": lambda: self._paper.element("help").showModal(),
            "ask-end": lambda: self._paper.element("end-dialog").showModal(),
            "choose": lambda: self._paper.element("any-film").click(),
            "reload": self.reload,
        }
        self._offer_what_the_browser_can()

    def _offer_what_the_browser_can(self) -> None:
        from js import document, navigator

        self._paper.shown("pip", bool(getattr(document, "pictureInPictureEnabled", False)))
        self._paper.shown("share", hasattr(navigator, "share"))

    # --- the invite

    def copy_invite(self) -> None:
        """Put the link on the clipboard; where that is refused, mark it for copying by hand."""
        from js import navigator

        link = self._paper.element("invite-link").value
        if hasattr(navigator, "clipboard"):
            navigator.clipboard.writeText(link).then(self._copied, self._copy_by_hand)
        else:
            self._copy_by_hand()

    def _copied(self, *_: object) -> None:
        from js import document, setTimeout
        from pyodide.ffi import create_once_callable

        for label in document.querySelectorAll("[data-copied]"):
            label.parentElement.setAttribute("data-done", "")
        self._stage.say(self._words.phrase("copied"))
        setTimeout(create_once_callable(self._forget_copied), 2000)

    def _forget_copied(self) -> None:
        from js import document

        for done in document.querySelectorAll("[data-done]"):
            done.removeAttribute("data-done")

    def _copy_by_hand(self, *_: object) -> None:
        from js import document

        well, field = self._paper.element("copy-well"), self._paper.element("invite-link")
        well.value = field.value
        well.select()
        if document.execCommand("copy"):
            self._copied()
        else:
            field.select()
            self._stage.say(self._words.phrase("copy_by_hand"))

    def share(self) -> None:
        """Open the phone's own sheet for sending links."""
        from js import Object, navigator
        from pyodide.ffi import to_js

        link = {"title": "Matinee", "url": self._paper.element("invite-link").value}
        navigator.share(to_js(link, dict_converter=Object.fromEntries)).catch(nothing)

    # --- sound

    def mute(self) -> None:
        """Sound off, or on again."""
        film = self._paper.element("film")
        film.muted = not film.muted

    def set_volume(self, volume: float) -> None:
        """From silent, 0, to full, 1."""
        film = self._paper.element("film")
        film.volume = min(1.0, max(0.0, volume))
        film.muted = film.volume == 0

    def _change_volume(self, by: float) -> None:
        film = self._paper.element("film")
        self.set_volume((0.0 if film.muted else film.volume) + by)

    def show_sound(self) -> None:
        """The film's sound changed, by whatever: the button and the slider follow."""
        film = self._paper.element("film")
        silent = bool(film.muted) or film.volume == 0
        self._paper.attribute("mute-icon", "href", "#i-muted" if silent else "#i-sound")
        self._paper.attribute("mute", "aria-label", self._words.phrase("unmute" if silent else "mute"))
        self._paper.forget("volume", "value")
        self._paper.property("volume", "value", str(0 if silent else film.volume))

    # --- size

    def fullscreen(self) -> None:
        """The whole stage, with its controls; on phones that cannot, the bare film."""
        from js import document

        stage = self._paper.element("stage")
        if document.fullscreenElement:
            document.exitFullscreen()
        elif hasattr(stage, "requestFullscreen"):
            stage.requestFullscreen().catch(nothing)
        else:
            self._paper.element("film").webkitEnterFullscreen()

    def show_fullscreen(self) -> None:
        """Full screen came or went: the button follows."""
        from js import document

        full = bool(document.fullscreenElement)
        self._paper.attribute("fullscreen-icon", "href", "#i-unfull" if full else "#i-full")
        label = self._words.phrase("leave_fullscreen" if full else "fullscreen")
        self._paper.attribute("fullscreen", "aria-label", label)

    def theatre(self) -> None:
        """The film over the whole width, the panels below."""
        on = self._paper.element("theatre").getAttribute("aria-pressed") != "true"
        self._paper.attribute("theatre", "aria-pressed", "true" if on else "false")
        self._paper.attribute(ROOT, "data-theatre", "" if on else None)

    def picture_in_picture(self) -> None:
        """The film in a small window of its own, or back."""
        from js import document

        if document.pictureInPictureElement:
            document.exitPictureInPicture()
        else:
            self._paper.element("film").requestPictureInPicture().catch(nothing)

    # --- the stage

    def show_picture(self, there: bool) -> None:
        """The film has a first frame, or has none any more: the poster goes or comes."""
        self._paper.attribute("stage", "data-picture", "" if there else None)

    def moved(self) -> None:
        """Somebody is at the controls: keep them up."""
        self._moved_at = self._now()
        self._paper.attribute("stage", "data-idle", None)

    def rest(self, playing: bool) -> None:
        """Let the controls fade while the film runs and nobody moves."""
        if playing and not self._played:
            self.moved()
        self._played = playing
        if playing and self._now() - self._moved_at > _IDLE_AFTER_S:
            self._paper.attribute("stage", "data-idle", "")
        elif not playing:
            self._paper.attribute("stage", "data-idle", None)

    def toggle_controls(self) -> None:
        """A finger's tap on the film shows or hides the controls."""
        if self._paper.element("stage").hasAttribute("data-idle"):
            self.moved()
        else:
            self._paper.attribute("stage", "data-idle", "")

    def close_dialogs(self) -> None:
        """Away with what was asked."""
        self._paper.element("end-dialog").close()

    def reload(self) -> None:
        """Load the page afresh."""
        from js import location

        location.reload()


def nothing(*_: Any) -> None:
    """A refusal that needs no word: the person closed the sheet, or the browser said no to a size."""
