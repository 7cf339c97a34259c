"""What peers have asked of us, and how fast we serve it."""

import pytest

from app.swarm.actions import SendBlock
from app.swarm.uploads import IN_HAND_BYTES, IN_HAND_S, LEAST_IN_HAND, MAX_QUEUED_JOBS, Uploads
from app.swarm.wire import BLOCK_SIZE, MAX_RUN
from tests.support.builders import FILM_ID, MIB

OTHER_FILM = "cd" * 32
IN_HAND = LEAST_IN_HAND // BLOCK_SIZE


def uploads(*peers: str) -> Uploads:
    made = Uploads()
    for peer in peers:
        made.open(peer)
    return made


def ask(
    of: Uploads, peer: str, request: int, length: int = BLOCK_SIZE, urgent: bool = False, film: str = FILM_ID
) -> bool:
    return of.ask(peer, film, request, request, 0, length, urgent)


def requests(blocks: list[SendBlock]) -> list[tuple[str, int]]:
    return [(block.peer, block.request) for block in blocks]


def test_a_request_becomes_blocks_and_a_rest() -> None:
    of = uploads("ada")
    of.ask("ada", FILM_ID, 9, 3, BLOCK_SIZE, 2 * BLOCK_SIZE + 5, False)
    assert of.fill(0.0) == [
        SendBlock("ada", FILM_ID, 9, 3, BLOCK_SIZE, BLOCK_SIZE),
        SendBlock("ada", FILM_ID, 9, 3, 2 * BLOCK_SIZE, BLOCK_SIZE),
        SendBlock("ada", FILM_ID, 9, 3, 3 * BLOCK_SIZE, 5),
    ]
    assert of.fill(0.0) == []


def test_no_more_than_its_share_is_in_the_browsers_hands() -> None:
    of = uploads("ada")
    ask(of, "ada", 1, 2 * MIB)
    assert len(of.fill(0.0)) == IN_HAND
    assert of.fill(0.0) == []
    of.sent("ada", BLOCK_SIZE, 0.0)
    assert len(of.fill(0.0)) == 1
    of.unsent("ada", BLOCK_SIZE)
    assert len(of.fill(0.0)) == 1


@pytest.mark.parametrize(("rate_Bps", "in_hand"), [(MIB, IN_HAND_S * MIB), (100 * MIB, IN_HAND_BYTES)])
def test_a_faster_peer_has_a_larger_share(rate_Bps: int, in_hand: float) -> None:
    of = uploads("ada")
    for tick in range(20):
        of.sent("ada", rate_Bps // 10, tick / 10)
    ask(of, "ada", 1, 4 * MIB)
    given = sum(block.size for block in of.fill(1.95))
    assert in_hand <= given < in_hand + MAX_RUN * BLOCK_SIZE


def test_a_slow_peer_holds_up_nobody() -> None:
    of = uploads("slow", "ada")
    ask(of, "slow", 1, 2 * MIB)
    of.fill(0.0)
    ask(of, "ada", 2)
    assert requests(of.fill(0.0)) == [("ada", 2)]


def test_peers_take_turns() -> None:
    of = uploads("ada", "bo")
    ask(of, "ada", 1, 3 * BLOCK_SIZE)
    ask(of, "bo", 2, 2 * BLOCK_SIZE)
    assert requests(of.fill(0.0)) == [("ada", 1)] * 3 + [("bo", 2)] * 2


def test_a_turn_is_one_request() -> None:
    of = uploads("ada", "bo")
    for request in (1, 2):
        ask(of, "ada", request)
        ask(of, "bo", request)
    assert requests(of.fill(0.0)) == [("ada", 1), ("bo", 1), ("ada", 2), ("bo", 2)]


def test_whose_video_waits_goes_before_others() -> None:
    of = uploads("ada", "bo")
    ask(of, "ada", 1)
    ask(of, "bo", 2, urgent=True)
    assert requests(of.fill(0.0)) == [("bo", 2), ("ada", 1)]


def test_it_is_known_what_is_owed() -> None:
    of = uploads("ada")
    ask(of, "ada", 3)
    assert of.owes("ada", FILM_ID, 3)
    assert not of.owes("ada", FILM_ID, 4)
    assert not of.owes("ada", OTHER_FILM, 3)
    assert not of.owes("bo", FILM_ID, 3)


def test_peers_take_turns_under_a_limit_that_lets_one_block_through_at_a_time() -> None:
    of = uploads("ada", "bo", "cy")
    of.bucket.set_limit(BLOCK_SIZE, 0.0)
    for peer in ("ada", "bo", "cy"):
        for request in range(1, 4):
            ask(of, peer, request, 2 * BLOCK_SIZE)
    given: list[tuple[str, int]] = []
    now = 0.0
    while len(given) < 9:
        given += requests(of.fill(now))
        now = of.next_wake(now) or now
    assert given == [("ada", 1)] * 2 + [("bo", 1)] * 2 + [("cy", 1)] * 2 + [("ada", 2)] * 2 + [("bo", 2)]


def test_an_urgent_request_goes_first() -> None:
    of = uploads("ada")
    ask(of, "ada", 1, 2 * MIB)
    of.fill(0.0)
    ask(of, "ada", 2)
    ask(of, "ada", 3, urgent=True)
    of.unsent("ada", 2 * BLOCK_SIZE)
    assert requests(of.fill(0.0)) == [("ada", 3), ("ada", 1)]


def test_what_is_cancelled_is_not_sent() -> None:
    of = uploads("ada")
    ask(of, "ada", 1, 2 * MIB)
    ask(of, "ada", 2)
    of.fill(0.0)
    of.cancel("ada", 1)
    of.cancel("ada", 77)
    of.sent("ada", 5 * BLOCK_SIZE, 0.0)
    assert requests(of.fill(0.0)) == [("ada", 2)]


def test_one_who_asks_for_more_than_a_queue_holds_is_refused() -> None:
    of = uploads("ada", "bo")
    assert all(ask(of, "ada", number) for number in range(MAX_QUEUED_JOBS))
    assert not ask(of, "ada", 1000)
    assert not ask(of, "ada", 1001, urgent=True)
    assert ask(of, "bo", 1)
    of.cancel("ada", 5)
    assert ask(of, "ada", 1002)


def test_a_film_that_is_gone_is_not_served_and_who_waited_is_known() -> None:
    of = uploads("ada", "bo")
    ask(of, "ada", 1)
    ask(of, "ada", 2, film=OTHER_FILM)
    ask(of, "bo", 3)
    assert of.drop_film(FILM_ID) == [("ada", 1), ("bo", 3)]
    assert requests(of.fill(0.0)) == [("ada", 2)]


def test_a_peer_that_is_gone_is_sent_nothing_and_late_reports_of_it_pass() -> None:
    of = uploads("ada")
    ask(of, "ada", 1)
    of.close("ada")
    of.close("ada")
    of.sent("ada", BLOCK_SIZE, 0.0)
    of.unsent("ada", BLOCK_SIZE)
    assert of.fill(0.0) == []
    assert of.next_wake(0.0) is None


def test_a_limit_says_when_it_lets_the_next_block_through() -> None:
    of = uploads("ada")
    ask(of, "ada", 1, 2 * BLOCK_SIZE)
    assert of.next_wake(0.0) is None
    of.bucket.set_limit(BLOCK_SIZE, 0.0)
    assert len(of.fill(0.0)) == 1
    assert of.next_wake(0.0) == pytest.approx(1.001)
    assert len(of.fill(1.01)) == 1
    assert of.next_wake(1.01) is None


def test_no_wake_is_wanted_for_what_waits_for_the_browser() -> None:
    of = uploads("ada")
    ask(of, "ada", 1, 2 * MIB)
    of.fill(0.0)
    of.bucket.set_limit(BLOCK_SIZE, 0.0)
    assert of.next_wake(0.0) is None


def test_rates_and_receivers() -> None:
    of = uploads("ada", "bo")
    ask(of, "ada", 1)
    of.fill(0.0)
    assert (of.rate(0.0), of.receivers(0.0)) == (0.0, [])
    of.sent("ada", BLOCK_SIZE, 0.0)
    assert of.rate(0.0) > 0.0
    assert of.receivers(0.0) == ["ada"]
    assert of.receivers(60.0) == []


def test_blocks_of_an_earlier_connection_do_not_widen_a_peers_share() -> None:
    of = Uploads()
    of.open("ada")
    of.sent("ada", BLOCK_SIZE, 0.0)
    of.unsent("ada", BLOCK_SIZE)
    ask(of, "ada", 1, 2 * IN_HAND_BYTES)
    assert len(of.fill(0.0)) == IN_HAND


def test_what_was_given_is_counted_in_all_and_its_rate_for_each() -> None:
    of = uploads("ada", "bo")
    of.sent("ada", BLOCK_SIZE, 0.0)
    of.sent("bo", BLOCK_SIZE, 0.0)
    assert of.rate_of("ada", 0.0) == of.rate_of("bo", 0.0) > 0.0
    of.close("bo")
    assert (of.given, of.rate_of("bo", 0.0)) == (2 * BLOCK_SIZE, 0.0)
