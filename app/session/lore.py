"""What the server knows of the films of a deck beyond what stands on their cards.

Law: it is asked for the card that is up and the next one, each once; a card is never held up by it.
"""

from app.room.deck import Ballot, Stage
from app.session.effects import AskFilm, Effect
from app.session.events import FilmLore, FilmTold

AHEAD = 2
_OPEN = (Stage.VOTING, Stage.MATCHED)


class Lore:
    """Private to the choosing. `may` tells whether the server has anything to tell."""

    def __init__(self) -> None:
        self.may = False
        self._asked: set[int] = set()
        self._told: dict[int, FilmLore] = {}
        self._failed: set[int] = set()

    def look_up(self, ballot: Ballot) -> list[Effect]:
        """Ask for what is on the screen, or will be next."""
        if not self.may or ballot.stage not in _OPEN:
            return []
        near = [card.film for card in ballot.cards[ballot.at : ballot.at + AHEAD]]
        new = [film for film in near if film not in self._asked]
        self._asked.update(new)
        return [AskFilm(film) for film in new]

    def told(self, event: FilmTold, now: float) -> list[Effect]:
        """The server answered."""
        self._failed.discard(event.film)
        if event.lore is not None:
            self._told[event.film] = event.lore
        elif event.failed:
            self._failed.add(event.film)
        return []

    def of(self, ballot: Ballot) -> FilmLore | None:
        """What is known of the card that is up."""
        return self._told.get(ballot.card.film) if ballot.card else None

    def failed(self, ballot: Ballot) -> bool:
        """Whether nothing could be said of the card that is up."""
        return ballot.card is not None and ballot.card.film in self._failed
