"""The server's part in a ballot: it keeps the tastes for as long as that lasts, and deals.

Laws: tastes stand in memory only, and go with the ballot, or with who gave them. After a restart of the server every
page offers its taste again; once the first voter is back a deck waits for those a moment, and no longer, and says so if
one was missing. What is hated by somebody whose taste comes later is left out of the cards ahead. Where a language
model is asked, it has a moment too, unless there was waiting before; its word counts if nothing has changed since it
was asked, and a deck says so if it was asked and not heard. Times are room time in seconds.
"""

import asyncio
import logging
import secrets
from typing import TypeAlias

from app.recommend.taste import Taste, taste
from app.room.ballot import awaited
from app.room.deck import Ballot, Filters, Lack, Stage, Wish
from app.room.messages import AskForCards, Deal, DrawLots, OfferTaste, TasteGiven
from app.room.state import Presence
from signalling.desk import Desk
from signalling.logs import note_error
from signalling.recommendations import NoPackError, Recommendations
from signalling.timers import Alarm

# How long a deck waits for tastes that the server has forgotten.
TASTES_WITHIN_S = 1.5
LOG = logging.getLogger("matinee.choosing")

_Asked: TypeAlias = tuple[dict[str, Taste], tuple[int, ...], tuple[int, ...], Filters]


class Choosing:
    """Private to the room."""

    def __init__(
        self,
        recommendations: Recommendations,
        desk: Desk,
    ) -> None:
        self._recommendations = recommendations
        self._tip = desk.tip
        self._order = desk.order
        self._tastes: dict[str, Taste] = {}
        self._next = Alarm(desk.schedule)
        self._late = Alarm(desk.schedule)
        self._waits = False
        self._asking: asyncio.Task[None] | None = None

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
        self._leave_out()

    def settled(self, command: DrawLots) -> DrawLots:
        """The lots as they fell."""
        return DrawLots(command.film, secrets.choice((Wish.SKIP, Wish.WATCH)))

    def look(self) -> None:
        """See whether there is anything to do; done once the command at hand is."""
        ballot = self._tip().ballot
        if ballot is None:
            self.close()
            return
        self._recommendations.dealt(card.film for card in ballot.cards)
        here = {member.id for member in self._tip().members} - {*ballot.out}
        self._tastes = {who: said for who, said in self._tastes.items() if who in here}
        if ballot.stage is not Stage.DEALING:
            self._wait_no_longer()
        if ballot.stage is Stage.GATHERING and ballot.voters and not awaited(self._tip()):
            self._next.set(0, self._ask)
        elif ballot.stage is Stage.DEALING:
            self._arm(ballot)

    def close(self) -> None:
        """Forget everything."""
        self._tastes.clear()
        self._next.cancel()
        self._wait_no_longer()
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None  # a task that is cancelled before its first turn can no longer say so itself

    def _wait_no_longer(self) -> None:
        self._late.cancel()
        self._waits = False

    def _arm(self, ballot: Ballot) -> None:
        if self._asking is not None:
            return
        if self._knows_all(ballot):
            in_time = self._recommendations.asks and not self._waits
            self._next.set(0, self._deal if in_time else self._deal_alone)
        elif not any(one.presence is Presence.HERE and one.id in ballot.voters for one in self._tip().members):
            self._wait_no_longer()
        elif not self._waits:
            self._waits = True
            self._late.set(TASTES_WITHIN_S, self._deal_alone)

    def _knows_all(self, ballot: Ballot) -> bool:
        return all(voter in self._tastes for voter in ballot.voters)

    def _leave_out(self) -> None:
        """A taste came: the cards ahead without what is hated by now, and no word of tastes that are back."""
        ballot = self._tip().ballot
        if ballot is None or ballot.stage not in (Stage.VOTING, Stage.MATCHED):
            return
        hated = {film for said in self._tastes.values() for film in said.hated}
        ahead = ballot.cards[ballot.at + 1 :]
        kept = tuple(card for card in ahead if card.film not in hated)
        is_whole = ballot.lacks is Lack.TASTES and self._knows_all(ballot)
        if kept != ahead or is_whole:
            self._order(Deal(kept, None if is_whole else ballot.lacks))

    def _ask(self) -> None:
        self._order(AskForCards())

    def _deal(self) -> None:
        """Ask the model, then deal."""
        if (asked := self._asked()) is not None and self._asking is None:
            self._asking = asyncio.ensure_future(self._deal_advised(asked))

    async def _deal_advised(self, asked: _Asked) -> None:
        advised, lacks = None, Lack.MODEL
        try:
            advised = await self._recommendations.advised_cards(*asked)
        except NoPackError:
            pass
        except Exception:  # noqa: BLE001 - whatever an adapter does, the deck comes
            note_error(LOG, "advice_failed")
        if self._asking is not asyncio.current_task():
            return  # another deck is wanted by now, or none
        self._asking = None
        if advised is not None and self._asked() == asked:
            self._order(Deal(*advised))
        else:  # somebody came, went or changed their mind meanwhile
            self._deal_alone(lacks)
        self.look()

    def _deal_alone(self, lacks: Lack | None = None) -> None:
        """Deal at once."""
        self._wait_no_longer()
        ballot, asked = self._tip().ballot, self._asked()
        if ballot is None or asked is None:
            return
        lacks = lacks if self._knows_all(ballot) else Lack.TASTES
        try:
            self._order(Deal(self._recommendations.cards(*asked), lacks))
        except NoPackError:
            self._order(Deal((), Lack.FILMS))

    def _asked(self) -> _Asked | None:
        """What a deck is to be made for; None if none is wanted."""
        ballot = self._tip().ballot
        if ballot is None or ballot.stage is not Stage.DEALING:
            return None
        tastes = {voter: self._tastes.get(voter, Taste()) for voter in ballot.voters}
        return tastes, ballot.shown, ballot.skipped, ballot.filters
