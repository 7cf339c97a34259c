"""What was answered to whom."""

import pytest

from app.room.codec import encode
from app.room.messages import Happened, Leave, Pause
from signalling.answers import EACH, Answers, key_of


def test_what_nobody_can_repeat_has_no_key() -> None:
    assert key_of("ada", "n1") == ("ada", "n1")
    assert key_of(None, "n1") is None
    assert key_of("ada", None) is None


def test_a_command_is_new_once_and_its_answer_is_kept() -> None:
    answers = Answers(())
    assert not answers.knows(("ada", "n1"))
    assert answers.is_new(("ada", "n1"))
    assert answers.knows(("ada", "n1"))
    assert answers.of(("ada", "n1")) is None
    assert not answers.is_new(("ada", "n1"))
    answers.happened(("ada", "n1"), b"done")
    answers.happened(None, b"the server's own")
    assert not answers.is_new(("ada", "n1"))
    assert (answers.of(("ada", "n1")), answers.of(("ben", "n1")), len(answers)) == (b"done", None, 1)


@pytest.mark.parametrize("flood", ["refusals", "events of another"])
def test_a_flood_pushes_nothing_of_anybody_elses_out(flood: str) -> None:
    answers = Answers(())
    answers.happened(("ada", "chat"), b"said")
    for number in range(3 * EACH):
        if flood == "refusals":
            answers.refused(("ada", f"n{number}"), b"no")
        else:
            answers.happened(("ben", f"n{number}"), b"done")
    assert answers.of(("ada", "chat")) == b"said"
    assert len(answers) == EACH + 1


def test_what_is_not_answered_yet_is_never_pushed_out() -> None:
    answers = Answers(())
    asked = [("ada", f"n{number}") for number in range(3 * EACH)]
    assert all(answers.is_new(key) for key in asked)
    for key in asked:
        assert not answers.is_new(key)
        answers.refused(key, b"no")
        assert answers.of(key) == b"no"


def test_whoever_is_gone_is_forgotten() -> None:
    answers = Answers(())
    for who in ("ada", "ben"):
        answers.happened((who, "n1"), b"done")
    answers.keep_only({"ben"})
    assert (answers.of(("ada", "n1")), answers.of(("ben", "n1"))) == (None, b"done")


def test_kept_events_are_answers_after_a_restart() -> None:
    events = (Happened(1, 5.0, "ada", Pause(), "n1"), Happened(2, 6.0, None, Leave("ben")))
    answers = Answers(events)
    assert answers.of(("ada", "n1")) == encode(events[0]).encode()
    assert len(answers) == 1
