"""Choosing a film alone, without a room and without a server: the same rules, on a room that is nowhere but here.

Laws: commands go through the room's own reducer; what the server does in a ballot, this does at once, as soon as the
list of films is here. Nothing leaves the browser.
"""

from app.recommend import group
from app.recommend.catalogue import Catalogue
from app.recommend.pack import Pack
from app.recommend.ranker import Ranker
from app.recommend.taste import Taste, taste
from app.recommend.titles import shown
from app.room.ballot import awaited
from app.room.deck import Ballot, Because, Card, Lack, Stage
from app.room.messages import AskForCards, Command, Deal, OfferTaste, OpenBallot, TasteGiven
from app.room.reducer import Applied, apply
from app.room.state import Member, Role, Room
from app.session.effects import Effect, LoadFilms
from app.session.events import FilmsFound, FilmsLoaded, KnownFilm

ME = "me"
# Nothing in a ballot depends on the time.
NEVER = 0.0


class Alone:
    """Private to the choosing."""

    def __init__(self) -> None:
        self.room: Room | None = None
        self._taste = Taste()
        self._pack: Pack | None = None
        self._catalogue: Catalogue | None = None
        self._ranker: Ranker | None = None
        self._loading = self._failed = False

    # --- beginning and ending

    def begin(self) -> None:
        """Open a ballot for nobody else."""
        self.room = Room("alone", ME, NEVER, members=(Member(ME, ME, Role.HOST, NEVER),))
        self.ask(OpenBallot())

    def end(self) -> None:
        """That was it."""
        self.room = None

    def load(self) -> list[Effect]:
        """Have the list of films fetched, unless it is here or on its way."""
        if self._pack is not None or self._loading:
            return []
        self._loading = True
        return [LoadFilms()]

    def loaded(self, event: FilmsLoaded) -> None:
        """The list of films is here, or cannot be had."""
        self._loading, self._failed = False, event.pack is None
        if event.pack is not None:
            self._pack, self._catalogue, self._ranker = event.pack, Catalogue(event.pack), Ranker(event.pack)
        self._serve()

    # --- what a server would do

    def wish(self, command: Command) -> list[Effect]:
        """The person's own; whoever wants cards has the list fetched that could not be had."""
        effects = self.load() if isinstance(command, AskForCards) else []
        self.ask(command)
        return effects

    def ask(self, command: Command, by: str | None = ME) -> None:
        """Carry it out, if the rules have nothing against it."""
        if self.room is None:
            return
        applied = apply(self.room, command, by, NEVER)
        if isinstance(applied, Applied):
            self.room = applied.room if applied.room.ballot else None
            self._serve()

    def offer(self, said: OfferTaste) -> None:
        """What the person thinks of films."""
        self._taste = taste(said.loved, said.liked, said.hated)
        self.ask(TasteGiven(ME), None)

    def search(self, query: str) -> FilmsFound | None:
        """The films that a query may mean; None as long as the list is not here. That it cannot be had is told once."""
        if self._failed:
            self._failed = False
            return FilmsFound(query, None)
        if self._catalogue is None or self._pack is None:
            return None
        found = self._catalogue.search(query) if query.strip() else self._catalogue.suggestions()
        genres = tuple(sorted({genre for film in self._pack.films for genre in film.genres} - group.NO_KIND))
        return FilmsFound(query, tuple(KnownFilm(film.number, shown(film.title), film.year) for film in found), genres)

    def _serve(self) -> None:
        ballot = self.room.ballot if self.room else None
        if self.room is None or ballot is None:
            return
        if ballot.stage is Stage.GATHERING and ballot.voters and not awaited(self.room):
            self.ask(AskForCards(), None)
        elif ballot.stage is Stage.DEALING and not self._loading:
            self.ask(self._deal(ballot), None)

    def _deal(self, ballot: Ballot) -> Deal:
        if self._ranker is None:
            return Deal((), Lack.FILMS)
        wanted = ballot.filters
        filters = group.Filters(frozenset(wanted.genres), wanted.from_year, wanted.to_year)
        asked = group.Group({ME: self._taste}, frozenset(ballot.shown), frozenset(ballot.skipped), filters)
        return Deal(tuple(self._card(self._ranker.pack, pick) for pick in group.deck(self._ranker, asked)))

    @staticmethod
    def _card(pack: Pack, pick: group.Pick) -> Card:
        film = pack.films[pack.place[pick.film]]
        known = ((one, pack.films[pack.place[one.film]]) for one in pick.reasons)
        reasons = tuple(Because(one.who, shown(loved.title), one.loved) for one, loved in known)
        return Card(film.number, shown(film.title), film.year, film.genres, reasons)
