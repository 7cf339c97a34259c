"""Our own files, lent to the room: what this browser still knows of them, and whether each is what it was.

Laws: a file is taken back at once only if its size and the time of its last change are as they were and a sample of
its pieces hashes right; else it is hashed anew. What is not the same is another film. A file that failed twice is not
opened again without a click.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.room.state import Film
from app.session import events as ev
from app.session.effects import Effect, FindFile, ReopenFile
from app.swarm.manifest import Manifest, decode
from app.swarm.picker import Choose

SAMPLES = 3
MOST_FAILURES = 2


class Stand(StrEnum):
    """Where the file of a film is: being looked for, not known here, kept but closed, being opened or hashed, …"""

    LOOKING = "looking"
    MISSED = "missed"
    KEPT = "kept"
    OPENING = "opening"
    CHECKING = "checking"
    CHANGED = "changed"
    GIVEN = "given"


@dataclass(slots=True)
class _Lent:
    film: Film
    stand: Stand = Stand.LOOKING
    manifest: Manifest | None = None
    sample: tuple[int, ...] = ()
    failures: int = 0
    changed: ev.FilmChosen | None = None


class Lent:
    """Mutable, and private to the session. By film id."""

    def __init__(self, choose: Choose) -> None:
        self._choose = choose
        self._all: dict[str, _Lent] = {}

    def stand(self, film_id: str) -> Stand | None:
        """How it stands with the file of a film; None: nobody asked."""
        lent = self._all.get(film_id)
        return lent.stand if lent else None

    def look(self, film: Film, room: str) -> list[Effect]:
        """The film of that room is wanted: does this browser know its file?"""
        if film.film_id in self._all:
            return []
        self._all[film.film_id] = _Lent(film)
        return [FindFile(film.film_id, room)]

    def failed(self, film: Film, room: str) -> list[Effect]:
        """The file could not be read any further: look what has become of it."""
        lent = self._all.setdefault(film.film_id, _Lent(film))
        lent.stand = Stand.LOOKING
        lent.failures += 1
        return [FindFile(film.film_id, room)]

    def given(self, film: Film) -> None:
        """The film's file is here."""
        lent = self._all.setdefault(film.film_id, _Lent(film))
        lent.stand, lent.changed = Stand.GIVEN, None

    def drop(self, film_id: str) -> None:
        """The film is out of the room."""
        self._all.pop(film_id, None)

    def clear(self) -> None:
        """We are in no room."""
        self._all.clear()

    def found(self, event: ev.FileFound) -> list[Effect]:
        """What the browser knows of the file. Where it may be read, it is opened at once."""
        lent = self._all.get(event.film_id)
        if lent is None or lent.stand is not Stand.LOOKING:
            return []
        lent.manifest = _manifest_of(event)
        lent.stand = Stand.KEPT if lent.manifest else Stand.MISSED
        return self.open(event.film_id) if event.permitted and lent.failures < MOST_FAILURES else []

    def open(self, film_id: str) -> list[Effect]:
        """Open the file that is kept."""
        lent = self._all.get(film_id)
        if lent is None or lent.manifest is None or lent.stand is not Stand.KEPT:
            return []
        lent.stand = Stand.OPENING
        lent.sample = sample_of(lent.manifest.pieces, self._choose)
        return [ReopenFile(film_id, lent.manifest.piece_size, lent.sample)]

    def withheld(self, event: ev.FileWithheld) -> None:
        """It cannot be opened."""
        lent = self._all.get(event.film_id)
        if lent is not None and lent.stand is Stand.OPENING:
            lent.stand = Stand.MISSED

    def reopened(self, event: ev.FileReopened) -> Stand | None:
        """It is open: what it is now. `CHECKING`: hash it, to know. None: nobody waits for it."""
        lent = self._all.get(event.film_id)
        if lent is None or lent.manifest is None or lent.stand is not Stand.OPENING:
            return None
        if event.size != lent.manifest.size or not fits(lent.manifest, lent.sample, event.digests):
            lent.stand = Stand.CHANGED
            lent.changed = as_chosen(event)
        else:
            lent.stand = Stand.GIVEN if event.unchanged and not lent.failures else Stand.CHECKING
        return lent.stand

    def manifest(self, film_id: str) -> Manifest | None:
        """The film's manifest as this browser keeps it with the file."""
        lent = self._all.get(film_id)
        return lent.manifest if lent else None

    def take_changed(self, film_id: str) -> ev.FilmChosen | None:
        """The file as it is now, to be a film of its own; the old one is missed from now on."""
        lent = self._all.get(film_id)
        if lent is None or lent.stand is not Stand.CHANGED:
            return None
        lent.stand = Stand.MISSED
        return lent.changed


def as_chosen(event: ev.FileReopened) -> ev.FilmChosen:
    """A file that was opened again, as if the person had chosen it."""
    return ev.FilmChosen(event.file, event.name, event.size, "", handle=event.handle)


def sample_of(count: int, choose: Choose) -> tuple[int, ...]:
    """The pieces that stand for all: the first, the last and a few between."""
    between = {choose(range(count)) for _ in range(SAMPLES)}
    return tuple(sorted({0, count - 1} | between))


def fits(manifest: Manifest, pieces: Sequence[int], digests: Sequence[bytes]) -> bool:
    """Whether these are the digests of those pieces."""
    return len(digests) == len(pieces) and all(
        manifest.hash_of(piece) == digest for piece, digest in zip(pieces, digests, strict=True)
    )


def _manifest_of(event: ev.FileFound) -> Manifest | None:
    try:
        return decode(event.manifest, event.film_id) if event.manifest else None
    except ValueError:
        return None
