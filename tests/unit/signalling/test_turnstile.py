"""How often one address may ask."""

from http import HTTPStatus

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from signalling.limits import Rule
from signalling.problems import ProblemError
from signalling.turnstile import Turnstile


class Hands:
    """A clock in the test's hands, and a handler behind a turnstile."""

    def __init__(self) -> None:
        self.now = 100.0
        self.answered = 0
        self.handler = Turnstile(lambda: self.now, behind_proxy=True).guard(Rule(2, 10), self._answer)

    async def _answer(self, _: web.Request) -> web.StreamResponse:
        self.answered += 1
        return web.Response(status=HTTPStatus.NO_CONTENT)

    async def ask(self, address: str) -> None:
        await self.handler(make_mocked_request("GET", "/", {"X-Forwarded-For": address} if address else {}))


async def test_who_asks_too_often_hears_when_to_come_again_and_others_do_not() -> None:
    hands = Hands()
    await hands.ask("192.0.2.1")
    await hands.ask("192.0.2.1")
    with pytest.raises(ProblemError, match="rate_limited") as refused:
        await hands.ask("192.0.2.1")
    assert (refused.value.retry_after_s, refused.value.detail) == (
        10,
        "That was asked too often from here. Try again in 10 s.",
    )
    await hands.ask("192.0.2.2")
    hands.now += 10
    await hands.ask("192.0.2.1")
    assert hands.answered == 4


async def test_each_kind_of_question_has_its_own_count() -> None:
    hands = Hands()
    turnstile = Turnstile(lambda: hands.now, behind_proxy=True)
    one, other = (turnstile.guard(Rule(1, 10), hands._answer) for _ in range(2))
    request = make_mocked_request("GET", "/", {"X-Forwarded-For": "192.0.2.1"})
    await one(request)
    await other(request)
    assert hands.answered == 2
