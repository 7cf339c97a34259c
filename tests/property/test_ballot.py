"""A room that chooses, whatever people press: no film twice that was up, no vote for another card, no dead end."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.room.ballot import awaited
from app.room.codec import decode_room, encode
from app.room.deck import Ballot, Card, Filters, Stage, VoteRule, Wish
from app.room.messages import (
    AskForCards,
    CastVote,
    CloseBallot,
    Command,
    Deal,
    DrawLots,
    FindAnother,
    Join,
    Leave,
    OpenBallot,
    SetPresence,
    SetVoteRule,
    StepOut,
    TasteGiven,
    UndoCard,
)
from app.room.reducer import Applied, apply
from app.room.state import Presence, Role, Room

NAMES = ["ada", "ben", "cy", "dee"]
PEOPLE = st.sampled_from(NAMES)
FILMS = st.integers(1, 12)
WISHES = st.sampled_from(Wish)


class Choosing(RuleBasedStateMachine):
    """The server deals what was not shown before; everything else comes from people, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.room = Room("ABCDEF", "Friday", 0.0)
        self.seen: set[int] = set()

    @initialize(count=st.integers(1, 4))
    def come_in(self, count: int) -> None:
        for name in NAMES[:count]:
            self.ask(Join(name, name, Role.VIEWER), None)
            self.ask(SetPresence(name, Presence.HERE), None)

    def ask(self, command: Command, by: str | None) -> bool:
        before = self.room
        outcome = apply(before, command, by, 1.0)
        if isinstance(outcome, Applied):
            self.room = outcome.room
            self.look_back(before.ballot)
        return isinstance(outcome, Applied)

    def look_back(self, was: Ballot | None) -> None:
        """What was up in a deck that has gone must not come again, as long as the choosing lasts."""
        if self.room.ballot is None:
            self.seen = set()
        elif was is not None and not self.room.ballot.cards:
            self.seen |= {card.film for card in was.cards[: was.at + 1]}

    @rule(who=PEOPLE, command=st.sampled_from([OpenBallot(), StepOut(), Leave(), AskForCards(), CloseBallot()]))
    def press(self, who: str, command: Command) -> None:
        self.ask(command, who)

    @rule(who=PEOPLE)
    def give_a_taste(self, who: str) -> None:
        if self.room.ballot is None:
            self.ask(OpenBallot(), who)
        self.ask(TasteGiven(who), None)

    @rule(count=st.integers(0, 3))
    def serve(self, count: int) -> None:
        ballot = self.room.ballot
        if ballot is not None and ballot.stage is Stage.GATHERING and ballot.voters and not awaited(self.room):
            assert self.ask(AskForCards(), None)
        ballot = self.room.ballot
        if ballot is not None and ballot.stage is Stage.DEALING:
            fresh = [film for film in range(1, 13) if film not in ballot.shown][:count]
            assert self.ask(Deal(tuple(Card(film, f"Film {film}", 1990) for film in fresh)), None)
            assert not set(fresh) & self.seen

    @rule(film=FILMS)
    def leave_out(self, film: int) -> None:
        ballot = self.room.ballot
        if ballot is not None and ballot.stage in (Stage.VOTING, Stage.MATCHED):
            ahead = tuple(card for card in ballot.cards[ballot.at + 1 :] if card.film != film)
            assert self.ask(Deal(ahead), None)
            assert self.room.ballot is not None
            assert self.room.ballot.card == ballot.card

    @rule(who=PEOPLE, film=FILMS, wish=st.one_of(st.none(), WISHES))
    def vote_blindly(self, who: str, film: int, wish: Wish | None) -> None:
        self._vote(who, film, wish)

    @rule(who=PEOPLE, wish=WISHES)
    def vote(self, who: str, wish: Wish) -> None:
        if self.room.ballot and self.room.ballot.card:
            self._vote(who, self.room.ballot.card.film, wish)

    def _vote(self, who: str, film: int, wish: Wish | None) -> None:
        before = self.room.ballot
        done = self.ask(CastVote(film, wish), who)
        up = (
            before is not None and before.stage is Stage.VOTING and before.card is not None and before.card.film == film
        )
        assert done == (up and before is not None and who in before.voters)

    @rule(who=PEOPLE, at=st.integers(0, 3))
    def undo(self, who: str, at: int) -> None:
        before = self.room.ballot
        if self.ask(UndoCard(at), who):
            assert before is not None
            assert self.room.ballot is not None
            assert self.room.ballot.card == before.cards[at - 1]

    @rule(who=PEOPLE, film=FILMS, wish=WISHES)
    def chance(self, who: str, film: int, wish: Wish) -> None:
        self.ask(DrawLots(film, wish), who)

    @rule(who=PEOPLE, film=FILMS)
    def another(self, who: str, film: int) -> None:
        self.ask(FindAnother(film), who)

    @rule(who=PEOPLE, rule=st.sampled_from(VoteRule))
    def change_the_rule(self, who: str, rule: VoteRule) -> None:
        self.ask(SetVoteRule(rule), who)

    @rule(who=PEOPLE)
    def widen(self, who: str) -> None:
        self.ask(AskForCards(Filters()), who)

    @invariant()
    def it_holds_together(self) -> None:
        ballot = self.room.ballot
        if ballot is None:
            return
        assert set(ballot.voters) <= {member.id for member in self.room.members}
        assert not set(ballot.voters) & set(ballot.out)
        assert {vote.member for vote in ballot.votes} <= set(ballot.voters)
        assert len(ballot.votes) == len({vote.member for vote in ballot.votes})
        assert len(set(ballot.skipped)) == len(ballot.skipped)
        assert (ballot.card is None) == (ballot.stage not in (Stage.VOTING, Stage.MATCHED))
        assert ballot.voters or ballot.stage is Stage.GATHERING
        if ballot.stage is Stage.VOTING:
            assert len({vote.wish for vote in ballot.votes}) == 2 or len(ballot.votes) < len(ballot.voters)

    @invariant()
    def it_can_be_stored(self) -> None:
        assert decode_room(encode(self.room)) == self.room


TestChoosing = Choosing.TestCase
