"""Space on this device: whether a film fits into what the browser would still keep, and when it does at last.

Laws: a film that does not fit is not begun, unless its person wants as much of it as there is room for. As long as a
film waits for space, the browser is asked every few seconds how much there is. Bytes; times are the page's, in seconds.
"""

from app.swarm.manifest import MIB
from app.swarm.share import Share

# The store's own books, and what else the browser writes meanwhile.
MARGIN_BYTES = 32 * MIB
LOOK_EVERY_S = 5.0


def lacking(share: Share, room_bytes: int | None) -> int:
    """How many bytes too few there are for the rest of a film; 0 where it fits or the browser does not tell."""
    rest = share.facts.size - share.held_bytes()
    if room_bytes is None or rest == 0:
        return 0
    return max(0, rest + MARGIN_BYTES - room_bytes)


class Space:
    """Mutable, and private to the stock. `lacks` are the bytes too few for each film that is kept out."""

    def __init__(self) -> None:
        self.lacks: dict[str, int] = {}
        self._regardless: set[str] = set()
        self._look_at: float | None = None

    def measure(self, share: Share, room_bytes: int | None) -> bool:
        """Whether that film may begin."""
        self.lacks.pop(share.film_id, None)
        short = 0 if share.film_id in self._regardless else lacking(share, room_bytes)
        if short:
            self.lacks[share.film_id] = short
        return not short

    def go_on(self) -> list[str]:
        """Fill what there is, with the films that are kept out; which they are."""
        kept_out = list(self.lacks)
        self._regardless.update(kept_out)
        self.lacks.clear()
        return kept_out

    def drop(self, film_id: str) -> None:
        """That film is not to come, whether it fits or not."""
        self.lacks.pop(film_id, None)
        self._regardless.discard(film_id)

    def left(self) -> None:
        """We are in no room any more."""
        self.lacks.clear()
        self._regardless.clear()
        self.rest()

    # --- waiting

    def wait(self, now: float) -> None:
        """Something waits for space: look again soon."""
        self._look_at = now + LOOK_EVERY_S

    def rest(self) -> None:
        """Nothing waits any more."""
        self._look_at = None

    def tick(self, now: float) -> bool:
        """Whether to look now."""
        due = self._look_at is not None and now >= self._look_at
        if due:
            self.wait(now)
        return due

    def next_wake(self) -> float | None:
        """When `tick` is wanted next."""
        return self._look_at
