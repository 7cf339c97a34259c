"""When the browser is asked for the way of a connection, and what is known of it. Times in seconds."""

from app.peers.paths import EVERY_S, FIRST_S, MeasurePath, Path, Paths

NOW = 100.0
STRAIGHT = Path(relayed=False, rtt_s=0.02)


def paths() -> Paths:
    made = Paths()
    made.open("ben", NOW)
    return made


def test_a_way_is_looked_at_soon_and_then_now_and_then() -> None:
    made = paths()
    assert made.next_wake() == NOW + FIRST_S
    assert made.tick(NOW + FIRST_S - 0.1) == []
    assert made.tick(NOW + FIRST_S) == [MeasurePath("ben")]
    assert made.next_wake() == NOW + FIRST_S + EVERY_S
    assert made.tick(NOW + FIRST_S + 0.1) == []


def test_what_was_found_is_known_until_the_connection_ends() -> None:
    made = paths()
    assert made.of("ben") is None
    made.measured("ben", STRAIGHT)
    assert made.of("ben") == STRAIGHT
    made.close("ben")
    assert (made.of("ben"), made.next_wake()) == (None, None)


def test_an_answer_that_comes_too_late_is_passed_over() -> None:
    made = paths()
    made.close("ben")
    made.measured("ben", STRAIGHT)
    assert made.of("ben") is None
