"""Bringing films and subtitles: from a dropped file to a place in the queue.

Laws: a film dropped at home, or where a room is over, makes the room. A film goes into the queue once; one that is
there already is given back to those who lack it. Where a file is missed, another one goes into the queue only when the
person says so. Subtitles go with the film they came together with, else with the one that is on.
"""

from collections.abc import Callable

from app.room.deck import Stage
from app.room.door import over
from app.room.messages import QueueAdd, SubtitleAdd
from app.room.state import Film, Item, Room, Subtitle
from app.session import events as ev
from app.session.company import Company
from app.session.effects import Effect, Handler
from app.session.entrance import Entrance
from app.session.exchange import Exchange
from app.session.picture import Notice, Trouble
from app.session.projection import Projection
from app.session.supply import missed
from app.session.told import Told
from app.session.wishes import Wishes
from app.session.writing import is_subtitle

_DOUBTS = (Trouble.OTHER_FILM, Trouble.FILE_CHANGED)


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
        self.given_back: str | None = None
        self.held_back: list[Film] = []
        self.welcome: set[str] = set()
        self._films_of: dict[int, list[str]] = {}

    def handlers(self) -> dict[type, Handler]:
        """What this part does about which event."""
        return {
            ev.FilmChosen: self.chosen,
            ev.UnusableDropped: self.unusable,
            ev.FilmPrepared: self.film_prepared,
        }

    def files_came(self) -> None:
        """Files were let go of here, whatever becomes of them."""
        self._told.files_came()

    def chosen(self, event: ev.FilmChosen, now: float) -> list[Effect]:
        """A file was dropped or picked; where there is no room it wants one."""
        self._told.files_came()
        preparation = self._exchange.preparation
        effects = preparation.chosen(event, now)
        if preparation.takes(event) and not is_subtitle(event.name) and not self._entrance.place:
            effects += self._entrance.start(ev.StartPressed(""), now)
        return effects

    def unusable(self, event: ev.UnusableDropped, now: float) -> list[Effect]:
        """What was dropped is no file."""
        self._told.files_came()
        return self._exchange.preparation.unusable(event, now)

    def film_prepared(self, event: ev.FilmPrepared, now: float) -> list[Effect]:
        """The file is a film now."""
        lacked = {film_id for film_id, share in self._exchange.swarm.shares.items() if not share.held.complete}
        drop = self._exchange.preparation.drop
        effects = self._exchange.film_prepared(event, now)
        if not effects:
            return []
        film_id = self._exchange.prepared[-1].film_id
        self._films_of.setdefault(drop, []).append(film_id)
        self.given_back = film_id if film_id in lacked else None
        return [*effects, *self._projection.given(film_id, now)]

    def subtitle_parsed(self, film_id: str, now: float) -> list[Effect]:
        """These subtitles can be read, or nobody can tell: if they were chosen here, they are ready to be shared."""
        found = self._exchange.preparation.parsed(film_id)
        return self._exchange.subtitle_prepared(found, now) if found else []

    def put_in_queue(self, now: float) -> list[Effect]:
        """Films that were prepared go into the room as soon as there is one."""
        effects: list[Effect] = []
        while self._exchange.prepared and self._company.room and not over(self._company.room):
            film = self._exchange.prepared.popleft()
            ballot = self._company.room.ballot
            found = ballot is not None and ballot.stage is Stage.MATCHED
            if found or not self._company.room.programme.shows(film.film_id):
                effects += self._hold_back(film) if self._is_doubtful(film) else self._add(film, now)
            elif film.film_id != self.given_back:
                self._exchange.preparation.leave_out(Trouble.ALREADY_QUEUED, film.name)
        return effects + self._put_with_films(now)

    def _put_with_films(self, now: float) -> list[Effect]:
        """What goes with which film is known when every file that came with it is a film or is none."""
        effects: list[Effect] = []
        while self._exchange.words and not self._words_wait():
            drop, subtitle = self._exchange.words.popleft()
            room = self._company.room
            item = self._film_for(room, drop, subtitle) if room else None
            if item is None:
                self._exchange.preparation.leave_out(Trouble.SUBTITLES_ALONE, subtitle.name)
            elif item.subtitle(subtitle.film_id):
                self._exchange.preparation.leave_out(Trouble.SUBTITLES_THERE, subtitle.name)
            else:
                effects += self._wishes.ask(SubtitleAdd(item.id, subtitle), now)
        return effects

    def _words_wait(self) -> bool:
        """Whether a film that they came with may yet come into the queue."""
        room_is_coming = self._company.room is None and bool(self._entrance.place or self._entrance.busy)
        return self._exchange.preparation.current is not None or room_is_coming or self.is_asking()

    def left(self) -> None:
        """The person has left the room for which all this was chosen."""
        self._exchange.preparation.give_up()
        self.given_back = None
        self.held_back = []
        self.welcome.clear()
        self._films_of.clear()

    def is_asking(self) -> bool:
        """Whether the person is asked about what is held back. Else nothing is, whatever was before."""
        notice = self._exchange.preparation.notice
        return notice is not None and notice.trouble in _DOUBTS

    def _film_for(self, room: Room, drop: int, subtitle: Subtitle) -> Item | None:
        together = [item for item in room.programme.items if item.film.film_id in self._films_of.get(drop, ())]
        named_alike = (item for item in together if subtitle.name.startswith(item.film.name.rpartition(".")[0]))
        return next(named_alike, together[0] if together else room.current)

    def add_held_back(self, now: float) -> list[Effect]:
        """What was held back is wanted all the same."""
        films, self.held_back = self.held_back, []
        self._exchange.preparation.notice = None
        return [effect for film in films for effect in self._add(film, now)]

    def _add(self, film: Film, now: float) -> list[Effect]:
        self.welcome.discard(film.name)
        return self._wishes.ask(QueueAdd(self._new_id(), film), now)

    def _is_doubtful(self, film: Film) -> bool:
        """Whether the person was asked for a file of theirs, and this may have been meant to be it."""
        room = self._company.room
        return room is not None and film.name not in self.welcome and missed(room, self._company.me, self._exchange)

    def _hold_back(self, film: Film) -> list[Effect]:
        room, preparation = self._company.room, self._exchange.preparation
        self.held_back = [*(self.held_back if self.is_asking() else []), film]
        names = tuple(each.name for each in self.held_back)
        about = room.current.film.name if room and room.current else ""
        preparation.notice = Notice(Trouble.FILE_CHANGED if names == (about,) else Trouble.OTHER_FILM, about, names)
        return []
