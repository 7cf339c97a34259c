"""How a room chooses."""

from dataclasses import replace

import pytest

from app.room import ballot as rules
from app.room.deck import Ballot, Card, Filters, Lack, Stage, VoteRule, Wish
from app.room.messages import (
    AskForCards,
    CastVote,
    CloseBallot,
    Command,
    Deal,
    DrawLots,
    End,
    FindAnother,
    Kick,
    Leave,
    OpenBallot,
    Play,
    QueueAdd,
    SetPresence,
    SetVoteRule,
    StepOut,
    TasteGiven,
    UndoCard,
)
from app.room.state import Presence, Room
from tests.unit.room.rooms import ADA, BEN, CY, FILM, SHOWN, after, away, refusal, room

CARDS = tuple(Card(number, f"Film {number}", 1990 + number) for number in (1, 2, 3))
WATCH, SKIP = Wish.WATCH, Wish.SKIP


def done(before: Room, *steps: tuple[Command, str | None]) -> Room:
    for command, by in steps:
        before = after(before, command, by)
    return before


def voting(*voters: str) -> Room:
    """Ada the host, Ben the viewer and Cy the cohost; those voters have a deck of three."""
    given = [(TasteGiven(voter), None) for voter in voters or ("ada", "ben")]
    return done(room(), (OpenBallot(), "ada"), *given, (AskForCards(), "ada"), (Deal(CARDS), None))


def ballot_of(shown: Room) -> Ballot:
    assert shown.ballot is not None
    return shown.ballot


def vote(before: Room, by: str, wish: Wish | None, film: int | None = None) -> Room:
    card = ballot_of(before).card
    assert card is not None
    return after(before, CastVote(film or card.film, wish), by)


def test_a_ballot_gathers_tastes_and_then_deals() -> None:
    opened = after(room(ADA, BEN, away(CY)), OpenBallot(), "ben")
    assert rules.awaited(opened) == ("ada", "ben", "cy")
    assert refusal(opened, AskForCards()) == "conflict"
    one = done(opened, (TasteGiven("ada"), None), (StepOut(), "cy"))
    assert rules.awaited(one) == ("ben",)
    assert refusal(one, AskForCards(), None) == "conflict"
    assert refusal(one, AskForCards(), "ben") == "unauthorized_command"
    both = after(one, TasteGiven("ben"), None)
    dealing = after(both, AskForCards(), None)
    assert ballot_of(dealing).stage is Stage.DEALING
    assert refusal(dealing, AskForCards()) == "conflict"
    dealt = after(dealing, Deal(CARDS), None)
    assert (ballot_of(dealt).stage, ballot_of(dealt).card) == (Stage.VOTING, CARDS[0])
    assert rules.awaited(room()) == ()


def test_a_host_goes_ahead_without_who_has_no_taste() -> None:
    one = done(room(), (OpenBallot(), "ada"), (TasteGiven("ada"), None), (AskForCards(), "ada"))
    assert ballot_of(one).stage is Stage.DEALING


def test_all_skip_is_the_next_card() -> None:
    first = vote(voting(), "ada", SKIP)
    assert ballot_of(first).at == 0
    second = ballot_of(vote(first, "ben", SKIP))
    assert (second.at, second.votes, second.skipped, second.stage) == (1, (), (1,), Stage.VOTING)


def test_all_watch_is_a_match() -> None:
    found = ballot_of(vote(vote(voting(), "ada", WATCH), "ben", WATCH))
    assert (found.stage, found.card) == (Stage.MATCHED, CARDS[0])


def test_a_mixed_vote_stays_and_can_be_changed() -> None:
    mixed = vote(vote(voting(), "ada", WATCH), "ben", SKIP)
    assert ballot_of(mixed).at == 0
    assert rules.is_tied(ballot_of(mixed))
    assert ballot_of(vote(mixed, "ben", None)).wish("ben") is None
    assert ballot_of(vote(mixed, "ben", WATCH)).stage is Stage.MATCHED


def test_one_person_alone_decides() -> None:
    assert ballot_of(vote(voting("ada"), "ada", WATCH)).stage is Stage.MATCHED


def test_who_gave_no_taste_has_no_vote() -> None:
    assert refusal(voting("ada"), CastVote(1, WATCH), "ben") == "conflict"


def test_votes_on_a_card_that_has_passed_are_refused() -> None:
    later = vote(vote(voting(), "ada", SKIP), "ben", SKIP)
    assert refusal(later, CastVote(1, WATCH)) == "conflict"
    assert refusal(voting(), CastVote(99, WATCH)) == "conflict"


def test_three_may_choose_by_majority() -> None:
    three = done(voting("ada", "ben", "cy"), (SetVoteRule(VoteRule.MAJORITY), "ada"))
    assert ballot_of(vote(vote(three, "ada", WATCH), "cy", WATCH)).stage is Stage.MATCHED
    assert ballot_of(vote(vote(three, "ada", SKIP), "cy", SKIP)).at == 1
    assert refusal(three, SetVoteRule(VoteRule.EVERYONE), "ben") == "unauthorized_command"


def test_a_change_of_the_rule_counts_anew() -> None:
    mixed = vote(vote(voting("ada", "ben", "cy"), "ada", WATCH), "cy", WATCH)
    assert ballot_of(after(mixed, SetVoteRule(VoteRule.MAJORITY))).stage is Stage.MATCHED


def test_two_have_no_majority() -> None:
    two = done(voting(), (SetVoteRule(VoteRule.MAJORITY), "ada"))
    assert ballot_of(vote(two, "ada", WATCH)).stage is Stage.VOTING


@pytest.mark.parametrize(("wish", "stage", "at"), [(WATCH, Stage.MATCHED, 0), (SKIP, Stage.VOTING, 1)])
def test_a_lot_decides_when_all_have_voted(wish: Wish, stage: Stage, at: int) -> None:
    half = vote(voting(), "ada", WATCH)
    assert refusal(half, DrawLots(1)) == "conflict"
    mixed = vote(half, "ben", SKIP)
    assert refusal(mixed, DrawLots(1), "ben") == "unauthorized_command"
    drawn = ballot_of(after(mixed, DrawLots(1, wish)))
    assert (drawn.stage, drawn.at) == (stage, at)


def test_undo_goes_one_card_back() -> None:
    second = vote(vote(voting(), "ada", SKIP), "ben", SKIP)
    back = after(second, UndoCard(1), "ben")
    assert (ballot_of(back).at, ballot_of(back).skipped, ballot_of(back).votes) == (0, (), ())
    assert refusal(back, UndoCard(1)) == "conflict"
    assert refusal(back, UndoCard(0)) == "conflict"


def spent() -> Room:
    shown = voting("ada")
    for _ in CARDS:
        shown = vote(shown, "ada", SKIP)
    return shown


def test_when_all_are_skipped_there_are_more_and_none_again() -> None:
    assert ballot_of(spent()).stage is Stage.SPENT
    assert ballot_of(after(spent(), UndoCard(3))).card == CARDS[2]
    more = ballot_of(after(spent(), AskForCards(), "ben"))
    assert (more.stage, more.cards, more.shown, more.skipped) == (Stage.DEALING, (), (1, 2, 3), (1, 2, 3))


def test_of_two_who_ask_for_more_at_once_the_second_is_too_late() -> None:
    more = done(spent(), (AskForCards(), "ada"))
    assert refusal(more, AskForCards(), "ben") == "conflict"
    dealt = done(more, (Deal((Card(9, "Metropolis", 1927),)), None))
    assert refusal(dealt, AskForCards(), "ben") == "conflict"
    assert ballot_of(after(dealt, AskForCards(Filters(("War",))))).stage is Stage.DEALING


def test_an_empty_deck_is_spent_at_once() -> None:
    empty = done(spent(), (AskForCards(Filters(("War",))), "ada"), (Deal((), Lack.FILMS), None))
    assert (ballot_of(empty).stage, ballot_of(empty).filters) == (Stage.SPENT, Filters(("War",)))
    assert ballot_of(empty).lacks is Lack.FILMS
    assert refusal(empty, UndoCard(0)) == "conflict"
    assert refusal(empty, AskForCards(Filters()), "ben") == "unauthorized_command"
    assert ballot_of(after(empty, AskForCards(Filters()))).filters == Filters()


def test_decks_come_to_an_end() -> None:
    much = replace(spent(), ballot=replace(ballot_of(spent()), shown=tuple(range(rules.MOST_SHOWN))))
    assert refusal(much, AskForCards()) == "too_large"


def test_after_a_match_there_may_be_another() -> None:
    found = vote(voting("ada"), "ada", WATCH)
    assert refusal(found, UndoCard(0)) == "conflict"
    another = ballot_of(after(found, FindAnother(1), "ben"))
    assert (another.stage, another.at, another.skipped) == (Stage.VOTING, 1, ())
    assert refusal(after(found, FindAnother(1)), FindAnother(1)) == "conflict"


def test_a_film_that_is_put_on_ends_the_choosing_once_one_is_found() -> None:
    new = QueueAdd("new", replace(FILM, film_id="cd" * 32))
    assert after(voting("ada"), new).ballot is not None
    assert after(vote(voting("ada"), "ada", WATCH), new).ballot is None
    assert after(room(), new).ballot is None


def test_what_was_found_is_put_on_unless_a_film_runs() -> None:
    new = QueueAdd("new", replace(FILM, film_id="cd" * 32))
    found = vote(voting("ada"), "ada", WATCH)
    brought = after(found, new)
    assert (brought.ballot, brought.timeline.item, brought.timeline.playing) == (None, "new", False)
    running = after(after(found, Play()), new)
    assert (running.ballot, running.timeline.item, running.going) == (None, "one", True)


def test_what_was_found_may_be_in_the_queue_already() -> None:
    queued = QueueAdd("new", SHOWN[1])
    assert refusal(voting("ada"), queued) == "conflict"
    assert refusal(vote(voting("ada"), "ada", WATCH), replace(queued, item="two")) == "conflict"
    brought = after(vote(voting("ada"), "ada", WATCH), queued)
    assert (brought.ballot, brought.timeline.item) == (None, "two")
    assert brought.programme == room().programme


def test_whoever_leaves_is_not_counted() -> None:
    waiting = vote(voting("ada", "ben", "cy"), "ada", WATCH)
    waiting = vote(waiting, "cy", WATCH)
    assert ballot_of(after(waiting, Leave(), "ben")).stage is Stage.MATCHED
    assert ballot_of(after(waiting, Kick("ben"))).stage is Stage.MATCHED
    stepped = ballot_of(after(waiting, StepOut(), "ben"))
    assert (stepped.stage, stepped.voters, stepped.out) == (Stage.MATCHED, ("ada", "cy"), ("ben",))


def test_who_stepped_out_may_come_back() -> None:
    out = after(voting(), StepOut(), "ben")
    assert rules.awaited(out) == ("cy",)
    back = ballot_of(after(out, TasteGiven("ben"), None))
    assert (back.voters, back.out) == (("ada", "ben"), ())


def test_who_is_away_for_a_moment_still_counts() -> None:
    gone = after(voting(), SetPresence("ben", Presence.AWAY), None)
    assert ballot_of(vote(gone, "ada", WATCH)).stage is Stage.VOTING


@pytest.mark.parametrize("command", [StepOut(), Leave(), CloseBallot(), End()])
def test_the_host_ends_the_choosing(command: Command) -> None:
    assert after(voting(), command).ballot is None


@pytest.mark.parametrize("command", [StepOut(), Leave()])
def test_when_the_last_voter_goes_it_gathers_again(command: Command) -> None:
    second = vote(voting("ben"), "ben", SKIP)
    again = ballot_of(after(second, command, "ben"))
    assert (again.stage, again.voters, again.cards, again.shown) == (Stage.GATHERING, (), (), (1, 2))
    first = done(room(), (OpenBallot(), "ada"), (TasteGiven("ben"), None), (command, "ben"))
    assert (ballot_of(first).stage, rules.awaited(first)) == (Stage.GATHERING, ("ada", "cy"))
    assert after(room(), Leave(), "ben").ballot is None


def test_who_reloads_while_rating_is_waited_for_until_they_are_gone() -> None:
    rated = done(room(ADA, BEN), (OpenBallot(), "ada"), (TasteGiven("ada"), None))
    gone = after(rated, SetPresence("ben", Presence.AWAY), None)
    assert rules.awaited(gone) == ("ben",)
    assert refusal(gone, AskForCards(), None) == "conflict"
    assert ballot_of(done(gone, (Leave("ben"), None), (AskForCards(), None))).stage is Stage.DEALING


def test_other_films_take_none_away_that_nobody_saw() -> None:
    second = vote(voting("ada"), "ada", SKIP)
    assert ballot_of(after(second, AskForCards(Filters(("War",))))).shown == (1, 2)


def test_without_a_ballot_there_is_nothing_to_do() -> None:
    commands: list[Command] = [AskForCards(), CastVote(1, WATCH), UndoCard(1), FindAnother(1), StepOut(), CloseBallot()]
    assert {refusal(room(), command) for command in commands} == {"not_found"}
    assert refusal(room(), TasteGiven("ada"), None) == "not_found"
    assert refusal(voting(), TasteGiven("eve"), None) == "not_found"
    assert refusal(voting(), OpenBallot()) == "conflict"


def test_only_the_server_deals() -> None:
    assert refusal(voting(), Deal(CARDS)) == "unauthorized_command"
    assert refusal(voting(), TasteGiven("cy")) == "unauthorized_command"
    assert refusal(spent(), Deal(CARDS), None) == "conflict"


@pytest.mark.parametrize("wish", [None, WATCH])
def test_films_ahead_may_be_left_out(wish: Wish | None) -> None:
    shown = vote(voting("ada"), "ada", wish)
    fewer = ballot_of(after(shown, Deal(CARDS[2:], Lack.TASTES), None))
    assert (fewer.cards, fewer.at, fewer.lacks) == ((CARDS[0], CARDS[2]), 0, Lack.TASTES)
    assert (fewer.stage, fewer.votes) == (ballot_of(shown).stage, ballot_of(shown).votes)
