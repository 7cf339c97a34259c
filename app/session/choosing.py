"""A person's part in finding a film together: their taste, the catalogue, and what they press.

Laws: the taste is kept by this browser and offered to the server for a ballot that is open, each time the page meets
one, and again after every interruption, since the server keeps it in memory only.
"""

from collections.abc import Callable

from app.room import ballot as rules
from app.room.deck import Ballot, Filters, Stage, VoteRule
from app.room.messages import (
    AskForCards,
    CastVote,
    CloseBallot,
    Command,
    DrawLots,
    FindAnother,
    OfferTaste,
    OpenBallot,
    SetVoteRule,
    StepOut,
    UndoCard,
)
from app.room.state import Room
from app.session import events as ev
from app.session.company import Company
from app.session.effects import Effect, Handler, RememberTaste, SearchFilms, SendToServer
from app.session.lore import Lore
from app.session.picture import Choosing as Drawn
from app.session.picture import Seeing
from app.session.wishes import Wishes

ENOUGH = 3
MOST_RATED = 300
DECADE = 10
_STAGES = {
    Stage.DEALING: Seeing.DEALING,
    Stage.VOTING: Seeing.VOTING,
    Stage.SPENT: Seeing.SPENT,
    Stage.MATCHED: Seeing.MATCHED,
}


class Choosing:
    """Private to the session."""

    def __init__(self, company: Company, wishes: Wishes) -> None:
        self._company = company
        self._wishes = wishes
        self._rated: dict[int, ev.Rated] = {}
        self._known: dict[int, ev.KnownFilm] = {}
        self._found = ev.FilmsFound("", ())
        self._query: str | None = None
        self._typed = ""
        self._lore = Lore()
        self._answered = False
        self._met = False
        self._joining = False

    def handlers(self) -> dict[type, Handler]:
        """What this part does about which event."""
        return {
            ev.TasteRecalled: self._recalled,
            ev.ChoosePressed: self._pressed,
            ev.FilmRated: self._rate,
            ev.FilmsSearched: lambda searched, _: self._search(searched.query),
            ev.FilmsFound: self._answer,
            ev.FilmTold: self._lore.told,
            ev.ReadyPressed: lambda _, now: self._offer(),
            ev.VotePressed: self._vote,
            ev.UndoPressed: lambda _, now: self._about(now, lambda ballot: UndoCard(ballot.at)),
            ev.AnotherPressed: lambda _, now: self._on_card(now, FindAnother),
            ev.CardsPressed: lambda _, now: self._wishes.ask(AskForCards(), now),
            ev.FiltersPicked: self._filter,
            ev.MajorityPicked: self._majority,
            ev.LotsPressed: lambda _, now: self._on_card(now, DrawLots),
            ev.StepOutPressed: lambda _, now: self._step_out(now),
            ev.ChoosingEnded: lambda _, now: self._wishes.ask(CloseBallot(), now),
        }

    def ready(self) -> list[Effect]:
        """The server told the whole room: it may have forgotten what it knew of us."""
        self._met = False
        return self.update()

    def update(self) -> list[Effect]:
        """Offer the taste to a ballot that the page meets, and have the catalogue ready where there is too little."""
        room = self._company.room
        ballot = room.ballot if room else None
        if ballot is None:
            self._met = self._joining = False
            return []
        return [*self._meet(ballot), *self._lore.look_up(ballot)]

    def _meet(self, ballot: Ballot) -> list[Effect]:
        if self._met:
            return []
        self._met = True
        if self._company.me in ballot.out:
            return []
        return [*self._offer(), *self._look_again()]

    def picture(self) -> Drawn:
        """What the person sees of it."""
        room = self._company.room
        if room is None or room.ballot is None:
            return Drawn(rated=tuple(self._rated.values()))
        ballot, names = room.ballot, {member.id: member.name for member in room.members}
        return Drawn(
            seeing=self._seeing(ballot),
            ballot=ballot,
            me=self._company.me,
            rated=tuple(self._rated.values()),
            lacking=max(0, ENOUGH - len(self._rated)),
            query=self._typed,
            found=self._found.films if self._answered else None,
            failed=self._answered and self._found.films is None,
            genres=self._found.genres,
            awaited=tuple(names[who] for who in rules.awaited(room) if who != self._company.me),
            tied=ballot.stage is Stage.VOTING and rules.is_tied(ballot),
            lore=self._lore.of(ballot),
            lore_failed=self._lore.failed(ballot),
        )

    def _seeing(self, ballot: Ballot) -> Seeing:
        if self._company.me in ballot.voters:
            return _STAGES.get(ballot.stage, Seeing.WAITING)
        return Seeing.INVITED if self._company.me in ballot.out and not self._joining else Seeing.RATING

    # --- taste

    def _recalled(self, event: ev.TasteRecalled, now: float) -> list[Effect]:
        self._rated = {one.known.film: one for one in event.rated[-MOST_RATED:]}
        return []

    def _rate(self, event: ev.FilmRated, now: float) -> list[Effect]:
        before = self._rated.pop(event.film, None)
        known = self._known.get(event.film) or (before.known if before else None)
        if known is None:
            return []
        if before is None or before.verdict is not event.verdict:
            self._rated[event.film] = ev.Rated(known, event.verdict)
        while len(self._rated) > MOST_RATED:
            del self._rated[next(iter(self._rated))]
        return [RememberTaste(tuple(self._rated.values()))]

    def _offer(self) -> list[Effect]:
        """Tell the server what we think of films, if it is enough."""
        if len(self._rated) < ENOUGH:
            return []
        kinds = {kind: tuple(film for film, one in self._rated.items() if one.verdict is kind) for kind in ev.Verdict}
        self._joining = False
        return [SendToServer(OfferTaste(*(kinds[kind] for kind in ev.Verdict)))]

    # --- the catalogue

    def _look_again(self) -> list[Effect]:
        """Have the catalogue at hand, if it is not: what was typed last, or what it begins with."""
        return self._search(self._typed) if self._query is None else []

    def _search(self, query: str) -> list[Effect]:
        self._typed = query
        if query == self._query:
            return []
        self._query = query
        return [SearchFilms(query)]

    def _answer(self, event: ev.FilmsFound, now: float) -> list[Effect]:
        if event.query != self._query:
            return []  # an older question's
        self._found, self._answered = event, True
        if event.films is None:
            self._query = None  # so that it may be asked again
        self._lore.may = self._lore.may or event.more
        self._known |= {known.film: known for known in event.films or ()}
        return []

    # --- the ballot

    def _pressed(self, _: ev.ChoosePressed, now: float) -> list[Effect]:
        room = self._company.room
        if room is None or room.ballot is None:
            return self._wishes.ask(OpenBallot(), now)
        self._joining = True
        return self._offer() or self._look_again()

    def _step_out(self, now: float) -> list[Effect]:
        self._joining = False
        return self._wishes.ask(StepOut(), now)

    def _vote(self, event: ev.VotePressed, now: float) -> list[Effect]:
        room = self._company.room
        ballot = room.ballot if room else None
        if ballot is None or ballot.card is None:
            return []
        wish = None if ballot.wish(self._company.me) is event.wish else event.wish
        return self._wishes.ask(CastVote(ballot.card.film, wish), now)

    def _filter(self, event: ev.FiltersPicked, now: float) -> list[Effect]:
        last = None if event.decade is None else event.decade + DECADE - 1
        filters = Filters((event.genre,) if event.genre else (), event.decade, last)
        return self._wishes.ask(AskForCards(filters), now)

    def _majority(self, event: ev.MajorityPicked, now: float) -> list[Effect]:
        rule = VoteRule.MAJORITY if event.on else VoteRule.EVERYONE
        return self._wishes.ask(SetVoteRule(rule), now)

    def _on_card(self, now: float, make: Callable[[int], Command]) -> list[Effect]:
        return self._about(now, lambda ballot: make(ballot.card.film) if ballot.card else None)

    def _about(self, now: float, make: Callable[[Ballot], Command | None]) -> list[Effect]:
        """Ask for something that names where the room is."""
        room: Room | None = self._company.room
        command = make(room.ballot) if room and room.ballot else None
        return self._wishes.ask(command, now) if command else []
