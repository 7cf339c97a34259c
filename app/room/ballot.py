"""How a room chooses a film: the same card on every screen, until all want to watch one.

Laws: a card that all skip makes way for the next, one that all want is found, and on any other it stays; votes can be
changed while it is up, and count for no other. No film that was passed comes up by itself again. Who has no connection
for a moment still counts, and is waited for; who leaves does not. With no voter left tastes are gathered anew, and a
host who leaves ends the choosing.
"""

from dataclasses import replace

from app.room import people, programme
from app.room.deck import Ballot, Stage, Vote, VoteRule, Wish
from app.room.errors import Reason
from app.room.messages import (
    AskForCards,
    CastVote,
    CloseBallot,
    Deal,
    DrawLots,
    FindAnother,
    OpenBallot,
    SetVoteRule,
    StepOut,
    TasteGiven,
    UndoCard,
)
from app.room.state import Room

MOST_SHOWN = 1500
# From so many voters on most of them can be another number than all.
FEWEST_FOR_MAJORITY = 3

Matter = (
    OpenBallot
    | TasteGiven
    | AskForCards
    | Deal
    | CastVote
    | UndoCard
    | FindAnother
    | SetVoteRule
    | DrawLots
    | StepOut
    | CloseBallot
)


def objection(room: Room, command: Matter, by: str | None) -> Reason | None:
    """Why that cannot be done in this room."""
    ballot = room.ballot
    if isinstance(command, OpenBallot):
        return Reason.CONFLICT if ballot else None
    if ballot is None:
        return Reason.NOT_FOUND
    match command:
        case TasteGiven(member=who):
            return None if room.member(who) else Reason.NOT_FOUND
        case AskForCards(filters=filters):
            return _cards_objection(room, ballot, by, filters is not None)
        case SetVoteRule() | StepOut() | CloseBallot():
            return None
        case _:
            return None if _is_in_time(ballot, command, by) else Reason.CONFLICT


def changed(room: Room, command: Matter, by: str) -> Room:
    """The room after a command to which there is no objection."""
    ballot = room.ballot or Ballot()
    match command:
        case StepOut():
            return departed(room, by, people.is_host(room, by))
        case CloseBallot():
            return replace(room, ballot=None)
        case OpenBallot():
            return replace(room, ballot=Ballot())
        case _:
            return replace(room, ballot=_after(ballot, command, by))


def _after(ballot: Ballot, command: Matter, by: str) -> Ballot:
    match command:
        case TasteGiven(member=who):
            return _with_voter(ballot, who)
        case AskForCards(filters=filters):
            return _asked(ballot) if filters is None else replace(_asked(ballot), filters=filters)
        case Deal():
            return _dealt(ballot, command)
        case CastVote(wish=wish):
            votes = tuple(vote for vote in ballot.votes if vote.member != by)
            return tallied(replace(ballot, votes=votes if wish is None else (*votes, Vote(by, wish))))
        case DrawLots(wish=wish):
            return _passed(ballot) if wish is Wish.SKIP else replace(ballot, stage=Stage.MATCHED)
        case UndoCard():
            skipped = (
                ballot.skipped[:-1] if ballot.skipped[-1:] == (ballot.cards[ballot.at - 1].film,) else ballot.skipped
            )
            return replace(ballot, stage=Stage.VOTING, at=ballot.at - 1, votes=(), skipped=skipped)
        case FindAnother():
            return _next(ballot)
        case SetVoteRule(rule=rule):
            return tallied(replace(ballot, rule=rule))
        case _:
            return ballot


def needs_a_lead(room: Room, command: Matter) -> bool:
    """Whether only a host or cohost may ask for that just now: to deal without those who have given no taste yet, or
    from among other films."""
    if not isinstance(command, AskForCards) or room.ballot is None:
        return False
    return room.ballot.stage is Stage.GATHERING or command.filters is not None


def awaited(room: Room) -> tuple[str, ...]:
    """Who is in the room and has neither given a taste nor stepped out. Whoever loads the page again is awaited too."""
    ballot = room.ballot
    if ballot is None:
        return ()
    known = {*ballot.voters, *ballot.out}
    return tuple(one.id for one in room.members if one.id not in known)


def is_tied(ballot: Ballot) -> bool:
    """Whether all have voted and it leads nowhere."""
    return bool(ballot.votes) and len(ballot.votes) == len(ballot.voters)


def departed(room: Room, member: str, was_host: bool) -> Room:
    """The room's ballot without a member who has left the room, or the choosing."""
    ballot = room.ballot
    if ballot is None:
        return room
    if was_host:
        return replace(room, ballot=None)
    voters = tuple(voter for voter in ballot.voters if voter != member)
    votes = tuple(vote for vote in ballot.votes if vote.member != member)
    out = (*(one for one in ballot.out if one != member), member) if room.member(member) else ballot.out
    left = replace(ballot, voters=voters, votes=votes, out=out)
    return replace(room, ballot=tallied(left) if voters else replace(_asked(left), stage=Stage.GATHERING))


def film_brought(room: Room, film_id: str, now: float) -> Room:
    """Somebody brought a film: if one was found, the choosing is over, and that is on unless another runs."""
    if room.ballot is None or room.ballot.stage is not Stage.MATCHED:
        return room
    over = replace(room, ballot=None)
    item = next(item.id for item in room.programme.items if item.film.film_id == film_id)
    return over if room.going or room.timeline.item == item else programme.put_on(over, item, now)


def tallied(ballot: Ballot) -> Ballot:
    """What the votes come to."""
    if ballot.stage is not Stage.VOTING or not ballot.voters:
        return ballot
    by_majority = ballot.rule is VoteRule.MAJORITY and len(ballot.voters) >= FEWEST_FOR_MAJORITY
    enough = len(ballot.voters) // 2 + 1 if by_majority else len(ballot.voters)
    wishes = [vote.wish for vote in ballot.votes]
    if wishes.count(Wish.WATCH) >= enough:
        return replace(ballot, stage=Stage.MATCHED)
    return _passed(ballot) if wishes.count(Wish.SKIP) >= enough else ballot


def _cards_objection(room: Room, ballot: Ballot, by: str | None, others: bool) -> Reason | None:
    if ballot.stage is Stage.DEALING or not ballot.voters:
        return Reason.CONFLICT
    # Of two who ask for more at once the second would throw away what the first got: a deck is voted on to its end,
    # unless it is to be made of `others`.
    if ballot.stage in (Stage.VOTING, Stage.MATCHED) and not others:
        return Reason.CONFLICT
    if by is None and awaited(room):
        return Reason.CONFLICT
    return Reason.TOO_LARGE if len(ballot.shown) >= MOST_SHOWN else None


def _is_in_time(ballot: Ballot, command: Matter, by: str | None) -> bool:
    """Whether a command means what the room is at: others may have been quicker."""
    match command:
        case Deal():
            return ballot.stage in (Stage.DEALING, Stage.VOTING, Stage.MATCHED)
        case CastVote(film=film):
            return by in ballot.voters and _is_up(ballot, film, Stage.VOTING)
        case DrawLots(film=film):
            return _is_up(ballot, film, Stage.VOTING) and is_tied(ballot)
        case UndoCard(at=at):
            return ballot.stage in (Stage.VOTING, Stage.SPENT) and 0 < at == ballot.at
        case FindAnother(film=film):
            return _is_up(ballot, film, Stage.MATCHED)
        case _:
            return False


def _is_up(ballot: Ballot, film: int, stage: Stage) -> bool:
    return ballot.stage is stage and ballot.card is not None and ballot.card.film == film


def _with_voter(ballot: Ballot, who: str) -> Ballot:
    voters = ballot.voters if who in ballot.voters else (*ballot.voters, who)
    return replace(ballot, voters=voters, out=tuple(one for one in ballot.out if one != who))


def _asked(ballot: Ballot) -> Ballot:
    """A deck is to be made; what was up in the one before does not come back."""
    shown = (*ballot.shown, *(card.film for card in ballot.cards[: ballot.at + 1]))
    return replace(ballot, stage=Stage.DEALING, cards=(), at=0, votes=(), shown=shown)


def _dealt(ballot: Ballot, command: Deal) -> Ballot:
    """With a new deck, or with other cards behind the one that is up."""
    if ballot.stage is Stage.DEALING:
        stage = Stage.VOTING if command.cards else Stage.SPENT
        return replace(ballot, stage=stage, cards=command.cards, at=0, votes=(), lacks=command.lacks)
    return replace(ballot, cards=(*ballot.cards[: ballot.at + 1], *command.cards), lacks=command.lacks)


def _passed(ballot: Ballot) -> Ballot:
    """The card that is up is skipped."""
    skipped = (*ballot.skipped, ballot.cards[ballot.at].film)
    return _next(replace(ballot, skipped=skipped))


def _next(ballot: Ballot) -> Ballot:
    at = ballot.at + 1
    return replace(ballot, at=at, votes=(), stage=Stage.VOTING if at < len(ballot.cards) else Stage.SPENT)
