"""What the person is told, of all that could be told: one thing at a time.

Laws: what came of a deed goes before what was so already; what nobody can be spared stays until it is mended, the
rest until it was read.
"""

from dataclasses import replace

from app.room.errors import Reason
from app.room.messages import Chat, Command
from app.session import events as ev
from app.session import supply
from app.session.appetite import Appetite
from app.session.company import Company
from app.session.effects import Effect, Handler
from app.session.entrance import Entrance
from app.session.exchange import Exchange
from app.session.picture import Notice, Returned, Screen, Trouble
from app.session.projection import Projection


class Told:
    """Mutable, and private to the session. `refusal` is the last command's, `offer` what may come next of one
    that was taken, `lack` the first thing not to be had, `returned` what was to be said and was not."""

    def __init__(
        self, entrance: Entrance, company: Company, exchange: Exchange, projection: Projection, appetite: Appetite
    ) -> None:
        self.refusal: Notice | None = None
        self.offer: Notice | None = None
        self.lack: Notice | None = None
        self.returned = Returned()
        self._entrance = entrance
        self._company = company
        self._exchange = exchange
        self._projection = projection
        self._appetite = appetite

    def handlers(self) -> dict[type, Handler]:
        """What this part does about which event."""
        return {
            ev.BrowserLacks: self.lacking,
            ev.LackMended: self.mended,
            ev.NoticeDismissed: self.dismissed,
        }

    def notice(self, now: float) -> Notice | None:
        """What to tell now."""
        trouble = supply.trouble(self._company, self._exchange, self._appetite, now)
        # The film that does not come says more than that no film would.
        lack = None if trouble is not None and trouble.trouble is Trouble.UNCONNECTED else self.lack
        return self._of_deeds() or lack or trouble

    def refused(self, reason: Reason, command: Command) -> None:
        """The room does not take what was asked. A line of talk was written by hand: it is not lost."""
        self.refusal = Notice(Trouble.REFUSED, reason)
        if isinstance(command, Chat):
            self.returned = Returned(self.returned.number + 1, command.text)

    def lacking(self, event: ev.BrowserLacks, now: float) -> list[Effect]:
        """Not everything will work here. What is missing first explains what is missing after it."""
        self.lack = self.lack or Notice(Trouble.OLD_BROWSER, event.what)
        if event.what == "peer_connections":
            self._exchange.circle.unplug()
        return []

    def mended(self, event: ev.LackMended, now: float) -> list[Effect]:
        """It works after all."""
        if self.lack is not None and self.lack.about == event.what:
            self.lack = None
        return []

    def dismissed(self, _: ev.NoticeDismissed, now: float) -> list[Effect]:
        """It was read; what stood behind it was not."""
        if self._of_deeds() is None:
            self.lack = None
        self.refusal = self._entrance.notice = self._exchange.lending.notice = self._projection.notice = None
        self.offer = None
        stock = self._exchange.stock
        self._exchange.preparation.notice = stock.saving.notice = stock.screening.notice = None
        self._exchange.weighing.clear()
        return []

    def files_came(self) -> None:
        """Whoever lets go of files has done with links, with what was refused before, and with a room that is over."""
        self.refusal = None
        over = self._entrance.screen is Screen.CLOSED and not self._entrance.place
        if over or self._entrance.notice == Notice(Trouble.BAD_LINK):
            self._entrance.notice = None

    def left(self) -> None:
        """What went wrong in a room stays there."""
        self._exchange.weighing.clear()
        self.returned = replace(self.returned, text="")
        self.refusal = self.offer = self._exchange.lending.notice = self._projection.notice = None

    def _of_deeds(self) -> Notice | None:
        exchange = self._exchange
        kept = exchange.stock.saving.notice or exchange.stock.screening.notice
        asked = self._entrance.notice or self.refusal or self.offer or kept or exchange.weighing.notice
        return asked or exchange.preparation.notice or exchange.lending.notice or self._projection.notice
