"""How the film stands with everybody, told by one to the others through the real server."""

import json

import pytest

from app.room.codec import encode
from app.room.messages import Leave, Ping, Pong, Report, Reported, Reports, Seek
from app.room.state import Standing
from tests.integration.clients import FILM, Line, Visitor


def report(share: float, standing: Standing = Standing.RECEIVING) -> Report:
    return Report(FILM.film_id, standing, share, 2.1e6, 4.0)


async def told_of(line: Line, member: str) -> Report:
    """The next report of that member."""
    while True:
        for reported in (await line.hear_a(Reports)).reports:
            if reported.member == member:
                return reported.report


async def test_a_report_reaches_the_others_and_those_who_come_later(visitor: Visitor) -> None:
    invitation, _, ada = await visitor.host()
    entry, ben = await visitor.guest(invitation)
    await ben.say(report(0.63))
    assert await told_of(ada, entry.member) == report(0.63)
    await ben.say(report(1.0, Standing.COMPLETE))
    assert await told_of(ada, entry.member) == report(1.0, Standing.COMPLETE)
    _, cy = await visitor.guest(invitation)
    assert (await cy.hear_a(Reports)).reports == (Reported(entry.member, report(1.0, Standing.COMPLETE)),)


async def test_who_goes_takes_the_report_along(visitor: Visitor) -> None:
    invitation, _, ada = await visitor.host()
    entry, ben = await visitor.guest(invitation)
    await ben.say(report(0.63))
    await told_of(ada, entry.member)
    await ben.do(Leave(), "bye")
    await ada.hear_happen(Leave)
    _, cy = await visitor.guest(invitation)
    await cy.say(Ping(1.0))
    assert isinstance(await cy.hear(), Pong)


async def test_a_report_of_another_film_is_told_to_nobody(visitor: Visitor) -> None:
    invitation, _, ada = await visitor.host()
    entry, ben = await visitor.guest(invitation)
    await ben.say(Report("cd" * 32, Standing.COMPLETE, 1.0, 0.0, 120.0))
    await ben.say(report(0.1))
    assert await told_of(ada, entry.member) == report(0.1)


@pytest.mark.parametrize(
    "change",
    [
        {"share": 1.5},
        {"share": -0.1},
        {"share": "all"},
        {"rate_Bps": 1e13},
        {"ahead_s": 121},
        {"standing": "bored"},
        {"film_id": "film"},
        {"lacks": "<b>"},
        {"lacks": "a" * 400},
    ],
)
async def test_nonsense_is_refused_with_a_reason(visitor: Visitor, change: dict[str, object]) -> None:
    invitation, _, ada = await visitor.host()
    _, ben = await visitor.guest(invitation)
    await ben.socket.send_str(json.dumps(json.loads(encode(report(0.1))) | change))
    assert await ben.closed_with() == 4010
    await ada.do(Seek(3.0), "alive")
    await ada.hear_happen(Seek)


async def test_a_flood_closes_the_flooder_and_holds_up_nobody(visitor: Visitor) -> None:
    invitation, _, ada = await visitor.host()
    entry, ben = await visitor.guest(invitation)
    for number in range(200):
        await ben.say(report(number / 200))
    assert await ben.closed_with() == 4029
    await ada.do(Seek(3.0), "alive")
    await ada.hear_happen(Seek)
    await visitor.enter(await visitor.ticket(entry))
