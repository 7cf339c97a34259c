"""The stock: what this browser keeps of the films that the swarm trades in, and what keeps a film out.

Laws: a film that has no room here, or that its person has removed, is not fetched until the person says otherwise or
room was made. Whatever the store says comes through here. Times are the page's, in seconds.
"""

from collections.abc import Callable, Sequence

from app.room.state import Room
from app.session import events as ev
from app.session.effects import AskPersistence, DropFilm, Effect, Handler, MeasureSpace, ReadShelf
from app.session.picture import ShelfFilm
from app.session.saving import Saving
from app.session.screening import Screening
from app.session.shelf import Shelf
from app.session.space import Space
from app.session.writing import MIME
from app.swarm.actions import Action, KeepManifest
from app.swarm.share import Bar, Share
from app.swarm.swarm import Swarm

CarryOut = Callable[[Sequence[Action], float], list[Effect]]


class Stock:
    """Mutable, and private to the exchange, whose `carry_out` turns the swarm's actions into effects."""

    def __init__(self, swarm: Swarm, carry_out: CarryOut) -> None:
        self.shelf = Shelf()
        self.space = Space()
        self.saving = Saving(self._find)
        self.screening = Screening(self._find, self.shelf)
        self.full = False
        self._swarm = swarm
        self._do = carry_out
        self._persistence_asked = False

    def handlers(self) -> dict[type, Handler]:
        """What this part does about which event."""
        keeping, do = self._swarm.keeping, self._do
        return {
            **self.saving.handlers(),
            **self.screening.handlers(),
            ev.StoreOpened: self.opened,
            ev.PieceStored: self.stored,
            ev.PieceRejected: lambda e, n: do(keeping.piece_rejected(e.film_id, e.piece, n), n),
            ev.PieceUnreadable: self.unreadable,
            ev.StoreFailed: self.failed,
            ev.StoreLost: self.lost,
            ev.ShelfRead: lambda e, n: [*self.shelf.read(e, n), *self.screening.looked(n)],
            ev.RemovePressed: self.remove,
            ev.FilmGone: self.gone,
            ev.FetchPressed: self.fetch,
            ev.GoOnPressed: self.go_on,
            ev.SpaceMeasured: self.measured,
        }

    # --- what the store says

    def opened(self, event: ev.StoreOpened, now: float) -> list[Effect]:
        """It has told what it holds of a film, and how much it would still keep."""
        share = self._swarm.shares.get(event.film_id)
        if share is None or share.store_open:
            return []
        keeping, film_id = self._swarm.keeping, event.film_id
        share.bar = None if share.is_source else share.bar or Bar.NO_ROOM  # nothing is asked for before it is measured
        told = self._do(keeping.store_opened(film_id, event.manifest, event.bitfield, now), now)
        if share.bar is None:
            return told
        if share.bar is Bar.REMOVED or (event.removed and event.removed == self.shelf.room):
            return [*told, *self._do(keeping.bar(film_id, Bar.REMOVED), now)]
        if share.facts.mime == MIME or self.space.measure(share, event.room_bytes):  # subtitles fit in anywhere
            return [*told, *self._do(keeping.allow(film_id, now), now)]
        self.space.wait(now)
        return told

    def stored(self, event: ev.PieceStored, now: float) -> list[Effect]:
        """A piece is kept. A whole film is worth asking the browser to be careful with it."""
        effects = self._do(self._swarm.keeping.piece_stored(event.film_id, event.piece, now), now)
        share = self._swarm.shares.get(event.film_id)
        if share is None or not share.held.complete or self._persistence_asked:
            return effects
        self._persistence_asked = True
        return [*effects, AskPersistence()]

    def unreadable(self, event: ev.PieceUnreadable, now: float) -> list[Effect]:
        """A piece that was kept is gone."""
        lost = self._do(self._swarm.keeping.piece_lost(event.film_id, event.piece, now), now)
        return [*lost, *self.screening.lost(event.film_id)]

    def failed(self, event: ev.StoreFailed, now: float) -> list[Effect]:
        """The browser keeps nothing more of a film."""
        self.full = event.full
        if event.full:
            self.space.wait(now)
        return self._do(self._swarm.keeping.store_failed(event.film_id, event.piece), now)

    def measured(self, event: ev.SpaceMeasured, now: float) -> list[Effect]:
        """There is so much room: whatever waits for it and has it now goes on."""
        waiting = self._waiting()
        if not waiting:
            self.space.rest()
        told = event.room_bytes is not None
        has_room = [
            share.film_id
            for share in waiting
            if (event.written if share.store_failed else told and self.space.measure(share, event.room_bytes))
        ]
        return self._open(has_room, now)

    def lost(self, _: ev.StoreLost, now: float) -> list[Effect]:
        """The browser's data was cleared, or the database is another: begin again with what is left."""
        lost = [self._do(self._swarm.keeping.store_lost(film_id, now), now) for film_id in self._swarm.shares]
        return [*[effect for effects in lost for effect in effects], ReadShelf()]

    def kept(self, action: KeepManifest, now: float) -> Effect:
        """A manifest is kept with all that is known of its film."""
        share = self._swarm.shares.get(action.film_id)
        removed = share is not None and share.bar is Bar.REMOVED
        return self.shelf.keep(action.film_id, action.manifest, removed, now)

    # --- what the person says

    def remove(self, event: ev.RemovePressed, now: float) -> list[Effect]:
        """Off this device, at once."""
        return [DropFilm(event.film_id, note=self._left_behind(event.film_id, now)), *self._let_go(event.film_id, now)]

    def gone(self, event: ev.FilmGone, now: float) -> list[Effect]:
        """A film was deleted: whatever waits for space looks again. What another tab deleted is gone here too."""
        self.shelf.gone(event.film_id)
        again = [*self.screening.lost(event.film_id), *self.try_again(now)]
        if not event.elsewhere:
            return again
        # Pieces of it may have been on their way into the store.
        late: list[Effect] = []
        if event.film_id in self._swarm.shares:
            late = [DropFilm(event.film_id, note=self._left_behind(event.film_id, now), told=True)]
        return [*late, *self._let_go(event.film_id, now), *again, ReadShelf()]

    def fetch(self, event: ev.FetchPressed, now: float) -> list[Effect]:
        """What was removed is wanted after all."""
        share = self._swarm.shares.get(event.film_id)
        if share is None or share.bar is not Bar.REMOVED:
            return []
        share.bar = None
        manifest = share.manifest.encode() if share.manifest else None
        noted = self.shelf.keep(event.film_id, manifest, False, now)
        return [noted, *self._do(self._swarm.keeping.open_store(event.film_id), now)]

    def go_on(self, _: ev.GoOnPressed, now: float) -> list[Effect]:
        """As much of the film as there is room for."""
        let_in = [film_id for film_id in self.space.go_on() if film_id in self._swarm.shares]
        return [e for film_id in let_in for e in self._do(self._swarm.keeping.allow(film_id, now), now)]

    def try_again(self, now: float) -> list[Effect]:
        """There may be room again, or the browser may have come to its senses."""
        failed = [film_id for film_id, share in self._swarm.shares.items() if share.store_failed]
        kept_out = [share.film_id for share in self._waiting() if not share.store_failed]
        return self._open([*failed, *kept_out], now)

    def tick(self, now: float) -> list[Effect]:
        """A moment named by `next_wake` has come."""
        return [*self.shelf.tick(now), *([MeasureSpace()] if self.space.tick(now) else [])]

    def next_wake(self) -> float | None:
        """When `tick` is wanted next."""
        moments = (self.shelf.next_wake(), self.space.next_wake())
        return min((moment for moment in moments if moment is not None), default=None)

    def _waiting(self) -> list[Share]:
        """The films that wait for space."""
        shares = self._swarm.shares.values()
        return [
            share
            for share in shares
            if (share.store_failed and self.full) or (share.store_open and share.bar is Bar.NO_ROOM)
        ]

    def _open(self, film_ids: Sequence[str], now: float) -> list[Effect]:
        return [e for film_id in film_ids for e in self._do(self._swarm.keeping.open_store(film_id), now)]

    def _let_go(self, film_id: str, now: float) -> list[Effect]:
        share = self._swarm.shares.get(film_id)
        if share is None or share.is_source:
            return []
        self.space.drop(film_id)
        return self._do(self._swarm.keeping.remove(film_id, now), now)

    def _left_behind(self, film_id: str, now: float) -> ev.Kept | None:
        """So that after a reload it does not come again by itself."""
        share = self._swarm.shares.get(film_id)
        here = share is not None and not share.is_source and self.shelf.has_here(film_id)
        return self.shelf.note(film_id, now, removed=True) if here else None

    # --- rooms and what is to be seen

    def room_changed(self, room: Room, now: float) -> list[Effect]:
        """Keep the films of this room."""
        return self.shelf.room_changed(room, now)

    def left(self, now: float) -> list[Effect]:
        """We are in no room any more."""
        self.space.left()
        return self.shelf.left(now)

    def films(self, current: str | None, now: float) -> tuple[ShelfFilm, ...]:
        """The shelf as it is drawn; `current` is the film that is on."""
        return self.saving.drawn(self.shelf.picture(self._swarm.shares, current, now))

    def _find(self, film_id: str, now: float) -> tuple[ShelfFilm, ev.Kept] | None:
        film = next((film for film in self.films(None, now) if film.film_id == film_id), None)
        if film is None:
            return None
        kept = self.shelf.films.get(film_id)
        return film, kept.note if kept and not self.shelf.has_here(film_id) else self.shelf.note(film_id, now)
