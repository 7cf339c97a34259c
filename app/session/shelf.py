"""The shelf: which films this browser keeps, for which room, and until when.

Laws: a film is kept for 24 hours after this browser was last in a room that has it in its queue. So it is deleted 24
hours after its room ended, if the end was heard here, and else 24 hours after we were there; hearing of the end later
does not prolong it. Whoever begins to watch it alone has four hours for that. What may be deleted is decided when the
store was read, never from memory. The store's times are Unix seconds by this machine's clock (`wall`), all others the
page's, in seconds.
"""

from dataclasses import replace

from app.room.state import Film, Room
from app.session.effects import DropFilm, Effect, KeepFilm, ReadShelf
from app.session.events import Found, Kept, ShelfRead
from app.session.inventory import films_of
from app.session.picture import ShelfFilm
from app.session.writing import MIME
from app.swarm.manifest import piece_count, sizes
from app.swarm.share import Share

KEEP_S = 24 * 3600.0
READ_EVERY_S = 600.0
WATCH_S = 4 * 3600.0


class Shelf:
    """Mutable, and private to the session. `room` is the code of the room we are in, `films` what the store had."""

    def __init__(self) -> None:
        self.room = ""
        self.films: dict[str, Found] = {}
        self._here: dict[str, Kept] = {}
        self._noted: set[str] = set()
        self._ahead_s = 0.0
        self._read_at: float | None = None

    # --- time

    def opened(self, wall_s: float, now: float) -> list[Effect]:
        """The page is up."""
        self._ahead_s = wall_s - now
        self._read_at = now + READ_EVERY_S
        return [ReadShelf()]

    def tick(self, now: float) -> list[Effect]:
        """Look again, if it is time: something may have to go, and what is in use stays longer."""
        if self._read_at is None or now < self._read_at:
            return []
        self._read_at = now + READ_EVERY_S
        return [*self._touch(now), ReadShelf()]

    def next_wake(self) -> float | None:
        """When `tick` is wanted next."""
        return self._read_at

    # --- the room

    def room_changed(self, room: Room, now: float) -> list[Effect]:
        """These films are kept from now on, if anything of them is here."""
        self.room = room.code
        before, self._here = self._here, {film.film_id: film for film in _films_of(room)}
        dropped = [self._used(film, now) for film_id, film in before.items() if film_id not in self._here]
        new = [self.note(film_id, now) for film_id in self._here if film_id not in before]
        return [KeepFilm(note) for note in (*dropped, *new) if note.film_id in self._noted]

    def keep(self, film_id: str, manifest: bytes | None, removed: bool, now: float) -> Effect:
        """Something of it is to be kept from now on; or, `removed` by its person in this room, nothing."""
        self._noted.add(film_id)
        return KeepFilm(self.note(film_id, now, removed), manifest, anew=True)

    def keep_own(self, film: Film, manifest: bytes, now: float) -> Effect:
        """Something of our own is kept from now on, before it is in any room."""
        self._noted.add(film.film_id)
        return KeepFilm(self._used(_noted(film), now), manifest, anew=True)

    def left(self, now: float) -> list[Effect]:
        """We are in no room any more: from now on their time runs."""
        touched = self._touch(now)
        self._here, self.room = {}, ""
        return [*touched, ReadShelf()] if touched else []

    def has_here(self, film_id: str) -> bool:
        """Whether it is in the queue of the room we are in."""
        return film_id in self._here

    def note(self, film_id: str, now: float, removed: bool = False) -> Kept:
        """What is to be noted of a film now; `removed` by its person in this room."""
        used = self._used(self._here.get(film_id, Kept(film_id)), now)
        return replace(used, removed=self.room if removed else "")

    def _touch(self, now: float) -> list[Effect]:
        return [KeepFilm(self.note(film_id, now)) for film_id in self._here if film_id in self._noted]

    def _used(self, film: Kept, now: float) -> Kept:
        wall_s = now + self._ahead_s
        return replace(film, room=self.room, used_s=wall_s, until_s=wall_s + KEEP_S)

    def give_time(self, film_id: str, now: float) -> list[Effect]:
        """Somebody begins to watch it alone: it stays so long that they can."""
        found, until_s = self.films.get(film_id), now + self._ahead_s + WATCH_S
        if found is None or found.note.until_s >= until_s:
            return []
        longer = self.films[film_id] = replace(found, note=replace(found.note, until_s=until_s))
        return [KeepFilm(longer.note)]

    # --- the store

    def read(self, event: ShelfRead, now: float) -> list[Effect]:
        """What the store has. What is past its time goes, with whatever nobody knows anything of."""
        self._ahead_s = event.wall_s - now
        known = self._noted
        self.films, self._noted = {}, set()
        effects = [effect for found in event.films for effect in self._take_in(found, event.wall_s)]
        late = {
            film_id for film_id, film in self.films.items() if film.note.until_s <= event.wall_s
        } | self._noted - known
        new = [KeepFilm(self.note(film_id, now)) for film_id in self._here if film_id in late]
        self._look_in_time(now)
        return [*effects, *new]

    def _take_in(self, found: Found, wall_s: float) -> list[Effect]:
        film_id, film = found.note.film_id, _completed(found, wall_s)
        if film is None or (film.note.until_s <= wall_s and not self.has_here(film_id)):
            return [DropFilm(film_id, as_of_s=wall_s)]
        self.films[film_id] = film
        self._noted.add(film_id)
        return [KeepFilm(film.note)] if film != found else []

    def _look_in_time(self, now: float) -> None:
        # What is in use does not end, also where the disk is too full to note that it is.
        ends = [film.note.until_s - self._ahead_s for film_id, film in self.films.items() if not self.has_here(film_id)]
        self._read_at = max(now, min([now + READ_EVERY_S, *ends]))

    def gone(self, film_id: str) -> None:
        """It was deleted."""
        self.films.pop(film_id, None)
        self._noted.discard(film_id)

    # --- what is to be seen

    def picture(self, shares: dict[str, Share], current: str | None, now: float) -> list[ShelfFilm]:
        """The films, newest first; what is on its way is told as it stands now. Subtitles are not worth a place."""
        kept = {film_id: film.note for film_id, film in self.films.items()}
        held = {film_id: _held_bytes(film) for film_id, film in self.films.items()}
        for film_id, share in shares.items():
            if film_id in self._here and share.store_open and not share.is_source:
                kept[film_id] = self.note(film_id, now)
                held[film_id] = share.held_bytes()
        shown = [note for film_id, note in kept.items() if held[film_id] and note.mime != MIME]
        shown.sort(key=lambda note: (note.film_id == current, note.used_s), reverse=True)
        return [self._drawn(note, held[note.film_id], current, now) for note in shown]

    def _drawn(self, note: Kept, held: int, current: str | None, now: float) -> ShelfFilm:
        here = self.has_here(note.film_id)
        left_s = None if here else max(0.0, note.until_s - self._ahead_s - now)
        on, whole = note.film_id == current, held >= note.size
        return ShelfFilm(note.film_id, note.name, note.size, held, left_s, note.room, on, whole)


def _films_of(room: Room) -> list[Kept]:
    return [_noted(film) for item in room.programme.items for film in films_of(item)]


def _noted(film: Film) -> Kept:
    return Kept(film.film_id, film.name, film.size, film.mime, film.piece_size, film.duration_s)


def _completed(found: Found, wall_s: float) -> Found | None:
    """What version 1 did not note, as far as it can be told; None for pieces that nobody knows anything of."""
    note = found.note
    if note.until_s:
        return found
    known = sizes(found.head)
    if known is None:
        return None
    return replace(
        found, note=replace(note, size=known[0], piece_size=known[1], used_s=wall_s, until_s=wall_s + KEEP_S)
    )


def _held_bytes(found: Found) -> int:
    note = found.note
    if not note.piece_size:
        return 0
    whole = found.pieces >= piece_count(note.size, note.piece_size)
    return note.size if whole else min(note.size, found.pieces * note.piece_size)
