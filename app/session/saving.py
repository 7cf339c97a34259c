"""Saving films: from the store into a file of the person's own, the same bytes.

Laws: only a film that is here whole is saved, each once at a time. Sizes in bytes.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from app.session import events as ev
from app.session.effects import Effect, Handler, SaveFilm
from app.session.picture import Notice, ShelfFilm, Trouble
from app.swarm.manifest import piece_count

NAMELESS = {"video/webm": "Film.webm", "video/ogg": "Film.ogv", "video/x-matroska": "Film.mkv"}
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`|~")
_UNSAFE = str.maketrans(dict.fromkeys('/\\:*?"<>|', "_"))

# A film of the shelf and what is noted of it; None if it is not there.
Find = Callable[[str, float], tuple[ShelfFilm, ev.Kept] | None]


class Saving:
    """Mutable, and private to the session. `notice` is what went wrong last."""

    def __init__(self, find: Find) -> None:
        self.notice: Notice | None = None
        self._find = find
        self._under_way: dict[str, int] = {}
        self._saved: set[str] = set()

    def handlers(self) -> dict[type, Handler]:
        """What this part does about which event."""
        return {
            ev.SavePressed: self.pressed,
            ev.SaveProgressed: self.progressed,
            ev.SaveEnded: self.ended,
            ev.SaveFailed: self.failed,
        }

    def pressed(self, event: ev.SavePressed, now: float) -> list[Effect]:
        """The person wants it as a file."""
        found = self._find(event.film_id, now)
        if found is None or event.film_id in self._under_way:
            return []
        film, note = found
        if not film.whole:
            self.notice = Notice(Trouble.NOT_WHOLE, film.name)
            return []
        self.notice = None
        self._under_way[film.film_id] = 0
        self._saved.discard(film.film_id)
        pieces = piece_count(note.size, note.piece_size)
        name = file_name(note)
        return [SaveFilm(film.film_id, name, pieces, note.piece_size, headers(name, note))]

    def progressed(self, event: ev.SaveProgressed, now: float) -> list[Effect]:
        """So much is written."""
        self._under_way[event.film_id] = event.done
        return []

    def ended(self, event: ev.SaveEnded, now: float) -> list[Effect]:
        """It is written, or given up."""
        self._under_way.pop(event.film_id, None)
        if not event.given_up:
            self._saved.add(event.film_id)
        return []

    def failed(self, event: ev.SaveFailed, now: float) -> list[Effect]:
        """It cannot be written."""
        self._under_way.pop(event.film_id, None)
        found = self._find(event.film_id, now)
        self.notice = Notice(Trouble.NOT_SAVED, found[0].name if found else "")
        return []

    def drawn(self, films: Sequence[ShelfFilm]) -> tuple[ShelfFilm, ...]:
        """The shelf, with how far each film is written."""
        return tuple(self._drawn(film) for film in films)

    def _drawn(self, film: ShelfFilm) -> ShelfFilm:
        done = self._under_way.get(film.film_id)
        share = None if done is None else min(1.0, done / film.size)
        return replace(film, saved_share=share, saved=film.film_id in self._saved)


def file_name(note: ev.Kept) -> str:
    """A name that every file system takes; one is made up where none is known."""
    return note.name.translate(_UNSAFE).strip(" .") or NAMELESS.get(note.mime, "Film.mp4")


def headers(name: str, note: ev.Kept) -> tuple[tuple[str, str], ...]:
    """Those of a download. The name is encoded by RFC 8187."""
    encoded = "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in name.encode())
    return (
        ("Content-Type", note.mime or "application/octet-stream"),
        ("Content-Length", str(note.size)),
        ("Content-Disposition", f"attachment; filename*=UTF-8''{encoded}"),
        ("Cache-Control", "no-store"),
    )
