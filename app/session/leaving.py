"""Going elsewhere: what belongs to a room stays behind.

Laws: where we are is told by the room's code and not by what the server has said of it: a room that has closed, or that
another link leads out of, is left like one that is left by its button. What was chosen where there is no room goes into
the room that is made of it, and into no other. A room that another tab has taken over is not left.
"""

from app.session import events as ev
from app.session.bringing import Bringing
from app.session.company import Company
from app.session.effects import AskRooms, Effect, Handler
from app.session.entrance import Entrance
from app.session.exchange import Exchange
from app.session.picture import Screen
from app.session.told import Told


class Leaving:
    """Mutable, and private to the session."""

    def __init__(
        self, entrance: Entrance, company: Company, exchange: Exchange, told: Told, bringing: Bringing
    ) -> None:
        self._entrance = entrance
        self._company = company
        self._exchange = exchange
        self._told = told
        self._bringing = bringing
        self._where = self._here

    @property
    def _here(self) -> tuple[str, bool]:
        return self._entrance.place, self._entrance.screen is Screen.HOME

    def handlers(self) -> dict[type, Handler]:
        """What this part does about which event."""
        return {ev.RoomCreated: self.created}

    def created(self, event: ev.RoomCreated, now: float) -> list[Effect]:
        """Our room exists: whoever was in none takes along what was chosen."""
        effects = self._entrance.created(event, now)
        if not self._where[0]:
            self._where = self._here
        return effects

    def look(self, now: float) -> list[Effect]:
        """Let go of what is left, if we are elsewhere than before; who has come home sees what rooms there are."""
        before, self._where = self._where, self._here
        moved = self._where != before
        if moved:
            self._told.left()
            self._bringing.left()
        elif self._entrance.screen is Screen.ROOM or self._company.room is None:
            return []
        self._company.clear()
        listed = [AskRooms()] if moved and self._entrance.screen is Screen.HOME else []
        return [*self._exchange.left(now), *listed]
