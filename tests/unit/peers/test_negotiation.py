"""Perfect negotiation: the table cell by cell, then two of them in every order in which things can happen."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from app.peers.negotiation import Do, Negotiation, State, Step

POLITE, IMPOLITE = True, False

# What is done, and the state afterwards ("" where it stays). Rows: steps; columns: states.
STATES = [State.STABLE, State.OFFERING, State.OFFERED, State.ANSWERING, State.ACCEPTING]
POLITE_TABLE = """
              STABLE                OFFERING            OFFERED             ANSWERING       ACCEPTING
NEEDED        MAKE_OFFER>OFFERING   IGNORE              IGNORE              IGNORE          IGNORE
OFFER_MADE    IGNORE                SEND>OFFERED        IGNORE              IGNORE          IGNORE
ANSWER_MADE   IGNORE                IGNORE              IGNORE              SEND>STABLE     IGNORE
ANSWER_TAKEN  IGNORE                IGNORE              IGNORE              IGNORE          IGNORE>STABLE
OFFER_CAME    APPLY>ANSWERING       APPLY>ANSWERING     APPLY>ANSWERING     APPLY           APPLY>ANSWERING
ANSWER_CAME   IGNORE                IGNORE              APPLY>ACCEPTING     IGNORE          IGNORE
RESTART       MAKE_OFFER>OFFERING   IGNORE              MAKE_OFFER>OFFERING IGNORE          IGNORE
FAILED        IGNORE                IGNORE>STABLE       IGNORE>STABLE       IGNORE>STABLE   IGNORE>STABLE
"""


def cells() -> Iterator[tuple[State, Step, Do, State]]:
    _, *rows = POLITE_TABLE.strip().splitlines()
    for row in rows:
        step, *entries = row.split()
        for state, entry in zip(STATES, entries, strict=True):
            do, _, after = entry.partition(">")
            yield state, Step[step], Do[do], State[after] if after else state


def at(state: State, polite: bool, ignoring: bool = False) -> Negotiation:
    negotiation = Negotiation(polite)
    negotiation.state, negotiation.ignoring = state, ignoring
    return negotiation


def test_the_table_below_is_complete() -> None:
    assert {(state, step) for state, step, _, _ in cells()} == {(state, step) for state in State for step in Step}


@pytest.mark.parametrize("polite", [POLITE, IMPOLITE])
@pytest.mark.parametrize(("state", "step", "do", "after"), list(cells()))
def test_every_step_in_every_state(state: State, step: Step, do: Do, after: State, polite: bool) -> None:
    collision = step is Step.OFFER_CAME and state in (State.OFFERING, State.OFFERED)
    if collision and not polite:
        do, after = Do.IGNORE, state
    negotiation = at(state, polite)
    assert negotiation.step(step) is do
    assert negotiation.state is after
    assert negotiation.ignoring == (collision and not polite)


def test_to_yield_is_never_told() -> None:
    """It is the table's own word; outside it is either applied or ignored."""
    assert all(at(state, polite).step(step) is not Do.YIELD for state in State for step in Step for polite in (0, 1))


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("step", list(Step))
def test_candidates_are_ignored_from_an_ignored_offer_to_the_next_description(state: State, step: Step) -> None:
    negotiation = at(state, IMPOLITE, ignoring=True)
    negotiation.step(step)
    ended = step in (Step.OFFER_CAME, Step.ANSWER_CAME) and not (
        step is Step.OFFER_CAME and state in (State.OFFERING, State.OFFERED)
    )
    assert negotiation.ignoring != ended


def test_it_begins_stable_and_listening() -> None:
    assert (Negotiation(POLITE).state, Negotiation(POLITE).ignoring) == (State.STABLE, False)


# --- two sides


@dataclass(frozen=True)
class Side:
    """A negotiation and the browser under it, which runs what it is asked in order and reports in order.

    `wants` counts what needs negotiating; `done` how much of it has been. An offer is (who made it, its number, what
    it covers).
    """

    polite: bool
    state: State = State.STABLE
    ignoring: bool = False
    signalling: str = "stable"
    offer: tuple[bool, int, int] | None = None
    agreed: tuple[bool, int] | None = None
    offers: int = 0
    wants: int = 0
    done: int = 0
    fired: bool = False
    asked: tuple[tuple[str, tuple[bool, int] | None], ...] = ()
    reports: tuple[tuple[Step, tuple[bool, int] | None], ...] = ()
    inbox: tuple[tuple[Step, tuple[bool, int]], ...] = ()


Pair = tuple[Side, Side]


def browser_works(side: Side) -> Side:
    """Run the first thing asked of the browser."""
    (what, which), *rest = side.asked
    side = replace(side, asked=tuple(rest))
    if what == "make offer":
        assert side.signalling == "stable"
        number = side.offers + 1
        offer = (side.polite, number, side.wants)
        reports = (*side.reports, (Step.OFFER_MADE, (side.polite, number)))
        return replace(side, signalling="have-local-offer", offer=offer, offers=number, reports=reports)
    if what == "apply offer":  # rolls ours back if there is one, and answers
        reports = (*side.reports, (Step.ANSWER_MADE, which))
        return replace(
            side, signalling="stable", offer=None, agreed=which, done=side.wants, fired=False, reports=reports
        )
    assert side.signalling == "have-local-offer"
    assert side.offer is not None
    assert side.offer[:2] == which, "an answer to another offer"
    reports = (*side.reports, (Step.ANSWER_TAKEN, None))
    return replace(
        side, signalling="stable", offer=None, agreed=which, done=side.offer[2], fired=False, reports=reports
    )


def step(pair: Pair, who: int, what: Step, which: tuple[bool, int] | None) -> Pair:
    """One side hears of something and acts."""
    side, other = pair[who], pair[1 - who]
    negotiation = at(side.state, side.polite, side.ignoring)
    do = negotiation.step(what)
    side = replace(side, state=negotiation.state, ignoring=negotiation.ignoring)
    if do is Do.MAKE_OFFER:
        side = replace(side, asked=(*side.asked, ("make offer", None)))
    if do is Do.APPLY:
        kind = "apply offer" if what is Step.OFFER_CAME else "apply answer"
        side = replace(side, asked=(*side.asked, (kind, which)))
    if do is Do.SEND:
        assert which is not None
        said = Step.OFFER_CAME if what is Step.OFFER_MADE else Step.ANSWER_CAME
        other = replace(other, inbox=(*other.inbox, (said, which)))
    return (side, other) if who == 0 else (other, side)


def with_side(pair: Pair, who: int, side: Side) -> Pair:
    return (side, pair[1]) if who == 0 else (pair[0], side)


def moves(pair: Pair) -> Iterator[Pair]:
    """Everything that can happen next, but for a person wanting something new."""
    for who in (0, 1):
        side = pair[who]
        if side.asked:
            yield with_side(pair, who, browser_works(side))
        if side.reports:
            (what, which), *rest = side.reports
            yield step(with_side(pair, who, replace(side, reports=tuple(rest))), who, what, which)
        if side.inbox:
            (what, came), *rest = side.inbox
            yield step(with_side(pair, who, replace(side, inbox=tuple(rest))), who, what, came)
        if side.signalling == "stable" and not side.asked and side.wants > side.done and not side.fired:
            needed = replace(side, fired=True, reports=(*side.reports, (Step.NEEDED, None)))
            yield with_side(pair, who, needed)


def wanting(pair: Pair, most: tuple[int, int]) -> Iterator[Pair]:
    for who in (0, 1):
        if pair[who].wants < most[who]:
            yield with_side(pair, who, replace(pair[who], wants=pair[who].wants + 1))


def ends(start: Pair, most: tuple[int, int]) -> list[Pair]:
    """Where it comes to rest, over every order of wishes, browsers' work, reports and messages."""
    seen, to_visit, quiet = {start}, [start], []
    while to_visit:
        pair = to_visit.pop()
        following = list(moves(pair))
        if not following:
            quiet.append(pair)
        for after in (*following, *wanting(pair, most)):
            if after not in seen:
                seen.add(after)
                to_visit.append(after)
    return quiet


def agree(pair: Pair) -> bool:
    """Both are at rest, on the same offer, with nothing left to negotiate."""
    at_rest = all(
        side.state is State.STABLE and side.signalling == "stable" and not side.ignoring and side.done == side.wants
        for side in pair
    )
    return at_rest and pair[0].agreed == pair[1].agreed


@pytest.mark.parametrize("most", [(1, 0), (0, 1), (1, 1), (2, 1), (1, 2), (2, 2), (3, 3)])
def test_two_sides_agree_in_whatever_order_things_happen(most: tuple[int, int]) -> None:
    """Each side wishes to negotiate up to so many times, at any moment."""
    found = ends((Side(POLITE), Side(IMPOLITE)), most)
    assert len(found) > sum(most)
    assert all(agree(pair) for pair in found)
    agreed = {pair[0].agreed for pair in found}
    assert {who for who, _ in filter(None, agreed)} == {
        who for who, times in zip((POLITE, IMPOLITE), most, strict=True) if times
    }


def test_where_both_have_offered_the_impolite_ones_offer_stands() -> None:
    offered = Side(POLITE, state=State.OFFERED, signalling="have-local-offer", offers=1, wants=1)
    polite = replace(offered, offer=(POLITE, 1, 1), inbox=((Step.OFFER_CAME, (IMPOLITE, 1)),))
    impolite = replace(offered, polite=IMPOLITE, offer=(IMPOLITE, 1, 1), inbox=((Step.OFFER_CAME, (POLITE, 1)),))
    found = ends((polite, impolite), (1, 1))
    assert all(agree(pair) for pair in found)
    assert {pair[0].agreed for pair in found} == {(IMPOLITE, 1)}
