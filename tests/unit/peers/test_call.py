"""One attempt at a connection, from the first word to the end of patience. Times in seconds."""

import pytest

from app.peers.call import AGAIN_S, BUSY_S, CROSSING_S, HEAL_S, MEND_S, UNANSWERED_S, Call
from app.peers.negotiation import State, Step

NOW = 100.0
SOON = 0.1


def call(polite: bool = False, up: bool = True) -> Call:
    made = Call("page.1", polite, NOW - 60 if up else NOW)
    if up:
        made.connected()
    return made


def answered(made: Call) -> Call:
    """The far side has taken our offer."""
    for step in (Step.OFFER_MADE, Step.ANSWER_CAME, Step.ANSWER_TAKEN):
        made.negotiation.step(step)
    assert made.negotiation.state is State.STABLE
    return made


def test_a_call_that_nobody_answers_is_over_after_a_while() -> None:
    made = call(up=False)
    assert made.moments() == [NOW + UNANSWERED_S]
    assert not made.is_over(NOW + UNANSWERED_S - SOON)
    assert made.is_over(NOW + UNANSWERED_S)


def test_who_answers_late_is_given_the_whole_time_once() -> None:
    made = call(up=False)
    made.knocked()
    made.met("theirs.1", NOW + UNANSWERED_S - SOON)
    made.met("theirs.1", NOW + UNANSWERED_S + SOON)
    assert made.moments() == [NOW + UNANSWERED_S - SOON + UNANSWERED_S]


def test_one_that_was_answered_lasts() -> None:
    made = call()
    assert (made.is_shaken, made.moments(), made.is_over(NOW + 3600)) == (False, [], False)
    assert not made.seeks(NOW)


def test_who_knocked_is_called_anew_unless_the_offer_crossed_the_knock() -> None:
    made = call(up=False)
    assert made.knocked() == NOW + CROSSING_S
    assert made.moments() == [NOW + UNANSWERED_S, NOW + CROSSING_S]


def test_a_way_that_is_lost_may_come_back_by_itself() -> None:
    made = call()
    made.shaky(False, NOW)
    assert made.is_shaken
    assert made.moments() == [NOW + MEND_S, NOW + HEAL_S]
    assert not made.seeks(NOW + HEAL_S - SOON)
    made.steady()
    assert not made.is_shaken
    assert not made.seeks(NOW + HEAL_S)


def test_else_another_one_is_sought_once() -> None:
    made = call()
    made.shaky(False, NOW)
    assert made.seeks(NOW + HEAL_S)
    answered(made)
    assert not made.seeks(NOW + HEAL_S + AGAIN_S)
    assert made.moments() == [NOW + MEND_S, NOW + MEND_S]
    assert made.is_over(NOW + MEND_S)


def test_one_that_failed_is_replaced_at_once_and_again_if_the_next_fails_too() -> None:
    made = call()
    made.shaky(False, NOW)
    made.shaky(True, NOW + 1)
    assert made.seeks(NOW + 1)
    made.shaky(True, NOW + 1.5)
    assert not made.seeks(NOW + 1.5), "the offer is under way"
    answered(made)
    made.shaky(True, NOW + 2)
    assert made.seeks(NOW + 2)
    assert made.is_over(NOW + MEND_S)


def test_an_offer_that_nobody_answers_is_made_again() -> None:
    made = call()
    made.shaky(True, NOW)
    assert made.seeks(NOW)
    made.negotiation.step(Step.OFFER_MADE)
    assert not made.seeks(NOW + AGAIN_S - SOON)
    assert made.seeks(NOW + AGAIN_S)


def test_the_polite_side_waits_for_it() -> None:
    made = call(polite=True)
    made.shaky(True, NOW)
    assert not made.seeks(NOW)
    assert not made.seeks(NOW + HEAL_S)
    assert made.is_over(NOW + MEND_S)


@pytest.mark.parametrize("state", [State.OFFERING, State.ANSWERING, State.ACCEPTING])
def test_nothing_disturbs_a_description_that_is_being_made_or_taken(state: State) -> None:
    made = call()
    made.negotiation.state = state
    made.shaky(False, NOW)
    assert not made.seeks(NOW + HEAL_S)
    assert NOW + HEAL_S + BUSY_S in made.moments()
    made.negotiation.state = State.STABLE
    assert made.seeks(NOW + HEAL_S + BUSY_S)


def test_when_words_get_through_again_nothing_waits() -> None:
    made = call()
    made.hurry(NOW)
    assert not made.is_shaken
    made.shaky(False, NOW)
    made.hurry(NOW + 1)
    assert made.seeks(NOW + 1)


def test_words_that_get_through_again_give_it_time_however_little_was_left() -> None:
    made = call()
    made.shaky(False, NOW)
    late = NOW + MEND_S - 0.01
    made.hurry(late)
    assert not made.is_over(NOW + MEND_S)
    assert made.is_over(late + AGAIN_S)
