"""The server's part in a ballot: it keeps the tastes for as long as that lasts, and deals.

Laws: tastes stand in memory only, and go with the ballot, or with who gave them. After a restart of the server every
page offers its taste again; a deck waits for those a moment, and no longer. Times are room time in seconds.
"""

import logging
import secrets
from collections.abc import Callable

from app.recommend.taste import Taste, taste
from app.room.ballot import awaited
from app.room.deck import Ballot, Stage, Wish
from app.room.messages import AskForCards, Command, Deal, DrawLots, OfferTaste, TasteGiven
from app.room.state import Room
from signalling.recommendations import NoPackError, Recommendations
from signalling.timers import Alarm, Schedule

LOG = logging.getLogger("matinee.choosing")
# How long a deck waits for tastes that the server has forgotten.
TASTES_WITHIN_S = 1.5


class Choosing:
    """Private to the room. `tip` is the room with everything decided; `order` has it carry out a command of the
    server's own."""

    def __init__(
        self,
        recommendations: Recommendations,
        schedule: Schedule,
        tip: Callable[[], Room],
        order: Callable[[Command], object],
    ) -> None:
        self._recommendations = recommendations
        self._tip = tip
        self._order = order
        self._tastes: dict[str, Taste] = {}
        self._next = Alarm(schedule)
        self._late = Alarm(schedule)
        self._waits = False

    def offered(self, member: str, offer: OfferTaste) -> None:
        """A member said what it thinks of films."""
        room = self._tip()
        if room.ballot is None or room.member(member) is None:
            return
        self._tastes[member] = taste(offer.loved, offer.liked, offer.hated)
        if member in room.ballot.voters:
            self.look()
        else:
            self._order(TasteGiven(member))

    def settled(self, command: DrawLots) -> DrawLots:
        """The lots as they fell."""
        return DrawLots(command.film, secrets.choice((Wish.SKIP, Wish.WATCH)))

    def look(self) -> None:
        """See whether there is anything to do; done once the command at hand is."""
        ballot = self._tip().ballot
        if ballot is None:
            self.close()
            return
        here = {member.id for member in self._tip().members} - {*ballot.out}
        self._tastes = {who: said for who, said in self._tastes.items() if who in here}
        if ballot.stage is Stage.GATHERING and ballot.voters and not awaited(self._tip()):
            self._next.set(0, self._ask)
        elif ballot.stage is Stage.DEALING:
            self._arm(ballot)

    def close(self) -> None:
        """Forget everything."""
        self._tastes.clear()
        self._next.cancel()
        self._late.cancel()
        self._waits = False

    def _arm(self, ballot: Ballot) -> None:
        if all(voter in self._tastes for voter in ballot.voters):
            self._next.set(0, self._deal)
        elif not self._waits:
            self._waits = True
            self._late.set(TASTES_WITHIN_S, self._deal)

    def _ask(self) -> None:
        self._order(AskForCards())

    def _deal(self) -> None:
        self._late.cancel()
        self._waits = False
        ballot = self._tip().ballot
        if ballot is None or ballot.stage is not Stage.DEALING:
            return
        tastes = {voter: self._tastes.get(voter, Taste()) for voter in ballot.voters}
        try:
            cards = self._recommendations.cards(tastes, ballot.shown, ballot.skipped, ballot.filters)
        except NoPackError:
            cards = ()
        self._order(Deal(cards))
