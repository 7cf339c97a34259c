"""Files on their way to becoming films: looked at, hashed, one after another.

Laws: the content decides what a file is, never its name; a file that is no good
is told of and holds up nobody else; of several that came together each is told of.
"""

from collections import deque

from app.playback.timeline import MAX_POSITION_S
from app.room.bounds import MAX_FILE_NAME, MAX_FILM_BYTES
from app.room.state import Film
from app.session import events as ev
from app.session.effects import Effect, Handler, PeekFile, PrepareFilm
from app.session.picture import Notice, Preparing, Trouble
from app.swarm.codecs import look
from app.swarm.container import HEAD_BYTES, sniff
from app.swarm.manifest import Manifest, piece_size_for
from app.swarm.window import Look


class Preparation:
    """Mutable, and private to the session. `current` is what is being prepared, `notice` what went wrong last."""

    def __init__(self) -> None:
        self.current: Preparing | None = None
        self.notice: Notice | None = None
        self._waiting: deque[ev.FilmChosen] = deque()
        self._given_up: str | None = None
        self._left_out: tuple[str, ...] = ()
        self._look: Look[str] | None = None

    def handlers(self) -> dict[type, Handler]:
        """What this part does about which event."""
        return {
            ev.FilmChosen: self.chosen,
            ev.UnusableDropped: self.unusable,
            ev.FilePeeked: self.peeked,
            ev.PrepareProgressed: self.progressed,
            ev.PrepareFailed: self.failed,
        }

    def chosen(self, event: ev.FilmChosen, now: float) -> list[Effect]:
        """A file was dropped or picked. One is prepared at a time, the others wait."""
        self.notice = self.notice if event.follows else None
        if not 0 < event.size <= MAX_FILM_BYTES:
            self.leave_out(Trouble.TOO_LARGE if event.size else Trouble.EMPTY_FILE, event.name)
            return []
        if self.current is not None:
            self._waiting.append(event)
            return []
        return self._begin(event)

    def unusable(self, event: ev.UnusableDropped, now: float) -> list[Effect]:
        """What was dropped is no file."""
        self.notice = self.notice if event.follows else None
        self.leave_out(Trouble.FOLDER if event.name else Trouble.NO_FILE, event.name)
        return []

    def leave_out(self, trouble: Trouble, name: str) -> None:
        """Tell that it does not come into the queue, and which others did not."""
        before = tuple(one for one in self._left_out if one != name) if self.notice else ()
        self._left_out = (*before, name)
        self.notice = Notice(Trouble.SEVERAL_FILES, names=self._left_out) if before else Notice(trouble, name)

    def _begin(self, event: ev.FilmChosen) -> list[Effect]:
        self.current, self._given_up, self._look = Preparing(event.name, 0, event.size), None, None
        return [PeekFile(event.file, event.name, event.size, HEAD_BYTES)]

    def peeked(self, event: ev.FilePeeked, now: float) -> list[Effect]:
        """Its first bytes tell what it is, and where to look for its codecs."""
        if self.is_given_up(event.name):
            return []
        if self._look is not None:
            return self._go_on(event, self._look, event.data)
        container = sniff(event.data)
        if container is None:
            return self.failed(ev.PrepareFailed(event.name, Trouble.NOT_A_FILM), now)
        self._look = look(container, event.size, event.data)
        return self._go_on(event, self._look, None)

    def _go_on(self, event: ev.FilePeeked, looking: Look[str], data: bytes | None) -> list[Effect]:
        try:
            at, count = next(looking) if data is None else looking.send(data)
        except StopIteration as seen:
            self._look = None
            return [PrepareFilm(event.file, event.name, event.size, seen.value, piece_size_for(event.size))]
        return [PeekFile(event.file, event.name, event.size, count, at)]

    def progressed(self, event: ev.PrepareProgressed, now: float) -> list[Effect]:
        """That many bytes are hashed."""
        if self.current is not None:
            self.current = Preparing(self.current.name, event.done, self.current.size)
        return []

    def failed(self, event: ev.PrepareFailed, now: float) -> list[Effect]:
        """The file cannot be shared."""
        if self.is_given_up(event.about):
            return []
        trouble = Trouble(event.why)
        if trouble is Trouble.OLD_BROWSER:
            self.notice = Notice(trouble, event.about)
        else:
            self.leave_out(trouble, event.about)
        return self.next(now)

    def give_up(self) -> None:
        """The person has left the room for which the files were chosen."""
        self._given_up = self.current.name if self.current else None
        self.current = self.notice = None
        self._waiting.clear()

    def is_given_up(self, name: str) -> bool:
        """Whether news of a file is of the one that was given up."""
        return self.current is None and name == self._given_up

    def next(self, now: float) -> list[Effect]:
        """The file is done with: on to the one that waits."""
        self.current = None
        return self._begin(self._waiting.popleft()) if self._waiting else []


def film_of(event: ev.FilmPrepared) -> tuple[Film, Manifest]:
    """What the room is told of a film, and what the peers are."""
    manifest = Manifest(event.size, event.piece_size, event.hashes)
    # A container may claim any length; beyond what a room takes it is as good as none.
    duration_s = event.duration_s if event.duration_s and event.duration_s <= MAX_POSITION_S else None
    name = event.name[:MAX_FILE_NAME]
    return Film(manifest.film_id, name, event.size, event.mime, event.piece_size, duration_s), manifest
