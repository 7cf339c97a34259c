"""Whether the film that is on is wanted here: what this browser can play, and what the person chose.

Laws: nothing is fetched before the browser has said whether it can play the film, nothing that it cannot play unless
the person wants it all the same, and nothing that the person declined. A choice outlives a reload. What is here
already stays here.
"""

from app.room.state import Film, Room
from app.session import events as ev
from app.session.ability import Ability, ability, questions
from app.session.effects import Effect, Handler, LookAtFilm, RememberChoice
from app.session.events import Choice
from app.session.exchange import Exchange
from app.session.picture import Flow


class Appetite:
    """Mutable, and private to the session."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._asked: dict[str, Film] = {}
        self._abilities: dict[str, Ability] = {}
        self._choices: dict[str, Choice] = {}

    def handlers(self) -> dict[type, Handler]:
        """What this part does about which event."""
        return {
            ev.FilmLookedAt: self.looked_at,
            ev.FilmDeclined: self.declined,
            ev.FilmWanted: self.wanted,
        }

    def room_changed(self, room: Room, now: float) -> list[Effect]:
        """Ask the browser about a film that has come on; fetch it if it is wanted."""
        film = room.current.film if room.current else None
        if film is None:
            return []
        asked = film.film_id in self._asked
        self._asked[film.film_id] = film
        effects = self._apply(film, now)
        return effects if asked else [LookAtFilm(film.film_id, questions(film.mime)), *effects]

    def looked_at(self, event: ev.FilmLookedAt, now: float) -> list[Effect]:
        """The browser has answered, and remembers what the person chose before."""
        film = self._asked.get(event.film_id)
        if film is None:
            return []
        self._abilities[event.film_id] = ability(film.mime, event.plays)
        if event.choice is not None:
            self._choices.setdefault(event.film_id, event.choice)
        return self._apply(film, now)

    def declined(self, event: ev.FilmDeclined, now: float) -> list[Effect]:
        """The person does not want it; of one that cannot be played anyway there is nothing to decline."""
        return self._choose(event.film_id, Choice.DECLINED if self.ability(event.film_id).plays else None, now)

    def wanted(self, event: ev.FilmWanted, now: float) -> list[Effect]:
        """The person wants it after all, or all the same."""
        return self._choose(event.film_id, None if self.ability(event.film_id).plays else Choice.ANYWAY, now)

    def ability(self, film_id: str) -> Ability:
        """What the browser said, or else hope."""
        return self._abilities.get(film_id, Ability(True))

    def objection(self, film: Film) -> Flow | None:
        """Why it is not to be fetched."""
        choice = self._choices.get(film.film_id)
        if film.film_id not in self._abilities and questions(film.mime):
            return Flow.CHECKING
        if choice is Choice.DECLINED:
            return Flow.DECLINED
        return None if self.ability(film.film_id).plays or choice is Choice.ANYWAY else Flow.CANNOT_PLAY

    def shows(self, room: Room | None) -> bool:
        """Whether the film that is on can be seen here, now or when it has come."""
        share = self._exchange.share_of(room) if room else None
        if room is None or room.current is None or share is None or share.is_source:
            return True
        if not self._exchange.circle.plugged and not share.held.complete:
            return False
        declined = self.objection(room.current.film) is Flow.DECLINED and not share.held.complete
        return self.ability(share.film_id).plays and not declined

    def _choose(self, film_id: str, choice: Choice | None, now: float) -> list[Effect]:
        film = self._asked.get(film_id)
        if film is None:
            return []
        if choice is None:
            self._choices.pop(film_id, None)
        else:
            self._choices[film_id] = choice
        return [RememberChoice(film_id, choice), *self._apply(film, now)]

    def _apply(self, film: Film, now: float) -> list[Effect]:
        wanted = self.objection(film) is None
        return self._exchange.carry_out(self._exchange.swarm.set_wanted(film.film_id, wanted, now), now)
