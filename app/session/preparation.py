"""Files on their way to becoming films: looked at, hashed, one after another.

Laws: the content decides what a file is, never its name; a file that is no good
is told of and holds up nobody else.
"""

from collections import deque

from app.room.bounds import MAX_FILM_BYTES
from app.session import events as ev
from app.session.effects import Effect, Handler, PeekFile, PrepareFilm
from app.session.picture import Notice, Preparing, Trouble
from app.swarm.container import HEAD_BYTES, sniff
from app.swarm.manifest import piece_size_for


class Preparation:
    """Mutable, and private to the session. `current` is what is being prepared, `notice` what went wrong last."""

    def __init__(self) -> None:
        self.current: Preparing | None = None
        self.notice: Notice | None = None
        self._waiting: deque[ev.FilmChosen] = deque()

    def handlers(self) -> dict[type, Handler]:
        """What this part does about which event."""
        return {
            ev.FilmChosen: self.chosen,
            ev.FilePeeked: self.peeked,
            ev.PrepareProgressed: self.progressed,
            ev.PrepareFailed: self.failed,
        }

    def chosen(self, event: ev.FilmChosen, now: float) -> list[Effect]:
        """A file was dropped or picked. One is prepared at a time, the others wait."""
        if event.size == 0:
            self.notice = Notice(Trouble.EMPTY_FILE, event.name)
            return []
        if event.size > MAX_FILM_BYTES:
            self.notice = Notice(Trouble.TOO_LARGE, event.name)
            return []
        self.notice = None
        if self.current is not None:
            self._waiting.append(event)
            return []
        self.current = Preparing(event.name, 0, event.size)
        return [PeekFile(event.file, event.name, event.size, HEAD_BYTES)]

    def peeked(self, event: ev.FilePeeked, now: float) -> list[Effect]:
        """Its first bytes tell what it is."""
        mime = sniff(event.head)
        if mime is None:
            return self.failed(ev.PrepareFailed(event.name, Trouble.NOT_A_FILM), now)
        return [PrepareFilm(event.file, event.name, event.size, mime, piece_size_for(event.size))]

    def progressed(self, event: ev.PrepareProgressed, now: float) -> list[Effect]:
        """That many bytes are hashed."""
        if self.current is not None:
            self.current = Preparing(self.current.name, event.done, self.current.size)
        return []

    def failed(self, event: ev.PrepareFailed, now: float) -> list[Effect]:
        """The file cannot be shared."""
        effects = self.next(now)
        self.notice = Notice(Trouble(event.why), event.about)
        return effects

    def next(self, now: float) -> list[Effect]:
        """The file is done with: on to the one that waits."""
        self.current = None
        return self.chosen(self._waiting.popleft(), now) if self._waiting else []
