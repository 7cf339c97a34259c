"""A person's part in finding a film, together or alone: the catalogue, and what they press.

Laws: the taste is offered to the server for a ballot that is open, each time the page meets one, and again after every
interruption, since the server keeps it in memory only. Alone, there is no server in it.
"""

from collections.abc import Callable
from dataclasses import replace

from app.room import ballot as rules
from app.room.deck import Ballot, Filters, Stage, VoteRule
from app.room.messages import (
    AskForCards,
    CastVote,
    CloseBallot,
    Command,
    DrawLots,
    FindAnother,
    OpenBallot,
    SetVoteRule,
    StepOut,
    UndoCard,
)
from app.room.state import Presence, Role, Room
from app.session import events as ev
from app.session.alone import ME, NEVER, Alone
from app.session.company import Company
from app.session.effects import Effect, Handler, SearchFilms, SendToServer
from app.session.lore import Lore
from app.session.picture import Choosing as Drawn
from app.session.picture import May, Person, Picture, Screen, Seeing
from app.session.verdicts import Verdicts
from app.session.wishes import Wishes

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
        self.alone = Alone()
        self._verdicts = Verdicts()
        self._found = ev.FilmsFound("", ())
        self._query: str | None = None
        self._typed = ""
        self._lore = Lore()
        self._answered = False
        self._met = False
        self._joining = False
        self._was_alone = False

    @property
    def _room(self) -> Room | None:
        return self.alone.room or self._company.room

    @property
    def _me(self) -> str:
        return ME if self.alone.room else self._company.me

    def _ask(self, command: Command, now: float) -> list[Effect]:
        if self.alone.room is None:
            return self._wishes.ask(command, now)
        return self.alone.wish(command)

    def handlers(self) -> dict[type, Handler]:
        """What this part does about which event."""
        return {
            **self._verdicts.handlers(),
            ev.ChoosePressed: self._pressed,
            ev.AlonePressed: self._begin_alone,
            ev.FilmsLoaded: self._loaded,
            ev.FilmsSearched: lambda searched, _: self._search(searched.query),
            ev.FilmsFound: self._answer,
            ev.FilmTold: self._lore.told,
            ev.ReadyPressed: lambda _, now: self._offer(),
            ev.VotePressed: self._vote,
            ev.UndoPressed: lambda _, now: self._about(now, lambda ballot: UndoCard(ballot.at)),
            ev.AnotherPressed: lambda _, now: self._on_card(now, FindAnother),
            ev.CardsPressed: lambda _, now: self._ask(AskForCards(), now),
            ev.FiltersPicked: self._filter,
            ev.MajorityPicked: self._majority,
            ev.LotsPressed: lambda _, now: self._on_card(now, DrawLots),
            ev.StepOutPressed: lambda _, now: self._step_out(now),
            ev.ChoosingEnded: lambda _, now: self._ask(CloseBallot(), now),
        }

    def ready(self, now: float) -> list[Effect]:
        """The server told the whole room: it may have forgotten what it knew of us."""
        self._met = False
        return self.update(now)

    def update(self, now: float) -> list[Effect]:
        """Offer the taste to a ballot that the page meets, and have the catalogue ready where there is too little."""
        if self._was_alone and self.alone.room is None:
            self._change_catalogue(alone=False)
        room = self._room
        ballot = room.ballot if room else None
        if ballot is None:
            self._met = self._joining = False
            return []
        lore = [] if self._was_alone else self._lore.look_up(ballot, now)
        return [*self._meet(ballot), *lore]

    def _meet(self, ballot: Ballot) -> list[Effect]:
        if self._met:
            return []
        self._met = True
        if self._me in ballot.out:
            return []
        return [*self._offer(), *self._look_again()]

    def picture(self) -> Drawn:
        """What the person sees of it."""
        room = self._room
        if room is None or room.ballot is None:
            return Drawn(rated=self._verdicts.all)
        ballot, names = room.ballot, {member.id: member.name for member in room.members}
        return Drawn(
            seeing=self._seeing(ballot),
            ballot=ballot,
            me=self._me,
            rated=self._verdicts.all,
            lacking=self._verdicts.lacking,
            unasked=self._verdicts.unasked and ballot.stage is Stage.MATCHED,
            query=self._typed,
            found=self._found.films if self._answered else None,
            failed=self._answered and self._found.films is None,
            genres=self._found.genres,
            awaited=tuple(names[who] for who in rules.awaited(room) if who != self._me),
            tied=ballot.stage is Stage.VOTING and rules.is_tied(ballot),
            lore=self._lore.of(ballot),
            lore_failed=self._lore.failed(ballot),
        )

    def _seeing(self, ballot: Ballot) -> Seeing:
        if self._me in ballot.voters:
            return _STAGES.get(ballot.stage, Seeing.WAITING)
        return Seeing.INVITED if self._me in ballot.out and not self._joining else Seeing.RATING

    def _offer(self) -> list[Effect]:
        """Tell the server what we think of films, if it is enough."""
        said = self._verdicts.offer
        if said is None:
            return []
        self._joining = False
        if self.alone.room is None:
            return [SendToServer(said)]
        self.alone.offer(said)
        return []

    # --- the catalogue

    def _look_again(self) -> list[Effect]:
        """Have the catalogue at hand, if it is not: what was typed last, or what it begins with."""
        return self._search(self._typed) if self._query is None else []

    def _search(self, query: str) -> list[Effect]:
        self._typed = query
        if query == self._query:
            return []
        self._query = query
        return self._search_alone() if self.alone.room else [SearchFilms(query)]

    def _search_alone(self) -> list[Effect]:
        found = self.alone.search(self._typed)
        return self._answer(found, NEVER) if found else self.alone.load()

    def _answer(self, event: ev.FilmsFound, now: float) -> list[Effect]:
        if event.query != self._query:
            return []  # an older question's
        self._found, self._answered = event, True
        if event.films is None:
            self._query = None  # so that it may be asked again
        self._lore.may = self._lore.may or event.more
        self._verdicts.known |= {known.film: known for known in event.films or ()}
        return []

    # --- alone

    def _begin_alone(self, _: ev.AlonePressed, now: float) -> list[Effect]:
        self.alone.begin()
        self._change_catalogue(alone=True)
        return self.alone.load()

    def _change_catalogue(self, alone: bool) -> None:
        """Somebody else answers from now on: the server, or nobody but this page."""
        self._was_alone = alone
        self._query, self._typed, self._answered, self._met = None, "", False, False

    def _loaded(self, event: ev.FilmsLoaded, now: float) -> list[Effect]:
        self.alone.loaded(event)
        return self._search_alone() if self.alone.room else []

    def home(self, picture: Picture) -> Picture:
        """The first screen, unless the person chooses alone there."""
        if self.alone.room is None or picture.screen is not Screen.HOME:
            return picture
        me = Person(ME, ME, Role.HOST, Presence.HERE, me=True, connected=False, share=None)
        return replace(picture, screen=Screen.ALONE, people=(me,), may=May(choose=True))

    # --- the ballot

    def _pressed(self, _: ev.ChoosePressed, now: float) -> list[Effect]:
        room = self._room
        if room is None or room.ballot is None:
            return self._ask(OpenBallot(), now)
        self._joining = True
        return self._offer() or self._look_again()

    def _step_out(self, now: float) -> list[Effect]:
        self._joining = False
        return self._ask(StepOut(), now)

    def _vote(self, event: ev.VotePressed, now: float) -> list[Effect]:
        room = self._room
        ballot = room.ballot if room else None
        if ballot is None or ballot.card is None:
            return []
        wish = None if ballot.wish(self._me) is event.wish else event.wish
        return self._ask(CastVote(ballot.card.film, wish), now)

    def _filter(self, event: ev.FiltersPicked, now: float) -> list[Effect]:
        last = None if event.decade is None else event.decade + DECADE - 1
        filters = Filters((event.genre,) if event.genre else (), event.decade, last)
        return self._ask(AskForCards(filters), now)

    def _majority(self, event: ev.MajorityPicked, now: float) -> list[Effect]:
        rule = VoteRule.MAJORITY if event.on else VoteRule.EVERYONE
        return self._ask(SetVoteRule(rule), now)

    def _on_card(self, now: float, make: Callable[[int], Command]) -> list[Effect]:
        return self._about(now, lambda ballot: make(ballot.card.film) if ballot.card else None)

    def _about(self, now: float, make: Callable[[Ballot], Command | None]) -> list[Effect]:
        """Ask for something that names where the room is."""
        room = self._room
        command = make(room.ballot) if room and room.ballot else None
        return self._ask(command, now) if command else []
