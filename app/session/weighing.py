"""Large files: before anything is done with them, whoever brings them is asked whether they mean it.

Laws: a file that a room would take and that is large waits for its person's word, and so do those that came with it
after it. What comes by itself later takes its place. Sizes in bytes.
"""

from app.room.bounds import MAX_FILM_BYTES
from app.session import events as ev
from app.session.picture import Notice, Trouble

LARGE_BYTES = 2_000_000_000


class Weighing:
    """Mutable, and private to the exchange. `notice` asks, as long as a file waits."""

    def __init__(self) -> None:
        self._waiting: list[ev.FilmChosen] = []

    @property
    def notice(self) -> Notice | None:
        """The question, about the first of them that is large."""
        name = next((event.name for event in self._waiting if is_large(event)), None)
        return None if name is None else Notice(Trouble.LARGE_FILE, name)

    def holds(self, event: ev.FilmChosen, known: bool) -> bool:
        """Whether a file that was chosen waits; not if it is `known` as one that the room has already."""
        if not event.follows:
            self._waiting.clear()
        waits = bool(self._waiting) or (is_large(event) and not known)
        if waits:
            self._waiting.append(event)
        return waits

    def release(self) -> list[ev.FilmChosen]:
        """The person means it: these go on, as they came."""
        released, self._waiting = self._waiting, []
        return released

    def clear(self) -> None:
        """The person does not mean it."""
        self._waiting.clear()


def is_large(event: ev.FilmChosen) -> bool:
    """Whether a file is worth a question. What no room takes is refused without one."""
    return LARGE_BYTES < event.size <= MAX_FILM_BYTES
