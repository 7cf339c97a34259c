"""Tickets and digests."""

import hashlib
from collections.abc import Iterator
from itertools import count

import pytest

from signalling.tokens import TICKET_LIFE_S, Claim, Tickets, digest, matches, new_secret

CLAIM = Claim("ABCDEF", "member_-1")


def tickets(key: bytes = b"k" * 32) -> Tickets:
    numbers: Iterator[int] = count()
    return Tickets(key, nonce=lambda: f"n{next(numbers)}")


def test_a_ticket_lets_in_once() -> None:
    office = tickets()
    ticket = office.issue(CLAIM, 100.0)
    assert office.redeem(ticket, 101.0) == CLAIM
    assert office.redeem(ticket, 102.0) is None


def test_tickets_are_good_apart_from_each_other() -> None:
    office = tickets()
    first, second = office.issue(CLAIM, 100.0), office.issue(CLAIM, 100.0)
    assert office.redeem(second, 101.0) == CLAIM
    assert office.redeem(first, 101.0) == CLAIM


def test_a_ticket_is_good_for_a_minute() -> None:
    office = tickets()
    ticket = office.issue(CLAIM, 100.0)
    assert TICKET_LIFE_S <= 60
    assert office.redeem(ticket, 100.0 + TICKET_LIFE_S) is None
    assert office.redeem(ticket, 99.9 + TICKET_LIFE_S) == CLAIM


def test_another_process_takes_it_not() -> None:
    assert tickets(b"other" * 8).redeem(tickets().issue(CLAIM, 0.0), 1.0) is None


def test_any_changed_character_spoils_it() -> None:
    office = tickets()
    ticket = office.issue(CLAIM, 100.0)
    for index, character in enumerate(ticket):
        changed = ticket[:index] + ("A" if character != "A" else "B") + ticket[index + 1 :]
        assert office.redeem(changed, 101.0) is None
    assert office.redeem(ticket, 101.0) == CLAIM


@pytest.mark.parametrize("ticket", ["", ".", "....", "a", "é.é", "\ud800.x", ".".join("abcdefgh")])
def test_garbage_is_no_ticket(ticket: str) -> None:
    assert tickets().redeem(ticket, 0.0) is None


def test_spent_tickets_are_forgotten_when_they_are_too_old_anyway() -> None:
    office = tickets()
    for number in range(100):
        office.redeem(office.issue(CLAIM, number * 10.0), number * 10.0)
    assert len(office._spent) <= TICKET_LIFE_S / 10 + 1


def test_secrets_are_long_and_different() -> None:
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert all(len(secret) == 22 for secret in secrets)


def test_only_the_right_secret_matches() -> None:
    assert digest("secret") == hashlib.sha256(b"secret").digest()
    assert matches("secret", digest("secret"))
    assert not matches("Secret", digest("secret"))
    assert not matches("\ud800", digest("secret"))
    assert not matches("secret", None)
    assert not matches("", b"")
