"""Who is still there, at each moment. Times in seconds."""

import pytest

from app.peers.pulse import ANSWER_S, BEAT_S, LATE_S, MOST_ASKED, SILENT_S, Beat, Pulse, Silence

NOW = 100.0
GIVES, ASKS = Beat("ben", asks=False), Beat("ben", asks=True)


def pulse(*peers: str) -> Pulse:
    made = Pulse()
    for peer in peers or ("ben",):
        made.open(peer, NOW)
    return made


def asking() -> Pulse:
    """Ben was silent, and was asked at `NOW + SILENT_S`."""
    made = pulse()
    made.said("ben", NOW + SILENT_S - 1)
    assert made.tick(NOW + SILENT_S) == [ASKS]
    return made


def test_somebody_who_was_told_nothing_for_a_while_is_given_a_sign() -> None:
    made = pulse()
    assert made.next_wake() == NOW + BEAT_S
    assert made.tick(NOW + BEAT_S - 0.1) == []
    assert made.tick(NOW + BEAT_S) == [GIVES]
    assert made.tick(NOW + BEAT_S) == []


def test_what_is_said_anyway_is_a_sign() -> None:
    made = pulse()
    made.said("ben", NOW + 3)
    assert made.tick(NOW + BEAT_S) == []
    assert made.next_wake() == NOW + 3 + BEAT_S


def test_who_is_silent_is_asked_and_then_lost() -> None:
    made = asking()
    asked = NOW + SILENT_S
    assert made.next_wake() == asked + min(ANSWER_S, BEAT_S)
    assert made.tick(asked + ANSWER_S - 0.1) == []
    assert made.tick(asked + ANSWER_S) == [Silence("ben")]


def test_who_answers_is_not() -> None:
    made = asking()
    made.heard("ben", NOW + SILENT_S + 1)
    assert made.tick(NOW + SILENT_S + ANSWER_S) == [GIVES]
    made.said("ben", NOW + 60)
    assert made.next_wake() == NOW + SILENT_S + 1 + SILENT_S


def test_after_a_sleep_of_ours_everybody_is_asked_and_nobody_condemned() -> None:
    made = pulse("ben", "cy")
    woken = NOW + 3600
    assert made.tick(woken) == [ASKS, Beat("cy", asks=True)]
    made.heard("cy", woken + 0.1)
    made.said("cy", woken + 0.1)
    assert made.tick(woken + ANSWER_S) == [Silence("ben")]


def test_a_sleep_between_the_question_and_the_answer_condemns_nobody() -> None:
    made = asking()
    woken = NOW + SILENT_S + ANSWER_S + LATE_S + 0.1
    assert made.tick(woken) == [ASKS]
    assert made.tick(woken + ANSWER_S) == [Silence("ben")]


def test_with_timers_that_ring_once_a_minute_the_dead_are_lost_and_the_living_are_not() -> None:
    made = pulse("ben", "cy")
    lost = []
    for minute in range(1, MOST_ASKED + 2):
        found = made.tick(NOW + 60 * minute)
        lost += [each.peer for each in found if isinstance(each, Silence)]
        made.close("ben") if "ben" in lost else None
        made.heard("cy", NOW + 60 * minute + 0.1)  # an answer is a message, and those are not slowed
    assert lost == ["ben"]


def test_when_the_network_changes_everybody_is_asked_at_once() -> None:
    made = pulse("ben", "cy")
    assert made.probe(NOW + 1) == [ASKS, Beat("cy", asks=True)]
    made.heard("cy", NOW + 1.2)
    assert made.tick(NOW + 1 + ANSWER_S) == [Silence("ben"), Beat("cy", asks=False)]


@pytest.mark.parametrize("tell", [Pulse.heard, Pulse.said])
def test_who_is_gone_is_not_seen_to(tell: object) -> None:
    made = pulse()
    made.close("ben")
    assert callable(tell)
    tell(made, "ben", NOW)
    made.close("ben")
    assert (made.next_wake(), made.tick(NOW + 60), made.probe(NOW)) == (None, [], [])
