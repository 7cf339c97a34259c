"""Argon2id, one at a time."""

import asyncio
from collections.abc import Iterator

import pytest

from signalling.passwords import BusyError, Passwords


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    made = Passwords(most_waiting=2)
    yield made
    made.close()


async def test_a_password_fits_itself_alone(passwords: Passwords) -> None:
    kept = await passwords.hash("open sesame")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert "sesame" not in kept
    assert await passwords.fits("open sesame", kept)
    assert not await passwords.fits("open barley", kept)


async def test_two_of_the_same_look_different(passwords: Passwords) -> None:
    assert await passwords.hash("a") != await passwords.hash("a")


async def test_what_cannot_be_read_fits_nothing(passwords: Passwords) -> None:
    assert not await passwords.fits("a", "no hash")


async def test_a_crowd_is_sent_away_and_may_come_again(passwords: Passwords) -> None:
    waiting = [asyncio.ensure_future(passwords.hash("a")) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(BusyError):
        await passwords.hash("b")
    await asyncio.gather(*waiting)
    assert await passwords.hash("b")
