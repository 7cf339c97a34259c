"""Films of our own: served to the room out of the person's files, for as long as those can be read.

Laws: a film whose file this page has is served whenever it is in the room, also after it was out of it for a while.
Times are the page's, in seconds.
"""

from collections.abc import Callable, Iterable, Sequence

from app.room.state import Film
from app.session import events as ev
from app.session.effects import AttachSource, Effect
from app.session.inventory import facts_of
from app.session.picture import Notice, Trouble
from app.session.writing import MIME
from app.swarm.actions import Action
from app.swarm.manifest import Manifest
from app.swarm.swarm import Swarm

CarryOut = Callable[[Sequence[Action], float], list[Effect]]


class Lending:
    """Mutable, and private to the exchange, whose `carry_out` turns the swarm's actions into effects.

    `notice` is what went wrong with a file last.
    """

    def __init__(self, swarm: Swarm, carry_out: CarryOut) -> None:
        self.notice: Notice | None = None
        self._swarm = swarm
        self._do = carry_out
        self._own: dict[str, tuple[Film, Manifest]] = {}

    def lend(self, film: Film, manifest: Manifest, file: ev.Handle, now: float) -> list[Effect]:
        """Serve a film out of the person's own file."""
        self.notice = None
        self._own[film.film_id] = (film, manifest)
        attached = AttachSource(film.film_id, file, film.piece_size, manifest.hashes)
        return [attached, *self._offer(film, manifest, now)]

    def room_changed(self, film_ids: Iterable[str], now: float) -> list[Effect]:
        """These are the room's films now."""
        idle = [self._own[film_id] for film_id in film_ids if film_id in self._own and not self._is_lent(film_id)]
        return [effect for film, manifest in idle for effect in self._offer(film, manifest, now)]

    def source_failed(self, event: ev.SourceFailed, now: float) -> list[Effect]:
        """A file we share is gone or changed."""
        film = self._own.pop(event.film_id, None)
        if film is None or film[0].mime != MIME:  # subtitles were kept when they came
            trouble = Trouble.SOURCE_CHANGED if event.changed else Trouble.UNREADABLE_FILE
            self.notice = Notice(trouble, film[0].name if film else "")
        return self._do(self._swarm.keeping.lose_source(event.film_id, now), now)

    def _is_lent(self, film_id: str) -> bool:
        share = self._swarm.shares.get(film_id)
        return share is not None and share.is_source

    def _offer(self, film: Film, manifest: Manifest, now: float) -> list[Effect]:
        return self._do(self._swarm.offer(facts_of(film), manifest, film.duration_s, now), now)
