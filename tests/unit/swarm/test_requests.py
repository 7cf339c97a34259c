"""What has been asked of whom and has not come yet."""

from app.swarm import requests as module
from app.swarm.requests import PATIENCE_S, Arrival, Asked, RequestBook
from app.swarm.wire import BLOCK_SIZE
from tests.support.builders import FILM_ID

LENGTH = 2 * BLOCK_SIZE + 100
OTHER_FILM = "cd" * 32


def asked_of(book: RequestBook, peer: str = "ada", piece: int = 3, now: float = 0.0, offset: int = BLOCK_SIZE) -> Asked:
    return book.add(peer, FILM_ID, piece, offset, LENGTH, now)


def come(book: RequestBook, asked: Asked, now: float = 1.0) -> list[Arrival]:
    """Everything that is missing of a request, in order."""
    return [
        book.arrived(asked.peer, asked.request, asked.piece, offset, asked.block_size(offset), now)
        for offset in sorted(asked.missing)
    ]


def test_a_request_is_for_whole_blocks_and_a_rest() -> None:
    asked = asked_of(RequestBook())
    assert sorted(asked.missing) == [BLOCK_SIZE, 2 * BLOCK_SIZE, 3 * BLOCK_SIZE]
    assert [asked.block_size(offset) for offset in sorted(asked.missing)] == [BLOCK_SIZE, BLOCK_SIZE, 100]


def test_each_block_ticks_its_bytes_off() -> None:
    book = RequestBook()
    asked = asked_of(book)
    assert book.outstanding("ada") == LENGTH
    assert asked.untouched
    book.arrived("ada", asked.request, 3, BLOCK_SIZE, BLOCK_SIZE, 1.0)
    assert book.outstanding("ada") == BLOCK_SIZE + 100
    assert not asked.untouched
    come(book, asked)
    assert book.outstanding("ada") == 0
    assert book.in_flight(asked.request) is None
    assert book.outstanding("bo") == 0


def test_what_comes_before_a_request() -> None:
    book = RequestBook()
    oldest, newer = asked_of(book), asked_of(book, now=1.0, piece=4)
    of_another = asked_of(book, "bo")
    pressing = book.add("ada", FILM_ID, 5, 0, BLOCK_SIZE, 2.0, urgent=True)
    assert [book.before(each) for each in (pressing, oldest, newer)] == [0, BLOCK_SIZE, BLOCK_SIZE + LENGTH]
    assert book.before(of_another) == 0
    book.arrived("ada", oldest.request, 3, BLOCK_SIZE, BLOCK_SIZE, 2.0)
    assert book.before(newer) == LENGTH


def test_a_block_counts_once() -> None:
    book = RequestBook()
    asked = asked_of(book)
    assert book.arrived("ada", asked.request, 3, BLOCK_SIZE, BLOCK_SIZE, 1.0) is Arrival.EXPECTED
    assert book.arrived("ada", asked.request, 3, BLOCK_SIZE, BLOCK_SIZE, 1.0) is Arrival.UNASKED
    assert come(book, asked) == [Arrival.EXPECTED] * 2
    assert book.arrived("ada", asked.request, 3, BLOCK_SIZE, BLOCK_SIZE, 1.0) is Arrival.UNASKED


def test_a_run_of_blocks_counts_for_each_of_them() -> None:
    book = RequestBook()
    asked = asked_of(book)
    assert book.arrived("ada", asked.request, 3, BLOCK_SIZE, 0, 1.0) is Arrival.UNASKED
    assert book.arrived("ada", asked.request, 3, BLOCK_SIZE, 3 * BLOCK_SIZE, 1.0) is Arrival.UNASKED
    assert book.arrived("ada", asked.request, 3, BLOCK_SIZE, 2 * BLOCK_SIZE, 1.0) is Arrival.EXPECTED
    assert sorted(asked.missing) == [3 * BLOCK_SIZE]
    assert book.outstanding("ada") == 100
    assert book.arrived("ada", asked.request, 3, 2 * BLOCK_SIZE, BLOCK_SIZE + 100, 1.0) is Arrival.UNASKED


def test_only_what_was_asked_counts() -> None:
    book = RequestBook()
    request = asked_of(book).request
    wrong = [
        ("bo", request, 3, BLOCK_SIZE, BLOCK_SIZE),
        ("ada", request + 1, 3, BLOCK_SIZE, BLOCK_SIZE),
        ("ada", request, 4, BLOCK_SIZE, BLOCK_SIZE),
        ("ada", request, 3, 0, BLOCK_SIZE),
        ("ada", request, 3, BLOCK_SIZE + 1, BLOCK_SIZE),
        ("ada", request, 3, BLOCK_SIZE, BLOCK_SIZE - 1),
        ("ada", request, 3, BLOCK_SIZE, BLOCK_SIZE + 1),
        ("ada", request, 3, 3 * BLOCK_SIZE, BLOCK_SIZE),
    ]
    assert [book.arrived(*block, 1.0) for block in wrong] == [Arrival.UNASKED] * len(wrong)
    assert book.outstanding("ada") == LENGTH


def test_what_was_withdrawn_may_still_come_from_that_peer() -> None:
    book = RequestBook()
    request = asked_of(book).request
    assert book.withdraw(request, "bo") is None
    assert book.withdraw(request, "ada") is not None
    assert book.withdraw(request, "ada") is None
    assert book.outstanding("ada") == 0
    assert book.arrived("ada", request, 3, BLOCK_SIZE, BLOCK_SIZE, 1.0) is Arrival.OVERTAKEN
    assert book.arrived("bo", request, 3, BLOCK_SIZE, BLOCK_SIZE, 1.0) is Arrival.UNASKED


def test_withdrawn_requests_are_remembered_for_a_while_only() -> None:
    book = RequestBook()
    many = module._MAX_RETIRED + 1
    withdrawn = [asked_of(book).request for _ in range(many)]
    for request in withdrawn:
        book.withdraw(request, "ada")
    assert book.arrived("ada", withdrawn[0], 3, BLOCK_SIZE, BLOCK_SIZE, 1.0) is Arrival.UNASKED
    assert book.arrived("ada", withdrawn[1], 3, BLOCK_SIZE, BLOCK_SIZE, 1.0) is Arrival.OVERTAKEN


def test_everything_of_a_peer_or_a_film_can_be_withdrawn() -> None:
    book = RequestBook()
    mine = [asked_of(book), asked_of(book, piece=4)]
    his = asked_of(book, "bo")
    other = book.add("bo", OTHER_FILM, 0, 0, 10, 0.0)
    assert book.for_piece(FILM_ID, 3) == [mine[0], his]
    assert book.for_film(FILM_ID) == [*mine, his]
    assert book.withdraw_all("ada") == mine
    assert book.outstanding("ada") == 0
    assert book.withdraw_film(OTHER_FILM) == [other]
    assert book.outstanding("bo") == LENGTH
    assert book.in_flight(his.request) is his


def test_a_peer_that_is_gone_leaves_nothing() -> None:
    book = RequestBook()
    gone, stays = asked_of(book), asked_of(book, "bo")
    book.withdraw(stays.request, "bo")
    book.forget_peer("ada")
    assert book.outstanding("ada") == 0
    assert book.next_deadline() is None
    assert book.arrived("ada", gone.request, 3, BLOCK_SIZE, BLOCK_SIZE, 1.0) is Arrival.UNASKED
    assert book.arrived("bo", stays.request, 3, BLOCK_SIZE, BLOCK_SIZE, 1.0) is Arrival.OVERTAKEN


def test_a_peer_is_late_when_it_owes_and_is_silent() -> None:
    book = RequestBook()
    assert book.next_deadline() is None
    asked = asked_of(book, now=10.0)
    asked_of(book, "bo", now=12.0)
    assert book.next_deadline() == 10.0 + PATIENCE_S
    assert book.late_peers(9.9 + PATIENCE_S) == []
    assert book.late_peers(10.0 + PATIENCE_S) == ["ada"]
    assert book.late_peers(12.0 + PATIENCE_S) == ["ada", "bo"]
    book.arrived("ada", asked.request, 3, BLOCK_SIZE, BLOCK_SIZE, 15.0)
    assert book.late_peers(12.0 + PATIENCE_S) == ["bo"]
    come(book, asked, 15.0)
    assert book.next_deadline() == 12.0 + PATIENCE_S
    assert book.late_peers(100.0) == ["bo"]


def test_asking_more_buys_no_time_and_asking_anew_does() -> None:
    book = RequestBook()
    asked = asked_of(book, now=0.0)
    more = asked_of(book, piece=4, now=5.0)
    assert book.next_deadline() == PATIENCE_S
    come(book, asked, 5.0)
    come(book, more, 5.0)
    asked_of(book, now=60.0)
    assert book.next_deadline() == 60.0 + PATIENCE_S


def test_numbers_wrap_around_within_four_bytes() -> None:
    book = RequestBook()
    book._next = 0xFFFFFFFF
    assert [asked_of(book).request for _ in range(2)] == [0xFFFFFFFF, 1]


def test_it_is_known_who_owes() -> None:
    book = RequestBook()
    assert book.peers() == []
    asked_of(book, "bo")
    come(book, asked_of(book, "ada"))
    assert book.peers() == ["bo"]


def test_a_sign_of_life_gives_time() -> None:
    book = RequestBook()
    book.heard("ada", 1.0)
    assert book.next_deadline() is None
    asked_of(book, now=0.0)
    book.heard("ada", 4.0)
    assert book.next_deadline() == 4.0 + PATIENCE_S
