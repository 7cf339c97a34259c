"""Over which way the connections go: straight, or through a relay server, and how long a word takes there and back.

Laws: it is asked when channels open and every `EVERY_S` after, of the browser, which knows. Times in seconds.
"""

from dataclasses import dataclass

FIRST_S = 0.5
# A browser takes long to tell: asked every five seconds, four pages that watch drop one frame in fifty more.
EVERY_S = 30.0


@dataclass(frozen=True, slots=True)
class MeasurePath:
    """Look which way the connection to `peer` goes; answered by `PathMeasured`, or not at all."""

    peer: str


@dataclass(frozen=True, slots=True)
class Path:
    """`relayed`: through a server, because no straight way was found; `rtt_s`: there and back, None if not measured."""

    relayed: bool
    rtt_s: float | None


class Paths:
    """Mutable, and private to whoever keeps the connections."""

    def __init__(self) -> None:
        self._found: dict[str, Path] = {}
        self._due: dict[str, float] = {}

    def of(self, peer: str) -> Path | None:
        """The way to `peer`, if it is known."""
        return self._found.get(peer)

    def open(self, peer: str, now: float) -> None:
        """Channels to `peer` are open."""
        self._due[peer] = now + FIRST_S

    def close(self, peer: str) -> None:
        """They are not."""
        self._due.pop(peer, None)
        self._found.pop(peer, None)

    def measured(self, peer: str, path: Path) -> None:
        """The browser has told."""
        if peer in self._due:
            self._found[peer] = path

    def tick(self, now: float) -> list[MeasurePath]:
        """A moment named by `next_wake` has come."""
        due = [peer for peer, when in self._due.items() if now >= when]
        self._due.update(dict.fromkeys(due, now + EVERY_S))
        return [MeasurePath(peer) for peer in due]

    def next_wake(self) -> float | None:
        """When `tick` is wanted next."""
        return min(self._due.values(), default=None)
