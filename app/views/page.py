"""The whole page: draws a picture, says what the person did.

`draw` is called at most once a frame. Between pictures only what moves by
itself is touched: the position while the film plays, a countdown.
"""

from collections.abc import Callable
from typing import Any

from app.session.events import Event
from app.session.picture import Picture, Screen
from app.views import arriving, details, home, lobby, people, queue
from app.views.chat import Chat
from app.views.choose import Choose
from app.views.controls import Controls
from app.views.door import Door
from app.views.english import ENGLISH
from app.views.gestures import is_running
from app.views.hands import Hands
from app.views.here import Here
from app.views.moderation import Moderation, acting
from app.views.notices import Notices
from app.views.own_film import OwnFilm
from app.views.paper import ROOT, Paper
from app.views.press import Press
from app.views.screening import Screening
from app.views.shelf import Shelf
from app.views.stage import Stage
from app.views.subtitles import Subtitles
from app.views.titles import title_of
from app.views.words import Words

_TICK_MS = 250
_HEADINGS = {
    Screen.HOME: "home-title",
    Screen.ARRIVING: "arriving-who",
    Screen.ROOM: "room-title",
    Screen.ALONE: "choosing-title",
    Screen.SCREENING: "screening-title",
    Screen.CLOSED: "closed-words",
}


class Page:
    """Made once; `emit` takes the person's events, `now` is the page's clock in seconds."""

    def __init__(self, emit: Callable[[Event], None], now: Callable[[], float]) -> None:
        from js import document, location
        from pyodide.ffi import create_proxy

        self._document = document
        self._address = location.origin + location.pathname
        self._words = Words(ENGLISH)
        self._paper = Paper(document)
        self._stage = Stage(self._paper, self._words)
        self._subtitles = Subtitles(self._paper, self._words, self._stage)
        self._controls = Controls(self._paper, self._words, now)
        self._notices = Notices(self._paper, self._words, now)
        self._here = Here(self._paper, self._words, self._stage, now)
        self._shelf = Shelf(self._paper, self._words)
        self._chat = Chat(self._paper, self._words)
        self._moderation = Moderation(self._paper, self._words)
        self._door = Door(self._paper, self._words)
        self._choose = Choose(self._paper, self._words)
        self._own_film = OwnFilm(self._paper, self._words)
        self._screening = Screening(self._paper, self._words)
        parts = (self._stage, self._controls, self._here, self._shelf, self._moderation)
        self._hands = Hands(emit, self._paper, self._words, *parts, self._own_film, self._screening)
        self._press = Press(document, self._draw_held)
        self._held: Picture | None = None
        self._screen: Screen | None = None
        self._tick_proxy = create_proxy(self._tick_again)
        self._ticking = False
        people.offer_limits(self._paper, self._words)

    def replay(self, early: Any) -> None:
        """Do what the person did before Python was up."""
        self._hands.replay(early)

    def take(self, carried: Any, words: str) -> None:
        """Do with what another program hands over, files or words, what would be done with a drop."""
        self._hands.take(carried, words)

    def draw(self, picture: Picture) -> None:
        """Bring the page to that picture; while a finger is on a row, as soon as it is lifted."""
        self._hands.picture = picture
        if self._press.on:
            self._held = picture
            return
        self._notices.draw(picture)
        self._shelf.draw(picture)
        self._own_film.draw(picture)
        if picture.screen is Screen.HOME:
            home.draw(self._paper, self._words, picture)
        elif picture.screen is Screen.ARRIVING:
            arriving.draw(self._paper, self._words, picture)
        elif picture.screen is Screen.SCREENING:
            self._screening.draw(picture)
        elif picture.screen is Screen.ALONE:
            self._choose.draw(picture)
        elif picture.screen is Screen.ROOM:
            self._draw_room(picture)
        self._show(picture)
        if self._moving and not self._ticking:
            self._ticking = True
            self._tick_again()
        elif not self._moving:
            self._here.rest(playing=False)

    def tick(self) -> None:
        """Move what moves by itself."""
        self._controls.tick()
        self._notices.tick()
        self._here.rest(self._playing)

    def _draw_held(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            self.draw(held)

    def _draw_room(self, picture: Picture) -> None:
        self._paper.text("room-title", picture.title or self._words.phrase("your_room"))
        lobby.draw(self._paper, self._words, picture, self._address)
        self._stage.draw(picture)
        self._choose.draw(picture)
        if picture.current:
            self._controls.draw(picture)
            self._subtitles.draw(picture)
        people.draw(self._paper, self._words, picture)
        self._moderation.draw(picture)
        self._door.draw(picture)
        self._chat.draw(picture)
        told = acting(self._words, picture)
        self._paper.shown("acting", bool(told))
        self._paper.text("acting", told)
        details.draw(self._paper, self._words, picture)
        queue.draw(self._paper, self._words, picture)

    def _show(self, picture: Picture) -> None:
        film = title_of(picture.current.film.name).text if picture.current else ""
        parts = (film, picture.title if picture.screen is Screen.ROOM else "", "Matinee")
        title = " · ".join(part for part in parts if part)
        if self._document.title != title:
            self._document.title = title
        if picture.screen is self._screen:
            return
        self._paper.attribute(ROOT, "data-screen", picture.screen.value)
        if self._screen is not None:
            self._paper.element(_HEADINGS[picture.screen]).focus()
        self._screen = picture.screen

    @property
    def _playing(self) -> bool:
        return is_running(self._hands.picture)

    @property
    def _moving(self) -> bool:
        return self._playing or self._notices.counting

    def _tick_again(self) -> None:
        from js import setTimeout

        self.tick()
        self._ticking = self._moving
        if self._ticking:
            setTimeout(self._tick_proxy, _TICK_MS)
