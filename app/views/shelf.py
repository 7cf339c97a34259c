"""The shelf: films kept on this device, on the first screen, in the room and at the end; to be saved or removed.

One list, shown in three places. A film is removed only after the person was told what that means.
"""

from collections.abc import Callable, Sequence

from app.session.picture import Picture, Screen, ShelfFilm
from app.views import figures
from app.views.paper import Paper
from app.views.titles import hue_of, title_of
from app.views.words import Words


class Shelf:
    """`deeds` are the names that `hands` passes on, each with the film it is about, if any."""

    def __init__(self, paper: Paper, words: Words) -> None:
        self._paper = paper
        self._words = words
        self._picture = Picture()
        self.deeds: dict[str, Callable[[str], None]] = {
            "shelf": lambda _: self._paper.element("shelf-dialog").showModal(),
            "ask-remove": self._ask_remove,
        }

    def draw(self, picture: Picture) -> None:
        """Bring the list of this screen to the picture."""
        self._picture = picture
        if picture.screen is Screen.HOME:
            self._draw_list("home-shelf", picture.shelf)
            self._paper.shown("home-kept", bool(picture.shelf))
        elif picture.screen is Screen.ROOM:
            self._draw_list("room-shelf", picture.shelf)
            self._paper.shown("room-shelf-empty", not picture.shelf)
            self._draw_lack(picture.lacking_bytes)
        elif picture.screen is Screen.CLOSED:
            films = of_room(picture.shelf, picture.code)
            self._draw_list("closed-shelf", films)
            self._paper.shown("closed-kept", bool(films))

    def done(self) -> None:
        """The person has answered."""
        self._paper.element("remove-dialog").close()

    def _draw_lack(self, lacking: int) -> None:
        self._paper.shown("lacking", lacking > 0)
        self._paper.text("lacking-words", self._words.phrase("lacking", size=self._words.size(lacking)))

    def _draw_list(self, name: str, films: Sequence[ShelfFilm]) -> None:
        self._paper.rows(name, "shelf-row", [film.film_id for film in films])
        for film in films:
            self._draw_film(f"{name}/{film.film_id}", film)

    def _draw_film(self, row: str, film: ShelfFilm) -> None:
        paper, words = self._paper, self._words
        called = title(words, film)
        paper.text(f"{row}/thumb", called[:1].upper())
        paper.style(f"{row}/thumb", "--hue", str(hue_of(film.name)))
        paper.text(f"{row}/name", called)
        paper.text(f"{row}/state", state(words, film))
        paper.shown(f"{row}/saving", film.saved_share is not None)
        paper.property(f"{row}/saving", "value", round(film.saved_share or 0.0, 3))
        paper.attribute(f"{row}/saving", "aria-label", words.phrase("save_film", film=called))
        for part, label in (("watch", "watch_film"), ("save", "save_film"), ("remove", "remove_film")):
            paper.attribute(f"{row}/{part}", "data-item", film.film_id)
            paper.attribute(f"{row}/{part}", "aria-label", words.phrase(label, film=called))
        paper.text(f"{row}/watch", words.phrase("watch"))
        paper.shown(f"{row}/watch", self._picture.screen is Screen.HOME)
        paper.allow(f"{row}/watch", film.whole, "", words.phrase("watch_whole_only"))
        paper.text(f"{row}/save", words.phrase("save"))
        paper.text(f"{row}/remove", words.phrase("remove_kept"))
        paper.allow(f"{row}/save", film.whole and film.saved_share is None, "", words.phrase("save_whole_only"))

    def _ask_remove(self, film_id: str) -> None:
        film = next((film for film in self._picture.shelf if film.film_id == film_id), None)
        if film is None:
            return
        self._paper.text("remove-title", self._words.phrase("remove_ask", film=title(self._words, film)))
        self._paper.text("remove-words", self._words.phrase(consequence(film)))
        self._paper.attribute("remove-film", "data-item", film_id)
        self._paper.element("remove-dialog").showModal()


def of_room(films: Sequence[ShelfFilm], code: str) -> list[ShelfFilm]:
    """Those that are kept for that room."""
    return [film for film in films if film.room == code]


def title(words: Words, film: ShelfFilm) -> str:
    """What the film is called."""
    return title_of(film.name).text if film.name else words.phrase("kept_film")


def state(words: Words, film: ShelfFilm) -> str:
    """The small line under its name: how much is here, until when, how far it is saved."""
    whole = "kept_whole" if film.whole else "kept_part"
    parts = [words.phrase(whole, size=words.size(film.size), held=words.size(film.held_bytes)), stay(words, film)]
    if film.saved_share is not None:
        parts.append(words.phrase("saving", share=figures.share(film.saved_share)))
    elif film.saved:
        parts.append(words.phrase("saved"))
    return " · ".join(parts)


def stay(words: Words, film: ShelfFilm) -> str:
    """How long it stays."""
    if film.left_s is None:
        return words.phrase("kept_here")
    minutes = max(1, int(film.left_s / 60))
    if minutes < 90:
        return words.phrase("kept_minutes", count=minutes)
    return words.phrase("kept_hours", count=round(minutes / 60))


def consequence(film: ShelfFilm) -> str:
    """The phrase that says what removing it means."""
    if film.on:
        return "remove_on"
    return "remove_here" if film.left_s is None else "remove_kept_only"
