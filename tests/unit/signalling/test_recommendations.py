"""The REST face of what the server knows of films."""

import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from app.recommend.taste import taste
from app.room.deck import Filters
from signalling.metrics import Metrics
from signalling.operations import add
from signalling.problems import METRICS, problems
from signalling.recommendations import CATALOGUE, DECKS, PACK, RECOMMENDATIONS, Films, Recommendations
from signalling.turnstile import Turnstile

Client = TestClient[web.Request, web.Application]
KNOWN = Recommendations()


async def client_of(recommendations: Recommendations) -> Client:
    app = web.Application(middlewares=[problems])
    app[METRICS] = Metrics()
    add(app.router, Films(recommendations).operations())
    client = TestClient(TestServer(app))
    await client.start_server()
    return client


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    client = await client_of(KNOWN)
    yield client
    await client.close()


async def test_finds_films(client: Client) -> None:
    answer = await client.get(CATALOGUE, params={"q": "deer hunter, the"})
    found = await answer.json()
    assert found["films"][0] == {"film": 1263, "title": "The Deer Hunter", "year": 1978, "genres": ["Drama", "War"]}
    assert "Sci-Fi" in found["genres"]
    assert "IMAX" not in found["genres"]


async def test_suggests_well_known_films(client: Client) -> None:
    for query in ({}, {"q": "  "}):
        found = await (await client.get(CATALOGUE, params=query)).json()
        assert len(found["films"]) == 24


async def test_recommends(client: Client) -> None:
    tastes = {"ada": {"loved": [260, 1196], "hated": [1721]}, "ben": {"liked": [858]}}
    answer = await client.post(RECOMMENDATIONS, json={"tastes": tastes, "shown": [1210]})
    films = (await answer.json())["films"]
    assert len({film["film"] for film in films}) == 15
    assert not {260, 1196, 1721, 858, 1210} & {film["film"] for film in films}
    assert {reason["who"] for film in films for reason in film["reasons"]} == {"ada", "ben"}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"tastes": {}}',
        '{"tastes": 3}',
        '{"tastes": {"ada": []}}',
        '{"tastes": {"ada": {"loved": "x"}}}',
        '{"tastes": {"ada": {"loved": ["1"]}}}',
        '{"tastes": {"ada": {}}, "shown": {}}',
        json.dumps({"tastes": {str(number): {} for number in range(11)}}),
        "[" * 10_000,
    ],
)
async def test_what_is_no_list_of_tastes_is_refused(client: Client, body: str) -> None:
    answer = await client.post(RECOMMENDATIONS, data=body)
    assert answer.status == 400
    assert (await answer.json())["code"] == "invalid_command"


async def test_a_server_without_a_pack_says_so(tmp_path: Path) -> None:
    broken = tmp_path / "films.pack"
    broken.write_bytes(b"no pack")
    client = await client_of(Recommendations(broken))
    asks: list[Callable[[], Awaitable[Any]]] = [
        lambda: client.get(CATALOGUE),
        lambda: client.post(RECOMMENDATIONS, json={"tastes": {"ada": {}}}),
    ]
    for ask in asks:
        answer = await ask()
        assert answer.status == 503
        assert "Drop a film" in (await answer.json())["detail"]
    await client.close()


def test_what_is_warm_needs_no_reading_any_more(tmp_path: Path) -> None:
    path = tmp_path / "films.pack"
    path.write_bytes(PACK.read_bytes())
    recommendations = Recommendations(path)
    recommendations.warm()
    path.unlink()
    assert recommendations.search("alien")
    Recommendations(path).warm()  # there is none: that is told to whoever asks for films


async def test_one_address_asks_only_so_often() -> None:
    app = web.Application(middlewares=[problems])
    app[METRICS] = Metrics()
    add(app.router, Films(KNOWN, Turnstile(lambda: 5.0, behind_proxy=True)).operations())
    client = TestClient(TestServer(app))
    await client.start_server()
    body, ada, ben = {"tastes": {"ada": {}}}, {"X-Forwarded-For": "192.0.2.1"}, {"X-Forwarded-For": "192.0.2.2"}
    codes = [(await client.post(RECOMMENDATIONS, json=body, headers=ada)).status for _ in range(DECKS.most + 1)]
    assert codes == [200] * DECKS.most + [429]
    for ask in (
        lambda: client.get(CATALOGUE, headers=ada),
        lambda: client.post(RECOMMENDATIONS, json=body, headers=ben),
    ):
        assert (await ask()).status == 200
    await client.close()


def test_filters_hold() -> None:
    cards = KNOWN.cards({"ada": taste([260])}, filters=Filters(("Western",), 1960, 1979))
    assert cards
    assert all("Western" in card.genres and 1960 <= card.year <= 1979 for card in cards)


def test_ten_people_with_much_to_say_are_no_wait() -> None:
    everything = [film.number for film in KNOWN.search("the")] * 500
    begin = time.process_time()
    cards = KNOWN.cards({f"m{number}": taste(everything, everything, everything) for number in range(10)})
    assert len(cards) == 15
    assert time.process_time() - begin < 2
