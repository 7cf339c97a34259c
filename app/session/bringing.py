"""Bringing films: from a dropped file to a place in the queue.

Laws: a film dropped at home makes the room. A film goes into the queue once; one that is there already is given back
to those who lack it.
"""

from collections.abc import Callable

from app.room.messages import QueueAdd
from app.room.state import Phase
from app.session import events as ev
from app.session.company import Company
from app.session.effects import Effect, Handler
from app.session.entrance import Entrance
from app.session.exchange import Exchange
from app.session.picture import Screen, Trouble
from app.session.projection import Projection
from app.session.told import Told
from app.session.wishes import Wishes


class Bringing:
    """Mutable, and private to the session."""

    def __init__(
        self,
        entrance: Entrance,
        company: Company,
        exchange: Exchange,
        projection: Projection,
        told: Told,
        wishes: Wishes,
        new_id: Callable[[], str],
    ) -> None:
        self._entrance = entrance
        self._company = company
        self._exchange = exchange
        self._projection = projection
        self._told = told
        self._wishes = wishes
        self._new_id = new_id
        self._given_back: str | None = None

    def handlers(self) -> dict[type, Handler]:
        """What this part does about which event."""
        return {
            ev.FilmChosen: self.chosen,
            ev.UnusableDropped: self.unusable,
            ev.FilmPrepared: self.film_prepared,
        }

    def chosen(self, event: ev.FilmChosen, now: float) -> list[Effect]:
        """A file was dropped or picked; at home it wants a room."""
        self._told.files_came()
        effects = self._exchange.preparation.chosen(event, now)
        if effects and self._entrance.screen is Screen.HOME:
            effects += self._entrance.start(ev.StartPressed(""), now)
        return effects

    def unusable(self, event: ev.UnusableDropped, now: float) -> list[Effect]:
        """What was dropped is no file."""
        self._told.files_came()
        return self._exchange.preparation.unusable(event, now)

    def film_prepared(self, event: ev.FilmPrepared, now: float) -> list[Effect]:
        """The file is a film now."""
        lacked = {film_id for film_id, share in self._exchange.swarm.shares.items() if not share.held.complete}
        effects = self._exchange.film_prepared(event, now)
        if not effects:
            return []
        film_id = self._exchange.prepared[-1].film_id
        self._given_back = film_id if film_id in lacked else None
        return [*effects, *self._projection.given(film_id, now)]

    def put_in_queue(self, now: float) -> list[Effect]:
        """Films that were prepared go into the room as soon as there is one."""
        effects: list[Effect] = []
        while self._exchange.prepared and self._company.room and self._company.room.phase is not Phase.ENDED:
            film = self._exchange.prepared.popleft()
            if not self._company.room.programme.shows(film.film_id):
                effects += self._wishes.ask(QueueAdd(self._new_id(), film), now)
            elif film.film_id != self._given_back:
                self._exchange.preparation.leave_out(Trouble.ALREADY_QUEUED, film.name)
        return effects
