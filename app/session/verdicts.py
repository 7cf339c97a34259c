"""What the person says of films, kept by this browser: until the tab is closed, or for good, as they want it.

Law: nobody's taste is kept for longer than the tab without their word, and they are asked for it once.
"""

from app.room.messages import OfferTaste
from app.session import events as ev
from app.session.effects import Effect, Handler, KeepTaste, RememberTaste

ENOUGH = 3
MOST_RATED = 300


class Verdicts:
    """Private to the choosing. `known` are the films that the catalogue has told of, by number."""

    def __init__(self) -> None:
        self.known: dict[int, ev.KnownFilm] = {}
        self._rated: dict[int, ev.Rated] = {}
        self._lasting: bool | None = None

    def handlers(self) -> dict[type, Handler]:
        """What this part does about which event."""
        return {ev.TasteRecalled: self._recalled, ev.FilmRated: self._rate, ev.TasteKept: self._keep}

    @property
    def all(self) -> tuple[ev.Rated, ...]:
        """Everything that was said, the last said last."""
        return tuple(self._rated.values())

    @property
    def lacking(self) -> int:
        """How many more are wanted."""
        return max(0, ENOUGH - len(self._rated))

    @property
    def unasked(self) -> bool:
        """Whether there is something to keep, and no word on that."""
        return self._lasting is None and bool(self._rated)

    @property
    def offer(self) -> OfferTaste | None:
        """What is said to the server of it, if it is enough."""
        if self.lacking:
            return None
        kinds = {kind: tuple(film for film, one in self._rated.items() if one.verdict is kind) for kind in ev.Verdict}
        return OfferTaste(*(kinds[kind] for kind in ev.Verdict))

    def _recalled(self, event: ev.TasteRecalled, now: float) -> list[Effect]:
        self._rated = {one.known.film: one for one in event.rated[-MOST_RATED:]}
        self._lasting = event.lasting
        return []

    def _rate(self, event: ev.FilmRated, now: float) -> list[Effect]:
        before = self._rated.pop(event.film, None)
        known = self.known.get(event.film) or (before.known if before else None)
        if known is None:
            return []
        if before is None or before.verdict is not event.verdict:
            self._rated[event.film] = ev.Rated(known, event.verdict)
        while len(self._rated) > MOST_RATED:
            del self._rated[next(iter(self._rated))]
        return [RememberTaste(self.all, self._lasting is True)]

    def _keep(self, event: ev.TasteKept, now: float) -> list[Effect]:
        self._lasting = event.on
        return [KeepTaste(event.on), RememberTaste(self.all, event.on)]
