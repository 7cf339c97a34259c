"""Files on their way to becoming films and subtitles: looked at, hashed, one after another.

Laws: the content decides what a file is, never its name; a file that is no good
is told of and holds up nobody else; of several that came together each is told of.
"""

from collections import deque
from dataclasses import replace

from app.playback.timeline import MAX_POSITION_S
from app.room.bounds import MAX_FILE_NAME, MAX_FILM_BYTES, MAX_SUBTITLE_BYTES
from app.room.state import Film
from app.session import events as ev
from app.session.effects import Effect, Handler, ParseSubtitle, PeekFile, PrepareFilm
from app.session.picture import Notice, Preparing, Trouble
from app.session.writing import Written, has_too_many, is_subtitle, written
from app.swarm.codecs import look
from app.swarm.container import HEAD_BYTES, sniff
from app.swarm.manifest import Manifest, piece_size_for
from app.swarm.window import Look


class Preparation:
    """Mutable, and private to the session. `current` is what is being prepared, `notice` what went wrong last.

    `drop` numbers what came together: of the file in work, or of the one that came last.
    """

    def __init__(self) -> None:
        self.current: Preparing | None = None
        self.notice: Notice | None = None
        self.drop = 0
        self._drops = 0
        self._words: Written | None = None
        self._waiting: deque[tuple[int, ev.FilmChosen]] = deque()
        self._given_up: str | None = None
        self._left_out: tuple[str, ...] = ()
        self._look: Look[str] | None = None

    def handlers(self) -> dict[type, Handler]:
        """What this part does about which event."""
        return {
            ev.FilmChosen: self.chosen,
            ev.UnusableDropped: self.unusable,
            ev.NothingArrived: self.nothing_arrived,
            ev.FilePeeked: self.peeked,
            ev.PrepareProgressed: self.progressed,
            ev.PrepareFailed: self.failed,
        }

    def chosen(self, event: ev.FilmChosen, now: float) -> list[Effect]:
        """A file was dropped or picked. One is prepared at a time, the others wait."""
        self._came(event.follows)
        if objection := _objection(event):
            self.leave_out(objection, event.name)
            return []
        if self.current is not None:
            self._waiting.append((self._drops, event))
            return []
        return self._begin(self._drops, event)

    def takes(self, event: ev.FilmChosen) -> bool:
        """Whether a file that was chosen is in work, or waits for its turn."""
        return (self.current is not None and self.current.name == event.name) or any(
            waiting is event for _, waiting in self._waiting
        )

    def unusable(self, event: ev.UnusableDropped, now: float) -> list[Effect]:
        """What was dropped is no file."""
        self._came(event.follows)
        self.leave_out(Trouble.FOLDER if event.name else Trouble.NO_FILE, event.name)
        return []

    def nothing_arrived(self, _: ev.NothingArrived, now: float) -> list[Effect]:
        """What another program handed over got lost."""
        self._came(follows=False)
        self.leave_out(Trouble.NOT_ARRIVED, "")
        return []

    def leave_out(self, trouble: Trouble, name: str) -> None:
        """Tell that it does not come into the queue, and which others did not."""
        before = tuple(one for one in self._left_out if one != name) if self.notice else ()
        self._left_out = (*before, name)
        self.notice = Notice(Trouble.SEVERAL_FILES, names=self._left_out) if before else Notice(trouble, name)

    def _came(self, follows: bool) -> None:
        self.notice = self.notice if follows else None
        self._drops += not follows

    def _begin(self, drop: int, event: ev.FilmChosen) -> list[Effect]:
        self.current, self._given_up, self._look = Preparing(event.name, 0, event.size), None, None
        self.drop = drop
        head = event.size if is_subtitle(event.name) else HEAD_BYTES
        return [PeekFile(event.file, event.name, event.size, head)]

    def peeked(self, event: ev.FilePeeked, now: float) -> list[Effect]:
        """Its first bytes tell what it is, and where to look for its codecs."""
        if self.is_given_up(event.name):
            return []
        if self._look is not None:
            return self._go_on(event, self._look, event.data)
        container = sniff(event.data)
        if container is None and is_subtitle(event.name):
            return self._peeked_words(event, now)
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

    def _peeked_words(self, event: ev.FilePeeked, now: float) -> list[Effect]:
        """What cannot be read as subtitles is of no use to anybody: it is parsed before it is shared."""
        found = written(event.file, event.name, event.data)
        if found is None or has_too_many(found.text):
            trouble = Trouble.SUBTITLES_TOO_LARGE if found else Trouble.NOT_SUBTITLES
            return self.failed(ev.PrepareFailed(event.name, trouble), now)
        self._words = found
        return [ParseSubtitle(found.subtitle.film_id, found.text, found.subtitle.format)]

    def parsed(self, film_id: str) -> Written | None:
        """The subtitles in work, if it is they that were parsed: ready to be shared."""
        if self._words is None or self._words.subtitle.film_id != film_id:
            return None
        found, self._words = self._words, None
        return found

    def unparsed(self, film_id: str, now: float) -> list[Effect]:
        """The file in work is a text, and holds no subtitles."""
        if self.current is None or self.parsed(film_id) is None:
            return []
        return self.failed(ev.PrepareFailed(self.current.name, Trouble.NOT_SUBTITLES), now)

    def progressed(self, event: ev.PrepareProgressed, now: float) -> list[Effect]:
        """That many bytes are hashed."""
        if self.current is not None:
            self.current = replace(self.current, done=event.done)
        return []

    def recognised(self, size: int) -> None:
        """A sample of the file says that it is a film the room has, of that many bytes."""
        if self.current is not None and self.current.size == size:
            self.current = replace(self.current, known=True)

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
        self._given_up = self.current.name if self.current else self._given_up
        self.current = self.notice = self._words = None
        self._waiting.clear()

    def is_given_up(self, name: str) -> bool:
        """Whether news of a file is of the one that was given up."""
        return self.current is None and name == self._given_up

    def next(self, now: float) -> list[Effect]:
        """The file is done with: on to the one that waits."""
        self.current = None
        return self._begin(*self._waiting.popleft()) if self._waiting else []


def _objection(event: ev.FilmChosen) -> Trouble | None:
    """What its size says against a file."""
    if not event.size:
        return Trouble.EMPTY_FILE
    if is_subtitle(event.name):
        return Trouble.SUBTITLES_TOO_LARGE if event.size > MAX_SUBTITLE_BYTES else None
    return Trouble.TOO_LARGE if event.size > MAX_FILM_BYTES else None


def film_of(event: ev.FilmPrepared) -> tuple[Film, Manifest]:
    """What the room is told of a film, and what the peers are."""
    manifest = Manifest(event.size, event.piece_size, event.hashes)
    # A container may claim any length; beyond what a room takes it is as good as none.
    duration_s = event.duration_s if event.duration_s and event.duration_s <= MAX_POSITION_S else None
    name = event.name[:MAX_FILE_NAME]
    return Film(manifest.film_id, name, event.size, event.mime, event.piece_size, duration_s), manifest
