"""A room chooses over real sockets: a deck for everybody, a server killed in the middle, tastes that nobody keeps."""

import asyncio
from pathlib import Path

import aiohttp

from app.room.deck import Stage, Wish
from app.room.errors import Reason
from app.room.messages import (
    AskForCards,
    CastVote,
    Deal,
    Leave,
    OfferTaste,
    OpenBallot,
    RefusedCommand,
    SetPresence,
    TasteGiven,
)
from app.room.state import Presence
from tests.integration.clients import Visitor
from tests.integration.server_process import ServerProcess

ADAS = OfferTaste(loved=(260, 1196), hated=(1721,))
BENS = OfferTaste(loved=(858, 296), liked=(593,))
RATED = {260, 1196, 1721, 858, 296, 593}


def everything_in(folder: Path) -> bytes:
    """Every byte of every file."""
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


async def test_a_ballot_outlives_the_server_and_tastes_are_kept_nowhere(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    first = await ServerProcess.start(tmp_path)
    visitor = Visitor(http, first.url)
    invitation, ada, line = await visitor.host()
    ben, bens = await visitor.guest(invitation)
    await line.do(OpenBallot(), "open")
    await line.say(ADAS)
    await line.hear_happen(TasteGiven)
    await bens.say(BENS)
    dealt = (await line.hear_happen(Deal)).command
    assert isinstance(dealt, Deal)
    films = [card.film for card in dealt.cards]
    assert len(set(films)) == 15
    assert RATED.isdisjoint(films)
    await bens.do(CastVote(films[0], Wish.SKIP), "skip")
    await line.hear_happen(CastVote)
    await first.kill()

    second = await ServerProcess.start(tmp_path)
    visitor = Visitor(http, second.url)
    line, ready = await visitor.enter(await visitor.ticket(ada))
    ballot = ready.room.ballot
    assert ballot is not None
    assert (ballot.stage, ballot.cards, ballot.wish(ben.member)) == (Stage.VOTING, dealt.cards, Wish.SKIP)
    bens, _ = await visitor.enter(await visitor.ticket(ben))
    for one, taste in ((line, ADAS), (bens, BENS)):
        await one.say(taste)
    await line.do(CastVote(films[0], Wish.SKIP), "a0")  # Ben has said so before
    await line.hear_happen(CastVote)
    for at, film in enumerate(films[1:]):
        await line.do(CastVote(film, Wish.SKIP), f"ada{at}")
        await bens.do(CastVote(film, Wish.SKIP), f"ben{at}")
        for _ in range(2):
            await line.hear_happen(CastVote)
    await bens.do(AskForCards(), "more")
    more = (await line.hear_happen(Deal)).command
    assert isinstance(more, Deal)
    assert len(more.cards) == 15
    assert RATED.union(films).isdisjoint(card.film for card in more.cards)
    await line.do(Leave(), "bye")
    await bens.hear_happen(Leave)
    _, again = await visitor.enter(await visitor.ticket(ben))
    assert again.room.ballot is None
    await second.kill()
    kept = everything_in(tmp_path)
    assert b"cast_vote" in kept
    assert b"offer_taste" not in kept
    assert b'"hated"' not in kept


async def test_who_still_rates_is_waited_for_through_a_reload_and_a_kill(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    first = await ServerProcess.start(tmp_path)
    visitor = Visitor(http, first.url)
    invitation, ada, line = await visitor.host()
    ben, bens = await visitor.guest(invitation)
    await line.do(OpenBallot(), "open")
    await line.say(ADAS)
    await line.hear_happen(TasteGiven)
    await bens.socket.close()
    await line.hear_happen(SetPresence, lambda command: command == SetPresence(ben.member, Presence.AWAY))
    await first.kill()

    second = await ServerProcess.start(tmp_path)
    visitor = Visitor(http, second.url)
    line, ready = await visitor.enter(await visitor.ticket(ada))
    assert ready.room.ballot is not None
    assert (ready.room.ballot.stage, ready.room.ballot.voters) == (Stage.GATHERING, (ada.member,))
    await line.say(ADAS)
    bens, _ = await visitor.enter(await visitor.ticket(ben))
    await bens.say(BENS)
    assert (await line.hear_happen((TasteGiven, AskForCards))).command == TasteGiven(ben.member)
    dealt = (await line.hear_happen(Deal)).command
    assert isinstance(dealt, Deal)
    assert RATED.isdisjoint(card.film for card in dealt.cards)
    await second.kill()


async def test_who_comes_second_is_told_so_and_nothing_happens_twice(visitor: Visitor, server: ServerProcess) -> None:
    invitation, _, line = await visitor.host()
    _, bens = await visitor.guest(invitation)
    await asyncio.gather(line.do(OpenBallot(), "open"), bens.do(OpenBallot(), "open"))
    await line.hear_happen(OpenBallot)
    much = tuple(range(300_000, 310_000))
    await line.say(OfferTaste(loved=(260, 1196), hated=much[-290:]))
    await line.hear_happen(TasteGiven)
    await bens.say(OfferTaste(loved=(260, 858), liked=(260,), hated=(260,)))
    first = (await line.hear_happen(Deal)).command
    assert isinstance(first, Deal)
    passed, up = first.cards[0].film, first.cards[1].film
    for who in (line, bens):
        await who.do(CastVote(passed, Wish.SKIP), "skip")
    for _ in range(2):
        await bens.hear_happen(CastVote)
    await bens.do(CastVote(passed, Wish.WATCH), "late")
    refused = await bens.hear_a(RefusedCommand)
    assert (refused.command_id, refused.reason) == ("late", Reason.CONFLICT)
    for at, shown in enumerate(first.cards[1:]):
        for who in (line, bens):
            await who.do(CastVote(shown.film, Wish.SKIP), f"skip{at}")
        for _ in range(2):
            await bens.hear_happen(CastVote)
    # Both ask for more at once: one deck comes.
    await asyncio.gather(line.do(AskForCards(), "more"), bens.do(AskForCards(), "more"))
    second = (await bens.hear_happen(Deal)).command
    assert isinstance(second, Deal)
    assert {passed, up}.isdisjoint(card.film for card in second.cards)
    await line.do(CastVote(second.cards[0].film, Wish.WATCH), "watch")
    assert (await bens.hear_happen((CastVote, Deal))).command == CastVote(second.cards[0].film, Wish.WATCH)


async def test_ten_thousand_verdicts_do_no_harm(visitor: Visitor, server: ServerProcess) -> None:
    status, told = await visitor.call("POST", "/recommendations", {"tastes": {"ada": {"loved": list(range(10_000))}}})
    assert (status, told["code"]) == (413, "too_large")
    most = {"loved": list(range(1_000)), "liked": list(range(500, 1_500)), "hated": list(range(900))}
    status, told = await visitor.call("POST", "/recommendations", {"tastes": {"ada": most}})
    assert (status, len(told["films"])) == (200, 15)
    _, _, line = await visitor.host()
    await line.do(OpenBallot(), "open")
    await line.say(OfferTaste(loved=tuple(range(10_000))))
    assert await line.closed_with() is not None
    assert (await visitor.call("GET", "/health"))[0] == 200


async def test_films_can_be_asked_for_without_a_room(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    server = await ServerProcess.start(tmp_path)
    visitor = Visitor(http, server.url)
    status, found = await visitor.call("GET", "/catalogue?q=deer%20hunter")
    assert (status, found["films"][0]["title"]) == (200, "The Deer Hunter")
    status, found = await visitor.call("POST", "/recommendations", {"tastes": {"ada": {"loved": [260]}}})
    assert (status, len(found["films"])) == (200, 15)
    await server.kill()
