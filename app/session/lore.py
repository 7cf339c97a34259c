"""What the server knows of the films of a deck beyond what stands on their cards.

Law: it is asked for the card that is up and the next one, each once, and again a while after
that failed; a card is never held up by it. Times are seconds of a clock that does not jump.
"""

import math

from app.room.deck import Ballot, Stage
from app.session.effects import AskFilm, Effect
from app.session.events import FilmLore, FilmTold

AHEAD = 2
# The server, too, asks nobody else again before that.
AGAIN_AFTER_S = 20.0
_OPEN = (Stage.VOTING, Stage.MATCHED)


class Lore:
    """Private to the choosing. `may` tells whether the server has anything to tell."""

    def __init__(self) -> None:
        self.may = False
        self._asked: set[int] = set()
        self._told: dict[int, FilmLore] = {}
        # When it may be asked again; never, as long as it is being asked.
        self._failed: dict[int, float] = {}

    def look_up(self, ballot: Ballot, now: float) -> list[Effect]:
        """Ask for what is on the screen, or will be next."""
        if not self.may or ballot.stage not in _OPEN:
            return []
        near = [card.film for card in ballot.cards[ballot.at : ballot.at + AHEAD]]
        new = [film for film in near if film not in self._asked or now >= self._failed.get(film, math.inf)]
        self._asked.update(new)
        self._failed |= dict.fromkeys(self._failed.keys() & set(new), math.inf)
        return [AskFilm(film) for film in new]

    def told(self, event: FilmTold, now: float) -> list[Effect]:
        """The server answered."""
        self._failed.pop(event.film, None)
        if event.lore is not None:
            self._told[event.film] = event.lore
        elif event.failed:
            self._failed[event.film] = now + AGAIN_AFTER_S
        return []

    def of(self, ballot: Ballot) -> FilmLore | None:
        """What is known of the card that is up."""
        return self._told.get(ballot.card.film) if ballot.card else None

    def failed(self, ballot: Ballot) -> bool:
        """Whether nothing could be said of the card that is up."""
        return ballot.card is not None and ballot.card.film in self._failed
