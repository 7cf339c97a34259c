"""Asking servers of others, in all their moods: what they do is an `OutsideError` in time, or an answer."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from signalling.outside import LONGEST_PAUSE_S, PAUSE_S, Call, Outside, OutsideError
from tests.support.outsiders import Mood, answers, dribbles, floods, hangs_up, never, outsider, says


class Hands:
    """A clock in the test's hands."""

    def __init__(self) -> None:
        self.s = 100.0

    def now(self) -> float:
        return self.s


@pytest.fixture
async def clock() -> Hands:
    return Hands()


@pytest.fixture
async def outside(clock: Hands) -> AsyncIterator[Outside]:
    made = Outside(per_s=1000, now=clock.now)
    yield made
    await made.close()


async def test_a_good_answer_is_read_and_the_key_goes_in_a_header(outside: Outside) -> None:
    async with outsider(says({"films": [1]})) as server:
        call = Call(f"{server.url}/films", {"query": "Alien & co"}, {"Authorization": "Bearer key"}, {"ask": 1})
        assert await outside.json(call) == {"films": [1]}
        request, body = server.asked[0]
        assert (request.method, request.query["query"], body) == ("POST", "Alien & co", b'{"ask": 1}')
        assert request.headers["Authorization"] == "Bearer key"


@pytest.mark.parametrize(
    ("mood", "why"),
    [
        (never, "in time"),
        (dribbles, "in time"),
        (floods, "too much"),
        (hangs_up, "cannot be reached"),
        (answers(500), "answered 500"),
        (answers(401), "our key"),
        (answers(403), "our key"),
        (answers(302, Location="http://127.0.0.1:1/elsewhere"), "answered 302"),
        (answers(429), "answered 429"),
        (answers(200, '{"films": '), "no JSON"),
        (answers(200, "[" * 100_000), "no JSON"),
    ],
)
async def test_whatever_else_it_does_is_told_in_time(outside: Outside, mood: Mood, why: str) -> None:
    async with outsider(mood) as server:
        with pytest.raises(OutsideError, match=why):
            await outside.json(Call(server.url, within_s=0.2, most_bytes=200_000))
        assert len(server.asked) <= 2  # where a connection dies, the client tries once more


async def test_nobody_there_and_no_address_at_all(outside: Outside) -> None:
    for url in ("http://127.0.0.1:1/", "http://[", "nowhere"):
        with pytest.raises(OutsideError, match="cannot be reached"):
            await outside.ask(Call(url))


@pytest.mark.parametrize(
    ("said", "pause_s"),
    [
        ("7", 7.0),
        (None, PAUSE_S),
        ("soon", PAUSE_S),
        ("nan", PAUSE_S),
        ("1e9", LONGEST_PAUSE_S),
        ("-5", 1.0),
        ("Mon, 01 Jan 2020 00:00:00 +99999999999999999999", PAUSE_S),
        ("Mon, 01 Jan 2020 00:00:00 +9999", PAUSE_S),
        pytest.param(format_datetime(datetime.now(UTC) - timedelta(minutes=1)), 1.0, id="a minute ago"),
    ],
)
async def test_who_says_429_is_left_alone_for_as_long_as_it_says(
    outside: Outside, clock: Hands, said: str | None, pause_s: float
) -> None:
    headers = {"Retry_After": said} if said else {}
    async with outsider(answers(429, **headers)) as server:
        with pytest.raises(OutsideError, match="429"):
            await outside.ask(Call(server.url))
        clock.s += pause_s - 0.01
        assert outside.silent
        with pytest.raises(OutsideError, match="left alone"):
            await outside.ask(Call(server.url))
        assert len(server.asked) == 1
        server.mood = says({})
        clock.s += 0.02
        await outside.ask(Call(server.url))
        assert len(server.asked) == 2


async def test_no_second_has_too_many_questions() -> None:
    outside = Outside(per_s=2)
    try:
        async with outsider(says({})) as server:
            await outside.ask(Call(server.url))
            with pytest.raises(OutsideError, match="in time"):
                await outside.ask(Call(server.url, within_s=0.02))
            assert len(server.asked) == 1
            # Patience is with ourselves only.
            patient = [outside.ask(Call(server.url, within_s=2.0, patient=True)) for _ in range(5)]
            assert len(await asyncio.gather(*patient)) == 5
            server.mood = never
            with pytest.raises(OutsideError, match="in time"):
                await outside.ask(Call(server.url, within_s=0.15, patient=True))
    finally:
        await outside.close()
