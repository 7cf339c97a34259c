"""Giving the film back: the source's own file, after a reload and after it was changed on disk.

Laws: nothing is copied. What this browser needs to find a file again is kept while the film is in a room that it
remembers. A film that a member has on disk already is served by that member as soon as its file is known to be it.
"""

from collections import deque
from dataclasses import replace

from app.room.state import Film, Item, Room
from app.session import events as ev
from app.session.bringing import Bringing
from app.session.company import Company
from app.session.effects import Effect, ForgetFile, Handler, KeepFile, SampleFile
from app.session.exchange import Exchange
from app.session.lent import Stand, as_chosen, fits, sample_of
from app.session.picture import Deed, Notice, Trouble
from app.session.projection import Projection
from app.swarm.picker import Choose

MAX_HANDLES = 50


class Returning:
    """Mutable, and private to the session."""

    def __init__(
        self, company: Company, exchange: Exchange, projection: Projection, bringing: Bringing, choose: Choose
    ) -> None:
        self._company = company
        self._exchange = exchange
        self._projection = projection
        self._bringing = bringing
        self._choose = choose
        self._lent = exchange.lent
        self._handles: deque[tuple[ev.Handle, ev.Handle]] = deque(maxlen=MAX_HANDLES)
        self._files: dict[str, KeepFile] = {}
        self._in_room: set[str] = set()
        self._sampled: tuple[int, ...] = ()

    def handlers(self) -> dict[type, Handler]:
        """What this part does about which event."""
        return {
            ev.FilmChosen: self.weighed,
            ev.BringPressed: self.bring,
            ev.FilmPrepared: self.prepared,
            ev.SourceFailed: self.source_failed,
            ev.FileFound: lambda event, _: self._lent.found(event),
            ev.FileReopened: self.reopened,
            ev.FileWithheld: self.withheld,
            ev.FileSampled: self.sampled,
            ev.GiveBackPressed: self.give_back,
            ev.AddAsNewPressed: self.add_as_new,
        }

    # --- files that are chosen

    def weighed(self, event: ev.FilmChosen, now: float) -> list[Effect]:
        """A file was dropped or picked. A large one that is new here is asked about first."""
        self._bringing.files_came()
        known = any(share.facts.size == event.size for share in self._exchange.swarm.shares.values())
        return [] if self._exchange.weighing.holds(event, known) else self.chosen(event, now)

    def bring(self, _: ev.BringPressed, now: float) -> list[Effect]:
        """The person means it."""
        return [effect for event in self._exchange.weighing.release() for effect in self.chosen(event, now)]

    def chosen(self, event: ev.FilmChosen, now: float) -> list[Effect]:
        """A file was dropped or picked. If it could be a film of the room, a sample tells long before the whole."""
        effects = self._bringing.chosen(event, now)
        if event.handle is not None:
            self._handles.append((event.file, event.handle))
        item = self._company.room.current if self._company.room and effects else None
        share = self._exchange.swarm.shares.get(item.film.film_id) if item else None
        if share is None or share.manifest is None or share.is_source or share.facts.size != event.size:
            return effects
        self._sampled = sample_of(share.count, self._choose)
        return [*effects, SampleFile(share.film_id, event.file, share.facts.piece_size, self._sampled)]

    def sampled(self, event: ev.FileSampled, now: float) -> list[Effect]:
        """A few pieces of a chosen file are hashed."""
        share = self._exchange.swarm.shares.get(event.film_id)
        if share is not None and share.manifest is not None and fits(share.manifest, self._sampled, event.digests):
            self._exchange.preparation.recognised(share.facts.size)
        return []

    def prepared(self, event: ev.FilmPrepared, now: float) -> list[Effect]:
        """A file is a film now; perhaps it is one that was missed."""
        effects = self._bringing.film_prepared(event, now)
        if not effects:
            return []
        film = self._exchange.prepared[-1]
        self._lent.given(film)
        handle = next((handle for file, handle in self._handles if file is event.file), None)
        if handle is not None:
            manifest = self._exchange.swarm.shares[film.film_id].manifest
            encoded = manifest.encode() if manifest else b""
            self._files[film.film_id] = KeepFile(film.film_id, event.file, handle, encoded, "")
        if self._bringing.given_back == film.film_id:
            self._tell_given(film)
        return effects + self._keep({film.film_id})

    # --- files that are missed

    def room_changed(self, room: Room | None) -> list[Effect]:
        """Look for the file of the film that is on; keep what was lent to the room, forget what is out of it."""
        before = self._in_room
        self._in_room = {item.film.film_id for item in room.programme.items} if room else set()
        if room is None:
            self._lent.clear()
            return []
        effects = [*self._forget(before - self._in_room), *self._keep(self._in_room - before)]
        share = self._exchange.share_of(room)
        if room.current is not None and share is not None and not share.is_source:
            effects += self._lent.look(room.current.film, room.code)
        return effects

    def source_failed(self, event: ev.SourceFailed, now: float) -> list[Effect]:
        """The file cannot be read any further: perhaps this browser can find out why."""
        effects = self._exchange.lending.source_failed(event, now)
        self._files.pop(event.film_id, None)
        item = self._item(event.film_id)
        if item is None or self._company.room is None:
            return effects
        return [*effects, *self._lent.failed(item.film, self._company.room.code)]

    def give_back(self, _: ev.GiveBackPressed, now: float) -> list[Effect]:
        """The person lets us open the file of the film that is on."""
        room = self._company.room
        return self._lent.open(room.current.film.film_id) if room and room.current else []

    def reopened(self, event: ev.FileReopened, now: float) -> list[Effect]:
        """The file is open again: give it, or hash it to know, or tell that it is another."""
        item, stand = self._item(event.film_id), self._lent.reopened(event)
        manifest = self._lent.manifest(event.film_id)
        if item is None or manifest is None or stand is None:
            return []
        self._exchange.lending.notice = None
        if stand is Stand.CHECKING:
            return self.chosen(as_chosen(event), now)
        if stand is Stand.CHANGED:
            return []
        self._tell_given(item.film)
        self._files[event.film_id] = KeepFile(event.film_id, event.file, event.handle, manifest.encode(), "")
        given = self._exchange.lending.lend(item.film, manifest, event.file, now)
        return [*given, *self._projection.given(event.film_id, now)]

    def withheld(self, event: ev.FileWithheld, now: float) -> list[Effect]:
        """The file is not where it was, or the browser was not allowed to open it."""
        item = self._item(event.film_id)
        self._lent.withheld(event)
        if event.missing and item is not None:
            self._exchange.lending.notice = Notice(Trouble.UNREADABLE_FILE, item.film.name)
        return []

    def add_as_new(self, _: ev.AddAsNewPressed, now: float) -> list[Effect]:
        """What is not the film that was missed is wanted all the same."""
        if self._bringing.is_asking():
            return self._bringing.add_held_back(now)
        room = self._company.room
        changed = self._lent.take_changed(room.current.film.film_id) if room and room.current else None
        if changed is None:
            return []
        self._bringing.welcome.add(changed.name)
        return self.chosen(changed, now)

    # --- the parts

    def _item(self, film_id: str) -> Item | None:
        items = self._company.room.programme.items if self._company.room else ()
        return next((item for item in items if item.film.film_id == film_id), None)

    def _forget(self, films: set[str]) -> list[Effect]:
        for film_id in films:
            self._lent.drop(film_id)
        return [ForgetFile(film_id) for film_id in sorted(films)]

    def _keep(self, films: set[str]) -> list[Effect]:
        """Files are kept while their films are in the room, and anew when they come back into it."""
        code = self._company.room.code if self._company.room else ""
        found = [self._files[film_id] for film_id in sorted(films & self._files.keys()) if self._item(film_id)]
        return [replace(file, room=code) for file in found]

    def _tell_given(self, film: Film) -> None:
        item = self._item(film.film_id)
        mine = item is not None and item.added_by == self._company.me
        self._company.note_own(Deed.GAVE_BACK if mine else Deed.HAD_ALREADY, film.name)
