"""Whether the peers whose channels are open are still there.

Laws: a peer is told something at least every `BEAT_S`. One that was silent for `SILENT_S` is asked for a sign, and is
lost only if none has come `ANSWER_S` later. A sign is given when it is asked for, by the message and not by a timer:
browsers slow the timers of a hidden tab to one a second or even one a minute, its messages never. If we ourselves come
late, because the machine slept or our own timers are slowed, nobody is condemned for it: everyone is asked again, and
only who did not answer `MOST_ASKED` times is lost. Times in seconds.
"""

from dataclasses import dataclass

BEAT_S = 4.0
SILENT_S = 8.0
ANSWER_S = 4.0
LATE_S = 2.0
MOST_ASKED = 3


@dataclass(frozen=True, slots=True)
class Beat:
    """Let `peer` hear something; `asks`: and have it answer at once."""

    peer: str
    asks: bool


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing comes from `peer` any more, although its channels are open."""

    peer: str


@dataclass(slots=True)
class _Line:
    """`heard` and `said`: when something last came and went; `asked`: when we asked for a sign in vain so far."""

    heard: float
    said: float
    asked: float | None = None
    times: int = 0

    def due(self) -> float:
        """When it must be seen to."""
        judged = self.heard + SILENT_S if self.asked is None else self.asked + ANSWER_S
        return min(judged, self.said + BEAT_S)


class Pulse:
    """Mutable, and private to whoever keeps the connections."""

    def __init__(self) -> None:
        self._lines: dict[str, _Line] = {}

    def open(self, peer: str, now: float) -> None:
        """Channels to `peer` are open."""
        self._lines[peer] = _Line(now, now)

    def close(self, peer: str) -> None:
        """They are not, or somebody else sees to them."""
        self._lines.pop(peer, None)

    def heard(self, peer: str, now: float) -> None:
        """Something came from `peer`, on whichever channel."""
        line = self._lines.get(peer)
        if line is not None:
            line.heard, line.asked, line.times = now, None, 0

    def said(self, peer: str, now: float) -> None:
        """We said something to `peer`."""
        line = self._lines.get(peer)
        if line is not None:
            line.said = now

    def probe(self, now: float) -> list[Beat]:
        """Ask everyone for a sign, without waiting for a silence: the network has changed."""
        return [self._ask(peer, line, now) for peer, line in self._lines.items()]

    def tick(self, now: float) -> list[Beat | Silence]:
        """A moment named by `next_wake` has come."""
        wake = self.next_wake()
        late = wake is not None and now > wake + LATE_S
        return [found for peer, line in self._lines.items() if (found := self._look(peer, line, late, now))]

    def next_wake(self) -> float | None:
        """When `tick` is wanted next."""
        return min((line.due() for line in self._lines.values()), default=None)

    def _look(self, peer: str, line: _Line, late: bool, now: float) -> Beat | Silence | None:
        if line.asked is None:
            if now >= line.heard + SILENT_S:
                return self._ask(peer, line, now)
        elif now >= line.asked + ANSWER_S:
            return self._ask(peer, line, now) if late and line.times < MOST_ASKED else Silence(peer)
        if now >= line.said + BEAT_S:
            line.said = now
            return Beat(peer, asks=False)
        return None

    @staticmethod
    def _ask(peer: str, line: _Line, now: float) -> Beat:
        line.said = line.asked = now
        line.times += 1
        return Beat(peer, asks=True)
