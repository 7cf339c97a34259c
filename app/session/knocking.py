"""At the door of a room: what its card says, and, of a room of which we have only the code: knock, wait, and come in
or be turned away.

Laws: we ask whether we may come in as long as somebody sits in front of this page and no longer; whoever goes elsewhere
meanwhile is no longer at the door. While a room is full its card is looked at again, for somebody may leave. Times are
the page's, in seconds.
"""

from app.session import effects as ef
from app.session import events as ev
from app.session.effects import Effect, Handler
from app.session.entrance import Entrance
from app.session.picture import Card, Notice, Screen, Trouble

ASK_EVERY_S = 1.5
LOOK_EVERY_S = 5.0
LIST_EVERY_S = 30.0
AT_ONCE = 0.0  # a moment that has passed
_OVER = {
    "unauthorized_command": Trouble.DECLINED,
    "room_ended": Trouble.ROOM_ENDED,
    "room_expired": Trouble.ROOM_EXPIRED,
    "not_found": Trouble.NO_SUCH_ROOM,
}


class Knocking:
    """Mutable, and private to the session. `cards` are those of the public rooms, as the first screen lists them."""

    def __init__(self, entrance: Entrance) -> None:
        self.cards: tuple[Card, ...] = ()
        self._entrance = entrance
        self._seat: ev.Seat | None = None
        self._ask_at: float | None = None
        self._look_at: float | None = None
        self._list_at: float | None = None

    @property
    def waits(self) -> bool:
        """Whether we are at the door."""
        return self._seat is not None

    def handlers(self) -> dict[type, Handler]:
        """What this part does about which event."""
        return {
            ev.CardReceived: self.carded,
            ev.KnockTaken: self.knocked,
            ev.DoorAnswered: self.answered,
            ev.RoomsListed: self.listed,
        }

    def carded(self, event: ev.CardReceived, now: float) -> list[Effect]:
        """What may be known of the room before coming in."""
        self._entrance.carded(event)
        card = self._entrance.card
        self._look_at = now + LOOK_EVERY_S if card is not None and card.full else None
        return []

    def listed(self, event: ev.RoomsListed, now: float) -> list[Effect]:
        """Rooms that anybody may come into."""
        self._entrance.unserved = False
        self.cards = tuple(
            Card(room.title, room.names, room.film, room.needs_password, code=room.code, full=room.full)
            for room in event.rooms
        )
        return []

    def knocked(self, event: ev.KnockTaken, now: float) -> list[Effect]:
        """The room knows that we are here; unless the person went elsewhere meanwhile."""
        if not self._entrance.wants(event.seat.code):
            return [ef.GiveUpSeat(event.seat)]
        self._entrance.at_the_door()
        self._seat, self._ask_at = event.seat, now + ASK_EVERY_S
        return []

    def answered(self, event: ev.DoorAnswered, now: float) -> list[Effect]:
        """Let in, turned away, or not yet."""
        seat = self._seat
        if seat is None or event.seat != seat:
            return []
        if self._is_elsewhere(seat):
            return self._be_gone(seat)
        if event.ticket:
            self._seat = self._ask_at = None
            return self._entrance.take(seat, event.ticket, now)
        trouble = _OVER.get(event.code)
        if trouble is None:
            self._ask_at = now + ASK_EVERY_S
            return []
        self._seat = self._ask_at = None
        self._entrance.busy, self._entrance.notice = False, Notice(trouble)
        return []

    def tick(self, now: float) -> list[Effect]:
        """Ask or look again, if it is time; be gone, if the person is."""
        return [*self._look(now), *self._list(now), *self._ask(now)]

    def _look(self, now: float) -> list[Effect]:
        if self._look_at is None or now < self._look_at:
            return []
        self._look_at, asked = None, self._entrance.asked
        # Whoever tries to come in, or has gone elsewhere, does not look any more.
        return [asked] if isinstance(asked, ef.AskCard) else []

    def _nobody_answers(self) -> bool:
        return self._entrance.unserved and self._entrance.screen is Screen.HOME

    def _list(self, now: float) -> list[Effect]:
        """Once in a while a server may answer again."""
        if not self._nobody_answers():
            self._list_at = None
        elif self._list_at is None or now >= self._list_at:
            first, self._list_at = self._list_at is None, now + LIST_EVERY_S
            return [] if first else [ef.AskRooms()]
        return []

    def _ask(self, now: float) -> list[Effect]:
        seat = self._seat
        if seat is None:
            return []
        if self._is_elsewhere(seat):
            return self._be_gone(seat)
        if self._ask_at is None or now < self._ask_at:
            return []
        self._ask_at = None
        return [ef.AskAtDoor(seat)]

    def _is_elsewhere(self, seat: ev.Seat) -> bool:
        return self._entrance.screen is not Screen.ARRIVING or not self._entrance.wants(seat.code)

    def _be_gone(self, seat: ev.Seat) -> list[Effect]:
        self._seat = self._ask_at = None
        return [ef.GiveUpSeat(seat)]

    def next_wake(self) -> float | None:
        """When to ask or look again."""
        list_at = (self._list_at or AT_ONCE) if self._nobody_answers() else None
        moments = (self._ask_at, self._look_at, list_at)
        return min((moment for moment in moments if moment is not None), default=None)
