"""What is known of the film on a card beyond its title: drawn where there is something, with the credit it asks for."""

from app.room.deck import Lack
from app.session.events import FilmLore
from app.session.picture import Choosing, Seeing
from app.views.paper import Paper
from app.views.words import Words

_HOUR = 60
_WITHOUT = {Lack.MODEL: "choose_no_model", Lack.TASTES: "choose_no_tastes"}


class Lore:
    """A part of the card."""

    def __init__(self, paper: Paper, words: Words) -> None:
        self._paper = paper
        self._words = words

    def draw(self, choosing: Choosing) -> None:
        """Bring it to the picture. Without a poster of its own, the drawn one stays."""
        paper, lore = self._paper, choosing.lore or FilmLore()
        self._line("card-facts", self._facts(lore))
        self._line("card-overview", lore.overview)
        self._line(
            "card-on",
            self._words.phrase("choose_on", names=self._words.names(lore.platforms)) if lore.platforms else "",
        )
        paper.shown("card-platforms", bool(lore.platforms or lore.where))
        paper.shown("card-where", bool(lore.where))
        paper.attribute("card-where", "href", lore.where or None)
        paper.attribute("card-picture", "src", lore.poster or None)
        paper.shown("card-picture", bool(lore.poster))
        self._line("card-lacks", self._lacks(choosing))
        self._line("card-credit-words", self._credit(lore))
        paper.shown("card-credit", lore != FilmLore())

    def _line(self, name: str, words: str) -> None:
        self._paper.text(name, words)
        self._paper.shown(name, bool(words))

    def _facts(self, lore: FilmLore) -> str:
        phrase = self._words.phrase
        hours, minutes = divmod(lore.minutes, _HOUR)
        key = "choose_hours" if hours else "choose_minutes"
        length = phrase(key, hours=hours, minutes=minutes) if lore.minutes else ""
        rating = phrase("choose_rating", rating=f"{lore.rating:g}") if lore.rating else ""
        return " · ".join(part for part in (length, rating) if part)

    def _credit(self, lore: FilmLore) -> str:
        from_justwatch = bool(lore.platforms or lore.where)
        keys = ("credit_tmdb", "credit_justwatch") if from_justwatch else ("credit_tmdb",)
        return " ".join(map(self._words.phrase, keys))

    def _lacks(self, choosing: Choosing) -> str:
        """What is missing, in a sentence each."""
        without = _WITHOUT.get(choosing.ballot.lacks) if choosing.seeing is Seeing.VOTING else None
        keys = (without, "choose_no_lore" if choosing.lore_failed else None)
        return " ".join(self._words.phrase(key) for key in keys if key)
