"""Watching a kept film alone: on the first screen, without a room, and without a server or a network.

Laws: only a film that is here whole is shown. It is not deleted for being past its time for four hours from then on.
Where it is gone, or cannot be played, that is told on the first screen. Sizes in bytes, times in seconds.
"""

from dataclasses import replace

from app.session import events as ev
from app.session.effects import Effect, Handler, ReadShelf, ScreenFilm
from app.session.picture import Notice, Picture, Screen, ShelfFilm, Trouble
from app.session.saving import Find
from app.session.shelf import Shelf
from app.swarm.media import Facts, MediaRequest, answer, parse

# A request that got lost on its way looks to the element like a film that it cannot play.
MOST_TRIES = 3
RECOVERED_S = 10.0
PLAIN = "video/mp4"


class Screening:
    """Mutable, and private to the session. `notice` is what went wrong last."""

    def __init__(self, find: Find, shelf: Shelf) -> None:
        self.notice: Notice | None = None
        self._find = find
        self._shelf = shelf
        self._film: ShelfFilm | None = None
        self._facts = Facts("", 0, 1, "")
        self._tries = 0
        self._tried_at = 0.0

    def handlers(self) -> dict[type, Handler]:
        """What this part does about which event."""
        return {
            ev.WatchPressed: self.pressed,
            ev.WatchingEnded: lambda _, now: self.end(),
            ev.ScreeningFailed: self.failed,
        }

    def pressed(self, event: ev.WatchPressed, now: float) -> list[Effect]:
        """The person wants to watch it."""
        found = self._find(event.film_id, now)
        if found is None:
            self.notice = Notice(Trouble.KEPT_GONE)
            return []
        film, note = found
        if not film.whole:
            self.notice = Notice(Trouble.NOT_WATCHED)
            return []
        self.notice, self._film, self._tries, self._tried_at = None, film, 1, now
        self._facts = Facts(film.film_id, note.size, note.piece_size, note.mime or PLAIN)
        return [*self._shelf.give_time(film.film_id, now), ScreenFilm(film.film_id)]

    def end(self) -> list[Effect]:
        """That was it, or the person is elsewhere."""
        if self._film is None:
            return []
        self._film = None
        return [ScreenFilm(None)]

    # --- the video element

    def media(self, event: ev.MediaRequested) -> list[Effect] | None:
        """The bytes that it asks for, which are all here; None if they are not of this film."""
        if not self._shows(event.film_id):
            return None
        wanted = parse(event.request, event.method, event.range_header, self._facts)
        return [answer(wanted, self._facts) if isinstance(wanted, MediaRequest) else wanted]

    def failed(self, event: ev.ScreeningFailed, now: float) -> list[Effect]:
        """It gave up. The store knows whether for want of the film."""
        if not self._shows(event.film_id):
            return []
        self._tries = self._tries + 1 if now - self._tried_at < RECOVERED_S else 1
        self._tried_at = now
        if self._tries > MOST_TRIES:
            return self._give_up(Trouble.KEPT_UNPLAYABLE)
        return [ReadShelf(), ScreenFilm(event.film_id)]

    # --- the store

    def looked(self, now: float) -> list[Effect]:
        """The shelf is as the store has it now."""
        found = self._find(self._film.film_id, now) if self._film else None
        here = found is not None and found[0].whole
        return [] if here else self._give_up(Trouble.KEPT_GONE)

    def lost(self, film_id: str) -> list[Effect]:
        """That film, or a piece of it, is not here any more."""
        return self._give_up(Trouble.KEPT_GONE) if self._shows(film_id) else []

    def _shows(self, film_id: str) -> bool:
        return self._film is not None and self._film.film_id == film_id

    def _give_up(self, why: Trouble) -> list[Effect]:
        if self._film is not None:
            self.notice = Notice(why)
        return self.end()

    # --- what is to be seen

    def drawn(self, picture: Picture) -> Picture:
        """The first screen, unless a film is watched there."""
        if self._film is None or picture.screen is not Screen.HOME:
            return picture
        return replace(picture, screen=Screen.SCREENING, screening=self._film)
