"""What a person does to the page: one listener per kind of gesture on the whole document."""

from collections.abc import Callable
from typing import Any

from app.session.events import Event, FilmChosen, FilmsSearched, SoundPressed, StartPressed, UnusableDropped
from app.session.picture import Picture, Screen
from app.views.controls import Controls
from app.views.gestures import Fields, do_for_key, event_for, missing_right, play_or_pause, words_dropped
from app.views.here import Here
from app.views.moderation import DEEDS, Moderation
from app.views.own_film import OwnFilm
from app.views.paper import ROOT, Paper
from app.views.picker import Picked, Picker
from app.views.screening import Screening
from app.views.shelf import Shelf
from app.views.stage import Stage
from app.views.subtitles import place
from app.views.words import Words

_TYPING = "input:not([type=range], [type=checkbox], [type=file]), textarea, select, dialog[open]"
_PRESSABLE = "button, summary, a, label, [type=checkbox], [type=file]"
_OWN_KEYS = "video[controls], #chat"  # the browser's own buttons and sliders take these keys, and what scrolls does
_REASONS = {
    "play_pause": "only_host_plays",
    "seek": "only_host_seeks",
    "choose": "only_host_chooses",
    "add": "only_host_adds",
}


class Hands:
    """Turns gestures into events, and does at once what concerns this screen only."""

    def __init__(
        self,
        emit: Callable[[Event], None],
        paper: Paper,
        words: Words,
        stage: Stage,
        controls: Controls,
        here: Here,
        shelf: Shelf,
        moderation: Moderation,
        own_film: OwnFilm,
        screening: Screening,
    ) -> None:
        self._emit = emit
        self._paper = paper
        self._words = words
        self._stage = stage
        self._controls = controls
        self._here = here
        self._picker = Picker()
        self._shelf = shelf
        self._moderation = moderation
        self._own_film = own_film
        self._screening = screening
        self.picture = Picture()
        self._listen()

    def _listen(self) -> None:
        from js import document
        from pyodide.ffi import create_proxy

        listeners: dict[str, Callable[[Any], None]] = {
            "click": self._on_click, "submit": self._on_submit,
            "change": self._on_change, "input": self._on_input, "keydown": self._on_key, "dragover": self._on_dragover,
            "dragleave": self._on_dragleave, "drop": self._on_drop,
            "fullscreenchange": lambda _: self._here.show_fullscreen(),
            "volumechange": self._on_volume,
            "loadeddata": lambda _: self._here.show_picture(there=True),
            "beforetoggle": lambda _: place(self._paper),
            "emptied": lambda _: self._here.show_picture(there=False),
        }  # fmt: skip
        for kind, listener in listeners.items():
            # On the way down: media events do not bubble.
            document.addEventListener(kind, create_proxy(listener), True)
        moved = create_proxy(lambda _: self._here.moved())
        for kind in ("pointermove", "focusin"):
            self._paper.element("stage").addEventListener(kind, moved)

    def replay(self, early: Any) -> None:
        """Do what the person did before Python was up, in their order."""
        for one in early:
            values: Any = getattr(one, "values", None)
            fields = dict(values.object_entries()) if values else {"value": getattr(one, "value", "")}
            carried: Any = getattr(one, "carried", None)
            if carried:
                self._choose(carried)
            elif do := getattr(one, "do", None):
                self._do(one.type, do, fields)

    def _do(self, kind: str, do: str, fields: Fields) -> None:
        if kind == "click" and self._done_here(do, fields.get("item", "")):
            return
        if do == "remove-film":
            self._shelf.done()
        if do in DEEDS:
            self._moderation.done()
        if do == "end":
            self._here.close_dialogs()
        event = event_for(kind, do, fields, self.picture)
        if event is not None:
            self._emit(event)
        elif (missing := missing_right(do, self.picture)) in _REASONS:
            self._stage.say(self._words.phrase(_REASONS[missing]))

    def _done_here(self, do: str, item: str) -> bool:
        """Do what concerns this screen only; whether it was that."""
        alone = self.picture.screen is Screen.SCREENING
        plain = self._here.deeds | (self._screening.deeds if alone else {})
        pointed = self._shelf.deeds | self._moderation.deeds
        if do in plain:
            plain[do]()
        elif do in pointed:
            pointed[do](item)
        return do in plain or do in pointed

    # --- pressing

    def _on_click(self, event: Any) -> None:
        pressed = event.target.closest("[data-do]")
        if not pressed:
            self._on_film_click(event)
        elif pressed.dataset.do == "choose-film" and self._picker.opens(pressed, self._choose):
            event.preventDefault()
        elif not getattr(pressed, "disabled", False) and pressed.getAttribute("aria-disabled") != "true":
            fields = {"item": pressed.dataset.item} if pressed.hasAttribute("data-item") else {}
            self._do("click", pressed.dataset.do, fields)

    def _on_film_click(self, event: Any) -> None:
        if not event.target.closest("#film, #stage-poster"):
            return
        if getattr(event, "pointerType", "") == "touch":
            self._here.toggle_controls()
        else:
            self._do("click", play_or_pause(self.picture), {})

    def _on_key(self, event: Any) -> None:
        if not isinstance(getattr(event, "key", None), str):
            return  # autofill says keydown without a key
        if event.ctrlKey or event.metaKey or event.altKey or event.target.closest(_TYPING):
            return
        if event.key in (" ", "Enter") and event.target.closest(_PRESSABLE):
            return
        if event.target.id == "volume" and event.key.startswith("Arrow"):
            return
        if event.target.closest(_OWN_KEYS) and (event.key == " " or event.key.startswith("Arrow")):
            return
        do = do_for_key(event.key, self.picture)
        if do and not (event.repeat and do in ("play", "pause", "toggle")):
            event.preventDefault()
            self._here.moved()
            self._do("click", do, {})

    def _on_volume(self, event: Any) -> None:
        """Whatever turned the sound on, a key or a slider, was the gesture for which the browser has waited."""
        self._here.show_sound()
        player = self.picture.player
        if event.target.id == "film" and not event.target.muted and player is not None and player.needs_sound:
            self._emit(SoundPressed())

    # --- filling in

    def _on_submit(self, event: Any) -> None:
        do = event.target.getAttribute("data-do")
        if do:
            event.preventDefault()
            self._do("submit", do, _fields_of(event.target))
            if do == "chat":
                event.target.reset()  # what was written there is on its way; should it come back, `Chat` puts it back

    def _on_change(self, event: Any) -> None:
        changed = event.target
        do = changed.getAttribute("data-do")
        if do == "choose-film":
            self._choose([Picked(file) for file in changed.files])
            changed.value = ""
        elif do and do != "volume":
            for key in ("value", "checked"):
                self._paper.forget(changed.id, key)
            form = getattr(changed, "form", None)
            self._do("change", do, _fields_of(form) if form else {"value": changed.value})
            if do == "seek":
                self._controls.drop()

    def _on_input(self, event: Any) -> None:
        do = event.target.getAttribute("data-do")
        if do == "seek":
            self._controls.drag(float(event.target.value))
        elif do == "volume":
            self._here.set_volume(float(event.target.value))
        elif do == "search-films":
            self._emit(FilmsSearched(event.target.value))

    # --- films

    def _choose(self, carried: Any) -> None:
        """A film dropped on the first screen opens a room, under the name that stands there if there is one; of who
        chose alone, it is played here."""
        if self.picture.screen is Screen.ALONE:
            self._show_own(carried)
            return
        name = self._paper.element("home-name").value.strip()
        usable = any(not _folder(one) and one.file.size for one in carried)
        if self.picture.screen is Screen.HOME and name and usable:
            self._emit(StartPressed(name))
        for number, one in enumerate(carried):
            follows = number > 0
            if folder := _folder(one):
                self._emit(UnusableDropped(folder, follows))
            else:
                file = one.file
                handle = getattr(one, "handle", None)
                self._emit(FilmChosen(file, file.name, int(file.size), file.type, follows, handle))

    def _show_own(self, carried: Any) -> None:
        film = next((one.file for one in carried if not _folder(one)), None)
        if film is not None:
            self._own_film.show(film)

    def _on_dragover(self, event: Any) -> None:
        if "Files" in event.dataTransfer.types:
            event.preventDefault()
            self._paper.attribute(ROOT, "data-dragging", "")
        elif not event.target.closest(_TYPING):
            event.preventDefault()

    def _on_dragleave(self, event: Any) -> None:
        if not event.relatedTarget:
            self._paper.attribute(ROOT, "data-dragging", None)

    def _on_drop(self, event: Any) -> None:
        self._paper.attribute(ROOT, "data-dragging", None)
        carried = event.dataTransfer
        if carried.files.length:
            from js import matinee

            event.preventDefault()
            self._choose(matinee.carried(carried))
        elif not event.target.closest(_TYPING):
            event.preventDefault()
            self.take((), carried.getData("URL") or carried.getData("text"))

    def take(self, carried: Any, words: str) -> None:
        """Files, or else words, that came over the page's edge, or were handed over by another program."""
        if carried:
            self._choose(carried)
        else:
            self._emit(words_dropped(words, self.picture))


def _folder(carried: Any) -> str:
    """The name of what was dropped if it is no file; a folder looks like one until it is read."""
    return getattr(carried, "folder", "")


def _fields_of(form: Any) -> dict[str, str]:
    from js import FormData

    return {name: value for name, value in FormData.new(form).entries() if isinstance(value, str)}
